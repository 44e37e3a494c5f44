/* another_build.c - a module of the same version, whose interface is another one. */
#include <stdlib.h>

#include "reassess/version.h"

extern const char rs_engine_plugin_abi[];
const void *rs_engine_plugin_get(void);

const char rs_engine_plugin_abi[] = RS_VERSION " (interface 0123456789abcdef)";

const void *rs_engine_plugin_get(void)
{
    abort();
}
