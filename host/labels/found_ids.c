/* found_ids.c - words of an n and eight digits. */
#include "labels/found_ids.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/checked.h"
#include "base/compare.h"
#include "base/error.h"
#include "labels/label_bytes.h"
#include "labels/labels_impl.h"

enum { DIGITS = 8, ID_BYTES = 1 + DIGITS, LINE_BYTES = ID_BYTES + 1 };

typedef struct found {
    uint32_t *number;
    size_t count;
    uint64_t room;
} found;

static bool is_part_of_word(uint8_t c)
{
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_';
}

/* The number of the id at `at`, which has an n; -1: it is another word. */
static int64_t id_at(const uint8_t *data, const uint8_t *at, const uint8_t *end)
{
    int64_t number = 0;
    if (end - at < ID_BYTES || (at > data && is_part_of_word(at[-1])) ||
        (end - at > ID_BYTES && is_part_of_word(at[ID_BYTES]))) {
        return -1;
    }
    for (int i = 1; i <= DIGITS; ++i) {
        if (at[i] < '0' || at[i] > '9') {
            return -1;
        }
        number = 10 * number + (at[i] - '0');
    }
    return number;
}

static rs_status collect(const uint8_t *data, size_t size, found *ids, rs_error *error)
{
    const uint8_t *const end = data + size;
    const uint8_t *at = data;
    while (at < end && (at = memchr(at, 'n', (size_t)(end - at))) != NULL) {
        const int64_t number = id_at(data, at, end);
        at += 1;
        if (number < 0 || (ids->count > 0 && ids->number[ids->count - 1] == (uint32_t)number)) {
            continue;
        }
        RS_TRY(RS_ROOM(&ids->number, ids->count, &ids->room, "synset ids", error));
        ids->number[ids->count++] = (uint32_t)number;
    }
    return RS_OK;
}

static void sort_once_each(found *ids)
{
    size_t kept = 0;
    if (ids->count > 1) {
        qsort(ids->number, ids->count, sizeof ids->number[0], rs_ascending_u32);
    }
    for (size_t i = 0; i < ids->count; ++i) {
        if (i == 0 || ids->number[i] != ids->number[kept - 1]) {
            ids->number[kept++] = ids->number[i];
        }
    }
    ids->count = kept;
}

static rs_status make_list(const char *path, const found *ids, rs_class_list *list, rs_error *error)
{
    char *text = NULL;
    RS_TRY(RS_NEW(&text, ids->count * LINE_BYTES + 1, "synset ids", error));
    for (size_t i = 0; i < ids->count; ++i) {
        (void)snprintf(text + i * LINE_BYTES, LINE_BYTES + 1, "n%08" PRIu32 "\n", ids->number[i]);
    }
    const rs_status status = rs_class_list_parse(
        path, (const uint8_t *)text, ids->count * LINE_BYTES, RS_CLASS_LIST_IDS, list, error);
    free(text);
    return status;
}

rs_status rs_found_ids_read(const char *path, uint32_t classes, rs_class_list *list,
                            rs_error *error)
{
    struct stat info;
    found ids = {0};
    rs_label_bytes bytes;
    *list = (rs_class_list){0};
    if (stat(path, &info) != 0 || !S_ISREG(info.st_mode)) { /* a pipe is read once */
        return RS_OK;
    }
    RS_TRY(rs_label_bytes_open(path, &bytes, error));
    rs_status status = RS_OK;
    RS_TRY_DONE(collect(bytes.data, bytes.size, &ids, error));
    sort_once_each(&ids);
    if (ids.count == 0 || ids.count > RS_CLASSES_MAX || (classes != 0 && ids.count != classes)) {
        goto done;
    }
    RS_TRY_DONE(make_list(path, &ids, list, error));
    if (classes == 0 && !rs_synsets_are_ilsvrc(list)) {
        rs_class_list_clear(list);
    }
done:
    free(ids.number);
    rs_label_bytes_close(&bytes);
    return status;
}
