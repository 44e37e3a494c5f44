/* load_labels.c - options and the label folder into labels. */
#include "cli/load_labels.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "analyse/oracle.h"
#include "base/checked.h"
#include "base/error.h"
#include "cli/real_option.h"
#include "evaluate/reading.h"
#include "labels/image_list.h"
#include "labels/label_files.h"
#include "labels/labels_subset.h"

/* An option's path, or the label folder's when the option was not given. Where a folder stands
 * behind it, "none" means no file. */
static const char *path_of(const char *given, rs_label_scope scope, const char *found)
{
    const char *const path = given != NULL ? given : found;
    const bool none = path != NULL && strcmp(path, "none") == 0 && scope != RS_LABELS_GIVEN;
    return none ? NULL : path;
}

/* The class list and names of the folder go with the labels of the folder, not with others. */
static rs_status find_files(const rs_arguments *arguments, rs_label_scope scope,
                            rs_label_files *files, rs_error *error)
{
    const bool sets_wanted = scope == RS_LABELS_BOTH;
    const bool original_given = rs_given(arguments, RS_OPT_LABELS);
    const bool sets_given = rs_given(arguments, RS_OPT_REAL);
    if (scope == RS_LABELS_GIVEN || (original_given && (sets_given || !sets_wanted))) {
        return RS_OK;
    }
    RS_TRY(rs_label_files_find(files, error));
    return sets_wanted && !original_given && !sets_given ? rs_label_files_require(files, error)
                                                         : RS_OK;
}

/* ---- some of the images ---- */

static rs_status keep_listed(const char *path, rs_labels **labels, rs_error *error)
{
    rs_image_list list;
    rs_labels *const whole = *labels;
    rs_status status = rs_image_list_read(whole, path, &list, error);
    if (status == RS_OK && list.count == 0) {
        status = rs_fail(error, RS_FORMAT, path, rs_nowhere(), "list the images, one a line",
                         "there is no image in it");
    }
    if (status == RS_OK) {
        status = rs_labels_subset(whole, list.row, list.count, path, labels, error);
    }
    rs_image_list_clear(&list);
    return status;
}

/* The images of the first rows, whatever their order. */
static rs_status keep_first(const rs_arguments *arguments, uint64_t limit, rs_labels **labels,
                            rs_error *error)
{
    rs_labels *const whole = *labels;
    const rs_reading_options options = {.order = rs_value(arguments, RS_OPT_ORDER, NULL)};
    const uint64_t images = rs_labels_get_view(whole)->rows;
    uint32_t *row = NULL;
    rs_reading reading;
    rs_status status = RS_OK;
    RS_TRY_DONE(rs_reading_make(&options, whole, &reading, error));
    const uint64_t rows = reading.order == NULL ? images : rs_order_rows(reading.order);
    if (limit > rows) {
        RS_TRY_DONE(rs_usage(error, "--limit %" PRIu64 ": there are only %" PRIu64 " rows", limit,
                             rows));
    }
    RS_TRY_DONE(RS_NEW(&row, limit, "rows", error));
    for (uint64_t i = 0; i < limit; ++i) {
        row[i] = reading.order == NULL ? (uint32_t)i : rs_order_get(reading.order)[i];
    }
    status = rs_labels_subset(whole, row, limit, NULL, labels, error);
done:
    free(row);
    rs_reading_clear(&reading);
    return status;
}

/* The scores that mistakes looks up go by names. */
static rs_status refuse_together(const rs_arguments *arguments, rs_error *error)
{
    static const struct {
        rs_option_id id;
        const char *advice;
    } with[] = {
        {RS_OPT_ROW_RANGE, "rows are counted among those of all images: list the images of the "
                           "range with --subset alone"},
        {RS_OPT_RATER_SCORES, "the scores are of all images: score all of them, or leave the "
                              "scores out"},
    };
    if (arguments->command->bit == RS_CMD_MISTAKES) {
        return RS_OK;
    }
    const bool listed = rs_given(arguments, RS_OPT_SUBSET);
    const char *const name = listed ? "subset" : "limit";
    for (size_t i = 0; i < sizeof with / sizeof with[0]; ++i) {
        RS_REFUSE(rs_given(arguments, with[i].id), error, with[i].advice,
                  "--%s and --%s cannot be had together", name, rs_options[with[i].id].name);
    }
    RS_REFUSE(!listed && rs_given(arguments, RS_OPT_DEAL), error, NULL,
              "--limit and --deal cannot be had together: name the images with --subset");
    return listed && rs_given(arguments, RS_OPT_LIMIT)
               ? rs_usage(error, "--subset and --limit cannot be had together: shorten the list")
               : RS_OK;
}

