/* average_floats_plain.h - the kernels of average_floats.h, for instruction sets that multiply and
 * add in one operation. Behind average_row_plain.h.
 *
 * How far an average is off at most, in roundings of a float (2^-24 of the value): a power 3.7, of
 * which 1.7 are the polynomial's; a sum of powers those and the 5 of what is added before it goes
 * on in double; a factor 1; and what is added of each of up to 8 members 1. Together 21.4. (What is
 * subtracted of the exponent is exact, or off by half a rounding: |x| is below 512 ln2.)
 */
#ifndef RS_AVERAGE_FLOATS_PLAIN_H
#define RS_AVERAGE_FLOATS_PLAIN_H

#include "engine/average_floats.h"
#include "engine/average_row_plain.h"

/* A power below e^-64 of the largest is taken for that, and none comes to the end of a float. */
#define RS_POWER_REACH 64.0f

enum {
    RS_FLOATS = 2 * RS_LANES, /* of a register */
    RS_FLOATS_STEP = 16,      /* of every instruction set, so that all add up in the same order */
    RS_FLOATS_PARTS = RS_FLOATS_STEP / RS_FLOATS,
    RS_FLOATS_GROUP = 4 * RS_FLOATS_STEP,
    RS_FLOATS_VECTORS = RS_FLOATS_GROUP / RS_FLOATS
};

typedef uint32_t rs_floats_words __attribute__((vector_size(RS_FLOATS * sizeof(uint32_t))));

static inline rs_floats rs_floats_of(float value)
{
    const rs_floats none = {0.0f};
    return none + value;
}

static inline rs_floats rs_floats_load(const void *from)
{
    rs_floats values;
    memcpy(&values, from, sizeof values);
    return values;
}

/* a * b + c, rounded once */
static inline rs_floats rs_floats_fused(rs_floats a, rs_floats b, rs_floats c)
{
#if defined(__AVX512F__)
    return (rs_floats)_mm512_fmadd_ps((__m512)a, (__m512)b, (__m512)c);
#else
    return (rs_floats)_mm256_fmadd_ps((__m256)a, (__m256)b, (__m256)c);
#endif
}

/* What values of a row are raised against: their largest, to the power of two nearest to it. */
typedef struct rs_floats_base {
    rs_floats lowest;
    rs_floats shift; /* RS_ROUND_F32 less that exponent */
} rs_floats_base;

static inline rs_floats_base rs_floats_base_of(float largest)
{
    const double exponent = rs_round_f64((double)largest * RS_LOG2_E);
    return (rs_floats_base){
        .lowest = rs_floats_of(largest - RS_POWER_REACH),
        .shift = rs_floats_of(RS_ROUND_F32 - (float)exponent),
    };
}

static inline rs_floats rs_floats_power(rs_floats value, const rs_floats_base *base)
{
    static const float c[] = RS_EXP_DEGREE_5;
    const rs_floats x = rs_floats_larger(value, base->lowest);
    const rs_floats shifted = rs_floats_fused(x, rs_floats_of((float)RS_LOG2_E), base->shift);
    const rs_floats n = shifted - base->shift;
    rs_floats r = rs_floats_fused(n, rs_floats_of(-RS_LN2_HIGH), x);
    r = rs_floats_fused(n, rs_floats_of(-RS_LN2_LOW), r);
    rs_floats power = rs_floats_of(c[5]);
    for (int i = 4; i >= 0; --i) {
        power = rs_floats_fused(power, r, rs_floats_of(c[i]));
    }
    /* the bits of RS_ROUND_F32 are moved out */
    return (rs_floats)((rs_floats_words)power + ((rs_floats_words)shifted << 23));
}

/* The first `count` values, and `fill` for the others, which are not touched. */
static inline rs_floats rs_floats_load_some(const unsigned char *from, uint32_t count, float fill)
{
#if defined(__AVX512F__)
    const __mmask16 there = (__mmask16)((1u << count) - 1u);
    return (rs_floats)_mm512_mask_loadu_ps(_mm512_set1_ps(fill), there, from);
#else
    const __m256i lane = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
    const __m256i there = _mm256_cmpgt_epi32(_mm256_set1_epi32((int)count), lane);
    const __m256 some = _mm256_maskload_ps((const float *)(const void *)from, there);
    return (rs_floats)_mm256_blendv_ps(_mm256_set1_ps(fill), some, _mm256_castsi256_ps(there));
#endif
}

/* Vector `v` of the group at `begin`; where that is not whole, `fill` stands for what is behind the
 * last column. */
static inline rs_floats rs_floats_take(const rs_average_input *input, bool whole, uint32_t begin,
                                       uint32_t v, float fill)
{
    const uint32_t first = begin + v * RS_FLOATS;
    const unsigned char *const from = (const unsigned char *)input->values + first * sizeof(float);
    if (whole) {
        return rs_floats_load(from);
    }
    const uint32_t left = input->columns > first ? input->columns - first : 0;
    return rs_floats_load_some(from, left < RS_FLOATS ? left : RS_FLOATS, fill);
}

