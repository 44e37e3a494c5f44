/* tally_file.c - saving and loading tallies. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/checked.h"
#include "base/error.h"
#include "base/file_read.h"
#include "base/file_write.h"
#include "base/hash.h"
#include "reassess/logits.h"
#include "tally/tally_bytes.h"
#include "tally/tally_impl.h"

#define MAGIC "RSTALLY\x03"

enum {
    MAGIC_BYTES = 8,
    HASH_BYTES = 8,
    VARINT_MAX_BYTES = 10,
    FLAG_CALIBRATION = 1,
    FLAG_ROW_FLAGS = 2,
    LABEL_COUNTERS = sizeof(rs_label_counts) / sizeof(uint64_t),
    /* 65,536 classes and 16 Ks take at most about 30 MB. */
    FILE_LIMIT_BYTES = 64 << 20
};

/* ---- writing ---- */

static void put(rs_text *to, uint64_t value)
{
    char bytes[VARINT_MAX_BYTES];
    size_t count = 0;
    do {
        const uint64_t rest = value >> 7;
        bytes[count++] = (char)((value & 0x7f) | (rest > 0 ? 0x80 : 0));
        value = rest;
    } while (value > 0);
    rs_text_append(to, bytes, count);
}

static void put_all(rs_text *to, const uint64_t *values, size_t count)
{
    for (size_t i = 0; i < count; ++i) {
        put(to, values[i]);
    }
}

static void put_fixed(rs_text *to, uint64_t value)
{
    char bytes[HASH_BYTES];
    for (int i = 0; i < HASH_BYTES; ++i) {
        bytes[i] = (char)(value >> (8 * i));
    }
    rs_text_append(to, bytes, sizeof bytes);
}

static void put_shape(rs_text *to, const rs_tally_shape *shape)
{
    put(to, shape->classes);
    put(to, shape->topk_count);
    for (uint32_t k = 0; k < shape->topk_count; ++k) {
        put(to, shape->topk[k]);
    }
    put(to, shape->depth);
    put(to,
        (shape->calibration ? FLAG_CALIBRATION : 0u) | (shape->row_flags ? FLAG_ROW_FLAGS : 0u));
    put_fixed(to, shape->labels_hash);
    put(to, shape->label_rows);
}

static void put_cover(rs_text *to, const rs_row_cover *cover)
{
    uint64_t before = 0;
    put(to, cover->count);
    for (size_t i = 0; i < cover->count; ++i) {
        put(to, cover->range[i].begin - before);
        put(to, cover->range[i].end - cover->range[i].begin);
        before = cover->range[i].end;
    }
}

static void put_large_sets(rs_text *to, const rs_tally *tally)
{
    put(to, tally->large_set_count);
    for (size_t i = 0; i < tally->large_set_count; ++i) {
        put(to, tally->large_sets[i].class_index);
        put(to, tally->large_sets[i].size);
        put(to, tally->large_sets[i].rows);
    }
}

void rs_tally_encode(const rs_tally *tally, const char *note, rs_text *out)
{
    const size_t begin = out->length;
    const size_t note_length = note == NULL ? 0 : strlen(note);
    rs_text_append(out, MAGIC, MAGIC_BYTES);
    put(out, note_length);
    rs_text_append(out, note, note_length);
    put_shape(out, &tally->shape);
    put_cover(out, &tally->cover);
    put_all(out, tally->counters, tally->layout.counters);
    put_all(out, (const uint64_t *)tally->labels,
            ((size_t)tally->shape.classes + 1) * LABEL_COUNTERS);
    put(out, tally->rows_with_2);
    put(out, tally->rows_with_3);
    put_large_sets(out, tally);
    put(out, tally->form_1_rows);
    put(out, tally->form_2_rows);
    if (out->data != NULL) { /* nothing is lost */
        put_fixed(out, rs_hash(out->data + begin, out->length - begin));
    }
}

rs_status rs_tally_save(const rs_tally *tally, const char *note, const char *path, rs_error *error)
{
    RS_NEED(tally, error);
    RS_NEED(path, error);
    rs_text bytes = {0};
    rs_tally_encode(tally, note, &bytes);
    return rs_file_write_text(path, &bytes, error);
}

