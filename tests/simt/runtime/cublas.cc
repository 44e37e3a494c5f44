/* cublas.cc - matrix products in a stream, computed by OpenBLAS when the stream gets to them.
 *
 * Half types are widened to float first and the result is rounded to its type, as a tensor core
 * with a float accumulator does; the order of the sum differs, so results are compared with a
 * tolerance. Without OpenBLAS a plain loop does the same, slowly.
 *
 * As with cuBLAS a row's bits depend on where in the call it stands. Whether they do with OpenBLAS
 * is its kernel's affair, which goes by the processor; so every product is added up from three
 * parts, and the order of these goes by the place.
 */
#include "cublas_v2.h"

#include <dlfcn.h>

#include <cstdlib>
#include <cstring>

#include "runtime/state.h"

struct cublasContext {
    cudaStream_t stream = nullptr;
    int device = 0;
};

namespace simt {

enum { row_major = 101, column_major = 102, no_transpose = 111, transpose = 112 };

using SingleGemm = void (*)(int, int, int, int, int, int, float, const float *, int, const float *,
                            int, float, float *, int);
using DoubleGemm = void (*)(int, int, int, int, int, int, double, const double *, int,
                            const double *, int, double, double *, int);

static void *openblas_function(const char *name)
{
    static void *const library = []() -> void * {
        const char *const given = getenv("REASSESS_OPENBLAS");
        if (given != nullptr) {
            return dlopen(given, RTLD_NOW | RTLD_LOCAL);
        }
        void *const found = dlopen("libopenblas.so.0", RTLD_NOW | RTLD_LOCAL);
        return found != nullptr ? found : dlopen("libopenblas.so", RTLD_NOW | RTLD_LOCAL);
    }();
    return library == nullptr ? nullptr : dlsym(library, name);
}

/* ---- element types ---- */

static float from_half(uint16_t bits)
{
    const uint32_t sign = static_cast<uint32_t>(bits & 0x8000) << 16;
    const uint32_t exponent = bits >> 10 & 31, fraction = bits & 1023;
    if (exponent == 0) {
        const float tiny = static_cast<float>(fraction) * 0x1p-24f;
        return sign != 0 ? -tiny : tiny;
    }
    const uint32_t wide =
        sign | (exponent == 31 ? 0x7f800000u : (exponent + 112) << 23) | fraction << 13;
    float value;
    memcpy(&value, &wide, sizeof value);
    return value;
}

static uint16_t to_half(float value) /* to nearest, ties to even */
{
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    const uint16_t sign = static_cast<uint16_t>(bits >> 16 & 0x8000);
    const float magnitude = value < 0 ? -value : value;
    if (magnitude != magnitude) {
        return static_cast<uint16_t>(sign | 0x7e00);
    }
    if (magnitude >= 65520.0f) {
        return static_cast<uint16_t>(sign | 0x7c00);
    }
    if (magnitude < 0x1p-14f) { /* subnormal: adding 2^-24 * 2^23 rounds at the right place */
        float shifted = magnitude + 0.5f;
        memcpy(&bits, &shifted, sizeof bits);
        return static_cast<uint16_t>(sign | (bits - 0x3f000000u));
    }
    bits &= 0x7fffffffu;
    bits += 0x0fff + (bits >> 13 & 1);
    return static_cast<uint16_t>(sign | ((bits >> 13) - (112u << 10)));
}

static float from_bfloat(uint16_t half)
{
    const uint32_t bits = static_cast<uint32_t>(half) << 16;
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static uint16_t to_bfloat(float value)
{
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    if (value != value) {
        return static_cast<uint16_t>(bits >> 16 | 0x40);
    }
    return static_cast<uint16_t>((bits + 0x7fff + (bits >> 16 & 1)) >> 16);
}

static size_t bytes_of(cudaDataType type)
{
    return type == CUDA_R_64F ? 8 : type == CUDA_R_32F ? 4 : 2;
}

template <class Real> static Real load(const char *from, cudaDataType type)
{
    if (type == CUDA_R_64F) {
        double value;
        memcpy(&value, from, sizeof value);
        return static_cast<Real>(value);
    }
    if (type == CUDA_R_32F) {
        float value;
        memcpy(&value, from, sizeof value);
        return value;
    }
    uint16_t bits;
    memcpy(&bits, from, sizeof bits);
    return type == CUDA_R_16F ? from_half(bits) : from_bfloat(bits);
}

template <class Real> static void store(char *to, cudaDataType type, Real value)
{
    if (type == CUDA_R_64F) {
        const double wide = value;
        memcpy(to, &wide, sizeof wide);
        return;
    }
    const float single = static_cast<float>(value);
    if (type == CUDA_R_32F) {
        memcpy(to, &single, sizeof single);
        return;
    }
    const uint16_t bits = type == CUDA_R_16F ? to_half(single) : to_bfloat(single);
    memcpy(to, &bits, sizeof bits);
}

/* ---- the product ---- */

struct Matrix {
    char *data;
    cudaDataType type;
    size_t rows, columns, stride; /* column-major, as stored */

    size_t span() const
    {
        return columns == 0 ? 0 : ((columns - 1) * stride + rows) * bytes_of(type);
    }
    char *at(size_t row, size_t column) const
    {
        return data + (column * stride + row) * bytes_of(type);
    }
};

struct Product {
    Matrix a, b, c;
    bool turn_a, turn_b;
    int m, n, k;
    double alpha, beta;
};

template <class Real> static std::vector<Real> widened(const Matrix &matrix)
{
    std::vector<Real> values(matrix.rows * matrix.columns);
    for (size_t column = 0; column < matrix.columns; column++) {
        for (size_t row = 0; row < matrix.rows; row++) {
            values[column * matrix.rows + row] = load<Real>(matrix.at(row, column), matrix.type);
        }
    }
    return values;
}

template <class Real>
static void plain_gemm(int, int turn_a, int turn_b, int m, int n, int k, Real alpha, const Real *a,
                       int lda, const Real *b, int ldb, Real beta, Real *c, int ldc)
{
    for (int j = 0; j < n; j++) {
        for (int i = 0; i < m; i++) {
            Real sum = 0;
            for (int l = 0; l < k; l++) {
                sum += a[turn_a == transpose ? i * lda + l : l * lda + i] *
                       b[turn_b == transpose ? l * ldb + j : j * ldb + l];
            }
            c[j * ldc + i] = alpha * sum + (beta == 0 ? 0 : beta * c[j * ldc + i]);
        }
    }
}

/* Both factors widened, and their product added up over [first, end) of the sums' terms. */
template <class Real, class Gemm> struct Factors {
    const Product &p;
    Gemm gemm;
    std::vector<Real> a, b;

    Factors(const Product &product, const char *function)
        : p(product), gemm(reinterpret_cast<Gemm>(openblas_function(function))),
          a(widened<Real>(product.a)), b(widened<Real>(product.b))
    {
        if (gemm == nullptr) {
            gemm = plain_gemm<Real>;
        }
    }
    std::vector<Real> part(int first, int end) const
    {
        std::vector<Real> c(p.c.rows * p.c.columns);
        if (first == end) {
            return c;
        }
        const size_t from = static_cast<size_t>(first);
        gemm(column_major, p.turn_a ? transpose : no_transpose,
             p.turn_b ? transpose : no_transpose, p.m, p.n, end - first,
             static_cast<Real>(p.alpha), a.data() + (p.turn_a ? from : from * p.a.rows),
             static_cast<int>(p.a.rows), b.data() + (p.turn_b ? from * p.b.rows : from),
             static_cast<int>(p.b.rows), 0, c.data(), p.m);
        return c;
    }
};

template <class Real, class Gemm>
static void multiply_unseen(const Product &p, const char *function)
{
    const Factors<Real, Gemm> factors(p, function);
    const std::vector<Real> head = factors.part(0, p.k / 3), tail = factors.part(p.k / 2, p.k);
    const std::vector<Real> middle = factors.part(p.k / 3, p.k / 2);
    for (size_t column = 0; column < p.c.columns; column++) {
        for (size_t row = 0; row < p.c.rows; row++) {
            const size_t i = column * p.c.rows + row;
            Real sum = column % 2 == 0 ? (head[i] + middle[i]) + tail[i]
                                       : head[i] + (middle[i] + tail[i]);
            if (p.beta != 0) {
                sum += static_cast<Real>(p.beta) * load<Real>(p.c.at(row, column), p.c.type);
            }
            store(p.c.at(row, column), p.c.type, sum);
        }
    }
}

template <class Real, class Gemm> static void multiply(const Product &p, const char *function)
{
    {
        const Unseen unseen;
        multiply_unseen<Real, Gemm>(p, function);
    }
    saw_read(p.a.data, p.a.span());
    saw_read(p.b.data, p.b.span());
    saw_write(p.c.data, p.c.span());
}

static cudaError_t run_product(const Product &product, bool in_double)
{
    for (const Matrix *matrix : {&product.a, &product.b, &product.c}) {
        Allocation *const allocation = find(matrix->data);
        if (allocation != nullptr) {
            expose(*allocation);
        }
    }
    if (in_double) {
        multiply<double, DoubleGemm>(product, "cblas_dgemm");
    } else {
        multiply<float, SingleGemm>(product, "cblas_sgemm");
    }
    return cudaSuccess;
}

static bool on_device(const Matrix &matrix, int device)
{
    const Allocation *const allocation = find_whole(matrix.data, matrix.span());
    return is_device(allocation) && allocation->device == device;
}

static cublasStatus_t status_of(cudaError_t code)
{
    return code == cudaSuccess             ? CUBLAS_STATUS_SUCCESS
           : code == cudaErrorInvalidValue ? CUBLAS_STATUS_INVALID_VALUE
                                           : CUBLAS_STATUS_EXECUTION_FAILED;
}

static cublasStatus_t submit_product(const char *name, cublasHandle_t handle,
                                     const Product &product, bool in_double)
{
    return status_of(call(name, plain_call, [&] {
        if (product.m == 0 || product.n == 0) {
            return cudaSuccess;
        }
        CUstream_st *const stream = stream_of(handle->stream);
        if (stream == nullptr || stream->device != handle->device) {
            return cudaErrorInvalidResourceHandle;
        }
        for (const Matrix *matrix : {&product.a, &product.b, &product.c}) {
            if (matrix->stride < matrix->rows || !on_device(*matrix, handle->device)) {
                return cudaErrorInvalidValue;
            }
        }
        enqueue(*stream, name, [product, in_double] { return run_product(product, in_double); });
        return cudaSuccess;
    }));
}

static Matrix matrix_of(const void *data, cudaDataType type, int rows, int columns, int stride)
{
    return {static_cast<char *>(const_cast<void *>(data)), type, static_cast<size_t>(rows),
            static_cast<size_t>(columns), static_cast<size_t>(stride)};
}

} // namespace simt

using namespace simt;

extern "C" {

cublasStatus_t cublasCreate(cublasHandle_t *handle)
{
    const cudaError_t code = call("cublasCreate", plain_call, [&] {
        *handle = new cublasContext;
        (*handle)->device = current_device();
        return cudaSuccess;
    });
    return code == cudaSuccess                 ? CUBLAS_STATUS_SUCCESS
           : code == cudaErrorMemoryAllocation ? CUBLAS_STATUS_ALLOC_FAILED
                                               : CUBLAS_STATUS_NOT_INITIALIZED;
}

cublasStatus_t cublasDestroy(cublasHandle_t handle)
{
    delete handle;
    return CUBLAS_STATUS_SUCCESS;
}

cublasStatus_t cublasGetVersion(cublasHandle_t, int *version)
{
    *version = 130000;
    return CUBLAS_STATUS_SUCCESS;
}

cublasStatus_t cublasSetStream(cublasHandle_t handle, cudaStream_t stream)
{
    handle->stream = stream;
    return CUBLAS_STATUS_SUCCESS;
}

cublasStatus_t cublasGetStream(cublasHandle_t handle, cudaStream_t *stream)
{
    *stream = handle->stream;
    return CUBLAS_STATUS_SUCCESS;
}

cublasStatus_t cublasSetWorkspace(cublasHandle_t, void *, size_t)
{
    return CUBLAS_STATUS_SUCCESS;
}

cublasStatus_t cublasSetPointerMode(cublasHandle_t, cublasPointerMode_t mode)
{
    return mode == CUBLAS_POINTER_MODE_HOST ? CUBLAS_STATUS_SUCCESS : CUBLAS_STATUS_NOT_SUPPORTED;
}

cublasStatus_t cublasSetMathMode(cublasHandle_t, cublasMath_t)
{
    return CUBLAS_STATUS_SUCCESS;
}

const char *cublasGetStatusName(cublasStatus_t status)
{
    switch (status) {
    case CUBLAS_STATUS_SUCCESS:
        return "CUBLAS_STATUS_SUCCESS";
    case CUBLAS_STATUS_NOT_INITIALIZED:
        return "CUBLAS_STATUS_NOT_INITIALIZED";
    case CUBLAS_STATUS_ALLOC_FAILED:
        return "CUBLAS_STATUS_ALLOC_FAILED";
    case CUBLAS_STATUS_INVALID_VALUE:
        return "CUBLAS_STATUS_INVALID_VALUE";
    case CUBLAS_STATUS_EXECUTION_FAILED:
        return "CUBLAS_STATUS_EXECUTION_FAILED";
    case CUBLAS_STATUS_NOT_SUPPORTED:
        return "CUBLAS_STATUS_NOT_SUPPORTED";
    default:
        return "CUBLAS_STATUS_INTERNAL_ERROR";
    }
}

const char *cublasGetStatusString(cublasStatus_t status)
{
    return cublasGetStatusName(status);
}

cublasStatus_t cublasGemmEx(cublasHandle_t handle, cublasOperation_t op_a, cublasOperation_t op_b,
                            int m, int n, int k, const void *alpha, const void *a,
                            cudaDataType a_type, int lda, const void *b, cudaDataType b_type,
                            int ldb, const void *beta, void *c, cudaDataType c_type, int ldc,
                            cublasComputeType_t compute, cublasGemmAlgo_t)
{
    const bool in_double = compute == CUBLAS_COMPUTE_64F || compute == CUBLAS_COMPUTE_64F_PEDANTIC;
    if (handle == nullptr || m < 0 || n < 0 || k < 0) {
        return handle == nullptr ? CUBLAS_STATUS_NOT_INITIALIZED : CUBLAS_STATUS_INVALID_VALUE;
    }
    if (a_type != b_type || in_double != (a_type == CUDA_R_64F) ||
        in_double != (c_type == CUDA_R_64F)) {
        return CUBLAS_STATUS_NOT_SUPPORTED;
    }
    const bool turn_a = op_a != CUBLAS_OP_N, turn_b = op_b != CUBLAS_OP_N;
    Product product = {
        matrix_of(a, a_type, turn_a ? k : m, turn_a ? m : k, lda),
        matrix_of(b, b_type, turn_b ? n : k, turn_b ? k : n, ldb),
        matrix_of(c, c_type, m, n, ldc),
        turn_a,
        turn_b,
        m,
        n,
        k,
        load<double>(static_cast<const char *>(alpha), in_double ? CUDA_R_64F : CUDA_R_32F),
        load<double>(static_cast<const char *>(beta), in_double ? CUDA_R_64F : CUDA_R_32F)};
    return submit_product("cublasGemmEx", handle, product, in_double);
}

cublasStatus_t cublasSgemm(cublasHandle_t handle, cublasOperation_t op_a, cublasOperation_t op_b,
                           int m, int n, int k, const float *alpha, const float *a, int lda,
                           const float *b, int ldb, const float *beta, float *c, int ldc)
{
    return cublasGemmEx(handle, op_a, op_b, m, n, k, alpha, a, CUDA_R_32F, lda, b, CUDA_R_32F, ldb,
                        beta, c, CUDA_R_32F, ldc, CUBLAS_COMPUTE_32F, CUBLAS_GEMM_DEFAULT);
}

cublasStatus_t cublasDgemm(cublasHandle_t handle, cublasOperation_t op_a, cublasOperation_t op_b,
                           int m, int n, int k, const double *alpha, const double *a, int lda,
                           const double *b, int ldb, const double *beta, double *c, int ldc)
{
    return cublasGemmEx(handle, op_a, op_b, m, n, k, alpha, a, CUDA_R_64F, lda, b, CUDA_R_64F, ldb,
                        beta, c, CUDA_R_64F, ldc, CUBLAS_COMPUTE_64F, CUBLAS_GEMM_DEFAULT);
}

} // extern "C"
