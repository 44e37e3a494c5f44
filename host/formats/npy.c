/* npy.c - a recursive-descent parser for the one dictionary that starts a .npy file. */
#include "formats/npy.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/checked.h"
#include "base/error.h"
#include "formats/convert_advice.h"
#include "formats/dtype_names.h"
#include "formats/format_table.h"

static const uint8_t magic[RS_NPY_MAGIC_BYTES] = {0x93, 'N', 'U', 'M', 'P', 'Y'};

static const char truncated[] = "the file is truncated; copy it again";
static const char not_numpy[] =
    "no version of NumPy writes this; save the array again with numpy.save";

bool rs_npy_is_magic(const uint8_t *data, size_t size)
{
    return size >= sizeof magic && memcmp(data, magic, sizeof magic) == 0;
}

rs_status rs_npy_header_size(const char *file, const uint8_t *data, size_t size,
                             uint64_t *header_bytes, rs_error *error)
{
    if (size < 8) {
        return rs_fail(error, RS_FORMAT, file, rs_at_byte(size), truncated,
                       "the file ends before the version of its .npy header");
    }
    const unsigned major = data[6];
    if (major < 1 || major > 3) {
        return rs_fail(error, RS_UNSUPPORTED, file, rs_at_byte(6), "save it again with numpy.save",
                       ".npy version %u.%u is not known, versions 1 to 3 are", major, data[7]);
    }
    const size_t length_bytes = major == 1 ? 2 : 4;
    if (size < 8 + length_bytes) {
        return rs_fail(error, RS_FORMAT, file, rs_at_byte(size), truncated,
                       "the file ends before the length of its .npy header");
    }
    uint64_t length = 0;
    for (size_t i = 0; i < length_bytes; ++i) {
        length |= (uint64_t)data[8 + i] << (8 * i);
    }
    *header_bytes = 8 + length_bytes + length;
    if (*header_bytes > RS_NPY_HEADER_BYTES_MAX) {
        return rs_fail(error, RS_RANGE, file, rs_at_byte(8), not_numpy,
                       "the .npy header claims %" PRIu64 " bytes, at most %d are read", length,
                       RS_NPY_HEADER_BYTES_MAX);
    }
    return RS_OK;
}

/* ---- the dictionary ---- */

typedef struct scanner {
    const char *file;
    const uint8_t *data;
    size_t at;
    size_t end;
    rs_error *error;
} scanner;

static rs_status fail_here(const scanner *scan, const char *expected)
{
    return rs_fail(scan->error, RS_FORMAT, scan->file, rs_at_byte(scan->at), not_numpy,
                   "the .npy header cannot be read here: %s expected", expected);
}

static void skip_blanks(scanner *scan)
{
    while (scan->at < scan->end && (scan->data[scan->at] == ' ' || scan->data[scan->at] == '\n' ||
                                    scan->data[scan->at] == '\t' || scan->data[scan->at] == '\r')) {
        ++scan->at;
    }
}

/* Takes `c` if it is next (after blanks). */
static bool take(scanner *scan, char c)
{
    skip_blanks(scan);
    if (scan->at < scan->end && scan->data[scan->at] == (uint8_t)c) {
        ++scan->at;
        return true;
    }
    return false;
}

static rs_status expect(scanner *scan, char c, const char *expected)
{
    return take(scan, c) ? RS_OK : fail_here(scan, expected);
}

/* A string in single or double quotes; no type or key needs an escape. */
static rs_status take_text(scanner *scan, char *out, size_t out_bytes)
{
    skip_blanks(scan);
    const uint8_t quote = scan->at < scan->end ? scan->data[scan->at] : 0;
    if (quote != '\'' && quote != '"') {
        return fail_here(scan, "a quoted text");
    }
    ++scan->at;
    size_t length = 0;
    for (; scan->at < scan->end && scan->data[scan->at] != quote; ++scan->at) {
        const uint8_t c = scan->data[scan->at];
        if (c == '\\' || c < 0x20 || c > 0x7e || length + 1 >= out_bytes) {
            return fail_here(scan, "a short text without escapes");
        }
        out[length++] = (char)c;
    }
    out[length] = '\0';
    return expect(scan, (char)quote, "a closing quote");
}

static bool take_word(scanner *scan, const char *word)
{
    const size_t length = strlen(word);
    skip_blanks(scan);
    if (scan->end - scan->at < length || memcmp(scan->data + scan->at, word, length) != 0) {
        return false;
    }
    scan->at += length;
    return true;
}

