/* synth_classes.c - class traits from the quantiles of the real classes.
 *
 * The tables were measured on the reassessed ImageNet labels: what share of a class's images has an
 * empty set, has a set without the original label, has several labels; how large such sets are in
 * clear and in ambiguous classes; and how often the k-th most frequent partner of a class is met.
 *
 * Classes stand in a hidden row, the clear ones first. Neighbours there are relatives, so ambiguous
 * classes are confused with one another, as desktop computer, monitor and screen are.
 */
#include "synth/synth_classes.h"

#include <stdlib.h>

#include "base/checked.h"
#include "base/compare.h"
#include "base/error.h"

#define CLASS_SALT UINT64_C(0x636c61737365735f)

typedef struct quantile_knot {
    double at;
    double value;
} quantile_knot;

/* Slightly narrower than the measured quantiles, which contain the noise of 50 images a class. */
static const quantile_knot SEVERAL[] = {{0.00, 0.005}, {0.10, 0.023}, {0.20, 0.042}, {0.30, 0.060},
                                        {0.40, 0.082}, {0.50, 0.108}, {0.60, 0.139}, {0.70, 0.177},
                                        {0.80, 0.242}, {0.90, 0.355}, {0.95, 0.455}, {0.98, 0.630},
                                        {0.99, 0.770}, {1.00, 0.960}};
static const quantile_knot WRONG[] = {{0.00, 0.002}, {0.10, 0.008}, {0.20, 0.020}, {0.30, 0.030},
                                      {0.40, 0.045}, {0.50, 0.064}, {0.60, 0.087}, {0.70, 0.124},
                                      {0.80, 0.174}, {0.90, 0.262}, {0.95, 0.345}, {0.98, 0.430},
                                      {0.99, 0.490}, {1.00, 0.800}};
static const quantile_knot EMPTY[] = {{0.00, 0.002}, {0.10, 0.006}, {0.20, 0.012}, {0.30, 0.025},
                                      {0.40, 0.036}, {0.50, 0.047}, {0.60, 0.061}, {0.70, 0.079},
                                      {0.80, 0.100}, {0.90, 0.138}, {0.95, 0.175}, {0.98, 0.230},
                                      {0.99, 0.270}, {1.00, 0.400}};
enum { KNOTS = 14 };

/* Sizes 2..9 in thousandths of the sets with several labels, by ambiguity. */
enum { AMBIGUITIES = 5 };
static const uint32_t SIZES[AMBIGUITIES][RS_SYNTH_SET_MAX - 1] = {
    {846, 120, 26, 6, 2, 0, 0, 0},
    {732, 189, 56, 15, 7, 1, 0, 0},
    {660, 224, 78, 28, 7, 1, 1, 1},
    {639, 222, 74, 39, 20, 5, 1, 0},
    {358, 220, 121, 102, 95, 78, 24, 2}};
/* Shares of classes up to which an ambiguity reaches. */
static const double AMBIGUITY_UP_TO[AMBIGUITIES] = {0.70, 0.90, 0.97, 0.99, 1.0};

/* Thousandths of a class's partners that are its nearest, second, ... relative; the rest is
 * anybody. */
enum { RELATIVES = 8 };
static const uint32_t RELATIVE_SHARE[RELATIVES] = {450, 170, 95, 65, 50, 38, 30, 22};

static double quantile(const quantile_knot *knots, double at)
{
    for (int i = 1; i < KNOTS; ++i) {
        if (at <= knots[i].at) {
            const double part = (at - knots[i - 1].at) / (knots[i].at - knots[i - 1].at);
            return knots[i - 1].value + part * (knots[i].value - knots[i - 1].value);
        }
    }
    return knots[KNOTS - 1].value;
}

typedef struct scored {
    uint64_t score;
    uint32_t index;
} scored;

RS_SORTS(compare_scored, scored)
{
    RS_ORDER_BY(left->score, right->score);
    return left->index < right->index ? -1 : left->index > right->index;
}

/* order[i].index: the element that comes i-th when all are sorted by `follow` hundredths of
 * `rank` (NULL: none) plus noise: a random order that follows another one to some degree. Scores
 * are integers. */
