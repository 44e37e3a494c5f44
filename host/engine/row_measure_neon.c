/* row_measure_neon.c - rank, largest value and sum of exponentials in one sweep, with NEON.
 *
 * The scheme is that of row_measure_avx2.c, and its order too: two registers stand for one of
 * there, a column goes to the same lane and through the same roundings, and lanes are added up
 * alike. So the sums are the same to the bit.
 */
#include "engine/exp_sum.h"
#include "engine/row_kernel_neon.h"
#include "engine/row_measure_plain.h"
#include "engine/row_measure_sums.h"

#define FAR_REFERENCE 1e6

/* Columns that a sum of floats takes, and those that go into it at once. */
enum { COLUMNS_PER_SUM = 128, STEP_32 = 8, STEP_16 = 16 };

typedef struct exp32 {
    float32x4_t lowest;   /* e^(lowest - reference) is next to nothing */
    float32x4_t exponent; /* n of the reference */
    double factor;        /* e^-r of the reference */
} exp32;

static inline exp32 exp32_for(double reference)
{
    const double n = rs_round_f64(reference * RS_LOG2_E);
    return (exp32){
        .lowest = vdupq_n_f32((float)reference - RS_EXP_LIMIT_F32),
        .exponent = vdupq_n_f32((float)n),
        .factor = rs_exp_f64(n * (double)RS_LN2_F32 - reference),
    };
}

/* e^(x - reference) / factor. A conversion to fixed point makes an integer and shifts it. */
static inline float32x4_t exp32_of(const exp32 *e, float32x4_t x)
{
    static const float c[] = RS_EXP_DEGREE_5;
    const float32x4_t raised = vmaxnmq_f32(x, e->lowest);
    const float32x4_t n = vrndnq_f32(vmulq_n_f32(raised, (float)RS_LOG2_E));
    const float32x4_t r = vfmsq_n_f32(raised, n, RS_LN2_F32);
    float32x4_t power = vfmaq_f32(vdupq_n_f32(c[4]), vdupq_n_f32(c[5]), r);
    power = vfmaq_f32(vdupq_n_f32(c[3]), power, r);
    power = vfmaq_f32(vdupq_n_f32(c[2]), power, r);
    power = vfmaq_f32(vdupq_n_f32(c[1]), power, r);
    power = vfmaq_f32(vdupq_n_f32(c[0]), power, r);
    const int32x4_t shifted = vcvtq_n_s32_f32(vsubq_f32(n, e->exponent), 23);
    return vreinterpretq_f32_s32(vaddq_s32(vreinterpretq_s32_f32(power), shifted));
}

/* What a sweep gathers; `sum` is emptied into `total` now and then. Lanes 0 to 3, and 4 to 7. */
typedef struct sums32 {
    float32x4_t largest[2];
    float32x4_t sum[2];
    float64x2_t total[2]; /* lanes 0 and 4, 1 and 5; 2 and 6, 3 and 7 */
} sums32;

static inline sums32 no_sums(void)
{
    const float32x4_t least = vdupq_n_f32(-HUGE_VALF);
    const float32x4_t none = vdupq_n_f32(0.0f);
    return (sums32){
        .largest = {least, least},
        .sum = {none, none},
        .total = {vdupq_n_f64(0.0), vdupq_n_f64(0.0)},
    };
}

static inline void add_values(sums32 *sums, const exp32 *e, float32x4_t low, float32x4_t high)
{
    sums->largest[0] = vmaxq_f32(sums->largest[0], low);
    sums->largest[1] = vmaxq_f32(sums->largest[1], high);
    sums->sum[0] = vaddq_f32(sums->sum[0], exp32_of(e, low));
    sums->sum[1] = vaddq_f32(sums->sum[1], exp32_of(e, high));
}

static inline void empty_sum(sums32 *sums)
{
    const float64x2_t first = vaddq_f64(vcvt_f64_f32(vget_low_f32(sums->sum[0])),
                                        vcvt_f64_f32(vget_low_f32(sums->sum[1])));
    const float64x2_t second =
        vaddq_f64(vcvt_high_f64_f32(sums->sum[0]), vcvt_high_f64_f32(sums->sum[1]));
    sums->total[0] = vaddq_f64(sums->total[0], first);
    sums->total[1] = vaddq_f64(sums->total[1], second);
    sums->sum[0] = sums->sum[1] = vdupq_n_f32(0.0f);
}

