/* student_t.h - Student's t distribution: how surprising a slope, or a difference of slopes, is.
 *
 * In logarithms, since a difference of 50 standard errors has a probability that no double holds.
 * Relative error of exp(result) below 1e-11 for 1 to 10^5 degrees of freedom.
 */
#ifndef RS_STUDENT_T_H
#define RS_STUDENT_T_H

/* Natural logarithm of P(|T| >= |t|); df > 0. 0 for t = 0, -inf for an infinite t. */
double rs_student_log_p(double t, double df);

/* The t > 0 with P(|T| >= t) = alpha, 0 < alpha < 1. */
double rs_student_critical(double alpha, double df);

#endif
