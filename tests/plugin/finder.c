/* finder.c - the search for the module as a build with CUDA compiles it. */
#include "finder.h"

#include <stdio.h>

#include "build_info.h"
#undef REASSESS_HAS_CUDA
#define REASSESS_HAS_CUDA 1
#define rs_cuda_plugin_load load_plugin_with_cuda
#include "evaluate/cuda_plugin.c"

void find_module(void)
{
    const rs_engine_plugin *plugin = NULL;
    rs_error error = {0};
    char text[8192];
    if (rs_cuda_plugin_load(&plugin, &error) != RS_OK) {
        (void)fprintf(stderr, "%s\n", rs_error_format(&error, text, sizeof text));
    }
}
