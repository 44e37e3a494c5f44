/* diagnose_orders.c - the orders of rows people have. */
#include <stdlib.h>
#include <string.h>

#include "base/checked.h"
#include "base/compare.h"
#include "base/error.h"
#include "evaluate/diagnose_impl.h"
#include "labels/image_order.h"

/* ---- by class folder ---- */

/* Images folder by folder, in file-name order inside each: a counting sort. place[c] is where the
 * folder of class c stands. *image is NULL when a label is unknown: then there is no such order. */
static rs_status sort_by_place(const rs_label_view *labels, const uint32_t *place, uint32_t **image,
                               rs_error *error)
{
    uint32_t *begin = NULL;
    uint32_t *sorted = NULL;
    rs_status status = RS_OK;
    *image = NULL;
    for (uint64_t i = 0; i < labels->rows; ++i) {
        if (labels->original[i] < 0) {
            return RS_OK;
        }
    }
    RS_TRY_DONE(RS_NEW(&begin, (uint64_t)labels->classes + 1, "a class order", error));
    RS_TRY_DONE(RS_NEW(&sorted, labels->rows, "a row order", error));
    for (uint64_t i = 0; i < labels->rows; ++i) {
        begin[place[labels->original[i]] + 1] += 1;
    }
    for (uint32_t c = 0; c < labels->classes; ++c) {
        begin[c + 1] += begin[c];
    }
    for (uint64_t i = 0; i < labels->rows; ++i) {
        sorted[begin[place[labels->original[i]]]++] = (uint32_t)i;
    }
    *image = sorted;
done:
    free(begin);
    return status;
}

/* Folders named by class number, which are sorted as texts. */
static rs_status text_folders(const rs_label_view *labels, uint32_t **image, rs_error *error)
{
    int32_t *sorted = NULL;
    uint32_t *place = NULL;
    rs_status status = RS_OK;
    RS_TRY_DONE(rs_text_order(labels->classes, &sorted, error));
    RS_TRY_DONE(RS_NEW(&place, labels->classes, "a class order", error));
    for (uint32_t c = 0; c < labels->classes; ++c) {
        place[sorted[c]] = c;
    }
    status = sort_by_place(labels, place, image, error);
done:
    free(place);
    free(sorted);
    return status;
}

/* ---- folders in an order of their own ---- */

enum { LEAST_VOTES = 7 }; /* rows that say which folder theirs is */

/* What is known while folders are put in order: place[c] is UINT32_MAX until that of class c is. */
typedef struct folder_search {
    const rs_trial *trial;
    uint32_t *images; /* [classes] of each */
    uint32_t *votes;  /* [classes] zeros between calls */
    uint32_t *place;  /* [classes] */
} folder_search;

/* How many images all classes with any have; 0 when they differ. */
static uint32_t common_size(const folder_search *of)
{
    uint32_t size = 0;
    for (uint32_t c = 0; c < of->trial->labels->classes; ++c) {
        if (of->images[c] > 0 && size > 0 && of->images[c] != size) {
            return 0;
        }
        size = of->images[c] > 0 ? of->images[c] : size;
    }
    return size;
}

typedef struct vote {
    uint32_t count;
    uint32_t folder; /* the how-manieth */
    int32_t class_index;
} vote;

static int compare_votes(const void *a, const void *b)
{
    const vote *left = a;
    const vote *right = b;
    RS_ORDER_BY(right->count, left->count);
    return left->folder < right->folder ? -1 : left->folder > right->folder;
}

/* Folders of one size begin where they must: each gets the class that most of its answers name, the
 * clearest first, and every class one. */
static rs_status place_equal(const folder_search *of, uint32_t size, rs_error *error)
{
    const rs_label_view *const labels = of->trial->labels;
    const uint64_t count = labels->rows / size;
    vote *list = NULL;
    bool *taken = NULL;
    uint64_t votes = 0;
    rs_status status = RS_OK;
    RS_TRY_DONE(RS_NEW(&list, labels->rows, "answers", error));
    RS_TRY_DONE(RS_NEW(&taken, count, "folders", error));
    for (uint64_t row = 0; row < labels->rows; ++row) {
        const int32_t answer = rs_predicted(of->trial, row);
        if (answer >= 0 && (uint32_t)answer < labels->classes && of->images[answer] > 0) {
            /* votes[] holds where the folder's vote for this class is, from 1 */
            if (of->votes[answer] == 0 || list[of->votes[answer] - 1].folder != row / size) {
                list[votes] = (vote){.folder = (uint32_t)(row / size), .class_index = answer};
                of->votes[answer] = (uint32_t)++votes;
            }
            list[of->votes[answer] - 1].count += 1;
        }
    }
    qsort(list, votes, sizeof *list, compare_votes);
    for (uint64_t i = 0; i < votes; ++i) {
        if (!taken[list[i].folder] && of->place[list[i].class_index] == UINT32_MAX) {
            taken[list[i].folder] = true;
            of->place[list[i].class_index] = list[i].folder;
        }
    }
    uint32_t next = 0; /* folders that nothing names, and classes that are never named */
    for (uint32_t c = 0; c < labels->classes; ++c) {
        if (of->place[c] == UINT32_MAX && of->images[c] > 0) {
            while (taken[next]) {
                ++next;
            }
            of->place[c] = next++;
        }
    }
done:
    free(taken);
    free(list);
    return status;
}

/* The class whose folder begins at `row`: of those whose folders were not met yet, the one that
 * most of the next `rows` rows name. */
