/* fit_rows.c - rows are joined to images by name, where both sides have names, and picked where
 * only some images are wanted. A name that matches nothing ends it: rows scored by their places
 * would give a number all the same.
 */
#include "evaluate/fit_rows.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/checked.h"
#include "base/error.h"
#include "formats/input.h"
#include "formats/picked_rows.h"
#include "labels/file_names.h"
#include "labels/image_list.h"
#include "labels/label_part.h"

#define NO_ROW UINT64_MAX

/* What the names of a file say. */
typedef struct name_join {
    const rs_labels *labels;
    const rs_source *from;
    uint64_t *row_of; /* [rows of the labels] the row of the source */
    uint64_t found;   /* images that have one */
    uint64_t unknown; /* rows whose name is no image's, and the first of them */
    uint64_t first_unknown;
    uint64_t elsewhere; /* rows of images that are not wanted */
    uint64_t beyond;    /* rows of images of the validation set that labels without names lack */
    uint64_t repeats;
    rs_repeats_differ differ; /* in their first prediction */
    bool numbered; /* images are called by numbers */
} name_join;

static rs_span name_of(const rs_source *source, uint64_t row)
{
    const char *const name = source->names[row];
    return rs_base_name((rs_span){name, strlen(name)});
}

/* Row `again` is of an image that row `first` was of. */
static rs_status compare_repeat(name_join *join, uint64_t first, uint64_t again, rs_error *error)
{
    rs_source *const from = (rs_source *)join->from; /* where it stands is not changed */
    uint32_t *row = NULL;
    uint64_t read = 0;
    rs_status status = RS_OK;
    if (!from->info.random_access || from->info.content != RS_CONTENT_PREDICTIONS) {
        return RS_OK;
    }
    RS_TRY(rs_alloc((void **)&row, 2, from->info.row_bytes, "rows", error));
    uint32_t *const other = row + from->info.columns;
    RS_TRY_DONE(rs_source_read(from, first, 1, row, &read, error));
    RS_TRY_DONE(rs_source_read(from, again, 1, other, &read, error));
    if (row[0] != other[0]) {
        if (join->differ.count == 0) {
            (void)snprintf(join->differ.first, sizeof join->differ.first,
                           "%.60s, class %" PRIu32 " after class %" PRIu32 " of %.60s",
                           from->names[again], other[0], row[0], from->names[first]);
        }
        join->differ.count += 1;
    }
done:
    free(row);
    return status;
}

static rs_status find_rows(name_join *join, rs_error *error)
{
    rs_name_search search = {.labels = join->labels};
    rs_status status = RS_OK;
    for (uint64_t i = 0; i < join->from->info.rows && status == RS_OK; ++i) {
        int64_t row = 0;
        const rs_span name = name_of(join->from, i);
        status = rs_name_search_find(&search, name, &row, error);
        join->beyond += rs_ilsvrc_number(name) > rs_labels_get_view(join->labels)->rows;
        if (row == RS_IMAGE_UNKNOWN) {
            join->first_unknown = join->unknown == 0 ? i : join->first_unknown;
            join->unknown += 1;
        } else if (row == RS_IMAGE_ELSEWHERE) {
            join->elsewhere += 1;
        } else if (join->row_of[row] != NO_ROW) {
            join->repeats += 1;
            status = status == RS_OK ? compare_repeat(join, join->row_of[row], i, error) : status;
        } else {
            join->row_of[row] = i;
            join->found += 1;
        }
    }
    join->numbered = search.numbered;
    rs_name_search_clear(&search);
    return status;
}

/* What an image of the labels is called, for messages. */
static const char *show_image(const rs_labels *labels, uint64_t row, char text[RS_SHOWN_BYTES])
{
    const rs_span name = rs_labels_row_name(labels, row);
    if (name.length > 0) {
        return rs_show_span(name, text);
    }
    (void)snprintf(text, RS_SHOWN_BYTES, "ILSVRC2012_val_%08" PRIu32,
                   rs_labels_image(labels, row) + 1);
    return text;
}

static bool is_row(const name_join *join, rs_span name)
{
    int32_t number = 0;
    return !join->numbered && rs_span_integer(name, &number);
}

