/* fit_targets.c - labels, an order and a list of images into targets. */
#include "fit/fit_targets.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/checked.h"
#include "base/error.h"
#include "base/hash.h"
#include "labels/file_names.h"
#include "labels/image_list.h"
#include "labels/label_bytes.h"
#include "relabel/image_rows.h"

/* ---- the list ---- */

/* Which images of a list of our own names are meant; clean writes such a list with --files. */
static rs_status read_named(const rs_fit_keep *keep, uint64_t rows, bool *listed, rs_error *error)
{
    rs_image_rows images = {0};
    rs_label_bytes bytes = {0};
    rs_lines lines;
    rs_line line;
    bool more = true;
    rs_status status = RS_OK;
    RS_TRY_DONE(rs_image_rows_read(keep->files_path, rows, &images, error));
    RS_TRY_DONE(rs_label_bytes_open(keep->path, &bytes, error));
    RS_TRY_DONE(rs_lines_open(keep->path, bytes.data, bytes.size, &lines, error));
    for (;;) {
        rs_span field;
        RS_TRY_DONE(rs_lines_next(&lines, &line, &more, error));
        if (!more) {
            break;
        }
        (void)rs_line_fields(&line, &field, 1);
        const int64_t row = rs_image_rows_find(&images, rs_base_name(field));
        if (row < 0) {
            RS_TRY_DONE(rs_fail(error, RS_MISMATCH, keep->path, rs_at_line(line.number),
                                "give the list that was made for these images",
                                "no image of --files is called %s", RS_SHOW_SPAN(field)));
        }
        listed[row] = true;
    }
done:
    rs_label_bytes_close(&bytes);
    rs_image_rows_clear(&images);
    return status;
}

static rs_status read_list(const rs_labels *labels, const rs_fit_keep *keep, bool *listed,
                           rs_error *error)
{
    rs_image_list list;
    if (keep->files_path != NULL) {
        return read_named(keep, rs_labels_get_view(labels)->rows, listed, error);
    }
    const rs_status status = rs_image_list_read(labels, keep->path, &list, error);
    for (uint64_t i = 0; status == RS_OK && i < list.count; ++i) {
        listed[list.row[i]] = true;
    }
    rs_image_list_clear(&list);
    return status;
}

/* ---- targets ---- */

/* The classes of a row of the labels: how many, and in *first where they are. */
static uint32_t classes_of(const rs_label_view *view, bool sets, uint64_t row,
                           const int32_t **first)
{
    if (!sets) {
        *first = &view->original[row];
        return view->original[row] >= 0 ? 1 : 0;
    }
    *first = view->real_class + view->real_begin[row];
    return view->real_begin[row + 1] - view->real_begin[row];
}

static rs_status fill(const rs_label_view *view, const rs_order *order, bool sets,
                      rs_fit_targets *targets, rs_error *error)
{
    const uint32_t *const image = order == NULL ? NULL : rs_order_get(order);
    const int32_t *first = NULL;
    uint64_t count = 0;
    RS_TRY(RS_NEW(&targets->begin, targets->rows + 1, "targets", error));
    for (uint64_t i = 0; i < targets->rows; ++i) {
        count += classes_of(view, sets, image == NULL ? i : image[i], &first);
        if (count > UINT32_MAX) {
            return rs_fail(error, RS_RANGE, NULL, rs_nowhere(), "train on fewer rows",
                           "the rows have more than %" PRIu32 " labels", UINT32_MAX);
        }
        targets->begin[i + 1] = (uint32_t)count;
    }
    RS_TRY(RS_NEW(&targets->label, count, "targets", error));
    for (uint64_t i = 0; i < targets->rows; ++i) {
        const uint32_t own = classes_of(view, sets, image == NULL ? i : image[i], &first);
        if (own > 0) {
            memcpy(targets->label + targets->begin[i], first, own * sizeof *first);
        }
    }
    return RS_OK;
}

