/* merge_store.c - records, tallies and sidecars, joined or copied, published as a sweep does. */
#include "sweep/merge_store.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/checked.h"
#include "base/error.h"
#include "base/file_read.h"
#include "report/record_read.h"
#include "report/sidecar.h"
#include "sweep/merge_parts.h"
#include "sweep/result_store.h"

enum { COPY_BYTES = 1 << 20 };

/* ---- sidecars ---- */

/* First predictions of all rows, as parts are read into them one after the other. */
typedef struct predictions {
    uint64_t rows; /* of all parts */
    rs_content content;
    rs_dtype value_dtype;
    uint32_t keep;     /* known from the first part */
    int32_t *class_of; /* [rows * keep] */
    double *value;     /* likewise */
} predictions;

static rs_status fail_sidecar(const char *path, const char *reason, rs_error *error)
{
    return rs_fail(error, RS_MISMATCH, path, rs_nowhere(),
                   "sweep this part again: then its files belong together",
                   "the first predictions of this part cannot be joined: %s", reason);
}

static rs_status open_array(const char *path, const char *name, uint64_t rows, rs_source **source,
                            rs_error *error)
{
    const rs_source_options options = {.tensor = name, .io = RS_IO_PREAD};
    RS_TRY(rs_source_open(path, &options, source, error));
    const rs_source_info *const info = rs_source_get_info(*source);
    return info->rows == rows ? RS_OK
                              : fail_sidecar(path, "they are of another number of rows", error);
}

static rs_status need_room(predictions *of, const rs_source_info *info, const char *path,
                           rs_error *error)
{
    if (info->content != RS_CONTENT_PREDICTIONS || info->columns > RS_KEEP_MAX) {
        return fail_sidecar(path, "they are no first predictions", error);
    }
    if (of->class_of != NULL) {
        return info->columns == of->keep
                   ? RS_OK
                   : fail_sidecar(path, "other parts have more or fewer a row", error);
    }
    of->keep = (uint32_t)info->columns;
    RS_TRY(RS_NEW_ROWS(&of->class_of, of->rows, of->keep, "predictions", error));
    return RS_NEW_ROWS(&of->value, of->rows, of->keep, "prediction values", error);
}

static rs_status read_all(rs_source *source, const char *path, uint64_t rows, void *out,
                          rs_error *error)
{
    uint64_t got = 0;
    RS_TRY(rs_source_read(source, 0, rows, out, &got, error));
    return got == rows ? RS_OK : fail_sidecar(path, "the file was cut", error);
}

static rs_status read_classes(predictions *of, const char *path, rs_row_range range,
                              rs_error *error)
{
    const uint64_t rows = range.end - range.begin;
    rs_source *source = NULL;
    /* Opened as our own sidecar it may hold -1. */
    rs_status status = RS_OK;
    RS_TRY_DONE(open_array(path, NULL, rows, &source, error));
    RS_TRY_DONE(need_room(of, rs_source_get_info(source), path, error));
    RS_TRY_DONE(read_all(source, path, rows, of->class_of + range.begin * of->keep, error));
done:
    rs_source_close(source);
    return status;
}

/* Floats are widened in place: from the last to the first, so that none is overwritten unread. */
static void widen(double *values, uint64_t count)
{
    for (uint64_t i = count; i-- > 0;) {
        float single;
        memcpy(&single, (const unsigned char *)values + i * sizeof single, sizeof single);
        values[i] = (double)single;
    }
}

static rs_status read_values(const predictions *of, const char *path, rs_row_range range,
                             rs_error *error)
{
    const uint64_t rows = range.end - range.begin;
    double *const out = of->value + range.begin * of->keep;
    rs_source *source = NULL;
    rs_status status = RS_OK;
    RS_TRY_DONE(open_array(path, "values", rows, &source, error));
    const rs_source_info *const info = rs_source_get_info(source);
    if (info->columns != of->keep || info->dtype != of->value_dtype) {
        status = fail_sidecar(path, "their values are not as the record says", error);
        goto done;
    }
    RS_TRY_DONE(read_all(source, path, rows, out, error));
    if (of->value_dtype == RS_DTYPE_F32) {
        widen(out, rows * of->keep);
    }
done:
    rs_source_close(source);
    return status;
}

/* They may be those of another model, of as many rows. */
static rs_status check_part(const rs_result *part, rs_error *error)
{
    rs_record record;
    const rs_status status = rs_result_load_record(&part->files, &record, error);
    rs_record_clear(&record);
    return status;
}

static rs_status read_part(predictions *of, const rs_result *part, rs_error *error)
{
    const char *const path = part->files.sidecar;
    if (path == NULL) {
        return rs_fail(error, RS_MISMATCH, part->files.record, rs_nowhere(), "run the sweep again",
                       "the first predictions of this part (.topk.npz) are missing");
    }
    if (part->rows.end > of->rows) {
        return fail_sidecar(path, "there are fewer rows in all", error);
    }
    RS_TRY(read_classes(of, path, part->rows, error));
    if (of->content == RS_CONTENT_LOGITS) {
        RS_TRY(read_values(of, path, part->rows, error));
    }
    return check_part(part, error);
}

