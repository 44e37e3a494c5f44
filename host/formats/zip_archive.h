/* zip_archive.h - zip archives through libzip: names, and members as streams of bytes.
 *
 * The central directory counts, so ZIP64 extras in local headers and data descriptors do no harm. A
 * member's checksum is checked when its end is read.
 */
#ifndef RS_ZIP_ARCHIVE_H
#define RS_ZIP_ARCHIVE_H

#include <stddef.h>
#include <stdint.h>

#include "formats/byte_stream.h"
#include "formats/input.h"
#include "formats/zip_directory.h"
#include "reassess/status.h"

typedef struct rs_zip rs_zip;

/* `input` must be a regular file. With RS_IO_PREAD memory is needed for what is being read alone;
 * otherwise members of a local file may be mapped, and held in memory unpacked. */
rs_status rs_zip_open(const rs_input *input, rs_io io, rs_zip **zip, rs_error *error);
void rs_zip_close(rs_zip *zip); /* NULL is fine */

uint64_t rs_zip_count(const rs_zip *zip);
const char *rs_zip_name(const rs_zip *zip, uint64_t index); /* "" for a nameless one */

/* "FILE: MEMBER", for messages. Free with free(). */
rs_status rs_zip_label(const rs_zip *zip, uint64_t index, char **label, rs_error *error);

/* Where the bytes of a member lie. False unless it is sure, and they are not encrypted. */
bool rs_zip_find_bytes(const rs_zip *zip, uint64_t index, rs_zip_span *span);
bool rs_zip_may_map(const rs_zip *zip);

/* Whether a member is deflated, and as a whole not too large for memory. */
bool rs_zip_may_unpack(const rs_zip *zip, const rs_zip_span *span);
/* All of such a member, mapped, for munmap(2). NULL unless everything is as the archive says. */
uint8_t *rs_zip_unpack(const rs_zip *zip, const rs_zip_span *span);

/* The sum over a member's bytes is not the one that the archive says. */
rs_status rs_zip_fail_sum(const char *label, rs_error *error);

/* The first `size` bytes of a member, or all where it has fewer. */
rs_status rs_zip_peek(rs_zip *zip, uint64_t index, void *out, size_t size, size_t *got,
                      rs_error *error);

/* A member from its start. The archive must stay open as long, and has one such stream at a
 * time. */
rs_status rs_zip_member_open(const rs_zip *zip, uint64_t index, rs_byte_stream **stream,
                             rs_error *error);
/* The same, but the stream takes the archive over, whatever the outcome. */
rs_status rs_zip_stream_open(rs_zip *zip, uint64_t index, rs_byte_stream **stream, rs_error *error);

#endif
