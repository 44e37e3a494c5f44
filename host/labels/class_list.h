/* class_list.h - a text a class, in class order: synset ids ("n01440764") or names ("tench, ...").
 */
#ifndef RS_CLASS_LIST_H
#define RS_CLASS_LIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "labels/label_text.h"
#include "reassess/status.h"

typedef enum rs_class_list_kind {
    RS_CLASS_LIST_IDS = 0, /* one word each, none twice, none a number */
    RS_CLASS_LIST_NAMES    /* any text */
} rs_class_list_kind;

/* What to do where labels are ids and there is no list. */
extern const char rs_synsets_advice[];

/* count is 0 when there is no list. Free with rs_class_list_clear. */
typedef struct rs_class_list {
    uint32_t count;
    char *text; /* the texts, each with a NUL behind it */
    size_t text_bytes;
    uint32_t *begin;     /* [count] */
    uint32_t *slot;      /* ids: hash table of class + 1, 0 for empty */
    uint32_t slot_count; /* a power of two */
} rs_class_list;

rs_status rs_class_list_parse(const char *file, const uint8_t *data, size_t size,
                              rs_class_list_kind kind, rs_class_list *list, rs_error *error);
rs_status rs_class_list_read(const char *path, rs_class_list_kind kind, rs_class_list *list,
                             rs_error *error);

/* NULL when there is no such class. */
const char *rs_class_list_get(const rs_class_list *list, uint32_t class_index);

/* The class whose id is `id`, or -1. Only for RS_CLASS_LIST_IDS. */
int32_t rs_class_list_find(const rs_class_list *list, rs_span id);

/* True when the ids stand in ascending order of bytes, as folders are listed. */
bool rs_class_list_is_sorted(const rs_class_list *list);

rs_status rs_class_list_copy(const rs_class_list *from, rs_class_list *to, rs_error *error);
void rs_class_list_clear(rs_class_list *list);

#endif