rs_status rs_tally_to_bytes(const rs_tally *tally, const char *note, void **bytes, size_t *size,
                            rs_error *error)
{
    RS_NEED(bytes, error);
    *bytes = NULL;
    RS_NEED(size, error);
    *size = 0;
    RS_NEED(tally, error);
    rs_text text = {0};
    char *taken = NULL;
    rs_tally_encode(tally, note, &text);
    const size_t length = text.length;
    RS_TRY(rs_text_take(&text, &taken, error));
    *bytes = taken;
    *size = length;
    return RS_OK;
}

/* ---- reading ---- */

typedef struct decoder {
    const char *file;
    const uint8_t *data;
    size_t size; /* without the hash */
    size_t at;
    uint8_t form;
} decoder;

static rs_status fail_at(const decoder *from, rs_error *error, const char *reason)
{
    return rs_fail(error, RS_FORMAT, from->file, rs_at_byte(from->at),
                   "remove it and run the sweep again", "%s", reason);
}

static rs_status take(decoder *from, uint64_t *value, rs_error *error)
{
    uint64_t result = 0;
    for (unsigned shift = 0;; shift += 7) {
        if (from->at == from->size) {
            return fail_at(from, error, "the tally ends too early");
        }
        const uint8_t byte = from->data[from->at];
        if (shift == 63 && byte > 1) {
            return fail_at(from, error, "a number is larger than 64 bits");
        }
        if (byte == 0 && shift > 0) {
            return fail_at(from, error, "a number is not in its shortest form");
        }
        from->at += 1;
        result |= (uint64_t)(byte & 0x7f) << shift;
        if ((byte & 0x80) == 0) {
            *value = result;
            return RS_OK;
        }
    }
}

/* A number that may not exceed `limit`. */
static rs_status take_below(decoder *from, uint64_t limit, uint64_t *value, rs_error *error)
{
    const size_t at = from->at;
    RS_TRY(take(from, value, error));
    if (*value > limit) {
        from->at = at;
        return fail_at(from, error, "a number is larger than it can be here");
    }
    return RS_OK;
}

static rs_status take_u32(decoder *from, uint32_t *value, rs_error *error)
{
    uint64_t wide = 0;
    RS_TRY(take_below(from, UINT32_MAX, &wide, error));
    *value = (uint32_t)wide;
    return RS_OK;
}

static rs_status take_all(decoder *from, uint64_t *values, size_t count, rs_error *error)
{
    for (size_t i = 0; i < count; ++i) {
        RS_TRY(take(from, &values[i], error));
    }
    return RS_OK;
}

static uint64_t read_fixed(const uint8_t *bytes)
{
    uint64_t value = 0;
    for (int i = 0; i < HASH_BYTES; ++i) {
        value |= (uint64_t)bytes[i] << (8 * i);
    }
    return value;
}

static rs_status take_note(decoder *from, char **note, rs_error *error)
{
    uint64_t length = 0;
    RS_TRY(take(from, &length, error));
    if (length > from->size - from->at) {
        return fail_at(from, error, "the note is longer than the file");
    }
    const uint8_t *text = from->data + from->at;
    if (memchr(text, 0, (size_t)length) != NULL) {
        return fail_at(from, error, "the note is no text");
    }
    from->at += (size_t)length;
    if (note != NULL) {
        *note = strndup((const char *)text, (size_t)length);
        return *note != NULL ? RS_OK : rs_fail_memory(error, length, "a note");
    }
    return RS_OK;
}

static rs_status take_shape(decoder *from, rs_tally_shape *shape, rs_error *error)
{
    uint64_t value = 0;
    *shape = (rs_tally_shape){0};
    RS_TRY(take_u32(from, &shape->classes, error));
    RS_TRY(take_below(from, RS_TOPK_MAX, &value, error));
    shape->topk_count = (uint32_t)value;
    for (uint32_t k = 0; k < shape->topk_count; ++k) {
        RS_TRY(take_u32(from, &shape->topk[k], error));
    }
    RS_TRY(take_u32(from, &shape->depth, error));
    RS_TRY(take_below(from, FLAG_CALIBRATION | FLAG_ROW_FLAGS, &value, error));
    shape->calibration = (value & FLAG_CALIBRATION) != 0;
    shape->row_flags = (value & FLAG_ROW_FLAGS) != 0;
    if (from->size - from->at < HASH_BYTES) {
        return fail_at(from, error, "the tally ends too early");
    }
    shape->labels_hash = read_fixed(from->data + from->at);
    from->at += HASH_BYTES;
    return take_below(from, RS_MAX_ROWS, &shape->label_rows, error);
}

