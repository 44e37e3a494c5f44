/* row_kernel.c - which row kernels this processor can run, and the last step of a selection. */
#include "engine/row_kernel.h"

#include <stddef.h>
#include <stdlib.h>

#if defined(__x86_64__)
#include <cpuid.h>
#endif

#include "base/row_order.h"

#if defined(__x86_64__)
/* clang 14 does not know the name "f16c". With AVX2 the system keeps the registers it needs. */
static bool has_f16c(void)
{
    unsigned eax = 0;
    unsigned ebx = 0;
    unsigned ecx = 0;
    unsigned edx = 0;
    return __get_cpuid(1, &eax, &ebx, &ecx, &edx) != 0 && (ecx & bit_F16C) != 0;
}

static bool has_avx2(void)
{
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && has_f16c();
}

static bool has_avx512(void)
{
    return has_avx2() && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
           __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq");
}
#endif

bool rs_isa_available(rs_isa isa)
{
    switch (isa) {
    case RS_ISA_AUTO:
    case RS_ISA_PORTABLE:
        return true;
#if defined(__x86_64__)
    case RS_ISA_AVX2:
        return has_avx2();
    case RS_ISA_AVX512:
        return has_avx512();
#endif
    default:
        return false;
    }
}

rs_isa rs_isa_best(void)
{
    if (rs_isa_available(RS_ISA_AVX512)) {
        return RS_ISA_AVX512;
    }
    return rs_isa_available(RS_ISA_AVX2) ? RS_ISA_AVX2 : RS_ISA_PORTABLE;
}

const char *rs_isa_name(rs_isa isa)
{
    switch (isa) {
    case RS_ISA_AUTO:
        return "auto";
    case RS_ISA_PORTABLE:
        return "portable";
    case RS_ISA_AVX2:
        return "avx2";
    case RS_ISA_AVX512:
        return "avx512";
    default:
        return "unknown";
    }
}

const rs_row_kernel *rs_row_kernel_get(rs_isa isa, rs_dtype dtype)
{
    const rs_row_kernel *kernel = NULL;
#if defined(__x86_64__)
    if (isa == RS_ISA_AVX2) {
        kernel = rs_row_kernel_avx2(dtype);
    } else if (isa == RS_ISA_AVX512) {
        kernel = rs_row_kernel_avx512(dtype);
    }
#else
    (void)isa;
#endif
    return kernel != NULL ? kernel : rs_row_kernel_portable(dtype);
}

/* ---- the best of a few candidates ---- */

static int compare_candidates(const void *a, const void *b)
{
    const rs_candidate *left = a;
    const rs_candidate *right = b;
    if (left->key != right->key) {
        return left->key > right->key ? -1 : 1;
    }
    return (left->column > right->column) - (left->column < right->column);
}

static bool is_before(const rs_candidate *a, const rs_candidate *b)
{
    return rs_key_before(a->key, a->column, b->key, b->column);
}

/* Few of many (or few of few): one scan that keeps the best so far in order. Candidates that do not
 * reach the last one kept, by far the most of a long list, cost one comparison. */
static uint32_t select_few(rs_candidate *candidate, uint32_t count, uint32_t keep)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < count; ++i) {
        const rs_candidate entering = candidate[i];
        if (kept == keep && !is_before(&entering, &candidate[kept - 1])) {
            continue;
        }
        uint32_t at = kept < keep ? kept++ : kept - 1;
        for (; at > 0 && is_before(&entering, &candidate[at - 1]); --at) {
            candidate[at] = candidate[at - 1];
        }
        candidate[at] = entering;
    }
    return kept;
}

uint32_t rs_select_best(rs_candidate *candidate, uint32_t count, uint32_t keep)
{
    enum { FEW = 32 };
    if (keep <= FEW) {
        return select_few(candidate, count, keep);
    }
    qsort(candidate, count, sizeof *candidate, compare_candidates);
    return count < keep ? count : keep;
}
