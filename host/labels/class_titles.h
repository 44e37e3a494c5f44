/* class_titles.h - what a class is called where people read it.
 *
 * The name up to its first comma, else the first word of its synset, else the synset id, else
 * "class N". Where two classes would be called the same, the number follows: "crane (134)" is the
 * bird, "crane (517)" the machine.
 */
#ifndef RS_CLASS_TITLES_H
#define RS_CLASS_TITLES_H

#include "base/text.h"
#include "labels/wordnet.h"
#include "reassess/labels.h"

/* Free with rs_class_titles_clear. */
typedef struct rs_class_titles {
    uint32_t count;
    uint32_t *begin; /* [count] */
    rs_text text;    /* each title with a NUL behind it */
} rs_class_titles;

/* `wordnet` NULL: none is there. */
rs_status rs_class_titles_make(const rs_labels *labels, const rs_wordnet *wordnet,
                               rs_class_titles *titles, rs_error *error);
void rs_class_titles_clear(rs_class_titles *titles);

const char *rs_class_title(const rs_class_titles *titles, uint32_t class_index);

#endif
