/* student_t.c - the tail as an incomplete beta function, by its continued fraction.
 *
 * P(|T| >= t) = I_x(df/2, 1/2) with x = df / (df + t^2). The fraction is that of Abramowitz and
 * Stegun 26.5.8, evaluated by Lentz's method; it converges fast on the side of the mean where it is
 * used.
 */
#include "analyse/student_t.h"

#include <math.h>
#include <stdbool.h>

static const double log_pi = 1.1447298858494002;

/* log(Gamma(a + 1/2) / Gamma(a)): a recurrence up to where the asymptotic series is exact. */
static double log_gamma_step(double a)
{
    double correction = 0.0;
    while (a < 20.0) {
        correction -= log1p(0.5 / a);
        a += 1.0;
    }
    const double u = 1.0 / (a * a);
    const double series =
        -1.0 / 8 + u * (1.0 / 192 + u * (-1.0 / 640 + u * (17.0 / 14336 - u * (31.0 / 18432))));
    return correction + 0.5 * log(a) + series / a;
}

/* The fraction of I_x(a, b) that multiplies x^a (1 - x)^b / (a B(a, b)). */
static double beta_fraction(double x, double a, double b)
{
    static const double tiny = 1e-300;
    double c = 1.0;
    double d = 1.0 - (a + b) * x / (a + 1.0);
    d = 1.0 / (fabs(d) < tiny ? tiny : d);
    double value = d;
    for (int m = 1; m < 100000; ++m) {
        const double even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
        const double odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
        double step = 1.0;
        d = 1.0 + even * d;
        c = 1.0 + even / c;
        d = 1.0 / (fabs(d) < tiny ? tiny : d);
        c = fabs(c) < tiny ? tiny : c;
        step *= c * d;
        d = 1.0 + odd * d;
        c = 1.0 + odd / c;
        d = 1.0 / (fabs(d) < tiny ? tiny : d);
        c = fabs(c) < tiny ? tiny : c;
        step *= c * d;
        value *= step;
        if (fabs(step - 1.0) < 1e-16) {
            break;
        }
    }
    return value;
}

double rs_student_log_p(double t, double df)
{
    const double half = 0.5 * df;
    const double ratio = t * t / df;
    if (!(ratio > 0.0)) {
        return 0.0;
    }
    if (!isfinite(ratio)) {
        return -INFINITY;
    }
    const double log_x = -log1p(ratio);         /* of df / (df + t^2) */
    const double log_rest = log(ratio) + log_x; /* of t^2 / (df + t^2) */
    /* x^(df/2) (1 - x)^(1/2) / B(df/2, 1/2) */
    const double log_front = half * log_x + 0.5 * log_rest + log_gamma_step(half) - 0.5 * log_pi;
    const bool in_tail = exp(log_x) < (half + 1.0) / (half + 2.5);
    if (in_tail) {
        return log_front - log(half) + log(beta_fraction(exp(log_x), half, 0.5));
    }
    const double centre = exp(log_front) / 0.5 * beta_fraction(exp(log_rest), 0.5, half);
    return log1p(-centre);
}

double rs_student_critical(double alpha, double df)
{
    const double wanted = log(alpha);
    double low = 0.0;
    double high = 1.0;
    while (rs_student_log_p(high, df) > wanted) {
        low = high;
        high *= 2.0;
    }
    for (int i = 0; i < 200 && high - low > 1e-15 * high; ++i) {
        const double middle = 0.5 * (low + high);
        if (rs_student_log_p(middle, df) > wanted) {
            low = middle;
        } else {
            high = middle;
        }
    }
    return 0.5 * (low + high);
}
