/* record.h - the result of one model, as every form of output sees it, and its JSON form.
 *
 * The JSON record (schema reassess.result/1) is described in docs/RECORD.md. Identical runs give
 * identical bytes but for `timing` and `engine`.
 */
#ifndef RS_RECORD_H
#define RS_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/json.h"
#include "base/text.h"
#include "reassess/ensemble.h"
#include "reassess/evaluator.h"
#include "reassess/labels.h"
#include "reassess/logits.h"
#include "reassess/metrics.h"

#define RS_RECORD_SCHEMA "reassess.result/1"

/* Texts people should read before they believe the numbers. */
typedef struct rs_warnings {
    char **text;
    size_t count;
} rs_warnings;

rs_status rs_warnings_add(rs_warnings *warnings, rs_error *error, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void rs_warnings_clear(rs_warnings *warnings);

typedef struct rs_timing {
    double labels_ms; /* reading and ordering the labels */
    double open_ms;   /* opening the input */
    double score_ms;  /* the pass */
    double total_ms;  /* from the start of the program to this record */
} rs_timing;

/* Where the logits of features come from. */
typedef struct rs_record_head {
    const char *weight; /* path */
    const char *bias;   /* path; NULL: none */
    rs_dtype dtype;     /* of the weight */
    uint64_t features;  /* columns of the input */
    rs_dtype features_dtype;
} rs_record_head;

/* What a record says of its labels, where they are not at hand: of parts that are merged. */
typedef struct rs_label_facts {
    const char *real; /* paths; NULL: there were none */
    const char *original;
    uint64_t hash;
    bool synthetic;
} rs_label_facts;

/* Nothing here is owned but the warnings. */
typedef struct rs_record {
    const char *model;
    const rs_source_info *input;
    const char *const *parts; /* paths of a model in several files; NULL: one file */
    size_t part_count;
    const rs_ensemble_info *ensemble; /* what was averaged; NULL: one model */
    const rs_record_head *head;       /* that made the logits of features; NULL: none */
    const char *order;        /* "file", "imagefolder", the path of a list */
    bool has_row_range;
    rs_row_range row_range;
    bool has_input_hash;
    uint64_t input_hash;
    const rs_labels *labels; /* NULL: `facts` stand for them in the JSON form */
    rs_label_facts facts;
    uint64_t images;          /* rows of the labels */
    uint64_t evaluated;       /* with a non-empty set */
    const rs_metrics *metrics;
    const rs_engine_info *engine;
    rs_timing timing;
    rs_warnings warnings;
} rs_record;

/* Adds the metric to an object of metrics, under its own name. */
void rs_record_add_metric(rs_json *metrics, const rs_metric *metric);

/* Appends the record on one line, with its line end. */
rs_status rs_record_json(const rs_record *record, rs_text *out, rs_error *error);

#endif
