// Files: read whole or in exact pieces; written whole or not at all, whatever goes wrong.
#include <dirent.h>
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <csignal>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "support/program.h"

extern "C" {
#include "base/file_read.h"
#include "base/file_write.h"
}

namespace {

std::vector<std::string> NamesIn(const std::string &folder)
{
    std::vector<std::string> names;
    DIR *dir = opendir(folder.c_str());
    while (const dirent *item = readdir(dir)) {
        const std::string name = item->d_name;
        if (name != "." && name != "..") {
            names.push_back(name);
        }
    }
    closedir(dir);
    return names;
}

std::vector<std::string> Sorted(std::vector<std::string> names)
{
    std::sort(names.begin(), names.end());
    return names;
}

std::string Message(const rs_error &error)
{
    char text[2048];
    return rs_error_format(&error, text, sizeof text);
}

// ---- reading ----

TEST(FileRead, WholeFilesOfEverySize)
{
    const TemporaryFolder folder;
    for (const size_t size : {0u, 1u, 4095u, 65535u, 65536u, 65537u, 300000u}) {
        std::string content(size, '\0');
        for (size_t i = 0; i < size; ++i) {
            content[i] = static_cast<char>(i * 31);
        }
        const std::string path = folder.write("a", content);
        rs_file_bytes bytes = {};
        ASSERT_EQ(rs_file_read(path.c_str(), size, &bytes, nullptr), RS_OK) << size;
        EXPECT_EQ(std::string(reinterpret_cast<char *>(bytes.data), bytes.size), content);
        EXPECT_EQ(bytes.data[bytes.size], 0);
        rs_file_bytes_free(&bytes);
        EXPECT_EQ(bytes.data, nullptr);
    }
}

TEST(FileRead, OneByteTooMany)
{
    const TemporaryFolder folder;
    const std::string path = folder.write("a", "12345");
    rs_file_bytes bytes = {};
    rs_error error = {};
    EXPECT_EQ(rs_file_read(path.c_str(), 4, &bytes, &error), RS_RANGE);
    EXPECT_EQ(bytes.data, nullptr);
    EXPECT_EQ(Message(error),
              path + ": byte 4: the file holds more than the 4 bytes allowed; is it the "
                     "right file?");
}

TEST(FileRead, APipe)
{
    const TemporaryFolder folder;
    const std::string path = folder.path("pipe");
    ASSERT_EQ(mkfifo(path.c_str(), 0600), 0);
    const std::string content(200000, 'x');
    const pid_t writer = fork();
    if (writer == 0) {
        const int fd = open(path.c_str(), O_WRONLY);
        size_t at = 0;
        while (at < content.size()) {
            const ssize_t n =
                write(fd, content.data() + at, std::min<size_t>(777, content.size() - at));
            at += n > 0 ? static_cast<size_t>(n) : content.size();
        }
        _exit(0);
    }
    rs_file_bytes bytes = {};
    EXPECT_EQ(rs_file_read(path.c_str(), 1 << 20, &bytes, nullptr), RS_OK);
    EXPECT_EQ(bytes.size, content.size());
    rs_file_bytes_free(&bytes);
    waitpid(writer, nullptr, 0);
}

TEST(FileRead, MissingFilesAndFolders)
{
    const TemporaryFolder folder;
    rs_file_bytes bytes = {};
    rs_error error = {};
    EXPECT_EQ(rs_file_read(folder.path("none").c_str(), 10, &bytes, &error), RS_IO);
    EXPECT_EQ(Message(error),
              folder.path("none") + ": no such file; check the spelling of the path");
    EXPECT_EQ(rs_file_read(folder.path().c_str(), 10, &bytes, &error), RS_IO);
    EXPECT_EQ(Message(error),
              folder.path() + ": this is a folder, a file is needed; name a file inside it");
    folder.write("a", "x");
    EXPECT_EQ(rs_file_read(folder.path("a/b").c_str(), 10, &bytes, &error), RS_IO);
    EXPECT_EQ(Message(error), folder.path("a/b") + ": cannot open it: Not a directory");
}

TEST(FileRead, WhatWasInBytesBeforeIsNotFreed)
{
    uint8_t others[1] = {0};
    rs_file_bytes bytes = {others, 1};
    EXPECT_EQ(rs_file_read_open(-1, "closed", 10, &bytes, nullptr), RS_IO);
    EXPECT_EQ(bytes.data, nullptr);
    EXPECT_EQ(bytes.size, 0u);
}

TEST(FileRead, ExactPieces)
{
    const TemporaryFolder folder;
    const std::string path = folder.write("a", "0123456789");
    int fd = -1;
    ASSERT_EQ(rs_file_open(path.c_str(), &fd, nullptr), RS_OK);
    EXPECT_NE(fcntl(fd, F_GETFD) & FD_CLOEXEC, 0);
    char out[11] = {0};
    EXPECT_EQ(rs_file_pread(fd, "a", out, 4, 3, nullptr), RS_OK);
    EXPECT_STREQ(out, "3456");
    EXPECT_EQ(rs_file_pread(fd, "a", out, 0, 100, nullptr), RS_OK);
    rs_error error = {};
    EXPECT_EQ(rs_file_pread(fd, "a", out, 6, 7, &error), RS_FORMAT);
    EXPECT_EQ(Message(error),
              "a: byte 10: the file ends here, 3 bytes early; the file is truncated or "
              "shrank while it was read; copy it again");
    close(fd);
    EXPECT_EQ(rs_file_pread(fd, "a", out, 1, 0, &error), RS_IO);
    EXPECT_EQ(Message(error), "a: cannot read it: Bad file descriptor");
}

// ---- writing ----

TEST(FileWrite, AppearsWholeAtTheEnd)
{
    const TemporaryFolder folder;
    const std::string path = folder.path("out.json");
    rs_file_writer *writer = nullptr;
    ASSERT_EQ(rs_file_create(path.c_str(), &writer, nullptr), RS_OK);
    ASSERT_EQ(rs_file_put(writer, "hello ", 6, nullptr), RS_OK);
    ASSERT_EQ(rs_file_put(writer, nullptr, 0, nullptr), RS_OK);
    ASSERT_EQ(rs_file_put(writer, "world", 5, nullptr), RS_OK);
    EXPECT_EQ(rs_file_position(writer), 11u);
    const std::vector<std::string> names = NamesIn(folder.path());
    ASSERT_EQ(names.size(), 1u);
    EXPECT_EQ(names[0].substr(0, 10), ".out.json."); // hidden until it is whole
    ASSERT_EQ(rs_file_commit(writer, nullptr), RS_OK);
    EXPECT_EQ(NamesIn(folder.path()), std::vector<std::string>{"out.json"});
    EXPECT_EQ(ReadFile(path), "hello world");
}

TEST(FileWrite, PiecesOfEverySize)
{
    const TemporaryFolder folder;
    std::string expected;
    rs_file_writer *writer = nullptr;
    ASSERT_EQ(rs_file_create(folder.path("a").c_str(), &writer, nullptr), RS_OK);
    for (const size_t size : {1u, 65535u, 1u, 65536u, 65537u, 7u, 200000u, 0u, 3u}) {
        const std::string piece(size, static_cast<char>('a' + expected.size() % 26));
        ASSERT_EQ(rs_file_put(writer, piece.data(), size, nullptr), RS_OK);
        expected += piece;
        EXPECT_EQ(rs_file_position(writer), expected.size());
    }
    ASSERT_EQ(rs_file_commit(writer, nullptr), RS_OK);
    EXPECT_EQ(ReadFile(folder.path("a")), expected);
}

TEST(FileWrite, AbortLeavesTheOldFile)
{
    const TemporaryFolder folder;
    const std::string path = folder.write("a", "old");
    rs_file_writer *writer = nullptr;
    ASSERT_EQ(rs_file_create(path.c_str(), &writer, nullptr), RS_OK);
    ASSERT_EQ(rs_file_put(writer, "new", 3, nullptr), RS_OK);
    rs_file_abort(writer);
    rs_file_abort(nullptr);
    EXPECT_EQ(ReadFile(path), "old");
    EXPECT_EQ(NamesIn(folder.path()).size(), 1u);
}

// Three writers for FOLDER/a, b, c, each with its name as contents.
std::vector<rs_file_writer *> ThreeWriters(const TemporaryFolder &folder)
{
    std::vector<rs_file_writer *> writers;
    for (const char *name : {"a", "b", "c"}) {
        writers.push_back(nullptr);
        EXPECT_EQ(rs_file_create(folder.path(name).c_str(), &writers.back(), nullptr), RS_OK);
        EXPECT_EQ(rs_file_put(writers.back(), name, 1, nullptr), RS_OK);
    }
    return writers;
}

TEST(FileWrite, SeveralAtOnce)
{
    const TemporaryFolder folder;
    const std::vector<rs_file_writer *> writers = ThreeWriters(folder);
    ASSERT_EQ(rs_file_commit_all(writers.data(), writers.size(), nullptr), RS_OK);
    EXPECT_EQ(ReadFile(folder.path("a")), "a");
    EXPECT_EQ(ReadFile(folder.path("b")), "b");
    EXPECT_EQ(ReadFile(folder.path("c")), "c");
    EXPECT_EQ(Sorted(NamesIn(folder.path())), (std::vector<std::string>{"a", "b", "c"}));
    EXPECT_EQ(rs_file_commit_all(nullptr, 0, nullptr), RS_OK);
}

TEST(FileWrite, OfSeveralAllOrNone)
{
    const TemporaryFolder folder;
    const std::vector<rs_file_writer *> writers = ThreeWriters(folder);
    ASSERT_EQ(mkdir(folder.path("b").c_str(), 0777), 0); // no file can take its name
    rs_error error = {};
    EXPECT_EQ(rs_file_commit_all(writers.data(), writers.size(), &error), RS_IO);
    EXPECT_EQ(error.file, folder.path("b"));
    EXPECT_EQ(Sorted(NamesIn(folder.path())), (std::vector<std::string>{"b"}));
}

// What is lacking shows before the first of them has changed, in whichever of them it is.
TEST(FileWrite, OfSeveralAllOrNoneOnAFullDisk)
{
    const TemporaryFolder folder;
    for (const char *name : {"a", "b", "c"}) {
        folder.write(name, "old");
    }
    const pid_t child = fork();
    if (child == 0) {
        const std::vector<rs_file_writer *> writers = ThreeWriters(folder);
        const std::string content(60000, 'n'); // stays in the writer until it is committed
        const struct rlimit limit = {30000, 30000};
        signal(SIGXFSZ, SIG_IGN);
        bool put = rs_file_put(writers[2], content.data(), content.size(), nullptr) == RS_OK;
        setrlimit(RLIMIT_FSIZE, &limit);
        put = put && rs_file_commit_all(writers.data(), writers.size(), nullptr) == RS_IO;
        _exit(put ? 0 : 1);
    }
    int status = 0;
    waitpid(child, &status, 0);
    EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    for (const char *name : {"a", "b", "c"}) {
        EXPECT_EQ(ReadFile(folder.path(name)), "old");
    }
    EXPECT_EQ(NamesIn(folder.path()).size(), 3u);
}

TEST(FileWrite, PermissionsStay)
{
    const TemporaryFolder folder;
    const std::string path = folder.write("a", "old");
    const mode_t mask = umask(022);
    for (const mode_t mode : {0600u, 0664u, 0440u}) {
        struct stat info = {};
        ASSERT_EQ(chmod(path.c_str(), mode), 0);
        ASSERT_EQ(rs_file_write_whole(path.c_str(), "new", 3, nullptr), RS_OK);
        ASSERT_EQ(stat(path.c_str(), &info), 0);
        EXPECT_EQ(info.st_mode & 0777u, mode);
    }
    umask(mask);
}

TEST(FileWrite, ALinkStaysAndWhatItLeadsToIsReplaced)
{
    const TemporaryFolder folder;
    struct stat info = {};
    const std::string far = folder.path("far");
    ASSERT_EQ(mkdir(far.c_str(), 0777), 0);
    const std::string target = folder.write("far/target", "old");
    const std::string link = folder.path("link");
    ASSERT_EQ(symlink("far/target", link.c_str()), 0);
    ASSERT_EQ(rs_file_write_whole(link.c_str(), "new", 3, nullptr), RS_OK);
    ASSERT_EQ(lstat(link.c_str(), &info), 0);
    EXPECT_TRUE(S_ISLNK(info.st_mode));
    EXPECT_EQ(ReadFile(target), "new");
    EXPECT_EQ(NamesIn(far).size(), 1u);
    EXPECT_EQ(NamesIn(folder.path()).size(), 2u);
}

TEST(FileWrite, ALinkToNothingIsRefused)
{
    const TemporaryFolder folder;
    struct stat info = {};
    const std::string link = folder.path("link");
    rs_error error = {};
    ASSERT_EQ(symlink("nothing", link.c_str()), 0);
    EXPECT_EQ(rs_file_write_whole(link.c_str(), "new", 3, &error), RS_IO);
    EXPECT_EQ(Message(error), link + ": this is a link, and there is no file where it points; "
                                     "remove the link, or make what it points at");
    ASSERT_EQ(lstat(link.c_str(), &info), 0);
    EXPECT_TRUE(S_ISLNK(info.st_mode));
    EXPECT_EQ(NamesIn(folder.path()).size(), 1u);
}

TEST(FileWrite, TwoWritersOfOneFileDoNotMix)
{
    const TemporaryFolder folder;
    const std::string path = folder.path("a");
    rs_file_writer *first = nullptr;
    rs_file_writer *second = nullptr;
    ASSERT_EQ(rs_file_create(path.c_str(), &first, nullptr), RS_OK);
    ASSERT_EQ(rs_file_create(path.c_str(), &second, nullptr), RS_OK);
    ASSERT_EQ(rs_file_put(first, "1111", 4, nullptr), RS_OK);
    ASSERT_EQ(rs_file_put(second, "22", 2, nullptr), RS_OK);
    ASSERT_EQ(rs_file_commit(first, nullptr), RS_OK);
    EXPECT_EQ(ReadFile(path), "1111");
    ASSERT_EQ(rs_file_commit(second, nullptr), RS_OK);
    EXPECT_EQ(ReadFile(path), "22");
    EXPECT_EQ(NamesIn(folder.path()).size(), 1u);
}

// Killed at any moment: the target is the old one or the new one.
TEST(FileWrite, AKilledWriterLeavesTheOldFile)
{
    const TemporaryFolder folder;
    const std::string path = folder.write("a", "old");
    const std::string content(200000, 'n');
    const pid_t child = fork();
    if (child == 0) {
        rs_file_writer *writer = nullptr;
        if (rs_file_create(path.c_str(), &writer, nullptr) == RS_OK &&
            rs_file_put(writer, content.data(), content.size(), nullptr) == RS_OK) {
            raise(SIGKILL);
        }
        _exit(1);
    }
    int status = 0;
    waitpid(child, &status, 0);
    ASSERT_TRUE(WIFSIGNALED(status));
    EXPECT_EQ(ReadFile(path), "old");
    EXPECT_EQ(NamesIn(folder.path()).size(), 2u); // what it left is hidden and does no harm:
    ASSERT_EQ(rs_file_write_whole(path.c_str(), "newer", 5, nullptr), RS_OK);
    EXPECT_EQ(ReadFile(path), "newer");
}

TEST(FileWrite, AFullDiskLeavesTheOldFile)
{
    const TemporaryFolder folder;
    const std::string path = folder.write("a", "old");
    const pid_t child = fork();
    if (child == 0) {
        // No file of this process may grow beyond 100,000 bytes.
        signal(SIGXFSZ, SIG_IGN);
        const struct rlimit limit = {100000, 100000};
        setrlimit(RLIMIT_FSIZE, &limit);
        const std::string content(300000, 'n');
        rs_error error = {};
        const rs_status status =
            rs_file_write_whole(path.c_str(), content.data(), content.size(), &error);
        _exit(status == RS_IO &&
                      std::string(error.reason) == "the file becomes larger than is allowed here"
                  ? 0
                  : 1);
    }
    int status = 0;
    waitpid(child, &status, 0);
    EXPECT_TRUE(WIFEXITED(status));
    EXPECT_EQ(WEXITSTATUS(status), 0);
    EXPECT_EQ(ReadFile(path), "old");
    EXPECT_EQ(NamesIn(folder.path()).size(), 1u);
}

// What kills left behind, also by a process of this number in another container or boot.
TEST(FileWrite, StaleTemporariesAreInNobodysWay)
{
    const TemporaryFolder folder;
    for (int i = 0; i < 70; ++i) {
        folder.write(".a." + std::to_string(getpid()) + "." + std::to_string(i) + ".tmp", "stale");
    }
    EXPECT_EQ(rs_file_write_whole(folder.path("a").c_str(), "x", 1, nullptr), RS_OK);
    EXPECT_EQ(ReadFile(folder.path("a")), "x");
    EXPECT_EQ(NamesIn(folder.path()).size(), 71u);
}

// ---- signals ----

// Interrupts this thread every few milliseconds, with a handler that restarts nothing.
class Signals {
public:
    Signals() : target_(pthread_self())
    {
        struct sigaction action = {};
        action.sa_handler = [](int) {};
        sigaction(SIGUSR1, &action, &before_);
        sender_ = std::thread([this] {
            while (!done_) {
                pthread_kill(target_, SIGUSR1);
                std::this_thread::sleep_for(std::chrono::milliseconds(5));
            }
        });
    }
    ~Signals()
    {
        done_ = true;
        sender_.join();
        sigaction(SIGUSR1, &before_, nullptr);
    }

private:
    pthread_t target_;
    std::atomic<bool> done_{false};
    struct sigaction before_ = {};
    std::thread sender_;
};

TEST(FileSignals, EndWaitingForAPipe)
{
    const TemporaryFolder folder;
    const std::string path = folder.path("pipe");
    ASSERT_EQ(mkfifo(path.c_str(), 0600), 0);
    rs_file_bytes bytes = {};
    rs_file_writer *writer = nullptr;
    rs_error error = {};
    const std::string message =
        path + ": stopped by a signal while waiting for the other end of a pipe";
    const Signals signals;
    EXPECT_EQ(rs_file_read(path.c_str(), 10, &bytes, &error), RS_INTERRUPTED); // nobody writes
    EXPECT_EQ(Message(error), message);
    EXPECT_EQ(rs_file_create(path.c_str(), &writer, &error), RS_INTERRUPTED); // nobody reads
    EXPECT_EQ(writer, nullptr);
    EXPECT_EQ(Message(error), message);
    const int other_end = open(path.c_str(), O_RDWR);
    ASSERT_EQ(write(other_end, "half", 4), 4);
    EXPECT_EQ(rs_file_read(path.c_str(), 10, &bytes, &error), RS_INTERRUPTED); // there is no more
    EXPECT_EQ(bytes.data, nullptr);
    close(other_end);
}

TEST(FileRead, APipeWhereAFileIsLookedForIsNotWaitedFor)
{
    const TemporaryFolder folder;
    const std::string path = folder.path("pipe");
    ASSERT_EQ(mkfifo(path.c_str(), 0600), 0);
    rs_file_bytes bytes = {};
    rs_error error = {};
    EXPECT_EQ(rs_file_read_regular(path.c_str(), 10, &bytes, &error), RS_FORMAT);
    EXPECT_EQ(Message(error),
              path + ": this is no regular file, and one is looked for here; take it away");
    EXPECT_EQ(rs_file_read_regular(folder.write("a", "x").c_str(), 10, &bytes, &error), RS_OK);
    EXPECT_EQ(bytes.size, 1u);
    rs_file_bytes_free(&bytes);
    EXPECT_EQ(rs_file_read_regular(folder.path("none").c_str(), 10, &bytes, &error), RS_IO);
}

TEST(FileRead, ALinkToNothingIsMoreThanNoFile)
{
    const TemporaryFolder folder;
    const std::string lost = folder.path("lost"), circle = folder.path("circle"),
                      good = folder.path("good");
    ASSERT_EQ(symlink("none", lost.c_str()), 0);
    ASSERT_EQ(symlink("circle", circle.c_str()), 0);
    ASSERT_EQ(symlink(folder.write("a", "x").c_str(), good.c_str()), 0);
    for (const std::string &path : {lost, circle}) {
        rs_file_bytes bytes = {};
        rs_error error = {};
        EXPECT_TRUE(rs_is_broken_link(path.c_str()));
        EXPECT_EQ(rs_file_read_regular(path.c_str(), 10, &bytes, &error), RS_IO);
        EXPECT_EQ(Message(error), path + ": this is a link, and there is no file where it points; "
                                         "remove the link, or make what it points at");
    }
    EXPECT_FALSE(rs_is_broken_link(good.c_str()));
    EXPECT_FALSE(rs_is_broken_link(folder.path("none").c_str()));
}

TEST(FileWrite, ADeviceIsWrittenDirectly)
{
    EXPECT_EQ(rs_file_write_whole("/dev/null", "x", 1, nullptr), RS_OK);
    struct stat info;
    ASSERT_EQ(stat("/dev/null", &info), 0);
    EXPECT_TRUE(S_ISCHR(info.st_mode)); // still a device
    if (stat("/dev/full", &info) == 0) {
        rs_error error = {};
        EXPECT_EQ(rs_file_write_whole("/dev/full", "x", 1, &error), RS_IO);
        EXPECT_EQ(Message(error),
                  "/dev/full: byte 0: the disk is full; free some space or write to "
                  "another disk");
    }
}

TEST(FileWrite, APipeIsWrittenDirectly)
{
    const TemporaryFolder folder;
    const std::string path = folder.path("pipe");
    ASSERT_EQ(mkfifo(path.c_str(), 0600), 0);
    const int reader = open(path.c_str(), O_RDONLY | O_NONBLOCK);
    ASSERT_GE(reader, 0);
    ASSERT_EQ(rs_file_write_whole(path.c_str(), "through", 7, nullptr), RS_OK);
    char out[16] = {0};
    EXPECT_EQ(read(reader, out, sizeof out), 7);
    EXPECT_STREQ(out, "through");
    close(reader);
    EXPECT_EQ(NamesIn(folder.path()), std::vector<std::string>{"pipe"});
}

TEST(FileWrite, StandardOutputStaysOpen)
{
    const TemporaryFolder folder;
    fflush(stdout);
    const int saved = dup(STDOUT_FILENO);
    const int file = open(folder.path("out").c_str(), O_WRONLY | O_CREAT, 0600);
    ASSERT_EQ(dup2(file, STDOUT_FILENO), STDOUT_FILENO);
    const rs_status first = rs_file_write_whole("-", "one ", 4, nullptr);
    const rs_status second = rs_file_write_whole("-", "two", 3, nullptr);
    dup2(saved, STDOUT_FILENO);
    close(saved);
    close(file);
    EXPECT_EQ(first, RS_OK);
    EXPECT_EQ(second, RS_OK);
    EXPECT_EQ(ReadFile(folder.path("out")), "one two");
}

TEST(FileWrite, FoldersThatAreNotThereOrNotOurs)
{
    const TemporaryFolder folder;
    rs_error error = {};
    EXPECT_EQ(rs_file_write_whole(folder.path("no/a").c_str(), "x", 1, &error), RS_IO);
    EXPECT_EQ(Message(error),
              folder.path("no/a") + ": its folder does not exist; make the folder first");
    EXPECT_EQ(rs_file_write_whole(folder.path().c_str(), "x", 1, &error), RS_IO);
    EXPECT_EQ(Message(error),
              folder.path() + ": this is a folder, a file is needed; name a file inside it");

    ASSERT_EQ(chmod(folder.path().c_str(), 0555), 0);
    const bool root = geteuid() == 0;
    if (root && seteuid(65534) != 0) {
        GTEST_SKIP() << "root writes everywhere, and cannot be anybody else here";
    }
    const rs_status status = rs_file_write_whole(folder.path("a").c_str(), "x", 1, &error);
    if (root) {
        ASSERT_EQ(seteuid(0), 0);
    }
    chmod(folder.path().c_str(), 0755);
    EXPECT_EQ(status, RS_IO);
    EXPECT_EQ(Message(error), folder.path("a") + ": cannot create it: Permission denied");
}

TEST(FileWrite, TheUmaskCounts)
{
    const TemporaryFolder folder;
    const mode_t before = umask(027);
    const rs_status status = rs_file_write_whole(folder.path("a").c_str(), "x", 1, nullptr);
    umask(before);
    ASSERT_EQ(status, RS_OK);
    struct stat info;
    ASSERT_EQ(stat(folder.path("a").c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 0777, 0640u);
}

TEST(FileWrite, ANameWithoutAFolderIsInThisOne)
{
    const TemporaryFolder folder;
    char before[4096];
    ASSERT_NE(getcwd(before, sizeof before), nullptr);
    ASSERT_EQ(chdir(folder.path().c_str()), 0);
    const rs_status status = rs_file_write_whole("plain", "x", 1, nullptr);
    ASSERT_EQ(chdir(before), 0);
    EXPECT_EQ(status, RS_OK);
    EXPECT_EQ(ReadFile(folder.path("plain")), "x");
}

} // namespace
