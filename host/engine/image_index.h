/* image_index.h - which image each row of a batch is, and what is none. */
#ifndef RS_IMAGE_INDEX_H
#define RS_IMAGE_INDEX_H

#include <stdint.h>

#include "base/error.h"

/* RS_RANGE where one of `rows` numbers is none of the images. */
rs_status rs_image_index_check(const int64_t *index, uint64_t rows, uint64_t images,
                               rs_error *error);
rs_status rs_image_index_fail(rs_place place, int64_t index, uint64_t images, rs_error *error);

/* RS_RANGE where there are fewer than `rows` images from `next` on. */
rs_status rs_image_index_check_next(uint64_t next, uint64_t rows, uint64_t images,
                                    rs_error *error);

#endif
