/* cublas_library.h - cuBLAS, opened when a product is asked for: nobody else waits for it. */
#ifndef RS_CUBLAS_LIBRARY_H
#define RS_CUBLAS_LIBRARY_H

#include <cublas_v2.h>
#include <stdbool.h>

#include "cuda/device_array.h"
#include "reassess/product.h"

/* The functions of the library that are used, under their names in its table of symbols. */
#define RS_CUBLAS_FUNCTIONS(X)                                                                     \
    X(create, cublasCreate_v2)                                                                     \
    X(destroy, cublasDestroy_v2)                                                                   \
    X(get_version, cublasGetVersion_v2)                                                            \
    X(set_stream, cublasSetStream_v2)                                                              \
    X(set_workspace, cublasSetWorkspace_v2)                                                        \
    X(set_math_mode, cublasSetMathMode)                                                            \
    X(gemm, cublasGemmEx)                                                                          \
    X(status_name, cublasGetStatusName)

/* Empty until opened. */
typedef struct rs_cublas {
    void *library; /* never closed: it would take the context's state with it */
    int device;
    cublasHandle_t handle;
    rs_device_array workspace; /* its own: with it, products are the same on every run */
    char name[64];             /* "cuBLAS 13.0" */
#define RS_CUBLAS_POINTER(member, symbol) __typeof__(&symbol) member;
    RS_CUBLAS_FUNCTIONS(RS_CUBLAS_POINTER)
#undef RS_CUBLAS_POINTER
} rs_cublas;

/* Matrices on the device, row after row; strides in elements. out = left x right, each stored
 * transposed where that is said, plus `out` itself with `add`. left and right are of one type; out
 * is F32 for halves, else of the same type. */
typedef struct rs_device_product {
    rs_dtype dtype;   /* of left and right: F32, F64, F16, BF16 */
    rs_product shape; /* its pointers are of the device */
} rs_device_product;

/* Opens the library (REASSESS_CUBLAS if that is set) and makes a handle on the current device,
 * once. RS_DEVICE when there is no library. */
rs_status rs_cublas_open(rs_cublas *cublas, int device, rs_error *error);

/* Puts a product into `stream`. Half types are multiplied by tensor cores with sums in float; float
 * and double by ordinary arithmetic, without TF32. The same product in the same shape gives the
 * same bits on the same kind of device, as long as it is the only stream in which this handle
 * works. */
rs_status rs_cublas_multiply(rs_cublas *cublas, const rs_device_product *product,
                             cudaStream_t stream, rs_error *error);

void rs_cublas_close(rs_cublas *cublas);

#endif
