/* progress.h - a line on the terminal that says how far a pass is; nothing when there is no
 * terminal.
 *
 * The line appears only when the work takes longer than half a second, is rewritten at most ten
 * times a second, and is wiped at the end. Thread-safe: any thread may report.
 */
#ifndef RS_PROGRESS_H
#define RS_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

#include "reassess/evaluator.h"

typedef struct rs_progress rs_progress;

/* Writes to file descriptor `fd` if it is a terminal and `wanted`. `total` 0: not known. *progress
 * is NULL on failure. */
rs_status rs_progress_begin(int fd, bool wanted, const char *what, uint64_t total,
                            rs_progress **progress, rs_error *error);
void rs_progress_update(rs_progress *progress, uint64_t done);
/* What a long work is given to say it there. */
rs_watch rs_progress_watch(rs_progress *progress, const volatile sig_atomic_t *stop);
/* Likewise, with a word behind it of how it goes. */
void rs_progress_note(rs_progress *progress, uint64_t done, const char *note);
void rs_progress_end(rs_progress *progress); /* wipes the line and frees; NULL is fine */

#endif
