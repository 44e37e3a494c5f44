/* content_key.c - making and comparing keys. */
#include "sweep/content_key.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/error.h"
#include "base/hash.h"
#include "evaluate/evaluator_impl.h"
#include "formats/safetensors_index.h"
#include "reassess/version.h"
#include "report/record.h"

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
    rs_take_shards_in(path, &info);
    (void)snprintf(modified, sizeof modified, "%jd.%09ld", (intmax_t)info.st_mtim.tv_sec,
                   info.st_mtim.tv_nsec);
    rs_json_add_integer(to, "bytes", (uint64_t)info.st_size);
    rs_json_add_text(to, "modified", modified);
    char *const place = realpath(path, NULL);
    rs_json_add_text(to, "path", place == NULL ? path : place);
    free(place);
    return RS_OK;
}

static rs_status fill_files(rs_json *key, const rs_model *model, rs_error *error)
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

/* A file of a head, and in `tensor` which array of it is meant. */
static rs_status fill_head_file(rs_json *to, const char *text, rs_text *tensor, rs_error *error)
{
    char *path = NULL;
    const char *name = NULL;
    RS_TRY(rs_head_path_split(text, &path, &name, error));
    rs_status status = fill_file(to, path, error);
    if (status == RS_OK && name != NULL) {
        rs_text_printf(tensor, "#%s", name);
    }
    free(path);
    return status;
}

static rs_status fill_head(rs_json *key, const rs_model *model, rs_json *settings, rs_error *error)
{
    rs_json *const head = rs_json_add_object(key, "head");
    rs_text tensors = {0};
    rs_text_add(&tensors, "weight");
    rs_status status = RS_OK;
    RS_TRY_DONE(
        fill_head_file(rs_json_add_object(head, "weight"), model->weight_path, &tensors, error));
    if (model->bias_path == NULL) {
        rs_json_add_null(head, "bias");
    } else {
        rs_text_add(&tensors, ",bias");
        RS_TRY_DONE(
            fill_head_file(rs_json_add_object(head, "bias"), model->bias_path, &tensors, error));
    }
    RS_TRY_DONE(rs_text_check(&tensors, error));
    rs_json_add_text(settings, "--head", tensors.data);
done:
    rs_text_clear(&tensors);
    return status;
}

/* Of an ensemble, whose settings say that it is one. */
static rs_status fill_weights(const rs_model *model, rs_json *settings, rs_error *error)
{
    rs_text text = {0};
    for (size_t i = 0; i < model->path_count; ++i) {
        rs_text_printf(&text, "%s%.17g", i == 0 ? "" : ",",
                       model->weights == NULL ? 1.0 : model->weights[i]);
    }
    const rs_status status = rs_text_check(&text, error);
    if (status == RS_OK) {
        rs_json_add_text(settings, "--weights", text.data);
    }
    rs_text_clear(&text);
    return status;
}

/* The key as it will be when it is read from a file: numbers that are written are texts in the
 * tree. */
static rs_status read_back(rs_json *made, rs_json **key, rs_error *error)
{
    rs_text text = {0};
    rs_json_print(made, &text);
    rs_json_free(made);
    rs_status status = RS_OK;
    RS_TRY_DONE(rs_text_check(&text, error));
    RS_TRY_DONE(rs_json_parse("key", text.data, text.length, key, error));
done:
    rs_text_clear(&text);
    return status;
}

static rs_status fill(rs_json *key, const rs_model *model, const rs_key_setting *settings,
                      size_t setting_count, rs_error *error)
{
    bool ensemble = false;
    RS_TRY(fill_files(key, model, error));
    rs_json *const options = rs_json_add_object(key, "settings");
    for (size_t i = 0; i < setting_count; ++i) {
        rs_json_add_text(options, settings[i].name, settings[i].value);
        ensemble = ensemble || strcmp(settings[i].name, RS_SETTING_ENSEMBLE) == 0;
    }
    if (ensemble) {
        RS_TRY(fill_weights(model, options, error));
    }
    return model->weight_path == NULL ? RS_OK : fill_head(key, model, options, error);
}

