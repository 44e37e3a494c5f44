/* row_measure_avx512.c - rank, largest value and sum of exponentials in one sweep, with AVX-512.
 *
 * Fused because the row comes from memory: its exponentials are computed while the next lines are
 * on their way. Columns are taken in groups of 64, whose exponentials go step by step side by side:
 * the steps of one wait for each other. The label's own column is left out in a copy of its group,
 * and the last group is a copy filled up, so that wherever the label is the same loops run equally
 * often and a processor guesses no branch wrong.
 *
 * e^x = 2^(n/32) e^r with n the integer nearest to 32 x log2(e) and r = x - n ln2/32, rounded once
 * by a fused multiply-add. The ln2 is a float, 2e-9 off; so is the one that splits the reference,
 * hence terms are off only by 2e-9 for every power of two between them and the reference, however
 * large both are. The reference's n is taken from theirs and its e^-r is a factor of the whole sum.
 * n comes of adding what leaves an integer in the low bits, and goes from there: its lowest five
 * bits choose the 2^(n/32) of a table, the others are added to the exponent of that. So values far
 * below the reference are raised to where the exponent is still that of a normal number. With r as
 * small as 0.011 three terms suffice for e^r (5.4e-8). Processors have instructions for rounding
 * and scaling, but the one is two operations, and so is the other on some.
 */
#include "engine/exp_sum.h"
#include "engine/row_groups_avx512.h"
#include "engine/row_kernel_avx512.h"
#include "engine/row_measure_sums.h"
#include "engine/row_powers_avx512.h"

/* Beyond this, n is not exact in a float; such references are left to the portable kernel. */
#define FAR_REFERENCE 9e4

/* A lane of a float sum has one column of each group. It is emptied into doubles before the
 * roundings of many terms, which may all go the same way, add up. */
enum { GROUP = 64, LANES = 16, VECTORS = GROUP / LANES, HALVES = 32, GROUPS_PER_SUM = 16 };

static const float steps_per_e = (float)(32.0 * RS_LOG2_E);
static const float step = RS_LN2_F32 / 32.0f;

typedef struct exp32 {
    __m512 lowest; /* e^(lowest - reference) is next to nothing */
    __m512 shift;  /* RS_ROUND_F32 less n of the reference */
    double factor; /* e^-r of the reference */
} exp32;

static inline exp32 exp32_for(double reference)
{
    const double n = rs_round_f64(reference * 32.0 * RS_LOG2_E);
    return (exp32){
        .lowest = _mm512_set1_ps((float)reference - RS_EXP_LIMIT_F32),
        .shift = _mm512_set1_ps(RS_ROUND_F32 - (float)n),
        .factor = rs_exp_f64(n * (double)step - reference),
    };
}

/* What a sweep gathers; the sums are emptied into `total` now and then. */
typedef struct sums32 {
    __m512 largest;
    __m512 sum[VECTORS];
    __m512d total;
} sums32;

static inline sums32 no_sums(void)
{
    const __m512 none = _mm512_setzero_ps();
    return (sums32){
        .largest = _mm512_set1_ps(-HUGE_VALF),
        .sum = {none, none, none, none},
        .total = _mm512_setzero_pd(),
    };
}

/* Adds e^(x - reference) / factor of each vector of a group to the sum of that vector. */
static inline void add_group(sums32 *sums, const exp32 *e, const __m512 x[VECTORS])
{
    const __m512i low = _mm512_loadu_si512(rs_powers);
    const __m512i high = _mm512_loadu_si512(rs_powers + LANES);
    __m512 r[VECTORS];
    __m512 shifted[VECTORS];
    for (int i = 0; i < VECTORS; ++i) {
        sums->largest = _mm512_max_ps(sums->largest, x[i]);
        r[i] = _mm512_max_ps(x[i], e->lowest);
    }
    for (int i = 0; i < VECTORS; ++i) {
        shifted[i] = _mm512_fmadd_ps(r[i], _mm512_set1_ps(steps_per_e), e->shift);
    }
    for (int i = 0; i < VECTORS; ++i) {
        const __m512 n = _mm512_sub_ps(shifted[i], e->shift);
        r[i] = _mm512_fnmadd_ps(n, _mm512_set1_ps(step), r[i]);
    }
    for (int i = 0; i < VECTORS; ++i) {
        r[i] = rs_exp_rest(r[i]);
    }
    for (int i = 0; i < VECTORS; ++i) {
        /* the bits of RS_ROUND_F32 are moved out */
        const __m512i n = _mm512_castps_si512(shifted[i]);
        const __m512i power = _mm512_add_epi32(_mm512_permutex2var_epi32(low, n, high),
                                               _mm512_slli_epi32(n, RS_POWER_MOVED));
        sums->sum[i] = _mm512_fmadd_ps(r[i], _mm512_castsi512_ps(power), sums->sum[i]);
    }
}

