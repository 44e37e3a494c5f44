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

/* What was seen of values: several chains, since each value waits for the one before. */
enum { RS_SEEN_CHAINS = 4 };
typedef struct rs_average_seen {
    rs_lanes largest[RS_SEEN_CHAINS];
    rs_lanes_bits nans;
} rs_average_seen;

static inline void rs_average_see(rs_average_seen *seen, uint32_t chain, rs_lanes value)
{
    seen->nans |= ~(value <= rs_lanes_of(HUGE_VAL));
    seen->largest[chain] = rs_lanes_larger(value, seen->largest[chain]);
}

/* The largest value; false when there was a NaN. */
static inline bool rs_average_seen_all(const rs_average_seen *seen, double *largest)
{
    int64_t any = 0;
    for (uint32_t lane = 0; lane < RS_LANES; ++lane) {
        any |= seen->nans[lane];
        for (uint32_t chain = 0; chain < RS_SEEN_CHAINS; ++chain) {
            *largest = rs_larger(*largest, seen->largest[chain][lane]);
        }
    }
    return any == 0;
}

/* The row in double, filled up with NaN; false when there was one. */
static inline bool rs_average_open(rs_dtype dtype, const void *row, uint32_t columns, double *room,
                                   double *largest)
{
    enum { STEP = RS_LANES * RS_SEEN_CHAINS };
    const uint32_t whole = columns / STEP * STEP;
    const uint64_t end = ((uint64_t)columns + RS_EXP_BATCH - 1) / RS_EXP_BATCH * RS_EXP_BATCH;
    const unsigned char *const floats = row;
    const bool narrow = dtype == RS_DTYPE_F32;
    bool sound = true;
    rs_average_seen seen = {.nans = {0}};
    for (uint32_t chain = 0; chain < RS_SEEN_CHAINS; ++chain) {
        seen.largest[chain] = rs_lanes_of(-HUGE_VAL);
    }
    for (uint32_t begin = 0; !narrow && begin < columns; begin += RS_EXP_BATCH) {
        rs_average_load(dtype, row, begin, rs_average_batch(begin, columns), room + begin);
    }
    for (uint32_t j = 0; j < whole; j += STEP) {
        for (uint32_t chain = 0; chain < RS_SEEN_CHAINS; ++chain) {
            const uint32_t at = j + chain * RS_LANES;
            const rs_lanes value = narrow ? rs_lanes_load_f32(floats + (size_t)at * sizeof(float))
                                          : rs_lanes_load(room + at);
            rs_lanes_store(room + at, value);
            rs_average_see(&seen, chain, value);
        }
    }
    *largest = -HUGE_VAL;
    for (uint32_t j = whole; j < columns; ++j) {
        room[j] = narrow ? (double)rs_load_f32(row, j) : room[j];
        *largest = rs_larger(room[j], *largest);
        sound = sound && room[j] == room[j];
    }
    for (uint64_t j = columns; j < end; ++j) {
        room[j] = (double)NAN;
    }
    return rs_average_seen_all(&seen, largest) && sound;
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

/* e^(x - largest) in place; returns their sum, which is that of rs_fold_sum_f64 of each batch. */
static inline double rs_average_exp(uint32_t columns, double largest, bool endless, double *room)
{
    enum { HALF = RS_EXP_BATCH / 2 };
    const rs_lanes top = rs_lanes_of(largest);
    double total = 0.0;
    for (uint32_t begin = 0; begin < columns; begin += RS_EXP_BATCH) {
        double *const batch = room + begin;
        double folded[HALF];
        double sum = 0.0;
        for (uint32_t i = 0; i < HALF; i += RS_LANES) {
            const rs_lanes power = rs_average_power(rs_lanes_load(batch + i), top, endless);
            const rs_lanes other =
                rs_average_power(rs_lanes_load(batch + HALF + i), top, endless);
            rs_lanes_store(batch + i, power);
            rs_lanes_store(batch + HALF + i, other);
            rs_lanes_store(folded + i, power + other);
        }
        for (uint32_t half = HALF / 2; half >= RS_EXP_LANES; half /= 2) {
            for (uint32_t i = 0; i < half; i += RS_LANES) {
                const rs_lanes other = rs_lanes_load(folded + half + i);
                rs_lanes_store(folded + i, rs_lanes_load(folded + i) + other);
            }
        }
        for (uint32_t lane = 0; lane < RS_EXP_LANES; ++lane) {
            sum += folded[lane];
        }
        total += sum;
    }
    return total;
}

static void rs_average_add_softmax(rs_dtype dtype, const void *row, uint32_t columns, double weight,
                                   double *room, double *sum)
{
    double largest = 0.0;
    if (!rs_average_open(dtype, row, columns, room, &largest)) {
        for (uint32_t j = 0; j < columns; ++j) {
            sum[j] = (double)NAN;
        }
        return;
    }
    const double mass = fabs(largest) < HUGE_VAL ? rs_average_exp(columns, largest, false, room)
                                                 : rs_average_exp(columns, largest, true, room);
    const double scale = weight / mass;
    for (uint32_t j = 0; j < columns; ++j) {
        sum[j] += scale * room[j];
    }
}

static void rs_average_finish(rs_dtype dtype, const double *sum, uint32_t columns, double scale,
                              void *out)
{
    unsigned char *const to = out;
    for (uint32_t j = 0; dtype == RS_DTYPE_F64 && j < columns; ++j) {
        const double wide = sum[j] * scale;
        memcpy(to + j * sizeof wide, &wide, sizeof wide);
    }
    for (uint32_t j = 0; dtype != RS_DTYPE_F64 && j < columns; ++j) {
        const float narrow = (float)(sum[j] * scale);
        memcpy(to + j * sizeof narrow, &narrow, sizeof narrow);
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
    double batch[RS_EXP_BATCH];
    double below[RS_EXP_BATCH];
    *sums = (rs_row_sums){.least = HUGE_VAL, .largest = -HUGE_VAL};
    for (uint32_t begin = 0; begin < columns; begin += RS_EXP_BATCH) {
        const uint32_t count = rs_average_batch(begin, columns);
        rs_average_load(dtype, row, begin, count, batch);
        for (uint32_t i = count; i < RS_EXP_BATCH; ++i) { /* neither extreme changes */
            batch[i] = batch[0];
        }
        for (uint32_t i = 0; i < RS_EXP_BATCH; ++i) {
            below[i] = -batch[i];
        }
        sums->largest = rs_larger(sums->largest, rs_fold_largest_f64(batch));
        sums->least = -rs_larger(-sums->least, rs_fold_largest_f64(below));
        for (uint32_t i = count; i < RS_EXP_BATCH; ++i) {
            batch[i] = 0.0;
        }
        sums->sum += rs_fold_sum_f64(batch);
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
