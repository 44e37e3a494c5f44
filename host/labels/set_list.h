/* set_list.h - label sets as a file gives them, image by image, whatever its form.
 *
 * A form adds images with their classes and closes the list, which puts it in file-name order. An
 * image is known by its name, by its row number, or by its place in the file: one of them in the
 * whole file. How lists become sets of all images: labels/set_file.h.
 */
#ifndef RS_SET_LIST_H
#define RS_SET_LIST_H

#include "labels/class_list.h"
#include "labels/file_names.h"
#include "labels/real_json.h"

/* What a file is read for. */
typedef enum rs_set_purpose {
    RS_SETS_REAL = 0,  /* every label of an image */
    RS_SETS_ORIGINAL   /* the one label that it came with */
} rs_set_purpose;

/* What readers of all forms need. */
typedef struct rs_set_context {
    const char *file; /* in errors */
    const rs_class_list *ids;
    uint32_t class_limit;
    rs_set_purpose purpose;
    rs_error *error;
} rs_set_context;

typedef enum rs_set_key { RS_KEY_UNKNOWN = 0, RS_KEY_NAME, RS_KEY_ROW } rs_set_key;

typedef struct rs_set_list {
    const rs_set_context *context;
    rs_set_key key;
    bool unnamed; /* images are known by their place in the file */
    rs_named_row *image; /* [images] `label` is the image's place in the file */
    uint64_t images, image_room;
    uint32_t *row;     /* [images] row numbers, where these are the keys */
    uint64_t *begin;   /* [images + 1] its classes */
    int32_t *class_index;
    uint64_t labels, label_room;
} rs_set_list;

/* Free with rs_set_list_clear. */
void rs_set_list_begin(const rs_set_context *context, rs_set_list *list);
void rs_set_list_clear(rs_set_list *list);

/* Begins an image; `name` is a file name or a row number. */
rs_status rs_set_list_image(rs_set_list *list, rs_span name, rs_place place, uint64_t line);
/* Begins the next image of a file that names none. */
rs_status rs_set_list_next(rs_set_list *list, uint64_t line);
/* A label of the image begun last: a class index or a synset id; -1 is none. */
rs_status rs_set_list_label(rs_set_list *list, rs_span label, rs_place place);
rs_status rs_set_list_class(rs_set_list *list, int32_t class_index);
/* The image begun last has all its labels: none twice, and of originals one at most. `merge`: one
 * that comes again is the same. */
rs_status rs_set_list_close_image(rs_set_list *list, rs_place place, bool merge);

/* In file-name order, by row number, or as they came. The list is empty then. */
rs_status rs_set_list_finish(rs_set_list *list, rs_real_sets *sets);

#endif
