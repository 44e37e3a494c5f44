/* write.c - counts rows, so that a header never promises what the file does not hold. */
#include "formats/write.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/checked.h"
#include "base/error.h"
#include "formats/write_header.h"
#include "formats/zip_write.h"

enum { MEMBER_NAME_BYTES = 256 };

typedef rs_status (*header_function)(const rs_array_spec *, rs_text *, rs_error *);

static const struct {
    const char *name;
    header_function header;
} formats[] = {
#define RS_WRITE_FORMAT(ID, name, header) {name, header},
#include "formats/formats.def"
};

struct rs_array_writer {
    rs_write_format format;
    char *path;
    rs_file_writer *file;
    rs_zip_writer zip;
    char member[MEMBER_NAME_BYTES]; /* the open member of an .npz */
    uint64_t rows;                  /* announced */
    uint64_t rows_put;
    uint64_t row_bytes;
};

rs_write_format rs_write_format_of_path(const char *path)
{
    const char *const dot = strrchr(path, '.');
    for (size_t i = 0; dot != NULL && i < sizeof formats / sizeof formats[0]; ++i) {
        if (strcmp(dot + 1, formats[i].name) == 0) {
            return (rs_write_format)i;
        }
    }
    return dot != NULL && strcmp(dot, ".bin") == 0 ? RS_WRITE_RAW : RS_WRITE_NPY;
}

static void writer_free(rs_array_writer *writer)
{
    rs_zip_writer_clear(&writer->zip);
    free(writer->path);
    free(writer);
}

static rs_status put_header(rs_array_writer *writer, const rs_array_spec *spec, rs_error *error)
{
    const header_function append = formats[writer->format].header;
    rs_text header = {0};
    rs_status status = RS_OK;
    RS_TRY_DONE(append(spec, &header, error));
    status = writer->format == RS_WRITE_NPZ
                 ? rs_zip_put(&writer->zip, header.data, header.length, error)
                 : rs_file_put(writer->file, header.data, header.length, error);
done:
    rs_text_clear(&header);
    return status;
}

static rs_status begin_array(rs_array_writer *writer, const rs_array_spec *spec, rs_error *error)
{
    uint64_t bytes = 0;
    RS_TRY(rs_array_spec_bytes(spec, &bytes, error));
    writer->rows = spec->rows;
    writer->rows_put = 0;
    writer->row_bytes = rs_dtype_bytes(spec->dtype) * (spec->columns == 0 ? 1 : spec->columns);
    if (writer->format == RS_WRITE_NPZ) {
        const int length =
            snprintf(writer->member, sizeof writer->member, "%s.npy", spec->name);
        if (length < 0 || (size_t)length >= sizeof writer->member) {
            return rs_fail(error, RS_USAGE, writer->path, rs_nowhere(), "choose a shorter one",
                           "the name of a member is too long");
        }
        RS_TRY(rs_zip_begin_member(&writer->zip, writer->member, error));
    }
    return put_header(writer, spec, error);
}

static rs_status end_array(rs_array_writer *writer, rs_error *error)
{
    if (writer->rows_put != writer->rows) {
        return rs_fail(error, RS_USAGE, writer->path, rs_at_row(writer->rows_put), NULL,
                       "%" PRIu64 " rows were announced, %" PRIu64 " written", writer->rows,
                       writer->rows_put);
    }
    return writer->format == RS_WRITE_NPZ ? rs_zip_end_member(&writer->zip, writer->member, error)
                                          : RS_OK;
}

rs_status rs_array_writer_create(const char *path, rs_write_format format,
                                 const rs_array_spec *spec, rs_array_writer **writer,
                                 rs_error *error)
{
    rs_array_writer *made = NULL;
    rs_status status = RS_OK;
    *writer = NULL;
    RS_TRY(RS_NEW(&made, 1, "an array writer", error));
    made->format = format;
    RS_TRY_DONE(rs_copy_text(&made->path, path, error));
    RS_TRY_DONE(rs_file_create(path, &made->file, error));
    made->zip.file = made->file;
    RS_TRY_DONE(begin_array(made, spec, error));
    *writer = made;
    return RS_OK;
done:
    rs_array_writer_abort(made);
    return status;
}

