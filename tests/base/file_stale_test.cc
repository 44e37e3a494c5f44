// Temporary files of processes that are gone, and of those that are not.
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <ctime>
#include <filesystem>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "support/program.h"

extern "C" {
#include "base/file_stale.h"
#include "base/file_write.h"
}

namespace {

std::vector<std::string> NamesIn(const std::string &folder)
{
    std::vector<std::string> names;
    for (const auto &entry : std::filesystem::directory_iterator(folder)) {
        names.push_back(entry.path().filename());
    }
    return names;
}

// A child that is killed while it writes.
pid_t KilledWriter(const std::string &path)
{
    const pid_t child = fork();
    if (child == 0) {
        rs_file_writer *writer = nullptr;
        if (rs_file_create(path.c_str(), &writer, nullptr) == RS_OK) {
            raise(SIGKILL);
        }
        _exit(1);
    }
    int status = 0;
    waitpid(child, &status, 0);
    EXPECT_TRUE(WIFSIGNALED(status));
    return child;
}

TEST(FileStale, what_a_killed_process_left_is_removed)
{
    const TemporaryFolder folder;
    for (const char *name : {"a", "b.json", "....tmp"}) {
        KilledWriter(folder.path(name));
    }
    ASSERT_EQ(NamesIn(folder.path()).size(), 3u);
    rs_remove_stale(folder.path().c_str());
    EXPECT_EQ(NamesIn(folder.path()).size(), 0u);
}

// `to` in place of the N-th of the last parts of a name: 2 the number, 3 the process, 4 the place.
std::string WithPart(const std::string &name, int part, const std::string &to)
{
    size_t end = name.size();
    size_t dot = name.rfind('.');
    for (; part > 1; --part) {
        end = dot;
        dot = name.rfind('.', dot - 1);
    }
    return name.substr(0, dot + 1) + to + name.substr(end);
}

TEST(FileStale, what_may_be_needed_stays)
{
    const TemporaryFolder folder;
    KilledWriter(folder.path("a"));
    const std::string left = NamesIn(folder.path())[0];
    rs_file_writer *writer = nullptr;
    ASSERT_EQ(rs_file_create(folder.path("b").c_str(), &writer, nullptr), RS_OK); // it lives
    const std::vector<std::string> others = {
        WithPart(left, 4, "0123abcd"), // of another machine or boot
        WithPart(left, 4, "00000000"), // whose machine could not be told
        WithPart(left, 3, "1"),        // lives, though it is another's
        WithPart(left, 3, "0"),        WithPart(left, 3, "-5"),
        WithPart(left, 2, "abc"),      WithPart(left, 1, "tmq"),
        left.substr(1),                left + "x",
        "a.json",
    };
    for (const std::string &name : others) {
        folder.write(name, "x");
    }
    ASSERT_EQ(mkdir(folder.path(WithPart(left, 2, "00000001")).c_str(), 0700), 0);
    rs_remove_stale(folder.path().c_str());
    EXPECT_EQ(NamesIn(folder.path()).size(), others.size() + 2);
    for (const std::string &name : others) {
        EXPECT_EQ(access(folder.path(name).c_str(), F_OK), 0) << name;
    }
    EXPECT_NE(access(folder.path(left).c_str(), F_OK), 0);
    EXPECT_EQ(rs_file_commit(writer, nullptr), RS_OK);
}

TEST(FileStale, after_a_week_it_is_nobodys)
{
    const TemporaryFolder folder;
    KilledWriter(folder.path("a"));
    const std::string left = NamesIn(folder.path())[0];
    const std::string week = folder.write(WithPart(left, 4, "0123abcd"), "x");
    const std::string days = folder.write(WithPart(left, 4, "0123abce"), "x");
    const std::string other = folder.write("a.tmp", "x");
    const auto age = [](const std::string &path, int seconds) {
        const struct timespec then = {time(nullptr) - seconds, 0};
        const struct timespec times[2] = {then, then};
        EXPECT_EQ(utimensat(AT_FDCWD, path.c_str(), times, 0), 0);
    };
    age(week, 7 * 86400 + 10);
    age(days, 7 * 86400 - 100);
    age(other, 30 * 86400);
    rs_remove_stale(folder.path().c_str());
    EXPECT_NE(access(week.c_str(), F_OK), 0);
    EXPECT_EQ(access(days.c_str(), F_OK), 0);
    EXPECT_EQ(access(other.c_str(), F_OK), 0);
}

} // namespace
