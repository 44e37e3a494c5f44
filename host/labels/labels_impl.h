/* labels_impl.h - what an rs_labels holds; for host/labels/ alone.
 */
#ifndef RS_LABELS_IMPL_H
#define RS_LABELS_IMPL_H

#include <stdbool.h>
#include <stdint.h>

#include "labels/class_list.h"
#include "labels/file_names.h"
#include "labels/original_labels.h"
#include "labels/real_json.h"
#include "reassess/labels.h"

/* What some of the images are a part of (labels_subset.h). */
typedef struct rs_label_part {
    rs_labels *whole; /* NULL: these are all */
    uint32_t *image;  /* [rows] */
    int64_t *row_of;  /* [rows of the whole] */
    char *list_path;
} rs_label_part;

struct rs_labels {
    rs_label_view view; /* points into the three arrays below */
    int32_t *original;
    uint32_t *real_begin;
    int32_t *real_class;
    rs_class_list synsets;
    rs_class_list names;
    rs_file_names files; /* names of the rows, when the original labels came with them */
    char *real_path;
    char *original_path;
    uint64_t hash;
    bool ilsvrc;
    bool synthetic;
    rs_label_part part;
};

void rs_label_part_clear(rs_label_part *part);
/* The hash of what they hold now. */
rs_status rs_labels_rehash(rs_labels *labels, rs_error *error);

/* *labels takes over the arrays and empties *sets and *original, whatever the outcome. Either may
 * hold no rows; then every set is empty, or every label unknown. Row counts must be the same
 * otherwise and every class below `classes`. Hash and ilsvrc are filled in. */
rs_status rs_labels_take(uint32_t classes, rs_original_labels *original, rs_real_sets *sets,
                         rs_labels **labels, rs_error *error);

/* The 1000 classes, by the hash of their synset ids; the validation set, by that of its labels. */
bool rs_synsets_are_ilsvrc(const rs_class_list *synsets);
bool rs_originals_are_ilsvrc(const int32_t *original, uint64_t rows);

/* Refuses original labels that hardly ever are in their ReaL sets: they number classes or images in
 * another way. */
rs_status rs_labels_check_agreement(const rs_labels *labels, rs_error *error);

#endif
