/* label_bytes.h - the bytes of a label file.
 *
 * Regular files on local disks are mapped, which takes a fifth off the time of loading labels: to
 * read a file is to touch fresh memory first. Everything else is read.
 */
#ifndef RS_LABEL_BYTES_H
#define RS_LABEL_BYTES_H

#include <stddef.h>
#include <stdint.h>

#include "base/file_read.h"
#include "reassess/status.h"

typedef struct rs_label_bytes {
    const uint8_t *data;
    size_t size;
    void *mapped;       /* NULL when the bytes were read */
    rs_file_bytes read; /* empty when they are mapped */
} rs_label_bytes;

/* RS_RANGE when PATH holds more than RS_LABEL_FILE_BYTES_MAX. */
rs_status rs_label_bytes_open(const char *path, rs_label_bytes *bytes, rs_error *error);
void rs_label_bytes_close(rs_label_bytes *bytes);

#endif
