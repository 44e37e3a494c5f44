/* common.c - what several commands do: print, warn, load the labels. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/checked.h"
#include "base/error.h"
#include "cli/command.h"
#include "labels/label_files.h"

rs_status rs_print(const rs_text *text, rs_error *error)
{
    if (text->length > 0 && fwrite(text->data, 1, text->length, stdout) != text->length) {
        return rs_fail(error, RS_IO, NULL, rs_nowhere(), NULL, "standard output cannot be written");
    }
    return RS_OK;
}

bool rs_is_folder(const char *path)
{
    struct stat about;
    return stat(path, &about) == 0 && S_ISDIR(about.st_mode);
}

rs_status rs_prepare_folder(const char *folder, rs_error *error)
{
    struct stat info;
    if (mkdir(folder, 0777) != 0 && errno != EEXIST) {
        return errno == ENOENT
                   ? rs_fail(error, RS_IO, folder, rs_nowhere(), "make the folder above it first",
                             "the folder that it is to be in does not exist")
                   : rs_fail_errno(error, folder, "make the folder", errno);
    }
    if (stat(folder, &info) != 0) {
        return rs_fail_errno(error, folder, "look at", errno);
    }
    if (!S_ISDIR(info.st_mode)) {
        return rs_fail(error, RS_IO, folder, rs_nowhere(), "name a folder with --out",
                       "this is no folder");
    }
    if (access(folder, R_OK | W_OK | X_OK) != 0) {
        return rs_fail_errno(error, folder, "write results into", errno);
    }
    return RS_OK;
}

void rs_warn(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    (void)fflush(stdout);
    (void)fputs("reassess: warning: ", stderr);
    /* NOLINTNEXTLINE(clang-analyzer-valist.Uninitialized): va_start is right above */
    (void)vfprintf(stderr, format, arguments);
    (void)fputc('\n', stderr);
    va_end(arguments);
}

/* An option's path, "none" meaning no file, or the label folder's when the option was not given. */
static const char *label_path(const rs_arguments *arguments, rs_option_id id, const char *found)
{
    const char *path = rs_value(arguments, id, found);
    return path != NULL && strcmp(path, "none") == 0 ? NULL : path;
}

rs_status rs_load_labels(const rs_arguments *arguments, rs_labels **labels, rs_error *error)
{
    uint64_t classes = 0;
    rs_label_files files = {0};
    *labels = NULL;
    RS_TRY(rs_take_u64(arguments, RS_OPT_CLASSES, 1, RS_MAX_COLUMNS, &classes, error));
    /* The class list and names of the folder go with the labels of the folder, not with others. */
    const bool real_given = rs_given(arguments, RS_OPT_REAL);
    const bool original_given = rs_given(arguments, RS_OPT_LABELS);
    rs_status status = RS_OK;
    if (!real_given || !original_given) {
        status = rs_label_files_find(&files, error);
    }
    if (status == RS_OK && !real_given && !original_given) {
        status = rs_label_files_require(&files, error);
    }
    if (status == RS_OK) {
        const rs_labels_options options = {
            .real_path = label_path(arguments, RS_OPT_REAL, files.real),
            .original_path = label_path(arguments, RS_OPT_LABELS, files.original),
            .synsets_path = label_path(arguments, RS_OPT_SYNSETS, files.synsets),
            .names_path = label_path(arguments, RS_OPT_NAMES, files.names),
            .classes = (uint32_t)classes,
        };
        status = rs_labels_load(&options, labels, error);
    }
    rs_label_files_clear(&files);
    return status;
}

rs_status rs_load_excluded(const rs_arguments *arguments, const rs_labels *labels, bool **excluded,
                           rs_error *error)
{
    enum { ILSVRC_ANIMALS = 398 }; /* classes 0 to 397 are the hyponyms of "animal" */
    const uint32_t classes = rs_labels_get_view(labels)->classes;
    void *memory = NULL;
    RS_TRY(rs_alloc(&memory, classes, sizeof(bool), "a list of classes", error));
    *excluded = memory;
    if (rs_given(arguments, RS_OPT_ORACLE_EXCLUDE)) {
        return rs_take_classes(arguments, RS_OPT_ORACLE_EXCLUDE, classes, *excluded, error);
    }
    for (uint32_t c = 0; rs_labels_are_ilsvrc(labels) && c < ILSVRC_ANIMALS && c < classes; ++c) {
        (*excluded)[c] = true;
    }
    return RS_OK;
}
