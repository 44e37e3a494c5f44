/* scorer_device.c - see scorer_device.h. */
#include "evaluate/scorer_device.h"

#include <stdlib.h>

#include "base/checked.h"
#include "base/error.h"
#include "evaluate/source_check.h"

struct rs_scorer_device {
    const rs_engine_plugin *plugin;
    rs_device_images *images;
    rs_engine_info info;
    uint64_t repeats; /* of the scorer's, those that the device has told */
};

/* ---- opening and closing ---- */

static rs_status find_device(const rs_evaluator_options *options, int *device, rs_error *error)
{
    *device = options->device;
    for (int i = 0; options->devices != 0 && i <= RS_DEVICE_LAST; ++i) {
        *device = options->devices == UINT64_C(1) << i ? i : *device;
    }
    const bool several = (options->devices & (options->devices - 1)) != 0;
    RS_REFUSE(several || *device < 0 || *device > RS_DEVICE_LAST, error,
              "make a scorer for each device, and merge them", "a scorer is of one device");
    return RS_OK;
}

rs_status rs_scorer_device_open(rs_scorer *scorer, const rs_engine_plugin *plugin,
                                const rs_pass *pass, rs_error *error)
{
    int number = 0;
    rs_scorer_device *made = NULL;
    RS_TRY(find_device(&scorer->evaluator->options, &number, error));
    RS_TRY(RS_NEW(&made, 1, "a scorer of a device", error));
    made->plugin = plugin;
    scorer->device = made;
    return plugin->images_create(pass, scorer->kept.results.keep, number, &made->info,
                                 &made->images, error);
}

void rs_scorer_device_close(rs_scorer *scorer)
{
    rs_scorer_device *const device = scorer->device;
    if (device != NULL && device->images != NULL) {
        device->plugin->images_free(device->images);
    }
    free(device);
    scorer->device = NULL;
}

const rs_engine_info *rs_scorer_device_engine(const rs_scorer *scorer)
{
    return &scorer->device->info;
}

/* ---- adding ---- */

rs_status rs_scorer_device_add(rs_scorer *scorer, const rs_scorer_rows *rows, uint64_t stride_bytes,
                               rs_error *error)
{
    const rs_source_info info = {
        .path = "memory",
        .content = RS_CONTENT_LOGITS,
        .dtype = rows->dtype,
        .columns = rows->columns,
    };
    const rs_image_batch batch = {
        .data = rows->data,
        .dtype = rows->dtype,
        .rows = rows->rows,
        .stride_bytes = stride_bytes,
        .index = rows->index,
        .stream = rows->stream,
    };
    RS_TRY(rs_need(rows->data, "data", error));
    RS_TRY(rs_source_check_columns(scorer->evaluator->options.class_map,
                                   rs_labels_get_view(scorer->labels), &info, error));
    RS_TRY(scorer->device->plugin->images_add(scorer->device->images, &batch, error));
    scorer->dtype = rs_wider_float(scorer->dtype, rows->dtype);
    return RS_OK;
}

/* ---- what came ---- */

/* Of an image that came to the device; it is there in no other way. */
static void take(rs_scorer *scorer, const rs_scored_images *there)
{
    const uint64_t count = rs_labels_get_view(scorer->labels)->rows;
    for (uint64_t i = 0; i < count; ++i) {
        if (there->scored.row[i].counted != 0) {
            scorer->images += scorer->kept.scored.row[i].counted == 0;
            rs_scored_images_copy(there, &scorer->kept, i);
        }
    }
}

rs_status rs_scorer_wait(rs_scorer *scorer, rs_error *error)
{
    RS_NEED(scorer, error);
    rs_scorer_device *const device = scorer->device;
    if (device == NULL) {
        return RS_OK;
    }
    rs_scored_images there;
    uint64_t repeats = 0;
    rs_status status =
        rs_scored_images_make(rs_labels_get_view(scorer->labels)->rows, scorer->kept.results.keep,
                              scorer->kept.scored.measure != NULL, &there, error);
    if (status == RS_OK) {
        status = device->plugin->images_fetch(device->images, &there.scored, &there.results,
                                              &repeats, error);
    }
    if (status == RS_OK) {
        take(scorer, &there);
        scorer->repeats += repeats - device->repeats;
        device->repeats = repeats;
    }
    rs_scored_images_clear(&there);
    return status;
}

rs_status rs_scorer_device_mark(const rs_scorer *scorer, rs_error *error)
{
    const rs_scorer_device *const device = scorer->device;
    return device == NULL
               ? RS_OK
               : device->plugin->images_mark(device->images, &scorer->kept.scored, error);
}
