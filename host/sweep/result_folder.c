/* result_folder.c - which results are in a folder. */
#include "sweep/result_folder.h"

#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/checked.h"
#include "base/compare.h"
#include "base/error.h"
#include "base/file_read.h"
#include "base/json.h"
#include "report/record_read.h"
#include "sweep/failure.h"

#define RECORD_END  ".json"
#define SIDECAR_END ".topk.npz"
#define TALLY_END   ".tally"
#define FAILURE_END ".error.json"

/* Leaves room for endings and temporary names in 255. */
enum { STEM_MAX_BYTES = 200 };

/* ---- names ---- */

static bool ends_with(const char *name, const char *end)
{
    const size_t length = strlen(name);
    const size_t end_length = strlen(end);
    return length > end_length && strcmp(name + length - end_length, end) == 0;
}

static rs_status join(char **path, rs_error *error, const char *folder, const char *stem,
                      size_t stem_length, const char *end)
{
    return rs_format_text(path, error, "%s/%.*s%s", folder, (int)stem_length, stem, end);
}

static rs_status check_stem(const char *model, const rs_text *stem, rs_error *error)
{
    const char *reason = NULL;
    if (model[0] == '\0') {
        reason = "it is empty";
    } else if (stem->length > STEM_MAX_BYTES) {
        reason = "it is longer than file names may be";
    } else if (stem->data[0] == '.') {
        reason = "it starts with a dot, as files under way do";
    } else if (ends_with(stem->data, ".error")) {
        reason = "it ends in .error, as the files about failed models do";
    }
    return reason == NULL
               ? RS_OK
               : rs_fail(error, RS_USAGE, NULL, rs_nowhere(), "give the model another name",
                         "results of a model named \"%s\" cannot be written: %s", model, reason);
}

static rs_status make_stem(const char *model, const rs_row_range *range, rs_text *stem,
                           rs_error *error)
{
    rs_text_add(stem, model);
    RS_TRY(rs_text_check(stem, error));
    for (char *at = stem->data; *at != '\0'; ++at) {
        *at = *at == '/' ? '_' : *at;
    }
    if (range != NULL) {
        rs_text_printf(stem, ".rows%" PRIu64 "-%" PRIu64, range->begin, range->end);
    }
    RS_TRY(rs_text_check(stem, error));
    return check_stem(model, stem, error);
}

rs_status rs_result_files_make(const char *folder, const char *model, const rs_row_range *range,
                               rs_result_files *files, rs_error *error)
{
    rs_text stem = {0};
    *files = (rs_result_files){0};
    rs_status status = RS_OK;
    RS_TRY_DONE(make_stem(model, range, &stem, error));
    RS_TRY_DONE(join(&files->record, error, folder, stem.data, stem.length, RECORD_END));
    RS_TRY_DONE(join(&files->sidecar, error, folder, stem.data, stem.length, SIDECAR_END));
    RS_TRY_DONE(join(&files->tally, error, folder, stem.data, stem.length, TALLY_END));
    RS_TRY_DONE(join(&files->failure, error, folder, stem.data, stem.length, FAILURE_END));
done:
    rs_text_clear(&stem);
    return status;
}

void rs_result_files_clear(rs_result_files *files)
{
    free(files->record);
    free(files->sidecar);
    free(files->tally);
    free(files->failure);
    *files = (rs_result_files){0};
}

/* A sweep that is under way took it; a link to nothing is still there. */
static bool is_away(const char *path)
{
    struct stat info;
    return lstat(path, &info) != 0 && errno == ENOENT;
}

/* A sweep puts a newer file where it took one away: who came between the two looks again. */
enum { LOOKS = 32 };

/* ---- one record ---- */

static rs_status fail_record(const char *path, const char *reason, rs_error *error)
{
    return rs_fail(error, RS_FORMAT, path, rs_nowhere(),
                   "remove it and run the sweep again, or keep other files elsewhere",
                   "this is no result of a sweep: %s", reason);
}

