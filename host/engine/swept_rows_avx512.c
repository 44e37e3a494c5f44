/* swept_rows_avx512.c - what the rows of a batch give, compiled for AVX-512.
 *
 * Plain C but for the values of labels: loops over the rows of a batch without branches, which
 * compilers vectorise. The definitions are those of score_calibration.c for rows whose labels are
 * all within RS_FAR_BELOW; other rows are found out and left to it.
 */
#include <math.h>

#include "engine/exp_sum.h"
#include "engine/log_f64.h"
#include "engine/row_kernel_avx512.h"
#include "engine/row_powers_avx512.h"
#include "engine/swept_rows.h"
#include "tally/count_calibration.h"

enum { ROWS = RS_BATCH_ROWS, LABELS = RS_BATCH_LABELS };

#define FOUR_BITS(i) UINT64_C(1) << (i), UINT64_C(2) << (i), UINT64_C(4) << (i), UINT64_C(8) << (i)
static const uint64_t row_bit[ROWS] = {FOUR_BITS(0), FOUR_BITS(4), FOUR_BITS(8), FOUR_BITS(12)};

/* ---- values ---- */

static inline void store_doubles(__m512 values, double *to)
{
    _mm512_storeu_pd(to, _mm512_cvtps_pd(_mm512_castps512_ps256(values)));
    _mm512_storeu_pd(to + ROWS / 2, _mm512_cvtps_pd(_mm512_extractf32x8_ps(values, 1)));
}

static inline void decode_f16(const uint16_t *bits, double *to)
{
    store_doubles(_mm512_cvtph_ps(_mm256_loadu_si256((const void *)bits)), to);
}

static inline void decode_bf16(const uint16_t *bits, double *to)
{
    const __m512i wide = _mm512_cvtepu16_epi32(_mm256_loadu_si256((const void *)bits));
    store_doubles(_mm512_castsi512_ps(_mm512_slli_epi32(wide, 16)), to);
}

typedef struct batch_values {
    double label[LABELS][ROWS];
    double other[ROWS]; /* the largest of all columns but the reference */
} batch_values;

/* ---- masses ---- */

/* Relative to exp(reference). */
typedef struct batch_masses {
    double other[ROWS]; /* of all columns that are no labels */
    double set[ROWS];
    double original[ROWS];
    double beside_set[ROWS];
    double beside_original[ROWS];
    double small[ROWS]; /* of all labels but the one of the reference */
    double least[ROWS]; /* of all labels: how far above the reference */
} batch_masses;

static inline void no_masses(batch_masses *mass)
{
    for (int i = 0; i < ROWS; ++i) {
        mass->set[i] = mass->original[i] = mass->beside_set[i] = mass->beside_original[i] = 0.0;
        mass->small[i] = mass->least[i] = 0.0;
    }
}

static inline void add_label(const rs_swept_rows *b, const batch_values *values, uint64_t label,
                             batch_masses *mass)
{
    for (int i = 0; i < ROWS; ++i) {
        const double above = values->label[label][i] - b->reference[i];
        const double power = rs_exp_f64(above > RS_FAR_BELOW ? above : RS_FAR_BELOW);
        const double own = label == b->top[i] ? 1.0 : power;
        const double term = label < b->labels[i] ? own : 0.0;
        const double in_set = label < b->in_set[i] ? term : 0.0;
        const double original = label == b->original[i] ? term : 0.0;
        const double down = label < b->labels[i] ? above : 0.0;
        mass->least[i] = down < mass->least[i] ? down : mass->least[i];
        mass->small[i] += label == b->top[i] ? 0.0 : term;
        mass->set[i] += in_set;
        mass->beside_set[i] += term - in_set;
        mass->original[i] += original;
        mass->beside_original[i] += term - original;
    }
}

