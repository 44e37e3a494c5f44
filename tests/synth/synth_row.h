// synth_row.h - reading rows of any floating type the obvious way, for the tests of made-up logits.
#ifndef SYNTH_ROW_H
#define SYNTH_ROW_H

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <numeric>
#include <vector>

extern "C" {
#include "base/half.h"
#include "reassess/logits.h"
}

inline double value_at(rs_dtype dtype, const std::vector<uint8_t> &data, uint64_t index)
{
    const uint8_t *at = data.data() + index * rs_dtype_bytes(dtype);
    uint16_t half = 0;
    float single = 0;
    double wide = 0;
    switch (dtype) {
    case RS_DTYPE_F16:
        std::memcpy(&half, at, sizeof half);
        return rs_f16_to_f32(half);
    case RS_DTYPE_BF16:
        std::memcpy(&half, at, sizeof half);
        return rs_bf16_to_f32(half);
    case RS_DTYPE_F32:
        std::memcpy(&single, at, sizeof single);
        return single;
    default:
        std::memcpy(&wide, at, sizeof wide);
        return wide;
    }
}

inline std::vector<double> row_values(rs_dtype dtype, const std::vector<uint8_t> &data,
                                      uint64_t row, uint64_t columns)
{
    std::vector<double> values(columns);
    for (uint64_t j = 0; j < columns; ++j) {
        values[j] = value_at(dtype, data, row * columns + j);
    }
    return values;
}

// Columns by value, larger first, equal ones by column: the order of a row, as its definition says.
inline std::vector<int32_t> ranking(const std::vector<double> &values)
{
    std::vector<int32_t> order(values.size());
    std::iota(order.begin(), order.end(), 0);
    std::stable_sort(order.begin(), order.end(),
                     [&](int32_t a, int32_t b) { return values[a] > values[b]; });
    return order;
}

inline bool has_nan(const std::vector<double> &values)
{
    return std::any_of(values.begin(), values.end(), [](double v) { return std::isnan(v); });
}

inline const std::vector<rs_dtype> kFloats = {RS_DTYPE_F32, RS_DTYPE_F16, RS_DTYPE_BF16,
                                              RS_DTYPE_F64};

#endif
