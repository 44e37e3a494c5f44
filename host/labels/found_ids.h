/* found_ids.h - the class list of labels that bring none: their own synset ids. */
#ifndef RS_FOUND_IDS_H
#define RS_FOUND_IDS_H

#include <stdint.h>

#include "labels/class_list.h"
#include "reassess/status.h"

/* The synset ids ("n01440764") that stand as words in the file, sorted, which is how class folders
 * are numbered. Only where they can be no others: as many as there are said to be classes, or
 * (`classes` 0) the thousand of ILSVRC. Otherwise, and where the file is no regular one, the list
 * is empty. Clear it with rs_class_list_clear. */
rs_status rs_found_ids_read(const char *path, uint32_t classes, rs_class_list *list,
                            rs_error *error);

#endif
