/* pair_info.h - `info` of the published archives: one row of two texts, file name and class, a
 * pair. */
#ifndef RS_PAIR_INFO_H
#define RS_PAIR_INFO_H

#include <stdint.h>

#include "relabel/class_names.h"
#include "relabel/pairs.h"

typedef struct rs_pair_info_options {
    const rs_class_names *classes;
    uint64_t pairs;    /* so many rows are needed */
    const char *advice; /* what the file should hold */
} rs_pair_info_options;

/* Appends the pairs of the archive at PATH to an empty list, in their order. A pair that comes
 * twice is an error. */
rs_status rs_pair_info_read(const char *path, const rs_pair_info_options *options, rs_pairs *pairs,
                            rs_error *error);

#endif
