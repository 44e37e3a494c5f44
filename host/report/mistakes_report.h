/* mistakes_report.h - mistakes for people and programs: table, JSON record, CSV of the list. */
#ifndef RS_MISTAKES_REPORT_H
#define RS_MISTAKES_REPORT_H

#include "report/mistakes_summary.h"

#define RS_MISTAKES_SCHEMA "reassess.mistakes/1"
#define RS_CONSENSUS_SCHEMA "reassess.consensus/1"

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

/* One object a line and model, then one for their consensus. */
void rs_mistakes_json(const rs_mistakes_summary *summary, rs_text *out);

/* model,rank,image,name,wrong_by,prediction,prediction_name,original,original_name,real,
 * real_names,margin,rater_score,near_threshold,verdict */
void rs_mistakes_csv(const rs_mistakes_summary *summary, rs_text *out);

/* What all models say: counts for the table of mistakes, and every image of a kind.
 * image,name,against_label,real_with_all,all_wrong,prediction,prediction_name,agree,models,
 * original,original_name,real,real_names,rater_score,verdict */
void rs_consensus_table(const rs_mistakes_summary *summary, rs_text *out);
void rs_consensus_csv(const rs_mistakes_summary *summary, rs_text *out);

/* The next mistake that is to be listed after index `at` - 1, up to the limit: true, and its
 * index in *at and its place from 1 in *rank, which starts at 0. */
bool rs_mistakes_next(const rs_mistakes_summary *summary, const rs_mistakes *mistakes, uint64_t *at,
                      uint64_t *rank);

#endif
