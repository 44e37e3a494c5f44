/* tango.c - the ends of the interval, by a root between two signs.
 *
 * If the difference were d, the share of images that only the second has right would most likely be
 * q(d), the larger root of 2n q^2 + B q + C = 0, and the number of images by which the first is
 * ahead would have the variance n (2 q + d (1 - d)). The upper end is where what was seen is z of
 * these standard deviations below n d; the lower one is that of the swapped models.
 */
#include "analyse/tango.h"

#include <float.h>
#include <math.h>

#include "analyse/proportion.h"

typedef struct flips {
    double first;
    double second;
    double total;
} flips;

static double variance_at(const flips *seen, double d)
{
    const double a = 2.0 * seen->total;
    const double b = a * d - (1.0 + d) * seen->first - (1.0 - d) * seen->second;
    const double c = -seen->second * d * (1.0 - d);
    const double root = sqrt(fmax(b * b - 4.0 * a * c, 0.0));
    /* the larger root, by the form in which nothing cancels */
    const double q = b > 0.0 ? -2.0 * c / (root + b) : (root - b) / (2.0 * a);
    return seen->total * fmax(2.0 * q + d * (1.0 - d), 0.0);
}

/* Above 0 where a difference of `d` is not refused. */
static double slack(const flips *seen, double d)
{
    return seen->first - seen->second - seen->total * d +
           RS_NORMAL_95 * sqrt(variance_at(seen, d));
}

/* C. Ridders, "A new algorithm for computing a single root of a real continuous function", 1979:
 * `low` stays a place where the slack is above 0, and `high` one where it is not. */
static double find_root(const flips *seen, double low, double high)
{
    enum { STEPS = 100 };
    double at_low = slack(seen, low);
    double at_high = slack(seen, high);
    double found = low;
    for (int i = 0; i < STEPS; ++i) {
        const double middle = 0.5 * (low + high);
        const double at_middle = slack(seen, middle);
        const double scale = sqrt(at_middle * at_middle - at_low * at_high);
        if (middle <= low || middle >= high || scale == 0.0) {
            return middle;
        }
        const double next = middle + (middle - low) * at_middle / scale;
        const double at_next = slack(seen, next);
        if (fabs(next - found) <= 2.0 * DBL_EPSILON * fabs(next) || at_next == 0.0) {
            return next;
        }
        found = next;
        const double lower = fmin(middle, next);
        const double upper = fmax(middle, next);
        const double at_lower = middle < next ? at_middle : at_next;
        const double at_upper = middle < next ? at_next : at_middle;
        if (at_upper > 0.0) {
            low = upper;
            at_low = at_upper;
        } else if (at_lower > 0.0) {
            low = lower;
            at_low = at_lower;
            high = upper;
            at_high = at_upper;
        } else {
            high = lower;
            at_high = at_lower;
        }
    }
    return found;
}

static double upper_end(uint64_t first, uint64_t second, uint64_t total)
{
    const flips seen = {(double)first, (double)second, (double)total};
    const double z2 = RS_NORMAL_95 * RS_NORMAL_95;
    if (first == total) {
        return 1.0;
    }
    /* where nothing speaks for a spread the root is known, and has another beside it at the
     * difference itself */
    if (first + second == 0) {
        return z2 / (seen.total + z2);
    }
    if (second == total) {
        return (z2 - seen.total) / (z2 + seen.total);
    }
    return find_root(&seen, (seen.first - seen.second) / seen.total, 1.0);
}

rs_interval rs_tango_interval(uint64_t first_only, uint64_t second_only, uint64_t total)
{
    return (rs_interval){
        .low = 0.0 - upper_end(second_only, first_only, total),
        .high = upper_end(first_only, second_only, total),
    };
}
