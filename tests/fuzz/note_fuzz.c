/* note_fuzz.c - any bytes as the note of a tally: the settings that a merge takes from it, the
 * record it says it is of, what warnings are about, and what differs from another note. A zero byte
 * parts two notes. */
#include <stdlib.h>
#include <string.h>

#include "sweep/content_key.h"
#include "sweep/result_note.h"
#include "sweep/sweep_settings.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { CLASSES = 1000 };

static void require(int condition)
{
    if (!condition) {
        abort();
    }
}

static void use_settings(const rs_json *note)
{
    rs_metrics_options options = {0};
    bool *excluded = NULL;
    rs_error error = {.status = RS_OK};
    const rs_status status = rs_sweep_settings_oracle(rs_json_get(note, "settings"), CLASSES,
                                                      &options, &excluded, &error);
    if (status == RS_OK) {
        require(options.oracle_cut >= 0.0 && options.oracle_cut <= 1.0);
        require(options.oracle_excluded == excluded && excluded != NULL);
        for (int c = 0; c < CLASSES; ++c) {
            require(excluded[c] == true || excluded[c] == false);
        }
    } else {
        require(error.status == status && error.reason[0] != '\0');
    }
    free(excluded);
}

static void use_note(rs_json *note)
{
    rs_warning items[3];
    rs_warnings warnings = {.item = items, .count = sizeof items / sizeof items[0]};
    memset(items, 0, sizeof items);
    use_settings(note);
    rs_result_note_kinds(note, &warnings);
    for (size_t i = 0; i < warnings.count; ++i) {
        require(items[i].kind >= 0 && items[i].kind < RS_WARNING_KINDS);
    }
    (void)rs_result_note_is_of(note, "record", strlen("record"));
    (void)rs_result_note_is_of_sidecar(note, 0);
    rs_result_note_set_sidecar(note, 1, 2);
    rs_result_note_remove(note);
    require(rs_json_get(note, "record") == NULL && rs_json_get(note, "sidecar_bytes") == NULL);
    require(rs_json_get(note, "sidecar_end") == NULL);
}

static void compare(const rs_json *one, const rs_json *other)
{
    rs_key_difference difference;
    rs_content_key_compare(one, other, &difference);
    require(!difference.differs || difference.why[0] != '\0');
    rs_content_key_compare_parts(one, other, false, &difference);
    rs_content_key_compare_parts(one, other, true, &difference);
    rs_content_key_compare(one, one, &difference);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    rs_json *note[2] = {NULL, NULL};
    const uint8_t *const zero = size == 0 ? NULL : memchr(data, 0, size);
    const size_t first = zero == NULL ? size : (size_t)(zero - data);
    const size_t second = zero == NULL ? 0 : size - first - 1;
    const bool one = rs_json_parse("note", (const char *)data, first, &note[0], NULL) == RS_OK;
    const bool two = zero != NULL && rs_json_parse("note", (const char *)zero + 1, second, &note[1],
                                                   NULL) == RS_OK;
    if (one && two) {
        compare(note[0], note[1]);
        compare(note[1], note[0]);
    }
    for (int i = 0; i < 2; ++i) {
        if (note[i] != NULL) {
            use_note(note[i]);
        }
        rs_json_free(note[i]);
    }
    return 0;
}
