/* flat_labels.c - labels for other languages; the version, and memory that goes back. */
#include <stdlib.h>

#include "base/error.h"
#include "base/hash.h"
#include "build_info.h"
#include "flat/flat.h"
#include "flat/flat_error.h"
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

static rs_status load(const char *text, rs_labels **labels, rs_error *error)
{
    static const char *const names[] = {"real", "original", "synsets", "names", "classes", NULL};
    rs_labels_options options = {0};
    rs_json *json = NULL;
    rs_status status = RS_OK;
    RS_NEED(labels, error);
    *labels = NULL;
    RS_TRY(rs_flat_parse(text, names, &json, error));
    RS_TRY_DONE(rs_flat_take_text(json, "real", &options.real_path, error));
    RS_TRY_DONE(rs_flat_take_text(json, "original", &options.original_path, error));
    RS_TRY_DONE(rs_flat_take_text(json, "synsets", &options.synsets_path, error));
    RS_TRY_DONE(rs_flat_take_text(json, "names", &options.names_path, error));
    RS_TRY_DONE(rs_flat_take_u32(json, "classes", &options.classes, error));
    RS_TRY_DONE(options.real_path == NULL && options.original_path == NULL
                    ? rs_labels_load_default(labels, error)
                    : rs_labels_load(&options, labels, error));
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
    char hash[RS_HASH_TEXT_BYTES];
    rs_text text = {0};
    rs_json *const made = rs_json_object();
    rs_json_add_integer(made, "images", view->rows);
    rs_json_add_integer(made, "classes", view->classes);
    rs_json_add_integer(made, "evaluated", rs_count_evaluated(labels));
    rs_json_add_text(made, "hash", rs_hash_text(rs_labels_hash(labels), hash));
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

void rs_flat_labels_free(rs_labels *labels)
{
    rs_labels_free(labels);
}
