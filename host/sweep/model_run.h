/* model_run.h - one model from its files to its record: open, order, score, compute, doubt.
 *
 * What `eval` does for each model and a sweep does for many. The setup is made once and shared by
 * all models; a result owns what its record points to until it is cleared.
 */
#ifndef RS_MODEL_RUN_H
#define RS_MODEL_RUN_H

#include "analyse/confusion.h"
#include "evaluate/further_sets.h"
#include "evaluate/model.h"
#include "report/record.h"

typedef struct rs_run_setup {
    const rs_reading *reading;
    uint64_t evaluated; /* images with a non-empty set */
    rs_evaluator *evaluator;
    rs_metrics_options metrics;
    const rs_rated *rated;    /* raters' scores of the images; NULL: none */
    bool has_row_range;
    rs_row_range row_range;
    uint32_t keep;            /* predictions wanted per row; 0: none */
    bool per_row;             /* ranks and flags of every row wanted */
    const char *const *set_name; /* of the reading's further label sets */
    const rs_slices *slices;  /* groups of images to count accuracies of; NULL: none */
    bool hash_input;
    bool average_precision;   /* of models that are no heads */
    bool pairs;               /* counts of original and predicted classes (analyse/confusion.h), if
                                 the evaluator's engine has them from the pass */
    bool looks_only;          /* of no concern are the numbers, but whether the input is right:
                                 what invalid rows and synthetic labels make of them is not told */
    const rs_warnings *recorded; /* of a kept result: what its record warns of stands, nothing is
                                    looked for; NULL: this is no kept result */
    bool progress;            /* show it when standard error is a terminal */
    double labels_ms;
    double start_ms;          /* of the program, on rs_clock_ms */
    const volatile sig_atomic_t *stop;
} rs_run_setup;

typedef struct rs_run_result {
    rs_record record;
    const rs_labels *labels; /* as scored: in the order of the input's rows */
    const rs_labels *images; /* in file-name order */
    const rs_order *order;   /* of these rows; NULL: by file name */
    rs_row_range rows;
    rs_row_results results;
    bool near_chance;
    bool doubtful;           /* near chance, or another order explains more */
    rs_metrics metrics;
    rs_slice_counts *slices; /* NULL: not asked for */
    rs_tally *tally;
    rs_source *source;
    rs_key_counts pairs;  /* with setup->pairs, where the engine counts them */
    rs_tally **set_tally; /* [set_tallies] of a part, by the reading's further label sets */
    size_t set_tallies;
    rs_further *further; /* further label sets, while the pass lasts; of several heads the first
                            result holds those of all */
} rs_run_result;

/* Fills *result; clear it in any case. */
rs_status rs_model_run(const rs_run_setup *setup, const rs_model *model, rs_run_result *result,
                       rs_error *error);

/* Those that were kept, row by row. */
rs_bracket_rows rs_run_first_predictions(const rs_run_result *result);

void rs_run_result_clear(rs_run_result *result);

/* A head: its file, and what comes of it. */
typedef struct rs_head_run {
    const rs_model *model;
    rs_head_file *file; /* rs_head_run_load */
    rs_run_result result;
} rs_head_run;

rs_status rs_head_run_load(const rs_model *model, const volatile sig_atomic_t *stop,
                           rs_head_run *head, rs_error *error);
/* Several heads on the same features, in one pass where the engine can. */
rs_status rs_heads_run(const rs_run_setup *setup, rs_head_run *heads, size_t count,
                       rs_error *error);
void rs_head_run_clear(rs_head_run *head); /* in any case */

/* ---- the steps of both, model_run.c ---- */

/* What the record says before anything was scored. */
rs_status rs_run_begin(const rs_run_setup *setup, const rs_model *model,
                       const rs_source_info *input, rs_run_result *result, rs_error *error);
/* What it says of its numbers, of the metrics and of whatever makes them doubtful. */
rs_status rs_run_end(const rs_run_setup *setup, rs_run_result *result, rs_error *error);
/* Room for what was asked for each row; `again`: the rows can be read again. */
rs_status rs_run_make_results(const rs_run_setup *setup, bool again, rs_run_result *result,
                              rs_error *error);
/* Around a pass of so many models: the reading's further label sets (run_sets.c). `model`: which of
 * them the result is of. */
rs_status rs_run_sets_begin(const rs_run_setup *setup, const rs_source_info *input, size_t models,
                            rs_run_result *first, rs_error *error);
rs_status rs_run_sets_take(const rs_run_setup *setup, const rs_run_result *first, size_t model,
                           rs_run_result *result, rs_error *error);
/* One of them, from its tally. */
rs_status rs_run_set_take(const rs_run_setup *setup, const rs_tally *tally, size_t set,
                          rs_record *record, rs_error *error);
rs_status rs_run_score(const rs_run_setup *setup, const char *name, rs_run_result *result,
                       rs_row_results *results, rs_tally **tally, rs_error *error);
/* Predictions of each row that are kept so that a doubtful result can be explained. */
uint32_t rs_run_ranks_to_keep(const rs_run_result *result);
/* Warnings of what is doubtful in the values of rows and columns, and in the accuracy, with what
 * explains it (run_doubts.c). */
rs_status rs_run_doubt_rows(const rs_run_setup *setup, rs_run_result *result, rs_error *error);
rs_status rs_run_doubt_accuracy(const rs_run_setup *setup, rs_run_result *result,
                                rs_error *error);
/* What makes the numbers of a record doubtful, as warnings: labels, rows and their order. */
rs_status rs_doubt_counts(rs_record *record, rs_error *error);

/* How many rows have a non-empty set. */
uint64_t rs_count_evaluated(const rs_labels *labels);

#endif
