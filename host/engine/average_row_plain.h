/* average_row_plain.h - the kernels of average_row.h in plain C, for every instruction set to
 * compile for itself.
 *
 * Loops go over batches without branches, so that compilers vectorise them.
 */
#ifndef RS_AVERAGE_ROW_PLAIN_H
#define RS_AVERAGE_ROW_PLAIN_H

#include <math.h>
#include <stdbool.h>
#include <string.h>

#if defined(__F16C__)
#include <immintrin.h>
#elif defined(__aarch64__)
#include <arm_neon.h>
#endif

#include "base/row_value.h"
#include "engine/average_blend.h"
#include "engine/average_row.h"
#include "engine/exp_sum.h"
#include "engine/lanes_f64.h"
#include "engine/row_kernel.h"

/* By the processor where it can; what does not fill a vector one by one. */
static void rs_widen_f16(const unsigned char *from, uint64_t count, float *out)
{
    uint64_t i = 0;
#if defined(__F16C__)
    for (; i + 8 <= count; i += 8, from += 8 * sizeof(uint16_t)) {
        const __m128i halves = _mm_loadu_si128((const __m128i *)(const void *)from);
        _mm256_storeu_ps(out + i, _mm256_cvtph_ps(halves));
    }
#elif defined(__aarch64__)
    for (; i + 4 <= count; i += 4, from += 4 * sizeof(uint16_t)) {
        vst1q_f32(out + i, vcvt_f32_f16(vreinterpret_f16_u8(vld1_u8(from))));
    }
#endif
    for (; i < count; ++i, from += sizeof(uint16_t)) {
        uint16_t half;
        memcpy(&half, from, sizeof half);
        out[i] = rs_f16_to_f32(half);
    }
}

static void rs_widen_bf16(const unsigned char *from, uint64_t count, float *out)
{
    uint16_t half[RS_EXP_BATCH];
    for (uint64_t i = 0; i < count; i += RS_EXP_BATCH) {
        const uint64_t part = count - i < RS_EXP_BATCH ? count - i : RS_EXP_BATCH;
        memcpy(half, from + i * sizeof(uint16_t), part * sizeof(uint16_t));
        for (uint64_t j = 0; j < part; ++j) {
            out[i + j] = rs_bf16_to_f32(half[j]);
        }
    }
}

static void rs_average_widen(rs_dtype dtype, const void *values, uint64_t count, float *out)
{
    if (dtype == RS_DTYPE_F16) {
        rs_widen_f16(values, count, out);
    } else if (dtype == RS_DTYPE_BF16) {
        rs_widen_bf16(values, count, out);
    } else {
        memcpy(out, values, count * sizeof(float));
    }
}

/* Values [begin, begin + count) of a row, at most RS_EXP_BATCH. */
static inline void rs_average_load(rs_dtype dtype, const void *row, uint32_t begin, uint32_t count,
                                   double *out)
{
    float narrow[RS_EXP_BATCH];
    if (dtype == RS_DTYPE_F64) {
        memcpy(out, (const unsigned char *)row + (size_t)begin * sizeof(double),
               count * sizeof(double));
        return;
    }
    if (dtype == RS_DTYPE_F32) {
        for (uint32_t i = 0; i < count; ++i) {
            out[i] = (double)rs_load_f32(row, begin + i);
        }
        return;
    }
    const size_t size = sizeof(uint16_t);
    rs_average_widen(dtype, (const unsigned char *)row + begin * size, count, narrow);
    for (uint32_t i = 0; i < count; ++i) {
        out[i] = (double)narrow[i];
    }
}

static inline uint32_t rs_average_batch(uint32_t begin, uint32_t columns)
{
    return columns - begin < RS_EXP_BATCH ? columns - begin : (uint32_t)RS_EXP_BATCH;
}

static void rs_average_add(rs_dtype dtype, const void *row, uint32_t columns, double weight,
                           double *sum)
{
    double batch[RS_EXP_BATCH];
    if (dtype == RS_DTYPE_F32) { /* by far the most frequent */
        const uint32_t whole = columns / RS_LANES * RS_LANES;
        for (uint32_t j = 0; j < whole; j += RS_LANES) {
            const rs_lanes value =
                rs_lanes_load_f32((const unsigned char *)row + (size_t)j * sizeof(float));
            rs_fetch_ahead(row, (size_t)j * sizeof(float));
            rs_lanes_store(sum + j, rs_lanes_load(sum + j) + weight * value);
        }
        for (uint32_t j = whole; j < columns; ++j) {
            sum[j] += weight * (double)rs_load_f32(row, j);
        }
        return;
    }
    for (uint32_t begin = 0; begin < columns; begin += RS_EXP_BATCH) {
        const uint32_t count = rs_average_batch(begin, columns);
        rs_average_load(dtype, row, begin, count, batch);
        for (uint32_t i = 0; i < count; ++i) {
            sum[begin + i] += weight * batch[i];
        }
    }
}

