/* class_list.c - reading class lists, and finding a class by its id.
 *
 * 50,000 labels given as synset ids are 50,000 look-ups, so ids are found through a hash table.
 */
#include "labels/class_list.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/checked.h"
#include "base/error.h"
#include "base/hash.h"
#include "labels/label_bytes.h"

const char rs_synsets_advice[] = "synset ids need the class list: run reassess labels --fetch, "
                                 "which gets it (synsets.txt), name "
                                 "one with --synsets, say the number with --classes where all of "
                                 "them stand in the file, or write "
                                 "class indices";

static rs_span span_of(const rs_class_list *list, uint32_t class_index)
{
    const char *text = list->text + list->begin[class_index];
    return (rs_span){text, strlen(text)};
}

/* The slot that holds `id`, or the empty one where it belongs. The table is at most half full. */
static uint32_t *slot_of(const rs_class_list *list, rs_span id)
{
    uint32_t at = (uint32_t)rs_hash(id.text, id.length) & (list->slot_count - 1);
    for (;;) {
        uint32_t *slot = &list->slot[at];
        if (*slot == 0) {
            return slot;
        }
        const rs_span held = span_of(list, *slot - 1);
        if (held.length == id.length && memcmp(held.text, id.text, id.length) == 0) {
            return slot;
        }
        at = (at + 1) & (list->slot_count - 1);
    }
}

static rs_status check_id(const char *file, const rs_line *line, rs_error *error)
{
    rs_span field;
    int32_t number = 0;
    if (rs_line_fields(line, &field, 1) != 1) {
        return rs_fail(error, RS_FORMAT, file, rs_at_line(line->number),
                       "write one synset id a line, in class order",
                       "the line holds more than one word: %s", RS_SHOW_SPAN(line->text));
    }
    if (rs_span_integer(field, &number)) {
        return rs_fail(error, RS_FORMAT, file, rs_at_line(line->number),
                       "write one synset id a line, in class order",
                       "%s is a number, not a synset id", RS_SHOW_SPAN(field));
    }
    return RS_OK;
}

/* Names are printed to terminals and into reports: no control characters. */
static rs_status check_text(const char *file, const rs_line *line, rs_error *error)
{
    for (size_t i = 0; i < line->text.length; ++i) {
        const uint8_t c = (uint8_t)line->text.text[i];
        if (c < 0x20 || c == 0x7f) {
            return rs_fail(error, RS_FORMAT, file, rs_at_line(line->number),
                           "write plain text, a class a line", "a control character in %s",
                           RS_SHOW_SPAN(line->text));
        }
    }
    return RS_OK;
}

static void add(rs_class_list *list, rs_span text)
{
    list->begin[list->count++] = (uint32_t)list->text_bytes;
    memcpy(list->text + list->text_bytes, text.text, text.length);
    list->text_bytes += text.length;
    list->text[list->text_bytes++] = '\0';
}

static rs_status read_line(const char *file, const rs_line *line, rs_class_list_kind kind,
                           rs_class_list *list, rs_error *error)
{
    if (list->count == RS_CLASSES_MAX) {
        return rs_fail(error, RS_RANGE, file, rs_at_line(line->number), "is it the right file?",
                       "more than %u classes", RS_CLASSES_MAX);
    }
    RS_TRY(check_text(file, line, error));
    if (kind == RS_CLASS_LIST_IDS) {
        RS_TRY(check_id(file, line, error));
        uint32_t *slot = slot_of(list, line->text);
        if (*slot != 0) {
            return rs_fail(error, RS_FORMAT, file, rs_at_line(line->number),
                           "every class has its own id",
                           "%s stands twice, it is class %" PRIu32 " already",
                           RS_SHOW_SPAN(line->text), *slot - 1);
        }
        *slot = list->count + 1;
    }
    add(list, line->text);
    return RS_OK;
}