static void draw_order(rs_random *random, uint32_t count, const uint32_t *rank, uint32_t follow,
                       scored *order)
{
    for (uint32_t i = 0; i < count; ++i) {
        const uint64_t noise = rs_random_u64(random) >> 32;
        const uint64_t place = rank == NULL ? 0 : ((uint64_t)rank[i] << 32) / count;
        order[i].score = noise * 100 + place * follow;
        order[i].index = i;
    }
    qsort(order, count, sizeof *order, compare_scored);
}

static double middle(uint32_t place, uint32_t count)
{
    return ((double)place + 0.5) / (double)count;
}

rs_status rs_synth_classes_make(uint32_t count, uint64_t seed, rs_synth_classes *classes,
                                rs_error *error)
{
    rs_status status = RS_OK;
    scored *order = NULL;
    uint32_t *rank = NULL;
    classes->count = count;
    RS_TRY_DONE(RS_NEW(&classes->traits, count, "class traits", error));
    RS_TRY_DONE(RS_NEW(&classes->position, count, "class traits", error));
    RS_TRY_DONE(RS_NEW(&classes->at_position, count, "class traits", error));
    RS_TRY_DONE(RS_NEW(&order, count, "class traits", error));
    RS_TRY_DONE(RS_NEW(&rank, count, "class traits", error));

    rs_random random = rs_random_make(seed ^ CLASS_SALT, count);
    draw_order(&random, count, NULL, 0, order);
    for (uint32_t place = 0; place < count; ++place) {
        const uint32_t class_index = order[place].index;
        const double at = middle(place, count);
        classes->position[class_index] = place;
        classes->at_position[place] = class_index;
        classes->traits[class_index].several_share = quantile(SEVERAL, at);
        while (at > AMBIGUITY_UP_TO[classes->traits[class_index].ambiguity]) {
            ++classes->traits[class_index].ambiguity;
        }
    }
    /* Wrong labels follow ambiguity a little, empty sets follow wrong labels: as measured. */
    draw_order(&random, count, classes->position, 33, order);
    for (uint32_t place = 0; place < count; ++place) {
        rank[order[place].index] = place;
        classes->traits[order[place].index].wrong_share = quantile(WRONG, middle(place, count));
    }
    draw_order(&random, count, rank, 55, order);
    for (uint32_t place = 0; place < count; ++place) {
        classes->traits[order[place].index].empty_share = quantile(EMPTY, middle(place, count));
    }
done:
    free(order);
    free(rank);
    return status;
}

void rs_synth_classes_clear(rs_synth_classes *classes)
{
    free(classes->traits);
    free(classes->position);
    free(classes->at_position);
    *classes = (rs_synth_classes){0};
}

/* Relative 0 is the next in the hidden row or the one before, in turns; beyond an end it turns
 * back. */
int32_t rs_synth_classes_relative(const rs_synth_classes *classes, rs_random *random, int32_t own)
{
    uint32_t ticket = rs_random_below(random, 1000);
    for (uint32_t k = 0; k < RELATIVES; ++k) {
        if (ticket >= RELATIVE_SHARE[k]) {
            ticket -= RELATIVE_SHARE[k];
            continue;
        }
        const int64_t place = classes->position[own];
        const int64_t step = k / 2 + 1;
        /* Pairs of neighbours are each other's nearest: even places look up, odd places down. */
        const int64_t direction = (place + k) % 2 == 0 ? 1 : -1;
        int64_t other = place + direction * step;
        if (other < 0 || other >= classes->count) {
            other = place - direction * step;
        }
        if (other < 0 || other >= classes->count) {
            break;
        }
        return (int32_t)classes->at_position[other];
    }
    return (int32_t)rs_random_below(random, classes->count);
}

uint32_t rs_synth_classes_set_size(const rs_synth_class *traits, rs_random *random)
{
    const uint32_t *const shares = SIZES[traits->ambiguity];
    uint32_t ticket = rs_random_below(random, 1000);
    uint32_t size = 2;
    while (size < RS_SYNTH_SET_MAX && ticket >= shares[size - 2]) {
        ticket -= shares[size - 2];
        ++size;
    }
    return size;
}
