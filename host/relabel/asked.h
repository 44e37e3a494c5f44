/* asked.h - pairs of an image and a class that people are to judge, of several models. */
#ifndef RS_ASKED_H
#define RS_ASKED_H

#include <stdint.h>

#include "reassess/status.h"

typedef struct rs_asked_pair {
    uint32_t image; /* row of the labels */
    int32_t class_index;
} rs_asked_pair;

/* Zero-initialise; free with rs_asked_clear. */
typedef struct rs_asked {
    rs_asked_pair *pair; /* [count] */
    uint64_t count;
    uint64_t capacity;
} rs_asked;

rs_status rs_asked_add(rs_asked *asked, uint32_t image, int32_t class_index, rs_error *error);
/* By image, then by class, each pair once. */
void rs_asked_sort(rs_asked *asked);
/* Where the pairs of the image of pair `from` end, of sorted ones. */
uint64_t rs_asked_image_end(const rs_asked *asked, uint64_t from);
void rs_asked_clear(rs_asked *asked);

#endif