/* Before memory is taken on the word of a shape: whether the file holds as many numbers. */
static rs_status check_numbers(const decoder *from, const rs_tally_shape *shape, rs_error *error)
{
    const rs_tally_layout layout =
        rs_tally_layout_of(shape->classes, shape->topk_count, shape->calibration);
    uint64_t missing = from->form < 3 ? RS_COUNT_SCALARS - RS_FORM_2_SCALARS : 0;
    if (from->form == 1) {
        missing += ((uint64_t)shape->classes + 1) * (RS_CLASS_FIXED - RS_FORM_1_CLASS_FIXED) +
                   (layout.calibration - layout.choice) +
                   (shape->calibration ? RS_CALIB_SCALARS - RS_FORM_1_CALIB : 0);
    }
    const uint64_t numbers =
        (uint64_t)layout.counters - missing + ((uint64_t)shape->classes + 1) * LABEL_COUNTERS;
    return numbers <= from->size - from->at ? RS_OK
                                            : fail_at(from, error, "the tally ends too early");
}

static rs_status take_cover(decoder *from, rs_tally *tally, rs_error *error)
{
    uint64_t count = 0;
    uint64_t before = 0;
    RS_TRY(take_below(from, (from->size - from->at) / 2, &count, error));
    if (count == 0) {
        return RS_OK;
    }
    RS_TRY(RS_NEW(&tally->cover.range, count, "row ranges", error));
    tally->cover.count = (size_t)count;
    for (uint64_t i = 0; i < count; ++i) {
        rs_row_range *range = &tally->cover.range[i];
        uint64_t gap = 0;
        uint64_t rows = 0;
        RS_TRY(take_below(from, tally->shape.label_rows - before, &gap, error));
        range->begin = before + gap;
        RS_TRY(take_below(from, tally->shape.label_rows - range->begin, &rows, error));
        range->end = range->begin + rows;
        if (rows == 0 || (gap == 0 && i > 0)) {
            return fail_at(from, error, "a range of rows is empty or goes on the one before it");
        }
        before = range->end;
    }
    return RS_OK;
}

/* Of a file of an earlier form the counters that came later stay 0. */
static rs_status take_counters(decoder *from, rs_tally *tally, rs_error *error)
{
    const rs_tally_layout *const layout = &tally->layout;
    uint64_t *const counters = tally->counters;
    const size_t later = RS_CLASS_FIXED;
    RS_TRY(take_all(from, counters, from->form < 3 ? RS_FORM_2_SCALARS : RS_COUNT_SCALARS, error));
    if (from->form > 1) {
        return take_all(from, counters + RS_COUNT_SCALARS, layout->counters - RS_COUNT_SCALARS,
                        error);
    }
    for (size_t c = 0; c <= layout->classes; ++c) {
        uint64_t *const block = counters + RS_COUNT_SCALARS + c * layout->class_stride;
        RS_TRY(take_all(from, block, RS_FORM_1_CLASS_FIXED, error));
        RS_TRY(take_all(from, block + later, layout->class_stride - later, error));
    }
    if (tally->shape.calibration) {
        uint64_t *const calib = counters + layout->calibration;
        RS_TRY(take_all(from, calib, RS_FORM_1_CALIB, error));
        RS_TRY(take_all(from, calib + RS_CALIB_SCALARS,
                        (size_t)RS_CALIBRATION_BINS * RS_BIN_COUNTERS, error));
    }
    return RS_OK;
}

static rs_status take_older_rows(decoder *from, rs_tally *tally, rs_error *error)
{
    const uint64_t rows = rs_tally_rows(tally);
    tally->form_1_rows = rows;
    tally->form_2_rows = rows;
    if (from->form > 1) {
        RS_TRY(take_below(from, rows, &tally->form_1_rows, error));
    }
    return from->form > 2 ? take_below(from, rows, &tally->form_2_rows, error) : RS_OK;
}

