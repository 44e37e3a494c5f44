/* original_labels.h - the one label each image came with, in each form in which people have it.
 *
 *     65                                     class index a line
 *     n01751748                              synset id a line (needs the class list)
 *     val/ILSVRC2012_val_00000001.JPEG 65    file, and class index or synset id; in any order
 *     .npy                                   integers, one dimension
 *
 * -1 stands for an unknown label in every form. How text is read: labels/label_text.h.
 */
#ifndef RS_ORIGINAL_LABELS_H
#define RS_ORIGINAL_LABELS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "labels/class_list.h"
#include "labels/file_names.h"
#include "reassess/status.h"

/* In file-name order. Free with rs_original_labels_clear. */
typedef struct rs_original_labels {
    uint64_t rows;
    int32_t *label;      /* [rows]; RS_CLASS_UNKNOWN where there is none */
    int32_t largest;     /* label; -1 when all are unknown */
    int32_t smallest;    /* label that is known; INT32_MAX when all are unknown */
    bool synthetic;      /* a comment says that `reassess synth` made the file */
    rs_file_names names; /* when the file names its images */
} rs_original_labels;

/* `ids` is the class list (may be empty). Labels must be below `class_limit`; RS_CLASSES_MAX when
 * the number of classes is not known. Ids of the ILSVRC development kit are refused. On failure
 * *labels is empty. */
rs_status rs_original_labels_parse(const char *file, const uint8_t *data, size_t size,
                                   const rs_class_list *ids, uint32_t class_limit,
                                   rs_original_labels *labels, rs_error *error);
rs_status rs_original_labels_read(const char *path, const rs_class_list *ids, uint32_t class_limit,
                                  rs_original_labels *labels, rs_error *error);

void rs_original_labels_clear(rs_original_labels *labels);

#endif
