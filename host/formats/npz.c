/* npz.c - NumPy's .npz, a zip archive whose members are .npy files: finds the member, maps it where
 * it is stored as it is, else unpacks it as a whole or reads it as a stream. */
#include "formats/npz.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/checked.h"
#include "base/error.h"
#include "formats/choose.h"
#include "formats/convert_advice.h"
#include "formats/crc_rows.h"
#include "formats/format_table.h"
#include "formats/held_rows.h"
#include "formats/npy.h"
#include "formats/npz_blocks.h"
#include "formats/zip_archive.h"

enum { MEMBERS_MAX = 4096 };

static const char suffix[] = ".npy";

bool rs_zip_is_magic(const uint8_t *data, size_t size)
{
    /* A local header, or the end record of an archive without members. */
    return size >= 4 && (memcmp(data, "PK\x03\x04", 4) == 0 || memcmp(data, "PK\x05\x06", 4) == 0);
}

/* Reads and parses the header of a member; what it says of the array is up to the caller. */
static rs_status read_header(rs_zip *zip, uint64_t index, const char *label, rs_npy_header *header,
                             rs_error *error)
{
    uint8_t preamble[RS_NPY_PREAMBLE_BYTES];
    size_t got = 0;
    uint64_t header_bytes = 0;
    RS_TRY(rs_zip_peek(zip, index, preamble, sizeof preamble, &got, error));
    if (!rs_npy_is_magic(preamble, got)) {
        return rs_fail(error, RS_FORMAT, label, rs_at_byte(0), "name a member that holds an array",
                       "this is no .npy file");
    }
    RS_TRY(rs_npy_header_size(label, preamble, got, &header_bytes, error));
    uint8_t *whole = NULL;
    rs_status status = RS_OK;
    RS_TRY(RS_NEW(&whole, header_bytes, "a header", error));
    RS_TRY_DONE(rs_zip_peek(zip, index, whole, (size_t)header_bytes, &got, error));
    status = rs_npy_parse(label, whole, got, header, error);
done:
    free(whole);
    return status;
}

static rs_status read_array(rs_zip *zip, uint64_t index, const rs_source_options *options,
                            rs_array *array, rs_npy_header *header, rs_error *error)
{
    char *label = NULL;
    rs_status status = RS_OK;
    RS_TRY(rs_zip_label(zip, index, &label, error));
    RS_TRY_DONE(read_header(zip, index, label, header, error));
    status = rs_npy_array(label, header, options, array, error);
done:
    free(label);
    return status;
}

/* ---- which member ---- */

/* The length of a name without ".npy". */
static size_t stem_length(const char *name)
{
    const size_t length = strlen(name);
    const size_t ending = sizeof suffix - 1;
    return length > ending && strcmp(name + length - ending, suffix) == 0 ? length - ending
                                                                          : length;
}

static bool is_called(const char *name, const char *wanted)
{
    const size_t length = stem_length(name);
    return strcmp(name, wanted) == 0 ||
           (strlen(wanted) == length && strncmp(name, wanted, length) == 0);
}

/* *found is how many members are called `wanted`, *index the last of them. */
static uint64_t count_called(const rs_zip *zip, const char *wanted, uint64_t *index)
{
    uint64_t found = 0;
    for (uint64_t i = 0; i < rs_zip_count(zip); ++i) {
        if (is_called(rs_zip_name(zip, i), wanted)) {
            *index = i;
            ++found;
        }
    }
    return found;
}

static rs_status list_members(rs_zip *zip, const rs_source_options *options,
                              rs_listed_array *list, uint64_t count)
{
    for (uint64_t i = 0; i < count; ++i) {
        char shape[64];
        rs_npy_header header = {0};
        rs_listed_array *item = &list[i];
        item->name = rs_zip_name(zip, i);
        const rs_status status = read_array(zip, i, options, &item->array, &header, NULL);
        item->fits = status == RS_OK;
        if (header.descr[0] != '\0') {
            (void)snprintf(item->text, sizeof item->text, "%.16s %s", header.descr,
                           rs_shape_text(header.dims, header.dim_count, shape, sizeof shape));
        } else {
            (void)snprintf(item->text, sizeof item->text, "not read");
        }
        if (status == RS_MEMORY) {
            return status;
        }
    }
    return RS_OK;
}

