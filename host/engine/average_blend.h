/* average_blend.h - one row each of several members of one type into the row of their averages, in
 * registers: for every instruction set to compile for itself, as average_row_plain.h.
 *
 * A line of each member in turn is asked for and added, so that memory has work of all of them at a
 * time, and nothing but the averages is written.
 */
#ifndef RS_AVERAGE_BLEND_H
#define RS_AVERAGE_BLEND_H

#include <limits.h>

#include "base/row_value.h"
#include "engine/average_row.h"
#include "engine/lanes_f64.h"
#include "engine/row_kernel.h"

static inline rs_lanes rs_blend_load(rs_dtype dtype, const unsigned char *from)
{
    rs_lanes lanes = {0.0};
    switch (dtype) {
#define RS_LOAD_LANES(ID, name, bits, infinity, normal)                                            \
    case RS_DTYPE_##ID:                                                                            \
        return rs_lanes_load_##name(from);
        RS_FLOATS_32(RS_LOAD_LANES)
        RS_FLOATS_16(RS_LOAD_LANES)
#undef RS_LOAD_LANES
    case RS_DTYPE_F64:
        memcpy(&lanes, from, sizeof lanes);
        return lanes;
    default:
        for (uint32_t i = 0; i < RS_LANES; ++i) {
            lanes[i] = rs_row_value(dtype, from, i);
        }
        return lanes;
    }
}

/* Rounded to what averages of the type are: F64 of F64, else F32. */
static inline void rs_blend_store(rs_dtype dtype, unsigned char *out, uint32_t column, rs_lanes sum)
{
    if (dtype == RS_DTYPE_F64) {
        memcpy(out + column * sizeof(double), &sum, sizeof sum);
    } else {
        rs_lanes_store_f32(out + column * sizeof(float), sum);
    }
}

/* Columns [begin, begin + parts * RS_LANES). */
static inline void rs_blend_some(rs_dtype dtype, size_t size, const rs_blend *of, double scale,
                                 uint32_t begin, uint32_t parts, unsigned char *out)
{
    enum { LINE_BYTES = 64, MOST = 16 / RS_LANES };
    rs_lanes sum[MOST];
    for (uint32_t i = 0; i < parts; ++i) {
        sum[i] = rs_lanes_of(0.0);
    }
    for (uint32_t m = 0; m < of->count; ++m) {
        const unsigned char *const from = (const unsigned char *)of->row[m] + begin * size;
        for (size_t line = 0; line < (size_t)parts * RS_LANES * size; line += LINE_BYTES) {
            rs_fetch_ahead(from, line);
        }
        for (uint32_t i = 0; i < parts; ++i) {
            sum[i] += of->weight[m] * rs_blend_load(dtype, from + (size_t)i * RS_LANES * size);
        }
    }
    for (uint32_t i = 0; i < parts; ++i) {
        rs_blend_store(dtype, out, begin + i * RS_LANES, sum[i] * scale);
    }
}

static inline void rs_blend_rows(rs_dtype dtype, size_t size, const rs_blend *of, uint32_t columns,
                                 double scale, unsigned char *out)
{
    enum { STEP = 16 }; /* a line of floats */
    uint32_t j = 0;
    for (; columns - j >= STEP; j += STEP) {
        rs_blend_some(dtype, size, of, scale, j, STEP / RS_LANES, out);
    }
    for (; columns - j >= RS_LANES; j += RS_LANES) {
        rs_blend_some(dtype, size, of, scale, j, 1, out);
    }
    for (; j < columns; ++j) {
        rs_lanes sum = rs_lanes_of(0.0);
        unsigned char last[sizeof sum];
        for (uint32_t m = 0; m < of->count; ++m) {
            sum[0] += of->weight[m] * rs_row_value(dtype, of->row[m], j);
        }
        const size_t out_size = dtype == RS_DTYPE_F64 ? sizeof(double) : sizeof(float);
        rs_blend_store(dtype, last, 0, sum * scale);
        memcpy(out + j * out_size, last, out_size);
    }
}

static void rs_average_blend(rs_dtype dtype, const rs_blend *of, uint32_t columns, double scale,
                             void *out)
{
    switch (dtype) {
#define RS_BLEND(ID, name, bits, infinity, normal)                                                 \
    case RS_DTYPE_##ID:                                                                            \
        rs_blend_rows(RS_DTYPE_##ID, (bits) / CHAR_BIT, of, columns, scale, out);                  \
        break;
        RS_FLOATS_32(RS_BLEND)
        RS_FLOATS_16(RS_BLEND)
        RS_FLOATS_64(RS_BLEND)
#undef RS_BLEND
    default:
        rs_blend_rows(dtype, rs_dtype_bytes(dtype), of, columns, scale, out);
    }
}

#endif