static int32_t folder_at(const folder_search *of, uint64_t row, uint64_t rows)
{
    const uint64_t all = of->trial->labels->rows;
    const uint64_t end = row + rows < all ? row + rows : all;
    int32_t best = -1;
    for (uint64_t i = row; i < end; ++i) {
        const int32_t answer = rs_predicted(of->trial, i);
        if (answer >= 0 && (uint32_t)answer < of->trial->labels->classes &&
            of->images[answer] > 0 && of->place[answer] == UINT32_MAX) {
            of->votes[answer] += 1;
            best = best < 0 || of->votes[answer] > of->votes[best] ? answer : best;
        }
    }
    for (uint64_t i = row; i < end; ++i) {
        const int32_t answer = rs_predicted(of->trial, i);
        if (answer >= 0 && (uint32_t)answer < of->trial->labels->classes) {
            of->votes[answer] = 0;
        }
    }
    return best;
}

/* Folders of different sizes, from the first to the last. */
static void place_in_turn(const folder_search *of)
{
    const rs_label_view *const labels = of->trial->labels;
    uint64_t fewest = labels->rows; /* images of a class */
    uint32_t placed = 0;
    for (uint32_t c = 0; c < labels->classes; ++c) {
        fewest = of->images[c] > 0 && of->images[c] < fewest ? of->images[c] : fewest;
    }
    fewest = fewest < LEAST_VOTES ? LEAST_VOTES : fewest;
    for (uint64_t row = 0; row < labels->rows;) {
        const int32_t folder = folder_at(of, row, fewest);
        if (folder < 0) {
            row += fewest;
        } else {
            of->place[folder] = placed++;
            row += of->images[folder];
        }
    }
    for (uint32_t c = 0; c < labels->classes; ++c) {
        of->place[c] = of->place[c] == UINT32_MAX && of->images[c] > 0 ? placed++ : of->place[c];
    }
}

rs_status rs_order_by_answers(const rs_trial *trial, uint32_t **image, rs_error *error)
{
    const rs_label_view *const labels = trial->labels;
    folder_search of = {.trial = trial};
    rs_status status = RS_OK;
    *image = NULL;
    for (uint64_t i = 0; i < labels->rows; ++i) {
        if (labels->original[i] < 0) {
            return RS_OK;
        }
    }
    RS_TRY_DONE(RS_NEW(&of.images, labels->classes, "images of classes", error));
    RS_TRY_DONE(RS_NEW(&of.votes, labels->classes, "answers", error));
    RS_TRY_DONE(RS_NEW(&of.place, labels->classes, "a class order", error));
    memset(of.place, -1, labels->classes * sizeof *of.place);
    for (uint64_t i = 0; i < labels->rows; ++i) {
        of.images[labels->original[i]] += 1;
    }
    const uint32_t size = common_size(&of);
    if (size > 0) {
        RS_TRY_DONE(place_equal(&of, size, error));
    } else {
        place_in_turn(&of);
    }
    status = sort_by_place(labels, of.place, image, error);
done:
    free(of.place);
    free(of.votes);
    free(of.images);
    return status;
}

/* ---- all of them ---- */

static bool same_order(const uint32_t *a, const uint32_t *b, uint64_t rows)
{
    for (uint64_t i = 0; i < rows; ++i) {
        if ((a == NULL ? i : a[i]) != (b == NULL ? i : b[i])) {
            return false;
        }
    }
    return true;
}

/* Takes order->owned over; an order that is there already is not added. */
static void add(rs_base_orders *orders, uint64_t rows, const rs_base_order *order)
{
    for (size_t i = 0; i < orders->count; ++i) {
        if (same_order(orders->order[i].image, order->image, rows)) {
            if (orders->order[i].option == NULL) {
                orders->order[i].name = order->name;
                orders->order[i].option = order->option;
            }
            free(order->owned);
            return;
        }
    }
    orders->order[orders->count++] = *order;
}

rs_status rs_base_orders_make(const rs_labels *labels, const rs_order *used, rs_base_orders *orders,
                              rs_error *error)
{
    const rs_label_view *const view = rs_labels_get_view(labels);
    rs_order *folders = NULL;
    uint32_t *image = NULL;
    *orders = (rs_base_orders){.dealt = used != NULL && rs_order_is_dealt(used)};
    add(orders, view->rows,
        &(rs_base_order){
            .name = "the order that was named", .image = rs_order_get(used), .used = true});
    add(orders, view->rows, &(rs_base_order){.name = "file-name order", .option = ""});
    /* Labels without a class for every row have no folder order: that is no failure here. */
    if (rs_order_create(labels, RS_ORDER_IMAGEFOLDER, NULL, &folders, NULL) == RS_OK) {
        rs_status status = RS_NEW(&image, view->rows, "a row order", error);
        if (status == RS_OK) {
            memcpy(image, rs_order_get(folders), view->rows * sizeof *image);
        }
        rs_order_free(folders);
        RS_TRY(status);
        add(orders, view->rows,
            &(rs_base_order){"ImageFolder order", "--order imagefolder", image, image, false});
    }
    RS_TRY(text_folders(view, &image, error));
    if (image != NULL) {
        add(orders, view->rows,
            &(rs_base_order){"ImageFolder order of folders named 0, 1, 10, 100, ...", NULL, image,
                             image, false});
    }
    return RS_OK;
}

void rs_base_orders_clear(rs_base_orders *orders)
{
    for (size_t i = 0; i < orders->count; ++i) {
        free(orders->order[i].owned);
    }
    *orders = (rs_base_orders){0};
}
