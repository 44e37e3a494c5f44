/* synset_id.h - ids of WordNet's synsets, which name ImageNet's classes. */
#ifndef RS_SYNSET_ID_H
#define RS_SYNSET_ID_H

#include <stdbool.h>
#include <string.h>

enum { RS_SYNSET_DIGITS = 8 };

/* "n00015388": n and eight digits. */
static inline bool rs_is_synset_id(const char *text)
{
    return text[0] == 'n' && strlen(text) == 1 + RS_SYNSET_DIGITS &&
           strspn(text + 1, "0123456789") == RS_SYNSET_DIGITS;
}

#endif
