/* row_measure_avx512.c - rank, largest value and sum of exponentials in one sweep, with AVX-512.
 *
 * Fused because the row comes from memory: its exponentials are computed while the next lines are
 * on their way. The label's own column is left out by sweeping what is before and behind it apart.
 *
 * e^x = 2^n e^r with n the integer nearest to x log2(e) and r = x - n ln2, rounded once by a fused
 * multiply-add. The ln2 is a float, 2e-9 off; so is the one that splits the reference, hence terms
 * are off only by 2e-9 for every power of two between them and the reference, however large both
 * are. The reference's n goes into the exponent and its e^-r is a factor of the whole sum. Values
 * far below the reference are raised to where nothing is left of them.
 */
#include "engine/exp_sum.h"
#include "engine/row_kernel_avx512.h"
#include "engine/row_measure_sums.h"

/* Beyond this, n is not exact in a float; such references are left to the portable kernel. */
#define FAR_REFERENCE 1e6

/* The lanes of a float sum are emptied into doubles before the roundings of many terms, which may
 * all go the same way, add up. */
enum { COLUMNS_PER_SUM = 256 };

static const float log2_e = (float)RS_LOG2_E;
static const float ln2 = RS_LN2_F32;

typedef struct exp32 {
    __m512 lowest;   /* e^(lowest - reference) is nothing */
    __m512 exponent; /* n of the reference */
    double factor;   /* e^-r of the reference */
} exp32;

static inline exp32 exp32_for(double reference)
{
    const double n = rs_round_f64(reference * RS_LOG2_E);
    return (exp32){
        .lowest = _mm512_set1_ps((float)(reference - 104.0)),
        .exponent = _mm512_set1_ps((float)n),
        .factor = rs_exp_f64(n * (double)ln2 - reference),
    };
}

