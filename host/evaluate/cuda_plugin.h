/* cuda_plugin.h - finding and opening the module that holds the CUDA engine.
 *
 * It is looked for only when somebody asks for CUDA, and opened only where an NVIDIA driver is:
 * runs on the CPU pay nothing. Once opened it stays, as the driver's own libraries do.
 */
#ifndef RS_CUDA_PLUGIN_H
#define RS_CUDA_PLUGIN_H

#include "engine/engine_plugin.h"

/* *plugin is NULL on failure: RS_UNSUPPORTED when this build has no CUDA engine, RS_DEVICE when
 * there is no driver, the module is missing or of another version, or no device can be used. */
rs_status rs_cuda_plugin_load(const rs_engine_plugin **plugin, rs_error *error);

#endif
