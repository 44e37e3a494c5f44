/* cublas_library.c - dlopen of cuBLAS, and its products for matrices stored row after row. */
#include "cuda/cublas_library.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/packages.h"
#include "cuda/device_error.h"

/* NVIDIA recommends 32 MB from Hopper on, 4 MB before; the executor of the tests needs none. */
#ifdef SIMT_CUDA_RUNTIME
#define WORKSPACE_BYTES (UINT64_C(4) << 10)
#else
#define WORKSPACE_BYTES (UINT64_C(32) << 20)
#endif

#define RS_CUBLAS_ADVICE                                                                      \
    "name the file of cuBLAS 12 or 13 in REASSESS_CUBLAS (pip install nvidia-cublas brings " \
    "one), or use --backend cpu"

static rs_status check(const rs_cublas *cublas, cublasStatus_t code, const char *call,
                       rs_error *error)
{
    if (code == CUBLAS_STATUS_SUCCESS) {
        return RS_OK;
    }
    const bool full = code == CUBLAS_STATUS_ALLOC_FAILED;
    (void)cudaGetLastError(); /* or the next launch would be told of it again */
    return rs_fail(error, full ? RS_MEMORY : RS_DEVICE, NULL, rs_nowhere(),
                   full ? "free memory of the device, or use --backend cpu" : RS_DEVICE_ADVICE,
                   "%s failed on CUDA device %d (cublas_library.c): %s", call, cublas->device,
                   cublas->status_name(code));
}

/* ---- opening ---- */

static void *open_one(const char *path)
{
    return dlopen(path, RTLD_NOW | RTLD_LOCAL);
}

static void *open_library(char *reason, size_t reason_bytes)
{
#ifdef SIMT_CUDA_RUNTIME
    static const char *const names[] = {NULL}; /* the executor's stands in the program itself */
#else
    static const char *const names[] = {"libcublas.so.13", "libcublas.so.12"};
#endif
    static const char *const packaged[] = {"nvidia/cu13/lib/libcublas.so.13", /* of PyTorch */
                                           "nvidia/cublas/lib/libcublas.so.1[23]", NULL};
    const char *const given = getenv("REASSESS_CUBLAS");
    char folder[RS_FOLDER_BYTES];
    char path[RS_FOLDER_BYTES];
    void *library = NULL;
    if (given != NULL && given[0] != '\0') {
        library = open_one(given);
    } else {
        for (size_t i = 0; i < sizeof names / sizeof names[0] && library == NULL; ++i) {
            library = open_one(names[i]);
        }
        if (library == NULL) {
            rs_own_folder(folder);
            library = rs_open_packaged(folder, packaged, open_one, path);
        }
    }
    const char *const text = library == NULL ? dlerror() : NULL;
    (void)snprintf(reason, reason_bytes, "%s", text != NULL ? text : "not found");
    return library;
}

