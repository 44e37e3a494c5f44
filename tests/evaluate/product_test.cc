/* Matrix products: every orientation and stride against sums in double, the same bits for any
 * number of threads, with OpenBLAS and without. */
#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <iterator>
#include <string>
#include <vector>

extern "C" {
#include "base/random.h"
#include "reassess/product.h"
}

namespace {

class Evaluator {
  public:
    explicit Evaluator(unsigned threads)
    {
        rs_evaluator_options options = {};
        options.backend = RS_BACKEND_CPU;
        options.threads = threads;
        EXPECT_EQ(rs_evaluator_create(&options, &evaluator_, nullptr), RS_OK);
    }
    ~Evaluator()
    {
        rs_evaluator_free(evaluator_);
    }
    Evaluator(const Evaluator &) = delete;
    Evaluator &operator=(const Evaluator &) = delete;
    rs_evaluator *get() const
    {
        return evaluator_;
    }
    std::string products() const
    {
        return rs_evaluator_engine(evaluator_)->products;
    }

  private:
    rs_evaluator *evaluator_ = nullptr;
};

/* Numbers between -1 and 1, in rows that lie `gap` further apart than they are long; the gaps are
 * NaN. */
template <class Real> struct Matrix {
    Matrix(uint64_t rows, uint64_t columns, uint64_t gap, uint64_t seed)
        : stride(columns + gap), values(rows * stride, static_cast<Real>(NAN))
    {
        rs_random random = rs_random_make(seed, 1);
        for (uint64_t i = 0; i < rows; ++i) {
            for (uint64_t j = 0; j < columns; ++j) {
                at(i, j) = static_cast<Real>(2.0 * rs_random_unit(&random) - 1.0);
            }
        }
    }
    Real &at(uint64_t row, uint64_t column)
    {
        return values[row * stride + column];
    }
    uint64_t stride;
    std::vector<Real> values;
};

struct Shape {
    uint64_t rows, columns, depth;
    bool turned, add;
    uint64_t gap;
};

template <class Real> rs_dtype TypeOf()
{
    return sizeof(Real) == 4 ? RS_DTYPE_F32 : RS_DTYPE_F64;
}

template <class Real>
rs_product ProductOf(const Shape &shape, Matrix<Real> *left, Matrix<Real> *right, Matrix<Real> *out)
{
    rs_product product = {};
    product.dtype = TypeOf<Real>();
    product.rows = shape.rows;
    product.columns = shape.columns;
    product.depth = shape.depth;
    product.left = left->values.data();
    product.right = right->values.data();
    product.right_transposed = shape.turned;
    product.add = shape.add;
    product.out = out->values.data();
    product.left_stride = shape.gap == 0 ? 0 : left->stride;
    product.right_stride = shape.gap == 0 ? 0 : right->stride;
    product.out_stride = shape.gap == 0 ? 0 : out->stride;
    return product;
}

/* `tolerance`: of the sum of the products' sizes. */
template <class Real>
void ExpectProduct(const Evaluator &evaluator, const Shape &shape, double tolerance)
{
    SCOPED_TRACE(std::to_string(shape.rows) + " x " + std::to_string(shape.columns) + " x " +
                 std::to_string(shape.depth) + (shape.turned ? " turned" : ""));
    Matrix<Real> left(shape.rows, shape.depth, shape.gap, 1);
    Matrix<Real> right(shape.turned ? shape.columns : shape.depth,
                       shape.turned ? shape.depth : shape.columns, shape.gap, 2);
    Matrix<Real> out(shape.rows, shape.columns, shape.gap, 3);
    Matrix<Real> before = out;
    const rs_product product = ProductOf(shape, &left, &right, &out);
    rs_error error = {};
    ASSERT_EQ(rs_evaluator_multiply(evaluator.get(), &product, &error), RS_OK) << error.reason;
    for (uint64_t i = 0; i < shape.rows; ++i) {
        for (uint64_t j = 0; j < shape.columns; ++j) {
            double sum = shape.add ? before.at(i, j) : 0;
            double size = std::fabs(sum);
            for (uint64_t k = 0; k < shape.depth; ++k) {
                const double term = static_cast<double>(left.at(i, k)) *
                                    (shape.turned ? right.at(j, k) : right.at(k, j));
                sum += term;
                size += std::fabs(term);
            }
            ASSERT_NEAR(out.at(i, j), sum, tolerance * size) << i << ", " << j;
        }
        for (uint64_t j = shape.columns; j < out.stride; ++j) {
            ASSERT_TRUE(std::isnan(out.at(i, j))) << "written into the gap of row " << i;
        }
    }
}

std::vector<Shape> Shapes()
{
    std::vector<Shape> shapes;
    for (const bool turned : {false, true}) {
        for (const bool add : {false, true}) {
            shapes.push_back({1, 1, 1, turned, add, 0});
            shapes.push_back({7, 5, 3, turned, add, 2});
            shapes.push_back({257, 33, 70, turned, add, 0});
            shapes.push_back({5, 1030, 12, turned, add, 3});
            shapes.push_back({300, 1025, 9, turned, add, 1});
            shapes.push_back({4, 3, 0, turned, add, 1});
        }
    }
    return shapes;
}

class ProductTest : public testing::TestWithParam<bool> {
  protected:
    void SetUp() override
    {
        if (GetParam()) {
            unsetenv("REASSESS_OPENBLAS");
            const Evaluator probe(1);
            const Shape shape = {1, 1, 1, false, false, 0};
            ExpectProduct<float>(probe, shape, 1e-6);
            if (probe.products() == "plain C") {
                GTEST_SKIP() << "OpenBLAS is not installed";
            }
        } else {
            setenv("REASSESS_OPENBLAS", "/nonexistent/libopenblas.so", 1);
        }
    }
    void TearDown() override
    {
        unsetenv("REASSESS_OPENBLAS");
    }
};

TEST_P(ProductTest, AgreesWithSumsInDouble)
{
    const Evaluator evaluator(2);
    EXPECT_EQ(evaluator.products(), "");
    for (const Shape &shape : Shapes()) {
        ExpectProduct<float>(evaluator, shape, 2e-6);
        ExpectProduct<double>(evaluator, shape, 1e-14);
        if (HasFatalFailure()) {
            return;
        }
    }
    if (GetParam()) {
        EXPECT_EQ(evaluator.products().compare(0, 9, "OpenBLAS "), 0) << evaluator.products();
    } else {
        EXPECT_EQ(evaluator.products(), "plain C");
    }
}

TEST_P(ProductTest, TheSameBitsForAnyNumberOfThreads)
{
    const Shape shape = {700, 1100, 37, true, false, 0};
    Matrix<float> left(shape.rows, shape.depth, 0, 4);
    Matrix<float> right(shape.columns, shape.depth, 0, 5);
    Matrix<float> first(shape.rows, shape.columns, 0, 6);
    const rs_product product = ProductOf(shape, &left, &right, &first);
    ASSERT_EQ(rs_evaluator_multiply(Evaluator(1).get(), &product, nullptr), RS_OK);
    for (const unsigned threads : {2u, 5u}) {
        Matrix<float> again(shape.rows, shape.columns, 0, 7);
        const rs_product same = ProductOf(shape, &left, &right, &again);
        ASSERT_EQ(rs_evaluator_multiply(Evaluator(threads).get(), &same, nullptr), RS_OK);
        EXPECT_EQ(std::memcmp(first.values.data(), again.values.data(),
                              first.values.size() * sizeof(float)),
                  0)
            << threads;
    }
}

/* The library would make a thread for every processor; it is kept from that. */
TEST_P(ProductTest, TheLibraryMakesNoThreads)
{
    const auto threads = [] {
        const std::filesystem::directory_iterator tasks("/proc/self/task");
        return std::distance(begin(tasks), end(tasks));
    };
    const auto before = threads();
    const Evaluator evaluator(1);
    ExpectProduct<float>(evaluator, {300, 40, 50, false, false, 0}, 1e-6);
    EXPECT_EQ(threads(), before);
}

/* What a bootstrap needs: counts up to 2^24 in float, without an error in the last place. */
TEST_P(ProductTest, SumsOfIntegersAreExact)
{
    const uint64_t depth = 40000;
    std::vector<float> left(3 * depth);
    std::vector<float> right(depth * 2);
    uint64_t expected[3][2] = {};
    for (uint64_t k = 0; k < depth; ++k) {
        for (uint64_t i = 0; i < 3; ++i) {
            left[i * depth + k] = static_cast<float>((k * 7 + i) % 5);
            for (uint64_t j = 0; j < 2; ++j) {
                right[k * 2 + j] = static_cast<float>((k * 3 + j) % 7);
                expected[i][j] += (k * 7 + i) % 5 * ((k * 3 + j) % 7);
            }
        }
    }
    float out[3][2];
    rs_product product = {};
    product.dtype = RS_DTYPE_F32;
    product.rows = 3;
    product.columns = 2;
    product.depth = depth;
    product.left = left.data();
    product.right = right.data();
    product.out = out;
    ASSERT_EQ(rs_evaluator_multiply(Evaluator(2).get(), &product, nullptr), RS_OK);
    for (uint64_t i = 0; i < 3; ++i) {
        for (uint64_t j = 0; j < 2; ++j) {
            EXPECT_EQ(out[i][j], static_cast<float>(expected[i][j]));
        }
    }
}

INSTANTIATE_TEST_SUITE_P(Library, ProductTest, testing::Values(true, false),
                         [](const testing::TestParamInfo<bool> &way) {
                             return way.param ? "OpenBlas" : "PlainC";
                         });

TEST(ProductCheck, RefusesWhatCannotBeMultiplied)
{
    const Evaluator evaluator(1);
    float one = 1;
    rs_product product = {};
    product.dtype = RS_DTYPE_F16;
    product.rows = product.columns = product.depth = 1;
    product.left = product.right = &one;
    product.out = &one;
    rs_error error = {};
    EXPECT_EQ(rs_evaluator_multiply(evaluator.get(), &product, &error), RS_UNSUPPORTED);
    EXPECT_STREQ(error.reason, "matrices of type f16 cannot be multiplied");

    product.dtype = RS_DTYPE_F32;
    product.depth = 4;
    product.left_stride = 3;
    EXPECT_EQ(rs_evaluator_multiply(evaluator.get(), &product, &error), RS_USAGE);
    EXPECT_STREQ(error.reason, "rows of 4 elements cannot lie 3 apart");

    product.left_stride = 0;
    product.depth = UINT64_C(1) << 31;
    EXPECT_EQ(rs_evaluator_multiply(evaluator.get(), &product, &error), RS_RANGE);
    EXPECT_STREQ(error.reason, "the depth of a matrix product is 2147483648, more than 2147483647");

    product.depth = 1;
    product.rows = 0;
    EXPECT_EQ(rs_evaluator_multiply(evaluator.get(), &product, &error), RS_OK);
    EXPECT_STREQ(rs_evaluator_engine(evaluator.get())->products, "");
}

} // namespace
