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
    RS_PAGE_LOCKING_AUTO = 0, /* where it is found to be cheaper */
    RS_PAGE_LOCKING_NEVER,
    RS_PAGE_LOCKING_ALWAYS
} rs_page_locking;

typedef struct rs_engine_plugin_options {
    uint64_t devices;      /* share the rows: bit d for device d, or RS_DEVICES_ALL; 0: only 0 */
    uint64_t memory_bytes; /* of each device, for chunks of rows; 0: a default */
    unsigned threads;      /* that may read input; 0: a default */
    rs_page_locking page_locking;
} rs_engine_plugin_options;

/* Rows that lie on the device already are counted by one of these. */
typedef struct rs_device_counter rs_device_counter;

typedef struct rs_engine_plugin {
    /* How many devices there are; RS_DEVICE when the driver cannot be used. */
    rs_status (*device_count)(int *count, rs_error *error);
    /* One line about a device: name, compute capability, memory. */
    rs_status (*describe)(int device, char *out, size_t out_bytes, rs_error *error);
    rs_status (*open)(const rs_engine_plugin_options *options, rs_engine **engine,
                      rs_error *error);

    /* Sends the labels of `pass` and zeroes its counters; waits for both. */
    rs_status (*counter_create)(const rs_pass *pass, int device, rs_device_counter **counter,
                                rs_error *error);
    /* Adds rows [first_row, first_row + rows) of the labels, which lie at `device_rows`: a launch
     * in `stream`, nothing else. Kept is nothing of the arguments. */
    rs_status (*counter_add)(rs_device_counter *counter, const void *device_rows, rs_dtype dtype,
                             uint64_t first_row, uint64_t rows, uint64_t stride_bytes, void *stream,
                             rs_error *error);
    /* Waits for all that was added, in whatever streams, and adds it to counters[]. */
    rs_status (*counter_fetch)(rs_device_counter *counter, uint64_t *counters, rs_error *error);
    void (*counter_free)(rs_device_counter *counter); /* NULL is fine */
} rs_engine_plugin;

typedef const rs_engine_plugin *(*rs_engine_plugin_getter)(void);

#endif
