/* slices.h - groups of images, for each of which accuracies are counted.
 *
 * An image may be in any number of groups: of several factors (a column each), or of overlapping
 * ones. Made from a file, from the number of labels of an image, or from WordNet.
 */
#ifndef RS_SLICES_H
#define RS_SLICES_H

#include "labels/label_text.h"
#include "reassess/labels.h"

enum { RS_SLICE_GROUPS_MAX = 4096 };

typedef struct rs_slice_group {
    char *by;   /* the factor: the word over the column, "superclass", "labels" */
    char *name; /* its value */
} rs_slice_group;

typedef struct rs_slices {
    rs_slice_group *group; /* [count] in the order in which they were met */
    uint32_t count, group_room;
    struct {
        uint32_t image; /* row of the labels */
        uint32_t group;
    } *member; /* [members] each pair once */
    uint64_t members, member_room;
} rs_slices;

/* Adds the groups of `what`: "superclass", "labels", or a file. May be called again. Free with
 * rs_slices_clear in any case. */
rs_status rs_slices_add(const char *what, const rs_labels *labels, rs_slices *slices,
                        rs_error *error);
void rs_slices_clear(rs_slices *slices);

/* For the readers: the group's number, which is made where there is none yet. */
rs_status rs_slices_group(rs_slices *slices, rs_span by, rs_span name, uint32_t *group,
                          rs_error *error);
rs_status rs_slices_put(rs_slices *slices, uint32_t image, uint32_t group, rs_error *error);

/* A file, as bytes. */
rs_status rs_slices_parse(const char *file, const uint8_t *data, size_t size,
                          const rs_labels *labels, rs_slices *slices, rs_error *error);

#endif
