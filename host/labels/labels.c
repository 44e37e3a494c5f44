/* labels.c - the ground truth as one object: made from arrays, and looked at.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/checked.h"
#include "base/error.h"
#include "base/hash.h"
#include "labels/label_part.h"
#include "labels/labels_impl.h"

/* The same for every file form: sets are sorted, unknown labels and empty sets written out. */
static rs_status hash_labels(const rs_label_view *view, uint64_t *hash, rs_error *error)
{
    const uint64_t head[2] = {view->classes, view->rows};
    rs_hash_state *state = NULL;
    RS_TRY(rs_hash_begin(&state, error));
    rs_hash_update(state, head, sizeof head);
    rs_hash_update(state, view->original, view->rows * sizeof *view->original);
    rs_hash_update(state, view->real_begin, (view->rows + 1) * sizeof *view->real_begin);
    rs_hash_update(state, view->real_class,
                   view->real_begin[view->rows] * sizeof *view->real_class);
    *hash = rs_hash_end(state);
    return RS_OK;
}

/* Fills in what did not come: unknown labels, empty sets. */
static rs_status complete_arrays(rs_labels *labels, uint64_t rows, rs_error *error)
{
    if (labels->original == NULL) {
        RS_TRY(RS_NEW(&labels->original, rows, "labels", error));
        memset(labels->original, 0xff, rows * sizeof *labels->original); /* RS_CLASS_UNKNOWN */
    }
    if (labels->real_begin == NULL) {
        RS_TRY(RS_NEW(&labels->real_begin, rows + 1, "label sets", error));
        RS_TRY(RS_NEW(&labels->real_class, 1, "label sets", error));
    }
    labels->view.rows = rows;
    labels->view.original = labels->original;
    labels->view.real_begin = labels->real_begin;
    labels->view.real_class = labels->real_class;
    return RS_OK;
}

rs_status rs_labels_rehash(rs_labels *labels, rs_error *error)
{
    return hash_labels(&labels->view, &labels->hash, error);
}

static rs_status finish(rs_labels *labels, uint32_t classes, uint64_t rows, rs_error *error)
{
    labels->view.classes = classes;
    RS_TRY(complete_arrays(labels, rows, error));
    labels->ilsvrc = rs_originals_are_ilsvrc(labels->original, rows);
    return hash_labels(&labels->view, &labels->hash, error);
}

rs_status rs_labels_take(uint32_t classes, rs_original_labels *original, rs_real_sets *sets,
                         rs_labels **labels, rs_error *error)
{
    rs_labels *made = NULL;
    rs_status status = RS_OK;
    *labels = NULL;
    RS_TRY_DONE(RS_NEW(&made, 1, "labels", error));
    made->original = original->label;
    made->files = original->names.rows > 0 ? original->names : sets->names;
    if (original->names.rows == 0) {
        sets->names = (rs_file_names){0};
    }
    rs_file_names_clear(&sets->names);
    made->synthetic = original->synthetic || sets->synthetic;
    made->real_begin = sets->begin;
    made->real_class = sets->class_index;
    const uint64_t rows = original->rows > 0 ? original->rows : sets->rows;
    *original = (rs_original_labels){0};
    *sets = (rs_real_sets){0};
    RS_TRY_DONE(finish(made, classes, rows, error));
    *labels = made;
    made = NULL;
done:
    rs_labels_free(made); /* what was not handed out */
    rs_original_labels_clear(original);
    rs_real_sets_clear(sets);
    return status;
}

static rs_status copy_original(uint64_t rows, uint32_t classes, const int32_t *from,
                               rs_original_labels *to, rs_error *error)
{
    for (uint64_t i = 0; i < rows; ++i) {
        if (from[i] < RS_CLASS_UNKNOWN || from[i] >= (int32_t)classes) {
            return rs_fail(error, RS_RANGE, NULL, rs_at_row(i), NULL,
                           "original label %" PRId32 " is outside -1 to %" PRIu32, from[i],
                           classes - 1);
        }
    }
    RS_TRY(RS_NEW(&to->label, rows, "labels", error));
    to->rows = rows;
    memcpy(to->label, from, rows * sizeof *from);
    return RS_OK;
}

static rs_status check_set(uint64_t row, uint32_t classes, const int32_t *set, uint32_t count,
                           rs_error *error)
{
    for (uint32_t k = 0; k < count; ++k) {
        if (set[k] < 0 || set[k] >= (int32_t)classes) {
            return rs_fail(error, RS_RANGE, NULL, rs_at_row(row), NULL,
                           "class %" PRId32 " of the set is outside 0 to %" PRIu32, set[k],
                           classes - 1);
        }
        if (k > 0 && set[k] == set[k - 1]) {
            return rs_fail(error, RS_FORMAT, NULL, rs_at_row(row), "a set holds each class once",
                           "class %" PRId32 " stands twice in the set", set[k]);
        }
    }
    return RS_OK;
}

