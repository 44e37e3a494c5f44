/* scores.h - scores of pairs as an .npz in the published form: `tensor` float64 (pairs,), `info`
 * (pairs, 2) of file name and class as text.
 */
#ifndef RS_SCORES_H
#define RS_SCORES_H

#include "base/file_write.h"
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

/* Writes both arrays, deflated, in the order of the pairs; the same scores give the same bytes. The
 * file is complete but not committed yet; *file is NULL on failure. */
rs_status rs_scores_prepare(const char *path, const rs_pairs *pairs, const double *score,
                            rs_file_writer **file, rs_error *error);

#endif
