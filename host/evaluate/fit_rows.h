/* fit_rows.h - which rows of a file are rows of the labels: by the names that the file carries, or
 * because the labels are those of some images and the file has a row for all.
 */
#ifndef RS_FIT_ROWS_H
#define RS_FIT_ROWS_H

#include "evaluate/reading.h"

/* Replaces *source by one with the rows that the labels want, in file-name order, where that is to
 * be done. On failure *source is closed and NULL. */
rs_status rs_fit_rows(const rs_reading *reading, rs_source **source, rs_error *error);

#endif
