/* contrast.c - the sign-flip test as a sum of two binomials, and the score interval by the most
 * likely shares of the values.
 *
 * If the mean were d, the most likely share of value v would be p(v) = n(v) / (n (1 + l (v - d))),
 * with the l for which the mean of these is d; where no l does it, l is at the end of its range and
 * what is left is the share of the outermost value, which no image has. The score statistic is then
 * n (mean - d)^2 over the variance of these shares. With the values -1, 0 and 1 this is Tango's
 * interval.
 */
#include "analyse/contrast.h"

#include <math.h>
#include <stdlib.h>

#include "analyse/proportion.h"
#include "base/checked.h"
#include "base/error.h"

/* ---- the test ---- */

static double log_add(double a, double b)
{
    const double most = fmax(a, b);
    return most == -INFINITY ? most : most + log1p(exp(fmin(a, b) - most));
}

static double log_half_binomial(uint64_t n, uint64_t k)
{
    static const double log_two = 0.6931471805599453;
    return lgamma((double)n + 1.0) - lgamma((double)k + 1.0) - lgamma((double)(n - k) + 1.0) -
           (double)n * log_two;
}

/* log P(2 A - ones + 2 (2 B - twos) >= sum), A of `ones` and B of `twos` fair coins. */
static rs_status log_tail(uint64_t ones, uint64_t twos, int64_t sum, double *out, rs_error *error)
{
    double *tail = NULL; /* [k] log P(A >= k) */
    RS_TRY(RS_NEW(&tail, ones + 2, "terms of a test", error));
    tail[ones + 1] = -INFINITY;
    for (uint64_t k = ones + 1; k-- > 0;) {
        tail[k] = log_add(tail[k + 1], log_half_binomial(ones, k));
    }
    double total = -INFINITY;
    for (uint64_t b = 0; b <= twos; ++b) {
        const int64_t rest = sum - 2 * (2 * (int64_t)b - (int64_t)twos);
        const int64_t twice = rest + (int64_t)ones; /* A >= twice / 2 */
        const int64_t least = twice <= 0 ? 0 : (twice + 1) / 2;
        if (least <= (int64_t)ones) {
            total = log_add(total, log_half_binomial(twos, b) + tail[least]);
        }
    }
    free(tail);
    *out = total;
    return RS_OK;
}

static int64_t sum_of(const uint64_t *count)
{
    return 2 * ((int64_t)count[4] - (int64_t)count[0]) + (int64_t)count[3] - (int64_t)count[1];
}

static rs_status find_p(const uint64_t *count, double *log_p, rs_error *error)
{
    const int64_t sum = sum_of(count);
    *log_p = 0.0;
    if (sum == 0) {
        return RS_OK; /* the two tails hold everything */
    }
    RS_TRY(log_tail(count[1] + count[3], count[0] + count[4], sum < 0 ? -sum : sum, log_p, error));
    *log_p = fmin(*log_p + log(2.0), 0.0);
    return RS_OK;
}

/* ---- the interval ---- */

typedef struct shares {
    double of[RS_CONTRAST_VALUES]; /* seen */
    double mean;
    double total;
} shares;

static double value_of(int k)
{
    return (double)(k - RS_CONTRAST_MOST);
}

/* The mean of value - d under the shares that `l` makes. It falls as l rises. */
static double tilted_mean(const shares *seen, double d, double l)
{
    double sum = 0.0;
    for (int k = 0; k < RS_CONTRAST_VALUES; ++k) {
        if (seen->of[k] > 0.0) {
            const double away = value_of(k) - d;
            sum += seen->of[k] * away / (1.0 + l * away);
        }
    }
    return sum;
}

/* For d above the mean l is below 0, and least where the largest value would have no bound. */
static double find_tilt(const shares *seen, double d)
{
    enum { STEPS = 200 };
    const double least = -1.0 / ((double)RS_CONTRAST_MOST - d);
    double low = least;
    double high = 0.0;
    if (seen->of[RS_CONTRAST_VALUES - 1] == 0.0 && tilted_mean(seen, d, least) <= 0.0) {
        return least;
    }
    for (int i = 0; i < STEPS; ++i) {
        const double middle = 0.5 * (low + high);
        if (middle <= low || middle >= high) {
            break;
        }
        if (tilted_mean(seen, d, middle) > 0.0) {
            low = middle;
        } else {
            high = middle;
        }
    }
    return high;
}

static double variance_at(const shares *seen, double d)
{
    const double l = find_tilt(seen, d);
    double variance = 0.0;
    double rest = 1.0;
    for (int k = 0; k < RS_CONTRAST_VALUES; ++k) {
        if (seen->of[k] > 0.0) {
            const double away = value_of(k) - d;
            const double share = seen->of[k] / (1.0 + l * away);
            variance += share * away * away;
            rest -= share;
        }
    }
    const double outermost = (double)RS_CONTRAST_MOST - d;
    return variance + fmax(rest, 0.0) * outermost * outermost;
}

/* The largest mean that the score test does not refuse. */
static double upper_end(const shares *seen)
{
    enum { STEPS = 200 };
    const double z2 = RS_NORMAL_95 * RS_NORMAL_95;
    double low = seen->mean;
    double high = RS_CONTRAST_MOST;
    for (int i = 0; i < STEPS; ++i) {
        const double d = 0.5 * (low + high);
        if (d <= low || d >= high) {
            break;
        }
        const double off = seen->mean - d;
        if (seen->total * off * off <= z2 * variance_at(seen, d)) {
            low = d;
        } else {
            high = d;
        }
    }
    return low;
}

static shares seen_shares(const uint64_t *count, uint64_t total, int sign)
{
    shares seen = {.total = (double)total};
    for (int k = 0; k < RS_CONTRAST_VALUES; ++k) {
        const int from = sign > 0 ? k : RS_CONTRAST_VALUES - 1 - k;
        seen.of[k] = (double)count[from] / (double)total;
    }
    seen.mean = sign * (double)sum_of(count) / (double)total;
    return seen;
}

/* ---- both ---- */

rs_status rs_contrast_make(const uint64_t count[RS_CONTRAST_VALUES], double unit,
                           rs_contrast *contrast, rs_error *error)
{
    uint64_t total = 0;
    double squares = 0.0;
    *contrast = (rs_contrast){.log_p = 0.0};
    for (int k = 0; k < RS_CONTRAST_VALUES; ++k) {
        contrast->count[k] = count[k];
        total += count[k];
        squares += (double)count[k] * value_of(k) * value_of(k);
    }
    if (total == 0) {
        return RS_OK;
    }
    const shares up = seen_shares(count, total, 1);
    const shares down = seen_shares(count, total, -1);
    const double spread = squares / up.total - up.mean * up.mean;
    contrast->effect = unit * up.mean;
    contrast->stderr_value = unit * sqrt(fmax(spread, 0.0) / up.total);
    contrast->score = (rs_interval){-unit * upper_end(&down), unit * upper_end(&up)};
    return find_p(count, &contrast->log_p, error);
}