static inline void find_masses(rs_swept_rows *b, const batch_values *values, batch_masses *mass)
{
    no_masses(mass);
    for (uint64_t label = 0; label < LABELS; ++label) {
        add_label(b, values, label, mass);
    }
    for (int i = 0; i < ROWS; ++i) {
        const double rest = b->sum[i] * rs_exp_factor(b->reference[i]);
        mass->other[i] = rest - mass->small[i];
        /* not if it is NaN, and where it is infinite the last is not true */
        const uint64_t sound = (uint64_t)(mass->other[i] >= RS_SMALL_REST * mass->small[i]) &
                               (uint64_t)(mass->least[i] >= RS_FAR_BELOW);
        const double above = values->other[i] - b->reference[i];
        b->ordinary[i] &= sound & (uint64_t)(above <= RS_REFERENCE_REACH);
    }
}

/* ---- measures ---- */

typedef struct batch_nll {
    double nll[ROWS];
    double square[ROWS];
} batch_nll;

/* -log of the share of `mass`, which is there where rows are counted. */
static inline void find_nll(const rs_swept_rows *b, const double *other, const double *beside,
                            const double *mass, const uint64_t *there, batch_nll *to)
{
    double part[ROWS];
    double whole[ROWS];
    for (int i = 0; i < ROWS; ++i) {
        part[i] = other[i] + beside[i];
    }
    for (int i = 0; i < ROWS; ++i) { /* a loop of its own: else it gets a branch */
        const uint64_t counted = b->ordinary[i] & (there[i] != 0 ? 1u : 0u);
        part[i] = counted != 0 ? part[i] : 0.0;
        whole[i] = counted != 0 ? mass[i] : 1.0;
    }
    for (int i = 0; i < ROWS; ++i) {
        to->nll[i] = rs_log1p_f64(part[i] / whole[i]);
        to->square[i] = to->nll[i] * to->nll[i];
    }
}

static inline void find_confidence(rs_swept_rows *b, const batch_values *values,
                                   const batch_masses *mass)
{
    for (int i = 0; i < ROWS; ++i) {
        const double above = values->other[i] - b->reference[i];
        const double inside = above < RS_REFERENCE_REACH ? above : RS_REFERENCE_REACH;
        const double power = rs_exp_f64(inside > 0.0 ? inside : 0.0);
        const double top = power > 1.0 ? power : 1.0;
        const double share = top / (mass->other[i] + mass->set[i] + mass->beside_set[i]);
        const double least = share < 1.0 ? share : 1.0;
        b->confidence[i] = b->ordinary[i] != 0 ? least : 0.0;
    }
}

/* ---- sums ---- */

static inline rs_batch_fixed add_up(const double *values)
{
    rs_batch_fixed sum = {0, 0};
    for (int i = 0; i < ROWS; ++i) {
        uint64_t parts[2] = {0, 0};
        rs_count_fixed(parts, 0, values[i]);
        sum.whole += parts[0];
        sum.fraction += parts[1];
    }
    return sum;
}

static inline void split_confidence(rs_swept_rows *b)
{
    for (int i = 0; i < ROWS; ++i) {
        uint64_t parts[2] = {0, 0};
        rs_count_fixed(parts, 0, b->confidence[i]);
        b->whole[i] = parts[0];
        b->fraction[i] = parts[1];
    }
}

static inline void count_rows(rs_swept_rows *b)
{
    rs_batch_sums *const sums = &b->sums;
    sums->rows = sums->nonempty = 0;
    for (int i = 0; i < ROWS; ++i) {
        sums->rows += b->ordinary[i];
        sums->nonempty += b->ordinary[i] & (uint64_t)(b->in_set[i] != 0);
    }
}

/* ---- ranks ---- */

