/* device_array.h - device memory that grows and is kept. */
#ifndef RS_DEVICE_ARRAY_H
#define RS_DEVICE_ARRAY_H

#include <cuda_runtime_api.h>
#include <stdint.h>

#include "base/error.h"

typedef struct rs_device_array {
    void *memory;
    uint64_t bytes;
} rs_device_array;

/* Makes room for `bytes`; what was there is lost. */
rs_status rs_device_array_reserve(rs_device_array *array, uint64_t bytes, int device,
                                  rs_error *error);
/* The same, and puts a copy of `data` into `stream`. */
rs_status rs_device_array_send(rs_device_array *array, const void *data, uint64_t bytes, int device,
                               cudaStream_t stream, rs_error *error);
void rs_device_array_free(rs_device_array *array);

#endif
