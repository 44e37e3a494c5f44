/* labels_load.c - label files to one ground truth: reads them, checks that they belong together.
 */
#include <inttypes.h>

#include "base/checked.h"
#include "base/error.h"
#include "labels/found_ids.h"
#include "labels/labels_impl.h"
#include "labels/set_file.h"

typedef struct loaded {
    rs_class_list synsets;
    rs_class_list names;
    rs_real_sets sets;
    rs_original_labels original;
    uint32_t classes; /* 0: not known yet */
} loaded;

static void clear(loaded *l)
{
    rs_class_list_clear(&l->synsets);
    rs_class_list_clear(&l->names);
    rs_real_sets_clear(&l->sets);
    rs_original_labels_clear(&l->original);
}

/* `count` classes are listed in `path`: that settles their number, or must agree with it. */
static rs_status settle_classes(loaded *l, const char *path, uint32_t count, rs_error *error)
{
    if (l->classes != 0 && l->classes != count) {
        return rs_fail(error, RS_MISMATCH, path, rs_nowhere(),
                       "give the class list that belongs to the labels",
                       "the list holds %" PRIu32 " classes, not %" PRIu32, count, l->classes);
    }
    l->classes = count;
    return RS_OK;
}

static rs_status read_class_lists(const rs_labels_options *options, loaded *l, rs_error *error)
{
    if (options->classes > RS_CLASSES_MAX) {
        return rs_fail(error, RS_RANGE, NULL, rs_nowhere(), NULL,
                       "%" PRIu32 " classes are more than the %u allowed", options->classes,
                       RS_CLASSES_MAX);
    }
    l->classes = options->classes;
    if (options->synsets_path != NULL) {
        RS_TRY(rs_class_list_read(options->synsets_path, RS_CLASS_LIST_IDS, &l->synsets, error));
        RS_TRY(settle_classes(l, options->synsets_path, l->synsets.count, error));
    }
    if (options->names_path != NULL) {
        RS_TRY(rs_class_list_read(options->names_path, RS_CLASS_LIST_NAMES, &l->names, error));
        RS_TRY(settle_classes(l, options->names_path, l->names.count, error));
    }
    return RS_OK;
}

/* Sets in the order of the original labels; of all validation images where these are not given. */
static rs_status join_sets(const rs_labels_options *options, loaded *l, rs_error *error)
{
    const rs_file_names none = {0};
    const bool numbered = l->sets.names.rows > 0 &&
                          rs_ilsvrc_number(rs_file_names_get(&l->sets.names, 0)) != 0;
    if (options->real_path == NULL) {
        return RS_OK;
    }
    if (options->original_path == NULL) {
        return numbered ? rs_set_file_join(options->real_path, RS_ILSVRC_IMAGES, &none, &l->sets,
                                           error)
                        : RS_OK;
    }
    if (l->sets.listed == 0 && l->sets.rows != l->original.rows) {
        return rs_fail(error, RS_MISMATCH, options->original_path, rs_nowhere(),
                       "give two files that hold the same images",
                       "%" PRIu64 " original labels, but %s holds %" PRIu32 " label sets",
                       l->original.rows, options->real_path, l->sets.rows);
    }
    return rs_set_file_join(options->real_path, l->original.rows, &l->original.names, &l->sets,
                            error);
}

/* Without a class list the ids of the labels may be one. */
static rs_status find_ids(const rs_labels_options *options, loaded *l, rs_error *error)
{
    const char *const path[] = {options->original_path, options->real_path};
    for (size_t i = 0; i < 2 && l->synsets.count == 0; ++i) {
        if (path[i] != NULL) {
            RS_TRY(rs_found_ids_read(path[i], l->classes, &l->synsets, error));
        }
    }
    if (l->synsets.count > 0) {
        l->classes = l->synsets.count;
    }
    return RS_OK;
}

static rs_status read_labels(const rs_labels_options *options, loaded *l, rs_error *error)
{
    RS_REFUSE(options->real_path == NULL && options->original_path == NULL, error,
              "run reassess labels --fetch, or name files with --real and --labels",
              "there are neither ReaL label sets nor original labels");
    RS_TRY(find_ids(options, l, error));
    const uint32_t limit = l->classes != 0 ? l->classes : RS_CLASSES_MAX;
    if (options->real_path != NULL) {
        RS_TRY(rs_set_file_read(options->real_path, &l->synsets, limit, options->real_threshold,
                                &l->sets, error));
    }
    if (options->original_path != NULL) {
        RS_TRY(rs_original_labels_read(options->original_path, &l->synsets, limit, &l->original,
                                       error));
    }
    RS_TRY(join_sets(options, l, error));
    if (l->classes == 0) {
        const int32_t a = l->sets.largest;
        const int32_t b = l->original.largest;
        l->classes = (uint32_t)((a > b ? a : b) + 1);
    }
    if (l->classes == 0) {
        return rs_fail(error, RS_FORMAT,
                       options->real_path != NULL ? options->real_path : options->original_path,
                       rs_nowhere(), "is it the right file?", "not one image has a label");
    }
    return RS_OK;
}

static rs_status assemble(const rs_labels_options *options, loaded *l, rs_labels **labels,
                          rs_error *error)
{
    RS_TRY(rs_labels_take(l->classes, &l->original, &l->sets, labels, error));
    rs_labels *const made = *labels;
    made->synsets = l->synsets;
    made->names = l->names;
    l->synsets = (rs_class_list){0};
    l->names = (rs_class_list){0};
    made->ilsvrc = made->ilsvrc || rs_synsets_are_ilsvrc(&made->synsets);
    RS_TRY(rs_copy_text(&made->real_path, options->real_path, error));
    RS_TRY(rs_copy_text(&made->original_path, options->original_path, error));
    return rs_labels_check_agreement(made, error);
}

rs_status rs_labels_load(const rs_labels_options *options, rs_labels **labels, rs_error *error)
{
    static const rs_labels_options nothing = {0};
    RS_NEED(labels, error);
    *labels = NULL;
    options = options != NULL ? options : &nothing;
    RS_REFUSE(!(options->real_threshold >= 0.0 && options->real_threshold <= 1.0), error, NULL,
              "the threshold of label sets is no share from 0 to 1");
    loaded l = {.sets = {.largest = -1}, .original = {.largest = -1}};
    rs_status status = RS_OK;
    RS_TRY_DONE(read_class_lists(options, &l, error));
    RS_TRY_DONE(read_labels(options, &l, error));
    status = assemble(options, &l, labels, error);
    if (status != RS_OK) {
        rs_labels_free(*labels);
        *labels = NULL;
    }
done:
    clear(&l);
    return status;
}
