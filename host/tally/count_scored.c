/* count_scored.c - a tally from the outcomes of single rows. */
#include "base/checked.h"
#include "base/error.h"
#include "tally/count_calibration.h"
#include "tally/count_row.h"
#include "tally/scored_row.h"
#include "tally/set_counts.h"
#include "tally/tally_impl.h"

static void count_measure(rs_tally *tally, const rs_row_measured *measured,
                          const rs_row_outcome *row)
{
    const rs_calibration_outcome outcome = {
        .confidence = measured->confidence,
        .known = row->original >= 0,
        .correct = row->rank == 1,
        .nll = measured->nll,
        .nonempty = row->set_size > 0,
        .real_correct = row->best_real_rank == 1,
        .real_nll = measured->real_nll,
    };
    rs_count_calibration(tally->counters, &tally->layout, &outcome);
}

static void count_one(rs_tally *tally, const rs_label_view *labels, const rs_scored_rows *scored,
                      uint64_t at)
{
    const rs_scored_row *const kept = &scored->row[at];
    const rs_row_outcome row = {
        .original = labels->original[at],
        .rank = kept->rank,
        .set_size = labels->real_begin[at + 1] - labels->real_begin[at],
        .original_in_set = rs_set_holds(labels, at, labels->original[at]),
        .best_real_rank = kept->best_real_rank,
        .real_rank_mask = kept->real_rank_mask,
    };
    const bool tied = (kept->flags & RS_ROW_TIED) != 0;
    const bool looked = (at & rs_look_mask(labels->rows)) == 0 && (kept->flags & RS_ROW_NAN) == 0;
    tally->counters[RS_COUNT_NAN_ROWS] += (kept->flags & RS_ROW_NAN) != 0;
    tally->counters[RS_COUNT_INF_ROWS] += (kept->flags & RS_ROW_INF) != 0;
    tally->counters[RS_COUNT_CONSTANT_ROWS] += (kept->flags & RS_ROW_CONSTANT) != 0;
    tally->counters[RS_COUNT_TIED_ROWS] += tally->shape.row_flags && tied;
    tally->counters[RS_COUNT_LOOKED_ROWS] += looked;
    tally->counters[RS_COUNT_LOOKED_TIED_ROWS] += looked && tied;
    rs_count_row(tally->counters, &tally->layout, tally->shape.topk, &row);
    if (tally->shape.calibration) {
        count_measure(tally, &scored->measure[at], &row);
    }
}

/* The rows that were scored, as ranges. */
static rs_status find_ranges(const rs_scored_row *row, uint64_t rows, rs_row_cover *cover,
                             rs_error *error)
{
    size_t count = 0;
    for (uint64_t i = 0; i < rows; ++i) {
        count += row[i].counted != 0 && (i == 0 || row[i - 1].counted == 0);
    }
    *cover = (rs_row_cover){0};
    if (count == 0) {
        return RS_OK;
    }
    RS_TRY(RS_NEW(&cover->range, count, "row ranges", error));
    for (uint64_t i = 0; i < rows; ++i) {
        if (row[i].counted == 0) {
            continue;
        }
        if (i == 0 || row[i - 1].counted == 0) {
            cover->range[cover->count++].begin = i;
        }
        cover->range[cover->count - 1].end = i + 1;
    }
    return RS_OK;
}

rs_status rs_tally_count_scored(rs_tally *tally, const rs_label_view *labels,
                                const rs_scored_rows *scored, rs_error *error)
{
    rs_row_cover rows;
    RS_TRY(find_ranges(scored->row, labels->rows, &rows, error));
    const rs_status status = rs_tally_count_label_rows(tally, labels, &rows, error);
    rs_row_cover_clear(&rows);
    RS_TRY(status);
    for (uint64_t i = 0; i < labels->rows; ++i) {
        if (scored->row[i].counted != 0) {
            count_one(tally, labels, scored, i);
        }
    }
    return RS_OK;
}