/* The archives that torch.save writes. */
static bool holds_pickle(const rs_zip *zip)
{
    static const char name[] = "data.pkl";
    for (uint64_t i = 0; i < rs_zip_count(zip); ++i) {
        const char *member = rs_zip_name(zip, i);
        const size_t length = strlen(member);
        if (length >= sizeof name - 1 && strcmp(member + length - (sizeof name - 1), name) == 0) {
            return true;
        }
    }
    return false;
}

/* What is read of an archive: a member, or several one behind the other. */
typedef struct choice {
    uint64_t index;
    rs_listed_array *list; /* of all members, where there was one to be made */
    rs_blocks blocks;      /* count is 0: the member `index` alone */
} choice;

static void clear_choice(choice *chosen)
{
    free(chosen->list);
    free(chosen->blocks.index);
    *chosen = (choice){.index = 0};
}

/* The only one that fits; where several could be meant and could be blocks, it says how to say so.
 */
static rs_status choose_one(const rs_input *input, uint64_t count, choice *chosen, rs_error *error)
{
    char pattern[80];
    size_t index = 0;
    chosen->blocks.count = 0;
    const rs_status status =
        rs_choose_array(input->name, "member", chosen->list, count, &index, error);
    chosen->index = index;
    if (status == RS_USAGE && error != NULL &&
        rs_numbered_pattern(chosen->list, count, &chosen->blocks, pattern, sizeof pattern)) {
        (void)snprintf(error->advice, sizeof error->advice,
                       "say with --tensor NAME which one, or with --tensor '%s' that they are row "
                       "blocks of one array", pattern);
    }
    chosen->blocks.count = 0;
    return status;
}

static rs_status choose_listed(const rs_input *input, const rs_source_options *options,
                               uint64_t count, choice *chosen, rs_error *error)
{
    const char *const wanted = options->tensor;
    if (wanted != NULL) {
        return rs_numbered_is_pattern(wanted)
                   ? rs_numbered_find(input->name, wanted, chosen->list, count, &chosen->blocks,
                                      error)
                   : rs_fail_no_array(input->name, "member", wanted, chosen->list, count, error);
    }
    return rs_numbered_are_batches(chosen->list, count, &chosen->blocks)
               ? RS_OK
               : choose_one(input, count, chosen, error);
}

static rs_status choose_members(const rs_input *input, rs_zip *zip,
                                const rs_source_options *options, choice *chosen, rs_error *error)
{
    const uint64_t count = rs_zip_count(zip);
    const uint64_t found =
        options->tensor != NULL ? count_called(zip, options->tensor, &chosen->index) : 0;
    if (found == 1) {
        return RS_OK;
    }
    if (found > 1) {
        return rs_fail(error, RS_FORMAT, input->name, rs_nowhere(), "save the archive again",
                       "%" PRIu64 " members are called \"%.100s\"", found, options->tensor);
    }
    if (holds_pickle(zip)) {
        return rs_fail_convert(RS_ADVICE_TORCH, input->path, rs_at_byte(0), error);
    }
    if (options->tensor == NULL && count == 1) {
        chosen->index = 0;
        return RS_OK;
    }
    if (count > MEMBERS_MAX) {
        return rs_fail(error, RS_RANGE, input->name, rs_nowhere(),
                       "say with --tensor which to read", "the archive has %" PRIu64 " members",
                       count);
    }
    RS_TRY(RS_NEW(&chosen->list, count, "a list of members", error));
    RS_TRY(RS_NEW(&chosen->blocks.index, count, "a list of members", error));
    if (list_members(zip, options, chosen->list, count) != RS_OK) {
        return rs_fail_memory(error, 0, "a list of members");
    }
    return choose_listed(input, options, count, chosen, error);
}

/* ---- our own sidecars ---- */

/* Ranked predictions have no values: a mark stands for them. */
static bool is_sidecar(rs_zip *zip, uint64_t *index)
{
    static const rs_source_options as_they_are = {.dtype = RS_DTYPE_NONE};
    uint64_t values_at = 0;
    rs_npy_header classes = {0};
    rs_npy_header values = {0};
    rs_array array = {0};
    if (count_called(zip, RS_NPZ_CLASSES, index) != 1 ||
        read_array(zip, *index, &as_they_are, &array, &classes, NULL) != RS_OK ||
        (array.dtype != RS_DTYPE_I16 && array.dtype != RS_DTYPE_I32) || classes.dim_count != 2) {
        return false;
    }
    if (count_called(zip, RS_NPZ_RANKED, &values_at) == 1) {
        return true;
    }
    return count_called(zip, RS_NPZ_VALUES, &values_at) == 1 &&
           read_array(zip, values_at, &as_they_are, &array, &values, NULL) == RS_OK &&
           rs_dtype_is_float(array.dtype) && values.dim_count == 2 &&
           classes.dims[0] == values.dims[0] && classes.dims[1] == values.dims[1];
}