static rs_status find_functions(rs_cublas *cublas, rs_error *error)
{
    void *symbol = NULL;
#define RS_CUBLAS_FIND(member, name)                                                               \
    symbol = dlsym(cublas->library, #name);                                                        \
    memcpy(&cublas->member, &symbol, sizeof symbol);                                               \
    if (symbol == NULL) {                                                                          \
        return rs_fail(error, RS_DEVICE, NULL, rs_nowhere(), RS_CUBLAS_ADVICE,                     \
                       "the cuBLAS that was found has no %s", #name);                              \
    }
    RS_CUBLAS_FUNCTIONS(RS_CUBLAS_FIND)
#undef RS_CUBLAS_FIND
    return RS_OK;
}

static rs_status make_handle(rs_cublas *cublas, rs_error *error)
{
    int version = 0;
    RS_TRY(check(cublas, cublas->create(&cublas->handle), "cublasCreate", error));
    RS_TRY(check(cublas, cublas->get_version(cublas->handle, &version), "cublasGetVersion", error));
    (void)snprintf(cublas->name, sizeof cublas->name, "cuBLAS %d.%d", version / 10000,
                   version / 100 % 100);
    RS_TRY(check(
        cublas,
        cublas->set_math_mode(cublas->handle, CUBLAS_MATH_DISALLOW_REDUCED_PRECISION_REDUCTION),
        "cublasSetMathMode", error));
    return rs_device_array_reserve(&cublas->workspace, WORKSPACE_BYTES, cublas->device, error);
}

rs_status rs_cublas_open(rs_cublas *cublas, int device, rs_error *error)
{
    char reason[RS_ERROR_TEXT_BYTES / 2];
    if (cublas->handle != NULL) {
        return RS_OK;
    }
    *cublas = (rs_cublas){.device = device};
    cublas->library = open_library(reason, sizeof reason);
    if (cublas->library == NULL) {
        return rs_fail(error, RS_DEVICE, NULL, rs_nowhere(),
                       RS_CUBLAS_ADVICE,
                       "products on a device need cuBLAS, which cannot be opened: %s", reason);
    }
    RS_TRY(find_functions(cublas, error));
    const rs_status status = make_handle(cublas, error);
    if (status != RS_OK) {
        rs_cublas_close(cublas);
    }
    return status;
}

void rs_cublas_close(rs_cublas *cublas)
{
    if (cublas->handle != NULL) {
        (void)cublas->destroy(cublas->handle);
    }
    rs_device_array_free(&cublas->workspace);
    *cublas = (rs_cublas){.library = NULL};
}

/* ---- products ---- */

static cudaDataType type_of(rs_dtype dtype)
{
    switch (dtype) {
    case RS_DTYPE_F64:
        return CUDA_R_64F;
    case RS_DTYPE_F16:
        return CUDA_R_16F;
    case RS_DTYPE_BF16:
        return CUDA_R_16BF;
    default:
        return CUDA_R_32F;
    }
}

/* `pedantic`: the arithmetic of the type and nothing that stands in for it. */
static cublasComputeType_t compute_of(rs_dtype dtype)
{
    switch (dtype) {
    case RS_DTYPE_F64:
        return CUBLAS_COMPUTE_64F_PEDANTIC;
    case RS_DTYPE_F32:
        return CUBLAS_COMPUTE_32F_PEDANTIC;
    default:
        return CUBLAS_COMPUTE_32F;
    }
}

/* cuBLAS counts in columns: a matrix stored by rows is its transpose there, so it is asked for
 * out^T = right^T left^T. */
rs_status rs_cublas_multiply(rs_cublas *cublas, const rs_device_product *product,
                             cudaStream_t stream, rs_error *error)
{
    static const float one = 1.0F;
    static const float zero = 0.0F;
    static const double one_double = 1.0;
    static const double zero_double = 0.0;
    const rs_product *const shape = &product->shape;
    const bool wide = product->dtype == RS_DTYPE_F64;
    const void *const alpha = wide ? (const void *)&one_double : (const void *)&one;
    const void *const keep = wide ? (const void *)&one_double : (const void *)&one;
    const void *const drop = wide ? (const void *)&zero_double : (const void *)&zero;
    const cudaDataType type = type_of(product->dtype);
    RS_TRY(check(cublas, cublas->set_stream(cublas->handle, stream), "cublasSetStream", error));
    /* Setting the stream takes the workspace away. */
    RS_TRY(check(
        cublas,
        cublas->set_workspace(cublas->handle, cublas->workspace.memory, (size_t)WORKSPACE_BYTES),
        "cublasSetWorkspace", error));
    return check(cublas,
                 cublas->gemm(cublas->handle, shape->right_transposed ? CUBLAS_OP_T : CUBLAS_OP_N,
                              shape->left_transposed ? CUBLAS_OP_T : CUBLAS_OP_N,
                              (int)shape->columns, (int)shape->rows, (int)shape->depth, alpha,
                              shape->right, type, (int)shape->right_stride, shape->left, type,
                              (int)shape->left_stride, shape->add ? keep : drop, shape->out,
                              wide ? CUDA_R_64F : CUDA_R_32F, (int)shape->out_stride,
                              compute_of(product->dtype), CUBLAS_GEMM_DEFAULT),
                 "cublasGemmEx", error);
}
