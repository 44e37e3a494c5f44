/* cuda_plugin.c - dlopen of the driver, then of the module.
 *
 * The module is REASSESS_CUDA_PLUGIN if that is set; else reassess_cuda.so beside the program (or
 * the shared library) this code is in, or where `cmake --install` or pip put it, seen from there.
 * A name that begins in the current folder is never opened, since what lies there is the code of
 * whoever owns the folder.
 */
#include "evaluate/cuda_plugin.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "base/packages.h"
#include "build_info.h"
#include "engine_abi.h"
#include "reassess/version.h"

#define MODULE_NAME "reassess_cuda.so"
#ifndef RS_PLUGIN_FOLDER
#define RS_PLUGIN_FOLDER "../lib/reassess"
#endif

enum { PATH_BYTES = RS_FOLDER_BYTES };

static rs_status check_driver(rs_error *error)
{
    void *const driver = dlopen("libcuda.so.1", RTLD_LAZY | RTLD_LOCAL);
    if (driver == NULL) {
        return rs_fail(error, RS_DEVICE, NULL, rs_nowhere(),
                       "use --backend cpu or auto, or a machine with a GPU (a container has to be "
                       "started with access to it)",
                       "CUDA needs the NVIDIA driver, which was not found (libcuda.so.1)");
    }
    (void)dlclose(driver);
    return RS_OK;
}

static void *open_one(const char *path)
{
    return dlopen(path, RTLD_NOW | RTLD_LOCAL);
}

static void *open_module(char path[PATH_BYTES])
{
    static const char *const places[] = {"", "reassess/", RS_PLUGIN_FOLDER "/"};
    const char *const given = getenv("REASSESS_CUDA_PLUGIN");
    static const char *const packaged[] = {"reassess/" MODULE_NAME, NULL};
    char folder[RS_FOLDER_BYTES];
    void *module = NULL;
    if (given != NULL && given[0] != '\0') {
        (void)snprintf(path, PATH_BYTES, "%s", given);
        return open_one(path);
    }
    rs_own_folder(folder);
    for (size_t i = 0; i < sizeof places / sizeof places[0] && module == NULL; ++i) {
        const char *const base = places[i][0] == '/' ? "" : folder;
        if (base == folder && folder[0] == '\0') {
            continue;
        }
        const int bytes = snprintf(path, PATH_BYTES, "%s%s%s", base, places[i], MODULE_NAME);
        if (bytes > 0 && bytes < PATH_BYTES) {
            module = open_one(path);
            if (module == NULL && access(path, F_OK) == 0) {
                return NULL; /* why not is what the error tells, not that there is none elsewhere */
            }
        }
    }
    return module != NULL ? module : rs_open_packaged(folder, packaged, open_one, path);
}

/* Before anything of the module is called or read whose form may be another one. */
static bool is_for_this_program(void *module, const char *path, rs_error *error)
{
    const char *const abi = dlsym(module, RS_ENGINE_PLUGIN_ABI_SYMBOL);
    if (abi == NULL || dlsym(module, RS_ENGINE_PLUGIN_SYMBOL) == NULL) {
        (void)rs_fail(error, RS_DEVICE, path, rs_nowhere(), "install both from one build",
                      "this is no CUDA engine for reassess " RS_ENGINE_PLUGIN_ABI);
        return false;
    }
    if (strcmp(abi, RS_ENGINE_PLUGIN_ABI) != 0) {
        (void)rs_fail(
            error, RS_DEVICE, path, rs_nowhere(), "install both from one build",
            "a CUDA engine for reassess %.100s, but this is reassess " RS_ENGINE_PLUGIN_ABI, abi);
        return false;
    }
    return true;
}

/* NULL on failure, which is RS_DEVICE. */
static const rs_engine_plugin *find_table(rs_error *error)
{
    char path[PATH_BYTES] = "";
    void *const module = open_module(path);
    if (module == NULL) {
        const char *const text = dlerror();
        (void)rs_fail(error, RS_DEVICE, path, rs_nowhere(),
                      "install " MODULE_NAME " beside reassess, or name it in "
                      "REASSESS_CUDA_PLUGIN; or use --backend cpu or auto",
                      "the CUDA engine cannot be opened: %s", text != NULL ? text : "not found");
        return NULL;
    }
    rs_engine_plugin_getter get = NULL;
    if (!is_for_this_program(module, path, error)) {
        (void)dlclose(module);
        return NULL;
    }
    void *const symbol = dlsym(module, RS_ENGINE_PLUGIN_SYMBOL);
    memcpy(&get, &symbol, sizeof get);
    return get();
}

rs_status rs_cuda_plugin_load(const rs_engine_plugin **plugin, rs_error *error)
{
    int devices = 0;
    *plugin = NULL;
    if (!REASSESS_HAS_CUDA) {
        return rs_fail(error, RS_UNSUPPORTED, NULL, rs_nowhere(), "use --backend cpu or auto",
                       "this build of reassess has no CUDA engine");
    }
    RS_TRY(check_driver(error));
    const rs_engine_plugin *const table = find_table(error);
    if (table == NULL) {
        return RS_DEVICE;
    }
    RS_TRY(table->device_count(&devices, error));
    if (devices == 0) {
        return rs_fail(error, RS_DEVICE, NULL, rs_nowhere(), "use --backend cpu or auto",
                       "the driver knows of no CUDA device");
    }
    *plugin = table;
    return RS_OK;
}