/* Values [begin, begin + RS_EXP_BATCH) of a row, doubles of one of doubles and else floats: where
 * they lie, but the last ones always in `room`, and behind the end of the row the first of them or
 * NaN. */
static inline const unsigned char *rs_average_part(rs_dtype dtype, const void *row, uint32_t begin,
                                                   uint32_t columns, bool repeated, void *room)
{
    const uint32_t count = rs_average_batch(begin, columns);
    const bool wide = dtype == RS_DTYPE_F64;
    const bool narrow = !wide && dtype != RS_DTYPE_F32;
    const size_t size = wide ? sizeof(double) : narrow ? rs_dtype_bytes(dtype) : sizeof(float);
    const unsigned char *const from = (const unsigned char *)row + begin * size;
    double *const doubles = room;
    float *const floats = room;
    if (begin + RS_EXP_BATCH < columns && !narrow) {
        return from;
    }
    if (wide) {
        memcpy(doubles, from, count * size);
        for (uint32_t i = count; i < RS_EXP_BATCH; ++i) {
            doubles[i] = repeated ? doubles[0] : (double)NAN;
        }
    } else {
        rs_average_widen(dtype, from, count, floats);
        for (uint32_t i = count; i < RS_EXP_BATCH; ++i) {
            floats[i] = repeated ? floats[0] : NAN;
        }
    }
    return room;
}

/* Several chains, since each value waits for the one before. */
enum { RS_LARGEST_CHAINS = 4 };

/* The largest value. A finite sum is the proof that there is no NaN; false: there may be one. */
#define RS_DEFINE_LARGEST(name, lanes, type, larger)                                               \
    static inline bool rs_average_largest_##name(rs_dtype dtype, const void *row,                  \
                                                 uint32_t columns, double *largest)                \
    {                                                                                              \
        enum { WIDTH = sizeof(lanes) / sizeof(type), STEP = WIDTH * RS_LARGEST_CHAINS };           \
        type room[RS_EXP_BATCH];                                                                   \
        lanes most[RS_LARGEST_CHAINS];                                                             \
        lanes sum[RS_LARGEST_CHAINS];                                                              \
        type total = 0;                                                                            \
        for (uint32_t chain = 0; chain < RS_LARGEST_CHAINS; ++chain) {                             \
            sum[chain] = (lanes){0};                                                               \
            most[chain] = sum[chain] - (type)HUGE_VAL;                                             \
        }                                                                                          \
        for (uint32_t begin = 0; begin < columns; begin += RS_EXP_BATCH) {                         \
            const unsigned char *const part =                                                      \
                rs_average_part(dtype, row, begin, columns, true, room);                           \
            for (uint32_t i = 0; i < RS_EXP_BATCH; i += STEP) {                                    \
                for (uint32_t chain = 0; chain < RS_LARGEST_CHAINS; ++chain) {                     \
                    lanes value;                                                                   \
                    memcpy(&value, part + (i + chain * WIDTH) * sizeof(type), sizeof value);       \
                    most[chain] = larger(value, most[chain]);                                      \
                    sum[chain] += value;                                                           \
                }                                                                                  \
            }                                                                                      \
        }                                                                                          \
        for (uint32_t chain = 1; chain < RS_LARGEST_CHAINS; ++chain) {                             \
            most[0] = larger(most[0], most[chain]);                                                \
            sum[0] += sum[chain];                                                                  \
        }                                                                                          \
        *largest = -HUGE_VAL;                                                                      \
        for (uint32_t i = 0; i < WIDTH; ++i) {                                                     \
            *largest = rs_larger(*largest, (double)most[0][i]);                                    \
            total += sum[0][i];                                                                    \
        }                                                                                          \
        return total - total == 0;                                                                 \
    }

RS_DEFINE_LARGEST(f32, rs_floats, float, rs_floats_larger)
RS_DEFINE_LARGEST(f64, rs_lanes, double, rs_lanes_larger)
#undef RS_DEFINE_LARGEST

