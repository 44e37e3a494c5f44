/* original_npy.h - original labels in an integer .npy array.
 */
#ifndef RS_ORIGINAL_NPY_H
#define RS_ORIGINAL_NPY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "reassess/status.h"

/* By the magic bytes. */
bool rs_is_npy(const uint8_t *data, size_t size);

/* One dimension (or N x 1) of integers, each -1 or below 65,536. On success *label is the
 * caller's to free; on failure it is NULL. */
rs_status rs_original_npy_read(const char *path, int32_t **label, uint64_t *rows, rs_error *error);

#endif
