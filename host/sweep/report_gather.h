/* report_gather.h - what the report is about: records of a folder, and what is counted again.
 *
 * The ranked predictions beside a record are scored once more, which takes a millisecond: so the
 * numbers by class, the confusions and who is right on which image need no files of their own, and
 * predictions that do not belong to their record are found out.
 */
#ifndef RS_REPORT_GATHER_H
#define RS_REPORT_GATHER_H

#include "evaluate/reading.h"
#include "reassess/evaluator.h"
#include "report/report.h"
#include "sweep/result_folder.h"

/* What a report is made with. Nothing is copied. */
typedef struct rs_report_options {
    const rs_labels *labels;
    rs_metrics_options metrics;
    const volatile sig_atomic_t *stop;
} rs_report_options;

typedef struct rs_report_source {
    rs_report report;
    rs_class_titles titles;
    rs_label_stats stats;
    rs_metrics_options metrics;
    rs_result_folder folder;
    const rs_result **result; /* [report.count] of each model */
    rs_report_failure *failures;
    rs_readings readings; /* in the orders that records name */
    rs_evaluator *evaluator;
    const volatile sig_atomic_t *stop;
} rs_report_source;

/* Clear in any case; before the labels. */
rs_status rs_report_gather(const rs_report_options *options, const char *folder,
                           rs_report_source *source, rs_error *error);
void rs_report_source_clear(rs_report_source *source);

#endif