static rs_status take_large_sets(decoder *from, rs_tally *tally, rs_error *error)
{
    uint64_t count = 0;
    RS_TRY(take_below(from, (from->size - from->at) / 3, &count, error));
    if (count == 0) {
        return RS_OK;
    }
    RS_TRY(RS_NEW(&tally->large_sets, count, "set sizes", error));
    tally->large_set_count = (size_t)count;
    for (uint64_t i = 0; i < count; ++i) {
        RS_TRY(take_u32(from, &tally->large_sets[i].class_index, error));
        RS_TRY(take_u32(from, &tally->large_sets[i].size, error));
        RS_TRY(take(from, &tally->large_sets[i].rows, error));
    }
    return RS_OK;
}

static rs_status take_tally(decoder *from, rs_tally **tally, rs_error *error)
{
    rs_tally_shape shape;
    rs_error reason = {0};
    RS_TRY(take_shape(from, &shape, error));
    RS_TRY(check_numbers(from, &shape, error));
    if (rs_tally_create(&shape, tally, &reason) != RS_OK) {
        return fail_at(from, error, reason.reason);
    }
    RS_TRY(take_cover(from, *tally, error));
    RS_TRY(take_counters(from, *tally, error));
    RS_TRY(take_all(from, (uint64_t *)(*tally)->labels,
                    ((size_t)shape.classes + 1) * LABEL_COUNTERS, error));
    RS_TRY(take(from, &(*tally)->rows_with_2, error));
    RS_TRY(take(from, &(*tally)->rows_with_3, error));
    RS_TRY(take_large_sets(from, *tally, error));
    RS_TRY(take_older_rows(from, *tally, error));
    if (from->at != from->size) {
        return fail_at(from, error, "the tally ends here, but more bytes follow");
    }
    return rs_tally_check(from->file, *tally, error);
}

static rs_status check_frame(decoder *from, size_t size, rs_error *error)
{
    if (size < MAGIC_BYTES || memcmp(from->data, MAGIC, MAGIC_BYTES - 1) != 0) {
        return fail_at(from, error, "this is no tally of reassess");
    }
    from->form = from->data[MAGIC_BYTES - 1];
    if (from->form < 1 || from->form > (uint8_t)MAGIC[MAGIC_BYTES - 1]) {
        return rs_fail(error, RS_UNSUPPORTED, from->file, rs_at_byte(MAGIC_BYTES - 1),
                       "read it with the version that wrote it, or run the sweep again",
                       "the tally has form %u, this version reads forms 1 to %d", from->form,
                       MAGIC[MAGIC_BYTES - 1]);
    }
    if (size < MAGIC_BYTES + HASH_BYTES ||
        rs_hash(from->data, from->size) != read_fixed(from->data + from->size)) {
        return fail_at(from, error,
                       "the tally is damaged or cut short: its checksum does not hold");
    }
    return RS_OK;
}

rs_status rs_tally_decode(const char *file, const uint8_t *data, size_t size, rs_tally **tally,
                          char **note, rs_error *error)
{
    decoder from = {file, data, size < HASH_BYTES ? 0 : size - HASH_BYTES, 0, 0};
    *tally = NULL;
    if (note != NULL) {
        *note = NULL;
    }
    RS_TRY(check_frame(&from, size, error));
    from.at = MAGIC_BYTES;
    rs_status status = RS_OK;
    RS_TRY_DONE(take_note(&from, note, error));
    RS_TRY_DONE(take_tally(&from, tally, error));
    return RS_OK;
done:
    rs_tally_free(*tally);
    *tally = NULL;
    if (note != NULL) {
        free(*note);
        *note = NULL;
    }
    return status;
}

rs_status rs_tally_from_bytes(const void *bytes, size_t size, rs_tally **tally, char **note,
                              rs_error *error)
{
    if (note != NULL) {
        *note = NULL;
    }
    RS_NEED(tally, error);
    *tally = NULL;
    RS_NEED(bytes, error);
    return rs_tally_decode("bytes", bytes, size, tally, note, error);
}

rs_status rs_tally_load(const char *path, rs_tally **tally, char **note, rs_error *error)
{
    rs_file_bytes bytes = {0};
    if (note != NULL) {
        *note = NULL;
    }
    RS_NEED(tally, error);
    *tally = NULL;
    RS_NEED(path, error);
    RS_TRY(rs_file_read(path, FILE_LIMIT_BYTES, &bytes, error));
    const rs_status status = rs_tally_decode(path, bytes.data, bytes.size, tally, note, error);
    rs_file_bytes_free(&bytes);
    return status;
}
