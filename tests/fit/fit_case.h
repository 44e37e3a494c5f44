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

// A training on them; what is not said is as in the reference.
template <class Real> class FitCase {
  public:
    explicit FitCase(bool sets = false, const FitShape &shape = {})
        : shape_(shape), values_(FitFeatures<Real>(shape.rows, shape.features)),
          targets_(FitTargets(sets, shape))
    {
        const uint64_t rows = static_cast<uint64_t>(shape.rows);
        const uint64_t columns = static_cast<uint64_t>(shape.features);
        rs_source *source = nullptr;
        const rs_dtype dtype = sizeof(Real) == 8 ? RS_DTYPE_F64 : RS_DTYPE_F32;
        EXPECT_EQ(rs_source_open_memory(values_.data(), dtype, rows, columns,
                                        columns * sizeof(Real), &source, nullptr),
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

    void begin()
    {
        rs_error error = {};
        rs_fit_free(fit);
        options.heads = heads.data();
        options.head_count = heads.size();
        ASSERT_EQ(rs_fit_begin(&options, &features_, &targets_, &fit, &error), RS_OK)
            << error.reason;
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
    rs_fit_features features_ = {};
    rs_fit_targets targets_;
};

} // namespace rs_test
