/* tally.h - the integer counters of a pass.
 *
 * A tally is what scoring rows of one model leaves behind. All counters are unsigned 64-bit
 * integers (sums of reals are held as fixed point in two of them), so tallies of row blocks,
 * threads, devices and restarts add up to the bit-identical tally of one run.
 */
#ifndef REASSESS_TALLY_H
#define REASSESS_TALLY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "reassess/status.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { RS_TOPK_MAX = 16, RS_CALIBRATION_BINS = 15 };

/* What a tally counts; two tallies add up only if these agree. */
typedef struct rs_tally_shape {
    uint32_t classes;
    uint32_t topk_count;        /* 1 .. RS_TOPK_MAX */
    uint32_t topk[RS_TOPK_MAX]; /* ascending; topk[0] is always 1 */
    uint32_t depth;             /* ranks up to this are known: all, which is `classes`, for
                                   logits, k for ranked predictions */
    bool calibration;
    bool row_flags;             /* rows with an infinite maximum and with ties were looked for */
    uint64_t labels_hash;
    uint64_t label_rows;        /* rows of the labels, scored or not */
} rs_tally_shape;

typedef struct rs_tally rs_tally;

/* All counters zero. *tally is NULL on failure. */
rs_status rs_tally_create(const rs_tally_shape *shape, rs_tally **tally, rs_error *error);
void rs_tally_free(rs_tally *tally); /* NULL is fine */

const rs_tally_shape *rs_tally_get_shape(const rs_tally *tally);

/* Number of rows counted. */
uint64_t rs_tally_rows(const rs_tally *tally);

/* sum += part. RS_MISMATCH when the shapes differ or both counted the same row. */
rs_status rs_tally_add(rs_tally *sum, const rs_tally *part, rs_error *error);

/* Writes the tally and `note` (any text its owner wants beside it; NULL: "") to PATH, whole or not
 * at all. The same tally and note give the same bytes. */
rs_status rs_tally_save(const rs_tally *tally, const char *note, const char *path,
                        rs_error *error);

/* Reads what rs_tally_save wrote. The file is checked: its checksum, and that the counters are
 * those some rows could give. *tally and *note (which may be NULL; free with free()) are NULL on
 * failure. */
rs_status rs_tally_load(const char *path, rs_tally **tally, char **note, rs_error *error);

/* The same as bytes, for other processes: free(*bytes). */
rs_status rs_tally_to_bytes(const rs_tally *tally, const char *note, void **bytes, size_t *size,
                            rs_error *error);
rs_status rs_tally_from_bytes(const void *bytes, size_t size, rs_tally **tally, char **note,
                              rs_error *error);

/* True when every counter and every row range is the same. */
bool rs_tally_equal(const rs_tally *a, const rs_tally *b);

#ifdef __cplusplus
}
#endif
#endif
