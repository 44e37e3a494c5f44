/* fit_kernels.c - fit_kernels.inc in both types. */
#include "fit/fit_kernels.h"

#include <math.h>

#include "engine/exp_sum.h"

enum {
    LANES = 16,
    /* As many factors between 1 and 2 are far from the largest double. */
    FACTORS_MAX = 512,
    COLUMNS_MAX = 64 /* of add_rows at a time */
};

/* e^x for x <= 0. Below e^-60 nothing is left of a probability, and a smaller number might become a
 * denormal one on its way, with which products are slow. A NaN stays one, and an infinity becomes
 * one: e^x alone would pass over a logit that fell off the end of its type. */
static inline float exp_below_f32(float x)
{
    const float bounded = x < -60.0F ? -60.0F : x;
    const float power = rs_exp_f32(bounded, 0x4b400000U);
    return power + (x - x) * 0.0F;
}

static inline double exp_below_f64(double x)
{
    return exp(x) + (x - x) * 0.0;
}

#define REAL       float
#define NAME(name) name##_f32
#include "fit/fit_kernels.inc"
#undef REAL
#undef NAME

#define REAL       double
#define NAME(name) name##_f64
#include "fit/fit_kernels.inc"
#undef REAL
#undef NAME

const rs_fit_kernels *rs_fit_kernels_of(rs_dtype dtype)
{
    static const rs_fit_kernels f32 = {softmax_f32, sigmoid_f32, update_f32, add_rows_f32};
    static const rs_fit_kernels f64 = {softmax_f64, sigmoid_f64, update_f64, add_rows_f64};
    return dtype == RS_DTYPE_F64 ? &f64 : &f32;
}
