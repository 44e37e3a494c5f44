/* row_kernel.c - which row kernels this processor can run, and the last step of a selection. */
#include "engine/row_kernel.h"

#include <stddef.h>
#include <stdlib.h>

#if defined(__x86_64__)
#include <cpuid.h>
#endif

#include "base/compare.h"
#include "base/row_order.h"

#if defined(__x86_64__)
/* The processor is asked, not __builtin_cpu_supports: what that asks is filled in by the compiler's
 * runtime, and where that leaves it empty the slow kernels would be the best ones, in silence. */
typedef struct cpu_features {
    unsigned basic;    /* leaf 1, ecx */
    unsigned extended; /* leaf 7, ebx */
    unsigned kept;     /* registers that the system keeps: the low half of XCR0 */
} cpu_features;

enum {
    KEPT_AVX = 0x06,   /* SSE and the upper halves */
    KEPT_AVX512 = 0xe6 /* masks and the registers of 512 bits as well */
};

static cpu_features ask_cpu(void)
{
    cpu_features features = {0};
    unsigned eax = 0;
    unsigned ebx = 0;
    unsigned ecx = 0;
    unsigned edx = 0;
    if (__get_cpuid(1, &eax, &ebx, &ecx, &edx) == 0) {
        return features;
    }
    features.basic = ecx;
    if ((ecx & bit_OSXSAVE) != 0) {
        __asm__ volatile("xgetbv" : "=a"(features.kept), "=d"(edx) : "c"(0));
    }
    if (__get_cpuid_count(7, 0, &eax, &ebx, &ecx, &edx) != 0) {
        features.extended = ebx;
    }
    return features;
}

static bool has_all(unsigned has, unsigned wanted)
{
    return (has & wanted) == wanted;
}

static bool has_avx2(void)
{
    const cpu_features cpu = ask_cpu();
    return has_all(cpu.kept, KEPT_AVX) && has_all(cpu.basic, bit_AVX | bit_FMA | bit_F16C) &&
           has_all(cpu.extended, bit_AVX2);
}

static bool has_avx512(void)
{
    const cpu_features cpu = ask_cpu();
    return has_avx2() && has_all(cpu.kept, KEPT_AVX512) &&
           has_all(cpu.extended, bit_AVX512F | bit_AVX512BW | bit_AVX512VL | bit_AVX512DQ);
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
#elif defined(__aarch64__)
    case RS_ISA_NEON:
        return true; /* the baseline */
#endif
    default:
        return false;
    }
}

rs_isa rs_isa_best(void)
{
    static const rs_isa widest_first[] = {RS_ISA_AVX512, RS_ISA_AVX2, RS_ISA_NEON};
    for (size_t i = 0; i < sizeof widest_first / sizeof widest_first[0]; ++i) {
        if (rs_isa_available(widest_first[i])) {
            return widest_first[i];
        }
    }
    return RS_ISA_PORTABLE;
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
    case RS_ISA_NEON:
        return "neon";
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
#elif defined(__aarch64__)
    if (isa == RS_ISA_NEON) {
        kernel = rs_row_kernel_neon(dtype);
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
    RS_ORDER_BY(right->key, left->key);
    return RS_COMPARE(left->column, right->column);
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
