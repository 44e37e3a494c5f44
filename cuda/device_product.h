/* device_product.h - a product of matrices in the memory of the host, made on a device. */
#ifndef RS_DEVICE_PRODUCT_H
#define RS_DEVICE_PRODUCT_H

#include "cuda/gpu.h"
#include "reassess/product.h"

/* `product` was checked, and the device's cuBLAS is open. Uses at most about `memory_bytes` of the
 * device, and less when that much is not free. The device is the current one. Waits for the
 * result. */
rs_status rs_device_multiply(rs_gpu *gpu, const rs_product *product, uint64_t memory_bytes,
                             rs_error *error);

#endif
