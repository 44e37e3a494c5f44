/* label_vote.h - the original label as one more rater: yes on its own class, no on the others.
 *
 * Raters cannot tell many animals apart; whoever gave the original label could. So on candidates of
 * chosen classes the label may vote too (the published scores use it for classes 0 to 397).
 */
#ifndef RS_LABEL_VOTE_H
#define RS_LABEL_VOTE_H

#include <stdbool.h>
#include <stdint.h>

#include "reassess/labels.h"
#include "relabel/image_rows.h"
#include "relabel/pairs.h"

#define RS_LABEL_SILENT ((int8_t)-1)

/* For every pair RS_ANSWER_YES or RS_ANSWER_NO, or RS_LABEL_SILENT where the candidate's class is
 * not in `classes` (NULL: all are) or the image's label is not known. `file` is where the pairs
 * came from. Free *vote with free(). */
rs_status rs_label_vote_make(const rs_pairs *pairs, const char *file, const rs_labels *labels,
                             const rs_image_rows *images, const bool *classes, int8_t **vote,
                             rs_error *error);

#endif