rs_status rs_content_key_make(const rs_model *model, uint64_t labels_hash,
                              const rs_key_setting *settings, size_t setting_count, rs_json **key,
                              rs_error *error)
{
    rs_json *made = rs_json_object();
    *key = NULL;
    rs_json_add_text(made, "schema", RS_RECORD_SCHEMA);
    rs_json_add_text(made, "tool", RS_VERSION);
    rs_json_add_text(made, "labels", RS_HASH_TEXT(labels_hash));
    const rs_status status = fill(made, model, settings, setting_count, error);
    if (status != RS_OK) {
        rs_json_free(made);
        return status;
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

/* One file. Times and paths are noted and do not end the comparison: see only_times. */
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
    const bool moved = strcmp(text_of(now, "path"), text_of(then, "path")) != 0;
    if (moved || strcmp(text_of(now, "modified"), text_of(then, "modified")) != 0) {
        difference->only_times = true;
        (void)snprintf(difference->why, sizeof difference->why, "%s %s", what,
                       moved ? "is another file" : "was modified");
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
    return false;
}

/* A file that no hash in the record stands for: time and path decide. */
static bool compare_further(const rs_json *now, const rs_json *then, const char *name,
                            const char *what, rs_key_difference *difference)
{
    rs_key_difference found = {0};
    const rs_json *const file = rs_json_get(now, name);
    if (compare_file(file, rs_json_get(then, name), what, &found)) {
        *difference = found;
        return true;
    }
    return found.only_times ? differ(difference, "%s", found.why) : false;
}

/* The files beside the input. */
static bool compare_others(const rs_json *now, const rs_json *then, rs_key_difference *difference)
{
    const rs_json *head = rs_json_get(now, "head");
    const rs_json *head_then = rs_json_get(then, "head");
    return compare_further(now, then, "scores", "the file of scores", difference) ||
           compare_further(head, head_then, "weight", "the weight of the head", difference) ||
           compare_further(head, head_then, "bias", "the bias of the head", difference);
}

/* `but` (may be NULL) is a setting that is not looked at. */
static bool compare_settings(const rs_json *now, const rs_json *then, const char *but,
                             rs_key_difference *difference)
{
    const rs_json *settings = rs_json_get(now, "settings");
    const rs_json *settings_then = rs_json_get(then, "settings");
    for (const rs_json *a = rs_json_first(settings); a != NULL; a = rs_json_next(a)) {
        const char *wanted = rs_json_text(a);
        const char *found = rs_json_text(rs_json_get(settings_then, rs_json_name(a)));
        if (but != NULL && strcmp(rs_json_name(a), but) == 0) {
            continue;
        }
        if (wanted == NULL || found == NULL || strcmp(wanted, found) != 0) {
            return differ(difference, "%s is %.50s, was %.50s", rs_json_name(a),
                          wanted == NULL ? "?" : wanted, found == NULL ? "not given" : found);
        }
    }
    for (const rs_json *a = rs_json_first(settings_then); a != NULL; a = rs_json_next(a)) {
        if (rs_json_get(settings, rs_json_name(a)) == NULL) {
            return differ(difference, "%.50s is not given, but was", rs_json_name(a));
        }
    }
    return false;
}

void rs_content_key_compare_parts(const rs_json *one, const rs_json *other, bool hashed,
                                  rs_key_difference *difference)
{
    *difference = (rs_key_difference){0};
    if (!compare_texts(one, other, difference) && !compare_files(one, other, difference) &&
        !compare_others(one, other, difference) &&
        !compare_settings(one, other, "--row-range", difference)) {
        difference->differs = difference->only_times && !hashed;
    }
}

void rs_content_key_compare(const rs_json *now, const rs_json *then, rs_key_difference *difference)
{
    *difference = (rs_key_difference){0};
    if (!rs_json_is_object(then) || compare_texts(now, then, difference) ||
        compare_files(now, then, difference) || compare_others(now, then, difference) ||
        compare_settings(now, then, NULL, difference)) {
        difference->only_times = false;
        if (!difference->differs) {
            (void)differ(difference, "it does not say what it was made from");
        }
        return;
    }
    difference->differs = difference->only_times;
}
