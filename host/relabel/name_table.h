/* name_table.h - texts numbered in the order in which they were first seen: images and raters.
 *
 * Images are known by their base names, and names of the ILSVRC validation set by their number
 * (labels/file_names.h), so "val/ILSVRC2012_val_00000293.JPEG" and "ILSVRC2012_val_00000293" are
 * one image; the spelling that came first is kept.
 */
#ifndef RS_NAME_TABLE_H
#define RS_NAME_TABLE_H

#include <stdbool.h>
#include <stdint.h>

#include "labels/label_text.h"
#include "reassess/status.h"

/* Zero-initialise, and set `images` when the names are those of images. Free with
 * rs_name_table_clear. */
typedef struct rs_name_table {
    bool images;
    uint32_t count;
    char *text;      /* the names, without separators */
    uint64_t *begin; /* [count + 1] */
    uint64_t text_capacity;
    uint64_t begin_capacity;
    uint32_t *slot;      /* hash table of index + 1, 0 for empty */
    uint64_t slot_count; /* a power of two, or 0 */
    uint32_t last;       /* the name that was looked up last: pairs come image by image */
} rs_name_table;

/* The number of a name, which is added if it is new. */
rs_status rs_name_table_add(rs_name_table *table, rs_span name, uint32_t *index, rs_error *error);

/* -1 when there is no such name. */
int64_t rs_name_table_find(const rs_name_table *table, rs_span name);

/* Not NUL-terminated; valid until the next name is added. */
rs_span rs_name_table_get(const rs_name_table *table, uint32_t index);

void rs_name_table_clear(rs_name_table *table);

#endif