static inline void finish(const sums32 *sums, const exp32 *e, rs_row_measure *measure)
{
    measure->largest = (double)vmaxvq_f32(vmaxq_f32(sums->largest[0], sums->largest[1]));
    measure->rest = (vaddvq_f64(sums->total[0]) + vaddvq_f64(sums->total[1])) * e->factor;
}

static inline uint32_t stop_of(uint32_t begin, uint32_t end)
{
    return end - begin < COLUMNS_PER_SUM ? end : begin + COLUMNS_PER_SUM;
}

/* ---- float ---- */

/* Counts columns of [begin, end) that are not <= bound and adds their values to `sums`. */
static inline uint32_t sweep_f32(const void *row, uint32_t begin, uint32_t end, float bound,
                                 const exp32 *e, sums32 *sums)
{
    const float32x4_t bounds = vdupq_n_f32(bound);
    uint32_t all = end - begin;
    uint32x4_t within[2] = {vdupq_n_u32(0), vdupq_n_u32(0)};
    while (begin < end) {
        const uint32_t stop = stop_of(begin, end);
        for (; stop - begin >= STEP_32; begin += STEP_32) {
            const float32x4_t low = rs_load4_f32(row, begin);
            const float32x4_t high = rs_load4_f32(row, begin + RS_LANES_F32);
            within[0] = vsubq_u32(within[0], vcleq_f32(low, bounds));
            within[1] = vsubq_u32(within[1], vcleq_f32(high, bounds));
            add_values(sums, e, low, high);
        }
        if (begin < stop) {
            float last[STEP_32];
            for (uint32_t i = 0; i < STEP_32; ++i) {
                last[i] = begin + i < stop ? rs_load_f32(row, begin + i) : -HUGE_VALF;
                all -= begin + i < stop && last[i] <= bound;
            }
            add_values(sums, e, vld1q_f32(last), vld1q_f32(last + RS_LANES_F32));
            begin = stop;
        }
        empty_sum(sums);
    }
    return all - vaddvq_u32(vaddq_u32(within[0], within[1]));
}

RS_DEFINE_SWEEP_AROUND_F32
RS_DEFINE_MEASURE_F32(neon)

/* ---- halves ---- */

static inline void add_f16(sums32 *sums, const exp32 *e, uint16x8_t x)
{
    const float16x8_t half = vreinterpretq_f16_u16(x);
    add_values(sums, e, vcvt_f32_f16(vget_low_f16(half)), vcvt_high_f32_f16(half));
}

/* Sixteen of them: columns 0 to 7 and 8 to 15. */
static inline void add_pair_f16(sums32 *sums, const exp32 *e, uint16x8_t low, uint16x8_t high)
{
    add_f16(sums, e, low);
    add_f16(sums, e, high);
}

/* A bfloat16 is the upper half of a float: first the even columns, then the odd ones. */
static inline void add_pair_bf16(sums32 *sums, const exp32 *e, uint16x8_t low, uint16x8_t high)
{
    const uint32x4_t upper = vdupq_n_u32(0xffff0000u);
    const uint32x4_t a = vreinterpretq_u32_u16(low);
    const uint32x4_t b = vreinterpretq_u32_u16(high);
    add_values(sums, e, vreinterpretq_f32_u32(vshlq_n_u32(a, 16)),
               vreinterpretq_f32_u32(vshlq_n_u32(b, 16)));
    add_values(sums, e, vreinterpretq_f32_u32(vandq_u32(a, upper)),
               vreinterpretq_f32_u32(vandq_u32(b, upper)));
}

/* As count_16 in row_kernel_neon.c, of sixteen columns. */
typedef struct sweep16 {
    uint16x8_t base;
    uint16x8_t limit;
    uint16x8_t count[2];
    uint16x8_t doubled[2];
} sweep16;