static inline void empty_sums(sums32 *sums)
{
    const __m512 sum = _mm512_add_ps(_mm512_add_ps(sums->sum[0], sums->sum[1]),
                                     _mm512_add_ps(sums->sum[2], sums->sum[3]));
    const __m512d low = _mm512_cvtps_pd(_mm512_castps512_ps256(sum));
    const __m512d high = _mm512_cvtps_pd(_mm512_extractf32x8_ps(sum, 1));
    sums->total = _mm512_add_pd(sums->total, _mm512_add_pd(low, high));
    for (int i = 0; i < VECTORS; ++i) {
        sums->sum[i] = _mm512_setzero_ps();
    }
}

static inline void finish(const sums32 *sums, const exp32 *e, rs_row_measure *measure)
{
    measure->largest = (double)_mm512_reduce_max_ps(sums->largest);
    measure->rest = _mm512_reduce_add_pd(sums->total) * e->factor;
}

/* Where a label is in a row of groups. */
typedef struct place {
    uint32_t groups;
    uint64_t left; /* a bit for each column behind the last whole group */
    uint32_t own;  /* the label's group: `groups` where it is behind all of them, more for none */
    uint64_t own_bit; /* its column there */
} place;

static inline place place_of(uint32_t columns, uint32_t label)
{
    return (place){
        .groups = columns / GROUP,
        .left = (UINT64_C(1) << (columns % GROUP)) - 1,
        .own = label / GROUP,
        .own_bit = UINT64_C(1) << (label % GROUP),
    };
}

static inline uint32_t count_bits(uint64_t bits)
{
    return (uint32_t)__builtin_popcountll(bits);
}

/* ---- float ---- */

static inline void fetch_floats(const void *row, uint32_t group)
{
    for (uint32_t i = 0; i < GROUP; i += LANES) {
        rs_fetch_ahead(row, ((size_t)group * GROUP + i) * sizeof(float));
    }
}

static inline void load_group_f32(const float *from, __m512 x[VECTORS])
{
    for (uint32_t i = 0; i < VECTORS; ++i) {
        x[i] = rs_load16_f32(from, LANES * i);
    }
}

/* Those columns of a group that are `there`, and nothing in place of the others: these are not
 * touched. */
static inline void copy_group_f32(const float *from, uint64_t there, float *to)
{
    for (uint32_t i = 0; i < VECTORS; ++i) {
        const __mmask16 mask = (__mmask16)(there >> (LANES * i));
        const uint32_t begin = LANES * i;
        _mm512_storeu_ps(to + begin, rs_load16_f32_masked(mask, from, begin, -HUGE_VALF));
    }
}

/* Which columns of a group are not <= bound. */
static inline uint64_t ahead_f32(const __m512 x[VECTORS], float bound)
{
    uint64_t ahead = 0;
    for (int i = 0; i < VECTORS; ++i) {
        const __mmask16 mask = _mm512_cmp_ps_mask(x[i], _mm512_set1_ps(bound), _CMP_NLE_UQ);
        ahead |= (uint64_t)mask << (LANES * i);
    }
    return ahead;
}

static inline __m512i count_f32(__m512i count, const __m512 x[VECTORS], float bound)
{
    for (int i = 0; i < VECTORS; ++i) {
        const __mmask16 ahead = _mm512_cmp_ps_mask(x[i], _mm512_set1_ps(bound), _CMP_NLE_UQ);
        count = _mm512_mask_sub_epi32(count, ahead, count, _mm512_set1_epi32(-1));
    }
    return count;
}

/* Counts the columns ahead of the label and adds all others to `sums`. By the bound of those behind
 * it, nothing in place of the label is not ahead; equal ones before it are. */
static inline uint32_t sweep_around_f32(const void *row, uint32_t columns, uint32_t label,
                                        float value, const exp32 *e, sums32 *sums)
{
    const float bound[2] = {rs_below_f32(value), value};
    const place at = place_of(columns, label);
    const float *const values = row;
    float last[GROUP];
    float own[GROUP];
    __m512 x[VECTORS];
    __m512i count = _mm512_setzero_si512();
    copy_group_f32(values + (size_t)at.groups * GROUP, at.left, last);
    copy_group_f32(at.own < at.groups ? values + (size_t)at.own * GROUP : last, ~at.own_bit, own);
    load_group_f32(own, x);
    const uint64_t equal = ahead_f32(x, bound[0]) & ~ahead_f32(x, bound[1]);
    for (uint32_t group = 0; group < at.groups; ++group) {
        fetch_floats(row, group);
        load_group_f32(group == at.own ? own : values + (size_t)group * GROUP, x);
        count = count_f32(count, x, bound[group >= at.own]);
        add_group(sums, e, x);
        if (group % GROUPS_PER_SUM == GROUPS_PER_SUM - 1) {
            empty_sums(sums);
        }
    }
    if (at.left != 0) {
        fetch_floats(row, at.groups);
        load_group_f32(at.own == at.groups ? own : last, x);
        count = count_f32(count, x, value);
        add_group(sums, e, x);
    }
    empty_sums(sums);
    return (uint32_t)_mm512_reduce_add_epi32(count) + count_bits(equal & (at.own_bit - 1));
}

