/* diagnose_rows.c - rows that were turned round (all, or batch by batch), moved by one, several of
 * each image, or sorted as texts.
 *
 * A lost row moves all behind it, so both the rows before and those behind it are tried at every
 * place at once: what each row counts where it stands and where it would stand is summed up from
 * the end. Names with numbers of different lengths (img_2, img_10) stand as 1, 10, 100, ... where
 * they are sorted as texts.
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/checked.h"
#include "base/error.h"
#include "evaluate/diagnose_impl.h"
#include "tally/set_counts.h"

/* By the label and by the set, as explanations are compared. */
static int64_t count_row(const rs_trial *trial, uint64_t row, uint64_t image)
{
    const rs_label_view *const labels = trial->labels;
    const int32_t answer = rs_predicted(trial, row);
    if (answer < 0) {
        return 0;
    }
    const bool in_set = labels->real_begin[image + 1] > labels->real_begin[image] &&
                        rs_set_holds(labels, image, answer);
    return (answer == labels->original[image]) + in_set;
}

static uint64_t image_of(const uint32_t *base, uint64_t row)
{
    return base == NULL ? row : base[row];
}

/* Where the rows that are moved by one begin, up and down, so that the most count; how many more
 * than unmoved. */
typedef struct moved_begin {
    uint64_t at;
    int64_t gain, best;
} moved_begin;

static void find_begins(const rs_trial *trial, const uint32_t *base, moved_begin *up,
                        moved_begin *down)
{
    const uint64_t rows = trial->labels->rows;
    *up = (moved_begin){.at = rows};
    *down = *up;
    for (uint64_t i = rows; i-- > 0;) {
        const int64_t here = count_row(trial, i, image_of(base, i));
        const int64_t next = i + 1 < rows ? count_row(trial, i, image_of(base, i + 1)) : 0;
        const int64_t before = i > 0 ? count_row(trial, i, image_of(base, i - 1)) : 0;
        up->gain += next - here;
        down->gain += before - here;
        if (up->gain > up->best) {
            up->best = up->gain;
            up->at = i;
        }
        if (down->gain > down->best) {
            down->best = down->gain;
            down->at = i;
        }
    }
}

/* Every image once: that which has no row stands where a row is of no image. */
static void fill_moved(const uint32_t *base, uint64_t rows, int step, uint64_t begin,
                       uint32_t *image)
{
    for (uint64_t i = 0; i < rows; ++i) {
        image[i] = (uint32_t)image_of(base, i);
    }
    for (uint64_t i = begin; step > 0 && i < rows; ++i) {
        image[i] = (uint32_t)image_of(base, i + 1 < rows ? i + 1 : begin);
    }
    for (uint64_t i = begin; step < 0 && i < rows; ++i) {
        image[i] = (uint32_t)image_of(base, i > begin ? i - 1 : rows - 1);
    }
}

static void fill_reversed(const uint32_t *base, uint64_t rows, uint32_t *image)
{
    for (uint64_t i = 0; i < rows; ++i) {
        image[i] = (uint32_t)image_of(base, rows - 1 - i);
    }
}

/* The numbers from `first` on, sorted as texts: row i is image image[i]. */
static void fill_by_text(uint64_t rows, uint64_t first, uint32_t *image)
{
    const uint64_t last = rows - 1 + first;
    uint64_t at = 1;
    uint64_t filled = 0;
    if (first == 0) {
        image[filled++] = 0;
    }
    while (filled < rows) {
        image[filled++] = (uint32_t)(at - first);
        if (at * 10 <= last) {
            at *= 10;
            continue;
        }
        while (at % 10 == 9 || at + 1 > last) {
            at /= 10;
        }
        at += 1;
    }
}

static void invert(uint64_t rows, const uint32_t *image, uint32_t *place)
{
    for (uint64_t i = 0; i < rows; ++i) {
        place[image[i]] = (uint32_t)i;
    }
}

/* The last one of each batch first; the last batch may be short. */
static void fill_mirrored(const uint32_t *base, uint64_t rows, uint64_t batch, uint32_t *image)
{
    for (uint64_t i = 0; i < rows; ++i) {
        const uint64_t begin = i / batch * batch;
        const uint64_t end = begin + batch < rows ? begin + batch : rows;
        image[i] = (uint32_t)image_of(base, begin + end - 1 - i);
    }
}