/* e^(x - reference) / factor */
static inline __m512 exp32_of(const exp32 *e, __m512 x)
{
    static const float c[] = RS_EXP_DEGREE_5;
    const __m512 raised = _mm512_max_ps(x, e->lowest);
    const __m512 n = _mm512_roundscale_ps(_mm512_mul_ps(raised, _mm512_set1_ps(log2_e)),
                                          _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
    const __m512 r = _mm512_fnmadd_ps(n, _mm512_set1_ps(ln2), raised);
    __m512 power = _mm512_fmadd_ps(_mm512_set1_ps(c[5]), r, _mm512_set1_ps(c[4]));
    power = _mm512_fmadd_ps(power, r, _mm512_set1_ps(c[3]));
    power = _mm512_fmadd_ps(power, r, _mm512_set1_ps(c[2]));
    power = _mm512_fmadd_ps(power, r, _mm512_set1_ps(c[1]));
    power = _mm512_fmadd_ps(power, r, _mm512_set1_ps(c[0]));
    return _mm512_scalef_ps(power, _mm512_sub_ps(n, e->exponent));
}

/* What a sweep gathers; `sum` is emptied into `total` now and then. */
typedef struct sums32 {
    __m512 largest;
    __m512 sum;
    __m512d total;
} sums32;

static inline sums32 no_sums(void)
{
    return (sums32){
        .largest = _mm512_set1_ps(-HUGE_VALF),
        .sum = _mm512_setzero_ps(),
        .total = _mm512_setzero_pd(),
    };
}

static inline void add_values(sums32 *sums, const exp32 *e, __m512 x)
{
    sums->largest = _mm512_max_ps(sums->largest, x);
    sums->sum = _mm512_add_ps(sums->sum, exp32_of(e, x));
}

static inline void empty_sum(sums32 *sums)
{
    const __m512d low = _mm512_cvtps_pd(_mm512_castps512_ps256(sums->sum));
    const __m512d high = _mm512_cvtps_pd(_mm512_extractf32x8_ps(sums->sum, 1));
    sums->total = _mm512_add_pd(sums->total, _mm512_add_pd(low, high));
    sums->sum = _mm512_setzero_ps();
}

static inline void finish(const sums32 *sums, const exp32 *e, rs_row_measure *measure)
{
    measure->largest = (double)_mm512_reduce_max_ps(sums->largest);
    measure->rest = _mm512_reduce_add_pd(sums->total) * e->factor;
}

static inline uint32_t stop_of(uint32_t begin, uint32_t end)
{
    return end - begin < COLUMNS_PER_SUM ? end : begin + COLUMNS_PER_SUM;
}

/* ---- float ---- */

/* Counts which of 16 values are not <= bounds and adds the values to `sums`. */
static inline __m512i step_f32(__m512 x, __mmask16 there, __m512 bounds, __m512i count,
                               const exp32 *e, sums32 *sums)
{
    const __mmask16 ahead = _mm512_mask_cmp_ps_mask(there, x, bounds, _CMP_NLE_UQ);
    add_values(sums, e, x);
    return _mm512_mask_sub_epi32(count, ahead, count, _mm512_set1_epi32(-1));
}

/* The same for the columns [begin, end). */
static inline uint32_t sweep_f32(const void *row, uint32_t begin, uint32_t end, float bound,
                                 const exp32 *e, sums32 *sums)
{
    const __m512 bounds = _mm512_set1_ps(bound);
    const __mmask16 all = 0xffffu;
    __m512i count = _mm512_setzero_si512();
    while (begin < end) {
        const uint32_t stop = stop_of(begin, end);
        for (; stop - begin >= 16; begin += 16) {
            rs_fetch_ahead(row, (size_t)begin * sizeof(float));
            count = step_f32(rs_load16_f32(row, begin), all, bounds, count, e, sums);
        }
        if (begin < stop) {
            const __mmask16 there = rs_first16(stop - begin);
            const __m512 x = rs_load16_f32_masked(there, row, begin, -HUGE_VALF);
            count = step_f32(x, there, bounds, count, e, sums);
        }
        begin = stop;
        empty_sum(sums);
    }
    return (uint32_t)_mm512_reduce_add_epi32(count);
}

RS_DEFINE_MEASURE_F32(avx512)

/* ---- halves ---- */

/* Both halves of 32 values, as floats. */
static inline void add_f16(sums32 *sums, const exp32 *e, __m512i x)
{
    add_values(sums, e, _mm512_cvtph_ps(_mm512_castsi512_si256(x)));
    add_values(sums, e, _mm512_cvtph_ps(_mm512_extracti64x4_epi64(x, 1)));
}

/* A bfloat16 is the upper half of a float. Which value goes to which lane does not matter. */
static inline void add_bf16(sums32 *sums, const exp32 *e, __m512i x)
{
    const __m512i upper = _mm512_set1_epi32((int)0xffff0000u);
    add_values(sums, e, _mm512_castsi512_ps(_mm512_slli_epi32(x, 16)));
    add_values(sums, e, _mm512_castsi512_ps(_mm512_and_si512(x, upper)));
}

/* What counting needs and gathers, as in row_kernel_avx512.c. */
typedef struct count16 {
    __m512i base;
    __m512i limit;
    __m512i count;
    __m512i doubled;
} count16;

static inline void count_step(count16 *c, __mmask32 there, __m512i x)
{
    const __mmask32 ahead =
        _mm512_mask_cmpgt_epu16_mask(there, _mm512_sub_epi16(x, c->base), c->limit);
    c->count = _mm512_mask_sub_epi16(c->count, ahead, c->count, _mm512_set1_epi16(-1));
    c->doubled = _mm512_max_epu16(c->doubled, _mm512_add_epi16(x, x));
}

/* Counts columns of [begin, end) outside the bound and adds their values to `sums`. */
#define DEFINE_SWEEP_16(name, infinity, add)                                                       \
    static inline uint32_t sweep_##name(const void *row, uint32_t begin, uint32_t end,             \
                                        rs_bound16 bound, const exp32 *e, sums32 *sums,            \
                                        __m512i *doubled)                                          \
    {                                                                                              \
        count16 c = {                                                                              \
            .base = _mm512_set1_epi16((short)bound.base),                                          \
            .limit = _mm512_set1_epi16((short)bound.limit),                                        \
            .count = _mm512_setzero_si512(),                                                       \
            .doubled = *doubled,                                                                   \
        };                                                                                         \
        while (begin < end) {                                                                      \
            const uint32_t stop = stop_of(begin, end);                                             \
            for (; stop - begin >= 32; begin += 32) {                                              \
                const __m512i x = rs_load32_u16(row, begin);                                       \
                rs_fetch_ahead(row, (size_t)begin * sizeof(uint16_t));                             \
                count_step(&c, ~0u, x);                                                            \
                add(sums, e, x);                                                                   \
            }                                                                                      \
            if (begin < stop) {                                                                    \
                const __mmask32 there = rs_first32(stop - begin);                                  \
                const uint16_t smallest = (uint16_t)((infinity) | 0x8000u);                        \
                const __m512i x = rs_load32_u16_masked(there, row, begin, smallest);               \
                count_step(&c, there, x);                                                          \
                add(sums, e, x);                                                                   \
                begin = stop;                                                                      \
            }                                                                                      \
            empty_sum(sums);                                                                       \
        }                                                                                          \
        *doubled = c.doubled;                                                                      \
        return rs_sum_u16(c.count);                                                                \
    }

