/* propose_report.h - what models propose, and which subsets of them are worth asking. */
#ifndef RS_PROPOSE_REPORT_H
#define RS_PROPOSE_REPORT_H

#include "base/text.h"
#include "relabel/subset_holdout.h"

#define RS_PROPOSE_SCHEMA "reassess.proposals/1"

/* A model and what its scan gave. */
typedef struct rs_proposer {
    const char *name;
    const char *path;
    uint64_t logits; /* pairs among the largest logits */
    uint64_t probs;
    uint64_t invalid;
    uint64_t shapeless;
} rs_proposer;

typedef struct rs_propose_summary {
    const rs_proposer *models;
    uint32_t model_count;
    uint64_t images;
    uint64_t extra;
    const rs_proposals *proposals; /* of all models */
    const char *golden_path;       /* NULL: no golden set, and nothing of what follows */
    const rs_golden_proposals *golden;
    bool unjudged_absent;
    const rs_subset_point *front;
    const rs_subset_ends *ends; /* [front_count] */
    size_t front_count;
    double min_recall;
    const rs_subset_point *chosen; /* NULL: no subset reaches the recall */
    const rs_holdout *holdout;     /* NULL: not asked for */
} rs_propose_summary;

/* The models that are asked: the chosen ones, or all. */
uint32_t rs_propose_asked(const rs_propose_summary *summary);

/* Both append to `out`; JSON ends its line. */
void rs_propose_table(const rs_propose_summary *summary, rs_text *out);
void rs_propose_json(const rs_propose_summary *summary, rs_text *out);

#endif