static rs_status copy_sets(uint64_t rows, uint32_t classes, const uint32_t *begin,
                           const int32_t *class_index, rs_real_sets *to, rs_error *error)
{
    for (uint64_t i = 0; i <= rows; ++i) {
        if (begin[i] < (i == 0 ? 0 : begin[i - 1]) || (i == 0 && begin[i] != 0)) {
            return rs_fail(error, RS_RANGE, NULL, rs_at_row(i), "begin at 0 and never go down",
                           "the set begins at %" PRIu32 ", before the one ahead of it", begin[i]);
        }
        if (i > 0 && begin[i] - begin[i - 1] > classes) { /* before they are read */
            return rs_fail(error, RS_RANGE, NULL, rs_at_row(i - 1), "a set holds each class once",
                           "the set has %" PRIu32 " labels, more than the %" PRIu32 " classes",
                           begin[i] - begin[i - 1], classes);
        }
    }
    if (class_index == NULL && begin[rows] > 0) {
        return rs_fail(error, RS_RANGE, NULL, rs_nowhere(), NULL,
                       "sets of %" PRIu32 " labels came without the labels", begin[rows]);
    }
    RS_TRY(RS_NEW(&to->begin, rows + 1, "label sets", error));
    RS_TRY(RS_NEW(&to->class_index, begin[rows], "labels", error));
    to->rows = (uint32_t)rows;
    memcpy(to->begin, begin, (rows + 1) * sizeof *begin);
    if (begin[rows] > 0) {
        memcpy(to->class_index, class_index, begin[rows] * sizeof *class_index);
    }
    for (uint64_t i = 0; i < rows; ++i) {
        int32_t *const set = to->class_index + begin[i];
        rs_sort_classes(set, begin[i + 1] - begin[i]);
        RS_TRY(check_set(i, classes, set, begin[i + 1] - begin[i], error));
    }
    return RS_OK;
}

rs_status rs_labels_create(uint64_t rows, uint32_t classes, const int32_t *original,
                           const uint32_t *real_begin, const int32_t *real_class,
                           rs_labels **labels, rs_error *error)
{
    RS_NEED(labels, error);
    *labels = NULL;
    rs_original_labels copied = {0};
    rs_real_sets sets = {0};
    rs_status status = RS_OK;
    if (rows == 0 || rows >= UINT32_MAX || classes == 0 || classes > RS_CLASSES_MAX) {
        return rs_fail(error, RS_RANGE, NULL, rs_nowhere(), NULL,
                       "labels of %" PRIu64 " rows and %" PRIu32 " classes cannot be", rows,
                       classes);
    }
    if (original != NULL) {
        RS_TRY_DONE(copy_original(rows, classes, original, &copied, error));
    }
    if (real_begin != NULL && real_begin[rows] > 0) {
        RS_TRY_DONE(rs_need(real_class, "real_class", error));
    }
    if (real_begin != NULL) {
        RS_TRY_DONE(copy_sets(rows, classes, real_begin, real_class, &sets, error));
    }
    copied.rows = rows;
    status = rs_labels_take(classes, &copied, &sets, labels, error);
done:
    rs_original_labels_clear(&copied);
    rs_real_sets_clear(&sets);
    return status;
}

const rs_label_view *rs_labels_get_view(const rs_labels *labels)
{
    return labels != NULL ? &labels->view : NULL;
}

uint64_t rs_labels_hash(const rs_labels *labels)
{
    return labels != NULL ? labels->hash : 0;
}

bool rs_labels_are_ilsvrc(const rs_labels *labels)
{
    return labels != NULL ? labels->ilsvrc : false;
}

bool rs_labels_are_synthetic(const rs_labels *labels)
{
    return labels != NULL ? labels->synthetic : false;
}

const char *rs_labels_synset(const rs_labels *labels, uint32_t class_index)
{
    return labels != NULL ? rs_class_list_get(&labels->synsets, class_index) : NULL;
}

const char *rs_labels_name(const rs_labels *labels, uint32_t class_index)
{
    return labels != NULL ? rs_class_list_get(&labels->names, class_index) : NULL;
}

rs_span rs_labels_row_name(const rs_labels *labels, uint64_t row)
{
    if (labels->part.whole != NULL) {
        return rs_labels_row_name(labels->part.whole, labels->part.image[row]);
    }
    return row < labels->files.rows ? rs_file_names_get(&labels->files, (uint32_t)row)
                                    : (rs_span){NULL, 0};
}

size_t rs_labels_short_name_bytes(const char *name)
{
    return name == NULL ? 0 : strcspn(name, ",");
}

const char *rs_labels_real_path(const rs_labels *labels)
{
    return labels != NULL ? labels->real_path : NULL;
}

const char *rs_labels_original_path(const rs_labels *labels)
{
    return labels != NULL ? labels->original_path : NULL;
}

const rs_labels *rs_labels_whole(const rs_labels *labels)
{
    return labels->part.whole;
}

const char *rs_labels_list_path(const rs_labels *labels)
{
    return labels->part.list_path;
}

uint32_t rs_labels_image(const rs_labels *labels, uint64_t row)
{
    return labels->part.whole == NULL ? (uint32_t)row : labels->part.image[row];
}

int64_t rs_labels_row_of(const rs_labels *labels, uint64_t image)
{
    return labels->part.whole == NULL ? (int64_t)image : labels->part.row_of[image];
}

void rs_labels_free(rs_labels *labels)
{
    if (labels == NULL) {
        return;
    }
    free(labels->original);
    free(labels->real_begin);
    free(labels->real_class);
    free(labels->real_path);
    free(labels->original_path);
    rs_class_list_clear(&labels->synsets);
    rs_class_list_clear(&labels->names);
    rs_file_names_clear(&labels->files);
    rs_label_part_clear(&labels->part);
    free(labels);
}
