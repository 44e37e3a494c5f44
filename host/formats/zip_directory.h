/* zip_directory.h - where the members of a zip archive lie in its file.
 *
 * libzip says everything of a member but that. What is found here is held against what libzip says;
 * where the two do not agree, or anything is odd, nothing is found, and the member is read through
 * libzip as any other.
 */
#ifndef RS_ZIP_DIRECTORY_H
#define RS_ZIP_DIRECTORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A member's bytes as they lie in the file. */
typedef struct rs_zip_span {
    uint64_t offset; /* of the first */
    uint64_t packed; /* how many there are, ... */
    uint64_t bytes;  /* ... and how many come out of them */
    uint32_t crc;    /* of what comes out */
    uint16_t method; /* 0: stored, 8: deflated */
    uint16_t flags;
} rs_zip_span;

/* The records of `count` members in the order of the directory, each with the offset of its local
 * header. NULL where they were not found; free with free(). */
rs_zip_span *rs_zip_directory_read(int fd, uint64_t file_bytes, uint64_t count);

/* The same record with the offset of the first byte: what stands between is read at its local
 * header. False where that contradicts it, or the bytes would not be in the file. */
bool rs_zip_span_find(int fd, uint64_t file_bytes, const rs_zip_span *record, rs_zip_span *span);

#endif
