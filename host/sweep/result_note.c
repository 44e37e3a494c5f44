/* result_note.c - see result_note.h. */
#include "sweep/result_note.h"

#include <stdlib.h>
#include <string.h>

#include "base/checked.h"
#include "base/error.h"
#include "base/hash.h"
#include "tally/tally_bytes.h"

static const char *const kind_names[RS_WARNING_KINDS] = {
    [RS_WARNING_COUNTS] = "counts",     [RS_WARNING_MEMBER] = "member",
    [RS_WARNING_CHANCE] = "chance",     [RS_WARNING_VALUES] = "values",
    [RS_WARNING_PRODUCTS] = "products", [RS_WARNING_RATERS] = "raters",
    [RS_WARNING_ORDER] = "order",
};

void rs_result_note_add(rs_json *key, const char *record, size_t stable_bytes,
                        const rs_warnings *warnings)
{
    rs_json_add_text(key, "record", RS_HASH_TEXT(rs_hash(record, stable_bytes)));
    rs_json_add_integer(key, "record_bytes", stable_bytes);
    if (warnings->count > 0) {
        rs_json *kinds = rs_json_add_array(key, "warnings");
        for (size_t i = 0; i < warnings->count; ++i) {
            rs_json_add_text(kinds, NULL, kind_names[warnings->item[i].kind]);
        }
    }
}

void rs_result_note_set_sidecar(rs_json *note, uint64_t bytes, uint64_t end_hash)
{
    rs_json_remove(note, "sidecar_bytes");
    rs_json_remove(note, "sidecar_end");
    rs_json_add_integer(note, "sidecar_bytes", bytes);
    if (bytes > 0) {
        rs_json_add_text(note, "sidecar_end", RS_HASH_TEXT(end_hash));
    }
}

bool rs_result_note_is_of_sidecar(const rs_json *note, uint64_t end_hash)
{
    const char *const wanted = rs_json_text(rs_json_get(note, "sidecar_end"));
    return wanted == NULL || strcmp(wanted, RS_HASH_TEXT(end_hash)) == 0;
}

/* ---- further label sets ---- */

static const char digits[] = "0123456789abcdef";

void rs_result_note_add_set(rs_json *note, const char *name, const rs_tally *tally)
{
    rs_json *const there = rs_json_member(note, "real_sets");
    rs_json *const sets = there != NULL ? there : rs_json_add_object(note, "real_sets");
    rs_text bytes = {0};
    rs_text text = {0};
    rs_tally_encode(tally, NULL, &bytes);
    for (size_t i = 0; i < bytes.length; ++i) {
        const unsigned char byte = (unsigned char)bytes.data[i];
        const char pair[2] = {digits[byte >> 4], digits[byte & 15u]};
        rs_text_append(&text, pair, sizeof pair);
    }
    rs_json_add_text(sets, name, text.data);
    rs_text_clear(&bytes);
    rs_text_clear(&text);
}

/* Below 0: it is no digit. */
static int value_of(char digit)
{
    const char *const at = digit == '\0' ? NULL : strchr(digits, digit);
    return at == NULL ? -1 : (int)(at - digits);
}

rs_status rs_result_note_take_set(const rs_json *note, const char *name, const char *file,
                                  rs_tally **tally, rs_error *error)
{
    const char *const text = rs_json_text(rs_json_get(rs_json_get(note, "real_sets"), name));
    const size_t size = text == NULL ? 0 : strlen(text) / 2;
    uint8_t *bytes = NULL;
    *tally = NULL;
    RS_TRY(RS_NEW(&bytes, size, "a tally", error));
    int wrong = text == NULL || strlen(text) % 2 != 0;
    for (size_t i = 0; i < size && wrong == 0; ++i) {
        const int high = value_of(text[2 * i]);
        const int low = value_of(text[2 * i + 1]);
        wrong = high < 0 || low < 0;
        bytes[i] = (uint8_t)(wrong ? 0 : high * 16 + low);
    }
    const rs_status status =
        wrong ? rs_fail(error, RS_FORMAT, file, rs_nowhere(), "run the sweep again",
                        "the tally of this part has none of its label set %s", name)
              : rs_tally_decode(file, bytes, size, tally, NULL, error);
    free(bytes);
    return status;
}

/* ---- the record ---- */

bool rs_result_note_is_of(const rs_json *note, const char *record, size_t size)
{
    const char *const wanted = rs_json_text(rs_json_get(note, "record"));
    int64_t bytes = 0;
    return wanted != NULL && rs_json_integer(rs_json_get(note, "record_bytes"), &bytes) &&
           bytes > 0 && (uint64_t)bytes <= size &&
           strcmp(wanted, RS_HASH_TEXT(rs_hash(record, (size_t)bytes))) == 0;
}

static rs_warning_kind kind_of(const char *name)
{
    for (int kind = 0; name != NULL && kind < RS_WARNING_KINDS; ++kind) {
        if (strcmp(kind_names[kind], name) == 0) {
            return (rs_warning_kind)kind;
        }
    }
    return RS_WARNING_COUNTS;
}

void rs_result_note_kinds(const rs_json *note, rs_warnings *warnings)
{
    const rs_json *kind = rs_json_first(rs_json_get(note, "warnings"));
    for (size_t i = 0; kind != NULL && i < warnings->count; ++i) {
        warnings->item[i].kind = kind_of(rs_json_text(kind));
        kind = rs_json_next(kind);
    }
}

void rs_result_note_remove(rs_json *note)
{
    static const char *const names[] = {"record",        "record_bytes", "warnings",
                                        "sidecar_bytes", "sidecar_end",  "real_sets"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; ++i) {
        rs_json_remove(note, names[i]);
    }
}
