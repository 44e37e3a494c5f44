/* image_index.c - see image_index.h. */
#include "engine/image_index.h"

#include <inttypes.h>

rs_status rs_image_index_fail(rs_place place, int64_t index, uint64_t images, rs_error *error)
{
    return rs_fail(error, RS_RANGE, NULL, place,
                   "images are numbered from 0, as the rows of the labels are",
                   "the index %" PRId64 " is none of the %" PRIu64 " images", index, images);
}

rs_status rs_image_index_check(const int64_t *index, uint64_t rows, uint64_t images,
                               rs_error *error)
{
    for (uint64_t i = 0; i < rows; ++i) {
        if (index[i] < 0 || (uint64_t)index[i] >= images) {
            return rs_image_index_fail(rs_at_row(i), index[i], images, error);
        }
    }
    return RS_OK;
}

rs_status rs_image_index_check_next(uint64_t next, uint64_t rows, uint64_t images, rs_error *error)
{
    if (rows <= images - next) {
        return RS_OK;
    }
    return rs_fail(error, RS_RANGE, NULL, rs_at_row(next),
                   "say with an index which image each row is, or make a new scorer for each "
                   "pass over the images",
                   "%" PRIu64 " rows from this image on are more than the labels have", rows);
}