/* "np.int64(" and the like. */
static bool take_call(scanner *scan)
{
    static const char *const types[] = {"int64",  "int32",  "int16", "int8",     "uint64",
                                        "uint32", "uint16", "uint8", "longlong", "ulonglong",
                                        "intp",   "long"};
    const size_t start = scan->at;
    if (take_word(scan, "np.") || take_word(scan, "numpy.")) {
        for (size_t i = 0; i < sizeof types / sizeof types[0]; ++i) {
            if (take_word(scan, types[i]) && take(scan, '(')) {
                return true;
            }
        }
    }
    scan->at = start;
    return false;
}

static rs_status take_number(scanner *scan, uint64_t *out)
{
    /* NumPy 2 prints its own integers as "np.int64(5)", which open_memmap does not undo */
    const bool called = take_call(scan);
    skip_blanks(scan);
    const size_t start = scan->at;
    *out = 0;
    for (; scan->at < scan->end; ++scan->at) {
        const unsigned digit = (unsigned)scan->data[scan->at] - '0';
        if (digit > 9) {
            break;
        }
        if (!rs_mul_u64(*out, 10, out) || !rs_add_u64(*out, digit, out)) {
            return rs_fail(scan->error, RS_RANGE, scan->file, rs_at_byte(start), not_numpy,
                           "a dimension of the array does not fit into 64 bits");
        }
    }
    if (scan->at == start) {
        return fail_here(scan, "a dimension");
    }
    (void)take(scan, 'L'); /* Python 2 wrote long integers like this */
    return called ? expect(scan, ')', "a closing parenthesis") : RS_OK;
}

static rs_status take_shape(scanner *scan, rs_npy_header *header)
{
    skip_blanks(scan);
    header->shape_at = scan->at;
    RS_TRY(expect(scan, '(', "a tuple"));
    while (!take(scan, ')')) {
        if (header->dim_count == RS_NPY_DIMS_MAX) {
            return rs_fail(scan->error, RS_FORMAT, scan->file, rs_at_byte(scan->at),
                           "save it as rows of images and columns of classes",
                           "the array has more than %d dimensions", RS_NPY_DIMS_MAX);
        }
        RS_TRY(take_number(scan, &header->dims[header->dim_count]));
        ++header->dim_count;
        if (!take(scan, ',')) {
            return expect(scan, ')', "a closing parenthesis");
        }
    }
    return RS_OK;
}

static rs_status take_descr(scanner *scan, rs_npy_header *header)
{
    skip_blanks(scan);
    header->descr_at = scan->at;
    if (scan->at < scan->end && (scan->data[scan->at] == '[' || scan->data[scan->at] == '(')) {
        header->structured = true;
        return rs_fail_convert(RS_ADVICE_FIELDS, scan->file, rs_at_byte(scan->at), scan->error);
    }
    return take_text(scan, header->descr, sizeof header->descr);
}

static rs_status take_truth(scanner *scan, bool *out)
{
    *out = take_word(scan, "True");
    return *out || take_word(scan, "False") ? RS_OK : fail_here(scan, "True or False");
}

enum { KEY_DESCR = 1, KEY_FORTRAN = 2, KEY_SHAPE = 4, KEY_ALL = 7 };

static rs_status take_member(scanner *scan, rs_npy_header *header, unsigned *seen)
{
    char key[16];
    skip_blanks(scan);
    const size_t start = scan->at;
    RS_TRY(take_text(scan, key, sizeof key));
    RS_TRY(expect(scan, ':', "a colon"));
    const unsigned bit = strcmp(key, "descr") == 0           ? KEY_DESCR
                         : strcmp(key, "fortran_order") == 0 ? KEY_FORTRAN
                         : strcmp(key, "shape") == 0         ? KEY_SHAPE
                                                             : 0;
    if (bit == 0 || (*seen & bit) != 0) {
        return rs_fail(scan->error, RS_FORMAT, scan->file, rs_at_byte(start), not_numpy,
                       "the .npy header has %s key '%s'", bit == 0 ? "the unknown" : "twice the",
                       key);
    }
    *seen |= bit;
    return bit == KEY_DESCR     ? take_descr(scan, header)
           : bit == KEY_FORTRAN ? take_truth(scan, &header->fortran_order)
                                : take_shape(scan, header);
}