static rs_status join_sidecars(const char *path, const rs_result *part, size_t count,
                               const rs_record *record, rs_file_writer **file, rs_error *error)
{
    predictions of = {
        .rows = record->input.rows,
        .content = record->input.content,
        .value_dtype = record->input.dtype == RS_DTYPE_F64 ? RS_DTYPE_F64 : RS_DTYPE_F32,
    };
    rs_status status = RS_OK;
    for (size_t i = 0; i < count; ++i) {
        RS_TRY_DONE(read_part(&of, &part[i], error));
    }
    const rs_row_results results = {.keep = of.keep, .prediction = of.class_of, .value = of.value};
    RS_TRY_DONE(rs_sidecar_prepare(path, record, &results, of.rows, file, error));
done:
    free(of.class_of);
    free(of.value);
    return status;
}

/* ---- a model in parts ---- */

static rs_status store_parts(const rs_result_files *files, const rs_result *part, size_t count,
                             rs_error *error)
{
    rs_joined joined;
    rs_file_writer *sidecar = NULL;
    rs_status status = RS_OK;
    RS_TRY_DONE(rs_merge_parts(part, count, &joined, error));
    RS_TRY_DONE(join_sidecars(files->sidecar, part, count, &joined.record, &sidecar, error));
    rs_json *const note = joined.note;
    joined.note = NULL;
    RS_TRY_DONE(rs_result_store_text(files, &joined.line, joined.tally, sidecar, note, error));
done:
    rs_joined_clear(&joined);
    return status;
}

/* ---- a model in one piece ---- */

static rs_status copy_bytes(int fd, const char *from, rs_file_writer *file, rs_error *error)
{
    unsigned char *block = NULL;
    RS_TRY(RS_NEW(&block, COPY_BYTES, "a block of a file", error));
    rs_status status = RS_OK;
    for (ssize_t got = 1; got != 0;) {
        got = read(fd, block, COPY_BYTES);
        if (got > 0) {
            RS_TRY_DONE(rs_file_put(file, block, (size_t)got, error));
        } else if (got < 0 && errno != EINTR) {
            status = rs_fail_errno(error, from, "read", errno);
            goto done;
        }
    }
done:
    free(block);
    return status;
}

static rs_status copy_sidecar(const char *from, const char *to, rs_file_writer **file,
                              rs_error *error)
{
    int fd = -1;
    if (from == NULL) {
        return RS_OK;
    }
    RS_TRY(rs_file_open(from, &fd, error));
    rs_status status = RS_OK;
    RS_TRY_DONE(rs_file_need_regular(to, error));
    RS_TRY_DONE(rs_file_create(to, file, error));
    RS_TRY_DONE(copy_bytes(fd, from, *file, error));
done:
    if (status != RS_OK) {
        rs_file_abort(*file);
        *file = NULL;
    }
    (void)close(fd);
    return status;
}

static rs_status store_whole(const rs_result_files *files, const rs_result *result, rs_error *error)
{
    rs_file_bytes bytes = {0};
    rs_tally *tally = NULL;
    rs_json *note = NULL;
    rs_file_writer *sidecar = NULL;
    if (result->files.tally == NULL) {
        return rs_fail(error, RS_FORMAT, result->files.record, rs_nowhere(), "run the sweep again",
                       "the tally beside this record is missing");
    }
    RS_TRY(rs_file_read_regular(result->files.record, RS_RECORD_BYTES_MAX, &bytes, error));
    rs_text record = {0};
    rs_text_append(&record, (const char *)bytes.data, bytes.size);
    rs_status status = RS_OK;
    RS_TRY_DONE(rs_text_check(&record, error));
    RS_TRY_DONE(
        rs_result_load_tally(&result->files, record.data, record.length, &tally, &note, error));
    RS_TRY_DONE(copy_sidecar(result->files.sidecar, files->sidecar, &sidecar, error));
    status = rs_result_store_text(files, &record, tally, sidecar, note, error);
    note = NULL; /* it was freed there */
done:
    rs_json_free(note);
    rs_tally_free(tally);
    rs_text_clear(&record);
    rs_file_bytes_free(&bytes);
    return status;
}

rs_status rs_merge_store(const char *folder, const rs_result *result, size_t count, rs_error *error)
{
    rs_result_files files;
    rs_status status = RS_OK;
    RS_TRY_DONE(rs_result_files_make(folder, result->model, NULL, &files, error));
    RS_TRY_DONE(result->has_row_range ? store_parts(&files, result, count, error)
                                      : store_whole(&files, result, error));
done:
    rs_result_files_clear(&files);
    return status;
}
