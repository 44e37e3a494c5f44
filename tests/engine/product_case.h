/* product_case.h - a product of matrices made by an engine, compared with the plain sums.
 */
#ifndef RS_TEST_PRODUCT_CASE_H
#define RS_TEST_PRODUCT_CASE_H

#include <gtest/gtest.h>

#include <cstdint>
#include <vector>

extern "C" {
#include "engine/engine.h"
}

namespace rs_test {

struct ProductShape {
    uint64_t rows, columns, depth;
    bool turned, add;
    uint64_t gap;
    bool left_turned = false;
};

/* Small integers: every order of summing gives the same. */
template <class Real> std::vector<Real> Numbers(uint64_t count, uint64_t seed)
{
    std::vector<Real> values(count);
    for (uint64_t i = 0; i < count; ++i) {
        values[i] = static_cast<Real>(static_cast<int>((i * 7 + seed) % 11) - 5);
    }
    return values;
}

/* The status; where it is RS_OK the result was compared. */
template <class Real>
rs_status Multiply(rs_engine *engine, const ProductShape &shape, rs_error *error)
{
    const uint64_t right_rows = shape.turned ? shape.columns : shape.depth;
    const uint64_t right_columns = shape.turned ? shape.depth : shape.columns;
    const uint64_t left_rows = shape.left_turned ? shape.depth : shape.rows;
    const uint64_t left_columns = shape.left_turned ? shape.rows : shape.depth;
    const std::vector<Real> left = Numbers<Real>(left_rows * (left_columns + shape.gap), 1);
    const std::vector<Real> right = Numbers<Real>(right_rows * (right_columns + shape.gap), 2);
    const std::vector<Real> before = Numbers<Real>(shape.rows * (shape.columns + shape.gap), 3);
    std::vector<Real> out = before;
    rs_product product = {};
    product.dtype = sizeof(Real) == 4 ? RS_DTYPE_F32 : RS_DTYPE_F64;
    product.rows = shape.rows;
    product.columns = shape.columns;
    product.depth = shape.depth;
    product.left = left.data();
    product.right = right.data();
    product.right_transposed = shape.turned;
    product.add = shape.add;
    product.out = out.data();
    product.left_transposed = shape.left_turned;
    product.left_stride = left_columns + shape.gap;
    product.right_stride = right_columns + shape.gap;
    product.out_stride = shape.columns + shape.gap;
    EXPECT_EQ(rs_product_check(&product, nullptr), RS_OK);
    const rs_status status = engine->vtable->multiply(engine, &product, error);
    for (uint64_t i = 0; status == RS_OK && i < shape.rows; ++i) {
        for (uint64_t j = 0; j < product.out_stride; ++j) {
            Real sum = shape.add || j >= shape.columns ? before[i * product.out_stride + j] : 0;
            for (uint64_t k = 0; j < shape.columns && k < shape.depth; ++k) {
                sum += left[shape.left_turned ? k * product.left_stride + i
                                              : i * product.left_stride + k] *
                       right[shape.turned ? j * product.right_stride + k
                                          : k * product.right_stride + j];
            }
            if (out[i * product.out_stride + j] != sum) {
                ADD_FAILURE() << i << ", " << j << ": " << out[i * product.out_stride + j]
                              << " instead of " << sum;
                return status;
            }
        }
    }
    return status;
}

} // namespace rs_test

#endif
