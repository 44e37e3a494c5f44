// Arguments that cannot be: numbers that are none of an enum's values, sizes that nothing has, NULL
// inside of what is passed. Each is refused before anything is read, whatever function takes it.
#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <limits>
#include <regex>
#include <set>
#include <string>

#include "support/paths.h"
#include "support/program.h"

extern "C" {
#include "reassess/reassess.h"
}

namespace {

const float kRows[4] = {2, 1, 1, 2};
const int32_t kOriginal[2] = {0, 1};

class WrongArguments : public testing::Test {
  protected:
    WrongArguments()
    {
        EXPECT_EQ(rs_labels_create(2, 2, kOriginal, nullptr, nullptr, &labels_, nullptr), RS_OK);
        EXPECT_EQ(rs_source_open_memory(kRows, RS_DTYPE_F32, 2, 2, 8, &source_, nullptr), RS_OK);
        EXPECT_EQ(rs_source_open_memory(kRows, RS_DTYPE_F32, 2, 2, 8, &other_, nullptr), RS_OK);
        EXPECT_EQ(rs_evaluator_create(nullptr, &evaluator_, nullptr), RS_OK);
    }
    ~WrongArguments() override
    {
        rs_evaluator_free(evaluator_);
        rs_source_close(other_);
        rs_source_close(source_);
        rs_labels_free(labels_);
    }
    // Calls with a number of each kind that is none of the enum's.
    template <class Enum>
    void NoneOf(const char *type, const char *argument,
                const std::function<rs_status(Enum, rs_error *)> &call)
    {
        for (const int number : {99, -1, std::numeric_limits<int>::min()}) {
            SCOPED_TRACE(std::string(type) + " " + argument + " " + std::to_string(number));
            rs_error error = {};
            EXPECT_EQ(call(static_cast<Enum>(number), &error), RS_USAGE);
            EXPECT_EQ(std::string(error.reason), std::string("the argument \"") + argument +
                                                     "\" is " + std::to_string(number) +
                                                     ", none of its values");
            EXPECT_EQ(call(static_cast<Enum>(number), nullptr), RS_USAGE);
        }
        seen_.insert(type);
    }
    static std::set<std::string> Enums()
    {
        std::set<std::string> names;
        const std::regex declaration(R"(typedef enum (rs_[a-z_]+))");
        for (const auto &file : std::filesystem::directory_iterator(std::string(RS_TEST_SOURCES) +
                                                                    "/include/reassess")) {
            const std::string text = ReadFile(file.path().string());
            for (std::sregex_iterator at(text.begin(), text.end(), declaration), end; at != end;
                 ++at) {
                names.insert((*at)[1].str());
            }
        }
        return names;
    }

