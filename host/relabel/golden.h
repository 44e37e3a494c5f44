/* golden.h - pairs whose truth experts have settled: to judge raters by, and what comes out.
 *
 * A pair is present when more than half of the experts who answered said yes. (Of five experts:
 * three.)
 */
#ifndef RS_GOLDEN_H
#define RS_GOLDEN_H

#include <stdbool.h>
#include <stdint.h>

#include "relabel/pairs.h"
#include "relabel/votes.h"

/* Free with rs_golden_clear. */
typedef struct rs_golden {
    char *path;
    rs_pairs pairs;
    uint32_t *yes;     /* [pairs.count] experts who said yes */
    uint32_t *answers; /* [pairs.count] experts who answered; without one a pair is not judged */
    bool whole_images; /* from lists: what is not listed for an image of `listed` is absent */
    rs_name_table listed;
    rs_votes *experts; /* the votes it was read from; NULL for lists */
} rs_golden;

/* What follows from votes that are in memory already. */
rs_status rs_golden_from_votes(const rs_votes *votes, rs_golden *golden, rs_error *error);

/* Lists name what is there; that the other candidates of their images are absent is added here, for
 * all of `candidates`. Does nothing to votes, which say for themselves what is absent. */
rs_status rs_golden_complete(rs_golden *golden, const rs_pairs *candidates, rs_error *error);

static inline bool rs_golden_is_judged(const rs_golden *golden, uint32_t pair)
{
    return golden->answers[pair] > 0;
}

static inline bool rs_golden_is_present(const rs_golden *golden, uint32_t pair)
{
    return 2 * (uint64_t)golden->yes[pair] > golden->answers[pair];
}

void rs_golden_count(const rs_golden *golden, uint64_t *judged, uint64_t *present);

void rs_golden_clear(rs_golden *golden);

/* Adds a pair with its counts, or sets the counts of one that is there. */
rs_status rs_golden_set(rs_golden *golden, rs_span image, int32_t class_index, uint32_t yes,
                        uint32_t answers, rs_error *error);

#endif
