/* label_sets.c - counting sort of the taken pairs by row. */
#include "relabel/label_sets.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/checked.h"
#include "base/error.h"
#include "base/file_write.h"

typedef struct set_maker {
    const rs_pairs *pairs;
    const bool *taken;
    const rs_label_view *labels;
    uint32_t *row; /* of each image */
    bool *rated;   /* [rows] */
    rs_real_sets *sets;
} set_maker;

/* Turns counts in begin[row + 1] into where each row begins. */
static void count_labels(const set_maker *maker)
{
    uint32_t *const begin = maker->sets->begin;
    for (uint32_t i = 0; i < maker->pairs->count; ++i) {
        const uint32_t row = maker->row[maker->pairs->image[i]];
        maker->rated[row] = true;
        begin[row + 1] += maker->taken[i];
    }
    for (uint32_t row = 0; row < maker->sets->rows; ++row) {
        begin[row + 1] += !maker->rated[row] && maker->labels->original[row] != RS_CLASS_UNKNOWN;
        begin[row + 1] += begin[row];
    }
}

static rs_status fill_sets(const set_maker *maker, rs_error *error)
{
    rs_real_sets *const sets = maker->sets;
    RS_TRY(RS_NEW(&sets->class_index, sets->begin[sets->rows], "label sets", error));
    uint32_t *filled = NULL;
    RS_TRY(RS_NEW(&filled, sets->rows, "label sets", error));
    for (uint32_t i = 0; i < maker->pairs->count; ++i) {
        const uint32_t row = maker->row[maker->pairs->image[i]];
        if (maker->taken[i]) {
            sets->class_index[sets->begin[row] + filled[row]++] = maker->pairs->class_index[i];
        }
    }
    free(filled);
    sets->largest = -1;
    for (uint32_t row = 0; row < sets->rows; ++row) {
        int32_t *const set = &sets->class_index[sets->begin[row]];
        const size_t size = sets->begin[row + 1] - sets->begin[row];
        if (!maker->rated[row] && size > 0) {
            set[0] = maker->labels->original[row];
        }
        rs_sort_classes(set, size);
        sets->largest = size > 0 && set[size - 1] > sets->largest ? set[size - 1] : sets->largest;
    }
    return RS_OK;
}

static rs_status make_sets(set_maker *maker, rs_error *error)
{
    const uint64_t rows = maker->labels->rows;
    RS_TRY(RS_NEW(&maker->rated, rows, "label sets", error));
    RS_TRY(RS_NEW(&maker->sets->begin, rows + 1, "label sets", error));
    maker->sets->rows = (uint32_t)rows;
    count_labels(maker);
    return fill_sets(maker, error);
}

static void count_sets(const set_maker *maker, rs_label_sets_counts *counts)
{
    const rs_real_sets *sets = maker->sets;
    *counts = (rs_label_sets_counts){.labels = sets->begin[sets->rows]};
    for (uint32_t row = 0; row < sets->rows; ++row) {
        const bool rated = maker->rated[row];
        counts->rated += rated;
        counts->unrated += !rated;
        counts->unknown += !rated && maker->labels->original[row] == RS_CLASS_UNKNOWN;
        counts->empty += sets->begin[row] == sets->begin[row + 1];
    }
}

rs_status rs_label_sets_make(const rs_taken_pairs *from, const rs_labels *labels,
                             const rs_image_rows *images, rs_real_sets *sets,
                             rs_label_sets_counts *counts, rs_error *error)
{
    set_maker maker = {.pairs = from->pairs,
                       .taken = from->taken,
                       .labels = rs_labels_get_view(labels),
                       .sets = sets};
    *sets = (rs_real_sets){0};
    rs_status status = RS_OK;
    RS_TRY_DONE(rs_image_rows_map(images, from->pairs, from->file, &maker.row, error));
    RS_TRY_DONE(make_sets(&maker, error));
    count_sets(&maker, counts);
done:
    free(maker.row);
    free(maker.rated);
    if (status != RS_OK) {
        rs_real_sets_clear(sets);
    }
    return status;
}

/* ---- writing ---- */

static rs_status put_set(rs_file_writer *writer, const int32_t *set, size_t size, bool first,
                         rs_error *error)
{
    char text[24];
    RS_TRY(rs_file_put(writer, first ? "[" : ", [", first ? 1 : 3, error));
    for (size_t i = 0; i < size; ++i) {
        const int length = snprintf(text, sizeof text, "%s%" PRId32, i > 0 ? ", " : "", set[i]);
        RS_TRY(rs_file_put(writer, text, (size_t)length, error));
    }
    return rs_file_put(writer, "]", 1, error);
}

static rs_status put_sets(rs_file_writer *writer, const rs_real_sets *sets, rs_error *error)
{
    RS_TRY(rs_file_put(writer, "[", 1, error));
    for (uint32_t row = 0; row < sets->rows; ++row) {
        RS_TRY(put_set(writer, &sets->class_index[sets->begin[row]],
                       sets->begin[row + 1] - sets->begin[row], row == 0, error));
    }
    return rs_file_put(writer, "]", 1, error);
}

rs_status rs_label_sets_prepare(const char *path, const rs_real_sets *sets, rs_file_writer **file,
                                rs_error *error)
{
    RS_TRY(rs_file_create(path, file, error));
    const rs_status status = put_sets(*file, sets, error);
    if (status != RS_OK) {
        rs_file_abort(*file);
        *file = NULL;
    }
    return status;
}
