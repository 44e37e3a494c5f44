/* class_texts.h - what raters are told about a class: its name, and what WordNet says it is. */
#ifndef RS_CLASS_TEXTS_H
#define RS_CLASS_TEXTS_H

#include <stdint.h>

#include "labels/wordnet.h"
#include "reassess/labels.h"
#include "reassess/status.h"

typedef struct rs_class_text {
    char *id;         /* synset id; NULL: not known */
    char *name;       /* as the labels call it, else WordNet's first word, else "class 5" */
    char *definition; /* NULL: not known */
    char *usage;      /* WordNet's example sentences, as it has them; NULL: none */
} rs_class_text;

/* Free with rs_class_texts_clear. */
typedef struct rs_class_texts {
    uint32_t count;
    rs_class_text *text; /* [count] */
    uint32_t *synset;    /* [count] numbers in WordNet; NULL without WordNet */
} rs_class_texts;

/* `ids` and `names` have an entry a class; either may be NULL, and so may entries. With `wordnet`
 * (NULL: not looked at) every class needs an id that is in it. */
rs_status rs_class_texts_make(uint32_t count, const char *const *ids, const char *const *names,
                              const rs_wordnet *wordnet, rs_class_texts *texts, rs_error *error);

rs_status rs_class_texts_of_labels(const rs_labels *labels, const rs_wordnet *wordnet,
                                   rs_class_texts *texts, rs_error *error);

void rs_class_texts_clear(rs_class_texts *texts);

#endif
