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
rs_status rs_device_images_create(const rs_pass *pass, uint32_t keep, int device,
                                  rs_engine_info *info, rs_device_images **images, rs_error *error);
rs_status rs_device_images_add(rs_device_images *images, const rs_image_batch *batch,
                               rs_error *error);
rs_status rs_device_images_fetch(rs_device_images *images, rs_scored_rows *scored,
                                 rs_row_results *results, uint64_t *repeats, rs_error *error);
rs_status rs_device_images_mark(rs_device_images *images, const rs_scored_rows *scored,
                                rs_error *error);
void rs_device_images_free(rs_device_images *images);

#endif