static bool rs_average_has_nan(rs_dtype dtype, const void *row, uint32_t columns)
{
    double batch[RS_EXP_BATCH];
    uint64_t nans = 0;
    for (uint32_t begin = 0; begin < columns; begin += RS_EXP_BATCH) {
        const uint32_t count = rs_average_batch(begin, columns);
        rs_average_load(dtype, row, begin, count, batch);
        for (uint32_t i = 0; i < count; ++i) {
            nans += batch[i] != batch[i];
        }
    }
    return nans > 0;
}

/* A row as floats or doubles, and as it lies in memory. */
typedef struct rs_average_input {
    const void *values;
    rs_dtype dtype; /* F32 or F64 */
    uint32_t columns;
    const void *row;
    size_t size; /* of a value of it */
} rs_average_input;

/* Halves become floats in the second half of `room`. Powers fill all of it, in order: when they get
 * there all values have been read but the last batch, which is copied. */
static inline rs_average_input rs_average_open(rs_dtype dtype, const void *row, uint32_t columns,
                                               double *room)
{
    rs_average_input input = {row, dtype, columns, row, sizeof(float)};
    if (dtype == RS_DTYPE_F64) {
        input.size = sizeof(double);
    } else if (dtype != RS_DTYPE_F32) {
        const size_t batches = (columns + RS_EXP_BATCH - 1) / RS_EXP_BATCH;
        float *const floats = (float *)(void *)(room + batches * (RS_EXP_BATCH / 2));
        rs_average_widen(dtype, row, columns, floats);
        input.values = floats;
        input.dtype = RS_DTYPE_F32;
        input.size = rs_dtype_bytes(dtype);
    }
    return input;
}

/* False where there is a NaN. */
static bool rs_average_find_largest(const rs_average_input *of, double *largest)
{
    const bool sound = of->dtype == RS_DTYPE_F64
                           ? rs_average_largest_f64(RS_DTYPE_F64, of->values, of->columns, largest)
                           : rs_average_largest_f32(RS_DTYPE_F32, of->values, of->columns, largest);
    return sound || !rs_average_has_nan(of->dtype, of->values, of->columns);
}

/* e^(value - top), 0 for a NaN. What comes of a value too far below, or of none, is not looked at.
 * Of two infinite ones there is no difference, which only an `endless` row has to be told. */
static inline rs_lanes rs_average_power(rs_lanes value, rs_lanes top, bool endless)
{
    const rs_lanes none = rs_lanes_of(0.0);
    rs_lanes below = value - top;
    if (endless) {
        below = rs_lanes_choose(value == top, none, below);
    }
    const rs_lanes_bits there = below > rs_lanes_of(-RS_EXP_LIMIT_F64);
    return rs_lanes_choose(there, rs_lanes_exp(below), none);
}

/* The sum of a batch of which the halves were added: that of rs_fold_sum_f64. */
static inline double rs_average_fold(double *folded)
{
    double sum = 0.0;
    for (uint32_t half = RS_EXP_BATCH / 4; half >= RS_EXP_LANES; half /= 2) {
        for (uint32_t i = 0; i < half; i += RS_LANES) {
            const rs_lanes other = rs_lanes_load(folded + half + i);
            rs_lanes_store(folded + i, rs_lanes_load(folded + i) + other);
        }
    }
    for (uint32_t lane = 0; lane < RS_EXP_LANES; ++lane) {
        sum += folded[lane];
    }
    return sum;
}

static inline rs_lanes rs_average_value(bool wide, const unsigned char *part, uint32_t column)
{
    rs_lanes lanes;
    if (!wide) {
        return rs_lanes_load_f32(part + column * sizeof(float));
    }
    memcpy(&lanes, part + column * sizeof(double), sizeof lanes);
    return lanes;
}

/* e^(x - largest) in `room`; returns their sum, that of rs_fold_sum_f64 of each batch. Calls for
 * the row behind: memory has all this time for it. */
