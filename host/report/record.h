/* record.h - the result of one model, as every form of output sees it.
 *
 * One value: a pass fills it, a merge fills it from the sum of its parts, and it is read back from
 * its JSON form (schema reassess.result/1, docs/RECORD.md). record_fields.def says each field once.
 */
#ifndef RS_RECORD_H
#define RS_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analyse/slice_counts.h"
#include "base/json.h"
#include "base/text.h"
#include "evaluate/average_precision.h"
#include "reassess/ensemble.h"
#include "reassess/evaluator.h"
#include "reassess/labels.h"
#include "reassess/logits.h"
#include "reassess/metrics.h"
#include "relabel/bracket.h"

#define RS_RECORD_SCHEMA "reassess.result/1"

/* What a warning is about, in the order in which they stand. */
typedef enum rs_warning_kind {
    RS_WARNING_COUNTS = 0, /* synthetic labels, invalid rows */
    RS_WARNING_MEMBER,     /* a model of an ensemble: true of every part of the rows */
    RS_WARNING_RATERS,     /* the raters' scores: true of every part of the rows */
    RS_WARNING_CHANCE,     /* the accuracy is near chance */
    RS_WARNING_ORDER,      /* another order of rows or columns explains more */
    RS_WARNING_VALUES,     /* the values are of another kind than said */
    RS_WARNING_PRODUCTS,   /* how products were computed: true of every part of the rows */
    RS_WARNING_KINDS
} rs_warning_kind;

typedef struct rs_warning {
    rs_warning_kind kind; /* not in the JSON form: RS_WARNING_COUNTS of a record that was read */
    char *text;
} rs_warning;

/* Texts people should read before they believe the numbers. */
typedef struct rs_warnings {
    rs_warning *item;
    size_t count;
} rs_warnings;

rs_status rs_warnings_add(rs_warnings *warnings, rs_warning_kind kind, rs_error *error,
                          const char *format, ...) __attribute__((format(printf, 4, 5)));
rs_status rs_warnings_add_text(rs_warnings *warnings, rs_warning_kind kind, const char *text,
                               rs_error *error);
void rs_warnings_clear(rs_warnings *warnings);

typedef struct rs_timing {
    double labels_ms; /* reading and ordering the labels */
    double open_ms;   /* opening the input */
    double score_ms;  /* the pass */
    double total_ms;  /* from the start of the program to this record */
} rs_timing;

/* A model of an ensemble. */
typedef struct rs_record_member {
    const char *path;
    const char *format;
    rs_dtype dtype;
    double weight;
} rs_record_member;

/* Where the logits of features come from. */
typedef struct rs_record_head {
    const char *weight; /* path; NULL: no head */
    const char *bias;   /* path; NULL: none */
    rs_dtype dtype;     /* of the weight */
    uint64_t features;  /* columns of the input */
    rs_dtype features_dtype;
} rs_record_head;

/* What was scored. */
typedef struct rs_record_input {
    const char *path;
    const char **parts; /* [part_count] paths of a model in several files; NULL: one file */
    size_t part_count;
    rs_record_member *member; /* [member_count] of an ensemble; NULL: one model */
    size_t member_count;
    rs_space space; /* of an ensemble */
    rs_record_head head;
    const char *format; /* "npy", ... */
    rs_content content;
    rs_dtype dtype;
    uint64_t rows;    /* scored */
    uint64_t classes; /* columns */
    uint64_t bytes;
    const char *order; /* "file", "imagefolder", the path of a list */
    bool has_row_range;
    rs_row_range row_range;
    bool has_hash;
    uint64_t hash;
} rs_record_input;

/* Against what. */
typedef struct rs_record_labels {
    const char *real; /* paths; NULL: there were none */
    const char *original;
    uint64_t images;
    struct {
        uint64_t of;      /* so many images; 0: the labels are no part of others */
        const char *list; /* that named them; NULL: they are the first rows */
    } subset;
    uint64_t evaluated; /* with a non-empty set */
    uint64_t hash;
    bool synthetic;
} rs_record_labels;

