/* synth_rows.c - drawing the values of made-up logits.
 *
 * Normal noise is the inverse distribution, linear between 1024 quantiles: one table look-up and
 * one multiplication a value, half a random number each; about 2 ns a value. The low bits of each
 * f32 are then its column, which makes all values of a row different and costs nothing in realism.
 */
#include <string.h>

#include "base/float_type.h"
#include "base/random.h"
#include "synth/synth_logits.h"
#include "synth/synth_logits_plan.h"
#include "synth/synth_value.h"

#define ROW_SALT UINT64_C(0x726f775f76616c75)

enum { BLOCK = 512 };

static float mark_column(const rs_synth_logits *plan, float value, uint64_t column)
{
    const uint32_t mask = plan->low_mask;
    return rs_f32_from_bits((rs_f32_bits(value) & ~mask) | ((uint32_t)column & mask));
}

static float draw_noise(const rs_synth_logits *plan, uint32_t uniform)
{
    const uint32_t at = uniform >> 22;
    const float part = (float)(uniform & 0x3fffffu) * 0x1.0p-22f;
    return plan->knot[at] + part * plan->slope[at];
}

/* The f32 as a value of the type. f64: the 29 bits an f32 does not have are filled, not left zero,
 * so that a reader which narrows f64 to f32 is found out; the order within the row stays. */
static uint64_t widen(float value)
{
    const uint64_t fill = rs_f32_bits(value) * UINT64_C(2654435761);
    return rs_value_encode(RS_DTYPE_F64, (double)value) | (fill & UINT64_C(0x1fffffff));
}

static uint64_t encode(rs_dtype dtype, float value)
{
    return dtype == RS_DTYPE_F64 ? widen(value) : rs_value_encode(dtype, (double)value);
}

/* A loop for each type: this is where the time goes. */
static void encode_block(rs_dtype dtype, const float *values, uint64_t count, char *out)
{
    if (dtype == RS_DTYPE_F64) {
        for (uint64_t i = 0; i < count; ++i) {
            const uint64_t stored = widen(values[i]);
            memcpy(out + i * sizeof stored, &stored, sizeof stored);
        }
        return;
    }
    switch (dtype) {
#define ENCODE_BLOCK(ID, name, bits, infinity, normal)                           \
    case RS_DTYPE_##ID:                                                          \
        for (uint64_t i = 0; i < count; ++i) {                                   \
            const uint##bits##_t stored = rs_##name##_encode((double)values[i]); \
            memcpy(out + i * sizeof stored, &stored, sizeof stored);             \
        }                                                                        \
        return;
        RS_FLOAT_MAP(ENCODE_BLOCK)
#undef ENCODE_BLOCK
    default:
        return;
    }
}

/* Noise in every column; returns the largest value. */
static float fill_noise(const rs_synth_logits *plan, rs_random *random, rs_dtype dtype, void *row)
{
    const uint64_t columns = plan->options.columns;
    const uint64_t bytes = rs_dtype_bytes(dtype);
    float block[BLOCK];
    float largest = -1e30f;
    for (uint64_t begin = 0; begin < columns; begin += BLOCK) {
        const uint64_t end = begin + BLOCK < columns ? begin + BLOCK : columns;
        for (uint64_t i = 0; i < end - begin; i += 2) { /* BLOCK is even: block[i + 1] exists */
            const uint64_t uniform = rs_random_u64(random);
            block[i] = mark_column(plan, draw_noise(plan, (uint32_t)(uniform >> 32)), begin + i);
            block[i + 1] = mark_column(plan, draw_noise(plan, (uint32_t)uniform), begin + i + 1);
        }
        for (uint64_t i = 0; i < end - begin; ++i) {
            largest = block[i] > largest ? block[i] : largest;
        }
        encode_block(dtype, block, end - begin, (char *)row + begin * bytes);
    }
    return largest;
}

/* A label is seen by the model, more or less: among the largest values as a rule. Returns the
 * largest value of the row so far. */