    rs_labels *labels_ = nullptr;
    rs_source *source_ = nullptr, *other_ = nullptr;
    rs_evaluator *evaluator_ = nullptr;
    std::set<std::string> seen_;
};

TEST_F(WrongArguments, NoneOfAnEnumsValues)
{
    const TemporaryFolder folder;
    const std::string raw = folder.write("rows.bin", std::string(16, '\1'));
    const char *const paths[] = {raw.c_str(), raw.c_str()};
    NoneOf<rs_order_kind>("rs_order_kind", "kind", [&](rs_order_kind kind, rs_error *error) {
        rs_order *order = nullptr;
        return rs_order_create(labels_, kind, nullptr, &order, error);
    });
    const auto open = [&](const rs_source_options &options, size_t parts, rs_error *error) {
        rs_source *source = nullptr;
        return parts == 0 ? rs_source_open(raw.c_str(), &options, &source, error)
                          : rs_source_open_parts(paths, parts, &options, &source, error);
    };
    for (const size_t parts : {0, 1, 2}) {
        NoneOf<rs_dtype>("rs_dtype", "dtype", [&](rs_dtype dtype, rs_error *error) {
            rs_source_options options = {};
            options.raw_columns = 2;
            options.dtype = dtype;
            return open(options, parts, error);
        });
        NoneOf<rs_io>("rs_io", "io", [&](rs_io io, rs_error *error) {
            rs_source_options options = {};
            options.raw_columns = 2;
            options.dtype = RS_DTYPE_F32;
            options.io = io;
            return open(options, parts, error);
        });
    }
    rs_source *const members[] = {source_, other_};
    const auto average = [&](const rs_ensemble_options &options, rs_error *error) {
        rs_source *ensemble = nullptr;
        return rs_source_open_ensemble(members, 2, &options, &ensemble, error);
    };
    NoneOf<rs_space>("rs_space", "space", [&](rs_space space, rs_error *error) {
        rs_ensemble_options options = {};
        options.space = space;
        return average(options, error);
    });
    NoneOf<rs_values>("rs_values", "values", [&](rs_values values, rs_error *error) {
        rs_ensemble_options options = {};
        options.values = values;
        return average(options, error);
    });
    NoneOf<rs_isa>("rs_isa", "isa", [&](rs_isa isa, rs_error *error) {
        rs_ensemble_options options = {};
        options.isa = isa;
        return average(options, error);
    });
    for (const bool scorer : {false, true}) {
        const auto make = [&](const rs_evaluator_options &options, rs_error *error) {
            rs_evaluator *evaluator = nullptr;
            rs_scorer *made = nullptr;
            return scorer ? rs_scorer_create(&options, labels_, 0, &made, error)
                          : rs_evaluator_create(&options, &evaluator, error);
        };
        NoneOf<rs_backend>("rs_backend", "backend", [&](rs_backend backend, rs_error *error) {
            rs_evaluator_options options = {};
            options.backend = backend;
            return make(options, error);
        });
        NoneOf<rs_isa>("rs_isa", "isa", [&](rs_isa isa, rs_error *error) {
            rs_evaluator_options options = {};
            options.isa = isa;
            return make(options, error);
        });
        NoneOf<rs_values>("rs_values", "values", [&](rs_values values, rs_error *error) {
            rs_evaluator_options options = {};
            options.values = values;
            options.calibration = true;
            return make(options, error);
        });
    }
    rs_scorer *sum = nullptr, *part = nullptr;
    void *bytes = nullptr;
    size_t size = 0;
    ASSERT_EQ(rs_scorer_create(nullptr, labels_, 0, &sum, nullptr), RS_OK);
    ASSERT_EQ(rs_scorer_create(nullptr, labels_, 0, &part, nullptr), RS_OK);
    ASSERT_EQ(rs_scorer_to_bytes(part, &bytes, &size, nullptr), RS_OK);
    NoneOf<rs_seen_twice>("rs_seen_twice", "twice", [&](rs_seen_twice twice, rs_error *error) {
        return rs_scorer_merge(sum, part, twice, error);
    });
    NoneOf<rs_seen_twice>("rs_seen_twice", "twice", [&](rs_seen_twice twice, rs_error *error) {
        return rs_scorer_merge_bytes(sum, bytes, size, twice, error);
    });
    std::free(bytes);
    rs_scorer_free(part);
    rs_scorer_free(sum);
    rs_tally *tally = nullptr;
    ASSERT_EQ(rs_evaluator_score(evaluator_, labels_, source_, nullptr, nullptr, nullptr, &tally,
                                 nullptr),
              RS_OK);
    NoneOf<rs_oracle_rows>("rs_oracle_rows", "oracle_rows",
                           [&](rs_oracle_rows rows, rs_error *error) {
                               rs_metrics metrics;
                               const rs_metrics_options options = {rows, 0.9, nullptr};
                               return rs_metrics_compute(tally, &options, &metrics, error);
                           });
    rs_tally_free(tally);
    // these are only ever answers
    seen_.insert({"rs_status", "rs_place_kind", "rs_content", "rs_finding"});
    EXPECT_EQ(seen_, Enums()) << "an enum is not held to the rule";
}

TEST_F(WrongArguments, CountsThatNoArrayHas)
{
    rs_error error = {};
    const char *const paths[] = {"a"};
    rs_source *source = nullptr;
    rs_source *const members[] = {source_};
    const rs_head head = {2, 2, RS_DTYPE_F32, kRows, nullptr};
    rs_tally *tallies[1];
    for (const size_t count : {SIZE_MAX, SIZE_MAX / 8 + 1, size_t{1} << 32}) {
        const std::string is = "\" is " + std::to_string(count) + ", more than there can be";
        EXPECT_EQ(rs_source_open_parts(paths, count, nullptr, &source, &error), RS_RANGE);
        EXPECT_EQ(error.reason, "the argument \"path_count" + is);
        EXPECT_EQ(rs_source_open_ensemble(members, count, nullptr, &source, &error), RS_RANGE);
        EXPECT_EQ(error.reason, "the argument \"member_count" + is);
        EXPECT_EQ(rs_evaluator_score_heads(evaluator_, labels_, source_, &head, count, nullptr,
                                           nullptr, nullptr, tallies, &error),
                  RS_RANGE);
        EXPECT_EQ(error.reason, "the argument \"count" + is);
    }
    for (const uint32_t keep : {RS_KEEP_MAX + 1u, UINT32_MAX}) {
        int32_t prediction[1];
        rs_row_results results = {};
        results.keep = keep;
        results.prediction = prediction;
        rs_row_results *const of[] = {&results};
        const std::string reason =
            std::to_string(keep) + " predictions are to be kept, at most 1024 can be";
        EXPECT_EQ(rs_evaluator_score(evaluator_, labels_, source_, nullptr, &results, nullptr,
                                     tallies, &error),
                  RS_USAGE);
        EXPECT_EQ(error.reason, reason);
        EXPECT_EQ(rs_evaluator_score_heads(evaluator_, labels_, source_, &head, 1, nullptr, of,
                                           nullptr, tallies, &error),
                  RS_USAGE);
        EXPECT_EQ(error.reason, reason);
    }
    const uint32_t begin[] = {0, UINT32_MAX, UINT32_MAX};
    rs_labels *labels = nullptr;
    EXPECT_EQ(rs_labels_create(2, 2, nullptr, begin, kOriginal, &labels, &error), RS_RANGE);
    EXPECT_STREQ(error.reason, "the set has 4294967295 labels, more than the 2 classes");
    EXPECT_EQ(error.place.at, 0u);
}

TEST_F(WrongArguments, InsideOfWhatIsPassed)
{
    rs_error error = {};
    rs_source *source = nullptr;
    rs_source *const twice[] = {source_, other_, source_};
    EXPECT_EQ(rs_source_open_ensemble(twice, 3, nullptr, &source, &error), RS_USAGE);
    EXPECT_STREQ(error.reason, "members 1 and 3 of the ensemble are the same source");
    rs_tally *tally = nullptr;
    rs_head head = {2, 2, RS_DTYPE_F32, nullptr, nullptr};
    const auto score = [&] {
        return rs_evaluator_score_heads(evaluator_, labels_, source_, &head, 1, nullptr, nullptr,
                                        nullptr, &tally, &error);
    };
    EXPECT_EQ(score(), RS_USAGE);
    EXPECT_STREQ(error.reason, "the argument \"weight\" is NULL");
    head.weight = kRows;
    for (const rs_dtype dtype : {RS_DTYPE_NONE, RS_DTYPE_I32, static_cast<rs_dtype>(99)}) {
        head.dtype = dtype;
        EXPECT_EQ(score(), RS_USAGE);
        EXPECT_EQ(error.reason, std::string("the weight of head 1 is of type ") +
                                    rs_dtype_name(dtype) + ": give f32, f16, bf16 or f64");
        EXPECT_EQ(rs_head_logits_dtype(&head, RS_DTYPE_F32), RS_DTYPE_NONE);
    }
    float out[4];
    const rs_product whole = {RS_DTYPE_F32, 2,     2,   2, kRows, kRows, false,
                              false,        false, out, 0, 0,     0};
    for (const char *name : {"left", "right", "out"}) {
        rs_product product = whole;
        product.left = name[0] == 'l' ? nullptr : product.left;
        product.right = name[0] == 'r' ? nullptr : product.right;
        product.out = name[0] == 'o' ? nullptr : product.out;
        EXPECT_EQ(rs_evaluator_multiply(evaluator_, &product, &error), RS_USAGE);
        EXPECT_EQ(error.reason, std::string("the argument \"") + name + "\" is NULL");
        product.rows = 0; // nothing is to be written
        EXPECT_EQ(rs_evaluator_multiply(evaluator_, &product, &error), RS_OK);
    }
    rs_diagnosis diagnosis;
    const rs_doubted_pass pass = {nullptr, kOriginal, 0, nullptr};
    EXPECT_EQ(rs_diagnose(labels_, &pass, &diagnosis, &error), RS_USAGE);
    const TemporaryFolder folder;
    const std::string path = folder.write("real.json", "[[0], [1]]");
    for (const double threshold : {std::nan(""), -0.5, 1.5, HUGE_VAL}) {
        rs_labels_options options = {};
        options.real_path = path.c_str();
        options.classes = 2;
        options.real_threshold = threshold;
        rs_labels *labels = nullptr;
        EXPECT_EQ(rs_labels_load(&options, &labels, &error), RS_USAGE) << threshold;
        EXPECT_STREQ(error.reason, "the threshold of label sets is no share from 0 to 1");
    }
}

} // namespace
