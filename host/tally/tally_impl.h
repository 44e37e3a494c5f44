/* tally_impl.h - what is inside a tally, for the floors that fill and read one.
 *
 * Two kinds of numbers. Counters that depend on the model are one flat array (tally_layout.h),
 * filled by an engine. Counts that depend on the labels alone (denominators, set sizes) are the
 * same for every model, so no engine counts them: rs_tally_count_labels does, once per pass.
 *
 *     rs_tally_create(&shape, &tally, error);
 *     engine: add to rs_tally_counters(tally), laid out as tally->layout
 *     rs_tally_count_labels(tally, &labels, scored_rows, error);
 */
#ifndef RS_TALLY_IMPL_H
#define RS_TALLY_IMPL_H

#include <stddef.h>
#include <stdint.h>

#include "labels/set_differences.h"
#include "reassess/evaluator.h"
#include "reassess/labels.h"
#include "reassess/tally.h"
#include "tally/row_cover.h"
#include "tally/tally_layout.h"

/* Set sizes up to this have a counter per class; the few larger ones are in a sorted list. */
enum { RS_SMALL_SET_SIZE = 8 };

/* What the labels say about the counted rows of one original class. */
typedef struct rs_label_counts {
    uint64_t images;                     /* rows */
    uint64_t nonempty;                   /* R_i not empty */
    uint64_t in_set;                     /* y_i in R_i */
    uint64_t by_size[RS_SMALL_SET_SIZE]; /* y_i in R_i and |R_i| = index + 1 */
} rs_label_counts;

/* `rows` rows of one original class have y_i in R_i and |R_i| = size. */
typedef struct rs_set_count {
    uint32_t class_index;
    uint32_t size;
    uint64_t rows;
} rs_set_count;

struct rs_tally {
    rs_tally_shape shape; /* topk beyond topk_count is 0 */
    rs_tally_layout layout;
    uint64_t *counters;       /* [layout.counters] */
    rs_label_counts *labels;  /* [classes + 1]; the last one for unknown original labels */
    uint64_t rows_with_2;     /* |R_i| >= 2 */
    uint64_t rows_with_3;     /* |R_i| >= 3 */
    rs_set_count *large_sets; /* [large_set_count] sizes above RS_SMALL_SET_SIZE, ascending by
                                   class, then by size, each pair once */
    size_t large_set_count;
    rs_row_cover cover; /* the rows of the input that were counted */
    uint64_t form_1_rows; /* of them, those of tally files of the first form, whose errors (squares
                             and shares of the oracle) and choices among valid labels were not
                             counted */
    uint64_t form_2_rows; /* those of the first and second form, which were not looked at for
                             constant values and ties, and for infinite ones only if asked */
};

/* The model's counters, for an engine to add to. */
uint64_t *rs_tally_counters(rs_tally *tally);

/* Counts what the labels say about rows `range` and marks these rows as counted. `labels` are in
 * the row order of the input. RS_MISMATCH when a row was counted before or the class counts differ,
 * RS_RANGE when the range leaves the labels; then the tally is unchanged. */
rs_status rs_tally_count_labels(rs_tally *tally, const rs_label_view *labels, rs_row_range range,
                                rs_error *error);

/* The same of several ranges that ascend and do not overlap. */
rs_status rs_tally_count_label_rows(rs_tally *tally, const rs_label_view *labels,
                                    const rs_row_cover *rows, rs_error *error);

/* What rs_tally_count_labels would of set number `set` and the rows of `own`, which has counted the
 * labels that the sets are told apart from; the tally has counted none. Only the rows that differ
 * take time. */
rs_status rs_tally_count_labels_beside(rs_tally *tally, const rs_tally *own,
                                       const rs_set_differences *differences, size_t set,
                                       rs_error *error);

/* How the rows of class `class_index` with y_i in R_i spread over set sizes: ascending sizes, none
 * with 0 rows. Returns how many there are. `out` has room for rs_tally_set_counts_max(tally). */
size_t rs_tally_set_counts(const rs_tally *tally, uint32_t class_index, rs_set_count *out);
size_t rs_tally_set_counts_max(const rs_tally *tally);

/* The same of the rows over which the choice among valid labels is counted: |R_i| >= 2 and
 * pred_i(1) in R_i. Sizes from RS_CHOICE_LARGE_SIZE on are counted together: where a class has
 * several of them and only some of its rows were met, the smallest are listed, which makes chance
 * look better than it was, never worse. */
size_t rs_tally_choice_counts(const rs_tally *tally, uint32_t class_index, rs_set_count *out);
size_t rs_tally_choice_counts_max(const rs_tally *tally);

/* Puts new lists in the place of the old ones and takes them over. For the tally floor alone. */
void rs_tally_replace_sets(rs_tally *tally, const rs_row_cover *cover, rs_set_count *large_sets,
                           size_t large_set_count);

#endif
