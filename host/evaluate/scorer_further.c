/* scorer_further.c - what came, by another label set of the same images.
 *
 * A scorer keeps what each image gave by its own labels, and the image's first predictions: enough
 * of these tell what it gives by any other set. So no batch takes longer for further sets, those of
 * a device neither, and which sets there are may be known afterwards.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/checked.h"
#include "base/error.h"
#include "evaluate/further_kept.h"
#include "evaluate/scorer_impl.h"
#include "tally/count_row.h"

static rs_status check_labels(const rs_label_view *own, const rs_label_view *other,
                              rs_error *error)
{
    if (own->rows == other->rows && own->classes == other->classes &&
        memcmp(own->original, other->original, own->rows * sizeof own->original[0]) == 0) {
        return RS_OK;
    }
    return rs_fail(error, RS_MISMATCH, NULL, rs_nowhere(),
                   "give labels of the same images in the same order",
                   "the label set is not of the scorer's images: %" PRIu64 " images, %" PRIu32
                   " classes, and %" PRIu64 " images, %" PRIu32
                   " classes, or other original labels",
                   other->rows, other->classes, own->rows, own->classes);
}

static rs_status check_keep(const rs_scorer *scorer, rs_error *error)
{
    const rs_evaluator_options *const options = &scorer->evaluator->options;
    const rs_class_map *const map = options->class_map;
    const rs_tally_shape *const shape = rs_tally_get_shape(scorer->scratch);
    const uint32_t enough = rs_kept_enough(shape->topk, shape->topk_count,
                                           map != NULL ? map->positions : shape->classes);
    return scorer->kept.results.keep >= enough
               ? RS_OK
               : rs_usage(error,
                          "further label sets are counted from the predictions that are kept: "
                          "keep %" PRIu32 " of each image, not %" PRIu32,
                          enough, scorer->kept.results.keep);
}

rs_status rs_scorer_check_further(const rs_scorer *scorer, const rs_labels *first,
                                  const rs_labels *labels, rs_error *error)
{
    RS_TRY(check_labels(rs_labels_get_view(first), rs_labels_get_view(labels), error));
    return check_keep(scorer, error);
}

/* What image `at` gave, by its set in `labels`. */
static rs_scored_row outcome_by(const rs_scored_images *kept, const rs_label_view *labels,
                                uint64_t at)
{
    rs_scored_row row = kept->scored.row[at];
    rs_row_outcome outcome = {.original = labels->original[at]};
    for (uint32_t i = labels->real_begin[at]; i < labels->real_begin[at + 1]; ++i) {
        rs_outcome_add_real(&outcome, rs_kept_rank(&kept->results, at, labels->real_class[i]));
    }
    row.best_real_rank = outcome.best_real_rank;
    row.real_rank_mask = (uint8_t)outcome.real_rank_mask;
    return row;
}

static rs_status count(const rs_scorer *scorer, const rs_labels *labels, rs_tally *tally,
                       rs_error *error)
{
    const rs_label_view *const view = rs_labels_get_view(labels);
    rs_scored_rows scored = {.row = NULL};
    RS_TRY(RS_NEW(&scored.row, view->rows, "the outcome of images", error));
    for (uint64_t i = 0; i < view->rows; ++i) {
        scored.row[i] = outcome_by(&scorer->kept, view, i);
    }
    const rs_status status = rs_tally_count_scored(tally, view, &scored, error);
    free(scored.row);
    return status;
}

rs_status rs_scorer_tally_by(rs_scorer *scorer, const rs_labels *labels, rs_tally **tally,
                             rs_error *error)
{
    RS_NEED(tally, error);
    *tally = NULL;
    RS_NEED(scorer, error);
    RS_NEED(labels, error);
    RS_TRY(rs_scorer_check_further(scorer, scorer->labels, labels, error));
    RS_TRY(rs_scorer_wait(scorer, error));
    rs_evaluator uncalibrated = *scorer->evaluator;
    uncalibrated.options.calibration = false;
    const rs_source_info info = rs_scorer_describe(scorer);
    rs_tally *made = NULL;
    RS_TRY(rs_evaluator_make_tally(&uncalibrated, labels, &info, &made, error));
    const rs_status status = count(scorer, labels, made, error);
    if (status != RS_OK) {
        rs_tally_free(made);
        return status;
    }
    *tally = made;
    return RS_OK;
}