static rs_status take_range(const rs_json *input, const char *path, rs_result *result,
                            rs_error *error)
{
    const rs_json *range = rs_json_get(input, "row_range");
    int64_t begin = 0;
    int64_t end = 0;
    if (range == NULL || rs_json_is_null(range)) {
        return RS_OK;
    }
    const rs_json *first = rs_json_first(range);
    const rs_json *second = first == NULL ? NULL : rs_json_next(first);
    if (!rs_json_is_array(range) || rs_json_size(range) != 2 || !rs_json_integer(first, &begin) ||
        !rs_json_integer(second, &end) || begin < 0 || end <= begin) {
        return fail_record(path, "its row_range is not one", error);
    }
    result->has_row_range = true;
    result->rows = (rs_row_range){(uint64_t)begin, (uint64_t)end};
    return RS_OK;
}

static rs_status take_record(const rs_json *json, const char *path, rs_result *result,
                             rs_error *error)
{
    const char *schema = rs_json_text(rs_json_get(json, "schema"));
    const char *model = rs_json_text(rs_json_get(json, "model"));
    if (schema == NULL) {
        return fail_record(path, "it names no schema", error);
    }
    if (strcmp(schema, RS_RECORD_SCHEMA) != 0) {
        return rs_fail(error, RS_UNSUPPORTED, path, rs_nowhere(),
                       "run the sweep again with this version, or read it with that one",
                       "the record has schema \"%.80s\", this version reads " RS_RECORD_SCHEMA,
                       schema);
    }
    if (model == NULL || !rs_json_is_object(rs_json_get(json, "metrics"))) {
        return fail_record(path, "it lacks a model or metrics", error);
    }
    RS_TRY(rs_copy_text(&result->model, model, error));
    return take_range(rs_json_get(json, "input"), path, result, error);
}

static rs_status read_json(const char *path, rs_json **json, rs_error *error)
{
    rs_file_bytes bytes = {0};
    *json = NULL;
    RS_TRY(rs_file_read_regular(path, RS_RECORD_BYTES_MAX, &bytes, error));
    rs_status status = RS_OK;
    if (bytes.size == 0) {
        status = fail_record(path, "it is empty", error);
        goto done;
    }
    RS_TRY_DONE(rs_json_parse(path, (const char *)bytes.data, bytes.size, json, error));
done:
    rs_file_bytes_free(&bytes);
    return status;
}

/* ---- the list ---- */

static void clear_result(rs_result *result)
{
    free(result->model);
    rs_result_files_clear(&result->files);
}

static void clear_failed(rs_failed_result *failed)
{
    free(failed->model);
    free(failed->path);
    free(failed->reason);
}

/* The path of the file beside a record, if there is one. */
static rs_status find_beside(const char *folder, const char *stem, size_t stem_length,
                             const char *end, char **path, rs_error *error)
{
    RS_TRY(join(path, error, folder, stem, stem_length, end));
    struct stat info;
    if (rs_is_broken_link(*path)) {
        return rs_fail_broken_link(error, *path);
    }
    if (stat(*path, &info) != 0) {
        free(*path);
        *path = NULL;
        return RS_OK;
    }
    return S_ISREG(info.st_mode) ? RS_OK : fail_record(*path, "it is no regular file", error);
}

static rs_status fill_result(const char *folder, const char *file_name, rs_result *result,
                             rs_error *error)
{
    const size_t stem = strlen(file_name) - strlen(RECORD_END);
    rs_result_files *files = &result->files;
    rs_json *json = NULL;
    RS_TRY(join(&files->record, error, folder, file_name, stem, RECORD_END));
    RS_TRY(find_beside(folder, file_name, stem, SIDECAR_END, &files->sidecar, error));
    RS_TRY(find_beside(folder, file_name, stem, TALLY_END, &files->tally, error));
    RS_TRY(find_beside(folder, file_name, stem, FAILURE_END, &files->failure, error));
    RS_TRY(read_json(files->record, &json, error));
    const rs_status status = take_record(json, files->record, result, error);
    rs_json_free(json);
    return status;
}

static rs_status add_result(const char *folder, const char *file_name, rs_result_folder *list,
                            rs_error *error)
{
    RS_TRY(RS_GROW(&list->result, list->count + 1, "a list of results", error));
    rs_result *result = &list->result[list->count];
    *result = (rs_result){0};
    list->count += 1;
    for (int look = 1;; ++look) {
        const rs_status status = fill_result(folder, file_name, result, error);
        const bool away = status == RS_IO && is_away(result->files.record);
        if (!away && (status != RS_IO || look == LOOKS)) {
            return status;
        }
        clear_result(result);
        *result = (rs_result){0};
        if (away) {
            list->count -= 1; /* to put a newer one there */
            return RS_OK;
        }
    }
}

