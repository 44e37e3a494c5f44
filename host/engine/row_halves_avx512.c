/* row_halves_avx512.c - rank, largest value and sum of exponentials of 16-bit rows, with AVX-512.
 *
 * What a row takes here is the number of operations of 512 bits, of which two can begin in a cycle:
 * memory has a row of halves ready sooner. So this is the scheme of row_measure_avx512.c with all
 * left out that a row of ordinary logits has no need of, where the label is above zero:
 *
 * - Then the largest of all patterns, taken for signed integers, is that of the largest value. What
 *   is ahead of the label is only counted, in a sweep of its own over what is in the cache now,
 *   where another column has no smaller one.
 * - Nothing is raised, and no NaN looked for: an instruction that scales by a power of two leaves
 *   nothing of what is far below the reference. Of NaN, infinities and what is too large for n
 *   come sums that are no finite number. Such rows are done again, by the kernel for all rows; so
 *   are those whose label is not above zero or whose reference is out of REACH. A finite sum is a
 *   proof that there is no NaN.
 *
 * n is counted in parts of 1/32 from what is added to round it: its low bits choose the 2^(i/32) of
 * a table, which already has the power of two that belongs to the reference.
 */
#include <math.h>

#include "base/row_value.h"
#include "engine/row_groups_avx512.h"
#include "engine/row_kernel_avx512.h"
#include "engine/row_powers_avx512.h"
#include "engine/swept_rows.h"

enum { GROUP = 64, LANES = 16, VECTORS = GROUP / LANES, HALVES = 32, GROUPS_PER_SUM = 16 };

/* Of the reference. The largest term that a row may have, REACH above it and raised, times all
 * columns is in range still. */
#define REACH 64.0

/* -32768: a row of such values adds nothing. */
static const uint16_t nothing_f16 = 0xf800u;
static const uint16_t nothing_bf16 = 0xc700u;

static const float log2_e = (float)RS_LOG2_E;
static const float ln2 = RS_LN2_F32;
static const float rounding = 0x1.8p+18f; /* leaves multiples of 1/32 */

typedef struct powers {
    __m512 low;
    __m512 high;
} powers;

static inline powers powers_for(double reference)
{
    const double n = rs_round_f64(reference * RS_LOG2_E);
    const __m512i lane = _mm512_set_epi32(15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0);
    const __m512i place = _mm512_slli_epi32(lane, RS_POWER_MOVED);
    const __m512i exponent = _mm512_set1_epi32((RS_RAISED - (int)n) * (1 << 23));
    const __m512i to_high = _mm512_set1_epi32(LANES << RS_POWER_MOVED);
    const __m512i from = _mm512_add_epi32(place, exponent);
    const __m512i low = _mm512_add_epi32(_mm512_loadu_si512(rs_powers), from);
    const __m512i high = _mm512_add_epi32(_mm512_loadu_si512(rs_powers + LANES), from);
    return (powers){
        .low = _mm512_castsi512_ps(low),
        .high = _mm512_castsi512_ps(_mm512_add_epi32(high, to_high)),
    };
}

/* What a sweep gathers; the sums are emptied into `total` now and then. */
typedef struct sums16 {
    __m512 sum[VECTORS];
    __m512d total;
    __m512i largest; /* pattern */
} sums16;

static inline sums16 no_sums(void)
{
    const __m512 none = _mm512_setzero_ps();
    return (sums16){
        .sum = {none, none, none, none},
        .total = _mm512_setzero_pd(),
        .largest = _mm512_setzero_si512(),
    };
}

/* Adds e^(x - reference) / factor of each vector of a group to the sum of that vector: step by step
 * side by side, as the steps of one wait for each other. */
static inline void add_group(sums16 *sums, const powers *p, const __m512 x[VECTORS])
{
    __m512 shifted[VECTORS];
    __m512 n[VECTORS];
    __m512 r[VECTORS];
    for (int i = 0; i < VECTORS; ++i) {
        shifted[i] = _mm512_fmadd_ps(x[i], _mm512_set1_ps(log2_e), _mm512_set1_ps(rounding));
    }
    for (int i = 0; i < VECTORS; ++i) {
        n[i] = _mm512_sub_ps(shifted[i], _mm512_set1_ps(rounding));
        r[i] = _mm512_fnmadd_ps(n[i], _mm512_set1_ps(ln2), x[i]);
    }
    for (int i = 0; i < VECTORS; ++i) {
        r[i] = rs_exp_rest(r[i]);
    }
    for (int i = 0; i < VECTORS; ++i) {
        const __m512i index = _mm512_castps_si512(shifted[i]);
        const __m512 part = _mm512_permutex2var_ps(p->low, index, p->high);
        sums->sum[i] = _mm512_fmadd_ps(r[i], _mm512_scalef_ps(part, n[i]), sums->sum[i]);
    }
}