static rs_status fail_unknown(const name_join *join, rs_error *error)
{
    char known[RS_SHOWN_BYTES];
    const rs_span name = name_of(join->from, join->first_unknown);
    return rs_fail(error, RS_MISMATCH, rs_shown_path(join->from->path), rs_nowhere(),
                   is_row(join, name)
                       ? "numbers are rows of the labels, counted from 0; or name the images as "
                         "the labels do"
                       : "name the images as the labels do, and leave other images out",
                   "%" PRIu64 " of %" PRIu64 " images are none of the labels, the first is %s; "
                   "those of the labels are called as in %s",
                   join->unknown, join->from->info.rows, RS_SHOW_SPAN(name),
                   show_image(join->labels, 0, known));
}

static rs_status fail_missing(const name_join *join, rs_error *error)
{
    char text[RS_SHOWN_BYTES];
    const uint64_t rows = rs_labels_get_view(join->labels)->rows;
    uint64_t row = 0;
    while (join->row_of[row] != NO_ROW) {
        ++row;
    }
    return rs_fail(error, RS_MISMATCH, rs_shown_path(join->from->path), rs_nowhere(),
                   rs_labels_whole(join->labels) != NULL
                       ? "predict them too, or take them from the list"
                       : "predict them too; to score those that are there alone, name this file "
                         "as the list of --subset too",
                   "%" PRIu64 " of the %" PRIu64 " images of the labels are not in it, the first "
                   "is %s",
                   rows - join->found, rows, show_image(join->labels, row, text));
}

/* Of images that are called by numbers: the first row whose number, were it one of the labels,
 * would be another image. NO_ROW where numbers are names, since all are the same by both, or one
 * can be no row: it begins with a 0, or is that of none. */
static uint64_t find_other_by_row(const name_join *join)
{
    const rs_labels *const whole = rs_labels_whole(join->labels);
    const uint64_t images = rs_labels_get_view(whole != NULL ? whole : join->labels)->rows;
    uint64_t other = NO_ROW;
    for (uint64_t i = 0; join->numbered && i < join->from->info.rows; ++i) {
        int32_t number = 0;
        const rs_span name = name_of(join->from, i);
        if (!rs_span_integer(name, &number) || number < 0 || (uint64_t)number >= images ||
            (name.text[0] == '0' && name.length > 1)) {
            return NO_ROW;
        }
        const int64_t row = rs_labels_row_of(join->labels, (uint64_t)number);
        other = other == NO_ROW && row >= 0 && join->row_of[row] != i ? i : other;
    }
    return other;
}

static rs_status fail_either(const name_join *join, uint64_t row, rs_error *error)
{
    return rs_fail(error, RS_MISMATCH, rs_shown_path(join->from->path), rs_nowhere(),
                   "write the names as the labels do, with their endings; or, where the numbers "
                   "are rows, sort the table by them and leave their column out",
                   "%s is the name of one image of the labels and the row of another",
                   RS_SHOW_SPAN(name_of(join->from, row)));
}

/* Labels that came without names know those of the validation set by their numbers. Where they are
 * labels of something else, or of some of its images, rows stay in the order of their names. */
static bool labels_know_no_names(const name_join *join)
{
    const uint64_t rows = rs_labels_get_view(join->labels)->rows;
    if (rs_labels_row_name(join->labels, 0).length > 0 || rs_labels_whole(join->labels) != NULL) {
        return false;
    }
    return (join->found == 0 && !is_row(join, name_of(join->from, 0))) ||
           (join->beyond > 0 && rows < RS_ILSVRC_IMAGES && rows == join->from->info.rows);
}

static rs_status pick(rs_source **source, uint64_t *row, uint64_t rows, rs_error *error)
{
    rs_source *const from = *source;
    RS_TRY(rs_pick_rows(from, row, rows, source, error));
    (*source)->info.file_name_order = true;
    return RS_OK;
}

static rs_status new_places(uint64_t rows, uint64_t **place, rs_error *error)
{
    RS_TRY(RS_NEW(place, rows, "rows of images", error));
    memset(*place, 0xff, rows * sizeof **place); /* NO_ROW */
    return RS_OK;
}

