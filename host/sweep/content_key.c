/* content_key.c - making and comparing keys. */
#include "sweep/content_key.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/error.h"
#include "base/hash.h"
#include "reassess/version.h"

/* ---- making ---- */

static rs_status fill_file(rs_json *to, const char *path, rs_error *error)
{
    struct stat info;
    char modified[48];
    if (stat(path, &info) != 0) {
        return errno == ENOENT ? rs_fail(error, RS_IO, path, rs_nowhere(),
                                         "check the path, or run again when "
                                         "the file is there",
                                         "there is no such file")
                               : rs_fail_errno(error, path, "look at", errno);
    }
    if (S_ISDIR(info.st_mode)) {
        return rs_fail(error, RS_IO, path, rs_nowhere(), "name a file inside it",
                       "this is a folder, a file is needed");
    }
    if (!S_ISREG(info.st_mode)) {
        return rs_fail(error, RS_USAGE, path, rs_nowhere(), "score it with reassess eval",
                       "a sweep takes regular files only: a stream cannot be read again to resume");
    }
    (void)snprintf(modified, sizeof modified, "%jd.%09ld", (intmax_t)info.st_mtim.tv_sec,
                   info.st_mtim.tv_nsec);
    rs_json_add_integer(to, "bytes", (uint64_t)info.st_size);
    rs_json_add_text(to, "modified", modified);
    return RS_OK;
}

static rs_status fill_files(rs_json *key, const rs_run_model *model, rs_error *error)
{
    rs_json *files = rs_json_add_array(key, "files");
    for (size_t i = 0; i < model->path_count; ++i) {
        RS_TRY(fill_file(rs_json_add_object(files, NULL), model->paths[i], error));
    }
    if (model->scores_path == NULL) {
        rs_json_add_null(key, "scores");
        return RS_OK;
    }
    return fill_file(rs_json_add_object(key, "scores"), model->scores_path, error);
}

/* The key as it will be when it is read from a file: numbers that are written are texts in the
 * tree. */
static rs_status read_back(rs_json *made, rs_json **key, rs_error *error)
{
    rs_text text = {0};
    rs_status status = rs_json_print(made, &text, error);
    rs_json_free(made);
    if (status == RS_OK) {
        status = rs_json_parse("key", text.data, text.length, key, error);
    }
    rs_text_clear(&text);
    return status;
}

rs_status rs_content_key_make(const rs_run_model *model, uint64_t labels_hash,
                              const rs_key_setting *settings, size_t setting_count, rs_json **key,
                              rs_error *error)
{
    char hash[RS_HASH_TEXT_BYTES];
    rs_json *made = rs_json_object();
    *key = NULL;
    rs_json_add_text(made, "schema", RS_RECORD_SCHEMA);
    rs_json_add_text(made, "tool", RS_VERSION);
    rs_json_add_text(made, "labels", rs_hash_text(labels_hash, hash));
    const rs_status status = fill_files(made, model, error);
    if (status != RS_OK) {
        rs_json_free(made);
        return status;
    }
    rs_json *const options = rs_json_add_object(made, "settings");
    for (size_t i = 0; i < setting_count; ++i) {
        rs_json_add_text(options, settings[i].name, settings[i].value);
    }
    return read_back(made, key, error);
}

/* ---- comparing ---- */

