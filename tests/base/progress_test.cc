// The progress line: on a terminal that waits long enough, and nowhere else.
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include <string>

#include <gtest/gtest.h>

extern "C" {
#include "base/progress.h"
}

namespace {

std::string ReadAvailable(int fd)
{
    std::string all;
    char buffer[4096];
    fcntl(fd, F_SETFL, O_NONBLOCK);
    for (ssize_t n = 0; (n = read(fd, buffer, sizeof buffer)) > 0;) {
        all.append(buffer, static_cast<size_t>(n));
    }
    return all;
}

TEST(Progress, SaysNothingToAPipe)
{
    int ends[2];
    ASSERT_EQ(pipe(ends), 0);
    rs_progress *progress = nullptr;
    ASSERT_EQ(rs_progress_begin(ends[1], true, "scoring", 100, &progress, nullptr), RS_OK);
    usleep(600000);
    rs_progress_update(progress, 50);
    rs_progress_end(progress);
    rs_progress_end(nullptr);
    close(ends[1]);
    EXPECT_EQ(ReadAvailable(ends[0]), "");
    close(ends[0]);
}

class Terminal : public testing::Test {
  protected:
    void SetUp() override
    {
        outer_ = posix_openpt(O_RDWR | O_NOCTTY);
        if (outer_ < 0 || grantpt(outer_) != 0 || unlockpt(outer_) != 0) {
            GTEST_SKIP() << "no terminal can be made here";
        }
        inner_ = open(ptsname(outer_), O_RDWR | O_NOCTTY);
        ASSERT_GE(inner_, 0);
    }
    void TearDown() override
    {
        close(inner_);
        close(outer_);
    }
    int outer_ = -1;
    int inner_ = -1;
};

TEST_F(Terminal, ShowsALineAndWipesIt)
{
    rs_progress *progress = nullptr;
    ASSERT_EQ(rs_progress_begin(inner_, true, "scoring", 200, &progress, nullptr), RS_OK);
    rs_progress_update(progress, 1); // too early to be worth a line
    usleep(600000);
    rs_progress_update(progress, 50);
    rs_progress_update(progress, 51); // too soon after the last one
    rs_progress_end(progress);
    const std::string shown = ReadAvailable(outer_);
    EXPECT_EQ(shown.find("\r\033[Kscoring   25 %  "), 0u) << shown;
    EXPECT_EQ(shown.find("scoring", 10), std::string::npos) << shown;
    EXPECT_EQ(shown.substr(shown.size() - 4), "\r\033[K");
}

TEST_F(Terminal, SaysNothingWhenNotWantedOrQuick)
{
    rs_progress *progress = nullptr;
    ASSERT_EQ(rs_progress_begin(inner_, false, "scoring", 200, &progress, nullptr), RS_OK);
    usleep(600000);
    rs_progress_update(progress, 50);
    rs_progress_end(progress);
    ASSERT_EQ(rs_progress_begin(inner_, true, "scoring", 200, &progress, nullptr), RS_OK);
    rs_progress_end(progress);
    EXPECT_EQ(ReadAvailable(outer_), "");
}

} // namespace
