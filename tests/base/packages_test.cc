// Libraries of Python packages, from where pip has put the program.
#include <filesystem>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "support/program.h"

extern "C" {
#include "base/packages.h"
}

namespace {

std::vector<std::string> tried; // what was opened, in order
std::string opens;              // the end of the one that can be

void *Open(const char *path)
{
    tried.emplace_back(path);
    const bool fits = !opens.empty() && tried.back().size() >= opens.size() &&
                      tried.back().compare(tried.back().size() - opens.size(), opens.size(),
                                           opens) == 0;
    return fits ? &opens : nullptr;
}

class Packages : public ::testing::Test {
protected:
    void SetUp() override
    {
        tried.clear();
        opens.clear();
        path_[0] = '\0';
    }

    // An empty file, with the folders it is in.
    void Put(const std::string &name)
    {
        std::filesystem::create_directories(
            std::filesystem::path(folder_.path(name)).parent_path());
        folder_.write(name, "");
    }

    bool Find(const std::string &own)
    {
        static const char *const patterns[] = {"first/lib/lib.so", "some.libs/lib*s-*.so", nullptr};
        return rs_open_packaged(folder_.path(own).c_str(), patterns, Open, path_) != nullptr;
    }

    TemporaryFolder folder_;
    char path_[RS_FOLDER_BYTES] = "";
};

TEST_F(Packages, own_folder_is_that_of_the_program)
{
    char folder[RS_FOLDER_BYTES];
    rs_own_folder(folder);
    const std::string program = std::filesystem::read_symlink("/proc/self/exe");
    EXPECT_EQ(folder, program.substr(0, program.rfind('/') + 1));
}

TEST_F(Packages, are_found_from_the_scripts_of_an_environment)
{
    for (const std::string place : {"lib/python3.9/site-packages/", "lib/python3.13/dist-packages/",
                                    "lib64/python3.10/site-packages/"}) {
        const std::string top = "a[1]*/of " + std::to_string(place.size()) + "/";
        Put(top + "bin/reassess");
        Put(top + place + "some.libs/libs-1.so");
        EXPECT_FALSE(Find(top + "bin/")) << "the program was not installed there";
        EXPECT_TRUE(tried.empty());
        Put(top + place + "reassess/libreassess.so");
        opens = "libs-1.so";
        EXPECT_TRUE(Find(top + "bin/"));
        EXPECT_EQ(path_, folder_.path(top + "bin/../" + place + "some.libs/libs-1.so"));
        SetUp();
    }
}

TEST_F(Packages, are_found_from_the_package_and_a_folder_of_packages)
{
    Put("target/reassess/libreassess.so");
    Put("target/bin/reassess");
    Put("target/some.libs/libs-1.so");
    opens = ".so";
    EXPECT_TRUE(Find("target/reassess/"));
    EXPECT_TRUE(Find("target/bin/"));
    EXPECT_EQ(tried.size(), 2U);
}

TEST_F(Packages, are_tried_in_the_order_of_the_patterns)
{
    Put("p/reassess/libreassess.so");
    Put("p/some.libs/libs-2.so");
    Put("p/some.libs/libs-1.so");
    Put("p/some.libs/libother.so");
    Put("p/first/lib/lib.so");
    EXPECT_FALSE(Find("p/reassess/"));
    const std::vector<std::string> expected = {"first/lib/lib.so", "some.libs/libs-1.so",
                                               "some.libs/libs-2.so"};
    ASSERT_EQ(tried.size(), expected.size());
    for (size_t i = 0; i < tried.size(); ++i) {
        EXPECT_EQ(tried[i], folder_.path("p/reassess/../" + expected[i]));
    }
    EXPECT_EQ(path_, tried.back()) << "for the words of an error";
    tried.clear();
    opens = "s-1.so";
    EXPECT_TRUE(Find("p/reassess/"));
    EXPECT_EQ(tried.size(), 2U);
}

TEST_F(Packages, of_an_unknown_or_endless_place_there_are_none)
{
    static const char *const patterns[] = {"*", nullptr};
    opens = "s";
    Put("p/reassess/libreassess.so");
    EXPECT_EQ(rs_open_packaged("", patterns, Open, path_), nullptr);
    EXPECT_EQ(rs_open_packaged("p/reassess/", patterns, Open, path_), nullptr);
    const std::string long_one = "/" + std::string(RS_FOLDER_BYTES, '*') + "/";
    EXPECT_EQ(rs_open_packaged(long_one.c_str(), patterns, Open, path_), nullptr);
    const std::string just_fits = "/" + std::string(RS_FOLDER_BYTES - 8, 'a') + "/";
    EXPECT_EQ(rs_open_packaged(just_fits.c_str(), patterns, Open, path_), nullptr);
    EXPECT_TRUE(tried.empty());
}

} // namespace
