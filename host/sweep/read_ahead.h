/* read_ahead.h - a thread that asks the system to read the files of the next models while the
 * present ones are scored.
 *
 * It only asks (posix_fadvise): the bytes go to the page cache, not into this process, and files
 * that are there already cost next to nothing. It keeps `distance` models ahead of those begun, and
 * asks for at most `limit_bytes` of each.
 */
#ifndef RS_READ_AHEAD_H
#define RS_READ_AHEAD_H

#include <stddef.h>
#include <stdint.h>

#include "reassess/status.h"

typedef struct rs_read_ahead rs_read_ahead;

/* The paths of item `index`; NULL ends the list. Called from the thread. */
typedef const char *(*rs_read_ahead_path)(const void *context, size_t index, size_t file);

/* *ahead is NULL on failure, and without a thread to be had: then nothing is read ahead. */
rs_status rs_read_ahead_begin(size_t count, size_t distance, uint64_t limit_bytes,
                              rs_read_ahead_path path, const void *context, rs_read_ahead **ahead,
                              rs_error *error);

/* Item `index` was begun. NULL is fine. */
void rs_read_ahead_advance(rs_read_ahead *ahead, size_t index);

void rs_read_ahead_end(rs_read_ahead *ahead); /* NULL is fine */

#endif
