/* Matrix products by every engine: every orientation, in pieces of any size. */
#include <string>

#include "engine/product_case.h"
#include "engine/suite/engine_kind.h"

namespace {

using rs_test::Engine;
using rs_test::Multiply;
using Shape = rs_test::ProductShape;

class EngineProducts : public rs_test::EngineSuite {
  protected:
    void SetUp() override
    {
        EngineSuite::SetUp();
        rs_test::BeginToMultiply(GetParam());
    }
};

TEST_P(EngineProducts, EveryShapeInPiecesOfAnySize)
{
    for (const uint64_t memory : {UINT64_C(0), UINT64_C(4000), UINT64_C(64)}) {
        const Engine engine(GetParam(), {1, memory});
        EXPECT_STREQ(engine.get()->info.products, "");
        for (const Shape &base :
             {Shape{1, 1, 1, false, false, 0}, Shape{7, 5, 9, false, false, 2},
              Shape{40, 21, 33, false, false, 0}, Shape{5, 3, 0, false, false, 1}}) {
            for (int way = 0; way < 8; ++way) {
                Shape shape = base;
                shape.turned = (way & 1) != 0;
                shape.add = (way & 2) != 0;
                shape.left_turned = (way & 4) != 0;
                rs_error error = {};
                EXPECT_EQ(Multiply<float>(engine.get(), shape, &error), RS_OK) << error.reason;
                EXPECT_EQ(Multiply<double>(engine.get(), shape, &error), RS_OK) << error.reason;
            }
        }
        const std::string products = engine.get()->info.products;
        EXPECT_NE(products, "");
        if (!GetParam().products.empty()) {
            EXPECT_EQ(products, GetParam().products);
        }
    }
}

INSTANTIATE_TEST_SUITE_P(Engines, EngineProducts, testing::ValuesIn(rs_test::Engines()),
                         rs_test::KindName);

} // namespace