static rs_status keep_wanted(const rs_arguments *arguments, rs_labels **labels, rs_error *error)
{
    const char *const list = rs_value(arguments, RS_OPT_SUBSET, NULL);
    uint64_t limit = 0;
    rs_status status = RS_OK;
    if (list == NULL && !rs_given(arguments, RS_OPT_LIMIT)) {
        return RS_OK;
    }
    RS_TRY_DONE(refuse_together(arguments, error));
    RS_TRY_DONE(rs_take_u64(arguments, RS_OPT_LIMIT, 1, RS_MAX_ROWS, &limit, error));
    status = list != NULL ? keep_listed(list, labels, error)
                          : keep_first(arguments, limit, labels, error);
done:
    if (status != RS_OK) {
        rs_labels_free(*labels);
        *labels = NULL;
    }
    return status;
}

/* `real_path` and `classes`: NULL and 0 are as the options say. */
static rs_status load(const rs_arguments *arguments, rs_label_scope scope, const char *real_path,
                      uint64_t classes, rs_labels **labels, rs_error *error)
{
    rs_label_files files = {0};
    *labels = NULL;
    double threshold = 0.0;
    RS_TRY(rs_take_fraction(arguments, RS_OPT_REAL_THRESHOLD, &threshold, error));
    RS_REFUSE(rs_given(arguments, RS_OPT_REAL_THRESHOLD) && threshold == 0.0, error,
              "give a share above 0, as 0.5 for half of them",
              "--real-threshold 0: every class would be a label, also those that nobody named");
    RS_TRY(rs_take_u64(arguments, RS_OPT_CLASSES, 1, RS_MAX_COLUMNS, &classes, error));
    rs_status status = find_files(arguments, scope, &files, error);
    real_path = real_path != NULL ? real_path : path_of(rs_real_path(arguments), scope, files.real);
    const rs_labels_options options = {
        .real_path = scope == RS_LABELS_ORIGINAL ? NULL : real_path,
        .original_path = path_of(rs_value(arguments, RS_OPT_LABELS, NULL), scope, files.original),
        .synsets_path = path_of(rs_value(arguments, RS_OPT_SYNSETS, NULL), scope, files.synsets),
        .names_path = path_of(rs_value(arguments, RS_OPT_NAMES, NULL), scope, files.names),
        .classes = (uint32_t)classes,
        .real_threshold = threshold,
    };
    if (status == RS_OK && (scope != RS_LABELS_ORIGINAL || options.original_path != NULL)) {
        status = rs_labels_load(&options, labels, error);
    }
    rs_label_files_clear(&files);
    return status == RS_OK && *labels != NULL ? keep_wanted(arguments, labels, error) : status;
}

rs_status rs_load_labels(const rs_arguments *arguments, rs_label_scope scope, rs_labels **labels,
                         rs_error *error)
{
    *labels = NULL;
    RS_TRY(rs_check_label_sets(arguments, error));
    return load(arguments, scope, NULL, 0, labels, error);
}

rs_status rs_load_labels_by(const rs_arguments *arguments, const char *real_path,
                            const rs_labels *like, rs_labels **labels, rs_error *error)
{
    return load(arguments, RS_LABELS_BOTH, real_path, rs_labels_get_view(like)->classes, labels,
                error);
}

rs_status rs_load_excluded(const rs_arguments *arguments, const rs_labels *labels, bool **excluded,
                           rs_error *error)
{
    const uint32_t classes = rs_labels_get_view(labels)->classes;
    RS_TRY(RS_NEW(excluded, classes, "a list of classes", error));
    if (rs_given(arguments, RS_OPT_ORACLE_EXCLUDE)) {
        return rs_take_classes(arguments, RS_OPT_ORACLE_EXCLUDE, classes, *excluded, error);
    }
    rs_oracle_exclude_default(labels, *excluded);
    return RS_OK;
}
