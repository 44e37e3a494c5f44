/* broken_stick_signs.c - would a straight line seem to bend as much by chance?
 *
 * The largest of robust score statistics over places of a break, and the wild bootstrap for how
 * large it gets when nothing bends: were the truth a straight line, each residual could as well
 * have had the other sign, or all residuals of a group. Either alone is not enough. The statistic F
 * of one common scatter, even with the wild bootstrap, finds a break in one straight line of ten
 * where the scatter falls to a tenth along it.
 */
#include <math.h>
#include <stdlib.h>

#include "analyse/broken_stick.h"
#include "analyse/broken_stick_impl.h"
#include "base/checked.h"
#include "base/error.h"
#include "base/random.h"

enum { PLACES = 40 };

typedef struct bend_test {
    const stick_design *design;
    const rs_groups *groups; /* NULL: points stand by themselves */
    size_t places;
    double
        *kink; /* [points * places] what a break at each place adds to a line; no line is in it */
    double *drawn; /* [points] */
} bend_test;

/* Takes the mean and the slope out of values. */
static void straighten(const stick_design *design, double *values)
{
    double sum = 0.0;
    double product = 0.0;
    for (size_t i = 0; i < design->points; ++i) {
        sum += values[i];
        product += values[i] * design->x[i];
    }
    const double mean = sum / (double)design->points;
    const double slope = product / design->spread;
    for (size_t i = 0; i < design->points; ++i) {
        values[i] -= mean + slope * design->x[i];
    }
}

/* `drawn` is where one of them is made. */
static void make_kinks(bend_test *test)
{
    const stick_design *const design = test->design;
    for (size_t p = 0; p < test->places; ++p) {
        const size_t split =
            test->places == 1 ? 0 : p * (design->split_count - 1) / (test->places - 1);
        const double at = design->splits[split].from;
        for (size_t i = 0; i < design->points; ++i) {
            test->drawn[i] = fmax(design->x[i] - at, 0.0);
        }
        straighten(design, test->drawn);
        for (size_t i = 0; i < design->points; ++i) {
            test->kink[i * test->places + p] = test->drawn[i];
        }
    }
}

/* Of a place: the sum of scores, and of their squares. */
typedef struct place_sums {
    double sum[PLACES];
    double square[PLACES];
} place_sums;

/* All places at once: sums that do not wait for each other. */
static void add_points(const bend_test *test, const double *residual, place_sums *sums)
{
    for (size_t i = 0; i < test->design->points; ++i) {
        const double *const kink = test->kink + i * test->places;
        for (size_t p = 0; p < test->places; ++p) {
            const double score = kink[p] * residual[i];
            sums->sum[p] += score;
            sums->square[p] += score * score;
        }
    }
}

static void add_groups(const bend_test *test, const double *residual, place_sums *sums)
{
    const rs_groups *const groups = test->groups;
    double *const room = groups->room;
    for (size_t p = 0; p < test->places; ++p) {
        for (size_t g = 0; g < groups->count; ++g) {
            room[g] = 0.0;
        }
        for (size_t i = 0; i < test->design->points; ++i) {
            room[groups->of[i]] += test->kink[i * test->places + p] * residual[i];
        }
        for (size_t g = 0; g < groups->count; ++g) {
            sums->sum[p] += room[g];
            sums->square[p] += room[g] * room[g];
        }
    }
}

/* Of residuals that are those of their own line. */
static double largest_score(const bend_test *test, const double *residual)
{
    place_sums sums = {.sum = {0.0}};
    (test->groups == NULL ? add_points : add_groups)(test, residual, &sums);
    double largest = 0.0;
    for (size_t p = 0; p < test->places; ++p) {
        if (sums.square[p] > 0.0) {
            largest = fmax(largest, sums.sum[p] * sums.sum[p] / sums.square[p]);
        }
    }
    return largest;
}

/* ---- signs ---- */

/* Bit after bit of a generator. */
typedef struct sign_stream {
    rs_random random;
    uint64_t bits;
    unsigned left;
} sign_stream;

static double next_sign(sign_stream *stream)
{
    if (stream->left == 0) {
        stream->bits = rs_random_u64(&stream->random);
        stream->left = 64;
    }
    const double sign = (stream->bits & 1) != 0 ? 1.0 : -1.0;
    stream->bits >>= 1;
    --stream->left;
    return sign;
}

static void draw(const bend_test *test, const double *residual, sign_stream *stream)
{
    const rs_groups *const groups = test->groups;
    for (size_t g = 0; groups != NULL && g < groups->count; ++g) {
        groups->room[g] = next_sign(stream);
    }
    for (size_t i = 0; i < test->design->points; ++i) {
        const double sign = groups != NULL ? groups->room[groups->of[i]] : next_sign(stream);
        test->drawn[i] = sign * residual[i];
    }
    straighten(test->design, test->drawn);
}

/* ---- the test ---- */

static void count_exceeding(const bend_test *test, const double *residual, rs_broken_stick *stick)
{
    /* as large but for rounding: all signs may have come out as they were, or all flipped */
    const double least = largest_score(test, residual) * (1.0 - 1e-9);
    for (uint64_t r = 0; r < stick->replicates; ++r) {
        sign_stream stream = {.random = rs_random_make(stick->seed, r + 1)};
        draw(test, residual, &stream);
        stick->exceeding += largest_score(test, test->drawn) >= least;
    }
    stick->p = (double)(stick->exceeding + 1) / (double)(stick->replicates + 1);
}

rs_status rs_stick_test(const stick_design *design, const double *residual, const rs_groups *groups,
                        rs_broken_stick *stick, rs_error *error)
{
    bend_test test = {
        .design = design,
        .groups = groups != NULL && groups->of != NULL ? groups : NULL,
        .places = design->split_count < PLACES ? design->split_count : PLACES,
    };
    rs_status status = RS_OK;
    stick->p = 1.0;
    if (stick->replicates == 0) {
        return RS_OK;
    }
    RS_TRY_DONE(RS_NEW_ROWS(&test.kink, design->points, test.places, "places of a break", error));
    RS_TRY_DONE(RS_NEW(&test.drawn, design->points, "residuals", error));
    make_kinks(&test);
    count_exceeding(&test, residual, stick);
done:
    free(test.kink);
    free(test.drawn);
    return status;
}