static rs_status open_stream(const rs_input *input, rs_zip *zip, uint64_t index, const char *label,
                             const rs_array *array, rs_source **source, rs_error *error)
{
    rs_byte_stream *stream = NULL;
    RS_TRY(rs_zip_stream_open(zip, index, &stream, error));
    return rs_stream_rows_open(stream, input->path, label, "npz", array, source, error);
}

/* The array is the whole of the member, whose bytes are known; *span is theirs. */
static bool is_whole_member(const rs_zip *zip, uint64_t index, const rs_array *array,
                            rs_zip_span *span)
{
    return rs_zip_may_map(zip) && rs_zip_find_bytes(zip, index, span) &&
           span->bytes == array->offset + array->bytes;
}

/* Mapped where they lie in the file, if they are stored. Where that does not come about *source is
 * NULL. */
static rs_status map_member(rs_input *input, const rs_zip_span *span, const char *label,
                            const rs_array *array, rs_source **source, rs_error *error)
{
    enum { METHOD_STORED = 0 };
    rs_source *rows = NULL;
    rs_array placed = *array;
    *source = NULL;
    if (span->method != METHOD_STORED || span->packed != span->bytes) {
        return RS_OK;
    }
    placed.offset += span->offset;
    if (rs_array_rows_open(input, "npz", &placed, RS_IO_MMAP, &rows, NULL) != RS_OK) {
        return RS_OK;
    }
    return rs_crc_rows_open(rows, array->offset, span->crc, label, source, error);
}

/* Takes the archive over, whatever the outcome. */
static rs_status open_member(rs_input *input, rs_zip *zip, uint64_t index, const rs_array *array,
                             rs_source **source, rs_error *error)
{
    char *label = NULL;
    rs_status status = RS_OK;
    rs_zip_span span;
    RS_TRY_DONE(rs_zip_label(zip, index, &label, error));
    const bool whole = is_whole_member(zip, index, array, &span);
    if (whole) {
        RS_TRY_DONE(map_member(input, &span, label, array, source, error));
    }
    if (*source == NULL) {
        rs_zip *const taken = zip;
        const bool held = whole && !array->fortran_order && !array->swap_bytes &&
                          rs_zip_may_unpack(zip, &span);
        zip = NULL;
        status = held ? rs_held_rows_open(taken, index, &span, input->path, array, source, error)
                      : open_stream(input, taken, index, label, array, source, error);
    }
done:
    free(label);
    rs_zip_close(zip);
    return status;
}

/* The rows of a member: options->tensor with or without ".npy", or the only one that fits; or of
 * several that are row blocks. */
rs_status rs_npz_open(rs_input *input, const rs_source_options *options, rs_source **source,
                      rs_error *error)
{
    rs_zip *zip = NULL;
    choice chosen = {.index = 0};
    rs_npy_header header;
    rs_array array;
    bool sidecar = false;
    *source = NULL;
    if (!input->regular) {
        return rs_fail(error, RS_UNSUPPORTED, input->name, rs_nowhere(),
                       "save it to a file first and give its name",
                       "an .npz has its directory at the end and cannot be read from a stream");
    }
    rs_status status = RS_OK;
    RS_TRY(rs_zip_open(input, options->io, &zip, error));
    sidecar = options->tensor == NULL && is_sidecar(zip, &chosen.index);
    RS_TRY_DONE(sidecar ? RS_OK : choose_members(input, zip, options, &chosen, error));
    if (chosen.blocks.count == 0) {
        RS_TRY_DONE(read_array(zip, chosen.index, options, &array, &header, error));
    }
    rs_zip *const taken = zip; /* by the source, whatever comes of it */
    zip = NULL;
    status = chosen.blocks.count == 0
                 ? open_member(input, taken, chosen.index, &array, source, error)
                 : rs_npz_blocks_open(taken, input->path, chosen.list, &chosen.blocks, source,
                                      error);
    if (status == RS_OK) {
        (*source)->may_miss = sidecar;
    }
done:
    clear_choice(&chosen);
    rs_zip_close(zip);
    return status;
}
