/* evaluator_impl.h - what is inside an evaluator, for scorers and passes that are not its own. */
#ifndef RS_EVALUATOR_IMPL_H
#define RS_EVALUATOR_IMPL_H

#include "engine/engine_plugin.h"
#include "reassess/evaluator.h"

struct rs_evaluator {
    rs_engine *engine;
    rs_evaluator_options options; /* topk completed; class_map as given */
    const rs_further_set *further; /* of every pass, until they are freed (further_sets.h) */
    size_t further_count;
    const struct rs_set_differences *differences; /* of these from the labels of the passes */
    rs_key_counts *pairs; /* of every pass over rows, for an engine that counts_pairs; NULL: not
                             asked for */
};

/* Makes options->topk sorted, without repetitions, and always with 1. */
rs_status rs_complete_topk(rs_evaluator_options *options, rs_error *error);

/* The pass over rows [range] of a source like that, into a new tally for each head or one; the pass
 * and the counters of `of` are filled in. */
rs_status rs_evaluator_run(rs_evaluator *evaluator, const rs_labels *labels, const rs_scoring *of,
                           const rs_source_info *info, const rs_row_range *range,
                           rs_tally **tallies, rs_error *error);
/* RS_USAGE where a number is none of its enum's values. */
rs_status rs_evaluator_options_check(const rs_evaluator_options *options, rs_error *error);

/* RS_USAGE where more than RS_KEEP_MAX predictions of a row are to be kept. */
rs_status rs_keep_check(uint32_t keep, rs_error *error);

rs_status rs_evaluator_make_tally(const rs_evaluator *evaluator, const rs_labels *labels,
                                  const rs_source_info *info, rs_tally **tally, rs_error *error);
rs_pass rs_evaluator_make_pass(const rs_evaluator *evaluator, const rs_labels *labels,
                               const rs_source_info *info, const rs_tally *tally,
                               rs_row_range rows);

/* "FILE#NAME", as heads are named, is taken apart unless there is a file of that whole name. *path
 * is freed with free(); *tensor (NULL: none) points into it. */
rs_status rs_head_path_split(const char *text, char **path, const char **tensor, rs_error *error);

/* Whether its products were computed in plain C, which is slow; false before the first one. */
bool rs_evaluator_products_are_plain(const rs_evaluator *evaluator);

/* rs_count_keys on the evaluator's engine. */
rs_status rs_evaluator_count_keys(rs_evaluator *evaluator, uint64_t *keys, size_t count,
                                  rs_key_counts *counts, rs_error *error);

#endif