static rs_status join_names(const rs_labels *labels, rs_source **source, rs_error *error)
{
    const uint64_t rows = rs_labels_get_view(labels)->rows;
    name_join join = {.labels = labels, .from = *source};
    rs_status status = RS_OK;
    RS_TRY_DONE(new_places(rows, &join.row_of, error));
    RS_TRY_DONE(find_rows(&join, error));
    if (labels_know_no_names(&join)) {
        goto done;
    }
    if (join.unknown > 0 || join.found < rows) {
        status = join.unknown > 0 ? fail_unknown(&join, error) : fail_missing(&join, error);
        goto done;
    }
    const uint64_t other = find_other_by_row(&join);
    if (other != NO_ROW) {
        status = fail_either(&join, other, error);
        goto done;
    }
    uint64_t *const row_of = join.row_of;
    join.row_of = NULL;
    RS_TRY(pick(source, row_of, rows, error));
    (*source)->repeats += join.repeats;
    if ((*source)->differ.count == 0) {
        (void)snprintf((*source)->differ.first, sizeof(*source)->differ.first, "%s",
                       join.differ.first);
    }
    (*source)->differ.count += join.differ.count;
    return RS_OK;
done:
    free(join.row_of);
    return status;
}

/* ---- of all rows, those of some images ---- */

static rs_status fail_count(const rs_labels *labels, const rs_source_info *info, rs_error *error)
{
    const uint64_t images = rs_labels_get_view(rs_labels_whole(labels))->rows;
    if (info->rows == RS_ROWS_UNKNOWN) {
        return rs_fail(error, RS_UNSUPPORTED, rs_shown_path(info->path), rs_nowhere(),
                       "say how many there are, as in --shape 50000,1000",
                       "of rows whose number is not known some cannot be picked");
    }
    return rs_fail(error, RS_MISMATCH, rs_shown_path(info->path), rs_nowhere(),
                   "every image needs its row, or every wanted image and no other",
                   "%" PRIu64 " rows, but %" PRIu64 " images are wanted, of the %" PRIu64
                   " that the labels have",
                   info->rows, rs_labels_get_view(labels)->rows, images);
}

/* place[k]: the first row of wanted image k. */
static void find_places(const rs_labels *labels, const rs_order *order, uint64_t rows,
                        uint64_t *place)
{
    const uint32_t *const image_of = rs_order_get(order);
    for (uint64_t i = 0; i < rows; ++i) {
        const int64_t row = rs_labels_row_of(labels, image_of == NULL ? i : image_of[i]);
        if (row >= 0 && place[row] == NO_ROW) {
            place[row] = i;
        }
    }
}

static rs_status check_places(const rs_labels *labels, const rs_source_info *info,
                              const uint64_t *place, rs_error *error)
{
    char text[RS_SHOWN_BYTES];
    for (uint64_t k = 0; k < rs_labels_get_view(labels)->rows; ++k) {
        if (place[k] == NO_ROW) { /* of a truncated deal */
            return rs_fail(error, RS_MISMATCH, rs_shown_path(info->path), rs_nowhere(),
                           "leave it out of the list", "%s has no row",
                           show_image(labels, k, text));
        }
    }
    return RS_OK;
}

static rs_status pick_wanted(const rs_reading *reading, rs_source **source, rs_error *error)
{
    const rs_labels *const labels = reading->labels;
    const rs_labels *const whole = rs_labels_whole(labels);
    const rs_source_info *const info = &(*source)->info;
    const uint64_t wanted = rs_labels_get_view(labels)->rows;
    if (info->rows == (reading->order != NULL ? rs_order_rows(reading->order) : wanted)) {
        return RS_OK; /* the rows are those of the wanted images alone */
    }
    rs_order *order = NULL;
    uint64_t *place = NULL;
    rs_status status = RS_OK;
    RS_TRY_DONE(rs_reading_order_of_all(reading, &order, error));
    const uint64_t rows = order != NULL ? rs_order_rows(order) : rs_labels_get_view(whole)->rows;
    RS_TRY_DONE(info->rows == rows ? RS_OK : fail_count(labels, info, error));
    RS_TRY_DONE(new_places(wanted, &place, error));
    find_places(labels, order, rows, place);
    RS_TRY_DONE(check_places(labels, info, place, error));
    rs_order_free(order);
    return pick(source, place, wanted, error);
done:
    free(place);
    rs_order_free(order);
    return status;
}

rs_status rs_fit_rows(const rs_reading *reading, rs_source **source, rs_error *error)
{
    rs_status status = RS_OK;
    if ((*source)->names != NULL) {
        status = join_names(reading->labels, source, error);
    } else if (rs_labels_whole(reading->labels) != NULL) {
        status = pick_wanted(reading, source, error);
    }
    if (status != RS_OK) {
        rs_source_close(*source);
        *source = NULL;
    }
    return status;
}
