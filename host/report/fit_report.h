/* fit_report.h - a training for people and programs: table and JSON record. */
#ifndef RS_FIT_REPORT_H
#define RS_FIT_REPORT_H

#include "base/text.h"
#include "fit/fit_write.h"

#define RS_FIT_SCHEMA "reassess.fit/1"

typedef struct rs_fit_summary {
    const rs_training *fit; /* finished */
    const rs_fit_options *options;
    const rs_fit_features *features;
    uint32_t classes;
    const char *path; /* where the heads are */
    uint64_t resumed_rows;
    double fit_ms;
} rs_fit_summary;

/* Both append to `out`. */
void rs_fit_table(const rs_fit_summary *summary, rs_text *out);
void rs_fit_json(const rs_fit_summary *summary, rs_text *out);

#endif
