/* image_order.c - which image of the labels each row of an input is.
 *
 * The labels are in file-name order. An ImageFolder loader lists its rows class folder by class
 * folder, which follows from the labels themselves; any other order comes as a list.
 */
#include "labels/image_order.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/checked.h"
#include "base/compare.h"
#include "base/error.h"
#include "labels/deal.h"
#include "labels/image_list.h"
#include "labels/label_bytes.h"
#include "labels/labels_impl.h"

struct rs_order {
    uint32_t rows;   /* of the input */
    uint32_t images; /* of the labels */
    uint32_t repeats;
    bool dealt;
    uint32_t *row;
};

uint64_t rs_order_rows(const rs_order *order)
{
    return order != NULL ? order->rows : 0;
}

rs_status rs_order_check_images(const rs_order *order, uint64_t images, rs_error *error)
{
    return order == NULL || order->images == images
               ? RS_OK
               : rs_fail(error, RS_MISMATCH, NULL, rs_nowhere(),
                         "make the order of these labels",
                         "an order of other labels: of %" PRIu32 " images, these have %" PRIu64,
                         order->images, images);
}

uint32_t rs_order_repeats(const rs_order *order)
{
    return order->repeats;
}

rs_status rs_order_check_once(const rs_order *order, rs_error *error)
{
    return order == NULL || order->repeats == 0
               ? RS_OK
               : rs_fail(error, RS_MISMATCH, NULL, rs_nowhere(),
                         "leave out the rows that repeat an image, and give the order of the "
                         "others as a list",
                         "rows are images that came before: %" PRIu32, order->repeats);
}

bool rs_order_is_dealt(const rs_order *order)
{
    return order->dealt;
}

const uint32_t *rs_order_get(const rs_order *order)
{
    return order != NULL ? order->row : NULL;
}

void rs_order_free(rs_order *order)
{
    if (order != NULL) {
        free(order->row);
        free(order);
    }
}

typedef struct id_of_class {
    const char *id;
    uint32_t class_index;
} id_of_class;

RS_SORTS(compare_ids, id_of_class)
{
    return strcmp(left->id, right->id);
}

/* place[c] = how many class folders are listed before that of class c: folders are listed by name,
 * which is the class order unless a class list of one's own says otherwise. */
static rs_status place_folders(const rs_labels *labels, uint32_t *place, rs_error *error)
{
    const uint32_t classes = labels->view.classes;
    for (uint32_t c = 0; c < classes; ++c) {
        place[c] = c;
    }
    if (labels->synsets.count == 0 || rs_class_list_is_sorted(&labels->synsets)) {
        return RS_OK;
    }
    id_of_class *ids = NULL;
    RS_TRY(RS_NEW(&ids, classes, "class folders", error));
    for (uint32_t c = 0; c < classes; ++c) {
        ids[c] = (id_of_class){.id = rs_class_list_get(&labels->synsets, c), .class_index = c};
    }
    qsort(ids, classes, sizeof *ids, compare_ids);
    for (uint32_t c = 0; c < classes; ++c) {
        place[ids[c].class_index] = c;
    }
    free(ids);
    return RS_OK;
}

/* Counting sort by folder: stable, so that images stay in file-name order inside each. `next` holds
 * classes + 1 zeros. */
static rs_status sort_by_folder(const rs_labels *labels, const uint32_t *place, uint64_t *next,
                                uint32_t *row, rs_error *error)
{
    const rs_label_view *const view = &labels->view;
    for (uint64_t i = 0; i < view->rows; ++i) {
        if (view->original[i] == RS_CLASS_UNKNOWN) {
            return rs_fail(error, RS_MISMATCH, labels->original_path, rs_at_row(i),
                           "give original labels of all images, or the order as a list",
                           "an image without an original label has no place in ImageFolder order");
        }
        ++next[place[view->original[i]] + 1];
    }
    for (uint32_t c = 0; c < view->classes; ++c) {
        next[c + 1] += next[c];
    }
    for (uint64_t i = 0; i < view->rows; ++i) {
        row[next[place[view->original[i]]]++] = (uint32_t)i;
    }
    return RS_OK;
}

static rs_status order_by_folder(const rs_labels *labels, uint32_t *row, rs_error *error)
{
    uint32_t *place = NULL;
    uint64_t *next = NULL;
    rs_status status = RS_OK;
    const uint64_t classes = labels->view.classes;
    RS_TRY_DONE(RS_NEW(&place, classes, "class folders", error));
    RS_TRY_DONE(RS_NEW(&next, classes + 1, "class folders", error));
    RS_TRY_DONE(place_folders(labels, place, error));
    status = sort_by_folder(labels, place, next, row, error);
done:
    free(place);
    free(next);
    return status;
}

/* ---- lists ---- */

static rs_status fail_missing(const rs_labels *labels, const char *file, uint64_t listed,
                              const bool *seen, rs_error *error)
{
    uint64_t row = 0;
    while (seen[row]) {
        ++row;
    }
    char text[RS_SHOWN_BYTES] = "";
    const rs_span name = rs_labels_row_name(labels, row);
    if (name.length > 0) {
        rs_show_span(name, text);
    }
    return rs_fail(error, RS_MISMATCH, file, rs_nowhere(),
                   "list every image, or name the list with --subset to score these alone",
                   "the list holds %" PRIu64 " of the %" PRIu64 " images; row %" PRIu64
                   "%s%s is not in it",
                   listed, labels->view.rows, row, text[0] != '\0' ? ", " : "", text);
}