RS_DEFINE_MEASURE_F32(avx512)

/* ---- halves ---- */

/* What counting gathers, as in row_kernel_avx512.c. */
typedef struct count16 {
    __m512i count;
    __m512i doubled;
} count16;

static inline __mmask32 ahead_16(__m512i half, rs_bound16 bound)
{
    const __m512i moved = _mm512_sub_epi16(half, _mm512_set1_epi16((short)bound.base));
    return _mm512_cmpgt_epu16_mask(moved, _mm512_set1_epi16((short)bound.limit));
}

static inline void count_16(count16 *c, const rs_group16 *group, rs_bound16 bound)
{
    for (int i = 0; i < 2; ++i) {
        const __m512i half = group->half[i];
        c->count =
            _mm512_mask_sub_epi16(c->count, ahead_16(half, bound), c->count, _mm512_set1_epi16(-1));
        c->doubled = _mm512_max_epu16(c->doubled, _mm512_add_epi16(half, half));
    }
}

/* Columns before a label that are equal to it, by a copy of its group. */
static inline uint32_t equal_16(const uint16_t *own, uint64_t own_bit, const rs_bound16 bound[2])
{
    uint64_t equal = 0;
    for (uint32_t i = 0; i < 2; ++i) {
        const __m512i half = rs_load32_u16(own, HALVES * i);
        const __mmask32 mask = ahead_16(half, bound[0]) & ~ahead_16(half, bound[1]);
        equal |= (uint64_t)mask << (HALVES * i);
    }
    return count_bits(equal & (own_bit - 1));
}

/* As sweep_around_f32. */
#define DEFINE_SWEEP_16(name, infinity)                                                            \
    static inline uint32_t sweep_around_##name(const void *row, uint32_t columns, uint32_t label,  \
                                               uint16_t bits, const exp32 *e, sums32 *sums,        \
                                               __m512i *doubled)                                   \
    {                                                                                              \
        const rs_bound16 bound[2] = {rs_bound16_from(bits, infinity),                              \
                                     rs_bound16_above(bits, infinity)};                            \
        const uint16_t nothing = (uint16_t)((infinity) | 0x8000u);                                 \
        const place at = place_of(columns, label);                                                 \
        const uint16_t *const values = row;                                                        \
        uint16_t last[GROUP];                                                                      \
        uint16_t own[GROUP];                                                                       \
        rs_group16 x;                                                                              \
        count16 c = {.count = _mm512_setzero_si512(), .doubled = *doubled};                        \
        rs_copy_group16(values + (size_t)at.groups * GROUP, at.left, nothing, last);               \
        rs_copy_group16(at.own < at.groups ? values + (size_t)at.own * GROUP : last, ~at.own_bit,  \
                        nothing, own);                                                             \
        for (uint32_t group = 0; group < at.groups; ++group) {                                     \
            rs_fetch_group16(row, group);                                                          \
            rs_load_group_##name(group == at.own ? own : values + (size_t)group * GROUP, &x);      \
            count_16(&c, &x, bound[group >= at.own]);                                              \
            add_group(sums, e, x.x);                                                               \
            if (group % GROUPS_PER_SUM == GROUPS_PER_SUM - 1) {                                    \
                empty_sums(sums);                                                                  \
            }                                                                                      \
        }                                                                                          \
        if (at.left != 0) {                                                                        \
            rs_fetch_group16(row, at.groups);                                                      \
            rs_load_group_##name(at.own == at.groups ? own : last, &x);                            \
            count_16(&c, &x, bound[1]);                                                            \
            add_group(sums, e, x.x);                                                               \
        }                                                                                          \
        empty_sums(sums);                                                                          \
        *doubled = c.doubled;                                                                      \
        return rs_sum_u16(c.count) + equal_16(own, at.own_bit, bound);                             \
    }

#define MEASURE_16(ID, name, bits, infinity, normal)                                               \
    DEFINE_SWEEP_16(name, infinity)                                                                \
    RS_DEFINE_MEASURE_16(avx512_any, name, RS_DTYPE_##ID, infinity, __m512i, _mm512_setzero_si512, \
                         false)
RS_FLOATS_16(MEASURE_16)

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