enum { RS_RECORD_SETS_MAX = 64 };

/* What a record says by a further label set. */
typedef struct rs_record_set rs_record_set;

/* By what; NULL: not known. */
typedef struct rs_record_engine {
    const char *name;
    const char *device;
    uint32_t threads;
} rs_record_engine;

/* Arrays are the record's own. Texts are those of the sources, labels and engine that a pass took
 * them from, and must not outlive these; a record that was read holds them in `texts`. */
typedef struct rs_record {
    const char *tool_version;
    const char *tool_commit; /* NULL: not known */
    const char *model;
    rs_record_input input;
    rs_record_labels labels;
    rs_metric *metric; /* [metric_count], in the order of the record */
    uint32_t metric_count;
    rs_oracle oracle;
    rs_label_choice choice;
    rs_bracket bracket; /* not measured without raters' scores */
    rs_disagreements disagreements;
    rs_calibration calibration;
    rs_mean_precision precision; /* not measured unless asked for */
    uint64_t nan_rows;
    bool has_inf_rows, has_row_health, has_row_flags;
    uint64_t inf_rows, constant_rows, looked_rows, looked_tied_rows, tied_rows;
    rs_record_set *set; /* [set_count] label sets beside `labels`, as they were given */
    size_t set_count;
    const rs_slice_counts *slices; /* of the pass, or of `read`; NULL: there are none */
    struct {
        rs_slices *groups;
        rs_slice_counts *counts;
    } read; /* of a record that was read */
    rs_warnings warnings;
    rs_timing timing; /* all 0: the record has none */
    rs_record_engine engine;
    char *texts;
} rs_record;

struct rs_record_set {
    char *name;
    rs_record record; /* of which there are labels, metrics, oracle, choice and disagreements */
};

/* ---- filling a record, field by field of rs_record ---- */

/* The tool is this program. */
void rs_record_begin(rs_record *record, const char *model);
void rs_record_take_tool(rs_record *record);
/* Of `input` all that a source knows; its rows come with the numbers. */
void rs_record_take_source(rs_record *record, const rs_source_info *info);
rs_status rs_record_take_parts(rs_record *record, const char *const *paths, size_t count,
                               rs_error *error);
/* `info` may be NULL: no ensemble. */
rs_status rs_record_take_ensemble(rs_record *record, const rs_ensemble_info *info, rs_error *error);
void rs_record_take_labels(rs_record *record, const rs_labels *labels, uint64_t evaluated);
void rs_record_take_engine(rs_record *record, const rs_engine_info *info);
/* A further label set, with its numbers. */
rs_status rs_record_take_set(rs_record *record, const char *name, const rs_labels *labels,
                             uint64_t evaluated, const rs_metrics *metrics, rs_error *error);
/* Every number; those that were there go. */
rs_status rs_record_take_metrics(rs_record *record, const rs_metrics *metrics, rs_error *error);

void rs_record_clear(rs_record *record);

/* ---- asking ---- */

/* The metric called `name`, or NULL: it is not in the record, or has no value. */
const rs_metric *rs_record_metric(const rs_record *record, const char *name);

/* How imagenet_top1 and real_top1 would move together with another draw of the images: their
 * covariance, from the counts of the disagreements. 0: the record does not tell. */
double rs_record_covariance(const rs_record *record);

/* ---- the JSON form, record_write.c ---- */

/* Adds the metric to an object of metrics, under its own name. */
void rs_record_add_metric(rs_json *metrics, const rs_metric *metric);

/* Appends the record on one line, with its line end. */
void rs_record_json(const rs_record *record, rs_text *out);

/* The same; *stable_bytes: how many of the bytes added are those of any identical run. */
void rs_record_write(const rs_record *record, rs_text *out, size_t *stable_bytes);

#endif
