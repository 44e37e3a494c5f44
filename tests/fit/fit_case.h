// fit_case.h - the small trainings of fit_reference.py: features and labels by its formulas.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <vector>

#include "fit/fit_reference.inc"

extern "C" {
#include "fit/fit.h"
}

namespace rs_test {

enum { kRows = 40, kFeatures = 9, kClasses = 5 };

struct FitShape {
    int rows = kRows, features = kFeatures, classes = kClasses;
};

template <class Real> std::vector<Real> FitFeatures(int rows = kRows, int columns = kFeatures)
{
    std::vector<Real> values;
    for (int i = 0; i < rows; ++i) {
        for (int j = 0; j < columns; ++j) {
            values.push_back(static_cast<Real>((i * 37 + j * 101 + i * j * 13) % 97) / 64 -
                             static_cast<Real>(0.75));
        }
    }
    return values;
}

inline int32_t FitLabel(int i, int classes = kClasses)
{
    return (i * i + i / 3) % classes;
}

// Of every third row two labels, where sets are learned.
inline std::vector<int32_t> FitSet(int i, bool sets, int classes = kClasses)
{
    std::vector<int32_t> own = {FitLabel(i, classes)};
    if (sets && i % 3 == 0) {
        own.push_back((own[0] + 2) % classes);
        std::sort(own.begin(), own.end());
    }
    return own;
}

// Every row but those with i % 4 == 1 is kept.
inline rs_fit_targets FitTargets(bool sets, const FitShape &shape)
{
    const uint64_t rows = static_cast<uint64_t>(shape.rows);
    std::vector<uint32_t> begin = {0};
    std::vector<int32_t> original, all;
    rs_labels *labels = nullptr;
    rs_fit_targets targets = {};
    const rs_fit_keep keep = {};
    for (int i = 0; i < shape.rows; ++i) {
        original.push_back(FitLabel(i, shape.classes));
        for (const int32_t own : FitSet(i, sets, shape.classes)) {
            all.push_back(own);
        }
        begin.push_back(static_cast<uint32_t>(all.size()));
    }
    EXPECT_EQ(rs_labels_create(rows, static_cast<uint32_t>(shape.classes), original.data(),
                               begin.data(), all.data(), &labels, nullptr),
              RS_OK);
    EXPECT_EQ(rs_fit_targets_make(labels, nullptr, sets, &keep, &targets, nullptr), RS_OK);
    rs_labels_free(labels);
    targets.kept = static_cast<bool *>(calloc(rows, sizeof(bool)));
    for (int i = 0; i < shape.rows; ++i) {
        targets.kept[i] = i % 4 != 1;
    }
    return targets;
}

// A float of few digits in the 16 bits of a narrower type.
inline uint16_t FitNarrow(float value, rs_dtype dtype)
{
    uint32_t bits = 0;
    std::memcpy(&bits, &value, sizeof bits);
    if (dtype == RS_DTYPE_BF16) {
        return static_cast<uint16_t>(bits >> 16);
    }
    const uint32_t sign = bits >> 16 & 0x8000u;
    return static_cast<uint16_t>(
        value == 0 ? sign : sign | ((bits & 0x7fffffffu) - (112u << 23)) >> 13);
}

// A training on them; what is not said is as in the reference.
template <class Real> class FitCase {
  public:
    static constexpr rs_dtype kOwn = sizeof(Real) == 8 ? RS_DTYPE_F64 : RS_DTYPE_F32;

    explicit FitCase(bool sets = false, const FitShape &shape = {}, rs_dtype stored = kOwn)
        : shape_(shape), values_(FitFeatures<Real>(shape.rows, shape.features)),
          targets_(FitTargets(sets, shape))
    {
        for (size_t i = 0; stored != kOwn && i < values_.size(); ++i) {
            narrow_.push_back(FitNarrow(static_cast<float>(values_[i]), stored));
        }
        const void *const data = stored == kOwn ? static_cast<const void *>(values_.data())
                                                : static_cast<const void *>(narrow_.data());
        const uint64_t bytes = stored == kOwn ? sizeof(Real) : sizeof(uint16_t);
        const uint64_t rows = static_cast<uint64_t>(shape.rows);
        const uint64_t columns = static_cast<uint64_t>(shape.features);
        rs_source *source = nullptr;
        EXPECT_EQ(rs_source_open_memory(data, stored, rows, columns, columns * bytes, &source,
                                        nullptr),
                  RS_OK);
        EXPECT_EQ(rs_fit_features_take(source, rows, 0, nullptr, &features_, nullptr), RS_OK);
        options.epochs = epochs.data();
        options.epoch_count = 1;
        options.batch = 8;
        options.momentum = 0.9;
        options.weight_decay = 0.001;
        options.init = RS_INIT_ZERO;
        options.seed = 3;
        options.threads = 1;
    }
    ~FitCase()
    {
        rs_fit_free(fit);
        rs_fit_features_clear(&features_);
        rs_fit_targets_clear(&targets_);
    }
    FitCase(const FitCase &) = delete;
    FitCase &operator=(const FitCase &) = delete;

    rs_status try_begin(rs_error *error)
    {
        rs_fit_free(fit);
        options.heads = heads.data();
        options.head_count = heads.size();
        return rs_fit_begin(&options, &features_, &targets_, &fit, error);
    }
    void begin()
    {
        rs_error error = {};
        ASSERT_EQ(try_begin(&error), RS_OK) << error.reason;
    }
    rs_status run(const rs_fit_watch &watch = {}, rs_error *error = nullptr)
    {
        begin();
        return rs_fit_run(fit, &watch, error);
    }
    // Weights, then the bias.
    std::vector<Real> parameters(size_t head = 0, size_t epoch = 0) const
    {
        const Real *const of =
            static_cast<const Real *>(rs_fit_get(fit, head, epoch)->parameters);
        return {of, of + shape_.classes * (shape_.features + 1)};
    }

    rs_fit_options options = {};
    std::vector<rs_fit_head> heads = {{"", RS_LOSS_SOFTMAX, false, 0.5}};
    std::vector<uint64_t> epochs = {20};
    rs_training *fit = nullptr;

  private:
    FitShape shape_;
    std::vector<Real> values_;
    std::vector<uint16_t> narrow_;
    rs_fit_features features_ = {};
    rs_fit_targets targets_;
};

inline const std::vector<rs_fit_head> kGrid = {{"softmax.all", RS_LOSS_SOFTMAX, false, 0.5},
                                               {"softmax.kept", RS_LOSS_SOFTMAX, true, 0.5},
                                               {"sigmoid.all", RS_LOSS_SIGMOID, false, 0.5},
                                               {"sigmoid.kept", RS_LOSS_SIGMOID, true, 0.5}};

template <class Real>
void ExpectNear(const std::vector<Real> &got, const std::vector<double> &wanted, double tolerance)
{
    ASSERT_EQ(got.size(), wanted.size());
    for (size_t i = 0; i < got.size(); ++i) {
        EXPECT_NEAR(got[i], wanted[i], tolerance) << i;
    }
}

// Of the whole grid, on an engine or (NULL) on the CPU.
template <class Real> void ExpectHundredSteps(rs_engine *engine, double tolerance)
{
    for (const bool sets : {false, true}) {
        FitCase<Real> of(sets);
        of.heads = kGrid;
        of.options.engine = engine;
        ASSERT_EQ(of.run(), RS_OK);
        ExpectNear(of.parameters(0), sets ? kNumpySoftmaxSets : kNumpySoftmax, tolerance);
        ExpectNear(of.parameters(1), sets ? kNumpyKeptSoftmaxSets : kNumpyKeptSoftmax, tolerance);
        ExpectNear(of.parameters(2), sets ? kNumpySigmoidSets : kNumpySigmoid, tolerance);
        ExpectNear(of.parameters(3), sets ? kNumpyKeptSigmoidSets : kNumpyKeptSigmoid, tolerance);
    }
}

} // namespace rs_test