DEFINE_SWEEP_16(f16, 0x7c00u, add_f16)
DEFINE_SWEEP_16(bf16, 0x7f80u, add_bf16)
RS_DEFINE_MEASURE_16(avx512, f16, RS_DTYPE_F16, 0x7c00u, __m512i, _mm512_setzero_si512,
                     false)
RS_DEFINE_MEASURE_16(avx512, bf16, RS_DTYPE_BF16, 0x7f80u, __m512i, _mm512_setzero_si512,
                     false)

/* ---- double ---- */

typedef struct sums64 {
    __m512d largest;
    __m512d sum;
} sums64;

static inline void add_f64(sums64 *sums, __m512d reference, __m512d x)
{
    static const double c[] = RS_EXP2_DEGREE_7;
    sums->largest = _mm512_max_pd(sums->largest, x);
    const __m512d d = _mm512_max_pd(_mm512_sub_pd(x, reference), _mm512_set1_pd(-RS_EXP_LIMIT_F64));
    const __m512d scaled = _mm512_mul_pd(d, _mm512_set1_pd(RS_LOG2_E));
    const __m512d n = _mm512_roundscale_pd(scaled, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
    const __m512d r = _mm512_sub_pd(scaled, n);
    __m512d power = _mm512_fmadd_pd(_mm512_set1_pd(c[7]), r, _mm512_set1_pd(c[6]));
    for (int i = 5; i >= 0; --i) {
        power = _mm512_fmadd_pd(power, r, _mm512_set1_pd(c[i]));
    }
    sums->sum = _mm512_add_pd(sums->sum, _mm512_scalef_pd(power, n));
}

static inline uint32_t sweep_f64(const void *row, uint32_t begin, uint32_t end, double bound,
                                 __m512d reference, sums64 *sums)
{
    const __m512d bounds = _mm512_set1_pd(bound);
    const __m512i minus_one = _mm512_set1_epi64(-1);
    __m512i count = _mm512_setzero_si512();
    for (; begin < end; begin += 8) {
        const __mmask8 there = end - begin < 8 ? rs_first8(end - begin) : 0xffu;
        const __m512d x = rs_load8_f64_masked(there, row, begin, -HUGE_VAL);
        rs_fetch_ahead(row, (size_t)begin * sizeof(double));
        const __mmask8 ahead = _mm512_mask_cmp_pd_mask(there, x, bounds, _CMP_NLE_UQ);
        count = _mm512_mask_sub_epi64(count, ahead, count, minus_one);
        add_f64(sums, reference, x);
        if (end - begin < 8) {
            break;
        }
    }
    return (uint32_t)_mm512_reduce_add_epi64(count);
}

bool rs_measure_f64_avx512(const void *row, uint32_t columns, uint32_t label, double reference,
                           rs_row_measure *measure)
{
    const __m512d center = _mm512_set1_pd(reference);
    sums64 sums = {.largest = _mm512_set1_pd(-HUGE_VAL), .sum = _mm512_setzero_pd()};
    bool clean = false;
    if (label == RS_NO_LABEL) {
        (void)sweep_f64(row, 0, columns, 0.0, center, &sums);
        measure->largest = _mm512_reduce_max_pd(sums.largest);
    } else {
        const double value = rs_load_f64(row, label);
        measure->ahead = sweep_f64(row, 0, label, rs_below_f64(value), center, &sums) +
                         sweep_f64(row, label + 1, columns, value, center, &sums);
        measure->largest = rs_larger(_mm512_reduce_max_pd(sums.largest), value);
        clean = measure->ahead == 0 && !isnan(value);
    }
    measure->rest = _mm512_reduce_add_pd(sums.sum);
    return clean;
}
