/* label_vote.c - looks the original label of every pair's image up. */
#include "relabel/label_vote.h"

#include <stdlib.h>

#include "base/checked.h"
#include "base/error.h"
#include "relabel/votes.h"

rs_status rs_label_vote_make(const rs_pairs *pairs, const char *file, const rs_labels *labels,
                             const rs_image_rows *images, const bool *classes, int8_t **vote,
                             rs_error *error)
{
    const rs_label_view *view = rs_labels_get_view(labels);
    uint32_t *row = NULL;
    int8_t *made = NULL;
    rs_status status = RS_OK;
    *vote = NULL;
    RS_TRY(rs_image_rows_map(images, pairs, file, &row, error));
    RS_TRY_DONE(RS_NEW(&made, pairs->count, "votes", error));
    for (uint32_t pair = 0; pair < pairs->count; ++pair) {
        const int32_t original = view->original[row[pairs->image[pair]]];
        const int32_t class_index = pairs->class_index[pair];
        const bool votes = original != RS_CLASS_UNKNOWN &&
                           (classes == NULL ||
                            ((uint32_t)class_index < view->classes && classes[class_index]));
        made[pair] = !votes                    ? RS_LABEL_SILENT
                     : original == class_index ? (int8_t)RS_ANSWER_YES
                                               : (int8_t)RS_ANSWER_NO;
    }
    *vote = made;
done:
    free(row);
    return status;
}
