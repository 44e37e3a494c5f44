/* mistakes_summary.h - all that `reassess mistakes` has found, and what of it is to be shown. */
#ifndef RS_MISTAKES_SUMMARY_H
#define RS_MISTAKES_SUMMARY_H

#include <stddef.h>

#include "base/text.h"
#include "relabel/consensus.h"
#include "relabel/mistakes.h"

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
    const rs_consensus *consensus; /* of several models; NULL: of one there is none */
} rs_mistakes_summary;

#endif
