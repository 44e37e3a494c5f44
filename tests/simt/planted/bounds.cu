/* bounds.cu - planted: one element too far in static shared, dynamic shared and global memory; an
 * offset that wraps at 32 bits; a vector load from a row that is not aligned for it. */
#include "planted/case.h"

namespace CASE_NAMESPACE {

static __global__ void through_static(int *out, unsigned count)
{
    __shared__ int held[33];
    for (unsigned i = threadIdx.x; i < count + PLANT; i += blockDim.x) {
        held[i] = static_cast<int>(i);
    }
    __syncthreads();
    for (unsigned i = threadIdx.x; i < count; i += blockDim.x) {
        out[i] = held[count - 1 - i];
    }
}

static bool is_descending(const std::vector<int> &got)
{
    for (size_t i = 0; i < got.size(); i++) {
        if (got[i] != static_cast<int>(got.size() - 1 - i)) {
            return false;
        }
    }
    return !got.empty();
}

bool overrun_static_shared()
{
    int *const out = upload(std::vector<int>(33));
    RS_LAUNCH(through_static, 1, 32, 0, nullptr, out, 33u);
    return is_descending(download(out, 33));
}

static __global__ void through_dynamic(int *out, unsigned count)
{
    RS_DYNAMIC_SHARED(int, held);
    for (unsigned i = threadIdx.x; i < count + PLANT; i += blockDim.x) {
        held[i] = static_cast<int>(i);
    }
    __syncthreads();
    for (unsigned i = threadIdx.x; i < count; i += blockDim.x) {
        out[i] = held[count - 1 - i];
    }
}

bool overrun_dynamic_shared()
{
    int *const out = upload(std::vector<int>(33));
    RS_LAUNCH(through_dynamic, 1, 32, 33 * sizeof(int), nullptr, out, 33u);
    const bool right = is_descending(download(out, 33));
    cudaFree(out);
    return right;
}

static __global__ void fill_descending(int *out, unsigned count)
{
    const unsigned i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i < count + PLANT) {
        out[i] = static_cast<int>(count) - 1 - static_cast<int>(i);
    }
}

bool overrun_global()
{
    int *const out = upload(std::vector<int>(1000));
    RS_LAUNCH(fill_descending, 4, 256, 0, nullptr, out, 1000u);
    const bool right = is_descending(download(out, 1000));
    cudaFree(out); /* where the bytes behind it are looked at */
    return right;
}

/* Rows 2 GB apart in memory that costs nothing. */
static __global__ void first_of_rows(const float *values, unsigned stride, unsigned rows,
                                     float *out)
{
    const unsigned row = threadIdx.x;
    if (row < rows) {
        out[row] = PLANT ? values[row * stride] : values[static_cast<size_t>(row) * stride];
    }
}

bool offset_of_32_bits()
{
    const unsigned stride = 1u << 29, rows = 10;
    float *values = nullptr;
    cudaMalloc(&values, (static_cast<size_t>(rows - 1) * stride + 1) * sizeof(float));
    std::vector<float> want;
    for (unsigned row = 0; row < rows; row++) {
        want.push_back(static_cast<float>(row) + 0.5f);
        cudaMemcpy(values + static_cast<size_t>(row) * stride, &want[row], sizeof(float),
                   cudaMemcpyHostToDevice);
    }
    cudaDeviceSynchronize();
    float *const out = upload(std::vector<float>(rows));
    RS_LAUNCH(first_of_rows, 1, 32, 0, nullptr, values, stride, rows, out);
    const bool right = download(out, rows) == want;
    cudaFree(values);
    return right;
}

/* Rows of 6 floats: every second one starts 8 bytes off. */
static __global__ void sum_fours(const float *values, unsigned columns, float *sums)
{
    const float *const row = values + threadIdx.x * columns;
    float sum = 0;
    if (PLANT || columns % 4 == 0) {
        const float4 four = __ldcs(reinterpret_cast<const float4 *>(row));
        sum = four.x + four.y + four.z + four.w;
    } else {
        for (int i = 0; i < 4; i++) {
            sum += __ldcs(row + i);
        }
    }
    sums[threadIdx.x] = sum;
}

bool misaligned_vector()
{
    const float *const values = upload(std::vector<float>(4 * 6, 1.5f));
    float *const sums = upload(std::vector<float>(4));
    RS_LAUNCH(sum_fours, 1, 4, 0, nullptr, values, 6u, sums);
    return download(sums, 4) == std::vector<float>(4, 6.0f);
}

} // namespace CASE_NAMESPACE