static inline double rs_average_exp(const rs_average_input *of, bool wide, bool endless,
                                    double largest, double *room)
{
    enum { HALF = RS_EXP_BATCH / 2 };
    const rs_dtype dtype = wide ? RS_DTYPE_F64 : RS_DTYPE_F32;
    const uint32_t columns = of->columns;
    const rs_lanes top = rs_lanes_of(largest);
    double last[RS_EXP_BATCH];
    double total = 0.0;
    for (uint32_t begin = 0; begin < columns; begin += RS_EXP_BATCH) {
        const unsigned char *const part =
            rs_average_part(dtype, of->values, begin, columns, false, last);
        double *const batch = room + begin;
        double folded[HALF];
        for (uint32_t i = 0; i < HALF; i += RS_LANES) {
            const rs_lanes value = rs_average_value(wide, part, i);
            const rs_lanes power = rs_average_power(value, top, endless);
            const rs_lanes other =
                rs_average_power(rs_average_value(wide, part, HALF + i), top, endless);
            rs_fetch_ahead(of->row, (begin + 2 * i) * of->size);
            rs_lanes_store(batch + i, power);
            rs_lanes_store(batch + HALF + i, other);
            rs_lanes_store(folded + i, power + other);
        }
        total += rs_average_fold(folded);
    }
    return total;
}

/* The same, made for each kind of row. */
static double rs_average_powers(const rs_average_input *of, double largest, double *room)
{
    const bool wide = of->dtype == RS_DTYPE_F64;
    if (!(fabs(largest) < HUGE_VAL)) {
        return rs_average_exp(of, wide, true, largest, room);
    }
    return wide ? rs_average_exp(of, true, false, largest, room)
                : rs_average_exp(of, false, false, largest, room);
}

static void rs_average_add_softmax(rs_dtype dtype, const void *row, uint32_t columns, double weight,
                                   double *room, double *sum)
{
    const rs_average_input input = rs_average_open(dtype, row, columns, room);
    double largest = 0.0;
    if (!rs_average_find_largest(&input, &largest)) {
        for (uint32_t j = 0; j < columns; ++j) {
            sum[j] = (double)NAN;
        }
        return;
    }
    const double scale = weight / rs_average_powers(&input, largest, room);
    const uint32_t whole = columns / RS_LANES * RS_LANES;
    for (uint32_t j = 0; j < whole; j += RS_LANES) {
        rs_lanes_store(sum + j, rs_lanes_load(sum + j) + scale * rs_lanes_load(room + j));
    }
    for (uint32_t j = whole; j < columns; ++j) {
        sum[j] += scale * room[j];
    }
}

static void rs_average_finish(rs_dtype dtype, const double *sum, uint32_t columns, double scale,
                              void *out)
{
    const size_t size = dtype == RS_DTYPE_F64 ? sizeof(double) : sizeof(float);
    const uint32_t whole = columns / RS_LANES * RS_LANES;
    unsigned char *const to = out;
    for (uint32_t j = 0; j < whole; j += RS_LANES) {
        rs_blend_store(dtype, to, j, rs_lanes_load(sum + j) * scale);
    }
    for (uint32_t j = whole; j < columns; ++j) {
        const double wide = sum[j] * scale;
        const float narrow = (float)wide;
        memcpy(to + j * size, size == sizeof wide ? (const void *)&wide : &narrow, size);
    }
}

/* ---- yes-or-no questions: p = 1 / (1 + e^-x) ---- */

/* e^-|x| in place of x, for a whole batch; 690 and more from 0 it is as good as nothing. */
static inline void rs_sigmoid_tails(double *batch)
{
    for (uint32_t i = 0; i < RS_EXP_BATCH; ++i) {
        const double below = batch[i] > 0.0 ? -batch[i] : batch[i];
        batch[i] = below > -RS_EXP_LIMIT_F64 ? below : -RS_EXP_LIMIT_F64;
    }
    for (uint32_t i = 0; i < RS_EXP_BATCH; ++i) {
        batch[i] = rs_exp_f64(batch[i]);
    }
}

/* An infinite x has a p of exactly 0 or 1; a NaN makes both sums NaN. */
static void rs_average_add_sigmoid(rs_dtype dtype, const void *row, uint32_t columns, double weight,
                                   double *room, double *sum)
{
    double tail[RS_EXP_BATCH];
    for (uint32_t begin = 0; begin < columns; begin += RS_EXP_BATCH) {
        const uint32_t count = rs_average_batch(begin, columns);
        double *const value = room + begin;
        rs_average_load(dtype, row, begin, count, value);
        for (uint32_t i = count; i < RS_EXP_BATCH; ++i) {
            value[i] = 0.0;
        }
        memcpy(tail, value, sizeof tail);
        rs_sigmoid_tails(tail);
        for (uint32_t i = 0; i < count; ++i) {
            const double rest = value[i] - value[i] == 0.0 ? tail[i] : 0.0;
            const double small = rest / (1.0 + rest);
            const double large = value[i] == value[i] ? 1.0 / (1.0 + rest) : (double)NAN;
            sum[begin + i] += weight * (value[i] < 0.0 ? small : large);
            sum[columns + begin + i] += weight * (value[i] < 0.0 ? large : small);
        }
    }
}