/* As many rows of each image, as far as they reach. */
static void fill_views(const uint32_t *base, uint64_t rows, uint64_t views, uint32_t *image)
{
    for (uint64_t i = 0; i < rows; ++i) {
        image[i] = (uint32_t)image_of(base, i / views);
    }
}

enum {
    BATCH_MOST = 1024,
    VIEWS_MOST = 32,
    LOOKED = 64,     /* rows of which ... */
    LEAST_RIGHT = 6, /* ... so many must be right, or all rows are not tried */
    LEAST_GAIN = 25  /* less is no reason to try all rows */
};

typedef struct row_search {
    const rs_trial *trial;
    const uint32_t *used;
    uint32_t *image; /* [rows] of what is tried */
    rs_found_rows *found;
} row_search;

static void consider(const row_search *search, const rs_found_rows *as)
{
    const rs_fit fit = rs_fit_of(search->trial, search->image, NULL);
    rs_found_rows *const found = search->found;
    if (fit.right + fit.in_set > found->fit.right + found->fit.in_set) {
        *found = *as;
        found->fit = fit;
        found->contest = rs_contest_of(search->trial, search->image, NULL, search->used);
        found->neighbours = rs_count_neighbours(search->trial, search->image, NULL);
    }
}

/* The same where some rows say that it may be worth it. */
static void glance(const row_search *search, const rs_found_rows *as)
{
    const rs_label_view *const labels = search->trial->labels;
    const uint64_t step = labels->rows / (16 * (uint64_t)LOOKED) + 1;
    const rs_fit some = rs_fit_of_some(search->trial, search->image, NULL, step);
    if (some.right >= LEAST_RIGHT || labels->rows < 16 * (uint64_t)LOOKED) {
        consider(search, as);
    }
}

/* The batch for which most of the rows that are looked at are right; 0: none is worth a try. */
static uint64_t find_mirrored(const rs_trial *trial, const uint32_t *base)
{
    const uint64_t rows = trial->labels->rows;
    const uint64_t step = rows / LOOKED;
    uint64_t best = 0;
    uint64_t most = LEAST_RIGHT - 1;
    for (uint64_t batch = 2; batch <= BATCH_MOST && 2 * batch <= rows; ++batch) {
        uint64_t right = 0;
        for (uint64_t i = 0; i + batch < rows && step > 0; i += step) {
            const uint64_t begin = i / batch * batch;
            const uint64_t image = image_of(base, begin + (batch - 1 - (i - begin)));
            const int32_t answer = rs_predicted(trial, i);
            right += answer >= 0 && answer == trial->labels->original[image];
        }
        best = right > most ? batch : best;
        most = right > most ? right : most;
    }
    return best;
}

/* The number of views for which most of the rows that are looked at are right; 0: none is worth a
 * try. */
static uint64_t find_views(const rs_trial *trial, const uint32_t *base)
{
    const uint64_t rows = trial->labels->rows;
    const uint64_t step = rows / LOOKED;
    uint64_t best = 0;
    uint64_t most = LEAST_RIGHT - 1;
    for (uint64_t views = 2; views <= VIEWS_MOST && step > 0; ++views) {
        uint64_t right = 0;
        for (uint64_t i = 0; i < rows; i += step) {
            const int32_t answer = rs_predicted(trial, i);
            right += answer >= 0 && answer == trial->labels->original[image_of(base, i / views)];
        }
        best = right > most ? views : best;
        most = right > most ? right : most;
    }
    return best;
}

