/* zip_archive.c - the one place that talks to libzip. */
#include "formats/zip_archive.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zip.h>

#include "base/checked.h"
#include "base/error.h"

struct rs_zip {
    zip_t *archive;
    char *file; /* for messages */
};

static rs_status fail_zip(const char *file, int code, rs_error *error)
{
    static const char damaged[] = "the archive is damaged; copy or save it again";
    switch (code) {
    case ZIP_ER_CRC:
        return rs_fail(error, RS_FORMAT, file, rs_nowhere(), damaged,
                       "the checksum of its bytes is wrong");
    case ZIP_ER_COMPNOTSUPP:
        return rs_fail(error, RS_UNSUPPORTED, file, rs_nowhere(),
                       "save it with numpy.savez or numpy.savez_compressed",
                       "it is compressed by a method that is not read here");
    case ZIP_ER_NOPASSWD:
    case ZIP_ER_WRONGPASSWD:
    case ZIP_ER_ENCRNOTSUPP:
        return rs_fail(error, RS_UNSUPPORTED, file, rs_nowhere(),
                       "save it with numpy.savez or numpy.savez_compressed", "it is encrypted");
    case ZIP_ER_MEMORY:
        return rs_fail_memory(error, 0, "a zip archive");
    default: {
        zip_error_t problem;
        zip_error_init_with_code(&problem, code);
        const rs_status status =
            rs_fail(error, RS_FORMAT, file, rs_nowhere(), damaged,
                    "the zip archive cannot be read: %s", zip_error_strerror(&problem));
        zip_error_fini(&problem);
        return status;
    }
    }
}

/* libzip reads through a stdio stream of its own descriptor. */
static rs_status open_archive(const rs_input *input, zip_t **archive, rs_error *error)
{
    const int fd = fcntl(input->fd, F_DUPFD_CLOEXEC, 0);
    FILE *file = fd < 0 ? NULL : fdopen(fd, "rb");
    if (file == NULL) {
        const int reason = errno;
        if (fd >= 0) {
            (void)close(fd);
        }
        return rs_fail_errno(error, input->name, "open", reason);
    }
    zip_error_t problem;
    zip_error_init(&problem);
    zip_source_t *bytes = zip_source_filep_create(file, 0, -1, &problem);
    if (bytes == NULL) {
        (void)fclose(file);
    } else {
        *archive = zip_open_from_source(bytes, ZIP_RDONLY, &problem);
        if (*archive == NULL) {
            zip_source_free(bytes);
        }
    }
    rs_status status = RS_OK;
    if (*archive == NULL) {
        status = fail_zip(input->name, zip_error_code_zip(&problem), error);
    }
    zip_error_fini(&problem);
    return status;
}

rs_status rs_zip_open(const rs_input *input, rs_zip **zip, rs_error *error)
{
    rs_zip *made = NULL;
    rs_status status = RS_OK;
    *zip = NULL;
    RS_TRY(RS_NEW(&made, 1, "a zip archive", error));
    RS_TRY_DONE(rs_copy_text(&made->file, input->name, error));
    RS_TRY_DONE(open_archive(input, &made->archive, error));
    *zip = made;
    return RS_OK;
done:
    rs_zip_close(made);
    return status;
}

void rs_zip_close(rs_zip *zip)
{
    if (zip == NULL) {
        return;
    }
    if (zip->archive != NULL) {
        zip_discard(zip->archive);
    }
    free(zip->file);
    free(zip);
}

uint64_t rs_zip_count(const rs_zip *zip)
{
    const zip_int64_t count = zip_get_num_entries(zip->archive, 0);
    return count < 0 ? 0 : (uint64_t)count;
}

const char *rs_zip_name(const rs_zip *zip, uint64_t index)
{
    const char *name = zip_get_name(zip->archive, index, ZIP_FL_ENC_RAW);
    return name == NULL ? "" : name;
}

rs_status rs_zip_label(const rs_zip *zip, uint64_t index, char **label, rs_error *error)
{
    const char *name = rs_zip_name(zip, index);
    const uint64_t bytes = strlen(zip->file) + strlen(name) + 3;
    RS_TRY(RS_NEW(label, bytes, "a name", error));
    (void)snprintf(*label, (size_t)bytes, "%s: %s", zip->file, name);
    return RS_OK;
}

/* ---- a member as a stream ---- */

typedef struct member_stream {
    rs_byte_stream base;
    rs_zip *zip; /* NULL: borrowed for a peek */
    zip_file_t *member;
    char *label;
} member_stream;

static rs_status member_read(rs_byte_stream *stream, void *out, size_t size, size_t *got,
                             rs_error *error)
{
    member_stream *from = (member_stream *)stream;
    *got = 0;
    while (*got < size) {
        const zip_int64_t n = zip_fread(from->member, (uint8_t *)out + *got, size - *got);
        if (n == 0) {
            return RS_OK;
        }
        if (n < 0) {
            return fail_zip(from->label, zip_error_code_zip(zip_file_get_error(from->member)),
                            error);
        }
        *got += (size_t)n;
    }
    return RS_OK;
}

static void member_close(rs_byte_stream *stream)
{
    member_stream *from = (member_stream *)stream;
    if (from->member != NULL) {
        (void)zip_fclose(from->member);
    }
    rs_zip_close(from->zip);
    free(from->label);
    free(from);
}

/* Close *opened in any case, where it is not NULL. */
static rs_status open_member(const rs_zip *zip, uint64_t index, member_stream **opened,
                             rs_error *error)
{
    RS_TRY(RS_NEW(opened, 1, "a stream", error));
    member_stream *const from = *opened;
    from->base = (rs_byte_stream){member_read, member_close};
    RS_TRY(rs_zip_label(zip, index, &from->label, error));
    from->member = zip_fopen_index(zip->archive, index, 0);
    return from->member != NULL
               ? RS_OK
               : fail_zip(from->label, zip_error_code_zip(zip_get_error(zip->archive)), error);
}

rs_status rs_zip_peek(rs_zip *zip, uint64_t index, void *out, size_t size, size_t *got,
                      rs_error *error)
{
    member_stream *from = NULL;
    rs_status status = RS_OK;
    *got = 0;
    RS_TRY_DONE(open_member(zip, index, &from, error));
    status = member_read(&from->base, out, size, got, error);
done:
    if (from != NULL) {
        member_close(&from->base);
    }
    return status;
}

static rs_status open_stream(const rs_zip *zip, uint64_t index, member_stream **opened,
                             rs_error *error)
{
    member_stream *from = NULL;
    *opened = NULL;
    const rs_status status = open_member(zip, index, &from, error);
    if (status == RS_OK) {
        *opened = from;
    } else if (from != NULL) {
        member_close(&from->base);
    }
    return status;
}

rs_status rs_zip_member_open(const rs_zip *zip, uint64_t index, rs_byte_stream **stream,
                             rs_error *error)
{
    member_stream *from = NULL;
    *stream = NULL;
    RS_TRY(open_stream(zip, index, &from, error));
    *stream = &from->base;
    return RS_OK;
}

rs_status rs_zip_stream_open(rs_zip *zip, uint64_t index, rs_byte_stream **stream, rs_error *error)
{
    member_stream *from = NULL;
    *stream = NULL;
    const rs_status status = open_stream(zip, index, &from, error);
    if (status != RS_OK) {
        rs_zip_close(zip);
        return status;
    }
    from->zip = zip;
    *stream = &from->base;
    return RS_OK;
}
