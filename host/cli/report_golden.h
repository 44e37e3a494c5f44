/* report_golden.h - report --golden: the raters' scores, the original labels and the experts
 * themselves on the pairs that experts settled. */
#ifndef RS_REPORT_GOLDEN_H
#define RS_REPORT_GOLDEN_H

#include "cli/people.h"
#include "report/curve_report.h"

typedef struct rs_report_golden {
    rs_golden golden;
    rs_named_curve curve;
    rs_named_mark *marks;
    rs_figure figure;
} rs_report_golden;

/* Reads --golden; `people` holds the images, and the scores where they are given. Clear *found in
 * any case. */
rs_status rs_report_golden_read(const rs_arguments *arguments, const rs_labels *labels,
                                const rs_people *people, rs_report_golden *found,
                                rs_error *error);
void rs_report_golden_clear(rs_report_golden *found);

#endif