static rs_status add_failed(const char *folder, const char *file_name, rs_result_folder *list,
                            rs_error *error)
{
    const size_t stem = strlen(file_name) - strlen(FAILURE_END);
    char *record = NULL;
    RS_TRY(RS_GROW(&list->failed, list->failed_count + 1, "a list of failed models", error));
    rs_failed_result *failed = &list->failed[list->failed_count];
    *failed = (rs_failed_result){0};
    list->failed_count += 1;
    RS_TRY(join(&failed->path, error, folder, file_name, stem, FAILURE_END));
    RS_TRY(find_beside(folder, file_name, stem, RECORD_END, &record, error));
    failed->has_record = record != NULL;
    free(record);
    for (int look = 1;; ++look) {
        const rs_status status =
            rs_failure_read(failed->path, &failed->model, &failed->reason, error);
        if (status == RS_IO && is_away(failed->path)) {
            list->failed_count -= 1; /* by a sweep that succeeded */
            clear_failed(failed);
            return RS_OK;
        }
        if (status != RS_IO || look == LOOKS) {
            return status;
        }
    }
}

static rs_status add_file(const char *folder, const char *name, rs_result_folder *list,
                          rs_error *error)
{
    if (name[0] == '.' || !ends_with(name, RECORD_END)) {
        return RS_OK;
    }
    return ends_with(name, FAILURE_END) ? add_failed(folder, name, list, error)
                                        : add_result(folder, name, list, error);
}

int rs_result_order(const void *a, const void *b)
{
    const rs_result *left = a;
    const rs_result *right = b;
    const int names = strcmp(left->model, right->model);
    if (names != 0) {
        return names;
    }
    if (left->has_row_range != right->has_row_range) {
        return left->has_row_range ? 1 : -1;
    }
    return RS_COMPARE(left->rows.begin, right->rows.begin);
}

RS_SORTS(compare_failed, rs_failed_result)
{
    const int names = strcmp(left->model, right->model);
    return names != 0 ? names : strcmp(left->path, right->path);
}

static rs_status sort_and_check(rs_result_folder *list, rs_error *error)
{
    if (list->failed_count > 1) {
        qsort(list->failed, list->failed_count, sizeof list->failed[0], compare_failed);
    }
    if (list->count < 2) {
        return RS_OK;
    }
    qsort(list->result, list->count, sizeof list->result[0], rs_result_order);
    for (size_t i = 1; i < list->count; ++i) {
        const rs_result *before = &list->result[i - 1];
        const rs_result *after = &list->result[i];
        if (!after->has_row_range && strcmp(before->model, after->model) == 0) {
            return rs_fail(error, RS_MISMATCH, after->files.record, rs_nowhere(),
                           "keep one of them, or put them into folders of their own",
                           "this is a second record of %s; the other is %s", after->model,
                           before->files.record);
        }
    }
    return RS_OK;
}

static rs_status list_files(DIR *stream, const char *folder, rs_result_folder *list,
                            rs_error *error)
{
    for (;;) {
        errno = 0;
        const struct dirent *entry = readdir(stream);
        if (entry == NULL) {
            return errno == 0 ? RS_OK : rs_fail_errno(error, folder, "list", errno);
        }
        RS_TRY(add_file(folder, entry->d_name, list, error));
    }
}

rs_status rs_result_folder_list(const char *folder, rs_result_folder *list, rs_error *error)
{
    *list = (rs_result_folder){0};
    DIR *stream = opendir(folder);
    if (stream == NULL) {
        return errno == ENOTDIR ? rs_fail(error, RS_IO, folder, rs_nowhere(),
                                          "name the folder that a sweep wrote", "this is no folder")
                                : rs_fail_folder(error, folder, errno);
    }
    const rs_status status = list_files(stream, folder, list, error);
    (void)closedir(stream);
    return status == RS_OK ? sort_and_check(list, error) : status;
}

void rs_result_folder_clear(rs_result_folder *list)
{
    for (size_t i = 0; i < list->count; ++i) {
        clear_result(&list->result[i]);
    }
    for (size_t i = 0; i < list->failed_count; ++i) {
        clear_failed(&list->failed[i]);
    }
    free(list->result);
    free(list->failed);
    *list = (rs_result_folder){0};
}