static inline void add_rank(rs_swept_rows *b, uint64_t label)
{
    for (int i = 0; i < ROWS; ++i) {
        const uint64_t ahead = b->ahead[label][i];
        const uint64_t counted = label < b->in_set[i] ? ahead : UINT64_MAX;
        const uint64_t best = b->best_real_rank[i];
        b->rank[i] = label == b->original[i] ? ahead + 1 : b->rank[i];
        b->best_real_rank[i] = counted < best ? counted : best;
        const uint64_t first = counted == 0 ? 1 : 0;
        const uint64_t second = counted == 1 ? 2 : 0;
        const uint64_t third = counted == 2 ? 4 : 0;
        b->real_rank_mask[i] |= first | second | third;
    }
}

static inline void find_ranks(rs_swept_rows *b)
{
    for (int i = 0; i < ROWS; ++i) {
        b->rank[i] = b->real_rank_mask[i] = 0;
        b->best_real_rank[i] = UINT64_MAX; /* one less than it is, until the end */
    }
    for (uint64_t label = 0; label < LABELS; ++label) {
        add_rank(b, label);
    }
    for (int i = 0; i < ROWS; ++i) {
        b->best_real_rank[i] += 1;
        const uint64_t in_set = b->original[i] < b->in_set[i] ? UINT64_C(1) << RS_KIND_IN_SET : 0;
        const uint64_t first = b->rank[i] == 1 ? UINT64_C(1) << RS_KIND_FIRST : 0;
        b->kind[i] = b->in_set[i] | b->real_rank_mask[i] << RS_KIND_RANKS | in_set | first;
    }
    for (int label = 0; label < LABELS; ++label) {
        for (int i = 0; i < ROWS; ++i) {
            b->ahead[label][i] = 0;
        }
    }
}

/* ---- all of it ---- */

static inline void find_ordinary(rs_swept_rows *b)
{
    const uint64_t ordinary = ((UINT64_C(1) << b->rows) - 1) & ~(uint64_t)b->alone;
    for (int i = 0; i < ROWS; ++i) {
        b->ordinary[i] = (ordinary & row_bit[i]) != 0 ? 1 : 0;
    }
}

static inline void finish(rs_swept_rows *b, const batch_values *values)
{
    find_ordinary(b);
    batch_masses mass;
    batch_nll original;
    batch_nll real;
    find_masses(b, values, &mass);
    find_confidence(b, values, &mass);
    find_nll(b, mass.other, mass.beside_original, mass.original, row_bit, &original);
    find_nll(b, mass.other, mass.beside_set, mass.set, b->in_set, &real);
    find_ranks(b);
    split_confidence(b);
    count_rows(b);
    b->sums.confidence = add_up(b->confidence);
    b->sums.nll = add_up(original.nll);
    b->sums.nll_square = add_up(original.square);
    b->sums.real_nll = add_up(real.nll);
    b->sums.real_nll_square = add_up(real.square);
}

#define DEFINE_FINISH(ID, name, width, infinity, normal)                                           \
    static inline void read_values_##name(const rs_swept_rows *b, batch_values *values)            \
    {                                                                                              \
        for (int label = 0; label < LABELS; ++label) {                                             \
            decode_##name(b->bits[label], &values->label[label][0]);                               \
        }                                                                                          \
        decode_##name(b->other, values->other);                                                    \
    }                                                                                              \
                                                                                                   \
    static void finish_##name(rs_swept_rows *b)                                                    \
    {                                                                                              \
        batch_values values;                                                                       \
        read_values_##name(b, &values);                                                            \
        finish(b, &values);                                                                        \
    }

RS_FLOATS_16(DEFINE_FINISH)

const rs_batch_kernel *rs_batch_kernel_avx512(rs_dtype dtype)
{
#define KERNEL(ID, name, width, infinity, normal)                                                  \
    [RS_DTYPE_##ID] = {rs_sweep_##name##_avx512, rs_rank_tops_16_avx512, finish_##name},
    static const rs_batch_kernel kernels[] = {RS_FLOATS_16(KERNEL)};
    const bool known = (size_t)dtype < sizeof kernels / sizeof kernels[0];
    return known && kernels[dtype].sweep != NULL ? &kernels[dtype] : NULL;
}