static float raise_label(const rs_synth_logits *plan, rs_random *random, rs_dtype dtype, void *row,
                         int32_t label, float largest)
{
    const double seen = rs_random_unit(random);
    const double height = rs_random_unit(random);
    if (label == RS_CLASS_UNKNOWN || seen >= 0.72) {
        return largest;
    }
    const float value = mark_column(plan, (float)(5.5 + 4.0 * height), (uint64_t)label);
    rs_value_store(dtype, row, (uint64_t)label, encode(dtype, value));
    return value > largest ? value : largest;
}

static float raise_labels(const rs_synth_logits *plan, rs_random *random, rs_dtype dtype, void *row,
                          uint64_t row_index, float largest)
{
    const rs_label_view *const labels = plan->options.labels;
    largest = raise_label(plan, random, dtype, row, labels->original[row_index], largest);
    for (uint32_t i = labels->real_begin[row_index]; i < labels->real_begin[row_index + 1]; ++i) {
        largest = raise_label(plan, random, dtype, row, labels->real_class[i], largest);
    }
    return largest;
}

/* Puts the winner above `largest`, strictly so in the type, with a wider margin when it is
 * right. */
static void put_winner(const rs_synth_logits *plan, rs_random *random, rs_dtype dtype, void *row,
                       uint32_t winner, bool right, float largest)
{
    const double unit = rs_random_unit(random);
    const double margin = right ? 0.2 + 7.0 * unit : 0.1 + 3.0 * unit * unit;
    float value = mark_column(plan, largest + (float)margin, winner);
    if (!(value > largest)) {
        value = rs_f32_from_bits((uint32_t)rs_value_above(RS_DTYPE_F32, rs_f32_bits(largest)));
    }
    const uint64_t second = encode(dtype, largest);
    uint64_t bits = encode(dtype, value);
    if (rs_value_key(dtype, bits) <= rs_value_key(dtype, second)) {
        bits = rs_value_above(dtype, second);
    }
    rs_value_store(dtype, row, winner, bits);
}

static void make_special(const rs_synth_logits *plan, rs_random *random, rs_dtype dtype, void *row,
                         uint32_t winner, rs_synth_kind kind)
{
    const uint32_t columns = plan->options.columns;
    const uint64_t infinity = rs_value_infinity(dtype);
    const uint64_t sign = rs_value_sign(dtype);
    if (kind == RS_SYNTH_NAN) {
        const uint64_t quiet = infinity | (infinity & ~(infinity << 1)) >> 1;
        const uint64_t minus = rs_random_u64(random) >> 63 != 0 ? sign : 0;
        rs_value_store(dtype, row, rs_random_below(random, columns), quiet | minus);
    } else if (kind == RS_SYNTH_INF) {
        rs_value_store(dtype, row, rs_random_below(random, columns), infinity | sign);
        rs_value_store(dtype, row, winner, infinity);
    } else if (kind == RS_SYNTH_TIED && winner + 1 < columns) {
        const uint32_t later = winner + 1 + rs_random_below(random, columns - winner - 1);
        rs_value_store(dtype, row, later, rs_value_load(dtype, row, winner));
    }
}

static void draw_row(const rs_synth_logits *plan, uint64_t row_index, rs_dtype dtype, void *row)
{
    const rs_synth_logits_options *const o = &plan->options;
    rs_random random = rs_random_make(o->seed ^ ROW_SALT, row_index);
    float largest = fill_noise(plan, &random, dtype, row);
    const uint32_t winner = rs_synth_row_winner(plan, row_index);
    bool right = true;
    if (o->labels != NULL) {
        largest = raise_labels(plan, &random, dtype, row, row_index, largest);
        right = o->labels->original[row_index] == (int32_t)winner;
    }
    put_winner(plan, &random, dtype, row, winner, right, largest);
    make_special(plan, &random, dtype, row, winner, rs_synth_row_kind(plan, row_index));
}

void rs_synth_logits_rows(const rs_synth_logits *plan, uint64_t first_row, uint64_t rows,
                          rs_dtype dtype, void *out)
{
    const uint64_t row_bytes = (uint64_t)plan->options.columns * rs_dtype_bytes(dtype);
    for (uint64_t i = 0; i < rows; ++i) {
        draw_row(plan, first_row + i, dtype, (char *)out + i * row_bytes);
    }
}
