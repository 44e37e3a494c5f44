/* sweep.h - what is said of a sweep: many models into a folder of results, resumable.
 */
#ifndef RS_SWEEP_H
#define RS_SWEEP_H

#include "evaluate/model.h"
#include "report/record.h"

typedef enum rs_sweep_event_kind {
    RS_SWEEP_PLANNED = 0, /* told once, before anything is scored: `to_do` is known */
    RS_SWEEP_DONE,        /* a model was scored and its results stand in the folder */
    RS_SWEEP_FAILED       /* its error file does */
} rs_sweep_event_kind;

typedef struct rs_sweep_event {
    rs_sweep_event_kind kind;
    const rs_model *model;
    const char *why;         /* why it was redone; "": it had no result */
    const rs_record *record; /* DONE; NULL: another sweep was faster */
    const rs_error *failure; /* FAILED */
    size_t finished;         /* models done or failed so far */
    size_t to_do;
    size_t fresh; /* left alone */
} rs_sweep_event;

typedef struct rs_sweep {
    const char *folder; /* exists */
    const rs_labels *labels;
    const rs_labels *const *further; /* [further_count] other label sets of the same images, with */
    const char *const *further_name; /* their names */
    size_t further_count;
    const rs_models *models;
    rs_evaluator_options evaluator; /* threads: of all lanes together; class_map and values come
                                       from the readings */
    rs_metrics_options metrics;
    const rs_rated *rated; /* raters' scores of the images; NULL: none */
    bool average_precision; /* of models that are no heads, of all rows */
    const rs_slices *slices; /* groups of images to count accuracies of; NULL: none */
    bool has_row_range;
    rs_row_range row_range;
    uint32_t keep; /* predictions a row in the sidecars */
    bool hash;
    uint32_t heads_at_once; /* heads on the same features, one after the other in the list, that
                               are scored in one pass; 0: each by itself */
    uint64_t memory_bytes;  /* of all lanes; 0: RS_SWEEP_MEMORY_BYTES */
    double labels_ms;
    double start_ms;
    const volatile sig_atomic_t *stop;
    void (*report)(void *context, const rs_sweep_event *event); /* one call at a time */
    void *context;
} rs_sweep;

#define RS_SWEEP_MEMORY_BYTES (UINT64_C(2) << 30)

typedef struct rs_sweep_summary {
    size_t done;
    size_t failed;
    size_t fresh;
    unsigned lanes;
    unsigned lane_threads;
} rs_sweep_summary;

#endif
