/* warps.cu - planted: a __syncwarp is missing; a mask names too few lanes; a lane leaves before a
 * shuffle. */
#include "planted/case.h"

namespace CASE_NAMESPACE {

/* Each warp turns 32 numbers round through shared memory. A shuffle orders no memory, though it
 * lets all lanes meet. */
static __global__ void turn_round(const int *in, int *out)
{
    __shared__ int held[64];
    const unsigned t = threadIdx.x;
    held[t] = in[t];
    if (!PLANT) {
        __syncwarp();
    }
    out[t] = held[t ^ 31];
}

static std::vector<int> ascending(size_t count)
{
    std::vector<int> values(count);
    for (size_t i = 0; i < count; i++) {
        values[i] = static_cast<int>(i);
    }
    return values;
}

bool missing_syncwarp()
{
    const std::vector<int> values = ascending(64);
    const int *const in = upload(values);
    int *const out = upload(std::vector<int>(64));
    RS_LAUNCH(turn_round, 1, 64, 0, nullptr, in, out);
    const std::vector<int> got = download(out, 64);
    for (size_t i = 0; i < got.size(); i++) {
        if (got[i] != values[i ^ 31]) {
            return false;
        }
    }
    return !got.empty();
}

static __global__ void sum_rows(const int *values, unsigned rows, int *sums)
{
    const unsigned row = (blockIdx.x * blockDim.x + threadIdx.x) / 32, lane = threadIdx.x % 32;
    if (row >= rows) {
        return;
    }
    int sum = values[row * 32 + lane];
    for (int offset = 16; offset > 0; offset /= 2) {
        sum +=
            __shfl_down_sync(PLANT ? 0x7fffffffu : all_lanes, sum, static_cast<unsigned>(offset));
    }
    if (lane == 0) {
        sums[row] = sum;
    }
}

bool wrong_mask()
{
    const int *const values = upload(std::vector<int>(5 * 32, 1));
    int *const sums = upload(std::vector<int>(5));
    RS_LAUNCH(sum_rows, 3, 64, 0, nullptr, values, 5u, sums);
    return download(sums, 5) == std::vector<int>(5, 32);
}

/* Columns beyond the row's end have nothing to load, but their lanes are needed in the reduction.
 * */
static __global__ void largest_of_row(const int *values, unsigned columns, int *largest)
{
    const unsigned lane = threadIdx.x;
    if (PLANT && lane >= columns) {
        return;
    }
    int most = lane < columns ? values[lane] : -1;
    for (int offset = 16; offset > 0; offset /= 2) {
        most = max(most, __shfl_xor_sync(all_lanes, most, offset));
    }
    if (lane == 0) {
        *largest = most;
    }
}

bool early_exit_lane()
{
    const int *const values = upload(ascending(20));
    int *const largest = upload(std::vector<int>(1));
    RS_LAUNCH(largest_of_row, 1, 32, 0, nullptr, values, 20u, largest);
    return download(largest, 1) == std::vector<int>{19};
}

} // namespace CASE_NAMESPACE
