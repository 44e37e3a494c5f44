/* nearest.h - "did you mean ...?" */
#ifndef RS_NEAREST_H
#define RS_NEAREST_H

#include <stddef.h>

/* The word that the fewest letters turn into: at most two put in, left out or changed, and not all
 * of them. Begins with no word; one that is offered and nearer than those before is kept. */
typedef struct rs_nearest {
    const char *typed;
    size_t typed_bytes;
    const char *word; /* NULL: none is near */
    size_t distance;
} rs_nearest;

void rs_nearest_offer(rs_nearest *nearest, const char *word);

#endif
