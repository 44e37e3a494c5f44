/* pair_interval.c - outcomes of two models from their bits, their patterns, and a bootstrap. */
#include "analyse/pair_interval.h"

#include <stdlib.h>
#include <string.h>

#include "analyse/bits.h"
#include "base/checked.h"
#include "base/error.h"

/* Sets of images for the outcomes of two models. */
typedef struct pair_bits {
    rs_outcomes outcomes;
    uint64_t *all; /* what the outcomes point into */
} pair_bits;

static rs_status make_bits(const rs_label_view *labels, const rs_model_bits *first,
                           const rs_model_bits *second, pair_bits *bits, rs_error *error)
{
    enum { SETS = 1 + RS_MEASURES + 2 * RS_MEASURES };
    const size_t words = rs_bit_words(labels->rows);
    RS_TRY(RS_NEW_ROWS(&bits->all, words, SETS, "images of two models", error));
    uint64_t *next = bits->all;
    rs_outcomes *const to = &bits->outcomes;
    *to = (rs_outcomes){
        .models = 2, .rows = labels->rows, .words = words, .images = labels->rows, .filled = 2};
    to->scored = next;
    for (int m = 0; m < RS_MEASURES; ++m) {
        to->counted[m] = next += words;
    }
    for (int m = 0; m < RS_MEASURES; ++m) {
        next += m == 0 ? words : 2 * words;
        to->right[m] = next;
        memcpy(next, first->right[m], words * sizeof(uint64_t));
        memcpy(next + words, second->right[m], words * sizeof(uint64_t));
    }
    for (uint64_t i = 0; i < labels->rows; ++i) {
        rs_bit_set(to->scored, i);
        if (labels->original[i] >= 0) {
            rs_bit_set(to->counted[RS_BY_IMAGENET], i);
        }
        if (labels->real_begin[i + 1] > labels->real_begin[i]) {
            rs_bit_set(to->counted[RS_BY_REAL], i);
        }
    }
    return RS_OK;
}

static rs_status find_interval(const rs_bootstrap *bootstrap, rs_bootstrap_interval *interval,
                               rs_error *error)
{
    const size_t models = 2;
    const uint64_t replicates = bootstrap->replicates;
    const uint32_t *const by_real = bootstrap->sum + RS_BY_REAL * models * replicates;
    const uint32_t *const total = bootstrap->sum + (RS_MEASURES * models + RS_BY_REAL) * replicates;
    double *room = NULL;
    RS_TRY(RS_NEW(&room, replicates, "differences of replicates", error));
    *interval = rs_bootstrap_difference(by_real, by_real + replicates, total, replicates, room);
    free(room);
    return RS_OK;
}

rs_status rs_pair_interval(const rs_label_view *labels, const rs_model_bits *first,
                           const rs_model_bits *second, const rs_bootstrap_options *options,
                           rs_evaluator *evaluator, rs_thread_pool *pool, const rs_watch *watch,
                           rs_bootstrap_interval *interval, rs_error *error)
{
    pair_bits bits = {.all = NULL};
    rs_patterns patterns = {0};
    rs_bootstrap bootstrap = {0};
    *interval = (rs_bootstrap_interval){0};
    rs_status status = RS_OK;
    RS_TRY_DONE(make_bits(labels, first, second, &bits, error));
    RS_TRY_DONE(rs_patterns_make(&bits.outcomes, &patterns, error));
    RS_TRY_DONE(rs_bootstrap_run(&patterns, options, evaluator, pool, watch, &bootstrap, error));
    if (bootstrap.replicates > 0) {
        RS_TRY_DONE(find_interval(&bootstrap, interval, error));
    }
done:
    rs_bootstrap_clear(&bootstrap);
    rs_patterns_clear(&patterns);
    free(bits.all);
    return status;
}
