/* cuda_engine.c - opens the devices that were asked for and hands them their work. */
#include "cuda/cuda_engine.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/checked.h"
#include "cuda/current_device.h"
#include "cuda/device_error.h"
#include "cuda/device_keys.h"
#include "cuda/device_product.h"
#include "cuda/device_trainer.h"
#include "cuda/head_pass.h"
#include "cuda/readers.h"
#include "cuda/row_pass.h"

/* Of each device, where nothing is said of it. */
#define MEMORY_BYTES (UINT64_C(512) << 20)

typedef struct cuda_engine {
    rs_engine base;
    rs_engine_plugin_options options;
    rs_ranges ranges;
    rs_gpu *gpus;
    size_t gpu_count;
    rs_page_lock page_lock;
} cuda_engine;

/* More models than fit into the arguments of a launch are averaged on the host, as it reads. */
static const rs_averaging *averaging_of(const rs_scoring *of)
{
    const bool fits = of->averaging != NULL && of->averaging->count <= RS_AVERAGED_MEMBERS;
    return fits ? of->averaging : NULL;
}

/* A pass on those of the devices that are there. */
static rs_gpu_job job_of(cuda_engine *engine, rs_gpu_set *set, const rs_scoring *of)
{
    rs_gpu_set_choose(set, engine->gpus, engine->gpu_count);
    return (rs_gpu_job){
        .set = set,
        .pass = of->pass,
        .source = of->source,
        .averaging = averaging_of(of),
        .pairs = of->pairs,
        .watch = of->watch,
        .memory_bytes = engine->options.memory_bytes,
        .threads = engine->base.info.threads,
        .ranges = engine->ranges,
        .page_lock = &engine->page_lock,
    };
}

static rs_status score_heads(rs_engine_info *info, const rs_gpu_job *job, rs_gpu_set *set,
                             const rs_scoring *of, uint64_t *rows_scored, rs_error *error)
{
    const rs_heads_task task = {job, of->heads, of->head_count, of->results, of->counters};
    rs_gpu_set_keep_alike(set);
    const rs_status status = rs_device_score_heads(&task, rows_scored, error);
    memcpy(info->products, set->gpu[0]->cublas.name, sizeof info->products);
    return status;
}

static rs_status score(rs_engine *base, const rs_scoring *of, uint64_t *rows_scored,
                       rs_error *error)
{
    cuda_engine *const engine = (cuda_engine *)base;
    const rs_source_info *const info = rs_source_get_info(of->source);
    const bool by_heads = of->head_count > 0;
    rs_gpu_set set;
    const rs_gpu_job job = job_of(engine, &set, of);
    *rows_scored = 0;
    RS_TRY(rs_pass_check(of->pass, info, error));
    const int before = rs_device_before();
    if (by_heads) {
        rs_range_begin_of(engine->ranges, "score heads on", info->path);
    } else {
        rs_range_begin_of(engine->ranges, "score", info->path);
    }
    const rs_status status =
        by_heads ? score_heads(&base->info, &job, &set, of, rows_scored, error)
                 : rs_device_score_rows(&job, of->results != NULL ? of->results[0] : NULL,
                                        of->counters[0], rows_scored, error);
    rs_range_end(engine->ranges);
    rs_device_back(before);
    return status;
}

/* The first device that is there. */
static rs_gpu *first_gpu(const cuda_engine *engine)
{
    size_t first = 0;
    while (first + 1 < engine->gpu_count && engine->gpus[first].lost) {
        ++first;
    }
    return &engine->gpus[first];
}

static rs_status multiply_on(rs_gpu *gpu, cuda_engine *engine, const rs_product *product,
                             rs_error *error)
{
    rs_engine_info *const info = &engine->base.info;
    RS_TRY(rs_gpu_use(gpu, error));
    RS_TRY(rs_cublas_open(&gpu->cublas, gpu->device, error));
    memcpy(info->products, gpu->cublas.name, sizeof info->products);
    return rs_device_multiply(gpu, product, engine->options.memory_bytes, error);
}

static rs_status multiply(rs_engine *base, const rs_product *product, rs_error *error)
{
    cuda_engine *const engine = (cuda_engine *)base;
    const int before = rs_device_before();
    rs_range_begin(engine->ranges, "multiply matrices");
    const rs_status status = multiply_on(first_gpu(engine), engine, product, error);
    rs_range_end(engine->ranges);
    rs_device_back(before);
    return status;
}

static rs_status count_keys(rs_engine *base, uint64_t *keys, size_t count, rs_key_counts *counts,
                            rs_error *error)
{
    const cuda_engine *const engine = (cuda_engine *)base;
    const int before = rs_device_before();
    rs_range_begin(engine->ranges, "count keys");
    const rs_status status = rs_device_count_keys(first_gpu(engine), keys, count, counts, error);
    rs_range_end(engine->ranges);
    rs_device_back(before);
    return status;
}

static rs_status train_on(rs_gpu *gpu, rs_engine_info *info, const rs_trainer_task *task,
                          rs_trainer **trainer, rs_error *error)
{
    *trainer = NULL;
    RS_TRY(rs_gpu_use(gpu, error));
    RS_TRY(rs_device_train(gpu, task, trainer, error));
    memcpy(info->products, gpu->cublas.name, sizeof info->products);
    return RS_OK;
}

