/* eval_settings.h - what the options of `reassess eval` ask for, checked. */
#ifndef RS_EVAL_SETTINGS_H
#define RS_EVAL_SETTINGS_H

#include "cli/arguments.h"
#include "reassess/reassess.h"

typedef struct rs_eval_settings {
    rs_evaluator_options evaluator; /* class_map is set when the labels are known */
    rs_source_options source;       /* scores_path is set for each model */
    rs_metrics_options metrics;     /* oracle_excluded likewise */
    rs_order_kind order;
    const char *order_text; /* "file", "imagefolder" or the path of the list */
    bool has_row_range;
    rs_row_range row_range;
    uint32_t keep_topk; /* 0: write no sidecar */
    const char *keep_dir;
    const char *json; /* NULL: none; "-": standard output */
    const char *per_class;
    const char *per_row;
    const char *confusions;
    const char *features;           /* NULL: the inputs are logits */
    bool is_ensemble;
    rs_ensemble_options ensemble;   /* class_map and weights are set with the models */
    bool table;
    bool progress;
    bool hash;
    bool strict;
} rs_eval_settings;

/* What --order TEXT means. */
rs_order_kind rs_order_kind_of(const char *text);

rs_status rs_eval_settings_take(const rs_arguments *arguments, rs_eval_settings *settings,
                                rs_error *error);

#endif
