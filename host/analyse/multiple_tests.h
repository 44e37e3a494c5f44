/* multiple_tests.h - which of many tests are significant when all are looked at together. */
#ifndef RS_MULTIPLE_TESTS_H
#define RS_MULTIPLE_TESTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "reassess/status.h"

typedef struct rs_tested {
    double p;
    uint32_t index; /* the caller's; orders tests of equal p */
    bool significant;
    double adjusted; /* the lowest level at which it would be significant; at most 1 */
} rs_tested;

/* Holm's step-down procedure (S. Holm, "A simple sequentially rejective multiple test procedure",
 * 1979): the chance of even one false finding among the tests is at most `level`, however they
 * depend on each other. Sorts `test` by p, smallest first, and sets `significant` and `adjusted`.
 * Returns how many are significant. */
uint32_t rs_holm(rs_tested *test, size_t count, double level);

#endif