/* Every class takes at least two bytes of the file and its text one more than it has there. */
static rs_status allocate(size_t size, rs_class_list_kind kind, rs_class_list *list,
                          rs_error *error)
{
    const size_t lines = size / 2 + 1;
    const size_t classes = lines < RS_CLASSES_MAX ? lines : RS_CLASSES_MAX;
    RS_TRY(RS_GROW(&list->text, (uint64_t)size + 2, "class names", error));
    RS_TRY(RS_NEW(&list->begin, classes, "class names", error));
    if (kind == RS_CLASS_LIST_IDS) {
        list->slot_count = 1;
        while (list->slot_count < 2 * classes) {
            list->slot_count *= 2;
        }
        RS_TRY(RS_NEW(&list->slot, list->slot_count, "class names", error));
    }
    return RS_OK;
}

rs_status rs_class_list_parse(const char *file, const uint8_t *data, size_t size,
                              rs_class_list_kind kind, rs_class_list *list, rs_error *error)
{
    *list = (rs_class_list){0};
    rs_lines lines;
    rs_status status = RS_OK;
    RS_TRY_DONE(rs_lines_open(file, data, size, &lines, error));
    RS_TRY_DONE(allocate(size, kind, list, error));
    for (;;) {
        rs_line line;
        bool more = false;
        RS_TRY_DONE(rs_lines_next(&lines, &line, &more, error));
        if (!more) {
            break;
        }
        RS_TRY_DONE(read_line(file, &line, kind, list, error));
    }
    if (list->count == 0) {
        status = rs_fail(error, RS_FORMAT, file, rs_nowhere(), "write one class a line",
                         "the list holds no classes");
    }
done:
    if (status != RS_OK) {
        rs_class_list_clear(list);
    }
    return status;
}

rs_status rs_class_list_read(const char *path, rs_class_list_kind kind, rs_class_list *list,
                             rs_error *error)
{
    *list = (rs_class_list){0};
    rs_label_bytes bytes;
    RS_TRY(rs_label_bytes_open(path, &bytes, error));
    const rs_status status = rs_class_list_parse(path, bytes.data, bytes.size, kind, list, error);
    rs_label_bytes_close(&bytes);
    return status;
}

const char *rs_class_list_get(const rs_class_list *list, uint32_t class_index)
{
    return class_index < list->count ? list->text + list->begin[class_index] : NULL;
}

int32_t rs_class_list_find(const rs_class_list *list, rs_span id)
{
    return list->slot_count == 0 ? -1 : (int32_t)*slot_of(list, id) - 1;
}

bool rs_class_list_is_sorted(const rs_class_list *list)
{
    for (uint32_t i = 1; i < list->count; ++i) {
        if (strcmp(rs_class_list_get(list, i - 1), rs_class_list_get(list, i)) > 0) {
            return false;
        }
    }
    return true;
}

static rs_status copy_array(void **to, const void *from, uint64_t count, size_t size,
                            rs_error *error)
{
    *to = NULL;
    if (from == NULL || count == 0) {
        return RS_OK;
    }
    RS_TRY(rs_realloc(to, count, size, "class names", error));
    memcpy(*to, from, count * size);
    return RS_OK;
}

rs_status rs_class_list_copy(const rs_class_list *from, rs_class_list *to, rs_error *error)
{
    *to = *from;
    to->text = NULL;
    to->begin = NULL;
    to->slot = NULL;
    void *memory = NULL;
    rs_status status = RS_OK;
    RS_TRY_DONE(copy_array(&memory, from->text, from->text_bytes, 1, error));
    to->text = memory;
    RS_TRY_DONE(copy_array(&memory, from->begin, from->count, sizeof *to->begin, error));
    to->begin = memory;
    RS_TRY_DONE(copy_array(&memory, from->slot, from->slot_count, sizeof *to->slot, error));
    to->slot = memory;
done:
    if (status != RS_OK) {
        rs_class_list_clear(to);
    }
    return status;
}

void rs_class_list_clear(rs_class_list *list)
{
    free(list->text);
    free(list->begin);
    free(list->slot);
    *list = (rs_class_list){0};
}