static void rs_average_finish_sigmoid(const double *sum, uint32_t columns, double *out)
{
    for (uint32_t j = 0; j < columns; ++j) {
        out[j] = log(sum[j] / sum[columns + j]);
    }
}

/* ---- sums over one row ---- */

static void rs_average_add_up(rs_dtype dtype, const void *row, uint32_t columns, rs_row_sums *sums)
{
    enum { HALF = RS_EXP_BATCH / 2 };
    const bool wide = dtype == RS_DTYPE_F64;
    double room[RS_EXP_BATCH];
    double folded[HALF];
    rs_lanes most = rs_lanes_of(-HUGE_VAL);
    rs_lanes most_below = most; /* the largest of what is as far on the other side of 0 */
    *sums = (rs_row_sums){.least = HUGE_VAL, .largest = -HUGE_VAL};
    for (uint32_t begin = 0; begin < columns; begin += RS_EXP_BATCH) {
        const uint32_t count = rs_average_batch(begin, columns);
        const unsigned char *const part = rs_average_part(dtype, row, begin, columns, true, room);
        for (uint32_t i = 0; i < HALF; i += RS_LANES) {
            const rs_lanes value = rs_average_value(wide, part, i);
            const rs_lanes other = rs_average_value(wide, part, HALF + i);
            most = rs_lanes_larger(value, most);
            most = rs_lanes_larger(other, most);
            most_below = rs_lanes_larger(-value, most_below);
            most_below = rs_lanes_larger(-other, most_below);
            rs_lanes_store(folded + i, value + other);
        }
        if (count == RS_EXP_BATCH) {
            sums->sum += rs_average_fold(folded);
            continue;
        }
        rs_average_load(dtype, row, begin, count, room);
        for (uint32_t i = count; i < RS_EXP_BATCH; ++i) {
            room[i] = 0.0;
        }
        sums->sum += rs_fold_sum_f64(room);
    }
    for (uint32_t i = 0; i < RS_LANES; ++i) {
        sums->largest = rs_larger(sums->largest, most[i]);
        sums->least = -rs_larger(-sums->least, most_below[i]);
    }
}

/* log(1 + e^x) is max(x, 0) + log(1 + e^-|x|). Of the second terms a product is taken, at most
 * 2^256 in a batch, and one logarithm. */
static void rs_average_softplus(rs_dtype dtype, const void *row, uint32_t columns,
                                rs_row_sums *sums)
{
    double batch[RS_EXP_BATCH];
    double above[RS_EXP_BATCH];
    *sums = (rs_row_sums){.largest = -HUGE_VAL};
    for (uint32_t begin = 0; begin < columns; begin += RS_EXP_BATCH) {
        const uint32_t count = rs_average_batch(begin, columns);
        double product = 1.0;
        rs_average_load(dtype, row, begin, count, batch);
        for (uint32_t i = count; i < RS_EXP_BATCH; ++i) {
            batch[i] = -HUGE_VAL;
        }
        sums->largest = rs_larger(sums->largest, rs_fold_largest_f64(batch));
        for (uint32_t i = 0; i < RS_EXP_BATCH; ++i) {
            above[i] = batch[i] > 0.0 ? batch[i] : 0.0;
        }
        rs_sigmoid_tails(batch);
        for (uint32_t i = 0; i < RS_EXP_BATCH; ++i) {
            batch[i] += 1.0;
        }
        for (uint32_t half = RS_EXP_BATCH / 2; half >= RS_EXP_LANES; half /= 2) {
            for (uint32_t i = 0; i < half; ++i) {
                batch[i] *= batch[i + half];
            }
        }
        for (uint32_t lane = 0; lane < RS_EXP_LANES; ++lane) {
            product *= batch[lane];
        }
        sums->sum += rs_fold_sum_f64(above) + log(product);
    }
}

#define RS_DEFINE_AVERAGE_KERNEL(name)                                                             \
    const rs_average_kernel *rs_average_kernel_##name(void)                                        \
    {                                                                                              \
        static const rs_average_kernel kernel = {                                                  \
            rs_average_widen,  rs_average_add,         rs_average_add_softmax,                     \
            rs_average_finish, rs_average_add_sigmoid, rs_average_finish_sigmoid,                  \
            rs_average_add_up, rs_average_softplus,    rs_average_blend};                          \
        return &kernel;                                                                            \
    }

#endif
