// How the library that multiplies matrices is named. What it multiplies: product_test.cc of
// evaluate; where it is looked for: tests/python.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

extern "C" {
#include "engine/openblas.h"
}

namespace {

TEST(OpenBlas, IsNamedWithItsVersionAlone)
{
    rs_openblas blas = {};
    rs_openblas_open(&blas);
    const std::string name = blas.name;
    if (name.rfind("OpenBLAS ", 0) != 0) {
        EXPECT_EQ(rs_openblas_is_plain(&blas), name == "plain C");
        GTEST_SKIP() << "there is no OpenBLAS, but " << name;
    }
    EXPECT_FALSE(rs_openblas_is_plain(&blas));
    EXPECT_EQ(std::count(name.begin(), name.end(), ' '), 1) << name;
    EXPECT_GT(name.size(), std::string("OpenBLAS ").size());
    blas.name[0] = 'X'; // it is opened once
    rs_openblas_open(&blas);
    EXPECT_EQ(blas.name[0], 'X');
}

} // namespace