static bool differ(rs_key_difference *difference, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static bool differ(rs_key_difference *difference, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    /* NOLINTNEXTLINE(clang-analyzer-valist.Uninitialized): va_start is right above */
    (void)vsnprintf(difference->why, sizeof difference->why, format, arguments);
    va_end(arguments);
    difference->differs = true;
    return true;
}

static const char *text_of(const rs_json *object, const char *name)
{
    const char *text = rs_json_text(rs_json_get(object, name));
    return text == NULL ? "none" : text;
}

static bool compare_texts(const rs_json *now, const rs_json *then, rs_key_difference *difference)
{
    static const struct {
        const char *name, *is, *was;
    } members[] = {
        {"schema", "results have schema", "this one has"},
        {"tool", "this is reassess", "it was made by"},
        {"labels", "the labels are", "were"},
    };
    for (size_t i = 0; i < sizeof members / sizeof members[0]; ++i) {
        const char *wanted = text_of(now, members[i].name);
        const char *found = text_of(then, members[i].name);
        if (strcmp(wanted, found) != 0) {
            return differ(difference, "%s %.50s, %s %.50s", members[i].is, wanted, members[i].was,
                          found);
        }
    }
    return false;
}

/* One file; times alone are noted and do not end the comparison. */
static bool compare_file(const rs_json *now, const rs_json *then, const char *what,
                         rs_key_difference *difference)
{
    int64_t bytes = 0;
    int64_t bytes_then = -1;
    const bool both = rs_json_is_object(now) && rs_json_is_object(then);
    if (!both) {
        return rs_json_is_object(now) || rs_json_is_object(then)
                   ? differ(difference, "%s: there were none before, or are none now", what)
                   : false;
    }
    (void)rs_json_integer(rs_json_get(now, "bytes"), &bytes);
    (void)rs_json_integer(rs_json_get(then, "bytes"), &bytes_then);
    if (bytes != bytes_then) {
        return differ(difference, "%s: %" PRId64 " bytes, was %" PRId64, what, bytes, bytes_then);
    }
    if (strcmp(text_of(now, "modified"), text_of(then, "modified")) != 0) {
        difference->only_times = true;
    }
    return false;
}

static bool compare_files(const rs_json *now, const rs_json *then, rs_key_difference *difference)
{
    const rs_json *files = rs_json_get(now, "files");
    const rs_json *files_then = rs_json_get(then, "files");
    if (!rs_json_is_array(files_then) || rs_json_size(files) != rs_json_size(files_then)) {
        return differ(difference, "the input: %zu files, was %zu", rs_json_size(files),
                      rs_json_is_array(files_then) ? rs_json_size(files_then) : 0);
    }
    const rs_json *b = rs_json_first(files_then);
    for (const rs_json *a = rs_json_first(files); a != NULL; a = rs_json_next(a)) {
        if (compare_file(a, b, "the input", difference)) {
            return true;
        }
        b = rs_json_next(b);
    }
    return compare_file(rs_json_get(now, "scores"), rs_json_get(then, "scores"), "the scores",
                        difference);
}

static bool compare_settings(const rs_json *now, const rs_json *then, rs_key_difference *difference)
{
    const rs_json *settings = rs_json_get(now, "settings");
    const rs_json *settings_then = rs_json_get(then, "settings");
    for (const rs_json *a = rs_json_first(settings); a != NULL; a = rs_json_next(a)) {
        const char *wanted = rs_json_text(a);
        const char *found = rs_json_text(rs_json_get(settings_then, rs_json_name(a)));
        if (wanted == NULL || found == NULL || strcmp(wanted, found) != 0) {
            return differ(difference, "%s is %.50s, was %.50s", rs_json_name(a),
                          wanted == NULL ? "?" : wanted, found == NULL ? "not known" : found);
        }
    }
    return rs_json_size(settings) != rs_json_size(settings_then)
               ? differ(difference, "it was made with options that are not known now")
               : false;
}

void rs_content_key_compare(const rs_json *now, const rs_json *then, rs_key_difference *difference)
{
    *difference = (rs_key_difference){0};
    if (!rs_json_is_object(then) || compare_texts(now, then, difference) ||
        compare_files(now, then, difference) || compare_settings(now, then, difference)) {
        difference->only_times = false;
        if (!difference->differs) {
            (void)differ(difference, "it does not say what it was made from");
        }
        return;
    }
    if (difference->only_times) {
        (void)differ(difference, "the input was modified");
    }
}
