/* synth_labels_write.c - made-up labels as the files that people have of the real ones. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file_read.h"
#include "base/file_write.h"
#include "base/text.h"
#include "labels/real_json.h"
#include "synth/synth_labels.h"
#include "synth/synth_labels_data.h"

/* The original label first where the set has it: the real file is not sorted either, and what reads
 * it must not count on that. */
static void put_set(rs_text *text, const rs_label_view *view, uint64_t row)
{
    const int32_t own = view->original[row];
    const uint32_t begin = view->real_begin[row];
    const uint32_t end = view->real_begin[row + 1];
    const char *separator = "";
    rs_text_printf(text, row == 0 ? "[" : ", [");
    for (uint32_t i = begin; i < end; ++i) {
        if (view->real_class[i] == own) {
            rs_text_printf(text, "%" PRId32, own);
            separator = ", ";
        }
    }
    for (uint32_t i = begin; i < end; ++i) {
        if (view->real_class[i] != own) {
            rs_text_printf(text, "%s%" PRId32, separator, view->real_class[i]);
            separator = ", ";
        }
    }
    rs_text_printf(text, "]");
}

static rs_status check_stop(const rs_synth_labels *labels, uint64_t row, rs_error *error)
{
    if (row % 4096 == 0 && labels->stop != NULL && *labels->stop != 0) {
        return rs_fail(error, RS_INTERRUPTED, NULL, rs_nowhere(), NULL,
                       "stopped by a signal; nothing was written");
    }
    return RS_OK;
}

static rs_status put_real(rs_file_writer *writer, const rs_synth_labels *labels, rs_text *text,
                          rs_error *error)
{
    static const char start[] = RS_SYNTHETIC_SETS_MARK "[";
    RS_TRY(rs_file_put(writer, start, sizeof start - 1, error));
    for (uint64_t row = 0; row < labels->view.rows; ++row) {
        text->length = 0;
        put_set(text, &labels->view, row);
        RS_TRY(check_stop(labels, row, error));
        RS_TRY(rs_file_put_text(writer, text, error));
    }
    return rs_file_put(writer, "]\n", 2, error);
}

static rs_status put_original(rs_file_writer *writer, const rs_synth_labels *labels, rs_text *text,
                              rs_error *error)
{
    rs_text_printf(text, RS_SYNTH_LABELS_MARK ", seed %" PRIu64 "\n", labels->seed);
    RS_TRY(rs_file_put_text(writer, text, error));
    for (uint64_t row = 0; row < labels->view.rows; ++row) {
        text->length = 0;
        rs_text_printf(text, "%" PRId32 "\n", labels->view.original[row]);
        RS_TRY(check_stop(labels, row, error));
        RS_TRY(rs_file_put_text(writer, text, error));
    }
    return RS_OK;
}

static rs_status put_names(rs_file_writer *writer, const rs_synth_labels *labels, rs_text *text,
                           rs_error *error)
{
    for (uint32_t i = 0; i < labels->view.classes; ++i) {
        text->length = 0;
        rs_text_printf(text, "class %" PRIu32 "\n", i);
        RS_TRY(rs_file_put_text(writer, text, error));
    }
    return RS_OK;
}

typedef rs_status put_function(rs_file_writer *writer, const rs_synth_labels *labels, rs_text *text,
                               rs_error *error);

enum { FILES = 3 };

/* Real labels are never replaced by made-up ones: what is there must begin as these do. */
static rs_status need_synthetic(const char *path, const char *mark, rs_error *error)
{
    char head[64] = "";
    RS_TRY(rs_file_need_regular(path, error));
    const int fd = rs_open_again(path, O_RDONLY, 0);
    if (fd < 0) {
        return errno == EACCES ? rs_fail_errno(error, path, "open", errno) : RS_OK;
    }
    const ssize_t got = pread(fd, head, sizeof head - 1, 0);
    (void)close(fd);
    return got == 0 || strncmp(head, mark, strlen(mark)) == 0
               ? RS_OK
               : rs_fail(error, RS_USAGE, path, rs_nowhere(),
                         "name another folder for them, or remove this file first",
                         "made-up labels would replace this, which is none of theirs");
}

static rs_status write_file(const rs_synth_labels *labels, const char *folder, const char *name,
                            const char *mark, put_function *put, rs_file_writer **file,
                            rs_error *error)
{
    char *path = NULL;
    rs_text text = {0};
    rs_status status = RS_OK;
    RS_TRY_DONE(rs_format_text(&path, error, "%s/%s", folder, name));
    RS_TRY_DONE(need_synthetic(path, mark, error));
    RS_TRY_DONE(rs_file_create(path, file, error));
    RS_TRY_DONE(put(*file, labels, &text, error));
done:
    free(path);
    rs_text_clear(&text);
    return status;
}

static rs_status write_files(const rs_synth_labels *labels, const char *folder,
                             rs_file_writer *file[FILES], rs_error *error)
{
    RS_TRY(write_file(labels, folder, "real.json", RS_SYNTHETIC_SETS_MARK, put_real, &file[0],
                      error));
    RS_TRY(write_file(labels, folder, "original.txt", RS_SYNTH_LABELS_MARK, put_original, &file[1],
                      error));
    return write_file(labels, folder, "names.txt", "class 0\n", put_names, &file[2], error);
}

rs_status rs_synth_labels_write(const rs_synth_labels *labels, const char *folder,
                                const volatile sig_atomic_t *stop, rs_error *error)
{
    rs_file_writer *file[FILES] = {NULL};
    rs_synth_labels watched = *labels;
    watched.stop = stop;
    const bool made = mkdir(folder, 0777) == 0;
    if (!made && errno != EEXIST) {
        return rs_fail_errno(error, folder, "make", errno);
    }
    rs_status status = write_files(&watched, folder, file, error);
    if (status == RS_OK) {
        status = rs_file_commit_all(file, FILES, error);
    } else {
        for (size_t i = 0; i < FILES; ++i) {
            rs_file_abort(file[i]);
        }
    }
    if (made && status != RS_OK) {
        (void)rmdir(folder); /* nothing is in it */
    }
    return status;
}
