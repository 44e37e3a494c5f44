/* held_rows.h - rows of a deflated member of an archive, which is unpacked as a whole when the
 * first of them is asked for, and then held in memory.
 */
#ifndef RS_HELD_ROWS_H
#define RS_HELD_ROWS_H

#include "formats/array.h"
#include "formats/zip_archive.h"

/* Takes the archive over, whatever the outcome. `span` is of the member, which is `array` whole:
 * row after row, in the byte order of this machine. `path` is the file's. */
rs_status rs_held_rows_open(rs_zip *zip, uint64_t index, const rs_zip_span *span, const char *path,
                            const rs_array *array, rs_source **source, rs_error *error);

#endif
