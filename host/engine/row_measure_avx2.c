/* row_measure_avx2.c - rank, largest value and sum of exponentials in one sweep, with AVX2.
 *
 * The scheme is that of row_measure_avx512.c; 2^n is added to the exponent as an integer, so what
 * is far below the reference is raised to where the exponent is still that of a normal number.
 */
#include "engine/exp_sum.h"
#include "engine/row_kernel_avx2.h"
#include "engine/row_measure_plain.h"
#include "engine/row_measure_sums.h"

#define FAR_REFERENCE 1e6

enum { COLUMNS_PER_SUM = 128 };

static const float log2_e = (float)RS_LOG2_E;
static const float ln2 = RS_LN2_F32;

typedef struct exp32 {
    __m256 lowest;   /* e^(lowest - reference) is next to nothing */
    __m256 exponent; /* n of the reference */
    double factor;   /* e^-r of the reference */
} exp32;

static inline exp32 exp32_for(double reference)
{
    const double n = rs_round_f64(reference * RS_LOG2_E);
    return (exp32){
        .lowest = _mm256_set1_ps((float)reference - RS_EXP_LIMIT_F32),
        .exponent = _mm256_set1_ps((float)n),
        .factor = rs_exp_f64(n * (double)ln2 - reference),
    };
}

/* e^(x - reference) / factor */
static inline __m256 exp32_of(const exp32 *e, __m256 x)
{
    static const float c[] = RS_EXP_DEGREE_5;
    const __m256 raised = _mm256_max_ps(x, e->lowest);
    const __m256 n = _mm256_round_ps(_mm256_mul_ps(raised, _mm256_set1_ps(log2_e)),
                                     _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
    const __m256 r = _mm256_fnmadd_ps(n, _mm256_set1_ps(ln2), raised);
    __m256 power = _mm256_fmadd_ps(_mm256_set1_ps(c[5]), r, _mm256_set1_ps(c[4]));
    power = _mm256_fmadd_ps(power, r, _mm256_set1_ps(c[3]));
    power = _mm256_fmadd_ps(power, r, _mm256_set1_ps(c[2]));
    power = _mm256_fmadd_ps(power, r, _mm256_set1_ps(c[1]));
    power = _mm256_fmadd_ps(power, r, _mm256_set1_ps(c[0]));
    const __m256i shift = _mm256_cvtps_epi32(_mm256_sub_ps(n, e->exponent));
    return _mm256_castsi256_ps(
        _mm256_add_epi32(_mm256_castps_si256(power), _mm256_slli_epi32(shift, 23)));
}

/* What a sweep gathers; `sum` is emptied into `total` now and then. */
typedef struct sums32 {
    __m256 largest;
    __m256 sum;
    __m256d total;
} sums32;

static inline sums32 no_sums(void)
{
    return (sums32){
        .largest = _mm256_set1_ps(-HUGE_VALF),
        .sum = _mm256_setzero_ps(),
        .total = _mm256_setzero_pd(),
    };
}

static inline void add_values(sums32 *sums, const exp32 *e, __m256 x)
{
    sums->largest = _mm256_max_ps(sums->largest, x);
    sums->sum = _mm256_add_ps(sums->sum, exp32_of(e, x));
}

static inline void empty_sum(sums32 *sums)
{
    const __m256d low = _mm256_cvtps_pd(_mm256_castps256_ps128(sums->sum));
    const __m256d high = _mm256_cvtps_pd(_mm256_extractf128_ps(sums->sum, 1));
    sums->total = _mm256_add_pd(sums->total, _mm256_add_pd(low, high));
    sums->sum = _mm256_setzero_ps();
}

static inline void finish(const sums32 *sums, const exp32 *e, rs_row_measure *measure)
{
    double total[4];
    _mm256_storeu_pd(total, sums->total);
    measure->largest = (double)rs_max_f32(sums->largest);
    measure->rest = ((total[0] + total[1]) + (total[2] + total[3])) * e->factor;
}

static inline uint32_t stop_of(uint32_t begin, uint32_t end)
{
    return end - begin < COLUMNS_PER_SUM ? end : begin + COLUMNS_PER_SUM;
}

/* ---- float ---- */

/* Counts columns of [begin, end) that are not <= bound and adds their values to `sums`. */
static inline uint32_t sweep_f32(const void *row, uint32_t begin, uint32_t end, float bound,
                                 const exp32 *e, sums32 *sums)
{
    const __m256 bounds = _mm256_set1_ps(bound);
    const __m256 nothing = _mm256_set1_ps(-HUGE_VALF);
    __m256i count = _mm256_setzero_si256();
    while (begin < end) {
        const uint32_t stop = stop_of(begin, end);
        for (; stop - begin >= 8; begin += 8) {
            const __m256 x = rs_load8_f32(row, begin);
            rs_fetch_ahead(row, (size_t)begin * sizeof(float));
            const __m256 ahead = _mm256_cmp_ps(x, bounds, _CMP_NLE_UQ);
            count = _mm256_sub_epi32(count, _mm256_castps_si256(ahead));
            add_values(sums, e, x);
        }
        if (begin < stop) {
            const __m256i there = rs_first_lanes_32(stop - begin);
            const __m256 x = _mm256_blendv_ps(nothing, rs_load8_f32_masked(there, row, begin),
                                              _mm256_castsi256_ps(there));
            const __m256 ahead = _mm256_cmp_ps(x, bounds, _CMP_NLE_UQ);
            count = _mm256_sub_epi32(count, _mm256_and_si256(there, _mm256_castps_si256(ahead)));
            add_values(sums, e, x);
            begin = stop;
        }
        empty_sum(sums);
    }
    return rs_sum_u32(count);
}

RS_DEFINE_SWEEP_AROUND_F32
RS_DEFINE_MEASURE_F32(avx2)

/* ---- halves ---- */

static inline void add_f16(sums32 *sums, const exp32 *e, __m256i x)
{
    add_values(sums, e, _mm256_cvtph_ps(_mm256_castsi256_si128(x)));
    add_values(sums, e, _mm256_cvtph_ps(_mm256_extracti128_si256(x, 1)));
}

/* A bfloat16 is the upper half of a float. Which value goes to which lane does not matter. */
static inline void add_bf16(sums32 *sums, const exp32 *e, __m256i x)
{
    const __m256i upper = _mm256_set1_epi32((int)0xffff0000u);
    add_values(sums, e, _mm256_castsi256_ps(_mm256_slli_epi32(x, 16)));
    add_values(sums, e, _mm256_castsi256_ps(_mm256_and_si256(x, upper)));
}

/* As count_16 in row_kernel_avx2.c, and adds the values to `sums`. */
#define DEFINE_SWEEP_16(name, infinity, add)                                                       \
    static inline uint32_t sweep_##name(const void *row, uint32_t begin, uint32_t end,             \
                                        rs_bound16 bound, const exp32 *e, sums32 *sums,            \
                                        __m256i *doubled)                                          \
    {                                                                                              \
        const __m256i base = _mm256_set1_epi16((short)(bound.base + 0x8000u));                     \
        const __m256i limit = _mm256_set1_epi16((short)(bound.limit - 0x8000u));                   \
        const __m256i nothing = _mm256_set1_epi16((short)((infinity) | 0x8000u));                  \
        __m256i count = _mm256_setzero_si256();                                                    \
        while (begin < end) {                                                                      \
            const uint32_t stop = stop_of(begin, end);                                             \
            for (; stop - begin >= 16; begin += 16) {                                              \
                const __m256i x = rs_load16_u16(row, begin);                                       \
                rs_fetch_ahead(row, (size_t)begin * sizeof(uint16_t));                             \
                const __m256i ahead = _mm256_cmpgt_epi16(_mm256_sub_epi16(x, base), limit);        \
                count = _mm256_sub_epi16(count, ahead);                                            \
                *doubled = _mm256_max_epu16(*doubled, _mm256_add_epi16(x, x));                     \
                add(sums, e, x);                                                                   \
            }                                                                                      \
            if (begin < stop) {                                                                    \
                __m256i there;                                                                     \
                const __m256i last = rs_load_tail_u16(row, begin, stop, &there);                   \
                const __m256i x = _mm256_blendv_epi8(nothing, last, there);                        \
                const __m256i ahead = _mm256_cmpgt_epi16(_mm256_sub_epi16(x, base), limit);        \
                count = _mm256_sub_epi16(count, _mm256_and_si256(there, ahead));                   \
                *doubled = _mm256_max_epu16(*doubled, _mm256_add_epi16(x, x));                     \
                add(sums, e, x);                                                                   \
                begin = stop;                                                                      \
            }                                                                                      \
            empty_sum(sums);                                                                       \
        }                                                                                          \
        return rs_sum_u16(count);                                                                  \
    }

#define MEASURE_16(ID, name, bits, infinity, normal)                                               \
    DEFINE_SWEEP_16(name, infinity, add_##name)                                                    \
    RS_DEFINE_SWEEP_AROUND_16(name, infinity, __m256i *)                                           \
    RS_DEFINE_MEASURE_16(avx2, name, RS_DTYPE_##ID, infinity, __m256i, _mm256_setzero_si256,       \
                         columns < RS_LANES_16)
RS_FLOATS_16(MEASURE_16)

/* ---- double ---- */

bool rs_measure_f64_avx2(const void *row, uint32_t columns, uint32_t label, double reference,
                         rs_row_measure *measure)
{
    return rs_measure_in_f64(rs_row_kernel_avx2(RS_DTYPE_F64), RS_DTYPE_F64, row, columns, label,
                             reference, measure);
}
