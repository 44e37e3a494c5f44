/* sweep_paths.c - see sweep_paths.h. */
#include "cli/sweep_paths.h"

#include <dirent.h>
#include <errno.h>
#include <glob.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/checked.h"
#include "base/error.h"
#include "base/file_read.h"
#include "base/text.h"
#include "formats/open.h"

static rs_status add_path(rs_sweep_paths *paths, const char *path, rs_error *error)
{
    RS_TRY(RS_GROW(&paths->path, paths->count + 1, "paths", error));
    RS_TRY(rs_copy_text(&paths->path[paths->count], path, error));
    paths->count += 1;
    return RS_OK;
}

static bool is_wanted(const rs_path_filter *filter, const char *path)
{
    struct stat info;
    if (filter->part != NULL &&
        memmem(path, strlen(path), filter->part, filter->part_bytes) == NULL) {
        return false;
    }
    if (stat(path, &info) != 0 || !S_ISREG(info.st_mode)) {
        return false;
    }
    return filter->any_bytes || rs_is_rows_file(path);
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Adds FOLDER/NAME when it is a model. */
static rs_status add_entry(rs_sweep_paths *paths, const char *folder, const char *name,
                           const rs_path_filter *filter, rs_error *error)
{
    char *path = NULL;
    const char *slash = folder[strlen(folder) - 1] == '/' ? "" : "/";
    RS_TRY(rs_format_text(&path, error, "%s%s%s", folder, slash, name));
    const rs_status status = is_wanted(filter, path) ? add_path(paths, path, error) : RS_OK;
    free(path);
    return status;
}

static rs_status add_entries(rs_sweep_paths *paths, DIR *stream, const char *folder,
                             const rs_path_filter *filter, rs_error *error)
{
    for (;;) {
        errno = 0;
        const struct dirent *entry = readdir(stream);
        if (entry == NULL) {
            return errno == 0 ? RS_OK : rs_fail_errno(error, folder, "list", errno);
        }
        if (entry->d_name[0] != '.') {
            RS_TRY(add_entry(paths, folder, entry->d_name, filter, error));
        }
    }
}

static rs_status add_folder(rs_sweep_paths *paths, const char *folder, const rs_path_filter *filter,
                            rs_error *error)
{
    const size_t before = paths->count;
    DIR *stream = opendir(folder);
    if (stream == NULL) {
        return rs_fail_folder(error, folder, errno);
    }
    const rs_status status = add_entries(paths, stream, folder, filter, error);
    (void)closedir(stream);
    RS_TRY(status);
    if (paths->count == before) {
        return rs_fail(error, RS_USAGE, folder, rs_nowhere(),
                       "name the folder that the files are in; folders in it are not entered",
                       "no file of this folder is a model's");
    }
    qsort(paths->path + before, paths->count - before, sizeof(char *), by_name);
    return RS_OK;
}

static rs_status add_pattern(rs_sweep_paths *paths, const char *pattern,
                             const rs_path_filter *filter, rs_error *error)
{
    const size_t before = paths->count;
    glob_t found = {0};
    rs_status status = RS_OK;
    if (glob(pattern, GLOB_NOSORT, NULL, &found) == 0) {
        for (size_t i = 0; status == RS_OK && i < found.gl_pathc; ++i) {
            if (is_wanted(filter, found.gl_pathv[i])) {
                status = add_path(paths, found.gl_pathv[i], error);
            }
        }
    }
    globfree(&found);
    RS_TRY(status);
    if (paths->count == before) {
        return rs_fail(error, RS_USAGE, pattern, rs_nowhere(), NULL, "no model's file fits this");
    }
    qsort(paths->path + before, paths->count - before, sizeof(char *), by_name);
    return RS_OK;
}

rs_status rs_sweep_paths_add(rs_sweep_paths *paths, const char *argument,
                             const rs_path_filter *filter, rs_error *error)
{
    struct stat info;
    RS_REFUSE(strcmp(argument, "-") == 0, error, "score it with reassess eval",
              "a sweep cannot read standard input: it could not go on with it later");
    if (stat(argument, &info) != 0) {
        if (argument[0] != '\0' && argument[strlen(argument) - 1] == '/') {
            return rs_fail_folder(error, argument, errno);
        }
        /* A file that is not there is a model that fails; a pattern was to be one of files. */
        return strpbrk(argument, "*?[") != NULL ? add_pattern(paths, argument, filter, error)
                                                : add_path(paths, argument, error);
    }
    return S_ISDIR(info.st_mode) ? add_folder(paths, argument, filter, error)
                                 : add_path(paths, argument, error);
}