/* How many of the rows are images that came before; seen[image] becomes true. */
static uint32_t count_repeats(const uint32_t *row, uint64_t rows, bool *seen)
{
    uint32_t repeats = 0;
    for (uint64_t i = 0; i < rows; ++i) {
        repeats += seen[row[i]] ? 1 : 0;
        seen[row[i]] = true;
    }
    return repeats;
}

/* ---- making an order ---- */

static rs_status allocate(uint64_t rows, uint64_t images, rs_order **order, rs_error *error)
{
    *order = NULL;
    rs_order *made = NULL;
    RS_TRY(RS_NEW(&made, 1, "a row order", error));
    made->rows = (uint32_t)rows;
    made->images = (uint32_t)images;
    const rs_status status = RS_NEW(&made->row, made->rows, "a row order", error);
    if (status != RS_OK) {
        free(made);
        return status;
    }
    *order = made;
    return RS_OK;
}

static rs_status keep_if(rs_status status, rs_order **order)
{
    if (status != RS_OK) {
        rs_order_free(*order);
        *order = NULL;
    }
    return status;
}

rs_status rs_order_of_rows(const rs_labels *labels, const uint32_t *row, uint64_t rows,
                           rs_order **order, rs_error *error)
{
    bool *seen = NULL;
    rs_status status = RS_OK;
    *order = NULL;
    RS_TRY_DONE(RS_NEW(&seen, labels->view.rows, "images seen", error));
    RS_TRY_DONE(allocate(rows, labels->view.rows, order, error));
    memcpy((*order)->row, row, rows * sizeof *row);
    (*order)->repeats = count_repeats(row, rows, seen);
done:
    free(seen);
    return status;
}

static rs_status order_of_list(const rs_labels *labels, const char *file,
                               const rs_image_list *list, rs_order **order, rs_error *error)
{
    const uint64_t images = labels->view.rows;
    bool *seen = NULL;
    rs_status status = RS_OK;
    RS_TRY_DONE(RS_NEW(&seen, images, "images seen", error));
    const uint64_t listed = list->count - count_repeats(list->row, list->count, seen);
    status = listed == images
                 ? rs_order_of_rows(labels, list->row, list->count, order, error)
                 : fail_missing(labels, file, listed, seen, error);
done:
    free(seen);
    return status;
}

rs_status rs_order_parse(const rs_labels *labels, const char *file, const uint8_t *data,
                         size_t size, rs_order **order, rs_error *error)
{
    rs_image_list list;
    rs_status status = RS_OK;
    *order = NULL;
    RS_TRY_DONE(rs_image_list_parse(labels, file, data, size, &list, error));
    status = order_of_list(labels, file, &list, order, error);
done:
    rs_image_list_clear(&list);
    return status;
}

static rs_status order_by_list(const rs_labels *labels, const char *path, rs_order **order,
                               rs_error *error)
{
    rs_label_bytes bytes;
    *order = NULL;
    RS_REFUSE(path == NULL, error, "name a list of the images", "an order by list needs a list");
    RS_TRY(rs_label_bytes_open(path, &bytes, error));
    const rs_status status = rs_order_parse(labels, path, bytes.data, bytes.size, order, error);
    rs_label_bytes_close(&bytes);
    return status;
}

rs_status rs_order_create(const rs_labels *labels, rs_order_kind kind, const char *list_path,
                          rs_order **order, rs_error *error)
{
    RS_NEED(order, error);
    *order = NULL;
    RS_NEED(labels, error);
    RS_ONE_OF(kind, RS_ORDER_LIST, error);
    if (kind == RS_ORDER_LIST) {
        return order_by_list(labels, list_path, order, error);
    }
    RS_TRY(allocate(labels->view.rows, labels->view.rows, order, error));
    if (kind == RS_ORDER_IMAGEFOLDER) {
        return keep_if(order_by_folder(labels, (*order)->row, error), order);
    }
    for (uint32_t i = 0; i < (*order)->rows; ++i) {
        (*order)->row[i] = i;
    }
    return RS_OK;
}

rs_status rs_order_deal(const rs_order *order, const char *deal, rs_order **dealt, rs_error *error)
{
    RS_NEED(dealt, error);
    *dealt = NULL;
    RS_NEED(order, error);
    RS_NEED(deal, error);
    rs_deal parsed;
    RS_TRY(rs_deal_take(deal, &parsed, error));
    const uint64_t rows = rs_deal_rows(&parsed, order->rows);
    if (rows > UINT32_MAX || order->rows == 0) {
        return rs_fail(error, RS_RANGE, NULL, rs_nowhere(), NULL,
                       "%" PRIu32 " rows cannot be dealt out", order->rows);
    }
    bool *seen = NULL;
    rs_status status = RS_OK;
    RS_TRY_DONE(allocate(rows, order->images, dealt, error));
    RS_TRY_DONE(RS_NEW(&seen, order->images, "images seen", error));
    (*dealt)->dealt = true;
    rs_deal_places(&parsed, order->rows, (*dealt)->row);
    for (uint64_t i = 0; i < rows; ++i) {
        const uint32_t image = order->row[(*dealt)->row[i]];
        (*dealt)->row[i] = image;
        (*dealt)->repeats += seen[image] ? 1 : 0;
        seen[image] = true;
    }
done:
    free(seen);
    return keep_if(status, dealt);
}
