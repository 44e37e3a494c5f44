/* device_array.c - see device_array.h. */
#include "cuda/device_array.h"

#include "cuda/device_error.h"

rs_status rs_device_array_reserve(rs_device_array *array, uint64_t bytes, int device,
                                  rs_error *error)
{
    if (bytes <= array->bytes && array->memory != NULL) {
        return RS_OK;
    }
    rs_device_array_free(array);
    RS_TRY(RS_CUDA(cudaMalloc(&array->memory, bytes > 0 ? bytes : 1), device, error));
    array->bytes = bytes;
    return RS_OK;
}

rs_status rs_device_array_send(rs_device_array *array, const void *data, uint64_t bytes, int device,
                               cudaStream_t stream, rs_error *error)
{
    RS_TRY(rs_device_array_reserve(array, bytes, device, error));
    if (bytes == 0) {
        return RS_OK;
    }
    return RS_CUDA(cudaMemcpyAsync(array->memory, data, bytes, cudaMemcpyHostToDevice, stream),
                   device, error);
}

void rs_device_array_free(rs_device_array *array)
{
    if (array->memory != NULL) {
        (void)cudaFree(array->memory); /* nothing to do about a device that is lost */
    }
    *array = (rs_device_array){.memory = NULL};
}
