/* gallery_find.c - which images are shown. What models say of an image is counted only where it
 * may be shown. */
#include "report/gallery_find.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "analyse/bits.h"
#include "base/checked.h"
#include "base/compare.h"
#include "base/error.h"

typedef struct finder {
    const rs_report *report;
    const rs_label_view *view;
    rs_gallery *gallery;
    bool by_label;   /* the picture lies where its original label says */
    size_t *model;   /* [gallery->models] those whose predictions are known */
    uint32_t *wrong; /* [rows] models */
    int32_t *said;   /* [gallery->models] room for what they say of an image */
} finder;

static bool in_set(const rs_label_view *view, uint64_t row, int32_t class_index)
{
    for (uint32_t i = view->real_begin[row]; i < view->real_begin[row + 1]; ++i) {
        if (view->real_class[i] == class_index) {
            return true;
        }
    }
    return false;
}

/* Has a set, and a picture that can be found. */
static bool can_show(const finder *find, uint64_t row)
{
    return find->view->real_begin[row] < find->view->real_begin[row + 1] &&
           !(find->by_label && find->view->original[row] == RS_CLASS_UNKNOWN);
}

RS_SORTS(compare_classes, int32_t)
{
    return RS_COMPARE(*left, *right);
}

/* What most models say; of classes that are said as often the first one. */
static rs_gallery_image look_at(const finder *find, uint64_t row)
{
    const size_t models = find->gallery->models;
    rs_gallery_image image = {.row = row, .wrong = find->wrong[row], .said = -1};
    for (size_t m = 0; m < models; ++m) {
        find->said[m] = find->report->model[find->model[m]].said[row];
    }
    qsort(find->said, models, sizeof *find->said, compare_classes);
    for (size_t begin = 0, end = 0; begin < models; begin = end) {
        while (end < models && find->said[end] == find->said[begin]) {
            ++end;
        }
        if (end - begin > image.saying) {
            image.said = find->said[begin];
            image.saying = end - begin;
        }
    }
    return image;
}

static bool comes_before(const rs_gallery_image *a, const rs_gallery_image *b)
{
    if (a->wrong != b->wrong) {
        return a->wrong > b->wrong;
    }
    return a->saying != b->saying ? a->saying > b->saying : a->row < b->row;
}

static void add(rs_gallery_list *list, rs_gallery_image image)
{
    size_t at = list->count;
    while (at > 0 && comes_before(&image, &list->image[at - 1])) {
        --at;
    }
    if (at == RS_GALLERY_SHOWN) {
        return;
    }
    const size_t last = list->count < RS_GALLERY_SHOWN ? list->count : RS_GALLERY_SHOWN - 1;
    memmove(&list->image[at + 1], &list->image[at], (last - at) * sizeof image);
    list->image[at] = image;
    list->count = last + 1;
}

/* From how many wrong models on an image can be among the first ones. */
static rs_status find_least(const finder *find, size_t *least, rs_error *error)
{
    const size_t models = find->gallery->models;
    uint64_t *images = NULL; /* by wrong models */
    uint64_t among = 0;
    RS_TRY(RS_NEW(&images, models + 1, "numbers of wrong models", error));
    for (uint64_t row = 0; row < find->view->rows; ++row) {
        images[find->wrong[row]] += can_show(find, row);
    }
    for (*least = models; *least > models / 2 + 1; --*least) {
        among += images[*least];
        if (among >= RS_GALLERY_SHOWN) {
            break;
        }
    }
    free(images);
    return RS_OK;
}

static void count_wrong(const finder *find)
{
    for (uint64_t row = 0; row < find->view->rows; ++row) {
        for (size_t m = 0; m < find->gallery->models && can_show(find, row); ++m) {
            find->wrong[row] +=
                !rs_bit_get(find->report->model[find->model[m]].real_right, row);
        }
    }
}

static void choose(const finder *find, size_t least)
{
    const rs_label_view *const view = find->view;
    rs_gallery *const gallery = find->gallery;
    for (uint64_t row = 0; row < view->rows; ++row) {
        const size_t wrong = find->wrong[row];
        if (!can_show(find, row)) {
            continue;
        }
        gallery->all_wrong += wrong == gallery->models;
        gallery->wrong.found += 2 * wrong > gallery->models;
        if (2 * wrong > gallery->models && wrong >= least) {
            add(&gallery->wrong, look_at(find, row));
        }
        if (wrong == 0 && view->original[row] != RS_CLASS_UNKNOWN &&
            !in_set(view, row, view->original[row])) {
            gallery->against.found += 1;
            add(&gallery->against, look_at(find, row));
        }
    }
}

rs_status rs_gallery_find(const rs_report *report, rs_gallery *gallery, rs_error *error)
{
    finder find = {
        .report = report,
        .view = rs_labels_get_view(report->labels),
        .gallery = gallery,
        .by_label = strstr(gallery->url, "{class}") != NULL ||
                    strstr(gallery->url, "{synset}") != NULL,
    };
    size_t least = 0;
    rs_status status = RS_OK;
    RS_TRY_DONE(RS_NEW(&find.model, report->count, "models", error));
    for (size_t i = 0; i < report->count; ++i) {
        if (report->model[i].said != NULL) {
            find.model[gallery->models++] = i;
        }
    }
    if (gallery->models > 0) {
        RS_TRY_DONE(RS_NEW(&find.wrong, find.view->rows, "wrong models", error));
        RS_TRY_DONE(RS_NEW(&find.said, gallery->models, "predictions of an image", error));
        count_wrong(&find);
        RS_TRY_DONE(find_least(&find, &least, error));
        choose(&find, least);
    }
done:
    free(find.model);
    free(find.wrong);
    free(find.said);
    return status;
}
