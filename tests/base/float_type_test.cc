// The table of floating types: what each line says of its bits must be so.
#include <gtest/gtest.h>

#include <cmath>
#include <string>

extern "C" {
#include "base/row_order.h"
#include "reassess/logits.h"
}

namespace {

std::string Texts()
{
    std::string names;
    std::string last;
#define ADD(ID, name, bits, infinity, normal)                  \
    names += last.empty() ? "" : (names.empty() ? "" : ", ") + last; \
    last = #name;
    RS_FLOAT_MAP(ADD)
#undef ADD
    return names + " or " + last;
}

TEST(FloatType, bits_mean_what_the_table_says)
{
#define CHECK(ID, name, bits, infinity, normal)                                            \
    {                                                                                      \
        SCOPED_TRACE(#name);                                                               \
        const auto sign = static_cast<uint##bits##_t>(RS_FLOAT_SIGN(bits));                \
        EXPECT_EQ(rs_##name##_decode(infinity), HUGE_VAL);  \
        EXPECT_EQ(rs_##name##_encode(-HUGE_VAL), static_cast<uint##bits##_t>((infinity) | sign)); \
        EXPECT_TRUE(std::isnan(rs_##name##_decode((infinity) + 1u)));                      \
        EXPECT_EQ(2 * rs_##name##_decode((normal) / 2), rs_##name##_decode(normal));       \
        EXPECT_EQ(rs_##name##_encode(rs_##name##_decode(normal)), normal);                 \
        EXPECT_EQ(rs_##name##_decode(sign | rs_##name##_encode(1.5)), -1.5);               \
        EXPECT_EQ(rs_key_##name((infinity) + 1u), static_cast<uint##bits##_t>(-1));        \
        EXPECT_EQ(rs_key_##name(sign), rs_key_##name(0));                                  \
        EXPECT_EQ(rs_dtype_bytes(RS_DTYPE_##ID), bits / 8u);                               \
        EXPECT_STREQ(rs_dtype_name(RS_DTYPE_##ID), #name);                                 \
        EXPECT_TRUE(rs_dtype_is_float(RS_DTYPE_##ID));                                     \
    }
    RS_FLOAT_MAP(CHECK)
#undef CHECK
    EXPECT_EQ(Texts(), RS_FLOATS_TEXT);
}

}  // namespace
