/* row_results.c - the layout of a chunk's results. */
#include "cuda/row_results.h"

#include <string.h>

rs_result_layout rs_result_layout_of(const rs_row_results *results)
{
    rs_result_layout layout = {.bytes = 0};
    if (results == NULL) {
        return layout;
    }
    layout.keep = results->keep;
    layout.value = results->value != NULL && results->keep > 0;
    layout.prediction = results->prediction != NULL && results->keep > 0;
    layout.rank = results->rank != NULL;
    layout.real_rank = results->real_rank != NULL;
    layout.flags = results->flags != NULL;
    layout.bytes = (layout.value ? layout.keep * sizeof(double) : 0) +
                   (layout.prediction ? layout.keep * sizeof(int32_t) : 0) +
                   (layout.rank ? sizeof(uint32_t) : 0) +
                   (layout.real_rank ? sizeof(uint32_t) : 0) + (layout.flags ? 1u : 0u);
    return layout;
}

static void *take(unsigned char **next, bool wanted, uint64_t bytes)
{
    if (!wanted) {
        return NULL;
    }
    unsigned char *const taken = *next;
    *next += bytes;
    return taken;
}

rs_device_results rs_place_results(const rs_result_layout *layout, void *buffer, uint64_t rows)
{
    unsigned char *next = buffer;
    rs_device_results placed = {.keep = layout->keep};
    placed.value = take(&next, layout->value, rows * layout->keep * sizeof(double));
    placed.prediction = take(&next, layout->prediction, rows * layout->keep * sizeof(int32_t));
    placed.rank = take(&next, layout->rank, rows * sizeof(uint32_t));
    placed.real_rank = take(&next, layout->real_rank, rows * sizeof(uint32_t));
    placed.flags = take(&next, layout->flags, rows);
    return placed;
}

static void copy_array(void *to, uint64_t at, const void *from, uint64_t rows, uint64_t row_bytes)
{
    if (from != NULL) {
        memcpy((unsigned char *)to + at * row_bytes, from, (size_t)(rows * row_bytes));
    }
}

void rs_deliver_results(const rs_result_layout *layout, void *buffer, uint64_t rows,
                        const rs_row_results *results, uint64_t at)
{
    if (layout->bytes == 0) {
        return;
    }
    const rs_device_results from = rs_place_results(layout, buffer, rows);
    copy_array(results->value, at, from.value, rows, results->keep * sizeof(double));
    copy_array(results->prediction, at, from.prediction, rows, results->keep * sizeof(int32_t));
    copy_array(results->rank, at, from.rank, rows, sizeof(uint32_t));
    copy_array(results->real_rank, at, from.real_rank, rows, sizeof(uint32_t));
    copy_array(results->flags, at, from.flags, rows, 1);
}
