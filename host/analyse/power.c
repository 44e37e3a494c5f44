/* power.c - Connor's formula for the number of pairs, solved for the difference.
 *
 *     sqrt(n) d = z sqrt(f) + u sqrt(f - d^2)
 *
 * f the share of images that tell the models apart, z and u the points of the normal distribution
 * for the level and the power: the upper root of a quadratic equation.
 */
#include "analyse/power.h"

#include <math.h>

#include "analyse/proportion.h"

/* The 80 % point of the normal distribution. */
static const double normal_80 = 0.8416212335729143;

double rs_detectable_difference(uint64_t flips, uint64_t total)
{
    const double n = (double)total;
    const double f = (double)flips / n;
    const double level = RS_NORMAL_95 * RS_NORMAL_95;
    const double power = normal_80 * normal_80;
    const double a = n + power;
    const double b = RS_NORMAL_95 * sqrt(f * n);
    const double difference = (b + sqrt(fmax(b * b - a * f * (level - power), 0.0))) / a;
    return difference < f ? difference
                          : 0.0; /* no two models differ on more images than part them */
}