rs_status rs_array_writer_put(rs_array_writer *writer, const void *data, uint64_t rows,
                              rs_error *error)
{
    if (rows > writer->rows - writer->rows_put) {
        return rs_fail(error, RS_USAGE, writer->path, rs_at_row(writer->rows), NULL,
                       "more rows than the %" PRIu64 " that were announced", writer->rows);
    }
    writer->rows_put += rows;
    const size_t size = (size_t)(rows * writer->row_bytes);
    return writer->format == RS_WRITE_NPZ ? rs_zip_put(&writer->zip, data, size, error)
                                          : rs_file_put(writer->file, data, size, error);
}

rs_status rs_array_writer_next(rs_array_writer *writer, const rs_array_spec *spec, rs_error *error)
{
    if (writer->format != RS_WRITE_NPZ) {
        return rs_fail(error, RS_USAGE, writer->path, rs_nowhere(), NULL,
                       "only an .npz holds several arrays");
    }
    RS_TRY(end_array(writer, error));
    return begin_array(writer, spec, error);
}

rs_status rs_array_writer_finish(rs_array_writer *writer, rs_file_writer **file, rs_error *error)
{
    rs_status status = end_array(writer, error);
    *file = NULL;
    if (status == RS_OK && writer->format == RS_WRITE_NPZ) {
        status = rs_zip_finish(&writer->zip, error);
    }
    if (status == RS_OK) {
        *file = writer->file;
    } else {
        rs_file_abort(writer->file);
    }
    writer_free(writer);
    return status;
}

rs_status rs_array_writer_commit(rs_array_writer *writer, rs_error *error)
{
    rs_file_writer *file = NULL;
    RS_TRY(rs_array_writer_finish(writer, &file, error));
    return rs_file_commit(file, error);
}

void rs_array_writer_abort(rs_array_writer *writer)
{
    if (writer != NULL) {
        rs_file_abort(writer->file);
        writer_free(writer);
    }
}

/* ---- several arrays ---- */

static rs_status write_members(const char *path, const rs_array_spec *specs,
                               const void *const *data, size_t count, rs_file_writer **file,
                               rs_error *error)
{
    rs_array_writer *writer = NULL;
    rs_status status = RS_OK;
    RS_TRY(rs_array_writer_create(path, RS_WRITE_NPZ, &specs[0], &writer, error));
    for (size_t i = 0; i < count; ++i) {
        if (i > 0) {
            RS_TRY_DONE(rs_array_writer_next(writer, &specs[i], error));
        }
        RS_TRY_DONE(rs_array_writer_put(writer, data[i], specs[i].rows, error));
    }
    return rs_array_writer_finish(writer, file, error);
done:
    rs_array_writer_abort(writer);
    return status;
}

static rs_status write_tensors(const char *path, const rs_array_spec *specs,
                               const void *const *data, size_t count, rs_file_writer **file,
                               rs_error *error)
{
    rs_file_writer *made = NULL;
    rs_text header = {0};
    rs_status status = RS_OK;
    RS_TRY_DONE(rs_safetensors_list_text(specs, count, &header, error));
    RS_TRY_DONE(rs_file_create(path, &made, error));
    RS_TRY_DONE(rs_file_put(made, header.data, header.length, error));
    for (size_t i = 0; i < count; ++i) {
        uint64_t bytes = 0;
        RS_TRY_DONE(rs_array_spec_bytes(&specs[i], &bytes, error));
        RS_TRY_DONE(rs_file_put(made, data[i], (size_t)bytes, error));
    }
    *file = made;
    made = NULL;
done:
    rs_file_abort(made);
    rs_text_clear(&header);
    return status;
}

rs_status rs_arrays_write(const char *path, rs_write_format format, const rs_array_spec *specs,
                          const void *const *data, size_t count, rs_file_writer **file,
                          rs_error *error)
{
    *file = NULL;
    RS_REFUSE(count == 0 || (format != RS_WRITE_NPZ && format != RS_WRITE_SAFETENSORS), error, NULL,
              "only an .npz or a .safetensors holds several arrays");
    return format == RS_WRITE_NPZ ? write_members(path, specs, data, count, file, error)
                                  : write_tensors(path, specs, data, count, file, error);
}
