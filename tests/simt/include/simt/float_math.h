/* float_math.h - floating point and min/max of device code.
 *
 * The host's libm stands in for CUDA's: results agree to a few units in the last place, not bit for
 * bit, and nvcc may contract a*b+c where this does not. Tests compare such values with a tolerance.
 */
#ifndef SIMT_FLOAT_MATH_H
#define SIMT_FLOAT_MATH_H

#include <math.h>

#include "simt/execution.h"

inline float __fadd_rn(float x, float y)
{
    return x + y;
}
inline float __fsub_rn(float x, float y)
{
    return x - y;
}
inline float __fmul_rn(float x, float y)
{
    return x * y;
}
inline float __fdiv_rn(float x, float y)
{
    return x / y;
}
inline float __fmaf_rn(float x, float y, float z)
{
    return fmaf(x, y, z);
}
inline double __dadd_rn(double x, double y)
{
    return x + y;
}
inline double __dsub_rn(double x, double y)
{
    return x - y;
}
inline double __dmul_rn(double x, double y)
{
    return x * y;
}
inline double __ddiv_rn(double x, double y)
{
    return x / y;
}
inline double __fma_rn(double x, double y, double z)
{
    return fma(x, y, z);
}
inline float __fdividef(float x, float y)
{
    return x / y;
}
inline float __frcp_rn(float x)
{
    return 1.0f / x;
}
inline float rsqrtf(float x)
{
    return 1.0f / sqrtf(x);
}
inline float __saturatef(float x)
{
    return x > 0.0f ? (x < 1.0f ? x : 1.0f) : 0.0f; /* NaN becomes 0, as on the device */
}
inline float __expf(float x)
{
    return expf(x);
}
inline float __logf(float x)
{
    return logf(x);
}
inline float __log2f(float x)
{
    return log2f(x);
}
inline float __powf(float x, float y)
{
    return powf(x, y);
}

namespace simt {

/* Conversions saturate on the device, NaN becomes 0 (the lowest value for 64 bits). */
template <class To, class From> To convert(From value, To of_nan)
{
    if (value != value) {
        return of_nan;
    }
    constexpr To lowest = std::is_signed<To>::value ? static_cast<To>(1ull << (sizeof(To) * 8 - 1))
                                                    : static_cast<To>(0);
    constexpr To highest = static_cast<To>(~lowest);
    if (value <= static_cast<From>(lowest)) {
        return lowest;
    }
    return value >= static_cast<From>(highest) ? highest : static_cast<To>(value);
}

} // namespace simt

#define SIMT_CONVERT(name, to, from, round, of_nan)                                                \
    inline to name(from value)                                                                     \
    {                                                                                              \
        return simt::convert<to, from>(round(value), static_cast<to>(of_nan));                     \
    }
SIMT_CONVERT(__float2int_rn, int, float, rintf, 0)
SIMT_CONVERT(__float2int_rz, int, float, truncf, 0)
SIMT_CONVERT(__float2int_rd, int, float, floorf, 0)
SIMT_CONVERT(__float2int_ru, int, float, ceilf, 0)
SIMT_CONVERT(__float2uint_rn, unsigned, float, rintf, 0)
SIMT_CONVERT(__float2uint_rz, unsigned, float, truncf, 0)
SIMT_CONVERT(__float2uint_rd, unsigned, float, floorf, 0)
SIMT_CONVERT(__float2ll_rn, long long, float, rintf, 1ull << 63)
SIMT_CONVERT(__float2ll_rz, long long, float, truncf, 1ull << 63)
SIMT_CONVERT(__double2int_rn, int, double, rint, 0)
SIMT_CONVERT(__double2int_rz, int, double, trunc, 0)
SIMT_CONVERT(__double2ll_rn, long long, double, rint, 1ull << 63)
SIMT_CONVERT(__double2ll_rz, long long, double, trunc, 1ull << 63)
SIMT_CONVERT(__double2ull_rn, unsigned long long, double, rint, 1ull << 63)
#undef SIMT_CONVERT
inline float __double2float_rn(double x)
{
    return static_cast<float>(x);
}
inline float __int2float_rn(int x)
{
    return static_cast<float>(x);
}
inline float __uint2float_rn(unsigned x)
{
    return static_cast<float>(x);
}
inline double __ll2double_rn(long long x)
{
    return static_cast<double>(x);
}

/* CUDA's global min and max, mixed signs included (the unsigned type wins). */
#define SIMT_MIN_MAX(result, first, second)                                                        \
    inline constexpr result min(first x, second y)                                                 \
    {                                                                                              \
        return static_cast<result>(y) < static_cast<result>(x) ? static_cast<result>(y)            \
                                                               : static_cast<result>(x);           \
    }                                                                                              \
    inline constexpr result max(first x, second y)                                                 \
    {                                                                                              \
        return static_cast<result>(x) < static_cast<result>(y) ? static_cast<result>(y)            \
                                                               : static_cast<result>(x);           \
    }
#define SIMT_MIN_MAX_OF(signed_type, unsigned_type)                                                \
    SIMT_MIN_MAX(signed_type, signed_type, signed_type)                                            \
    SIMT_MIN_MAX(unsigned_type, unsigned_type, unsigned_type)                                      \
    SIMT_MIN_MAX(unsigned_type, signed_type, unsigned_type)                                        \
    SIMT_MIN_MAX(unsigned_type, unsigned_type, signed_type)
SIMT_MIN_MAX_OF(int, unsigned)
SIMT_MIN_MAX_OF(long, unsigned long)
SIMT_MIN_MAX_OF(long long, unsigned long long)
#undef SIMT_MIN_MAX_OF
#undef SIMT_MIN_MAX
inline float min(float x, float y)
{
    return fminf(x, y);
}
inline float max(float x, float y)
{
    return fmaxf(x, y);
}
inline double min(double x, double y)
{
    return fmin(x, y);
}
inline double max(double x, double y)
{
    return fmax(x, y);
}
using std::isfinite;
using std::isinf;
using std::isnan;
using std::signbit;

#endif