static inline float rs_floats_most(rs_floats values)
{
    float most[RS_FLOATS];
    memcpy(most, &values, sizeof most);
    for (uint32_t half = RS_FLOATS / 2; half > 0; half /= 2) {
        for (uint32_t i = 0; i < half; ++i) {
            most[i] = most[i] > most[half + i] ? most[i] : most[half + i];
        }
    }
    return most[0];
}

static inline float rs_floats_sum(rs_floats values)
{
    float sum[RS_FLOATS];
    memcpy(sum, &values, sizeof sum);
    for (uint32_t half = RS_FLOATS / 2; half > 0; half /= 2) {
        for (uint32_t i = 0; i < half; ++i) {
            sum[i] += sum[half + i];
        }
    }
    return sum[0];
}

/* Largest values and sums of each vector of groups. */
typedef struct rs_floats_look {
    rs_floats most[RS_FLOATS_VECTORS];
    rs_floats sum[RS_FLOATS_VECTORS];
} rs_floats_look;

static inline void rs_floats_look_at(const rs_average_input *input, bool whole, uint32_t begin,
                                     float fill, rs_floats_look *look)
{
    for (uint32_t v = 0; v < RS_FLOATS_VECTORS; ++v) {
        const rs_floats x = rs_floats_take(input, whole, begin, v, fill);
        look->most[v] = rs_floats_larger(x, look->most[v]);
        look->sum[v] += x;
    }
}

/* The largest value; false where there may be a NaN, as rs_average_find_largest. */
static inline bool rs_floats_largest(const rs_average_input *input, float *largest)
{
    const float first = rs_load_f32(input->values, 0);
    rs_floats_look look;
    uint32_t i = 0;
    for (uint32_t v = 0; v < RS_FLOATS_VECTORS; ++v) {
        look.sum[v] = rs_floats_of(0.0f);
        look.most[v] = rs_floats_of(-HUGE_VALF);
    }
    for (; input->columns - i >= RS_FLOATS_GROUP; i += RS_FLOATS_GROUP) {
        rs_floats_look_at(input, true, i, first, &look);
    }
    if (i < input->columns) {
        rs_floats_look_at(input, false, i, first, &look);
    }
    for (uint32_t v = 1; v < RS_FLOATS_VECTORS; ++v) {
        look.most[0] = rs_floats_larger(look.most[v], look.most[0]);
        look.sum[0] += look.sum[v];
    }
    const float total = rs_floats_sum(look.sum[0]);
    *largest = rs_floats_most(look.most[0]);
    return total - total == 0.0f;
}

/* A finite sum is the proof that there is no NaN; of other rows all values are looked at. */
static inline bool rs_floats_base_find(const rs_average_input *input, rs_floats_base *base)
{
    float largest = 0.0f;
    const bool sound = rs_floats_largest(input, &largest) ||
                       !rs_average_has_nan(RS_DTYPE_F32, input->values, input->columns);
    if (!sound || !(fabsf(largest) < (float)RS_EXP_FAR_F32)) {
        return false;
    }
    *base = rs_floats_base_of(largest);
    return true;
}

/* Sums of powers: of some in floats, and of those in double, in which each lane of a step has its
 * own. */
typedef struct rs_floats_sums {
    rs_floats some[RS_FLOATS_VECTORS];
    rs_lanes total[RS_FLOATS_STEP / RS_LANES];
} rs_floats_sums;

static inline void rs_floats_empty(rs_floats_sums *sums)
{
    const size_t parts = RS_FLOATS_PARTS;
    float folded[RS_FLOATS_STEP];
    for (uint32_t part = 0; part < RS_FLOATS_PARTS; ++part) {
        const rs_floats *const of = sums->some + part;
        const rs_floats four = (of[0] + of[parts]) + (of[2 * parts] + of[3 * parts]);
        memcpy(folded + (size_t)part * RS_FLOATS, &four, sizeof four);
    }
    for (uint32_t i = 0; i < RS_FLOATS_STEP; i += RS_LANES) {
        sums->total[i / RS_LANES] += rs_lanes_load_f32((const unsigned char *)(folded + i));
    }
    for (uint32_t v = 0; v < RS_FLOATS_VECTORS; ++v) {
        sums->some[v] = rs_floats_of(0.0f);
    }
}

static inline double rs_floats_total(const rs_floats_sums *sums)
{
    double total[RS_FLOATS_STEP];
    memcpy(total, sums->total, sizeof total);
    for (uint32_t half = RS_FLOATS_STEP / 2; half > 0; half /= 2) {
        for (uint32_t i = 0; i < half; ++i) {
            total[i] += total[half + i];
        }
    }
    return total[0];
}

