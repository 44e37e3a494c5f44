/* zip_directory.c - the end record, the central directory and local headers of APPNOTE.TXT. */
#include "formats/zip_directory.h"

#include <stdlib.h>
#include <string.h>

#include "base/checked.h"
#include "base/file_read.h"

enum {
    END_BYTES = 22,
    END_SEARCHED_BYTES = END_BYTES + 0xffff, /* with the longest comment */
    LOCATOR_BYTES = 20,
    END64_BYTES = 56,
    CENTRAL_BYTES = 46,
    LOCAL_BYTES = 30,
    EXTRA_ZIP64 = 1,
    DIRECTORY_MAX_BYTES = 64 << 20
};

static const uint8_t end_mark[] = "PK\x05\x06";
static const uint8_t locator_mark[] = "PK\x06\x07";
static const uint8_t end64_mark[] = "PK\x06\x06";
static const uint8_t central_mark[] = "PK\x01\x02";
static const uint8_t local_mark[] = "PK\x03\x04";

static bool begins(const uint8_t *at, const uint8_t *mark)
{
    return memcmp(at, mark, 4) == 0;
}

static uint64_t number(const uint8_t *at, size_t size)
{
    uint64_t value = 0;
    for (size_t i = size; i > 0; --i) {
        value = value << 8 | at[i - 1];
    }
    return value;
}

static bool read_at(int fd, uint64_t file_bytes, uint64_t offset, void *out, size_t size)
{
    return offset <= file_bytes && size <= file_bytes - offset &&
           rs_file_pread(fd, NULL, out, size, offset, NULL) == RS_OK;
}

/* Where the directory is. */
typedef struct place {
    uint64_t offset;
    uint64_t bytes;
    uint64_t count;
} place;

/* `end` stands at this offset of the file; where its fields are full, the ZIP64 record has them. */
static bool read_end(int fd, uint64_t file_bytes, const uint8_t *end, uint64_t end_at, place *found)
{
    uint8_t locator[LOCATOR_BYTES];
    uint8_t end64[END64_BYTES];
    *found = (place){number(end + 16, 4), number(end + 12, 4), number(end + 10, 2)};
    if (found->offset != UINT32_MAX && found->bytes != UINT32_MAX && found->count != UINT16_MAX) {
        return true;
    }
    if (end_at < LOCATOR_BYTES ||
        !read_at(fd, file_bytes, end_at - LOCATOR_BYTES, locator, sizeof locator) ||
        !begins(locator, locator_mark) ||
        !read_at(fd, file_bytes, number(locator + 8, 8), end64, sizeof end64) ||
        !begins(end64, end64_mark)) {
        return false;
    }
    *found = (place){number(end64 + 48, 8), number(end64 + 40, 8), number(end64 + 32, 8)};
    return true;
}

/* The last end record whose comment goes to the end of the file. */
static bool find_directory(int fd, uint64_t file_bytes, place *found)
{
    uint8_t *tail = NULL;
    bool is_found = false;
    const size_t size =
        file_bytes < END_SEARCHED_BYTES ? (size_t)file_bytes : (size_t)END_SEARCHED_BYTES;
    if (size < END_BYTES || RS_NEW(&tail, size, "the end of an archive", NULL) != RS_OK) {
        return false;
    }
    if (read_at(fd, file_bytes, file_bytes - size, tail, size)) {
        for (size_t at = size - END_BYTES + 1; at > 0 && !is_found; --at) {
            const uint8_t *const end = tail + at - 1;
            if (begins(end, end_mark) && at - 1 + END_BYTES + number(end + 20, 2) == size) {
                is_found = read_end(fd, file_bytes, end, file_bytes - size + at - 1, found);
                break;
            }
        }
    }
    free(tail);
    return is_found;
}

/* Fields that are full stand in the extra field instead, in this order. */
static bool widen(const uint8_t *extra, size_t size, rs_zip_span *record)
{
    uint64_t *const field[] = {&record->bytes, &record->packed, &record->offset};
    while (size >= 4) {
        const uint64_t tag = number(extra, 2);
        const size_t part = (size_t)number(extra + 2, 2);
        if (part > size - 4) {
            return false;
        }
        const uint8_t *at = extra + 4;
        size_t left = part;
        for (size_t i = 0; tag == EXTRA_ZIP64 && i < 3; ++i) {
            if (*field[i] == UINT32_MAX && left < 8) {
                return false;
            }
            if (*field[i] == UINT32_MAX) {
                *field[i] = number(at, 8);
                at += 8;
                left -= 8;
            }
        }
        extra += 4 + part;
        size -= 4 + part;
    }
    return record->bytes != UINT32_MAX && record->packed != UINT32_MAX &&
           record->offset != UINT32_MAX;
}

/* A record of the directory; *used is how long it is. */
static bool read_record(const uint8_t *at, size_t size, rs_zip_span *record, size_t *used)
{
    if (size < CENTRAL_BYTES || !begins(at, central_mark)) {
        return false;
    }
    const size_t name = (size_t)number(at + 28, 2);
    const size_t extra = (size_t)number(at + 30, 2);
    *used = CENTRAL_BYTES + name + extra + (size_t)number(at + 32, 2);
    *record = (rs_zip_span){
        .offset = number(at + 42, 4),
        .packed = number(at + 20, 4),
        .bytes = number(at + 24, 4),
        .crc = (uint32_t)number(at + 16, 4),
        .method = (uint16_t)number(at + 10, 2),
        .flags = (uint16_t)number(at + 8, 2),
    };
    return *used <= size && widen(at + CENTRAL_BYTES + name, extra, record);
}

static bool read_records(const uint8_t *at, size_t size, rs_zip_span *records, uint64_t count)
{
    for (uint64_t i = 0; i < count; ++i) {
        size_t used = 0;
        if (!read_record(at, size, &records[i], &used)) {
            return false;
        }
        at += used;
        size -= used;
    }
    return true;
}

rs_zip_span *rs_zip_directory_read(int fd, uint64_t file_bytes, uint64_t count)
{
    place found = {0};
    uint8_t *bytes = NULL;
    rs_zip_span *records = NULL;
    if (!find_directory(fd, file_bytes, &found) || found.count != count ||
        found.bytes > DIRECTORY_MAX_BYTES || count > found.bytes / CENTRAL_BYTES ||
        RS_NEW(&bytes, found.bytes, "a directory", NULL) != RS_OK) {
        return NULL;
    }
    if (RS_NEW(&records, count, "a directory", NULL) == RS_OK &&
        !(read_at(fd, file_bytes, found.offset, bytes, (size_t)found.bytes) &&
          read_records(bytes, (size_t)found.bytes, records, count))) {
        free(records);
        records = NULL;
    }
    free(bytes);
    return records;
}

bool rs_zip_span_find(int fd, uint64_t file_bytes, const rs_zip_span *record, rs_zip_span *span)
{
    uint8_t local[LOCAL_BYTES];
    if (!read_at(fd, file_bytes, record->offset, local, sizeof local) ||
        !begins(local, local_mark) || number(local + 8, 2) != record->method) {
        return false;
    }
    *span = *record;
    span->offset += LOCAL_BYTES + number(local + 26, 2) + number(local + 28, 2);
    return span->offset <= file_bytes && span->packed <= file_bytes - span->offset;
}
