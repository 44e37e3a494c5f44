/* zip_archive.c - opens archives and names their members, by libzip. */
#include "formats/zip_archive.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/checked.h"
#include "base/error.h"
#include "formats/zip_impl.h"

static const char damaged[] = "the archive is damaged; copy or save it again";

rs_status rs_zip_fail_sum(const char *label, rs_error *error)
{
    return rs_fail(error, RS_FORMAT, label, rs_nowhere(), damaged,
                   "the checksum of its bytes is wrong");
}

rs_status rs_fail_zip(const char *file, int code, rs_error *error)
{
    switch (code) {
    case ZIP_ER_CRC:
        return rs_zip_fail_sum(file, error);
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
static rs_status open_archive(const rs_input *input, zip_t **archive, int *own_fd, rs_error *error)
{
    const int fd = fcntl(input->fd, F_DUPFD_CLOEXEC, 0);
    *own_fd = fd;
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
        status = rs_fail_zip(input->name, zip_error_code_zip(&problem), error);
    }
    zip_error_fini(&problem);
    return status;
}

rs_status rs_zip_open(const rs_input *input, rs_io io, rs_zip **zip, rs_error *error)
{
    rs_zip *made = NULL;
    rs_status status = RS_OK;
    *zip = NULL;
    RS_TRY(RS_NEW(&made, 1, "a zip archive", error));
    RS_TRY_DONE(rs_copy_text(&made->file, input->name, error));
    RS_TRY_DONE(open_archive(input, &made->archive, &made->fd, error));
    made->bytes = input->size;
    made->mapping = io == RS_IO_MMAP || (io == RS_IO_AUTO && rs_input_is_local(input));
    made->directory = rs_zip_directory_read(made->fd, made->bytes, rs_zip_count(made));
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
    free(zip->directory);
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

bool rs_zip_find_bytes(const rs_zip *zip, uint64_t index, rs_zip_span *span)
{
    enum { ENCRYPTED = 1 };
    static const zip_uint64_t needed =
        ZIP_STAT_SIZE | ZIP_STAT_COMP_SIZE | ZIP_STAT_CRC | ZIP_STAT_COMP_METHOD;
    zip_stat_t said;
    zip_stat_init(&said);
    return zip->directory != NULL && zip_stat_index(zip->archive, index, 0, &said) == 0 &&
           (said.valid & needed) == needed &&
           rs_zip_span_find(zip->fd, zip->bytes, &zip->directory[index], span) &&
           (span->flags & ENCRYPTED) == 0 && span->bytes == said.size &&
           span->packed == said.comp_size && span->crc == said.crc &&
           span->method == said.comp_method;
}

bool rs_zip_may_map(const rs_zip *zip)
{
    return zip->mapping;
}
