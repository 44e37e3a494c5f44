/* expectation.c - exact sums of unit fractions. */
#include "analyse/expectation.h"

#include <math.h>

#include "base/checked.h"

/* With denominators up to this, fewer than 2^16 sizes cannot overflow the numerator. */
#define DENOMINATOR_LIMIT (UINT64_C(1) << 48)
#define EXACT_LIMIT       (UINT64_C(1) << 53)
#define WHOLE_TOLERANCE   1e-9

static uint64_t greatest_common_divisor(uint64_t a, uint64_t b)
{
    while (b != 0) {
        const uint64_t rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

/* 0 when it is beyond the limit */
static uint64_t common_denominator(const rs_set_count *sets, size_t count)
{
    uint64_t multiple = 1;
    for (size_t i = 0; i < count; ++i) {
        const uint64_t size = sets[i].size;
        const uint64_t factor = size / greatest_common_divisor(multiple, size);
        if (!rs_mul_u64(multiple, factor, &multiple) || multiple > DENOMINATOR_LIMIT) {
            return 0;
        }
    }
    return multiple;
}

/* Sum of (rows mod size) / size with the rounding errors carried along (Neumaier). */
static double sum_of_rests(const rs_set_count *sets, size_t count)
{
    double sum = 0.0;
    double lost = 0.0;
    for (size_t i = 0; i < count; ++i) {
        const double term = (double)(sets[i].rows % sets[i].size) / (double)sets[i].size;
        const double next = sum + term;
        lost += sum >= term ? (sum - next) + term : (term - next) + sum;
        sum = next;
    }
    return sum + lost;
}

rs_expectation rs_expect(const rs_set_count *sets, size_t count)
{
    rs_expectation made = {.denominator = common_denominator(sets, count)};
    for (size_t i = 0; i < count; ++i) {
        const double size = (double)sets[i].size;
        made.whole += sets[i].rows / sets[i].size;
        made.variance += (double)sets[i].rows * (size - 1.0) / (size * size);
        if (made.denominator != 0) {
            made.numerator += sets[i].rows % sets[i].size * (made.denominator / sets[i].size);
        }
    }
    if (made.denominator != 0) {
        made.whole += made.numerator / made.denominator;
        made.numerator %= made.denominator;
        made.rest = (double)made.numerator / (double)made.denominator;
        return made;
    }
    const double rests = sum_of_rests(sets, count);
    const double whole = floor(rests + WHOLE_TOLERANCE);
    made.whole += (uint64_t)whole;
    made.rest = fmax(rests - whole, 0.0);
    return made;
}

double rs_expectation_value(const rs_expectation *expectation)
{
    return (double)expectation->whole + expectation->rest;
}

double rs_expectation_mean(const rs_expectation *expectation, uint64_t rows)
{
    uint64_t above = 0;
    uint64_t below = 0;
    if (expectation->denominator != 0 &&
        rs_mul_u64(expectation->whole, expectation->denominator, &above) &&
        rs_add_u64(above, expectation->numerator, &above) && above <= EXACT_LIMIT &&
        rs_mul_u64(rows, expectation->denominator, &below) && below <= EXACT_LIMIT) {
        return (double)above / (double)below;
    }
    return rs_expectation_value(expectation) / (double)rows;
}
