/* report_gather.h - what the report is about: records of a folder, and what is counted again.
 *
 * The ranked predictions beside a record are scored once more, which takes a millisecond: so the
 * numbers by class, the confusions and who is right on which image need no files of their own, and
 * predictions that do not belong to their record are found out.
 */
#ifndef RS_REPORT_GATHER_H
#define RS_REPORT_GATHER_H

#include "sweep/report_source.h"

/* What a report is made with. Nothing is copied. */
typedef struct rs_report_options {
    const rs_labels *labels;
    rs_metrics_options metrics;
    const rs_mistakes_setup *people; /* what people say of predictions; NULL: not asked for */
    rs_gallery *gallery; /* its first two members filled; NULL: not asked for */
    const volatile sig_atomic_t *stop;
} rs_report_options;

/* Clear *source in any case. */
rs_status rs_report_gather(const rs_report_options *options, const char *folder,
                           rs_report_source *source, rs_error *error);

#endif
