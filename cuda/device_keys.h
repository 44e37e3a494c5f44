/* device_keys.h - keys are counted on the device (key_counts.h): those of the host, and pairs of
 * classes that a pass writes there.
 */
#ifndef RS_DEVICE_KEYS_H
#define RS_DEVICE_KEYS_H

#include "cuda/gpu.h"
#include "cuda/row_task.h"

/* As rs_count_keys, which takes over when the device has no room. */
rs_status rs_device_count_keys(rs_gpu *gpu, uint64_t *keys, size_t count, rs_key_counts *counts,
                               rs_error *error);

/* ---- pairs of a pass, in steps: a key for each of its rows, in gpu->pair_keys ---- */

/* Before rs_gpu_prepare, for which the streams of all slots wait: no row has a key yet. */
rs_status rs_device_pairs_prepare(rs_gpu *gpu, const rs_pass *pass, rs_error *error);

/* Puts the keys of rows first_row, first_row + 1, ... into `stream`, behind their predictions. */
rs_status rs_device_pairs_write(const rs_gpu *gpu, const rs_pass *pass,
                                const rs_device_results *results, uint64_t first_row,
                                uint64_t row_count, cudaStream_t stream, rs_error *error);

/* Counts the keys of a device that is idle, and adds them. */
rs_status rs_device_pairs_count(rs_gpu *gpu, const rs_pass *pass, rs_key_counts *counts,
                                rs_error *error);

#endif
