/* load_labels.h - the labels that --real, --labels, --synsets, --names, --classes and the label
 * folder give.
 */
#ifndef RS_LOAD_LABELS_H
#define RS_LOAD_LABELS_H

#include <stdbool.h>

#include "cli/arguments.h"
#include "reassess/labels.h"

typedef enum rs_label_scope {
    RS_LABELS_BOTH = 0, /* ReaL sets and original labels; what is not given is the folder's */
    RS_LABELS_ORIGINAL, /* original labels, given or the folder's; no labels when there are none */
    RS_LABELS_GIVEN     /* what is given; nothing is the folder's */
} rs_label_scope;

rs_status rs_load_labels(const rs_arguments *arguments, rs_label_scope scope, rs_labels **labels,
                         rs_error *error);

/* The same by another file of label sets, for images and classes of `like`. */
rs_status rs_load_labels_by(const rs_arguments *arguments, const char *real_path,
                            const rs_labels *like, rs_labels **labels, rs_error *error);

/* The classes that --oracle-exclude names, or the animals of ILSVRC by default: *excluded has one
 * entry a class and is freed with free(). */
rs_status rs_load_excluded(const rs_arguments *arguments, const rs_labels *labels, bool **excluded,
                           rs_error *error);

#endif
