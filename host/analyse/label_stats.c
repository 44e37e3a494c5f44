/* label_stats.c - counting labels.
 *
 * The oracle is that of the metrics, of a model that answered nothing: so `reassess labels` and
 * `reassess eval` cannot disagree about a class.
 */
#include "analyse/label_stats.h"

#include <stdlib.h>

#include "analyse/label_pairs.h"
#include "analyse/oracle.h"
#include "base/checked.h"
#include "base/error.h"
#include "tally/tally_impl.h"

static rs_status count_sizes(const rs_label_view *view, rs_label_stats *stats, rs_error *error)
{
    for (uint64_t i = 0; i < view->rows; ++i) {
        const uint32_t size = view->real_begin[i + 1] - view->real_begin[i];
        stats->largest_set = size > stats->largest_set ? size : stats->largest_set;
        stats->known += view->original[i] != RS_CLASS_UNKNOWN;
    }
    RS_TRY(RS_NEW(&stats->set_sizes, (uint64_t)stats->largest_set + 1, "set sizes", error));
    for (uint64_t i = 0; i < view->rows; ++i) {
        ++stats->set_sizes[view->real_begin[i + 1] - view->real_begin[i]];
    }
    stats->rows = view->rows;
    stats->labels = view->real_begin[view->rows];
    stats->empty = stats->set_sizes[0];
    stats->evaluated = stats->rows - stats->empty;
    stats->several = stats->evaluated - (stats->largest_set > 0 ? stats->set_sizes[1] : 0);
    return RS_OK;
}

static void count_rated(const rs_label_view *view, const bool *rated, rs_label_stats *stats)
{
    stats->rated_known = rated != NULL;
    for (uint64_t i = 0; rated != NULL && i < view->rows; ++i) {
        stats->rated += rated[i];
        stats->rated_several += rated[i] && view->real_begin[i + 1] - view->real_begin[i] > 1;
    }
}

static rs_status count_classes(const rs_label_view *view, rs_label_stats *stats, rs_error *error)
{
    RS_TRY(RS_NEW(&stats->per_class, view->classes, "classes", error));
    stats->classes = view->classes;
    for (uint64_t i = 0; i < view->rows; ++i) {
        const uint32_t begin = view->real_begin[i];
        const uint32_t end = view->real_begin[i + 1];
        bool in_set = false;
        for (uint32_t k = begin; k < end; ++k) {
            rs_label_class *const held = &stats->per_class[view->real_class[k]];
            ++held->real_images;
            held->real_alone += end - begin == 1;
            in_set = in_set || view->real_class[k] == view->original[i];
        }
        if (view->original[i] != RS_CLASS_UNKNOWN) {
            rs_label_class *const original = &stats->per_class[view->original[i]];
            ++original->images;
            original->nonempty += begin < end;
            original->in_set += in_set;
            stats->own_total += begin < end;
            stats->own_correct += in_set;
        }
    }
    if (stats->own_total > 0) {
        stats->own = rs_proportion_of(stats->own_correct, stats->own_total);
    }
    return RS_OK;
}

static void keep_oracle(const rs_oracle *oracle, const rs_class_metrics *per_class, double cut,
                        rs_label_stats *stats)
{
    stats->oracle_rows = oracle->rows;
    stats->oracle_expected = oracle->expected;
    stats->oracle_stddev = oracle->stddev;
    for (uint32_t c = 0; c < stats->classes; ++c) {
        rs_label_class *const to = &stats->per_class[c];
        to->oracle_rows = per_class[c].oracle_rows;
        to->oracle_accuracy = per_class[c].oracle_accuracy;
        to->below_cut = to->oracle_rows > 0 && to->oracle_accuracy < cut;
        to->considered = per_class[c].considered;
        stats->classes_below_cut += to->below_cut;
        stats->classes_considered += to->considered;
    }
}

static rs_status compute_oracle(const rs_labels *labels, const rs_label_stats_options *options,
                                rs_label_stats *stats, rs_error *error)
{
    const rs_label_view *const view = rs_labels_get_view(labels);
    const rs_tally_shape shape = {
        .classes = view->classes,
        .topk_count = 1,
        .topk = {1},
        .depth = view->classes,
        .labels_hash = rs_labels_hash(labels),
        .label_rows = view->rows,
    };
    const rs_metrics_options choices = {
        .oracle_rows = options->oracle_rows,
        .oracle_cut = options->oracle_cut,
        .oracle_excluded = options->oracle_excluded,
    };
    rs_tally *tally = NULL;
    rs_class_metrics *per_class = NULL;
    rs_oracle oracle;
    rs_status status = RS_OK;
    RS_TRY_DONE(rs_tally_create(&shape, &tally, error));
    RS_TRY_DONE(rs_tally_count_labels(tally, view, (rs_row_range){0, view->rows}, error));
    RS_TRY_DONE(RS_NEW(&per_class, view->classes, "classes", error));
    RS_TRY_DONE(rs_oracle_compute(tally, &choices, &oracle, per_class, error));
    keep_oracle(&oracle, per_class, options->oracle_cut, stats);
done:
    free(per_class);
    rs_tally_free(tally);
    return status;
}

rs_status rs_label_stats_compute(const rs_labels *labels, const rs_label_stats_options *options,
                                 rs_label_stats *stats, rs_error *error)
{
    static const rs_label_stats_options article = {.oracle_cut = 0.9, .pairs = 10};
    const rs_label_stats_options *const chosen = options != NULL ? options : &article;
    const rs_label_view *const view = rs_labels_get_view(labels);
    rs_status status = RS_OK;
    *stats = (rs_label_stats){0};
    RS_TRY_DONE(count_sizes(view, stats, error));
    count_rated(view, chosen->rated, stats);
    RS_TRY_DONE(count_classes(view, stats, error));
    RS_TRY_DONE(compute_oracle(labels, chosen, stats, error));
    RS_TRY_DONE(rs_label_pairs_count(view, chosen->pairs, &stats->pairs, error));
done:
    if (status != RS_OK) {
        rs_label_stats_clear(stats);
    }
    return status;
}

void rs_label_stats_clear(rs_label_stats *stats)
{
    free(stats->set_sizes);
    free(stats->per_class);
    rs_label_pairs_clear(&stats->pairs);
    *stats = (rs_label_stats){0};
}
