/* fuzz_zip.h - any bytes as the members of an archive whose checksums hold.
 *
 * A fuzzer does not find a checksum, so what lies behind one is reached by putting a sound archive
 * around its bytes. The bytes are pieces, each behind its length (two bytes, lower first); the last
 * piece is what is left.
 */
#ifndef RS_FUZZ_ZIP_H
#define RS_FUZZ_ZIP_H

#include <zlib.h>

#include "base/text.h"
#include "fuzz/fuzz_source.h"

enum { FUZZ_MEMBERS_MAX = 4, FUZZ_STORED_VERSION = 20 };

static inline void fuzz_put_number(rs_text *out, uint64_t value, int bytes)
{
    for (int i = 0; i < bytes; ++i) {
        const char byte = (char)(value >> (8 * i));
        rs_text_append(out, &byte, 1);
    }
}

/* What the local header and the directory both say of a member that is stored. */
static inline void fuzz_put_member(rs_text *out, const char *name, const uint8_t *data, size_t size)
{
    fuzz_put_number(out, FUZZ_STORED_VERSION, 2);
    fuzz_put_number(out, 0, 2 + 2 + 2 + 2); /* flags, method, time, date */
    fuzz_put_number(out, crc32(0, data, (uInt)size), 4);
    fuzz_put_number(out, size, 4);
    fuzz_put_number(out, size, 4);
    fuzz_put_number(out, strlen(name), 2);
    fuzz_put_number(out, 0, 2); /* no extra field */
}

/* An archive of the named members, cut out of the bytes; members without bytes are left out. */
static inline void fuzz_zip(const char *const *names, size_t count, const uint8_t *data,
                            size_t size, rs_text *out)
{
    rs_text directory = {0};
    uint64_t members = 0;
    for (size_t i = 0; i < count; ++i) {
        size_t piece = size;
        if (i + 1 < count) {
            piece = size >= 2 ? (size_t)data[0] + 256 * (size_t)data[1] : 0;
            data += size >= 2 ? 2 : 0;
            size -= size >= 2 ? 2 : 0;
            piece = piece < size ? piece : size;
        }
        if (piece > 0) {
            const uint64_t at = out->length;
            rs_text_append(out, "PK\3\4", 4);
            fuzz_put_member(out, names[i], data, piece);
            rs_text_add(out, names[i]);
            rs_text_append(out, (const char *)data, piece);
            rs_text_append(&directory, "PK\1\2", 4);
            fuzz_put_number(&directory, FUZZ_STORED_VERSION, 2);
            fuzz_put_member(&directory, names[i], data, piece);
            fuzz_put_number(&directory, 0, 2 + 2 + 2); /* comment, disk, attributes */
            fuzz_put_number(&directory, 0, 4);
            fuzz_put_number(&directory, at, 4);
            rs_text_add(&directory, names[i]);
            ++members;
        }
        data += piece;
        size -= piece;
    }
    const uint64_t directory_at = out->length;
    rs_text_append(out, directory.data == NULL ? "" : directory.data, directory.length);
    rs_text_append(out, "PK\5\6\0\0\0\0", 8);
    fuzz_put_number(out, members, 2);
    fuzz_put_number(out, members, 2);
    fuzz_put_number(out, directory.length, 4);
    fuzz_put_number(out, directory_at, 4);
    fuzz_put_number(out, 0, 2);
    rs_text_clear(&directory);
}

/* A file in memory that holds such an archive. */
static inline int fuzz_zip_file(const char *const *names, size_t count, const uint8_t *data,
                                size_t size)
{
    rs_text archive = {0};
    fuzz_zip(names, count, data, size, &archive);
    fuzz_require(rs_text_check(&archive, NULL) == RS_OK);
    const int fd = fuzz_memory_file((const uint8_t *)archive.data, archive.length);
    rs_text_clear(&archive);
    return fd;
}

#endif
