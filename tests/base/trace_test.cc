// A traced build says the frames that a failure passes; the macros of other builds say nothing.
#include <string>

#include <gtest/gtest.h>

#ifndef RS_TRACE
#define RS_TRACE
#endif
extern "C" {
#include "base/error.h"
}

namespace {

int line_of_middle = 0;
int line_of_outer = 0;

rs_status Inner(rs_error *error)
{
    return rs_usage(error, "there are %d of them", 3);
}

rs_status Middle(rs_error *error)
{
    rs_status status = RS_OK;
    RS_TRY_DONE(RS_OK);
    line_of_middle = __LINE__ + 1;
    RS_TRY_DONE(Inner(error));
done:
    return status;
}

rs_status Outer(bool fails, rs_error *error)
{
    line_of_outer = __LINE__ + 1;
    RS_TRY(fails ? Middle(error) : RS_OK);
    return RS_OK;
}

TEST(Trace, EveryFrameFromTheInnermost)
{
    rs_error error = {};
    testing::internal::CaptureStderr();
    EXPECT_EQ(Outer(true, &error), RS_USAGE);
    const std::string said = testing::internal::GetCapturedStderr();
    const std::string file = __FILE__;
    EXPECT_EQ(said, file + ":" + std::to_string(line_of_middle) +
                        ": Middle: USAGE: Inner(error)\n" + file + ":" +
                        std::to_string(line_of_outer) +
                        ": Outer: USAGE: fails ? Middle(error) : RS_OK\n");
}

TEST(Trace, NothingWhereNothingFails)
{
    testing::internal::CaptureStderr();
    EXPECT_EQ(Outer(false, nullptr), RS_OK);
    EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
}

} // namespace
