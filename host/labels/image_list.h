/* image_list.h - a list of images: a text file, one a line, or an array of JSON.
 *
 * An image is a file name (in any folder, with or without its extension, in either case) or a row
 * number from 0. Further fields of a line are not looked at, so that a table of predictions or of
 * labels serves; its header line is passed over.
 */
#ifndef RS_IMAGE_LIST_H
#define RS_IMAGE_LIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "labels/label_text.h"
#include "reassess/labels.h"

/* Images of which the labels are a part know, but these do not hold (labels_subset.h). */
enum { RS_IMAGE_UNKNOWN = -1, RS_IMAGE_ELSEWHERE = -2 };

/* Finds images by name. Begin it once for many names. */
typedef struct rs_name_search {
    const rs_labels *labels;
    struct rs_folded_name *folded; /* made when the first name is not found as it stands */
    uint32_t folded_count;
    bool numbered; /* an image is called by a number: numbers are names, and no rows */
} rs_name_search;

/* The row of an image, or one of the two above. Labels that came without file names know those of
 * the ILSVRC validation set by their numbers. */
rs_status rs_name_search_find(rs_name_search *search, rs_span name, int64_t *row, rs_error *error);
void rs_name_search_clear(rs_name_search *search);

typedef struct rs_image_list {
    uint32_t *row; /* [count] of the labels, in the order of the list */
    uint64_t count;
    uint64_t elsewhere; /* images that were left out */
} rs_image_list;

/* `file` names the list in errors. Clear in any case. */
rs_status rs_image_list_parse(const rs_labels *labels, const char *file, const uint8_t *data,
                              size_t size, rs_image_list *list, rs_error *error);
rs_status rs_image_list_read(const rs_labels *labels, const char *path, rs_image_list *list,
                             rs_error *error);
void rs_image_list_clear(rs_image_list *list);

#endif
