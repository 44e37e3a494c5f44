/* name_search.c - the image of a name: as the labels have it, else by its stem in either case,
 * where only one image has that stem. A number that can be no stem, since no image is called by
 * one, is the row of the labels, from 0.
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/checked.h"
#include "base/compare.h"
#include "base/error.h"
#include "labels/image_list.h"
#include "labels/label_part.h"
#include "labels/labels_impl.h"

struct rs_folded_name {
    rs_span stem;
    uint32_t row;
};

/* Without the ending of a file of an image; other dots belong to the name. */
static rs_span stem_of(rs_span name)
{
    static const char *const endings[] = {"jpeg", "jpg", "png", "webp", "bmp",
                                          "gif",  "tif", "tiff", "npy"};
    for (size_t i = 0; i < sizeof endings / sizeof endings[0]; ++i) {
        const size_t length = strlen(endings[i]);
        const size_t left = name.length > length ? name.length - length : 0;
        if (left > 1 && name.text[left - 1] == '.' &&
            strncasecmp(name.text + left, endings[i], length) == 0) {
            return (rs_span){name.text, left - 1};
        }
    }
    return name;
}

static int compare_stems(rs_span a, rs_span b)
{
    const size_t shorter = a.length < b.length ? a.length : b.length;
    const int order = strncasecmp(a.text, b.text, shorter);
    return order != 0 ? order : RS_COMPARE(a.length, b.length);
}

RS_SORTS(compare_folded, struct rs_folded_name)
{
    const int order = compare_stems(left->stem, right->stem);
    return order != 0 ? order : RS_COMPARE(left->row, right->row);
}

static rs_status fold_names(rs_name_search *search, const rs_file_names *names, rs_error *error)
{
    RS_TRY(RS_NEW(&search->folded, names->rows, "names of images", error));
    for (uint32_t i = 0; i < names->rows; ++i) {
        int32_t number = 0;
        const rs_span stem = stem_of(rs_file_names_get(names, i));
        search->folded[i] = (struct rs_folded_name){.stem = stem, .row = i};
        search->numbered = search->numbered || rs_span_integer(stem, &number);
    }
    search->folded_count = names->rows;
    qsort(search->folded, names->rows, sizeof *search->folded, compare_folded);
    return RS_OK;
}

/* The only name of this stem, or -1. */
static int64_t find_folded(const rs_name_search *search, rs_span name)
{
    const rs_span stem = stem_of(name);
    uint32_t low = 0;
    uint32_t high = search->folded_count;
    while (low < high) { /* to the first that is not below */
        const uint32_t middle = low + (high - low) / 2;
        if (compare_stems(search->folded[middle].stem, stem) < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    const bool found =
        low < search->folded_count && compare_stems(search->folded[low].stem, stem) == 0;
    const bool several = low + 1 < search->folded_count &&
                         compare_stems(search->folded[low + 1].stem, stem) == 0;
    return found && !several ? (int64_t)search->folded[low].row : -1;
}

rs_status rs_name_search_find(rs_name_search *search, rs_span name, int64_t *row, rs_error *error)
{
    const rs_labels *const part = search->labels;
    const rs_labels *const whole = rs_labels_whole(part);
    const rs_labels *const labels = whole != NULL ? whole : part;
    int64_t image = -1;
    int32_t number = 0;
    if (labels->files.rows > 0) {
        image = rs_file_names_find(&labels->files, name);
        if (image < 0 && search->folded == NULL) {
            RS_TRY(fold_names(search, &labels->files, error));
        }
        image = image >= 0 ? image : find_folded(search, name);
    }
    if (image >= 0) {
        /* by its name */
    } else if (rs_span_integer(name, &number)) {
        const bool is_row = !search->numbered && number >= 0;
        image = is_row && (uint64_t)number < labels->view.rows ? number : -1;
    } else if (labels->files.rows == 0) {
        const uint32_t place = rs_ilsvrc_number(name);
        image = place <= labels->view.rows ? (int64_t)place - 1 : -1;
    }
    *row = image < 0 ? RS_IMAGE_UNKNOWN : rs_labels_row_of(part, (uint64_t)image);
    *row = image >= 0 && *row < 0 ? RS_IMAGE_ELSEWHERE : *row;
    return RS_OK;
}

void rs_name_search_clear(rs_name_search *search)
{
    free(search->folded);
    search->folded = NULL;
    search->folded_count = 0;
}
