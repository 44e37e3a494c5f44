/* distribution.c - how far rounding takes a row from adding up to 1, and the error beyond that. */
#include "engine/distribution.h"

#include <float.h>
#include <math.h>

#include "base/error.h"
#include "base/float_type.h"

rs_distribution_limits rs_distribution_limits_none(void)
{
    return (rs_distribution_limits){.slack = HUGE_VAL, .partial = true};
}

/* Half a unit in the last place of 1, and half of the smallest number. The other half is for a
 * denominator that was rounded too; twice that, for one that was not rounded to nearest. */
typedef struct half_unit {
    double of_one;
    double smallest;
} half_unit;

/* The smallest normal number has one bit, which is worth as many units as there are from 1 to 2. */
static half_unit half_unit_of(rs_dtype dtype)
{
    switch (dtype) {
#define HALF_UNIT(ID, name, bits, infinity, normal)                                                \
    case RS_DTYPE_##ID:                                                                            \
        return (half_unit){0.5 / (double)(normal), 0.5 * rs_##name##_decode(1)};
        RS_FLOAT_MAP(HALF_UNIT)
#undef HALF_UNIT
    default:
        return (half_unit){0.0, 0.0};
    }
}

rs_distribution_limits rs_distribution_limits_of(rs_dtype dtype, uint32_t columns,
                                                 const rs_class_map *map)
{
    const half_unit half = half_unit_of(dtype);
    const uint32_t given = map != NULL ? map->columns : columns;
    /* A sum of `given` terms one after the other in floats. */
    const double summed = (double)given * (FLT_EPSILON / 2);
    return (rs_distribution_limits){
        .slack =
            4.0 * half.of_one + 2.0 * half.smallest * (double)given + 4.0 * FLT_EPSILON + summed,
        .partial = map != NULL && map->positions != map->columns,
    };
}

rs_status rs_distribution_check(uint64_t packed, const char *path, rs_error *error)
{
    if (packed == 0) {
        return RS_OK;
    }
    const uint64_t row = UINT64_C(0xffffffff) - (packed >> 32);
    const uint32_t bits = (uint32_t)packed & ~(uint32_t)RS_FAULT_BITS;
    const bool sum = (packed & RS_FAULT_BITS) == RS_FAULT_SUM;
    float seen = 0.0f;
    memcpy(&seen, &bits, sizeof seen);
    /* What is below 0 is told first: nothing is in such a row. */
    const bool percent = !sum && seen > 1.0f && seen <= 101.0f;
    return rs_fail(
        error, RS_FORMAT, path, rs_at_row(row),
        percent ? "divide percents, which add up to 100, by 100; take logits for what "
                  "they are (without --values probs)"
                : "take logits for what they are (without --values probs); where each class is a "
                  "yes-or-no question of its own give the logits with --values sigmoid",
        "the values are no probabilities: %s %.6g", sum ? "they add up to" : "one is",
        (double)seen);
}
