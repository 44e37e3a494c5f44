/* label_pairs.h - which classes share images. */
#ifndef RS_LABEL_PAIRS_H
#define RS_LABEL_PAIRS_H

#include <stddef.h>
#include <stdint.h>

#include "reassess/labels.h"
#include "reassess/status.h"

/* Two classes and the number of sets that hold both. */
typedef struct rs_label_pair {
    uint32_t first; /* the lower class */
    uint32_t second;
    uint64_t images;
    uint64_t either; /* sets that hold one of the two, or both */
} rs_label_pair;

typedef struct rs_label_pairs {
    uint64_t distinct; /* pairs of classes that share a set */
    size_t count;
    rs_label_pair *pair; /* [count] most frequent first; equal ones by first, then second */
    /* [count] by overlap, images / either: that with the largest lower end of its 95 % interval
     * first, so that two classes that were seen together once do not lead. Equal ones as above. */
    rs_label_pair *overlapping;
} rs_label_pairs;

/* Adds the `wanted` first ones of both orders to *pairs, which is empty. Empty it again with
 * rs_label_pairs_clear in any case. */
rs_status rs_label_pairs_count(const rs_label_view *view, size_t wanted, rs_label_pairs *pairs,
                               rs_error *error);
void rs_label_pairs_clear(rs_label_pairs *pairs);

#endif