static void try_order(const row_search *search, const uint32_t *base, size_t order)
{
    const uint64_t rows = search->trial->labels->rows;
    moved_begin up;
    moved_begin down;
    fill_reversed(base, rows, search->image);
    glance(search, &(rs_found_rows){.kind = RS_ROWS_REVERSED, .order = order});
    find_begins(search->trial, base, &up, &down);
    if (down.best > LEAST_GAIN) {
        fill_moved(base, rows, -1, down.at, search->image);
        consider(search, &(rs_found_rows){
                             .kind = RS_ROWS_DOUBLED, .order = order, .begin = down.at});
    }
    if (up.best > LEAST_GAIN) {
        fill_moved(base, rows, 1, up.at, search->image);
        consider(search,
                 &(rs_found_rows){.kind = RS_ROWS_LOST, .order = order, .begin = up.at});
    }
    const uint64_t batch = find_mirrored(search->trial, base);
    if (batch > 0) {
        fill_mirrored(base, rows, batch, search->image);
        consider(search, &(rs_found_rows){
                             .kind = RS_ROWS_MIRRORED, .order = order, .begin = batch});
    }
    const uint64_t views = find_views(search->trial, base);
    if (views > 0) {
        fill_views(base, rows, views, search->image);
        consider(search, &(rs_found_rows){.kind = RS_ROWS_VIEWS, .order = order, .begin = views});
    }
}

rs_status rs_find_rows(const rs_trial *trial, const rs_base_orders *orders, rs_found_rows *found,
                       rs_error *error)
{
    const uint64_t rows = trial->labels->rows;
    row_search search = {.trial = trial, .used = orders->order[0].image, .found = found};
    uint32_t *sorted = NULL;
    rs_status status = RS_OK;
    *found = (rs_found_rows){.fit = {0}};
    RS_TRY_DONE(RS_NEW(&search.image, rows, "a row order", error));
    RS_TRY_DONE(RS_NEW(&sorted, rows, "a row order", error));
    for (size_t o = 0; rows > 0 && o < orders->count; ++o) {
        try_order(&search, orders->order[o].image, o);
    }
    for (uint64_t first = 0; rows > 0 && first < 2; ++first) {
        fill_by_text(rows, first, search.image);
        glance(&search, &(rs_found_rows){.kind = RS_ROWS_BY_TEXT, .begin = first});
        fill_by_text(rows, first, sorted);
        invert(rows, sorted, search.image);
        glance(&search, &(rs_found_rows){.kind = RS_ROWS_FROM_TEXT, .begin = first});
    }
done:
    free(sorted);
    free(search.image);
    return status;
}

/* ---- the words ---- */

void rs_describe_rows(const rs_base_orders *orders, const rs_found_rows *found, char *what,
                      size_t what_size, char *advice, size_t advice_size)
{
    static const char list[] = "write the file names in this order to a list and use --order LIST";
    const char *const base = orders->order[found->order].name;
    const unsigned long long at = found->begin;
    switch (found->kind) {
    case RS_ROWS_REVERSED:
        (void)snprintf(what, what_size, "rows look like %s, the last one first", base);
        (void)snprintf(advice, advice_size, "turn them round, or %s", list);
        break;
    case RS_ROWS_MIRRORED:
        (void)snprintf(what, what_size,
                       "rows look like %s in batches of %llu, the last row of each first", base,
                       at);
        (void)snprintf(advice, advice_size, "turn each batch round, or %s", list);
        break;
    case RS_ROWS_VIEWS:
        (void)snprintf(what, what_size,
                       "rows look like %s, %llu of each image and none of the last ones", base, at);
        (void)snprintf(advice, advice_size,
                       "are they views (flips, crops)? Predict all images, and average those of "
                       "each");
        break;
    case RS_ROWS_LOST:
        (void)snprintf(what, what_size,
                       "rows look like %s without that of the image at row %llu or shortly before: "
                       "all behind it are one too early",
                       base, at);
        (void)snprintf(advice, advice_size,
                       "predict the lost image, and put its row in its place");
        break;
    case RS_ROWS_DOUBLED:
        (void)snprintf(what, what_size,
                       "rows look like %s with one too many at row %llu or shortly before: all "
                       "behind it are one too late",
                       base, at);
        (void)snprintf(advice, advice_size,
                       "leave that row out, and predict the last image");
        break;
    default:
        (void)snprintf(what, what_size,
                       "%s look like numbers without leading zeros, from %llu, sorted as texts",
                       found->kind == RS_ROWS_BY_TEXT ? "names of the rows" : "names of the labels",
                       at);
        (void)snprintf(advice, advice_size, "%s", list);
    }
}
