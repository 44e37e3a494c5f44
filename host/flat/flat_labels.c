/* flat_labels.c - labels for other languages; the version, and memory that goes back. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/checked.h"
#include "base/error.h"
#include "base/hash.h"
#include "build_info.h"
#include "flat/flat.h"
#include "flat/flat_error.h"
#include "labels/file_names.h"
#include "labels/image_list.h"
#include "labels/labels_subset.h"
#include "reassess/version.h"
#include "sweep/model_run.h"

const char *rs_flat_version(void)
{
    return RS_VERSION;
}

void rs_flat_free(void *memory)
{
    free(memory);
}

/* ---- loading ---- */

/* The labels of some of the images alone. */
static rs_status keep_some(const rs_json *json, rs_labels **labels, rs_error *error)
{
    const char *list_path = NULL;
    uint32_t limit = 0;
    rs_image_list list = {0};
    rs_labels *const whole = *labels;
    rs_status status = RS_OK;
    RS_TRY(rs_flat_take_text(json, "subset", &list_path, error));
    RS_TRY(rs_flat_take_u32(json, "limit", &limit, error));
    if (list_path == NULL && limit == 0) {
        return RS_OK;
    }
    RS_REFUSE(list_path != NULL && limit > 0, error, NULL,
              "a subset and a limit cannot be had together: shorten the list");
    list.count = limit;
    if (list_path != NULL) {
        RS_TRY_DONE(rs_image_list_read(whole, list_path, &list, error));
    }
    if (list.count == 0 || list.count > rs_labels_get_view(whole)->rows) {
        RS_TRY_DONE(rs_usage(error,
                             "there are %" PRIu64 " images with labels, and %" PRIu64
                             " of them are asked for",
                             rs_labels_get_view(whole)->rows, list.count));
    }
    if (list_path == NULL) {
        RS_TRY_DONE(RS_NEW(&list.row, limit, "rows", error));
        for (uint32_t i = 0; i < limit; ++i) {
            list.row[i] = i;
        }
    }
    *labels = NULL; /* taken over */
    status = rs_labels_subset(whole, list.row, list.count, list_path, labels, error);
done:
    rs_image_list_clear(&list);
    return status;
}

static rs_status take_paths(const rs_json *json, rs_labels_options *options, rs_error *error)
{
    const char *threshold = NULL;
    RS_TRY(rs_flat_take_text(json, "real", &options->real_path, error));
    RS_TRY(rs_flat_take_text(json, "original", &options->original_path, error));
    RS_TRY(rs_flat_take_text(json, "synsets", &options->synsets_path, error));
    RS_TRY(rs_flat_take_text(json, "names", &options->names_path, error));
    RS_TRY(rs_flat_take_text(json, "real_threshold", &threshold, error));
    if (threshold != NULL) {
        char *end = NULL;
        options->real_threshold = strtod(threshold, &end);
        RS_REFUSE(end == threshold || *end != '\0' ||
                      !(options->real_threshold > 0.0 && options->real_threshold <= 1.0),
                  error, NULL, "the threshold %.40s is no number above 0, up to 1", threshold);
    }
    return rs_flat_take_u32(json, "classes", &options->classes, error);
}

static rs_status load(const char *text, rs_labels **labels, rs_error *error)
{
    static const char *const names[] = {"real",           "original", "synsets", "names", "classes",
                                        "real_threshold", "subset",   "limit",   NULL};
    rs_labels_options options = {0};
    rs_json *json = NULL;
    rs_status status = RS_OK;
    RS_NEED(labels, error);
    *labels = NULL;
    RS_TRY(rs_flat_parse(text, names, &json, error));
    RS_TRY_DONE(take_paths(json, &options, error));
    RS_TRY_DONE(options.real_path == NULL && options.original_path == NULL
                    ? rs_labels_load_default(labels, error)
                    : rs_labels_load(&options, labels, error));
    status = keep_some(json, labels, error);
    if (status != RS_OK) {
        rs_labels_free(*labels);
        *labels = NULL;
    }
done:
    rs_json_free(json);
    return status;
}

int rs_flat_labels_load(const char *options, rs_labels **labels, char **error)
{
    rs_error made = {0};
    return rs_flat_end(load(options, labels, &made), &made, error);
}

int rs_flat_labels_create(uint64_t rows, uint32_t classes, const int32_t *original,
                          const uint32_t *real_begin, const int32_t *real_class, rs_labels **labels,
                          char **error)
{
    rs_error made = {0};
    return rs_flat_end(
        rs_labels_create(rows, classes, original, real_begin, real_class, labels, &made), &made,
        error);
}

static rs_status describe(const rs_labels *labels, char **json, rs_error *error)
{
    RS_NEED(json, error);
    *json = NULL;
    RS_NEED(labels, error);
    const rs_label_view *const view = rs_labels_get_view(labels);
    rs_text text = {0};
    rs_json *const made = rs_json_object();
    rs_json_add_integer(made, "images", view->rows);
    rs_json_add_integer(made, "classes", view->classes);
    rs_json_add_integer(made, "evaluated", rs_count_evaluated(labels));
    rs_json_add_text(made, "hash", RS_HASH_TEXT(rs_labels_hash(labels)));
    rs_json_add_bool(made, "ilsvrc", rs_labels_are_ilsvrc(labels));
    rs_json_add_bool(made, "synthetic", rs_labels_are_synthetic(labels));
    rs_json_add_text(made, "real", rs_labels_real_path(labels));
    rs_json_add_text(made, "original", rs_labels_original_path(labels));
    rs_json_print(made, &text);
    rs_json_free(made);
    return rs_text_take(&text, json, error);
}

int rs_flat_labels_describe(const rs_labels *labels, char **json, char **error)
{
    rs_error made = {0};
    return rs_flat_end(describe(labels, json, &made), &made, error);
}

/* ---- finding ---- */

static rs_status find(const rs_labels *labels, const char *names, uint64_t bytes, int64_t *row,
                      uint64_t count, rs_error *error)
{
    rs_name_search search = {.labels = labels};
    rs_status status = RS_OK;
    RS_NEED(labels, error);
    RS_NEED(row, error);
    RS_NEED(names, error);
    const char *at = names;
    const char *const end = names + bytes;
    for (uint64_t i = 0; i < count; ++i) {
        const char *const nul = memchr(at, '\0', (size_t)(end - at));
        if (nul == NULL) {
            status = rs_usage(error, "there are fewer names than %" PRIu64, count);
            goto done;
        }
        RS_TRY_DONE(rs_name_search_find(&search, rs_base_name((rs_span){at, (size_t)(nul - at)}),
                                        &row[i], error));
        row[i] = row[i] < 0 ? -1 : row[i];
        at = nul + 1;
    }
done:
    rs_name_search_clear(&search);
    return status;
}

int rs_flat_labels_find(const rs_labels *labels, const char *names, uint64_t bytes, int64_t *row,
                        uint64_t count, char **error)
{
    rs_error made = {0};
    return rs_flat_end(find(labels, names, bytes, row, count, &made), &made, error);
}

void rs_flat_labels_free(rs_labels *labels)
{
    rs_labels_free(labels);
}
