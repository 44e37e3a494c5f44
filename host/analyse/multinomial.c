/* multinomial.c - binomials from single bits, the rest draw by draw. */
#include "analyse/multinomial.h"

#include <stdlib.h>
#include <string.h>

#include "analyse/bits.h"
#include "base/checked.h"
#include "base/error.h"

/* How many of n fair coins show 0. */
static uint64_t count_zeros(rs_random *random, uint64_t n)
{
    uint64_t ones = 0;
    uint64_t left = n;
    for (; left >= 64; left -= 64) {
        ones += rs_bit_count(rs_random_u64(random));
    }
    if (left > 0) {
        ones += rs_bit_count(rs_random_u64(random) >> (64 - left));
    }
    return n - ones;
}

/* n uniform numbers against p = part/whole, bit after bit from the highest: where p has a 1, those
 * with a 0 are below p; where it has a 0, those with a 1 are above. Half of them is decided by
 * every bit, so that 2n bits are used, and p is never rounded. */
uint64_t rs_random_binomial(rs_random *random, uint64_t n, uint64_t part, uint64_t whole)
{
    uint64_t below = 0;
    uint64_t undecided = n;
    if (part == whole) {
        return n;
    }
    while (undecided > 0 && part > 0) { /* part 0: the rest of p is zeros, nothing is below */
        const uint64_t zeros = count_zeros(random, undecided);
        part *= 2;
        if (part >= whole) {
            part -= whole;
            below += zeros;
            undecided -= zeros;
        } else {
            undecided = zeros;
        }
    }
    return below;
}

rs_status rs_multinomial_create(const uint64_t *size, size_t groups, rs_multinomial *draws,
                                rs_error *error)
{
    enum { WORTH_A_BINOMIAL = 20 }; /* a group with at least this part of the rows left */
    *draws = (rs_multinomial){.groups = groups, .size = size};
    for (size_t g = 0; g < groups; ++g) {
        draws->rows += size[g];
    }
    draws->rest_rows = draws->rows;
    while (draws->by_binomial < groups &&
           size[draws->by_binomial] >= draws->rest_rows / WORTH_A_BINOMIAL) {
        draws->rest_rows -= size[draws->by_binomial++];
    }
    RS_TRY(RS_NEW(&draws->rest_group, draws->rest_rows, "groups of rows", error));
    uint64_t at = 0;
    for (size_t g = draws->by_binomial; g < groups; ++g) {
        for (uint64_t i = 0; i < size[g]; ++i) {
            draws->rest_group[at++] = (uint32_t)g;
        }
    }
    return RS_OK;
}

/* Uniform below `bound` without bias from 32 random bits (Lemire); more are taken where these will
 * not do. */
static uint32_t below(rs_random *random, uint32_t bits, uint32_t bound, uint32_t threshold)
{
    const uint64_t product = (uint64_t)bits * bound;
    return (uint32_t)product >= threshold ? (uint32_t)(product >> 32)
                                          : rs_random_below(random, bound);
}

void rs_multinomial_draw(const rs_multinomial *draws, rs_random *random, uint32_t *count)
{
    uint64_t rows = draws->rows;
    uint64_t left = rows; /* draws */
    for (size_t g = 0; g < draws->by_binomial; ++g) {
        const uint64_t hits = rs_random_binomial(random, left, draws->size[g], rows);
        count[g] = (uint32_t)hits;
        left -= hits;
        rows -= draws->size[g];
    }
    memset(count + draws->by_binomial, 0, (draws->groups - draws->by_binomial) * sizeof *count);
    if (left == 0) {
        return;
    }
    const uint32_t bound = (uint32_t)draws->rest_rows;
    const uint32_t threshold = (uint32_t)(0u - bound) % bound;
    for (; left >= 2; left -= 2) {
        const uint64_t bits = rs_random_u64(random);
        ++count[draws->rest_group[below(random, (uint32_t)(bits >> 32), bound, threshold)]];
        ++count[draws->rest_group[below(random, (uint32_t)bits, bound, threshold)]];
    }
    if (left > 0) {
        ++count[draws->rest_group[rs_random_below(random, bound)]];
    }
}

void rs_multinomial_clear(rs_multinomial *draws)
{
    free(draws->rest_group);
    *draws = (rs_multinomial){0};
}
