/* clean_report.h - a cleaning for people and programs: table, JSON record, lists, class balance. */
#ifndef RS_CLEAN_REPORT_H
#define RS_CLEAN_REPORT_H

#include "base/file_write.h"
#include "base/text.h"
#include "relabel/clean.h"
#include "relabel/row_names.h"

#define RS_CLEAN_SCHEMA "reassess.clean/1"

/* One input, in the order of the folds. */
typedef struct rs_clean_input {
    const char *path;
    const char *format;
    const char *file_dtype;
    uint64_t bytes; /* 0: not known */
} rs_clean_input;

typedef struct rs_clean_summary {
    const rs_clean *clean; /* finished */
    const rs_row_names *names;
    const rs_clean_input *inputs;
    size_t input_count;
    const rs_engine_info *engine;
    double pass_ms;
} rs_clean_summary;

/* Both append to `out`. */
void rs_clean_table(const rs_clean_summary *summary, rs_text *out);
void rs_clean_json(const rs_clean_summary *summary, rs_text *out);

/* class,wnid,name,rows,kept,dropped,kept_share */
void rs_clean_class_csv(const rs_clean_summary *summary, rs_text *out);

/* The kept rows, ascending: a file name a line, or the row number where there are no names. */
rs_status rs_clean_write_kept(const rs_clean_summary *summary, rs_file_writer *file,
                              rs_error *error);

/* row,image,reason,label,prediction,rank,margin,fold of every dropped row, ascending. */
rs_status rs_clean_write_dropped(const rs_clean_summary *summary, rs_file_writer *file,
                                 rs_error *error);

#endif