static inline void add_16(sweep16 *sweep, int chain, uint16x8_t there, uint16x8_t x)
{
    const uint16x8_t ahead = vcgtq_u16(vsubq_u16(x, sweep->base), sweep->limit);
    sweep->count[chain] = vsubq_u16(sweep->count[chain], vandq_u16(there, ahead));
    sweep->doubled[chain] = vmaxq_u16(sweep->doubled[chain], vaddq_u16(x, x));
}

/* The last columns [begin, end) of a range, fewer than sixteen, among sixteen that end there or
 * begin the row; the others become `nothing`. */
static inline void load_last_16(const void *row, uint32_t begin, uint32_t end, uint16x8_t nothing,
                                uint16x8_t there[2], uint16x8_t x[2])
{
    const uint32_t start = end >= STEP_16 ? end - STEP_16 : 0;
    for (int32_t half = 0; half < 2; ++half) {
        const int32_t moved = half * RS_LANES_16;
        there[half] =
            rs_lanes_between_16((int32_t)(begin - start) - moved, (int32_t)(end - start) - moved);
        x[half] = vbslq_u16(there[half], rs_load8_u16(row, start + (uint32_t)moved), nothing);
    }
}

#define DEFINE_SWEEP_16(name, infinity)                                                            \
    static inline uint32_t sweep_##name(const void *row, uint32_t begin, uint32_t end,             \
                                        rs_bound16 bound, const exp32 *e, sums32 *sums,            \
                                        uint16x8_t *doubled)                                       \
    {                                                                                              \
        const uint16x8_t all = vdupq_n_u16(UINT16_MAX);                                            \
        const uint16x8_t nothing = vdupq_n_u16((infinity) | 0x8000u);                              \
        sweep16 sweep = {.base = vdupq_n_u16(bound.base),                                          \
                         .limit = vdupq_n_u16(bound.limit),                                        \
                         .count = {vdupq_n_u16(0), vdupq_n_u16(0)},                                \
                         .doubled = {*doubled, *doubled}};                                         \
        while (begin < end) {                                                                      \
            const uint32_t stop = stop_of(begin, end);                                             \
            for (; stop - begin >= STEP_16; begin += STEP_16) {                                    \
                const uint16x8_t low = rs_load8_u16(row, begin);                                   \
                const uint16x8_t high = rs_load8_u16(row, begin + RS_LANES_16);                    \
                add_16(&sweep, 0, all, low);                                                       \
                add_16(&sweep, 1, all, high);                                                      \
                add_pair_##name(sums, e, low, high);                                               \
            }                                                                                      \
            if (begin < stop) {                                                                    \
                uint16x8_t there[2];                                                               \
                uint16x8_t x[2];                                                                   \
                load_last_16(row, begin, stop, nothing, there, x);                                 \
                add_16(&sweep, 0, there[0], x[0]);                                                 \
                add_16(&sweep, 1, there[1], x[1]);                                                 \
                add_pair_##name(sums, e, x[0], x[1]);                                              \
                begin = stop;                                                                      \
            }                                                                                      \
            empty_sum(sums);                                                                       \
        }                                                                                          \
        *doubled = vmaxq_u16(sweep.doubled[0], sweep.doubled[1]);                                  \
        return vaddlvq_u16(sweep.count[0]) + vaddlvq_u16(sweep.count[1]);                          \
    }

#define MEASURE_16(ID, name, bits, infinity, normal)                                               \
    DEFINE_SWEEP_16(name, infinity)                                                                \
    RS_DEFINE_SWEEP_AROUND_16(name, infinity, uint16x8_t *)                                        \
    RS_DEFINE_MEASURE_16(neon, name, RS_DTYPE_##ID, infinity, uint16x8_t, rs_nothing_seen,         \
                         columns < STEP_16)
RS_FLOATS_16(MEASURE_16)

/* ---- double ---- */

bool rs_measure_f64_neon(const void *row, uint32_t columns, uint32_t label, double reference,
                         rs_row_measure *measure)
{
    return rs_measure_in_f64(rs_row_kernel_neon(RS_DTYPE_F64), RS_DTYPE_F64, row, columns, label,
                             reference, measure);
}
