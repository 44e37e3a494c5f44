/* engine_plugin.h - what a shared module that holds an engine offers (cuda/plugin.c is the one).
 *
 * The module exports two symbols. RS_ENGINE_PLUGIN_ABI_SYMBOL is a text, const char[], that says
 * which programs it works with: those that hold the same RS_ENGINE_PLUGIN_ABI (engine_abi.h). Only
 * then RS_ENGINE_PLUGIN_SYMBOL may be called, a function that gives back a table of functions. The
 * table is C and free of any device's types; no exception comes out of it.
 */
#ifndef RS_ENGINE_PLUGIN_H
#define RS_ENGINE_PLUGIN_H

#include "engine/engine.h"

#define RS_ENGINE_PLUGIN_ABI_SYMBOL "rs_engine_plugin_abi"
#define RS_ENGINE_PLUGIN_SYMBOL "rs_engine_plugin_get"

/* Of reassess/version.h and engine_abi.h. Development builds share a version: the rest changes with
 * every header that both sides are compiled with. */
#define RS_ENGINE_PLUGIN_ABI RS_VERSION " (interface " RS_ENGINE_ABI ")"

/* Whether rows in the memory of the host are sent from where they lie (cuda/page_lock.h). */
typedef enum rs_page_locking {
    RS_PAGE_LOCKING_AUTO = 0, /* arrays, where it is found to be cheaper */
    RS_PAGE_LOCKING_FILES,    /* mapped files as well */
    RS_PAGE_LOCKING_NEVER,
    RS_PAGE_LOCKING_ALWAYS
} rs_page_locking;

typedef struct rs_engine_plugin_options {
    uint64_t devices;      /* share the rows: bit d for device d, or RS_DEVICES_ALL; 0: only 0 */
    uint64_t memory_bytes; /* of each device, for chunks of rows; 0: a default */
    unsigned threads;      /* that may read input; 0: a default */
    rs_page_locking page_locking;
} rs_engine_plugin_options;

/* Rows that lie on a device already, of any of the images that the labels are of, are scored by one
 * of these. It keeps on the device what each image gave. */
typedef struct rs_device_images rs_device_images;

typedef struct rs_image_batch {
    const void *data; /* memory of the device */
    rs_dtype dtype;
    uint64_t rows;
    uint64_t stride_bytes;
    const int64_t *index; /* [rows] which image each is, in memory of the host or of the device;
                             NULL: the next ones */
    void *stream;
} rs_image_batch;

typedef struct rs_engine_plugin {
    /* How many devices there are; RS_DEVICE when the driver cannot be used. */
    rs_status (*device_count)(int *count, rs_error *error);
    /* One line about a device: name, compute capability, memory. */
    rs_status (*describe)(int device, char *out, size_t out_bytes, rs_error *error);
    rs_status (*open)(const rs_engine_plugin_options *options, rs_engine **engine,
                      rs_error *error);

    /* None of these changes which device is the caller's current one.
     *
     * Sends the labels of `pass`, makes room for what images give and `keep` predictions of each,
     * loads the kernels, and waits for all of it. *info is filled but for `threads`. */
    rs_status (*images_create)(const rs_pass *pass, uint32_t keep, int device, rs_engine_info *info,
                               rs_device_images **images, rs_error *error);
    /* Launches in the stream of the batch, and does nothing else. Of what is no memory of the
     * device nothing is kept. */
    rs_status (*images_add)(rs_device_images *images, const rs_image_batch *batch, rs_error *error);
    /* Waits for everything on the device and fetches what images gave: as rs_pass and
     * rs_row_results have it, by row of the labels. *repeats: rows whose image had come before. */
    rs_status (*images_fetch)(rs_device_images *images, rs_scored_rows *scored,
                              rs_row_results *results, uint64_t *repeats, rs_error *error);
    /* From now on the images that are counted there have come. Nothing may be under way. */
    rs_status (*images_mark)(rs_device_images *images, const rs_scored_rows *scored,
                             rs_error *error);
    void (*images_free)(rs_device_images *images); /* NULL is fine */
} rs_engine_plugin;

typedef const rs_engine_plugin *(*rs_engine_plugin_getter)(void);

#endif
