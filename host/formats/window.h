/* window.h - consecutive rows of a source as a source of their own, which can be moved on.
 *
 * A pass over a window takes results for its rows only: a source of any length is scored in memory
 * that does not grow with it. Streams work too, as long as the window moves forward.
 */
#ifndef RS_WINDOW_H
#define RS_WINDOW_H

#include "reassess/logits.h"

/* A window on `inner`, which stays the caller's and must outlive it; set it before reading. Close
 * it with rs_source_close. *window is NULL on failure. */
rs_status rs_window_open(rs_source *inner, rs_source **window, rs_error *error);

/* Rows begin .. begin + rows - 1 of the inner source; rows > 0. Of a source of known length they
 * must be there; where a stream of unknown length ends before them, reading is an RS_MISMATCH. */
void rs_window_set(rs_source *window, uint64_t begin, uint64_t rows);

#endif
