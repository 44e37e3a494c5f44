/* scored_row.h - what scoring gave for single rows, so that they can be counted later.
 *
 * The counters of a tally do not tell which row gave what. Where a row may come twice, in one
 * process or in two, or only some of the rows are to be counted after all, each row's outcome is
 * kept instead, and the tally is made from these: by the same functions that count a row as it is
 * scored, so that it is the same to the last bit.
 */
#ifndef RS_SCORED_ROW_H
#define RS_SCORED_ROW_H

#include <stdint.h>

#include "reassess/labels.h"
#include "reassess/tally.h"

/* The part of an outcome (count_row.h) that the labels do not tell. */
typedef struct rs_scored_row {
    uint32_t rank;           /* of the original label, or 0 */
    uint32_t best_real_rank; /* or 0 */
    uint8_t real_rank_mask;
    uint8_t flags;           /* RS_ROW_* */
    uint16_t counted; /* 1: the row was scored. Of two bytes, so that no byte of the struct is
                         padding: rs_scorer_to_bytes copies it as it is */
} rs_scored_row;

/* Likewise of calibration (count_calibration.h). */
typedef struct rs_row_measured {
    double confidence; /* below 0: the row has none */
    double nll;
    double real_nll;
} rs_row_measured;

static const rs_row_measured rs_not_measured = {-1.0, 0.0, 0.0};

typedef struct rs_scored_rows {
    rs_scored_row *row;       /* [rows of the labels] */
    rs_row_measured *measure; /* likewise with calibration, else NULL */
} rs_scored_rows;

/* Counts the rows whose `counted` is set in a tally that has counted none. */
rs_status rs_tally_count_scored(rs_tally *tally, const rs_label_view *labels,
                                const rs_scored_rows *scored, rs_error *error);

#endif
