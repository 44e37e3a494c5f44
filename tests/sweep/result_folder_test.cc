// What a folder of results is taken to hold, and what is refused.
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <string>
#include <thread>

#include "support/program.h"

extern "C" {
#include "sweep/failure.h"
#include "sweep/result_folder.h"
}

namespace {

std::string Record(const std::string &model, const std::string &input = "{}")
{
    return R"({"schema":"reassess.result/1","model":")" + model + R"(","input":)" + input +
           R"(,"metrics":{}})" + "\n";
}

class Listed {
  public:
    explicit Listed(const std::string &folder)
    {
        status = rs_result_folder_list(folder.c_str(), &list, &error);
    }
    ~Listed()
    {
        rs_result_folder_clear(&list);
    }
    Listed(const Listed &) = delete;
    Listed &operator=(const Listed &) = delete;

    rs_result_folder list = {};
    rs_error error = {};
    rs_status status = RS_OK;
};

TEST(ResultFolder, ListsModelsWithTheFilesBesideThem)
{
    TemporaryFolder folder;
    folder.write("b_c.json", Record("b/c"));
    folder.write("a.json", Record("a"));
    folder.write("a.topk.npz", "");
    folder.write("a.tally", "");
    folder.write("gone.topk.npz", ""); // an interrupted sweep: no record yet
    folder.write(".d.json.12.0.tmp", "{");
    folder.write("merged.jsonl", "anything");
    folder.write("notes.txt", "anything");
    const Listed listed(folder.path());
    ASSERT_EQ(listed.status, RS_OK) << listed.error.reason;
    ASSERT_EQ(listed.list.count, 2u);
    const rs_result &a = listed.list.result[0];
    EXPECT_STREQ(a.model, "a");
    EXPECT_EQ(a.files.record, folder.path() + "/a.json");
    EXPECT_EQ(a.files.sidecar, folder.path() + "/a.topk.npz");
    EXPECT_EQ(a.files.tally, folder.path() + "/a.tally");
    EXPECT_EQ(a.files.failure, nullptr);
    EXPECT_FALSE(a.has_row_range);
    EXPECT_STREQ(listed.list.result[1].model, "b/c");
    EXPECT_EQ(listed.list.result[1].files.sidecar, nullptr);
    EXPECT_EQ(listed.list.failed_count, 0u);
}

// A pipe by the name of a result would be waited for.
TEST(ResultFolder, RefusesWhatIsNoRegularFile)
{
    for (const char *name : {"x.json", "x.error.json", "a.tally", "a.topk.npz"}) {
        TemporaryFolder folder;
        folder.write("a.json", Record("a"));
        ASSERT_EQ(mkfifo(folder.path(name).c_str(), 0600), 0);
        const Listed listed(folder.path());
        EXPECT_EQ(listed.status, RS_FORMAT) << name;
        EXPECT_EQ(listed.error.file, folder.path(name));
        EXPECT_NE(std::string(listed.error.reason).find("no regular file"), std::string::npos)
            << listed.error.reason;
    }
}

// A sweep takes files away while others read: what is listed may be gone when it is opened.
TEST(ResultFolder, WhatGoesAwayMeanwhileIsNotThere)
{
    TemporaryFolder folder;
    folder.write("a.json", Record("a"));
    const std::string record = folder.write("kept", Record("x"));
    const std::string failure = folder.write(
        "failed", R"({"schema":"reassess.error/1","model":"x","error":{"text":"why"}})");
    std::atomic<bool> done(false);
    std::thread sweep([&] {
        while (!done) {
            for (const std::string &file : {record, failure}) {
                const std::string at = folder.path(file == record ? "x.json" : "x.error.json");
                (void)link(file.c_str(), at.c_str());
                (void)unlink(at.c_str());
            }
        }
    });
    for (int i = 0; i < 2000; ++i) {
        const Listed listed(folder.path());
        EXPECT_EQ(listed.status, RS_OK) << listed.error.reason;
        EXPECT_GE(listed.list.count, 1u);
    }
    done = true;
    sweep.join();
}

// A result that was moved to another disk and is no longer there, or a link to itself, would be
// left out of a leaderboard without a word.
TEST(ResultFolder, LinksToNothingAreNamed)
{
    for (const char *name : {"x.json", "x.error.json", "a.tally", "a.topk.npz"}) {
        for (const std::string to : {"no such file", name}) {
            TemporaryFolder folder;
            folder.write("a.json", Record("a"));
            ASSERT_EQ(symlink(to.c_str(), folder.path(name).c_str()), 0);
            const Listed listed(folder.path());
            EXPECT_EQ(listed.status, RS_IO) << name;
            EXPECT_EQ(listed.error.file, folder.path(name));
            EXPECT_STREQ(listed.error.reason,
                         "this is a link, and there is no file where it points");
        }
    }
}

TEST(ResultFolder, PartsOfAModelComeInTheirOrder)
{
    TemporaryFolder folder;
    folder.write("a.rows100-200.json", Record("a", R"({"row_range":[100,200]})"));
    folder.write("a.rows0-100.json", Record("a", R"({"row_range":[0,100]})"));
    const Listed listed(folder.path());
    ASSERT_EQ(listed.status, RS_OK) << listed.error.reason;
    ASSERT_EQ(listed.list.count, 2u);
    EXPECT_TRUE(listed.list.result[0].has_row_range);
    EXPECT_EQ(listed.list.result[0].rows.begin, 0u);
    EXPECT_EQ(listed.list.result[1].rows.begin, 100u);
    EXPECT_EQ(listed.list.result[1].rows.end, 200u);
}

TEST(ResultFolder, FailedModelsSayWhy)
{
    TemporaryFolder folder;
    rs_error failed = {};
    failed.status = RS_FORMAT;
    (void)snprintf(failed.file, sizeof failed.file, "in/a.npy");
    (void)snprintf(failed.reason, sizeof failed.reason, "it is cut");
    rs_error error = {};
    ASSERT_EQ(rs_failure_write((folder.path() + "/a.error.json").c_str(), "a", "in/a.npy", &failed,
                               &error),
              RS_OK)
        << error.reason;
    const Listed listed(folder.path());
    ASSERT_EQ(listed.status, RS_OK) << listed.error.reason;
    EXPECT_EQ(listed.list.count, 0u);
    ASSERT_EQ(listed.list.failed_count, 1u);
    EXPECT_STREQ(listed.list.failed[0].model, "a");
    EXPECT_STREQ(listed.list.failed[0].reason, "in/a.npy: it is cut");
    EXPECT_FALSE(listed.list.failed[0].has_record);
}

struct Refused {
    const char *name;
    std::string content;
    rs_status status;
    const char *reason;
};

TEST(ResultFolder, HalfAndForeignFilesAreRefusedByName)
{
    const std::string whole = Record("a");
    const Refused cases[] = {
        {"a.json", "", RS_FORMAT, "this is no result of a sweep: it is empty"},
        {"a.json", whole.substr(0, whole.size() / 2), RS_FORMAT, ""},
        {"a.json", "{\"name\":\"package\"}", RS_FORMAT,
         "this is no result of a sweep: it names no schema"},
        {"a.json", "[1,2]", RS_FORMAT, "this is no result of a sweep: it names no schema"},
        {"a.json", R"({"schema":"reassess.result/2","model":"a","metrics":{}})", RS_UNSUPPORTED,
         "the record has schema \"reassess.result/2\", this version reads reassess.result/1"},
        {"a.json", R"({"schema":"reassess.result/1","metrics":{}})", RS_FORMAT,
         "this is no result of a sweep: it lacks a model or metrics"},
        {"a.json", R"({"schema":"reassess.result/1","model":"a"})", RS_FORMAT,
         "this is no result of a sweep: it lacks a model or metrics"},
        {"a.json", Record("a", R"({"row_range":[5,5]})"), RS_FORMAT,
         "this is no result of a sweep: its row_range is not one"},
        {"a.json", Record("a", R"({"row_range":[1,2,3]})"), RS_FORMAT,
         "this is no result of a sweep: its row_range is not one"},
        {"a.json", Record("a", R"({"row_range":[-1,2]})"), RS_FORMAT,
         "this is no result of a sweep: its row_range is not one"},
        {"a.error.json", "{}", RS_FORMAT,
         "this does not say why a model failed (schema reassess.error/1)"},
    };
    for (const Refused &c : cases) {
        TemporaryFolder folder;
        folder.write(c.name, c.content);
        const Listed listed(folder.path());
        EXPECT_EQ(listed.status, c.status) << c.content;
        EXPECT_EQ(listed.error.file, folder.path() + "/" + c.name) << c.content;
        if (c.reason[0] != '\0') {
            EXPECT_STREQ(listed.error.reason, c.reason);
        }
    }
}

TEST(ResultFolder, TwoRecordsOfOneModelAreRefused)
{
    TemporaryFolder folder;
    folder.write("a_b.json", Record("a/b"));
    folder.write("copy.json", Record("a/b"));
    const Listed listed(folder.path());
    EXPECT_EQ(listed.status, RS_MISMATCH);
    EXPECT_NE(std::string(listed.error.reason).find("this is a second record of a/b; the other is"),
              std::string::npos);
}

TEST(ResultFolder, NoFolderIsAnError)
{
    TemporaryFolder folder;
    const Listed missing(folder.path("none"));
    EXPECT_EQ(missing.status, RS_IO);
    const Listed file(folder.write("file", ""));
    EXPECT_EQ(file.status, RS_IO);
    EXPECT_STREQ(file.error.reason, "this is no folder");
    const Listed empty(folder.path());
    EXPECT_EQ(empty.status, RS_OK);
    EXPECT_EQ(empty.list.count, 0u);
}

std::string RecordPath(const std::string &model, const rs_row_range *range = nullptr)
{
    rs_result_files files = {};
    rs_error error = {};
    const rs_status status = rs_result_files_make("d", model.c_str(), range, &files, &error);
    const std::string path = status == RS_OK ? files.record : std::string(error.reason);
    rs_result_files_clear(&files);
    return path;
}

TEST(ResultFolder, NamesBecomePaths)
{
    const rs_row_range range = {0, 25000};
    EXPECT_EQ(RecordPath("a/b c"), "d/a_b c.json");
    EXPECT_EQ(RecordPath("a", &range), "d/a.rows0-25000.json");
    const std::string refused = "results of a model named ";
    EXPECT_EQ(RecordPath(""), refused + "\"\" cannot be written: it is empty");
    EXPECT_EQ(RecordPath(".a"),
              refused + "\".a\" cannot be written: it starts with a dot, as files under way do");
    EXPECT_EQ(RecordPath("a.error"), refused + "\"a.error\" cannot be written: it ends in .error, "
                                               "as the files about failed models do");
    EXPECT_NE(RecordPath(std::string(300, 'a')).find("longer than file names may be"),
              std::string::npos);
}

} // namespace
