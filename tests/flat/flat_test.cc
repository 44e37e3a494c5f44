// The functions without structs: options and errors as JSON, arrays by their addresses. What they
// count is held by the tests of the Python package (tests/python), which is made of them.
#include <gtest/gtest.h>

#include <cstdint>
#include <string>

extern "C" {
#include "flat/dlpack.h"
#include "flat/flat.h"
}

namespace {

std::string Take(char *text)
{
    const std::string taken = text == nullptr ? "" : text;
    rs_flat_free(text);
    return taken;
}

struct Flat : testing::Test {
    Flat()
    {
        static const int32_t original[] = {0, 1, 1};
        static const uint32_t begin[] = {0, 1, 3, 3};
        static const int32_t real[] = {0, 0, 1};
        EXPECT_EQ(rs_flat_labels_create(3, 2, original, begin, real, &labels, nullptr), RS_OK);
    }
    ~Flat() override
    {
        rs_flat_scorer_free(scorer);
        rs_flat_labels_free(labels);
    }
    // What a failed creation says.
    std::string Refused(const char *options)
    {
        char *error = nullptr;
        EXPECT_NE(rs_flat_scorer_create(labels, options, &scorer, &error), RS_OK) << options;
        EXPECT_EQ(scorer, nullptr);
        return Take(error);
    }
    rs_labels *labels = nullptr;
    rs_flat_scorer *scorer = nullptr;
};

TEST_F(Flat, FromRowsToARecord)
{
    static const float rows[] = {2, 1, 9, 1, 2, 9, 1, 2, 9}; // three apart
    static const int32_t index[] = {2, 0, 1};
    char *error = nullptr;
    ASSERT_EQ(rs_flat_scorer_create(labels, R"({"keep": 0, "topk": null})", &scorer, &error),
              RS_OK);
    ASSERT_EQ(rs_flat_scorer_add(scorer, rows, "f32", 3, 2, 12, index, 4, 4, &error), RS_OK);
    uint64_t counts[3] = {};
    rs_flat_scorer_counts(scorer, counts);
    EXPECT_EQ(counts[0], 3u);
    EXPECT_EQ(counts[1] + counts[2], 0u);
    rs_flat_result *result = nullptr;
    ASSERT_EQ(rs_flat_scorer_result(scorer, "net", nullptr, &result, &error), RS_OK);
    const std::string record = rs_flat_result_json(result);
    // Rows 2, 0, 1 say the classes 0, 1, 1: of the labels 1, 0, 1 the last is right.
    EXPECT_NE(record.find(R"("imagenet_top1":{"value":0.3333333333333333,"correct":1,"total":3)"),
              std::string::npos)
        << record;
    EXPECT_NE(std::string(rs_flat_result_table(result)).find("memory f32"), std::string::npos);
    EXPECT_EQ(rs_flat_result_save(result, "/nowhere/at/all", nullptr, &error), RS_IO);
    EXPECT_NE(Take(error).find(R"("status":"IO")"), std::string::npos);
    rs_flat_result_free(result);
}

TEST_F(Flat, ErrorsSayWhatAndWhere)
{
    EXPECT_NE(Refused("{\"keep\": -1}").find("whole number"), std::string::npos);
    EXPECT_NE(Refused("{\"kept\": 1}").find("there is no option"), std::string::npos);
    EXPECT_NE(Refused("{\"order\": 1}").find("a text"), std::string::npos);
    EXPECT_NE(Refused("{\"topk\": [0]}").find("topk"), std::string::npos);
    EXPECT_NE(Refused("{\"calibration\": 1}").find("true or false"), std::string::npos);
    EXPECT_NE(Refused("[]").find("an object"), std::string::npos);
    EXPECT_NE(Refused("{").find(R"("status":"FORMAT")"), std::string::npos);
    EXPECT_NE(Refused(nullptr).find("is NULL"), std::string::npos);
    ASSERT_EQ(rs_flat_scorer_create(labels, "{}", &scorer, nullptr), RS_OK);
    static const double rows[] = {1, 2};
    static const int64_t index[] = {3};
    char *error = nullptr;
    EXPECT_EQ(rs_flat_scorer_add(scorer, rows, "f64", 1, 2, 16, index, 8, 8, &error), RS_RANGE);
    EXPECT_NE(Take(error).find(R"("place":"row 0")"), std::string::npos);
    EXPECT_EQ(rs_flat_scorer_add(scorer, rows, "f64", 2, 1, -8, nullptr, 0, 0, nullptr), RS_USAGE);
    EXPECT_EQ(rs_flat_scorer_add(scorer, rows, "f64", 2, 2, 0, nullptr, 0, 0, nullptr), RS_USAGE);
    EXPECT_EQ(rs_flat_scorer_add(scorer, rows, "f64", 1, 2, 16, index, 2, 2, nullptr), RS_USAGE);
    EXPECT_EQ(rs_flat_scorer_add(scorer, rows, "u9", 1, 2, 16, nullptr, 0, 0, nullptr), RS_USAGE);
    EXPECT_EQ(rs_flat_scorer_add(nullptr, rows, "f64", 1, 2, 16, nullptr, 0, 0, nullptr), RS_USAGE);
}

TEST_F(Flat, WhatAResultIsMadeFrom)
{
    ASSERT_EQ(rs_flat_scorer_create(labels, "{}", &scorer, nullptr), RS_OK);
    char *why = nullptr;
    char *error = nullptr;
    ASSERT_EQ(rs_flat_result_check(scorer, "net", "/nowhere", nullptr, &why, &error), RS_OK);
    EXPECT_EQ(Take(why), "") << "there is none";
    const char *const refused[] = {R"({"files": [1]})", R"({"settings": {"a": 1}})", R"([])",
                                   R"({"file": []})"};
    for (const char *from : refused) {
        EXPECT_NE(rs_flat_result_check(scorer, "net", "/nowhere", from, &why, &error), RS_OK)
            << from;
        EXPECT_EQ(why, nullptr);
        EXPECT_NE(Take(error), "") << from;
    }
    EXPECT_EQ(rs_flat_result_check(scorer, "net", "/nowhere", R"({"files": ["/nowhere/a"]})", &why,
                                   &error),
              RS_IO);
    EXPECT_NE(Take(error).find("no such file"), std::string::npos);
    rs_flat_result *result = nullptr;
    EXPECT_EQ(rs_flat_scorer_result(scorer, "net", R"({"warnings": [1]})", &result, nullptr),
              RS_USAGE);
    EXPECT_EQ(rs_flat_failure_save("/nowhere", "net", "in", "{}", nullptr), RS_IO);
}

TEST_F(Flat, FurtherLabelSets)
{
    static const int32_t original[] = {0, 1, 1};
    static const uint32_t begin[] = {0, 1, 2, 3};
    static const int32_t real[] = {1, 1, 0};
    static const float rows[] = {2, 1, 2, 1, 1, 2};
    rs_labels *further = nullptr;
    char *error = nullptr;
    ASSERT_EQ(rs_flat_labels_create(3, 2, original, begin, real, &further, nullptr), RS_OK);
    ASSERT_EQ(rs_flat_scorer_create(labels, "{}", &scorer, nullptr), RS_OK);
    ASSERT_EQ(rs_flat_scorer_add_set(scorer, "b", further, nullptr), RS_OK);
    EXPECT_EQ(rs_flat_scorer_add_set(scorer, "b", further, &error), RS_USAGE);
    EXPECT_NE(Take(error).find("two label sets are called"), std::string::npos);
    EXPECT_EQ(rs_flat_scorer_add_set(scorer, "a=b", further, nullptr), RS_USAGE);
    EXPECT_EQ(rs_flat_scorer_add_set(scorer, nullptr, further, nullptr), RS_USAGE);
    EXPECT_EQ(rs_flat_scorer_add_set(scorer, "a", nullptr, nullptr), RS_USAGE);
    EXPECT_EQ(rs_flat_scorer_add_set(nullptr, "a", further, nullptr), RS_USAGE);
    ASSERT_EQ(rs_flat_scorer_add_set(scorer, "a", labels, nullptr), RS_OK); // behind the first
    ASSERT_EQ(rs_flat_scorer_add(scorer, rows, "f32", 3, 2, 8, nullptr, 0, 0, nullptr), RS_OK);
    rs_flat_result *result = nullptr;
    ASSERT_EQ(rs_flat_scorer_result(scorer, "net", nullptr, &result, nullptr), RS_OK);
    const std::string record = rs_flat_result_json(result);
    // The rows say 0, 0, 1: by the set "b", of 1, 1, 0, none is right; by "a" both that have sets.
    const size_t b = record.find(R"("real_sets":{"b":{)");
    const size_t a = record.find(R"("a":{"labels")");
    ASSERT_TRUE(b != std::string::npos && a != std::string::npos && b < a) << record;
    EXPECT_NE(record.substr(b, a - b).find(R"("real_top1":{"value":0,"correct":0,"total":3)"),
              std::string::npos)
        << record;
    EXPECT_NE(record.substr(a).find(R"("real_top1":{"value":1,"correct":2,"total":2)"),
              std::string::npos)
        << record;
    rs_flat_result_free(result);
    rs_flat_scorer_free(scorer);
    scorer = nullptr;
    rs_flat_labels_free(further);
}

TEST_F(Flat, ImagesByNameAndSome)
{
    int64_t row[2] = {};
    const std::string names("x/ILSVRC2012_val_00000003.JPEG\0cat.png\0", 39);
    ASSERT_EQ(rs_flat_labels_find(labels, names.data(), names.size(), row, 2, nullptr), RS_OK);
    EXPECT_EQ(row[0], 2);
    EXPECT_EQ(row[1], -1);
    EXPECT_EQ(rs_flat_labels_find(labels, names.data(), 10, row, 2, nullptr), RS_USAGE)
        << "no NUL ends the first";
    uint64_t shard[2] = {};
    EXPECT_EQ(rs_flat_shard("2/3", 9, shard, nullptr), RS_OK);
    EXPECT_EQ(shard[0], 2u);
    EXPECT_EQ(shard[1], 3u);
    EXPECT_EQ(rs_flat_shard("3/3", 9, shard, nullptr), RS_USAGE);
    rs_labels *some = nullptr;
    for (const char *options : {R"({"real_threshold": "2"})", R"({"real_threshold": "a"})",
                                R"({"real_threshold": "0"})"}) {
        EXPECT_EQ(rs_flat_labels_load(options, &some, nullptr), RS_USAGE) << options;
        EXPECT_EQ(some, nullptr);
    }
}

TEST(FlatArrays, DLPackOfEitherForm)
{
    static float values[12];
    int64_t shape[] = {2, 3, 1};
    int64_t strides[] = {6, 2};
    int64_t info[RS_FLAT_INFO] = {};
    dl_versioned versioned = {1,       0, nullptr,
                              nullptr, 0, {values, DL_CPU, 0, 2, 2, 32, 1, shape, nullptr, 8}};
    dl_tensor &tensor = versioned.tensor;
    ASSERT_EQ(rs_flat_dlpack(&versioned, 1, info, nullptr), RS_OK);
    EXPECT_EQ(info[RS_FLAT_ADDRESS], static_cast<int64_t>(reinterpret_cast<intptr_t>(values + 2)));
    EXPECT_EQ(info[RS_FLAT_STRIDE_0], 3) << "compact";
    EXPECT_EQ(info[RS_FLAT_STRIDE_1], 1);
    tensor.strides = strides;
    ASSERT_EQ(rs_flat_dlpack(&tensor, 0, info, nullptr), RS_OK);
    EXPECT_EQ(info[RS_FLAT_STRIDE_0], 6);
    EXPECT_EQ(info[RS_FLAT_STRIDE_1], 2);
    EXPECT_EQ(info[RS_FLAT_SIZE_1], 3);
    tensor.ndim = 3;
    EXPECT_EQ(rs_flat_dlpack(&tensor, 0, info, nullptr), RS_UNSUPPORTED);
    tensor.ndim = 1;
    tensor.lanes = 4;
    EXPECT_EQ(rs_flat_dlpack(&tensor, 0, info, nullptr), RS_UNSUPPORTED);
    versioned.major = 2;
    EXPECT_EQ(rs_flat_dlpack(&versioned, 1, info, nullptr), RS_UNSUPPORTED);
    EXPECT_EQ(rs_flat_dlpack(nullptr, 0, info, nullptr), RS_USAGE);
}

TEST(FlatArrays, DLPackThatSaysWhatCannotBe)
{
    static float values[12];
    int64_t shape[] = {2, 3};
    int64_t info[RS_FLAT_INFO] = {};
    const auto said = [&](void *data, int32_t ndim, int64_t *sizes) {
        const dl_tensor tensor = {data, DL_CPU, 0, ndim, 2, 32, 1, sizes, nullptr, 0};
        char *error = nullptr;
        const int status = rs_flat_dlpack(&tensor, 0, info, &error);
        const std::string text = Take(error);
        EXPECT_EQ(text.empty(), status == RS_OK);
        return status;
    };
    EXPECT_EQ(said(values, 2, shape), RS_OK);
    EXPECT_EQ(said(nullptr, 2, shape), RS_FORMAT) << "no memory";
    EXPECT_EQ(said(nullptr, 1, shape), RS_FORMAT) << "an index without memory is not none";
    EXPECT_EQ(said(values, 2, nullptr), RS_FORMAT);
    shape[0] = -1;
    EXPECT_EQ(said(values, 2, shape), RS_FORMAT);
    shape[0] = 2;
    shape[1] = -3;
    EXPECT_EQ(said(values, 2, shape), RS_FORMAT);
    shape[1] = 0;
    EXPECT_EQ(said(nullptr, 2, shape), RS_OK) << "nothing to read";
}

} // namespace
