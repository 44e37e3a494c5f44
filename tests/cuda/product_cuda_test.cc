/* Matrix products on the device: every orientation, tiles forced by little memory, every failure. */
#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include "cuda_case.h"
#include "simt/simt.h"

namespace {

using rs_test::OpenCudaEngine;

class CudaProduct : public testing::Test {
  protected:
    void SetUp() override
    {
        simt_reset();
    }
    void TearDown() override
    {
        unsetenv("REASSESS_CUBLAS");
        rs_test::ExpectNothingLeft();
        simt_reset();
    }
};

struct Shape {
    uint64_t rows, columns, depth;
    bool turned, add;
    uint64_t gap;
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
template <class Real> rs_status Multiply(rs_engine *engine, const Shape &shape, rs_error *error)
{
    const uint64_t right_rows = shape.turned ? shape.columns : shape.depth;
    const uint64_t right_columns = shape.turned ? shape.depth : shape.columns;
    const std::vector<Real> left = Numbers<Real>(shape.rows * (shape.depth + shape.gap), 1);
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
    product.left_stride = shape.depth + shape.gap;
    product.right_stride = right_columns + shape.gap;
    product.out_stride = shape.columns + shape.gap;
    EXPECT_EQ(rs_product_check(&product, nullptr), RS_OK);
    const rs_status status = engine->vtable->multiply(engine, &product, error);
    for (uint64_t i = 0; status == RS_OK && i < shape.rows; ++i) {
        for (uint64_t j = 0; j < product.out_stride; ++j) {
            Real sum = shape.add || j >= shape.columns ? before[i * product.out_stride + j] : 0;
            for (uint64_t k = 0; j < shape.columns && k < shape.depth; ++k) {
                sum += left[i * product.left_stride + k] *
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

TEST_F(CudaProduct, EveryShapeInTilesOfAnySize)
{
    for (const uint64_t memory : {UINT64_C(0), UINT64_C(4000), UINT64_C(64)}) {
        const OpenCudaEngine engine(memory, 1);
        ASSERT_EQ(engine.status, RS_OK) << engine.error.reason;
        EXPECT_STREQ(engine.get()->info.products, "");
        for (const Shape &base :
             {Shape{1, 1, 1, false, false, 0}, Shape{7, 5, 9, false, false, 2},
              Shape{40, 21, 33, false, false, 0}, Shape{5, 3, 0, false, false, 1}}) {
            for (int way = 0; way < 4; ++way) {
                Shape shape = base;
                shape.turned = (way & 1) != 0;
                shape.add = (way & 2) != 0;
                rs_error error = {};
                EXPECT_EQ(Multiply<float>(engine.get(), shape, &error), RS_OK) << error.reason;
                EXPECT_EQ(Multiply<double>(engine.get(), shape, &error), RS_OK) << error.reason;
            }
        }
        EXPECT_STREQ(engine.get()->info.products, "cuBLAS 13.0");
    }
}

TEST_F(CudaProduct, AFullDeviceGetsSmallerTiles)
{
    const OpenCudaEngine engine(0, 1);
    rs_error error = {};
    const Shape shape = {600, 40, 500, false, false, 0};
    ASSERT_EQ(Multiply<float>(engine.get(), Shape{1, 1, 1, false, false, 0}, &error), RS_OK);
    simt_set_memory(simt_count().device_bytes + 300000);
    EXPECT_EQ(Multiply<float>(engine.get(), shape, &error), RS_OK) << error.reason;
    simt_set_memory(simt_count().device_bytes);
    EXPECT_EQ(Multiply<float>(engine.get(), shape, &error), RS_MEMORY);
}

TEST_F(CudaProduct, EveryCallFailsInTurn)
{
    const Shape shape = {9, 5, 7, true, true, 1};
    uint64_t calls = 0;
    {
        const OpenCudaEngine engine(600, 1);
        rs_error error = {};
        ASSERT_EQ(Multiply<float>(engine.get(), shape, &error), RS_OK);
        calls = simt_calls();
    }
    uint64_t failed = 0;
    for (uint64_t n = 1; n <= calls; ++n) {
        SCOPED_TRACE("call " + std::to_string(n));
        simt_reset();
        simt_fail_call(n, cudaErrorLaunchOutOfResources);
        const OpenCudaEngine engine(600, 1);
        rs_error error = {};
        if (engine.status != RS_OK || Multiply<float>(engine.get(), shape, &error) == RS_OK) {
            continue;
        }
        ++failed;
        EXPECT_EQ(error.status, RS_DEVICE) << error.reason;
        EXPECT_NE(std::strstr(error.reason, "failed on CUDA device 0 ("), nullptr) << error.reason;
        EXPECT_STRNE(error.advice, "");
        EXPECT_EQ(Multiply<float>(engine.get(), shape, &error), RS_OK) << error.reason;
    }
    EXPECT_GT(failed, 10u);
}

TEST_F(CudaProduct, WithoutTheLibraryTheErrorSaysWhatToDo)
{
    setenv("REASSESS_CUBLAS", "/nonexistent/libcublas.so", 1);
    const OpenCudaEngine engine(0, 1);
    rs_error error = {};
    EXPECT_EQ(Multiply<float>(engine.get(), Shape{1, 1, 1, false, false, 0}, &error), RS_DEVICE);
    EXPECT_EQ(std::strncmp(error.reason,
                           "products on a device need cuBLAS, which cannot be opened: ", 58),
              0)
        << error.reason;
    EXPECT_STREQ(error.advice, "install cuBLAS 12 or 13, name its file in REASSESS_CUBLAS, or use "
                               "--backend cpu");
}

} // namespace
