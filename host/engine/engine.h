/* engine.h - what an engine is: something that scores a source of rows and gives back counters.
 *
 * Nothing above this floor knows which engine runs. An engine pulls its rows from the source
 * itself, because how bytes should travel is the engine's business: the CPU engine scores mapped
 * files where they lie and lets every thread read its own blocks otherwise; the CUDA engine reads
 * ahead into pinned memory.
 */
#ifndef RS_ENGINE_H
#define RS_ENGINE_H

#include <stdbool.h>
#include <stdint.h>

#include "engine/key_counts.h"
#include "engine/trainer.h"
#include "reassess/evaluator.h"
#include "reassess/heads.h"
#include "reassess/product.h"
#include "tally/scored_row.h"
#include "tally/tally_layout.h"

/* A further label set of the same rows and original labels, which the pass counts, too. */
typedef struct rs_further_set {
    const uint32_t *real_begin; /* by row of the pass's labels, as in rs_label_view */
    const int32_t *real_class;
    uint64_t *counters; /* zeroed, and added to, as those of the pass; without calibration */
} rs_further_set;

/* What a pass counts; made by the evaluate floor, read by engines. */
typedef struct rs_pass {
    rs_label_view labels;    /* row i is row i of the source, ... */
    const int64_t *image;    /* ... unless this says which it is: rows below 0 are left out.
                                [rows.end]; rows.begin is 0 then. CPU engine */
    rs_scored_rows *scored;  /* what each row gave, by row of the labels; NULL: only the counters
                                are wanted. CPU engine */
    const rs_further_set *further; /* [further_count], of several heads those of each head behind
                                      each other. Engines that `finds_further` */
    size_t further_count;
    const struct rs_set_differences *differences; /* of these from the pass's own labels
                                                     (labels/set_differences.h); NULL: none */
    const rs_class_map *map; /* NULL: column j is class j */
    uint32_t columns;        /* of the source; the ranked depth for predictions */
    uint32_t classes;
    uint32_t topk_count;
    uint32_t topk[RS_TOPK_MAX];
    bool calibration;
    rs_values values;
    bool checked; /* the values are what they are said to be: averages of what was looked at */
    bool row_flags;
    rs_row_range rows; /* rows to score; end is clipped at the end of a stream */
} rs_pass;

/* How the rows of a source are made of those of others (average_row.h): weighted sums of them, or
 * of their softmax, in double and in this order, multiplied by `scale` and rounded to the source's
 * type; an engine may take another way where that gives the same counts. With a map each goes
 * through it first (rs_map_row): the source's columns are positions. */
typedef struct rs_averaging {
    rs_source *const *member; /* all of random access, with the source's rows, and its columns or
                                 the map's */
    const rs_class_map *map;  /* or NULL */
    const double *weight;     /* one a member */
    size_t count;
    double scale;
    bool softmax;
} rs_averaging;

typedef struct rs_engine rs_engine;

/* Rows to score and where what they give goes: once, or for each of several heads on features. */
typedef struct rs_scoring {
    const rs_pass *pass; /* of heads: the columns are their classes */
    rs_source *source;   /* of the rows, or the features */
    const rs_head *heads;
    size_t head_count;              /* 0: the rows are scored as they are */
    rs_row_results *const *results; /* of each head, or one; some may be NULL; NULL: all are */
    const rs_watch *watch;          /* NULL: nobody watches */
    uint64_t *const *counters;      /* of each, [layout.counters] (rs_tally_layout_of) */
    const rs_averaging *averaging;  /* engines that `average` may read the members of the source
                                       instead; NULL: it is read as it is */
    rs_key_counts *pairs; /* engines that count_pairs, of rows as they are: gets how often each
                             rs_pair_key occurs, rs_key_counts as rs_count_keys makes them, but
                             for RS_NO_PAIR; zero on failure; NULL: not asked for */
} rs_scoring;

typedef struct rs_engine_vtable {
    /* Scores pass->rows of the source: adds to the counters, which the caller zeroed, and fills the
     * results. *rows_scored gets the number of rows that were there. On failure the counters are
     * not to be used. */
    rs_status (*score)(rs_engine *engine, const rs_scoring *of, uint64_t *rows_scored,
                       rs_error *error);
    /* A matrix product (reassess/product.h) that was checked and completed by rs_product_check. */
    rs_status (*multiply)(rs_engine *engine, const rs_product *product, rs_error *error);
    /* As rs_count_keys. */
    rs_status (*count_keys)(rs_engine *engine, uint64_t *keys, size_t count, rs_key_counts *counts,
                            rs_error *error);
    /* Heads for the engine to train; NULL: it does not. Ends before the engine does, and while it
     * is there the engine does nothing else. *trainer is NULL on failure. */
    rs_status (*train)(rs_engine *engine, const rs_trainer_task *task, rs_trainer **trainer,
                       rs_error *error);
    void (*close)(rs_engine *engine);
} rs_engine_vtable;

struct rs_engine {
    const rs_engine_vtable *vtable;
    rs_engine_info info;
    bool plain_products; /* products are computed in plain C, which is slow */
    bool finds_further;  /* rs_pass.further may be given; else predictions are asked for */
    bool averages;       /* rs_scoring.averaging is of use */
    bool counts_pairs;   /* rs_scoring.pairs may be given */
};

/* Every engine calls this first: whether a pass over such a source can be run at all. */
rs_status rs_pass_check(const rs_pass *pass, const rs_source_info *info, rs_error *error);

/* Refuses products that no engine can make and puts in the strides that were left out. */
rs_status rs_product_check(rs_product *product, rs_error *error);

#endif
