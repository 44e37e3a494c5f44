/* label_files.c - the default label files. */
#include "labels/label_files.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/checked.h"
#include "base/error.h"
#include "reassess/labels.h"

static const char *const missing_advice =
    "run reassess labels --fetch, or name files with --real and --labels";

static rs_status join(char **path, const char *folder, const char *name, rs_error *error)
{
    const size_t bytes = strlen(folder) + strlen(name) + 2;
    RS_TRY(RS_NEW(path, bytes, "a file name", error));
    (void)snprintf(*path, bytes, "%s/%s", folder, name);
    return RS_OK;
}

/* *path stays NULL when there is no such file. */
static rs_status find_file(char **path, const char *folder, const char *name, rs_error *error)
{
    char *joined = NULL;
    RS_TRY(join(&joined, folder, name, error));
    struct stat info;
    if (stat(joined, &info) == 0 && !S_ISDIR(info.st_mode)) {
        *path = joined;
        return RS_OK;
    }
    free(joined);
    return RS_OK;
}

rs_status rs_label_files_find_in(const char *folder, rs_label_files *files, rs_error *error)
{
    *files = (rs_label_files){0};
    rs_status status = RS_OK;
    RS_TRY_DONE(rs_copy_text(&files->folder, folder, error));
    RS_TRY_DONE(find_file(&files->real, folder, "real.json", error));
    RS_TRY_DONE(find_file(&files->original, folder, "original.txt", error));
    RS_TRY_DONE(find_file(&files->synsets, folder, "synsets.txt", error));
    RS_TRY_DONE(find_file(&files->names, folder, "names.txt", error));
done:
    if (status != RS_OK) {
        rs_label_files_clear(files);
    }
    return status;
}

/* A variable that is set to a path from the root; the XDG rules have relative ones ignored. */
static const char *absolute_path_of(const char *variable)
{
    const char *value = getenv(variable);
    return value != NULL && value[0] == '/' ? value : NULL;
}

rs_status rs_label_files_find(rs_label_files *files, rs_error *error)
{
    *files = (rs_label_files){0};
    const char *named = getenv("REASSESS_LABELS");
    if (named != NULL && named[0] != '\0') {
        struct stat info;
        if (stat(named, &info) != 0 || !S_ISDIR(info.st_mode)) {
            return rs_fail(error, RS_IO, named, rs_nowhere(),
                           "fill it with reassess labels --fetch, or unset REASSESS_LABELS",
                           "the environment variable REASSESS_LABELS names no folder");
        }
        return rs_label_files_find_in(named, files, error);
    }
    const char *cache = absolute_path_of("XDG_CACHE_HOME");
    const char *home = absolute_path_of("HOME");
    if (cache == NULL && home == NULL) {
        return RS_OK;
    }
    char *folder = NULL;
    RS_TRY(join(&folder, cache != NULL ? cache : home,
                cache != NULL ? "reassess/labels" : ".cache/reassess/labels", error));
    const rs_status status = rs_label_files_find_in(folder, files, error);
    free(folder);
    return status;
}

static rs_status require_folder(const rs_label_files *files, rs_error *error)
{
    if (files->folder == NULL) {
        return rs_fail(error, RS_IO, NULL, rs_nowhere(),
                       "name files with --real and --labels, or set REASSESS_LABELS",
                       "there is no label folder: none of REASSESS_LABELS, XDG_CACHE_HOME and HOME "
                       "is set");
    }
    return RS_OK;
}

rs_status rs_label_files_require(const rs_label_files *files, rs_error *error)
{
    RS_TRY(require_folder(files, error));
    if (files->real == NULL || files->original == NULL) {
        return rs_fail(error, RS_IO, files->folder, rs_nowhere(), missing_advice,
                       "%s%s%s %s not in the label folder", files->real == NULL ? "real.json" : "",
                       files->real == NULL && files->original == NULL ? " and " : "",
                       files->original == NULL ? "original.txt" : "",
                       files->real == NULL && files->original == NULL ? "are" : "is");
    }
    return RS_OK;
}

void rs_label_files_clear(rs_label_files *files)
{
    free(files->folder);
    free(files->real);
    free(files->original);
    free(files->synsets);
    free(files->names);
    *files = (rs_label_files){0};
}

/* ---- for users of the library ---- */

rs_status rs_labels_default_folder(char **folder, rs_error *error)
{
    rs_label_files files = {0};
    RS_NEED(folder, error);
    *folder = NULL;
    RS_TRY(rs_label_files_find(&files, error));
    const rs_status status = require_folder(&files, error);
    if (status == RS_OK) {
        *folder = files.folder;
        files.folder = NULL;
    }
    rs_label_files_clear(&files);
    return status;
}

rs_status rs_labels_load_default(rs_labels **labels, rs_error *error)
{
    rs_label_files files = {0};
    RS_NEED(labels, error);
    *labels = NULL;
    RS_TRY(rs_label_files_find(&files, error));
    rs_status status = rs_label_files_require(&files, error);
    if (status == RS_OK) {
        const rs_labels_options options = {
            .real_path = files.real,
            .original_path = files.original,
            .synsets_path = files.synsets,
            .names_path = files.names,
        };
        status = rs_labels_load(&options, labels, error);
    }
    rs_label_files_clear(&files);
    return status;
}