static inline void empty_sums(sums16 *sums)
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

static inline uint16_t largest_of(__m512i lanes)
{
    const __m256i a =
        _mm256_max_epi16(_mm512_castsi512_si256(lanes), _mm512_extracti64x4_epi64(lanes, 1));
    const __m128i b = _mm_max_epi16(_mm256_castsi256_si128(a), _mm256_extracti128_si256(a, 1));
    const __m128i turned = _mm_xor_si128(b, _mm_set1_epi16(INT16_MAX)); /* none is below zero */
    return (uint16_t)(_mm_cvtsi128_si32(_mm_minpos_epu16(turned)) ^ INT16_MAX);
}

static inline void see_largest(sums16 *sums, const rs_group16 *group)
{
    for (int i = 0; i < 2; ++i) {
        sums->largest = _mm512_max_epi16(sums->largest, group->half[i]);
    }
}

/* The label's group and the last one are copies, without it and filled up. That of the label is
 * chosen without a branch, which a processor would guess wrong once in every row. */
#define DEFINE_SWEEP(name)                                                                         \
    static inline void sweep_##name(const void *row, uint32_t columns, uint32_t label,             \
                                    const powers *p, sums16 *gathered)                             \
    {                                                                                              \
        const uint32_t groups = columns / GROUP;                                                   \
        const uint32_t at = label / GROUP;                                                         \
        const uint64_t own_bit = UINT64_C(1) << (label % GROUP);                                   \
        const uint64_t left = (UINT64_C(1) << (columns % GROUP)) - 1;                              \
        const uint16_t *const values = row;                                                        \
        uint16_t last[GROUP];                                                                      \
        uint16_t own[GROUP];                                                                       \
        const uint16_t *from[2] = {values, own};                                                   \
        rs_group16 x;                                                                              \
        sums16 sums = no_sums(); /* in registers, inlined or not */                                \
        rs_copy_group16(values + (size_t)groups * GROUP, left, nothing_##name, last);              \
        rs_copy_group16(at < groups ? values + (size_t)at * GROUP : last, ~own_bit,                \
                        nothing_##name, own);                                                      \
        for (uint32_t group = 0; group < groups; ++group, from[0] += GROUP) {                      \
            rs_fetch_group16(row, group);                                                          \
            rs_load_group_##name(from[group == at], &x);                                           \
            see_largest(&sums, &x);                                                                \
            add_group(&sums, p, x.x);                                                              \
            if (group % GROUPS_PER_SUM == GROUPS_PER_SUM - 1) {                                    \
                empty_sums(&sums);                                                                 \
            }                                                                                      \
        }                                                                                          \
        if (left != 0) {                                                                           \
            rs_fetch_group16(row, groups);                                                         \
            rs_load_group_##name(at == groups ? own : last, &x);                                   \
            see_largest(&sums, &x);                                                                \
            add_group(&sums, p, x.x);                                                              \
        }                                                                                          \
        empty_sums(&sums);                                                                         \
        *gathered = sums;                                                                          \
    }

/* Twice the same: a processor loads 32 bits into all lanes as it is, 16 bits it has to spread. */
static inline uint32_t twice(unsigned bits)
{
    return bits * 0x10001u;
}

static inline uint32_t larger_in(__m512i half, uint32_t bound)
{
    return (uint32_t)__builtin_popcount(
        _mm512_cmpgt_epi16_mask(half, _mm512_set1_epi32((int)bound)));
}

/* Columns ahead of a label above zero: before it, equal ones are as well. Nothing in place of a
 * column, 0, is larger than no bound. */
static uint32_t count_ahead(const void *row, uint32_t columns, uint32_t label, uint16_t bits)
{
    const uint32_t bound[2] = {twice(bits - 1u), twice(bits)};
    const uint32_t own = label / HALVES;
    const __mmask32 before = rs_first32(label % HALVES);
    const __m512i beside = rs_load32_u16_masked(before, row, own * HALVES, 0);
    uint32_t ahead = larger_in(beside, bound[0]) - larger_in(beside, bound[1]);
    uint32_t i = 0;
    for (; i < columns / HALVES; ++i) {
        ahead += larger_in(rs_load32_u16(row, i * HALVES), bound[i >= own]);
    }
    const __mmask32 left = rs_first32(columns % HALVES);
    return ahead + larger_in(rs_load32_u16_masked(left, row, i * HALVES, 0), bound[1]);
}

/* Of a row of a batch: the largest of its labels, if that is above zero and below infinity. It is
 * that of the signed patterns then. */
static inline bool find_top(rs_swept_rows *b, uint16_t infinity)
{
    const uint32_t i = b->rows;
    int32_t most = INT16_MIN;
    for (uint32_t label = 0; label < RS_BATCH_LABELS; ++label) {
        const uint16_t bits = rs_load_u16(b->row[i], b->column[i][label]);
        const bool more = (int16_t)bits > most; /* the last columns may be some label again */
        b->bits[label][i] = bits;
        b->top[i] = more ? label : b->top[i];
        most = more ? (int16_t)bits : most;
    }
    b->top_bits[i] = (uint16_t)most;
    return most > 0 && most < infinity;
}

/* A row of equal values has as many columns ahead of a label as are before it. */
void rs_rank_tops_16_avx512(rs_swept_rows *b)
{
    const __m256i other = _mm256_loadu_si256((const void *)b->other);
    const __m256i label = _mm256_loadu_si256((const void *)b->top_bits);
    uint32_t left = _mm256_cmpge_epu16_mask(other, label) & ((1u << b->rows) - 1u);
    for (; left != 0; left &= left - 1u) {
        const uint32_t i = (uint32_t)__builtin_ctz(left);
        const uint32_t column = b->column[i][b->top[i]];
        const uint32_t ahead = count_ahead(b->row[i], b->columns, column, b->top_bits[i]);
        b->ahead[b->top[i]][i] = ahead;
        b->alone |= (uint32_t)(ahead == column) << i;
    }
}

#define DEFINE_BATCH(name, infinity)                                                               \
    bool rs_sweep_##name##_avx512(rs_swept_rows *b)                                                \
    {                                                                                              \
        const uint32_t i = b->rows;                                                                \
        if (!find_top(b, (infinity))) {                                                            \
            return false;                                                                          \
        }                                                                                          \
        const uint64_t top = b->top[i];                                                            \
        const double reference = rs_##name##_decode(b->top_bits[i]);                               \
        if (!(reference <= REACH)) {                                                               \
            return false;                                                                          \
        }                                                                                          \
        const powers p = powers_for(reference);                                                    \
        sums16 sums;                                                                               \
        sweep_##name(b->row[i], b->columns, b->column[i][top], &p, &sums);                         \
        b->reference[i] = reference;                                                               \
        b->sum[i] = _mm512_reduce_add_pd(sums.total);                                              \
        b->other[i] = largest_of(sums.largest);                                                    \
        return true;                                                                               \
    }

#define DEFINE_MEASURE(ID, name, width, infinity, normal)                                          \
    DEFINE_SWEEP(name)                                                                             \
    bool rs_measure_##name##_avx512(const void *row, uint32_t columns, uint32_t label,             \
                                    double reference, rs_row_measure *measure)                     \
    {                                                                                              \
        const uint16_t bits = label == RS_NO_LABEL ? 0 : rs_load_u16(row, label);                  \
        const bool above_zero = bits - 1u < (infinity)-1u; /* and below infinity */                \
        if (above_zero && fabs(reference) <= REACH) {                                              \
            const powers p = powers_for(reference);                                                \
            sums16 sums;                                                                           \
            sweep_##name(row, columns, label, &p, &sums);                                          \
            const uint16_t other = largest_of(sums.largest);                                       \
            measure->ahead = other < bits ? 0 : count_ahead(row, columns, label, bits);            \
            measure->largest = rs_##name##_decode(other < bits ? bits : other);                    \
            measure->rest = _mm512_reduce_add_pd(sums.total) * rs_exp_factor(reference);           \
            if (measure->rest < HUGE_VAL) {                                                        \
                return true;                                                                       \
            }                                                                                      \
        }                                                                                          \
        return rs_measure_##name##_avx512_any(row, columns, label, reference, measure);            \
    }                                                                                              \
    DEFINE_BATCH(name, infinity)

RS_FLOATS_16(DEFINE_MEASURE)