static rs_status take_kept(const rs_labels *labels, const rs_order *order, const rs_fit_keep *keep,
                           rs_fit_targets *targets, rs_error *error)
{
    bool *listed = NULL;
    rs_status status = RS_OK;
    if (keep->path == NULL) {
        return RS_OK;
    }
    RS_TRY_DONE(RS_NEW(&listed, rs_labels_get_view(labels)->rows, "a list of images", error));
    RS_TRY_DONE(read_list(labels, keep, listed, error));
    RS_TRY_DONE(RS_NEW(&targets->kept, targets->rows, "a list of images", error));
    for (uint64_t i = 0; i < targets->rows; ++i) {
        targets->kept[i] = listed[order == NULL ? i : rs_order_get(order)[i]] != keep->drop;
    }
done:
    free(listed);
    return status;
}

static rs_status check_left(const rs_fit_targets *targets, const rs_fit_keep *keep,
                            rs_error *error)
{
    uint64_t all = 0;
    uint64_t kept = 0;
    for (uint64_t i = 0; i < targets->rows; ++i) {
        all += rs_fit_learns(targets, i, false) ? 1 : 0;
        kept += rs_fit_learns(targets, i, true) ? 1 : 0;
    }
    if (all == 0) {
        return rs_fail(error, RS_FORMAT, NULL, rs_nowhere(),
                       "give labels that say what the rows are", "no row has a label to learn");
    }
    if (kept == 0) {
        return rs_fail(error, RS_MISMATCH, keep->path, rs_nowhere(),
                       keep->drop ? "drop fewer rows"
                                  : "give the list that was made for these rows",
                       "no row with a label is left to learn from");
    }
    return RS_OK;
}

static rs_status hash_all(rs_fit_targets *targets, rs_error *error)
{
    rs_hash_state *hash = NULL;
    RS_TRY(rs_hash_begin(&hash, error));
    rs_hash_update(hash, &targets->classes, sizeof targets->classes);
    rs_hash_update(hash, targets->begin, (targets->rows + 1) * sizeof *targets->begin);
    rs_hash_update(hash, targets->label, targets->begin[targets->rows] * sizeof *targets->label);
    if (targets->kept != NULL) {
        rs_hash_update(hash, targets->kept, targets->rows * sizeof *targets->kept);
    }
    targets->hash = rs_hash_end(hash);
    return RS_OK;
}

rs_status rs_fit_targets_make(const rs_labels *labels, const rs_order *order, bool sets,
                              const rs_fit_keep *keep, rs_fit_targets *targets, rs_error *error)
{
    const rs_label_view *const view = rs_labels_get_view(labels);
    rs_status status = RS_OK;
    *targets = (rs_fit_targets){
        .rows = order == NULL ? view->rows : rs_order_rows(order),
        .classes = view->classes,
    };
    RS_TRY_DONE(fill(view, order, sets, targets, error));
    RS_TRY_DONE(take_kept(labels, order, keep, targets, error));
    RS_TRY_DONE(check_left(targets, keep, error));
    RS_TRY_DONE(hash_all(targets, error));
    return RS_OK;
done:
    rs_fit_targets_clear(targets);
    return status;
}

uint32_t rs_fit_count_classes(const rs_fit_targets *targets, bool kept, uint64_t *rows)
{
    uint32_t without = 0;
    memset(rows, 0, targets->classes * sizeof *rows);
    for (uint64_t i = 0; i < targets->rows; ++i) {
        for (uint32_t k = targets->begin[i];
             rs_fit_learns(targets, i, kept) && k < targets->begin[i + 1]; ++k) {
            rows[targets->label[k]] += 1;
        }
    }
    for (uint32_t c = 0; c < targets->classes; ++c) {
        without += rows[c] == 0 ? 1 : 0;
    }
    return without;
}

void rs_fit_targets_clear(rs_fit_targets *targets)
{
    free(targets->begin);
    free(targets->label);
    free(targets->kept);
    *targets = (rs_fit_targets){0};
}
