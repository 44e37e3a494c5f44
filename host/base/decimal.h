/* decimal.h - decimal numbers in what a person wrote: options, names of shards, classes. */
#ifndef RS_DECIMAL_H
#define RS_DECIMAL_H

#include <stdbool.h>
#include <stdint.h>

/* The number of digits alone that begins at *text, which moves behind it; false where there is none
 * or it does not fit. */
bool rs_decimal(const char **text, uint64_t *out);

/* Ranges of classes below `classes`, "0-397,500", or "none": sets in[c] of each. False when the
 * text is none of these; some may be set then. */
bool rs_decimal_ranges(const char *text, uint32_t classes, bool *in);

#endif
