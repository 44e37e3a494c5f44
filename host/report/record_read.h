/* record_read.h - a result record as it was written, read back.
 *
 * For whatever looks at many results: merge, compare, trend, report. The fields are those of
 * docs/RECORD.md; numbers that a record leaves out have the same reasons as in metrics.h. A record
 * may hold fields that are not known here: they are passed over.
 */
#ifndef RS_RECORD_READ_H
#define RS_RECORD_READ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "reassess/labels.h"
#include "reassess/logits.h"
#include "reassess/metrics.h"
#include "report/record.h"

/* A record is a few thousand bytes; more parts or metrics than this no one has. */
enum { RS_RECORD_BYTES_MAX = 16 * 1024 * 1024 };

/* A model of an ensemble. */
typedef struct rs_saved_member {
    const char *path;
    const char *format;
    rs_dtype dtype;
    double weight;
} rs_saved_member;

/* What was scored. */
typedef struct rs_saved_input {
    const char *path;
    const char **parts; /* [part_count] paths of a model in several files; NULL: one file */
    size_t part_count;
    rs_saved_member *member; /* [member_count] of an ensemble; NULL: one model */
    size_t member_count;
    rs_space space;      /* of an ensemble */
    rs_record_head head; /* weight NULL: no head */
    const char *format;  /* "npy", ... */
    rs_content content;
    rs_dtype dtype;
    uint64_t rows;    /* scored */
    uint32_t classes; /* columns */
    uint64_t bytes;
    const char *order; /* "file", "imagefolder", the path of a list */
    bool has_row_range;
    rs_row_range row_range;
    bool has_hash;
    uint64_t hash;
} rs_saved_input;

/* Against what. */
typedef struct rs_saved_labels {
    const char *real; /* paths; NULL: there were none */
    const char *original;
    uint64_t images;
    uint64_t evaluated; /* with a non-empty set */
    uint64_t hash;
    bool synthetic;
} rs_saved_labels;

/* All texts are held by `texts`. */
typedef struct rs_saved_record {
    const char *model;
    const char *tool_version;
    const char *tool_commit; /* NULL: not known */
    rs_saved_input input;
    rs_saved_labels labels;
    rs_metric *metric; /* [metric_count], in the order of the record */
    uint32_t metric_count;
    rs_oracle oracle;
    rs_disagreements disagreements;
    rs_calibration calibration;
    uint64_t nan_rows;
    bool has_row_flags;
    uint64_t inf_rows, tied_rows;
    const char **warning; /* [warning_count] */
    size_t warning_count;
    rs_timing timing;        /* all 0: the record has none */
    const char *engine_name; /* NULL: not known */
    const char *engine_device;
    uint32_t engine_threads;
    char *texts;
} rs_saved_record;

/* One record from `size` bytes; `file` names it in errors, which name the member too. Clear
 * *record in any case. RS_UNSUPPORTED: JSON, but of another schema. */
rs_status rs_saved_record_parse(const char *file, const char *data, size_t size,
                                rs_saved_record *record, rs_error *error);

/* The record in the file PATH. */
rs_status rs_saved_record_load(const char *path, rs_saved_record *record, rs_error *error);

void rs_saved_record_clear(rs_saved_record *record);

/* The metric called `name`, or NULL: it is not in the record, or has no value. */
const rs_metric *rs_saved_metric(const rs_saved_record *record, const char *name);

#endif
