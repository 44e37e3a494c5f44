/* sweep_report.h - what a sweep says while it runs, on standard error: on a terminal a line that is
 * rewritten, with the time left; otherwise a line for each model.
 */
#ifndef RS_SWEEP_REPORT_H
#define RS_SWEEP_REPORT_H

#include <stdbool.h>

#include "base/text.h"
#include "sweep/sweep.h"

typedef struct rs_sweep_report {
    bool quiet;
    bool terminal;
    bool planned; /* there was something to tell of */
    bool shown;   /* the rewritten line stands */
    double begin_ms;
    rs_text failures; /* "NAME: ERROR" lines, for the end */
} rs_sweep_report;

void rs_sweep_report_begin(rs_sweep_report *report, bool quiet);

/* `report` of rs_sweep; the context is an rs_sweep_report. */
void rs_sweep_report_event(void *context, const rs_sweep_event *event);

/* Wipes the line, and prints the sums and the failures. */
void rs_sweep_report_end(rs_sweep_report *report, const rs_sweep_summary *summary,
                         const char *folder);

#endif
