/* lane_bytes.c - what is held while a model is scored, added up. */
#include "sweep/lane_bytes.h"

#include <string.h>

enum {
    /* What a lane holds beside predictions and counters: blocks of a decompressor, a text under
     * way, buffers of files, and what the allocator keeps. */
    LANE_BASE_BYTES = 12 << 20,
    /* A block of rows of 1 MB, or one row of 65,536 doubles, and its copy in the class order. */
    THREAD_BYTES = 3 << 20,
    MEMBER_BYTES = 1 << 20, /* of an ensemble, beyond the first: buffers of its file */
    /* Of a head: its logits of a tile, twice, and what the library packs. */
    PRODUCT_BYTES = 16 << 20,
    TILE_ROWS = 256,
    TILE_ROWS_LEAST = 64,
    /* Features as they are read, and in the type of the product, which may be twice as wide. */
    FEATURE_COPIES = 3,
    /* The weight of the head under way in the type of the product. */
    WEIGHT_COPIES = 3
};

/* Of a head and those scored with it. */
static uint64_t product_bytes(const rs_sweep_item *item, unsigned threads)
{
    uint64_t all = 0;
    uint64_t largest = 0;
    for (size_t i = 0; i < item->group; ++i) {
        const uint64_t bytes = item[i].weight_bytes;
        all += bytes;
        largest = bytes > largest ? bytes : largest;
    }
    /* At most so many classes: values of the weight and the features may differ fourfold. */
    const uint64_t classes = 4 * largest / (item->row_bytes > 0 ? item->row_bytes : 1);
    return all + WEIGHT_COPIES * largest +
           threads * (PRODUCT_BYTES + item->row_bytes * FEATURE_COPIES * TILE_ROWS +
                      classes * sizeof(double) * 2 * TILE_ROWS_LEAST);
}

/* Of a row: what was asked for, or what a device has to give for further label sets as well. */
static uint64_t prediction_bytes(const rs_sweep *sweep)
{
    const rs_evaluator_options *const options = &sweep->evaluator;
    uint64_t kept = 0;
    if (sweep->further_count > 0 && options->backend == RS_BACKEND_CUDA) {
        for (uint32_t k = 0; k < options->topk_count; ++k) {
            kept = options->topk[k] > kept ? options->topk[k] : kept;
        }
        kept = kept > 5 ? kept : 5;
    }
    return (sweep->keep + kept) * (sizeof(int32_t) + sizeof(double));
}

uint64_t rs_lane_bytes(const rs_sweep *sweep, const rs_sweep_item *item, unsigned threads)
{
    const rs_label_view *const view = rs_labels_get_view(sweep->labels);
    const uint64_t rows =
        sweep->has_row_range ? sweep->row_range.end - sweep->row_range.begin : view->rows;
    const uint64_t counters = ((uint64_t)view->classes + 1) * (2 * RS_TOPK_MAX + 16) * 8 *
                              (1 + sweep->further_count);
    const uint64_t ranks = sweep->slices == NULL ? 0 : 2 * rows * sizeof(uint32_t);
    const uint64_t result = counters + ranks + rows * prediction_bytes(sweep);
    const rs_model *const model = item->model;
    uint64_t bytes = LANE_BASE_BYTES + item->group * result + threads * (THREAD_BYTES + counters);
    if (item->reading->made.options.ensemble) {
        bytes += (model->path_count - 1) * MEMBER_BYTES;
    }
    return model->weight_path == NULL ? bytes : bytes + product_bytes(item, threads);
}

static bool share_features(const rs_sweep_item *a, const rs_sweep_item *b)
{
    return b->model->weight_path != NULL && a->reading == b->reading &&
           strcmp(a->model->paths[0], b->model->paths[0]) == 0;
}

void rs_lane_group_heads(const rs_sweep *sweep, uint64_t bytes, rs_sweep_plan *plan)
{
    for (size_t first = 0; first < plan->item_count; first += plan->item[first].group) {
        rs_sweep_item *const item = &plan->item[first];
        item->group = 1;
        while (item->model->weight_path != NULL && item->group < sweep->heads_at_once &&
               first + item->group < plan->item_count && share_features(item, &item[item->group])) {
            item->group += 1;
            if (rs_lane_bytes(sweep, item, 1) > bytes) {
                item->group -= 1;
                break;
            }
        }
    }
}

const rs_sweep_item *rs_lane_neediest(const rs_sweep *sweep, const rs_sweep_plan *plan)
{
    const rs_sweep_item *found = NULL;
    for (size_t i = 0; i < plan->item_count; i += plan->item[i].group) {
        if (found == NULL ||
            rs_lane_bytes(sweep, &plan->item[i], 1) > rs_lane_bytes(sweep, found, 1)) {
            found = &plan->item[i];
        }
    }
    return found;
}
