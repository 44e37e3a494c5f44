/* row_kernel_portable.c - ranks in plain C, for every processor.
 *
 * The loops have no branches and count in integers as wide as the values, which compilers
 * vectorise.
 */
#include "engine/row_kernel_portable.h"

#include "engine/row_bounds.h"
#include "engine/row_rank.h"
#include "base/row_value.h"

/* Columns of [begin, end) that are not <= bound. */
static uint32_t count_f32(const void *row, uint32_t begin, uint32_t end, float bound)
{
    uint32_t count = 0;
    for (uint32_t j = begin; j < end; ++j) {
        count += !(rs_load_f32(row, j) <= bound);
    }
    return count;
}

static uint32_t count_f64(const void *row, uint32_t begin, uint32_t end, double bound)
{
    uint64_t count = 0;
    for (uint32_t j = begin; j < end; ++j) {
        count += !(rs_load_f64(row, j) <= bound);
    }
    return (uint32_t)count;
}

/* The largest pattern without its sign: above infinity when there is a NaN. */
typedef struct seen16 {
    uint16_t largest;
} seen16;

static seen16 nothing_seen(void)
{
    return (seen16){0};
}

static bool found_nan(seen16 seen, uint16_t infinity)
{
    return seen.largest > infinity;
}

/* Columns of [begin, end) outside the bound. Next to a label there are few enough others for 16
 * bits to count, and a range of all columns is swept for its NaNs alone. */
static uint32_t count_16(const void *row, uint32_t begin, uint32_t end, rs_bound16 bound,
                         seen16 *seen)
{
    _Static_assert(RS_MAX_COLUMNS - 1 <= UINT16_MAX, "a row has more columns than can be counted");
    uint16_t outside = 0;
    int16_t largest = (int16_t)seen->largest; /* signed lanes have a maximum everywhere */
    for (uint32_t j = begin; j < end; ++j) {
        const uint16_t bits = rs_load_u16(row, j);
        const int16_t magnitude = (int16_t)(bits & 0x7fffu);
        outside = (uint16_t)(outside + ((uint16_t)(bits - bound.base) > bound.limit));
        largest = magnitude > largest ? magnitude : largest;
    }
    seen->largest = (uint16_t)largest;
    return outside;
}

RS_DEFINE_AROUND_FLOAT(f32, float, rs_below_f32, count_f32)
RS_DEFINE_AROUND_FLOAT(f64, double, rs_below_f64, count_f64)
RS_DEFINE_AROUND_16(count_16, seen16 *)
RS_DEFINE_64_FLOAT(f32, float, count_f32)
RS_DEFINE_64_FLOAT(f64, double, count_f64)
RS_DEFINE_64_16(seen16, nothing_seen, count_16)
RS_DEFINE_RANK_FLOAT(f32, float, FLT_MAX, rs_load_f32, rs_below_f32, count_f32)
RS_DEFINE_RANK_FLOAT(f64, double, DBL_MAX, rs_load_f64, rs_below_f64, count_f64)
#define RANK_16(ID, name, bits, infinity, normal)                                                  \
    RS_DEFINE_RANK_16(name, infinity, seen16, nothing_seen, count_16, found_nan)
RS_FLOATS_16(RANK_16)

#define KERNEL(ID, name, bits, infinity, normal)                                                   \
    RS_ROW_KERNEL(portable, ID, name, rs_find_##name##_portable, false)
RS_DEFINE_ROW_KERNELS(portable, RS_FLOAT_MAP(KERNEL))
