/* order.cu - planted: ties go to the higher column; a NaN is passed over; -inf loses to the
 * padding. */
#include "planted/case.h"

#include <cmath>

namespace CASE_NAMESPACE {

struct Best {
    float value;
    int column; /* -1: padding */
};

enum class Bug { none, ties, nan, padding };

/* Which comes first: a NaN before all numbers, then the larger value, then the lower column. */
template <Bug bug> static __device__ bool before(Best a, Best b)
{
    if (bug == Bug::padding ? false : (a.column < 0) != (b.column < 0)) {
        return b.column < 0;
    }
    if (isnan(a.value) != isnan(b.value)) {
        return isnan(a.value) != (bug == Bug::nan);
    }
    if (a.value > b.value || a.value < b.value) {
        return a.value > b.value;
    }
    return bug == Bug::ties ? a.column > b.column : a.column < b.column;
}

template <Bug bug> static __global__ void best_of_rows(const float *values, int columns, int *best)
{
    const int lane = static_cast<int>(threadIdx.x) % 32;
    Best mine = {bug == Bug::padding ? -3.0e38f : -INFINITY, -1};
    for (int column = lane; column < columns; column += 32) {
        const Best next = {
            values[blockIdx.x * static_cast<unsigned>(columns) + static_cast<unsigned>(column)],
            column};
        if (before<bug>(next, mine)) {
            mine = next;
        }
    }
    for (int offset = 16; offset > 0; offset /= 2) {
        const Best other = {__shfl_xor_sync(all_lanes, mine.value, offset),
                            __shfl_xor_sync(all_lanes, mine.column, offset)};
        if (before<bug>(other, mine)) {
            mine = other;
        }
    }
    if (lane == 0) {
        best[blockIdx.x] = mine.column;
    }
}

template <Bug bug> static bool is_right(const std::vector<float> &values, int columns,
                                        const std::vector<int> &want)
{
    const float *const device = upload(values);
    int *const best = upload(std::vector<int>(want.size()));
    RS_LAUNCH((best_of_rows<PLANT ? bug : Bug::none>), static_cast<unsigned>(want.size()), 32, 0,
              nullptr, device, columns, best);
    return download(best, want.size()) == want;
}

bool tie_order_flipped()
{
    std::vector<float> values(2 * 50, 1.0f);
    values[60] = values[70] = 2.0f;
    return is_right<Bug::ties>(values, 50, {0, 10});
}

bool nan_the_other_way()
{
    std::vector<float> values(2 * 50, 1.0f);
    values[33] = NAN;
    values[40] = INFINITY;
    return is_right<Bug::nan>(values, 50, {33, 0});
}

bool minus_infinity_loses()
{
    return is_right<Bug::padding>(std::vector<float>(2 * 20, -INFINITY), 20, {0, 0});
}

} // namespace CASE_NAMESPACE
