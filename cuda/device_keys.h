/* device_keys.h - rs_count_keys on a device. */
#ifndef RS_DEVICE_KEYS_H
#define RS_DEVICE_KEYS_H

#include "cuda/gpu.h"
#include "engine/key_counts.h"

/* Where the device has no room for the keys, the host counts them. */
rs_status rs_device_count_keys(rs_gpu *gpu, uint64_t *keys, size_t count, rs_key_counts *counts,
                               rs_error *error);

#endif
