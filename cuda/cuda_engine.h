/* cuda_engine.h - the engine that runs on an NVIDIA device, behind the interface of every engine.
 *
 * Counts are bit-identical to those of the CPU engine.
 */
#ifndef RS_CUDA_ENGINE_H
#define RS_CUDA_ENGINE_H

#include "engine/engine.h"
#include "engine/engine_plugin.h"

/* Close with (*engine)->vtable->close; *engine is NULL on failure. One pass at a time. */
rs_status rs_cuda_engine_open(const rs_engine_plugin_options *options, rs_engine **engine,
                              rs_error *error);

/* What the shared module exports (engine_plugin.h). */
extern const char rs_engine_plugin_abi[];
const rs_engine_plugin *rs_engine_plugin_get(void);

/* The functions of the same names in rs_engine_plugin. */
rs_status rs_device_counter_create(const rs_pass *pass, int device, rs_device_counter **counter,
                                   rs_error *error);
rs_status rs_device_counter_add(rs_device_counter *counter, const void *device_rows, rs_dtype dtype,
                                uint64_t first_row, uint64_t rows, uint64_t stride_bytes,
                                void *stream, rs_error *error);
rs_status rs_device_counter_fetch(rs_device_counter *counter, uint64_t *counters, rs_error *error);
void rs_device_counter_free(rs_device_counter *counter);

#endif
