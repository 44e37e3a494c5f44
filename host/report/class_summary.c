/* class_summary.c - adding up models by class. */
#include "report/class_summary.h"

#include <math.h>
#include <stdlib.h>

#include "analyse/multiple_tests.h"
#include "base/checked.h"
#include "base/compare.h"
#include "base/error.h"

static double share(uint64_t correct, uint64_t rows)
{
    return rows == 0 ? 0.0 : (double)correct / (double)rows;
}

/* sum[c] becomes the sum of p (1 - p), p = 1/|R|, over the rows of class c with y in R. Rows with
 * p = 0 add nothing, so this serves both choices of the oracle's rows. */
static rs_status sum_variances(const rs_label_view *labels, double **sum, rs_error *error)
{
    RS_TRY(RS_NEW(sum, labels->classes, "variances of classes", error));
    for (uint64_t i = 0; i < labels->rows; ++i) {
        const uint32_t begin = labels->real_begin[i];
        const uint32_t end = labels->real_begin[i + 1];
        for (uint32_t k = begin; k < end; ++k) {
            if (labels->real_class[k] == labels->original[i]) {
                const double p = 1.0 / (double)(end - begin);
                (*sum)[labels->original[i]] += p * (1.0 - p);
            }
        }
    }
    return RS_OK;
}

RS_SORTS(compare_rows, rs_class_row)
{
    RS_ORDER_BY(left->oracle, right->oracle);
    return RS_COMPARE(left->class_index, right->class_index);
}

rs_status rs_class_summary_begin(const rs_class_metrics *per_class, const rs_label_view *labels,
                                 size_t shown, rs_class_summary *summary, rs_error *error)
{
    *summary = (rs_class_summary){.shown = shown};
    double *variance = NULL;
    for (uint32_t c = 0; c < labels->classes; ++c) {
        summary->count += per_class[c].considered;
    }
    RS_TRY(RS_NEW(&summary->row, summary->count, "classes", error));
    RS_TRY(sum_variances(labels, &variance, error));
    size_t filled = 0;
    for (uint32_t c = 0; c < labels->classes; ++c) {
        if (per_class[c].considered) {
            summary->row[filled++] = (rs_class_row){
                .class_index = c,
                .rows = per_class[c].oracle_rows,
                .oracle = per_class[c].oracle_accuracy,
                .spread = sqrt(variance[c]) / (double)per_class[c].oracle_rows,
            };
        }
    }
    free(variance);
    if (filled > 1) {
        qsort(summary->row, filled, sizeof summary->row[0], compare_rows);
    }
    return RS_OK;
}

void rs_class_summary_add(rs_class_summary *summary, size_t model,
                          const rs_class_metrics *per_class)
{
    for (size_t i = 0; i < summary->count; ++i) {
        rs_class_row *const row = &summary->row[i];
        const rs_class_metrics *found = &per_class[row->class_index];
        const rs_class_model here = {model, found->oracle_correct, found->oracle_p, found->above,
                                     found->significant};
        row->above += found->above;
        row->sum += share(found->oracle_correct, row->rows);
        if (summary->models == 0 || here.correct > row->best.correct) {
            row->best = here;
        }
        if (model == summary->shown) {
            row->shown = here;
            summary->has_shown = true;
        }
    }
    ++summary->models;
}

/* What was chosen as the best of many is tested as the best of many. The chance that one of M
 * oracles does so well is at most M times that of one, whatever the oracles have in common. */
rs_status rs_class_summary_end(rs_class_summary *summary, rs_error *error)
{
    rs_tested *test = NULL;
    RS_TRY(RS_NEW(&test, summary->count, "tests of classes", error));
    for (size_t i = 0; i < summary->count; ++i) {
        rs_class_row *const row = &summary->row[i];
        row->best_p = fmin(1.0, (double)summary->models * row->best.p);
        test[i] = (rs_tested){.p = row->best_p, .index = (uint32_t)i};
    }
    (void)rs_holm(test, summary->count, 0.05);
    for (size_t i = 0; i < summary->count; ++i) {
        summary->row[test[i].index].best_significant = test[i].significant;
    }
    free(test);
    return RS_OK;
}

void rs_class_summary_clear(rs_class_summary *summary)
{
    free(summary->row);
    *summary = (rs_class_summary){0};
}

static double best_gap(const rs_class_row *row)
{
    return share(row->best.correct, row->rows) - row->oracle;
}

size_t rs_class_summary_top(const rs_class_summary *summary, size_t count, size_t *place)
{
    size_t filled = 0;
    for (size_t i = 0; i < summary->count; ++i) {
        const double gap = best_gap(&summary->row[i]);
        if (!summary->row[i].best.above ||
            (filled == count && gap <= best_gap(&summary->row[place[filled - 1]]))) {
            continue;
        }
        size_t at = filled < count ? filled++ : count - 1;
        for (; at > 0 && best_gap(&summary->row[place[at - 1]]) < gap; --at) {
            place[at] = place[at - 1];
        }
        place[at] = i;
    }
    return filled;
}
