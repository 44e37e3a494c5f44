/* tail_integral.c - the tail of a Poisson-binomial distribution over any number of rows.
 *
 * With G(z) the product of (q + p z) over the rows, P(X >= m) is the Cauchy integral of
 * G(z) z^-m / (z - 1) over a circle of radius r > 1, for any such r. On the circle through the
 * saddle point, G'(r) r / G(r) = m, the integrand is one bump of width 1/sd that does not
 * oscillate, and the trapezoidal rule converges geometrically (Trefethen and Weideman, "The
 * exponentially convergent trapezoidal rule", 2014): some hundred points give full precision,
 * whatever n is.
 *
 * With r = e^t and the tilted chance u = p r / (q + p r), G(r e^iw) / G(r) is the product of
 * 1 + u (e^iw - 1). Its modulus and phase are summed as logarithms, the phase less its linear part,
 * so that nothing large cancels but the sums of n terms themselves.
 */
#include "analyse/poisson_binomial.h"

#include <math.h>
#include <stdbool.h>

/* The rows, seen as right answers or (`mirrored`) as wrong ones. */
typedef struct row_chances {
    const rs_set_count *sets;
    size_t count;
    bool mirrored;
} row_chances;

typedef struct chance {
    double right;
    double wrong;
} chance;

static const double pi = 3.14159265358979323846;

static chance chance_of(const row_chances *rows, size_t i)
{
    const double size = (double)rows->sets[i].size;
    const chance plain = {1.0 / size, (size - 1.0) / size};
    return rows->mirrored ? (chance){plain.wrong, plain.right} : plain;
}

/* 0 for rows with a single label, which are no trials */
static double row_count(const row_chances *rows, size_t i)
{
    return rows->sets[i].size > 1 ? (double)rows->sets[i].rows : 0.0;
}

/* Mean and variance with every chance tilted by e^t. */
static void tilted_moments(const row_chances *rows, double t, double *mean, double *variance)
{
    const double shrink = exp(-t);
    *mean = 0.0;
    *variance = 0.0;
    for (size_t i = 0; i < rows->count; ++i) {
        const chance p = chance_of(rows, i);
        const double right = p.right / (p.right + p.wrong * shrink);
        const double wrong = p.wrong * shrink / (p.right + p.wrong * shrink);
        *mean += row_count(rows, i) * right;
        *variance += row_count(rows, i) * right * wrong;
    }
}

/* Where the tilted mean is `target`, roughly: every t > 0 gives the same integral, if not as fast.
 * The mean grows with t, so Newton's steps are held inside an interval that is known to hold it. */
static double saddle_point(const row_chances *rows, double target)
{
    double low = 0.0;
    double high = 1.0;
    double mean = 0.0;
    double variance = 0.0;
    for (tilted_moments(rows, high, &mean, &variance); mean < target && high < 512.0;
         tilted_moments(rows, high, &mean, &variance)) {
        high *= 2.0;
    }
    double t = 0.5 * high;
    for (int step = 0; step < 60 && high - low > 1e-9 * high; ++step) {
        tilted_moments(rows, t, &mean, &variance);
        if (mean < target) {
            low = t;
        } else {
            high = t;
        }
        const double newton = t + (target - mean) / variance;
        const bool inside = newton > low && newton < high;
        const double next = inside ? newton : 0.5 * (low + high);
        if (fabs(next - t) <= 1e-7 * t) {
            return next;
        }
        t = next;
    }
    return t;
}

/* log of G(r e^iw) / G(r) as modulus and phase, the phase less w times the tilted mean */
static void log_ratio(const row_chances *rows, double t, double w, double *modulus, double *phase)
{
    const double shrink = exp(-t);
    const double half_sine = sin(0.5 * w);
    *modulus = 0.0;
    *phase = 0.0;
    for (size_t i = 0; i < rows->count; ++i) {
        const chance p = chance_of(rows, i);
        const double sum = p.right + p.wrong * shrink;
        const double right = p.right / sum;
        const double wrong = p.wrong * shrink / sum;
        const double number = row_count(rows, i);
        *modulus += number * 0.5 * log1p(-4.0 * right * wrong * half_sine * half_sine);
        *phase += number * (atan2(right * sin(w), wrong + right * cos(w)) - right * w);
    }
}

/* Real part of e^(modulus + i phase) / (1 - e^(-iw) / r), with gap = 1 - 1/r. */
static double real_part(double modulus, double phase, double gap, double w)
{
    const double half_sine = sin(0.5 * w);
    const double bend = (1.0 - gap) * half_sine * half_sine;
    const double real = gap + 2.0 * bend;
    const double imaginary = (1.0 - gap) * sin(w);
    const double square = gap * gap + 4.0 * bend;
    return exp(modulus) * (cos(phase) * real + sin(phase) * imaginary) / square;
}

/* The trapezoidal rule over an odd number of points of the circle; its halves mirror each other. */
static double circle_mean(const row_chances *rows, double t, uint64_t points, double drift)
{
    const double gap = -expm1(-t);
    double sum = 1.0 / gap;
    for (uint64_t j = 1; j <= points / 2; ++j) {
        const double w = 2.0 * pi * (double)j / (double)points;
        double modulus = 0.0;
        double phase = 0.0;
        log_ratio(rows, t, w, &modulus, &phase);
        if (modulus < -50.0) { /* it falls on to the far side of the circle */
            break;
        }
        sum += 2.0 * real_part(modulus, phase + drift * w, gap, w);
    }
    return sum / (double)points;
}

/* P(X >= m) for m above the mean and below the number of rows. */
static double upper_tail(const row_chances *rows, double m)
{
    double t = saddle_point(rows, m);
    double mean = 0.0;
    double variance = 0.0;
    tilted_moments(rows, t, &mean, &variance);
    if (t * sqrt(variance) < 1.0) { /* near the pole at z = 1 it takes many points */
        t = 1.0 / sqrt(variance);
        tilted_moments(rows, t, &mean, &variance);
    }
    double log_scale = -t * m;
    for (size_t i = 0; i < rows->count; ++i) {
        log_scale += row_count(rows, i) * log1p(chance_of(rows, i).right * expm1(t));
    }
    /* The rule errs by e^(-t points) and by the tilted chance to be `points` away from the mean. */
    const double half = fmax(20.0 / t, 10.0 * sqrt(variance) + 20.0);
    return exp(log_scale) * circle_mean(rows, t, 2 * (uint64_t)half + 1, mean - m);
}

static double all_right(const row_chances *rows)
{
    double log_chance = 0.0;
    for (size_t i = 0; i < rows->count; ++i) {
        const double number = row_count(rows, i);
        /* a single label is never wrong, and 0 * log(0) no number */
        log_chance += number > 0.0 ? number * log(chance_of(rows, i).right) : 0.0;
    }
    return exp(log_chance);
}

double rs_tail_by_integral(const rs_set_count *sets, size_t count, uint64_t trials,
                           uint64_t at_least)
{
    const row_chances right = {sets, count, false};
    const row_chances wrong = {sets, count, true};
    double mean = 0.0;
    double variance = 0.0;
    tilted_moments(&right, 0.0, &mean, &variance);
    if (at_least == trials) {
        return all_right(&right);
    }
    if ((double)at_least > mean) {
        return fmin(upper_tail(&right, (double)at_least), 1.0);
    }
    /* X < at_least: more than trials - at_least wrong answers, which is the rarer side */
    const uint64_t wrong_answers = trials - at_least + 1;
    const double below =
        wrong_answers == trials ? all_right(&wrong) : upper_tail(&wrong, (double)wrong_answers);
    return fmax(1.0 - below, 0.0);
}
