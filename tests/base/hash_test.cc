// The text form of a hash, there and back.
#include <gtest/gtest.h>

extern "C" {
#include "base/hash.h"
}

namespace {

TEST(HashText, comes_back)
{
    char text[RS_HASH_TEXT_BYTES];
    uint64_t hash = 0;
    for (const uint64_t wanted : {UINT64_C(0), UINT64_C(0x70eff131ac8cb177), UINT64_MAX}) {
        ASSERT_TRUE(rs_hash_parse(rs_hash_text(wanted, text), &hash));
        EXPECT_EQ(hash, wanted);
    }
    for (const char *bad :
         {"", "xxh3:", "xxh3:70eff131ac8cb17", "xxh3:70eff131ac8cb1777", "xxh3:70eff131ac8cb17g",
          "xxh2:70eff131ac8cb177", "xxh3: 0eff131ac8cb177", "xxh3:-0eff131ac8cb177"}) {
        EXPECT_FALSE(rs_hash_parse(bad, &hash)) << bad;
    }
}

} // namespace
