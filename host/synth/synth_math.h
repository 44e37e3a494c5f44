/* synth_math.h - logarithm, exponential and normal quantile, the same to the last bit everywhere.
 *
 * Test material must have the same bytes on every machine, and the last bit of libm's log and exp
 * differs between libraries. These use additions, multiplications, divisions and square roots only,
 * which IEEE 754 defines exactly (the build forbids contraction to fused operations). Good to about
 * 1e-15 relative, the quantile to 1e-9.
 */
#ifndef RS_SYNTH_MATH_H
#define RS_SYNTH_MATH_H

/* Natural logarithm of a positive, normal, finite number. */
double rs_synth_log(double x);

/* e to the x, |x| at most 700. */
double rs_synth_exp(double x);

/* The x below which a standard normal falls with probability p, 0 < p < 1. */
double rs_synth_normal_quantile(double p);

#endif
