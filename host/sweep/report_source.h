/* report_source.h - what a report is gathered into. */
#ifndef RS_REPORT_SOURCE_H
#define RS_REPORT_SOURCE_H

#include "evaluate/reading.h"
#include "report/report.h"
#include "sweep/result_folder.h"

typedef struct rs_report_source {
    rs_report report;
    rs_class_titles titles;
    rs_label_stats stats;
    rs_metrics_options metrics;
    const rs_mistakes_setup *people;
    rs_result_folder folder;
    const rs_result **result; /* [report.count] of each model */
    rs_report_failure *failures;
    rs_readings readings; /* in the orders that records name */
    const volatile sig_atomic_t *stop;
} rs_report_source;

void rs_report_source_clear(rs_report_source *source); /* before the labels */

#endif
