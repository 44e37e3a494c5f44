/* load_labels.c - options and the label folder into labels. */
#include "cli/load_labels.h"

#include <stdlib.h>
#include <string.h>

#include "analyse/oracle.h"
#include "base/checked.h"
#include "base/error.h"
#include "labels/label_files.h"

/* An option's path, or the label folder's when the option was not given. Where a folder stands
 * behind it, "none" means no file. */
static const char *path_of(const rs_arguments *arguments, rs_option_id id, rs_label_scope scope,
                           const char *found)
{
    const char *path = rs_value(arguments, id, found);
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

rs_status rs_load_labels(const rs_arguments *arguments, rs_label_scope scope, rs_labels **labels,
                         rs_error *error)
{
    uint64_t classes = 0;
    rs_label_files files = {0};
    *labels = NULL;
    double threshold = 0.0;
    RS_TRY(rs_take_fraction(arguments, RS_OPT_REAL_THRESHOLD, &threshold, error));
    RS_TRY(rs_take_u64(arguments, RS_OPT_CLASSES, 1, RS_MAX_COLUMNS, &classes, error));
    rs_status status = find_files(arguments, scope, &files, error);
    const rs_labels_options options = {
        .real_path = scope != RS_LABELS_BOTH
                         ? NULL
                         : path_of(arguments, RS_OPT_REAL, scope, files.real),
        .original_path = path_of(arguments, RS_OPT_LABELS, scope, files.original),
        .synsets_path = path_of(arguments, RS_OPT_SYNSETS, scope, files.synsets),
        .names_path = path_of(arguments, RS_OPT_NAMES, scope, files.names),
        .classes = (uint32_t)classes,
        .real_threshold = threshold,
    };
    if (status == RS_OK && (scope != RS_LABELS_ORIGINAL || options.original_path != NULL)) {
        status = rs_labels_load(&options, labels, error);
    }
    rs_label_files_clear(&files);
    return status;
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
