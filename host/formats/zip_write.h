/* zip_write.h - a zip archive, written front to back.
 *
 * libzip writes archives only from sources it can ask for bytes, into files of its own naming; ours
 * come as they are computed and go through base/file_write.h. The records are simple enough: always
 * with ZIP64 fields and data descriptors, so that neither sizes nor checksums need a second visit.
 */
#ifndef RS_ZIP_WRITE_H
#define RS_ZIP_WRITE_H

#include <stddef.h>
#include <stdint.h>

#include "base/file_write.h"
#include "base/text.h"
#include "reassess/status.h"

/* Zero-initialise but for file and level. */
typedef struct rs_zip_writer {
    rs_file_writer *file; /* borrowed */
    int level;            /* 0: members are stored; 1 to 9: deflated at this level of zlib */
    rs_text directory;
    uint64_t member_count;
    uint64_t member_at;    /* of the open member: its local header, its first byte, its checksum */
    uint64_t member_begin;
    uint64_t member_bytes; /* before they are deflated */
    uint32_t checksum;
    struct z_stream_s *deflater; /* NULL until a member is deflated */
} rs_zip_writer;

rs_status rs_zip_begin_member(rs_zip_writer *zip, const char *name, rs_error *error);
rs_status rs_zip_put(rs_zip_writer *zip, const void *data, size_t size, rs_error *error);
rs_status rs_zip_end_member(rs_zip_writer *zip, const char *name, rs_error *error);
/* The central directory; no member may be open. */
rs_status rs_zip_finish(rs_zip_writer *zip, rs_error *error);
void rs_zip_writer_clear(rs_zip_writer *zip);

#endif