/* Calls for as many columns of the row behind. */
static inline void rs_floats_fetch(const rs_average_input *input, uint32_t begin)
{
    enum { LINE_BYTES = 64 };
    for (size_t line = 0; line < RS_FLOATS_GROUP * input->size; line += LINE_BYTES) {
        rs_fetch_ahead(input->row, begin * input->size + line);
    }
}

static inline void rs_floats_raise(const rs_average_input *input, bool whole, uint32_t begin,
                                   const rs_floats_base *base, float *power, rs_floats_sums *sums)
{
    rs_floats_fetch(input, begin);
    for (uint32_t v = 0; v < RS_FLOATS_VECTORS; ++v) {
        const rs_floats x = rs_floats_take(input, whole, begin, v, -HUGE_VALF);
        const rs_floats raised = rs_floats_power(x, base);
        memcpy(power + begin + (size_t)v * RS_FLOATS, &raised, sizeof raised);
        sums->some[v] += raised;
    }
}

static bool rs_floats_powers(rs_dtype dtype, const void *row, uint32_t columns, double *room,
                             float *power, double *sum)
{
    enum { COLUMNS_PER_SUM = 4 * RS_FLOATS_GROUP };
    const rs_average_input input = rs_average_open(dtype, row, columns, room);
    rs_floats_sums sums = {.total = {{0.0}}};
    rs_floats_base base;
    uint32_t i = 0;
    if (!rs_floats_base_find(&input, &base)) {
        return false;
    }
    while (columns - i >= RS_FLOATS_GROUP) {
        rs_floats_raise(&input, true, i, &base, power, &sums);
        i += RS_FLOATS_GROUP;
        if (i % COLUMNS_PER_SUM == 0) {
            rs_floats_empty(&sums);
        }
    }
    if (i < columns) {
        rs_floats_raise(&input, false, i, &base, power, &sums);
    }
    rs_floats_empty(&sums);
    *sum = rs_floats_total(&sums);
    return true;
}

static float rs_floats_add(const rs_float_powers *of, uint32_t columns, float *average)
{
    rs_floats most = rs_floats_of(0.0f);
    for (uint32_t j = 0; j < columns; j += RS_FLOATS_GROUP) {
        rs_floats sum[RS_FLOATS_VECTORS];
        for (uint32_t v = 0; v < RS_FLOATS_VECTORS; ++v) {
            sum[v] = rs_floats_of(0.0f);
        }
        for (uint32_t m = 0; m < of->count; ++m) {
            const rs_floats factor = rs_floats_of(of->factor[m]);
            for (uint32_t v = 0; v < RS_FLOATS_VECTORS; ++v) {
                const rs_floats power = rs_floats_load(of->power[m] + j + (size_t)v * RS_FLOATS);
                sum[v] = rs_floats_fused(power, factor, sum[v]);
            }
        }
        for (uint32_t v = 0; v < RS_FLOATS_VECTORS; ++v) {
            most = rs_floats_larger(sum[v], most);
            memcpy(average + j + (size_t)v * RS_FLOATS, &sum[v], sizeof sum[v]);
        }
    }
    return rs_floats_most(most);
}

static inline uint32_t rs_floats_within(rs_floats value, float low, float high)
{
#if defined(__AVX512F__)
    const __mmask16 up = _mm512_cmp_ps_mask((__m512)value, _mm512_set1_ps(low), _CMP_GE_OQ);
    return (uint32_t)__builtin_popcount(
        _mm512_mask_cmp_ps_mask(up, (__m512)value, _mm512_set1_ps(high), _CMP_LE_OQ));
#else
    const __m256 up = _mm256_cmp_ps((__m256)value, _mm256_set1_ps(low), _CMP_GE_OQ);
    const __m256 down = _mm256_cmp_ps((__m256)value, _mm256_set1_ps(high), _CMP_LE_OQ);
    return (uint32_t)__builtin_popcount((unsigned)_mm256_movemask_ps(_mm256_and_ps(up, down)));
#endif
}

static uint32_t rs_floats_near(const float *average, uint32_t columns, float value)
{
    const float low = value - value * RS_AVERAGE_NEAR;
    const float high = value + value * RS_AVERAGE_NEAR;
    uint32_t near = 0;
    uint32_t j = 0;
    for (; columns - j >= RS_FLOATS; j += RS_FLOATS) {
        near += rs_floats_within(rs_floats_load(average + j), low, high);
    }
    for (; j < columns; ++j) {
        near += average[j] >= low && average[j] <= high;
    }
    return near;
}

#define RS_DEFINE_AVERAGE_FLOATS(name)                                                             \
    const rs_average_floats *rs_average_floats_##name(void)                                        \
    {                                                                                              \
        static const rs_average_floats floats = {rs_floats_powers, rs_floats_add, rs_floats_near}; \
        return &floats;                                                                            \
    }

#endif
