/* lanes_f64.h - as many doubles as a register of the instruction set holds, worked on at once.
 *
 * Plain C loops over doubles with choices in them get branches from some compilers, and then are
 * not vectorised at all: a softmax took four times as long. These are vectors of the compiler's,
 * the same source for every instruction set and every processor; each lane goes through the
 * operations of the plain functions in their order, so results are the same to the bit.
 */
#ifndef RS_LANES_F64_H
#define RS_LANES_F64_H

#include <stdint.h>
#include <string.h>

#if defined(__AVX2__)
#include <immintrin.h>
#elif defined(__aarch64__)
#include <arm_neon.h>
#endif

#include "base/half.h"
#include "engine/exp_sum.h"

#if defined(__AVX512F__)
enum { RS_LANES = 8 };
#elif defined(__AVX2__)
enum { RS_LANES = 4 };
#else
enum { RS_LANES = 2 };
#endif

typedef double rs_lanes __attribute__((vector_size(RS_LANES * sizeof(double))));
typedef float rs_lanes_f32 __attribute__((vector_size(RS_LANES * sizeof(float))));
/* a register of floats */
typedef float rs_floats __attribute__((vector_size(2 * RS_LANES * sizeof(float))));
typedef int32_t rs_floats_bits __attribute__((vector_size(2 * RS_LANES * sizeof(int32_t))));
typedef uint16_t rs_lanes_halves __attribute__((vector_size(RS_LANES * sizeof(uint16_t))));
typedef uint32_t rs_lanes_words_f32 __attribute__((vector_size(RS_LANES * sizeof(uint32_t))));
typedef int64_t rs_lanes_bits __attribute__((vector_size(RS_LANES * sizeof(int64_t))));
typedef uint64_t rs_lanes_words __attribute__((vector_size(RS_LANES * sizeof(uint64_t))));

static inline rs_lanes rs_lanes_load(const double *from)
{
    rs_lanes lanes;
    memcpy(&lanes, from, sizeof lanes);
    return lanes;
}

static inline rs_lanes rs_lanes_load_f32(const unsigned char *from)
{
#if defined(__AVX2__) && !defined(__AVX512F__) /* of which compilers make two halves */
    return (rs_lanes)_mm256_cvtps_pd(_mm_loadu_ps((const float *)(const void *)from));
#else
    rs_lanes_f32 narrow;
    memcpy(&narrow, from, sizeof narrow);
    return __builtin_convertvector(narrow, rs_lanes);
#endif
}

static inline rs_lanes rs_lanes_load_f16(const unsigned char *from)
{
#if defined(__AVX512F__) && defined(__F16C__)
    return (rs_lanes)_mm512_cvtps_pd(_mm256_cvtph_ps(_mm_loadu_si128((const void *)from)));
#elif defined(__F16C__)
    return (rs_lanes)_mm256_cvtps_pd(_mm_cvtph_ps(_mm_loadl_epi64((const void *)from)));
#elif defined(__aarch64__)
    uint32_t pair;
    memcpy(&pair, from, sizeof pair);
    const float16x4_t twice = vreinterpret_f16_u32(vdup_n_u32(pair));
    return (rs_lanes)vcvt_f64_f32(vget_low_f32(vcvt_f32_f16(twice)));
#else
    rs_lanes lanes = {0.0};
    uint16_t half[RS_LANES];
    memcpy(half, from, sizeof half);
    for (uint32_t i = 0; i < RS_LANES; ++i) {
        lanes[i] = (double)rs_f16_to_f32(half[i]);
    }
    return lanes;
#endif
}

static inline rs_lanes rs_lanes_load_bf16(const unsigned char *from)
{
    rs_lanes_halves halves;
    memcpy(&halves, from, sizeof halves);
    const rs_lanes_words_f32 words = __builtin_convertvector(halves, rs_lanes_words_f32) << 16;
    return rs_lanes_load_f32((const unsigned char *)&words);
}

static inline void rs_lanes_store(double *to, rs_lanes lanes)
{
    memcpy(to, &lanes, sizeof lanes);
}

static inline void rs_lanes_store_f32(unsigned char *to, rs_lanes lanes)
{
    const rs_lanes_f32 narrow = __builtin_convertvector(lanes, rs_lanes_f32);
    memcpy(to, &narrow, sizeof narrow);
}

static inline rs_lanes rs_lanes_of(double value)
{
    const rs_lanes none = {0.0};
    return none + value; /* -0.0 becomes 0.0 */
}

static inline rs_lanes rs_lanes_choose(rs_lanes_bits which, rs_lanes yes, rs_lanes no)
{
    return (rs_lanes)((which & (rs_lanes_bits)yes) | (~which & (rs_lanes_bits)no));
}

/* a > b ? a : b, as rs_larger. Compilers make two instructions of it. */
static inline rs_lanes rs_lanes_larger(rs_lanes a, rs_lanes b)
{
#if defined(__AVX512F__)
    return (rs_lanes)_mm512_max_pd((__m512d)a, (__m512d)b);
#elif defined(__AVX2__)
    return (rs_lanes)_mm256_max_pd((__m256d)a, (__m256d)b);
#else
    return rs_lanes_choose(a > b, a, b);
#endif
}

static inline rs_floats rs_floats_larger(rs_floats a, rs_floats b)
{
#if defined(__AVX512F__)
    return (rs_floats)_mm512_max_ps((__m512)a, (__m512)b);
#elif defined(__AVX2__)
    return (rs_floats)_mm256_max_ps((__m256)a, (__m256)b);
#else
    const rs_floats_bits which = a > b;
    return (rs_floats)((which & (rs_floats_bits)a) | (~which & (rs_floats_bits)b));
#endif
}

/* rs_exp_f64 */
static inline rs_lanes rs_lanes_exp(rs_lanes x)
{
    static const double c[] = RS_EXP2_DEGREE_7;
    const rs_lanes shifted = x * RS_LOG2_E + RS_ROUND_F64;
    const rs_lanes r = x * RS_LOG2_E - (shifted - RS_ROUND_F64);
    const rs_lanes low = (c[0] + c[1] * r) + (c[2] + c[3] * r) * (r * r);
    const rs_lanes high = (c[4] + c[5] * r) + (c[6] + c[7] * r) * (r * r);
    const rs_lanes power = low + high * ((r * r) * (r * r));
    return (rs_lanes)((rs_lanes_words)power + ((rs_lanes_words)shifted << 52));
}

#endif
