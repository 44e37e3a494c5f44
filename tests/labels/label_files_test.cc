// The default label files.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <string>

#include "labels/label_case.h"
#include "support/program.h"

extern "C" {
#include "labels/label_files.h"
}

namespace {

// The three variables as a test wants them; nullptr unsets one. Put back at the end.
class Environment {
  public:
    Environment(const char *labels, const char *cache, const char *home)
    {
        Set("REASSESS_LABELS", labels, 0);
        Set("XDG_CACHE_HOME", cache, 1);
        Set("HOME", home, 2);
    }
    ~Environment()
    {
        const char *const names[] = {"REASSESS_LABELS", "XDG_CACHE_HOME", "HOME"};
        for (int i = 0; i < 3; ++i) {
            if (had_[i]) {
                setenv(names[i], old_[i].c_str(), 1);
            } else {
                unsetenv(names[i]);
            }
        }
    }
    Environment(const Environment &) = delete;
    Environment &operator=(const Environment &) = delete;

  private:
    void Set(const char *name, const char *value, int index)
    {
        const char *old = getenv(name);
        had_[index] = old != nullptr;
        old_[index] = old != nullptr ? old : "";
        if (value != nullptr) {
            setenv(name, value, 1);
        } else {
            unsetenv(name);
        }
    }
    bool had_[3] = {};
    std::string old_[3];
};

struct Files : rs_label_files {
    Files() : rs_label_files{}
    {
    }
    ~Files()
    {
        rs_label_files_clear(this);
    }
    Files(const Files &) = delete;
    Files &operator=(const Files &) = delete;
};

std::string FolderOf(const char *labels, const char *cache, const char *home)
{
    const Environment environment(labels, cache, home);
    Files files;
    rs_error error = {};
    EXPECT_EQ(rs_label_files_find(&files, &error), RS_OK) << error.reason;
    return files.folder != nullptr ? files.folder : "none";
}

TEST(LabelFiles, WhichFolder)
{
    const TemporaryFolder folder;
    EXPECT_EQ(FolderOf(folder.path("").c_str(), "/cache", "/home/me"), folder.path(""));
    EXPECT_EQ(FolderOf(nullptr, "/cache", "/home/me"), "/cache/reassess/labels");
    EXPECT_EQ(FolderOf("", "/cache", nullptr), "/cache/reassess/labels");
    EXPECT_EQ(FolderOf(nullptr, nullptr, "/home/me"), "/home/me/.cache/reassess/labels");
    EXPECT_EQ(FolderOf(nullptr, "relative", "/home/me"), "/home/me/.cache/reassess/labels");
    EXPECT_EQ(FolderOf(nullptr, "", ""), "none");
}

TEST(LabelFiles, ANamedFolderMustBeThere)
{
    const TemporaryFolder folder;
    const std::string none = folder.path("none");
    const Environment environment(none.c_str(), nullptr, nullptr);
    Files files;
    rs_error error = {};
    EXPECT_EQ(rs_label_files_find(&files, &error), RS_IO);
    EXPECT_EQ(error.file, none);
    EXPECT_STREQ(error.reason, "the environment variable REASSESS_LABELS names no folder");
}

TEST(LabelFiles, WhichFilesAreThere)
{
    const TemporaryFolder folder;
    Files files;
    rs_error error = {};
    ASSERT_EQ(rs_label_files_find_in(folder.path("").c_str(), &files, &error), RS_OK);
    EXPECT_EQ(files.real, nullptr);
    EXPECT_EQ(rs_label_files_require(&files, &error), RS_IO);
    EXPECT_STREQ(error.reason, "real.json and original.txt are not in the label folder");
    EXPECT_STREQ(error.advice,
                 "run reassess labels --fetch, or name files with --real and --labels");
    rs_label_files_clear(&files);

    folder.write("real.json", "[[0]]");
    std::filesystem::create_directory(folder.path("names.txt"));
    ASSERT_EQ(rs_label_files_find_in(folder.path("").c_str(), &files, &error), RS_OK);
    ASSERT_NE(files.real, nullptr);
    EXPECT_EQ(ReadFile(files.real), "[[0]]");
    EXPECT_EQ(files.original, nullptr);
    EXPECT_EQ(files.names, nullptr);
    EXPECT_EQ(rs_label_files_require(&files, &error), RS_IO);
    EXPECT_STREQ(error.reason, "original.txt is not in the label folder");
    rs_label_files_clear(&files);

    folder.write("original.txt", "0\n");
    folder.write("synsets.txt", "a\n");
    ASSERT_EQ(rs_label_files_find_in(folder.path("").c_str(), &files, &error), RS_OK);
    EXPECT_EQ(rs_label_files_require(&files, &error), RS_OK);
    EXPECT_NE(files.synsets, nullptr);
    EXPECT_EQ(files.names, nullptr);
}

TEST(LabelFiles, NoFolderAtAll)
{
    const Environment environment(nullptr, nullptr, nullptr);
    Files files;
    rs_error error = {};
    ASSERT_EQ(rs_label_files_find(&files, &error), RS_OK);
    EXPECT_EQ(rs_label_files_require(&files, &error), RS_IO);
    EXPECT_STREQ(
        error.reason,
        "there is no label folder: none of REASSESS_LABELS, XDG_CACHE_HOME and HOME is set");
}

} // namespace
