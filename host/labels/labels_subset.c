/* labels_subset.c - rows of labels become labels; what they were a part of stays with them, because
 * files and lists may speak of all images.
 */
#include "labels/labels_subset.h"

#include <stdlib.h>
#include <string.h>

#include "base/checked.h"
#include "base/error.h"
#include "labels/image_order.h"
#include "labels/labels_impl.h"

/* The images in file-name order, and at which of these places each is. */
static rs_status place_images(rs_label_part *part, uint64_t images, const uint32_t *row,
                              uint64_t count, uint32_t *rows, rs_error *error)
{
    RS_TRY(RS_NEW(&part->row_of, images, "images", error));
    RS_TRY(RS_NEW(&part->image, count, "images", error));
    memset(part->row_of, 0xff, images * sizeof *part->row_of); /* -1 */
    for (uint64_t i = 0; i < count; ++i) {
        part->row_of[row[i]] = 0;
    }
    *rows = 0;
    for (uint64_t image = 0; image < images; ++image) {
        if (part->row_of[image] == 0) {
            part->image[*rows] = (uint32_t)image;
            part->row_of[image] = (int64_t)(*rows)++;
        }
    }
    return RS_OK;
}

static rs_status take_rows(const rs_labels *whole, const rs_label_part *part, uint32_t rows,
                           rs_labels **subset, rs_error *error)
{
    rs_order *order = NULL;
    RS_TRY(rs_order_of_rows(whole, part->image, rows, &order, error));
    rs_status status = rs_labels_reorder(whole, order, subset, error);
    rs_order_free(order);
    return status == RS_OK ? rs_labels_rehash(*subset, error) : status;
}

rs_status rs_labels_subset(rs_labels *whole, const uint32_t *row, uint64_t count,
                           const char *list_path, rs_labels **subset, rs_error *error)
{
    rs_label_part part = {.whole = whole};
    uint32_t rows = 0;
    rs_status status = RS_OK;
    *subset = NULL;
    RS_TRY_DONE(rs_copy_text(&part.list_path, list_path, error));
    RS_TRY_DONE(place_images(&part, whole->view.rows, row, count, &rows, error));
    RS_TRY_DONE(take_rows(whole, &part, rows, subset, error));
    (*subset)->part = part;
    return RS_OK;
done:
    rs_labels_free(*subset);
    *subset = NULL;
    rs_label_part_clear(&part);
    return status;
}

void rs_label_part_clear(rs_label_part *part)
{
    rs_labels_free(part->whole);
    free(part->image);
    free(part->row_of);
    free(part->list_path);
    *part = (rs_label_part){0};
}
