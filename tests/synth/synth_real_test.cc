// Rows of 21 real models in every type: the given five classes first, in the order of their
// probabilities. Needs REASSESS_DATA.
#include <gtest/gtest.h>

#include <cstdlib>
#include <string>

#include "support/tier.h"
#include "synth_row.h"

extern "C" {
#include "reassess/logits.h"
#include "synth/synth_predictions.h"
}

namespace {

const char *const kModels[] = {
    "alexnet",       "densenet121", "densenet161", "densenet169", "densenet201", "inception_v3",
    "resnet101",     "resnet152",   "resnet18",    "resnet34",    "resnet50",    "squeezenet1_0",
    "squeezenet1_1", "vgg11",       "vgg11_bn",    "vgg13",       "vgg13_bn",    "vgg16",
    "vgg16_bn",      "vgg19",       "vgg19_bn"};

enum { kRows = 50000, kGiven = 5, kColumns = 1000 };

// All values of a file, as the type it is handed out in.
std::vector<uint8_t> read_all(const std::string &path, rs_dtype *dtype)
{
    rs_source *source = nullptr;
    rs_error error = {};
    const rs_source_options options = {};
    EXPECT_EQ(rs_source_open(path.c_str(), &options, &source, &error), RS_OK) << error.reason;
    if (source == nullptr) {
        return {};
    }
    const rs_source_info *info = rs_source_get_info(source);
    EXPECT_EQ(info->rows, static_cast<uint64_t>(kRows));
    EXPECT_EQ(info->columns, static_cast<uint64_t>(kGiven));
    *dtype = info->dtype;
    std::vector<uint8_t> data(kRows * info->row_bytes);
    uint64_t rows = 0;
    EXPECT_EQ(rs_source_read(source, 0, kRows, data.data(), &rows, &error), RS_OK);
    EXPECT_EQ(rows, static_cast<uint64_t>(kRows));
    rs_source_close(source);
    return data;
}

struct Checked {
    uint64_t wrong = 0;      // rows whose first five are not the given ones, strictly in order
    uint64_t not_finite = 0; // rows
    double mass_low = 2.0;
    double mass_high = 0.0;
};

void check_row(const std::vector<double> &values, const int32_t *classes, const double *p,
               bool with_mass, Checked *checked)
{
    std::vector<std::pair<double, int32_t>> given;
    for (int i = 0; i < kGiven; ++i) {
        given.emplace_back(-p[i], classes[i]);
    }
    std::sort(given.begin(), given.end());
    std::vector<double> rest = values;
    bool right = true;
    for (int i = 0; i < kGiven; ++i) {
        right = right && (i == 0 || values[given[i - 1].second] > values[given[i].second]);
        rest[given[i].second] = -1e300;
    }
    right = right && values[given.back().second] > *std::max_element(rest.begin(), rest.end());
    checked->wrong += !right;
    checked->not_finite += !std::all_of(values.begin(), values.end(),
                                        [](double v) { return v > -1e300 && v < 1e300; });
    if (with_mass) {
        double mass = 0.0;
        for (const double v : values) {
            mass += std::exp(v);
        }
        checked->mass_low = std::min(checked->mass_low, mass);
        checked->mass_high = std::max(checked->mass_high, mass);
    }
}

// A sanitizer build checks the first rows only: it looks for other things.
uint64_t RowsChecked()
{
    return rs_test::Sanitized() ? 2000 : static_cast<uint64_t>(kRows);
}

class SynthReal : public testing::TestWithParam<const char *> {};

} // namespace

TEST_P(SynthReal, RankingIsTheModelsInEveryType)
{
    const char *folder = std::getenv("REASSESS_DATA");
    if (folder == nullptr) {
        GTEST_SKIP() << "REASSESS_DATA is not set";
    }
    const std::string stem =
        std::string(folder) + "/predictions/" + GetParam() + "_pytorch_imagenet_top5";
    rs_dtype class_type = RS_DTYPE_NONE;
    rs_dtype score_type = RS_DTYPE_NONE;
    const std::vector<uint8_t> class_bytes = read_all(stem + "preds.npy", &class_type);
    const std::vector<uint8_t> score_bytes = read_all(stem + "probs.npy", &score_type);
    ASSERT_EQ(class_type, RS_DTYPE_I32);
    std::vector<int32_t> classes(kRows * kGiven);
    std::memcpy(classes.data(), class_bytes.data(), class_bytes.size());
    std::vector<double> scores(kRows * kGiven);
    for (uint64_t i = 0; i < scores.size(); ++i) {
        scores[i] = value_at(score_type, score_bytes, i);
    }

    rs_synth_spread *spread = nullptr;
    ASSERT_EQ(rs_synth_spread_create(kColumns, 1, GetParam(), &spread, nullptr), RS_OK);
    enum { kBlock = 1000 };
    for (const rs_dtype dtype : kFloats) {
        std::vector<uint8_t> data(static_cast<size_t>(kBlock) * kColumns * rs_dtype_bytes(dtype));
        Checked checked;
        // A fifth of the rows, but for the long tests.
        const bool all = rs_test::LongTier();
        for (uint64_t first = 0; first < RowsChecked(); first += all ? kBlock : 5 * kBlock) {
            rs_error error = {};
            const rs_synth_placed given = {kGiven, &classes[first * kGiven],
                                          &scores[first * kGiven]};
            ASSERT_EQ(rs_synth_spread_rows(spread, first, kBlock, &given, dtype, data.data(),
                                           &error),
                      RS_OK)
                << error.reason;
            for (uint64_t i = 0; i < kBlock; ++i) {
                const uint64_t at = (first + i) * kGiven;
                check_row(row_values(dtype, data, i, kColumns), &classes[at], &scores[at],
                          i % 20 == 0, &checked);
            }
        }
        EXPECT_EQ(checked.wrong, 0u) << rs_dtype_name(dtype);
        EXPECT_EQ(checked.not_finite, 0u) << rs_dtype_name(dtype);
        if (dtype == RS_DTYPE_F32 || dtype == RS_DTYPE_F64) {
            // probabilities in f16 do not add up better than to 4e-4
            const double tolerance = score_type == RS_DTYPE_F16 ? 2e-3 : 2e-6;
            EXPECT_NEAR(checked.mass_low, 1.0, tolerance) << rs_dtype_name(dtype);
            EXPECT_NEAR(checked.mass_high, 1.0, tolerance) << rs_dtype_name(dtype);
        }
    }
    rs_synth_spread_free(spread);
}

INSTANTIATE_TEST_SUITE_P(Models, SynthReal, testing::ValuesIn(kModels),
                         [](const auto &model) { return std::string(model.param); });
