/* tally_bytes.h - a tally as the bytes of a file.
 *
 *     "RSTALLY", 0x02       the last byte is the version of the form
 *     note                  length, bytes
 *     shape                 classes, number of Ks, the Ks, depth, flags, hash of the labels, rows
 *     rows counted          number of ranges; for each the rows left out before it, its rows
 *     counters              all of tally_layout.h
 *     counts of the labels  for each class and the unknown ones, as in rs_label_counts
 *     rows_with_2, rows_with_3
 *     large sets            how many; for each class, size, rows
 *     rows of the form 1    of those counted, whose errors were not
 *     XXH3 of all of this   8 bytes, little-endian
 *
 * Numbers are LEB128 (seven bits a byte, lowest first) in their shortest form: nearly all counters
 * of a class are below 128, so a tally of 1000 classes is about 25 KB. One tally has one form.
 * Form 1, which is still read, has fewer counters (RS_FORM_1_CLASS_FIXED and RS_FORM_1_CALIB of
 * tally_layout.h) and no last number.
 */
#ifndef RS_TALLY_BYTES_H
#define RS_TALLY_BYTES_H

#include "base/text.h"
#include "reassess/tally.h"

/* Appends the bytes. `note` NULL: "". */
void rs_tally_encode(const rs_tally *tally, const char *note, rs_text *out);

/* `file` names the bytes in errors. *tally and *note (which may be NULL) are NULL on failure. */
rs_status rs_tally_decode(const char *file, const uint8_t *data, size_t size, rs_tally **tally,
                          char **note, rs_error *error);

/* RS_FORMAT unless the counters are such that some rows give them: no part is larger than its
 * whole, so that nothing computed from them leaves its range and no sum of tallies can overflow. */
rs_status rs_tally_check(const char *file, const rs_tally *tally, rs_error *error);

#endif
