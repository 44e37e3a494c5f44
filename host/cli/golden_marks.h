/* golden_marks.h - what answers yes or no to golden pairs, as marks of a figure. */
#ifndef RS_GOLDEN_MARKS_H
#define RS_GOLDEN_MARKS_H

#include "relabel/image_rows.h"
#include "report/curve_report.h"

typedef struct rs_golden_marks {
    const rs_golden *golden;
    rs_named_mark *mark; /* room for two a rater and expert, and two more */
    size_t count;
} rs_golden_marks;

/* The original labels; `labels` NULL: none. */
rs_status rs_golden_marks_add_labels(rs_golden_marks *marks, const rs_labels *labels,
                                     const rs_image_rows *images, rs_error *error);

/* One for each who answered, by the golden set or, of experts, by the other experts. */
rs_status rs_golden_marks_add_people(rs_golden_marks *marks, rs_mark_kind kind,
                                     const rs_votes *votes, rs_error *error);

/* The experts whose votes the golden set was read from, where there are several. */
rs_status rs_golden_marks_add_experts(rs_golden_marks *marks, rs_error *error);

#endif
