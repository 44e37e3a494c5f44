/* mistakes_report.h - mistakes for people and programs: table, JSON record, CSV of the list. */
#ifndef RS_MISTAKES_REPORT_H
#define RS_MISTAKES_REPORT_H

#include <stddef.h>

#include "base/text.h"
#include "relabel/mistakes.h"

#define RS_MISTAKES_SCHEMA "reassess.mistakes/1"

typedef struct rs_model_mistakes {
    const char *model;
    const char *path;
    rs_mistakes found;
} rs_model_mistakes;

typedef struct rs_mistakes_summary {
    const rs_mistakes_setup *setup;
    bool has_names; /* setup->images names every row */
    rs_wrong_by by; /* which mistakes are listed */
    uint64_t limit; /* how many of each model at most; 0: all */
    uint64_t sample; /* how many were drawn at random of each model's; 0: none was drawn */
    uint64_t seed;
    bool circular; /* the sets may have been made of the answers */
    uint64_t shown; /* how many of these the table shows */
    const rs_model_mistakes *models;
    size_t model_count;
} rs_mistakes_summary;

/* How many of the sampled mistakes have answers. */
static inline uint64_t rs_mistakes_judged(const rs_mistake_count *count)
{
    return count->sampled - count->verdicts[RS_MISTAKE_UNJUDGED];
}

/* Of a sample of the mistakes by other labels nothing follows for these. */
static inline bool rs_mistakes_are_judged(const rs_mistakes_summary *summary, bool by_real)
{
    return summary->sample == 0 || summary->by == RS_WRONG_BY_EITHER ||
           summary->by == (by_real ? RS_WRONG_BY_REAL : RS_WRONG_BY_ORIGINAL);
}

/* Models by falling accuracy, by ReaL and then by the original labels; equal ones stay as they
 * were. */
rs_status rs_mistakes_sort(rs_model_mistakes *models, size_t count, rs_error *error);

/* Counts of every model; of a single model the list, too. Appends to `out`, as all here do. */
void rs_mistakes_table(const rs_mistakes_summary *summary, rs_text *out);

/* One object a line and model. */
void rs_mistakes_json(const rs_mistakes_summary *summary, rs_text *out);

/* model,rank,image,name,wrong_by,prediction,prediction_name,original,original_name,real,
 * real_names,margin,rater_score,near_threshold,verdict */
void rs_mistakes_csv(const rs_mistakes_summary *summary, rs_text *out);

/* The next mistake that is to be listed after index `at` - 1, up to the limit: true, and its
 * index in *at and its place from 1 in *rank, which starts at 0. */
bool rs_mistakes_next(const rs_mistakes_summary *summary, const rs_mistakes *mistakes, uint64_t *at,
                      uint64_t *rank);

#endif
