/* load_rated.c - scores, then the rows of their images. */
#include "cli/load_rated.h"

#include "base/error.h"

static rs_status make_rated(const char *path, const rs_image_rows *images, const rs_labels *labels,
                            rs_rated **rated, rs_error *error)
{
    rs_scores scores;
    RS_TRY(rs_scores_read(path, labels, &scores, error));
    const rs_status status = rs_rated_make(&scores, images, labels, rated, error);
    rs_scores_clear(&scores);
    return status;
}

rs_status rs_need_rated(const rs_arguments *arguments, rs_error *error)
{
    RS_REFUSE(rs_given(arguments, RS_OPT_FILES), error, "leave it out",
              "--files names the images of --rater-scores, but none are given");
    return RS_OK;
}

rs_status rs_load_rated(const rs_arguments *arguments, const rs_labels *labels, rs_rated **rated,
                        rs_error *error)
{
    const char *const files = rs_value(arguments, RS_OPT_FILES, NULL);
    const char *const scores = rs_value(arguments, RS_OPT_RATER_SCORES, NULL);
    rs_image_rows images;
    *rated = NULL;
    if (scores == NULL) {
        return rs_need_rated(arguments, error);
    }
    RS_TRY(rs_image_rows_read(files, rs_labels_get_view(labels)->rows, &images, error));
    const rs_status status = make_rated(scores, &images, labels, rated, error);
    rs_image_rows_clear(&images);
    return status;
}
