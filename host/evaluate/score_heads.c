/* score_heads.c - the pass of several heads: one source of features, a tally for each head. */
#include <inttypes.h>

#include "base/error.h"
#include "base/float_type.h"
#include "evaluate/evaluator_impl.h"
#include "reassess/heads.h"

static rs_status check_heads(const rs_source_info *features, const rs_head *heads, size_t count,
                             rs_error *error)
{
    RS_REFUSE(count == 0, error, "give one", "there are no heads");
    if (features->content != RS_CONTENT_LOGITS) {
        return rs_fail(error, RS_UNSUPPORTED, features->path, rs_nowhere(),
                       "features are floats, N x D", "integers cannot be multiplied by a head");
    }
    for (size_t h = 0; h < count; ++h) {
        RS_TRY(rs_need(heads[h].weight, "weight", error));
        RS_REFUSE(!rs_dtype_is_float(heads[h].dtype), error, NULL,
                  "the weight of head %zu is of type %s: give " RS_FLOATS_TEXT, h + 1,
                  rs_dtype_name(heads[h].dtype));
        if (heads[h].features != features->columns) {
            return rs_fail(error, RS_MISMATCH, features->path, rs_nowhere(),
                           "a head is C x D, features are N x D",
                           "%" PRIu64 " features a row, but head %zu takes %" PRIu32,
                           features->columns, h + 1, heads[h].features);
        }
        if (heads[h].classes != heads[0].classes) {
            return rs_fail(error, RS_MISMATCH, NULL, rs_nowhere(), "score them one by one",
                           "head %zu has %" PRIu32 " classes, the first one has %" PRIu32, h + 1,
                           heads[h].classes, heads[0].classes);
        }
    }
    return RS_OK;
}

/* What the logits of a head look like to the checks of a pass. */
static rs_source_info logits_of(const rs_source_info *features, const rs_head *head)
{
    rs_source_info info = *features;
    info.columns = head->classes;
    info.dtype = rs_head_logits_dtype(head, features->dtype);
    info.row_bytes = info.columns * rs_dtype_bytes(info.dtype);
    return info;
}

rs_status rs_evaluator_score_heads(rs_evaluator *evaluator, const rs_labels *labels,
                                   rs_source *features, const rs_head *heads, size_t count,
                                   const rs_row_range *range, rs_row_results *const *results,
                                   const rs_watch *watch, rs_tally **tallies, rs_error *error)
{
    const rs_scoring of = {.source = features,
                           .heads = heads,
                           .head_count = count,
                           .results = results,
                           .watch = watch};
    RS_NEED(tallies, error);
    RS_TRY(rs_countable(count, "count", error));
    for (size_t h = 0; h < count; ++h) {
        tallies[h] = NULL;
    }
    RS_NEED(evaluator, error);
    RS_NEED(labels, error);
    RS_NEED(features, error);
    RS_NEED(heads, error);
    RS_TRY(check_heads(rs_source_get_info(features), heads, count, error));
    RS_REFUSE(evaluator->options.values == RS_VALUES_PROBS, error,
              "score them as logits, or as sigmoid",
              "a head makes logits, which are no probabilities");
    const rs_source_info info = logits_of(rs_source_get_info(features), &heads[0]);
    return rs_evaluator_run(evaluator, labels, &of, &info, range, tallies, error);
}
