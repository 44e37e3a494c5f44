/* cmd_info.c - reassess info */
#include <stdio.h>

#include "base/error.h"
#include "base/visible.h"
#include "build_info.h"
#include "cli/command.h"
#include "cli/output.h"
#include "engine/cpu_engine.h"
#include "evaluate/cuda_plugin.h"
#include "labels/label_files.h"
#include "reassess/version.h"
#include "report/wording.h"

static void add_isas(rs_text *out)
{
    static const struct {
        rs_isa isa;
        const char *name;
    } isas[] = {{RS_ISA_PORTABLE, "portable"},
              {RS_ISA_AVX2, "avx2"},
              {RS_ISA_AVX512, "avx512"},
              {RS_ISA_NEON, "neon"}};
    rs_text_printf(out, "instruction sets");
    for (size_t i = 0; i < sizeof isas / sizeof isas[0]; ++i) {
        rs_engine *engine = NULL;
        const bool has = rs_cpu_engine_open(isas[i].isa, 1, &engine, NULL) == RS_OK;
        if (has) {
            engine->vtable->close(engine);
        }
        rs_text_printf(out, "  %s %s", isas[i].name, has ? "yes" : "no");
    }
    rs_text_printf(out, "\n");
}

/* Every device, or why there is none. */
static void add_cuda(rs_text *out)
{
    const rs_engine_plugin *plugin = NULL;
    rs_error reason;
    int devices = 0;
    if (!REASSESS_HAS_CUDA) {
        rs_text_printf(out, "engine cuda       not in this build\n");
        return;
    }
    if (rs_cuda_plugin_load(&plugin, &reason) != RS_OK ||
        plugin->device_count(&devices, &reason) != RS_OK) {
        rs_text_printf(out, "engine cuda       built; %s\n", reason.reason);
        return;
    }
    for (int i = 0; i < devices; ++i) {
        char line[256];
        if (plugin->describe(i, line, sizeof line, &reason) != RS_OK) {
            (void)snprintf(line, sizeof line, "%.255s", reason.reason);
        }
        rs_text_printf(out, "engine cuda       device %d: %s\n", i, line);
    }
}

static rs_status add_engine(rs_text *out, rs_error *error)
{
    rs_engine *engine = NULL;
    RS_TRY(rs_cpu_engine_open(RS_ISA_AUTO, 0, &engine, error));
    rs_text_printf(out, "engine cpu        %s, %u thread%s\n", engine->info.device,
                   engine->info.threads, rs_plural(engine->info.threads));
    engine->vtable->close(engine);
    add_cuda(out);
    return RS_OK;
}

static rs_status add_labels(rs_text *out, rs_error *error)
{
    rs_label_files files = {0};
    RS_TRY(rs_label_files_find(&files, error));
    const struct {
        const char *name;
        const char *path;
    } rows[] = {{"real.json", files.real},
                {"original.txt", files.original},
                {"synsets.txt", files.synsets},
                {"names.txt", files.names}};
    rs_text_add(out, "label folder      ");
    rs_text_name(out, files.folder ? files.folder : "none");
    rs_text_add(out, "\n");
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; ++i) {
        rs_text_printf(out, "  %-14s  %s\n", rows[i].name,
                       rows[i].path != NULL ? "there"
                                            : "missing: reassess labels --fetch gets it");
    }
    rs_label_files_clear(&files);
    return RS_OK;
}

static rs_status render(rs_text *out, rs_error *error)
{
    rs_text_printf(out, "reassess          %s\ncommit            %s\nbuilt             %s, %s\n",
                   RS_VERSION, RS_BUILD_COMMIT, RS_BUILD_COMPILER, RS_BUILD_TYPE);
    RS_TRY(add_engine(out, error));
    add_isas(out);
    return add_labels(out, error);
}

rs_status rs_command_info(const rs_context *context, rs_error *error)
{
    RS_REFUSE(context->arguments->positional.count > 0, error, NULL, "info takes no arguments");
    rs_text text = {0};
    const rs_status status = render(&text, error);
    if (status != RS_OK) {
        rs_text_clear(&text);
        return status;
    }
    return rs_print(&text, error);
}