static rs_status take_dictionary(scanner *scan, rs_npy_header *header)
{
    unsigned seen = 0;
    RS_TRY(expect(scan, '{', "a dictionary"));
    while (!take(scan, '}')) {
        RS_TRY(take_member(scan, header, &seen));
        if (!take(scan, ',')) {
            RS_TRY(expect(scan, '}', "a comma or a closing brace"));
            break;
        }
    }
    if (seen != KEY_ALL) {
        return rs_fail(scan->error, RS_FORMAT, scan->file, rs_at_byte(scan->at), not_numpy,
                       "the .npy header lacks '%s'",
                       (seen & KEY_DESCR) == 0     ? "descr"
                       : (seen & KEY_FORTRAN) == 0 ? "fortran_order"
                                                   : "shape");
    }
    skip_blanks(scan);
    return scan->at == scan->end ? RS_OK : fail_here(scan, "the end of the header");
}

rs_status rs_npy_parse(const char *file, const uint8_t *data, size_t size, rs_npy_header *header,
                       rs_error *error)
{
    *header = (rs_npy_header){0};
    RS_TRY(rs_npy_header_size(file, data, size, &header->header_bytes, error));
    if (header->header_bytes > size) {
        return rs_fail(error, RS_FORMAT, file, rs_at_byte(size), truncated,
                       "the file ends inside its .npy header of %" PRIu64 " bytes",
                       header->header_bytes);
    }
    scanner scan = {
        .file = file,
        .data = data,
        .at = data[6] == 1 ? 10 : 12,
        .end = (size_t)header->header_bytes,
        .error = error,
    };
    return take_dictionary(&scan, header);
}

/* ---- what the dictionary means ---- */

static rs_status fail_type(const char *file, const rs_npy_header *header, rs_error *error)
{
    const char *kind = header->descr + (strchr("<>=|", header->descr[0]) != NULL ? 1 : 0);
    const char *advice = "save the logits as float32";
    char line[RS_ERROR_TEXT_BYTES];
    if (kind[0] == 'O') {
        return rs_fail_convert(RS_ADVICE_OBJECTS, file, rs_at_byte(header->descr_at), error);
    }
    if (kind[0] == 'U' || kind[0] == 'S') {
        advice = "these are texts, not the model's outputs; name the right file or member";
    } else if (kind[0] == 'b') {
        advice = "these are truth values, not the model's outputs; save the logits";
    } else if (kind[0] == 'f') {
        advice = rs_convert_line(RS_ADVICE_LONG_FLOATS, file, line);
    }
    return rs_fail(error, RS_UNSUPPORTED, file, rs_at_byte(header->descr_at), advice,
                   "elements of type '%s' cannot be scored", header->descr);
}

rs_status rs_npy_array(const char *file, const rs_npy_header *header,
                       const rs_source_options *options, rs_array *array, rs_error *error)
{
    *array = (rs_array){.fortran_order = header->fortran_order, .offset = header->header_bytes};
    const char *text = header->descr;
    bool big_endian = false;
    if (*text != '\0' && strchr("<>=|", *text) != NULL) {
        big_endian = *text == '>';
        ++text;
    }
    rs_stated_type stated = {.text = header->descr};
    if (!rs_dtype_of_npy(text, &stated.dtype)) {
        return fail_type(file, header, error);
    }
    RS_TRY(rs_array_choose_dtype(file, rs_at_byte(header->descr_at), &stated, options->dtype,
                                 &array->dtype, error));
    array->swap_bytes = big_endian && rs_dtype_bytes(array->dtype) > 1;
    (void)snprintf(array->file_dtype, sizeof array->file_dtype, "%s", header->descr);
    const rs_status status =
        rs_array_set_shape(file, rs_at_byte(header->shape_at), header->dims, header->dim_count,
                           options->vector, array, error);
    if (status == RS_FORMAT && header->dim_count > 2 && !options->vector && error != NULL) {
        (void)rs_convert_line(RS_ADVICE_DIMENSIONS, file, error->advice);
    }
    return status;
}

static rs_status read_header(rs_input *input, rs_npy_header *header, rs_error *error)
{
    uint64_t header_bytes = 0;
    RS_TRY(rs_input_peek(input, RS_NPY_PREAMBLE_BYTES, error));
    RS_TRY(rs_npy_header_size(input->name, input->head, input->head_bytes, &header_bytes, error));
    RS_TRY(rs_input_peek(input, (size_t)header_bytes, error));
    return rs_npy_parse(input->name, input->head, input->head_bytes, header, error);
}

/* The rows of a .npy file or stream. */
rs_status rs_npy_open(rs_input *input, const rs_source_options *options, rs_source **source,
                      rs_error *error)
{
    rs_npy_header header;
    rs_array array;
    *source = NULL;
    RS_TRY(read_header(input, &header, error));
    RS_TRY(rs_npy_array(input->name, &header, options, &array, error));
    return rs_array_open(input, "npy", &array, options->io, source, error);
}
