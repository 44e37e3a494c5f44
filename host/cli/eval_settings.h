/* eval_settings.h - what the options of `reassess eval` ask for, checked. */
#ifndef RS_EVAL_SETTINGS_H
#define RS_EVAL_SETTINGS_H

#include "cli/arguments.h"
#include "evaluate/reading.h"

typedef struct rs_eval_settings {
    rs_reading_options reading;
    rs_evaluator_options evaluator; /* class_map and values come from the reading */
    rs_metrics_options metrics;     /* oracle_excluded is set when the labels are known */
    bool has_row_range;
    rs_row_range row_range;
    uint32_t keep_topk; /* 0: write no sidecar */
    const char *keep_dir;
    const char *json; /* NULL: none; "-": standard output */
    const char *per_class;
    const char *per_slice;
    const char *per_row;
    const char *confusions;
    bool table;
    bool progress;
    bool hash;
    bool average_precision;
    bool strict;
    bool rated; /* held against raters' scores */
} rs_eval_settings;

rs_status rs_eval_settings_take(const rs_arguments *arguments, rs_eval_settings *settings,
                                rs_error *error);

/* --order, or NULL. RS_IO where it is neither a word nor a file. */
rs_status rs_take_order(const rs_arguments *arguments, const char **order, rs_error *error);

#endif