static rs_status train(rs_engine *base, const rs_trainer_task *task, rs_trainer **trainer,
                       rs_error *error)
{
    const cuda_engine *const engine = (cuda_engine *)base;
    const int before = rs_device_before();
    rs_range_begin(engine->ranges, "prepare training");
    const rs_status status = train_on(first_gpu(engine), &base->info, task, trainer, error);
    rs_range_end(engine->ranges);
    rs_device_back(before);
    return status;
}

static void close_engine(rs_engine *base)
{
    cuda_engine *const engine = (cuda_engine *)base;
    const int before = rs_device_before();
    for (size_t i = 0; i < engine->gpu_count; ++i) {
        rs_gpu_close(&engine->gpus[i]);
    }
    rs_device_back(before);
    rs_ranges_close(engine->ranges);
    free(engine->gpus);
    free(engine);
}

/* The set of devices that was asked for, each of which there may be. */
static rs_status find_devices(uint64_t asked, uint64_t *devices, rs_error *error)
{
    *devices = asked != 0 ? asked : 1;
    if (asked != RS_DEVICES_ALL) {
        return RS_OK;
    }
    int count = 0;
    RS_TRY(RS_CUDA(cudaGetDeviceCount(&count), 0, error));
    *devices = count > 0 && count < RS_GPUS_MAX ? (UINT64_C(1) << count) - 1 : RS_DEVICES_ALL >> 1;
    return RS_OK;
}

/* "NVIDIA H100", "8 x NVIDIA H100", or the names one after the other. */
static void describe_gpus(const cuda_engine *engine, char *out, size_t out_bytes)
{
    bool alike = true;
    for (size_t i = 1; i < engine->gpu_count; ++i) {
        alike = alike && strcmp(engine->gpus[i].name, engine->gpus[0].name) == 0;
    }
    if (alike && engine->gpu_count > 1) {
        (void)snprintf(out, out_bytes, "%u x %s", (unsigned)engine->gpu_count,
                       engine->gpus[0].name);
        return;
    }
    for (size_t i = 0, used = 0; i < engine->gpu_count && used < out_bytes; ++i) {
        const int added = snprintf(out + used, out_bytes - used, "%s%s", i > 0 ? ", " : "",
                                   engine->gpus[i].name);
        used += added > 0 ? (size_t)added : 0;
    }
}

/* Of all devices those that answer: one that was lost is left out. Of devices that were named every
 * one must be there. */
static rs_status open_each(cuda_engine *engine, uint64_t devices, rs_error *error)
{
    const bool all = engine->options.devices == RS_DEVICES_ALL;
    rs_status status = RS_OK;
    for (int device = 0; device < RS_GPUS_MAX; ++device) {
        if ((devices >> device & 1) == 0) {
            continue;
        }
        rs_gpu *const gpu = &engine->gpus[engine->gpu_count];
        status = rs_gpu_open(gpu, device, engine->ranges, error);
        if (status == RS_OK || !all) {
            ++engine->gpu_count;
        } else {
            rs_gpu_close(gpu);
        }
        if (status != RS_OK && !all) {
            return status;
        }
    }
    return engine->gpu_count > 0 ? RS_OK : status;
}

/* Everything that can fail; what was made is closed by the caller. */
static rs_status open_gpus(cuda_engine *engine, rs_error *error)
{
    uint64_t devices = 0;
    RS_TRY(find_devices(engine->options.devices, &devices, error));
    RS_TRY(RS_NEW(&engine->gpus, RS_GPUS_MAX, "devices of an engine", error));
    RS_TRY(open_each(engine, devices, error));
    rs_engine_info *const info = &engine->base.info;
    const uint64_t most = engine->gpu_count * RS_GPU_READERS;
    const uint64_t wanted = engine->options.threads > 0 ? engine->options.threads : most;
    info->threads = (unsigned)(wanted < most ? wanted : most);
    info->threads = info->threads < RS_READERS_MAX ? info->threads : RS_READERS_MAX;
    describe_gpus(engine, info->device, sizeof info->device);
    return RS_OK;
}

rs_status rs_cuda_engine_open(const rs_engine_plugin_options *options, rs_engine **engine,
                              rs_error *error)
{
    static const rs_engine_vtable vtable = {
        .score = score,
        .multiply = multiply,
        .count_keys = count_keys,
        .train = train,
        .close = close_engine,
    };
    cuda_engine *made = NULL;
    *engine = NULL;
    RS_TRY(RS_NEW(&made, 1, "an engine", error));
    made->options = *options;
    made->options.memory_bytes = options->memory_bytes > 0 ? options->memory_bytes : MEMORY_BYTES;
    made->page_lock.mode = options->page_locking;
    made->base = (rs_engine){
        .vtable = &vtable, .info = {.name = "cuda"}, .averages = true, .counts_pairs = true};
    made->ranges = rs_ranges_open();
    const int before = rs_device_before();
    const rs_status status = open_gpus(made, error);
    rs_device_back(before);
    if (status != RS_OK) {
        close_engine(&made->base);
        return status;
    }
    *engine = &made->base;
    return RS_OK;
}
