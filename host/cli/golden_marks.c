#include "cli/golden_marks.h"

#include <stdlib.h>

#include "base/checked.h"
#include "base/error.h"
#include "relabel/label_vote.h"

rs_status rs_golden_marks_add_labels(rs_golden_marks *marks, const rs_labels *labels,
                                     const rs_image_rows *images, rs_error *error)
{
    static const char name[] = "original labels";
    const rs_golden *const golden = marks->golden;
    int8_t *vote = NULL;
    rs_curve_mark mark;
    if (labels == NULL) {
        return RS_OK;
    }
    RS_TRY(rs_label_vote_make(&golden->pairs, golden->path, labels, images, NULL, &vote, error));
    const rs_status status = rs_curve_labels(golden, vote, &mark, error);
    free(vote);
    RS_TRY(status);
    marks->mark[marks->count++] =
        (rs_named_mark){RS_MARK_LABELS, {name, sizeof name - 1}, mark};
    return RS_OK;
}

rs_status rs_golden_marks_add_people(rs_golden_marks *marks, rs_mark_kind kind,
                                     const rs_votes *votes, rs_error *error)
{
    rs_curve_mark *of = NULL;
    RS_TRY(RS_NEW(&of, votes->raters.count, "raters", error));
    const rs_status status = kind == RS_MARK_EXPERT_OTHERS
                                 ? rs_curve_experts(marks->golden, of, error)
                                 : rs_curve_raters(marks->golden, votes, of, error);
    for (uint32_t r = 0; status == RS_OK && r < votes->raters.count; ++r) {
        if (of[r].judged > 0) {
            marks->mark[marks->count++] =
                (rs_named_mark){kind, rs_name_table_get(&votes->raters, r), of[r]};
        }
    }
    free(of);
    return status;
}

rs_status rs_golden_marks_add_experts(rs_golden_marks *marks, rs_error *error)
{
    const rs_votes *const experts = marks->golden->experts;
    if (experts == NULL || experts->raters.count < 2) { /* a single expert is the golden set */
        return RS_OK;
    }
    RS_TRY(rs_golden_marks_add_people(marks, RS_MARK_EXPERT, experts, error));
    return rs_golden_marks_add_people(marks, RS_MARK_EXPERT_OTHERS, experts, error);
}
