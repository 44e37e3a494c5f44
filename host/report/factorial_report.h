/* factorial_report.h - what loss and labels change, as a table, as CSV and as JSON. */
#ifndef RS_FACTORIAL_REPORT_H
#define RS_FACTORIAL_REPORT_H

#include <stddef.h>

#include "analyse/factorial.h"
#include "base/text.h"

#define RS_FACTORIAL_SCHEMA "reassess.factorial/1"

typedef struct rs_factorial_report {
    const rs_four *four; /* [count] */
    const rs_factorial *result; /* [count] */
    size_t count;
    const char *const *names; /* of all models */
} rs_factorial_report;

/* All append to `out`. The CSV has a line for each four, measure and effect; the JSON is a line for
 * each four. */
void rs_factorial_table(const rs_factorial_report *report, rs_text *out);
void rs_factorial_csv(const rs_factorial_report *report, rs_text *out);
void rs_factorial_json(const rs_factorial_report *report, rs_text *out);

#endif
