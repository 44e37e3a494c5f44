/* class_names.h - a class as raters' files name it: an index, or a synset id that the labels
 * know. */
#ifndef RS_CLASS_NAMES_H
#define RS_CLASS_NAMES_H

#include <stdint.h>

#include "labels/label_text.h"
#include "reassess/labels.h"
#include "relabel/name_table.h"

/* Free with rs_class_names_clear. */
typedef struct rs_class_names {
    uint32_t limit;    /* every class is below */
    rs_name_table ids; /* synset ids in class order; none when the labels come without */
} rs_class_names;

/* Of the classes of `labels`; NULL: any class index. */
rs_status rs_class_names_make(const rs_labels *labels, rs_class_names *classes, rs_error *error);

/* RS_RANGE for an index that is no class, RS_FORMAT for a text that is none. */
rs_status rs_class_names_find(const rs_class_names *classes, const char *file, rs_place place,
                              rs_span text, int32_t *class_index, rs_error *error);

void rs_class_names_clear(rs_class_names *classes);

#endif
