/* ensemble.h - several models as one: a source whose rows are the average of theirs.
 *
 * Rows are averaged block by block as they are read; nothing is written or kept.
 */
#ifndef REASSESS_ENSEMBLE_H
#define REASSESS_ENSEMBLE_H

#include <stddef.h>

#include "reassess/evaluator.h"
#include "reassess/labels.h"
#include "reassess/logits.h"
#include "reassess/status.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum rs_space { RS_SPACE_LOGIT = 0, RS_SPACE_PROB } rs_space;

typedef struct rs_ensemble_options {
    rs_space space;        /* what is averaged: the values, or the probabilities they stand for */
    rs_values values;      /* what the members hold; probabilities can be averaged only as such, and
                              rows that are none are refused. Averages of sigmoids come out as the
                              logits that stand for them */
    const double *weights; /* one a member, above 0; NULL: all alike */
    rs_isa isa;            /* speed only: the rows are the same */
    const rs_class_map *class_map; /* NULL: column j is class j. Otherwise columns of a class are
                                      merged before the average, and the ensemble has a column for
                                      each position of the map (rs_class_map_of_positions) */
} rs_ensemble_options;

/* `members` hold values, all as many rows of as many columns, in the same order. Rows come out as
 * F64 when a softmax or a sigmoid was taken or a member is F64, else as F32. The members are closed
 * with the ensemble; on failure they stay the caller's. The class map must outlive it. */
rs_status rs_source_open_ensemble(rs_source *const *members, size_t member_count,
                                  const rs_ensemble_options *options, rs_source **source,
                                  rs_error *error);

/* What an ensemble is made of; NULL for any other source. */
typedef struct rs_ensemble_info {
    rs_space space;
    rs_values taken;  /* for what the members' values were taken */
    rs_values values; /* of the rows that come out */
    size_t member_count;
    const rs_source_info *const *member;
    const double *weight;        /* as given, or 1 for all */
    const bool *looks_different; /* its first rows do not look like the `values` of the options */
} rs_ensemble_info;
const rs_ensemble_info *rs_source_get_ensemble(const rs_source *source);

/* The class map of rows that went through `map` already: position p is a column of its own. */
rs_status rs_class_map_of_positions(const rs_class_map *map, rs_class_map **positions,
                                    rs_error *error);

#ifdef __cplusplus
}
#endif
#endif
