/* labels_reorder.c - the same labels with their rows in the order of an input. */
#include <stdlib.h>
#include <string.h>

#include "base/checked.h"
#include "base/error.h"
#include "labels/labels_impl.h"

static rs_status reorder_rows(const rs_label_view *from, const uint32_t *row, rs_labels *to,
                              rs_error *error)
{
    const uint32_t labels = from->real_begin[from->rows];
    RS_TRY(RS_GROW(&to->original, from->rows, "labels", error));
    RS_TRY(RS_GROW(&to->real_begin, from->rows + 1, "label sets", error));
    RS_TRY(RS_GROW(&to->real_class, labels, "labels", error));
    uint32_t at = 0;
    for (uint64_t i = 0; i < from->rows; ++i) {
        const uint32_t begin = from->real_begin[row[i]];
        const uint32_t end = from->real_begin[row[i] + 1];
        to->original[i] = from->original[row[i]];
        to->real_begin[i] = at;
        for (uint32_t k = begin; k < end; ++k) {
            to->real_class[at++] = from->real_class[k];
        }
    }
    to->real_begin[from->rows] = at;
    to->view = (rs_label_view){
        .rows = from->rows,
        .classes = from->classes,
        .original = to->original,
        .real_begin = to->real_begin,
        .real_class = to->real_class,
    };
    return RS_OK;
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
    if (rs_order_rows(order) != labels->view.rows) {
        status = rs_fail(error, RS_MISMATCH, NULL, rs_nowhere(), NULL,
                         "an order of other labels: it has another number of rows");
        goto done;
    }
    RS_TRY_DONE(reorder_rows(&labels->view, rs_order_get(order), made, error));
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
