/* scores.h - scores of pairs as an .npz in the published form: `tensor` float64 (pairs,), `info`
 * (pairs, 2) of file name and class as text.
 */
#ifndef RS_SCORES_H
#define RS_SCORES_H

#include "reassess/labels.h"
#include "relabel/pairs.h"

/* Free with rs_scores_clear. */
typedef struct rs_scores {
    char *path;
    rs_pairs pairs;
    double *score; /* [pairs.count], finite */
} rs_scores;

/* Reads `tensor` (any number type) and `info`. `labels` (may be NULL) say which classes there are.
 * On failure *scores is empty. */
rs_status rs_scores_read(const char *path, const rs_labels *labels, rs_scores *scores,
                         rs_error *error);
void rs_scores_clear(rs_scores *scores);

/* Writes both arrays, deflated, in the order of the pairs; the same scores give the same bytes. */
rs_status rs_scores_write(const char *path, const rs_pairs *pairs, const double *score,
                          rs_error *error);

#endif
