#include "cli/report_golden.h"

#include <stdlib.h>

#include "base/checked.h"
#include "base/error.h"
#include "cli/golden_marks.h"
#include "relabel/aggregate.h"
#include "relabel/golden_read.h"

static rs_status make_curve(const rs_arguments *arguments, const rs_people *people,
                            rs_report_golden *found, rs_error *error)
{
    const rs_votes nothing = {.pairs = rs_pairs_make()};
    found->curve.name = "raters' scores";
    found->curve.path = rs_value(arguments, RS_OPT_RATER_SCORES, NULL);
    if (found->curve.path == NULL) {
        return RS_OK;
    }
    RS_TRY(rs_golden_complete(&found->golden, &people->scores.pairs, error));
    RS_TRY(rs_curve_make(&found->golden, &people->scores, &found->curve.curve, error));
    found->curve.in_sample = rs_scores_in_sample(&found->golden, &people->scores, &nothing, NULL);
    found->figure.curve_count = 1;
    return RS_OK;
}

rs_status rs_report_golden_read(const rs_arguments *arguments, const rs_labels *labels,
                                const rs_people *people, rs_report_golden *found,
                                rs_error *error)
{
    rs_figure *const figure = &found->figure;
    RS_TRY(rs_golden_read(rs_value(arguments, RS_OPT_GOLDEN, NULL), labels, &people->images,
                          &found->golden, error));
    if (found->golden.whole_images && !rs_given(arguments, RS_OPT_RATER_SCORES)) {
        return rs_fail(error, RS_USAGE, found->golden.path, rs_nowhere(),
                       "give --rater-scores too, or the experts' votes",
                       "lists say what is there, and what is not there only of pairs that were "
                       "asked for");
    }
    RS_TRY(make_curve(arguments, people, found, error));
    const rs_votes *const experts = found->golden.experts;
    const uint64_t judges = experts == NULL ? 0 : experts->raters.count;
    RS_TRY(RS_NEW(&found->marks, 2 * judges + 2, "marks", error));
    rs_golden_marks marks = {.golden = &found->golden, .mark = found->marks};
    RS_TRY(rs_golden_marks_add_labels(&marks, labels, &people->images, error));
    RS_TRY(rs_golden_marks_add_experts(&marks, error));
    figure->threshold = RS_DEFAULT_THRESHOLD;
    figure->golden_path = found->golden.path;
    figure->curves = &found->curve;
    figure->marks = found->marks;
    figure->mark_count = marks.count;
    rs_golden_count(&found->golden, &figure->judged, &figure->present);
    return RS_OK;
}

void rs_report_golden_clear(rs_report_golden *found)
{
    rs_curve_clear(&found->curve.curve);
    rs_golden_clear(&found->golden);
    free(found->marks);
}
