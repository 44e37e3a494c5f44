/* labels_reorder.c - the same labels with their rows in the order of an input. */
#include <stdlib.h>

#include "base/checked.h"
#include "base/error.h"
#include "labels/image_order.h"
#include "labels/labels_impl.h"

/* The labels of every image at its first row. `seen` is [from->rows] of zeros. */
static void fill_rows(const rs_label_view *from, const rs_order *order, bool *seen, rs_labels *to)
{
    const uint32_t *const image_of = rs_order_get(order);
    const uint64_t rows = rs_order_rows(order);
    uint32_t at = 0;
    for (uint64_t i = 0; i < rows; ++i) {
        const uint32_t image = image_of[i];
        const bool again = seen[image];
        const uint32_t begin = from->real_begin[image];
        const uint32_t end = again ? begin : from->real_begin[image + 1];
        seen[image] = true;
        to->original[i] = again ? RS_CLASS_UNKNOWN : from->original[image];
        to->real_begin[i] = at;
        for (uint32_t k = begin; k < end; ++k) {
            to->real_class[at++] = from->real_class[k];
        }
    }
    to->real_begin[rows] = at;
}

static rs_status reorder_rows(const rs_label_view *from, const rs_order *order, rs_labels *to,
                              rs_error *error)
{
    const uint64_t rows = rs_order_rows(order);
    bool *seen = NULL;
    rs_status status = RS_OK;
    RS_TRY_DONE(RS_NEW(&seen, from->rows, "images seen", error));
    RS_TRY_DONE(RS_GROW(&to->original, rows, "labels", error));
    RS_TRY_DONE(RS_GROW(&to->real_begin, rows + 1, "label sets", error));
    RS_TRY_DONE(RS_GROW(&to->real_class, from->real_begin[from->rows], "labels", error));
    fill_rows(from, order, seen, to);
    to->view = (rs_label_view){
        .rows = rows,
        .classes = from->classes,
        .original = to->original,
        .real_begin = to->real_begin,
        .real_class = to->real_class,
    };
done:
    free(seen);
    return status;
}

rs_status rs_labels_reorder(const rs_labels *labels, const rs_order *order, rs_labels **reordered,
                            rs_error *error)
{
    RS_NEED(reordered, error);
    *reordered = NULL;
    RS_NEED(labels, error);
    RS_NEED(order, error);
    rs_labels *made = NULL;
    RS_TRY(RS_NEW(&made, 1, "labels", error));
    made->hash = labels->hash;
    made->ilsvrc = labels->ilsvrc;
    made->synthetic = labels->synthetic;
    rs_status status = RS_OK;
    RS_TRY_DONE(rs_order_check_images(order, labels->view.rows, error));
    RS_TRY_DONE(reorder_rows(&labels->view, order, made, error));
    RS_TRY_DONE(rs_class_list_copy(&labels->synsets, &made->synsets, error));
    RS_TRY_DONE(rs_class_list_copy(&labels->names, &made->names, error));
    RS_TRY_DONE(rs_copy_text(&made->real_path, labels->real_path, error));
    RS_TRY_DONE(rs_copy_text(&made->original_path, labels->original_path, error));
done:
    if (status != RS_OK) {
        rs_labels_free(made);
        return status;
    }
    *reordered = made;
    return RS_OK;
}
