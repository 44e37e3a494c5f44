// label_case.h - what tests of label files share: a bad input with the error it must give.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "reassess/labels.h"
#include "reassess/status.h"

struct BadInput {
    const char *name;
    std::string text;
    rs_status status;
    rs_place_kind place;
    uint64_t at;
    const char *reason; // the whole of it
    const char *advice; // a part of it
};

inline std::ostream &operator<<(std::ostream &out, const BadInput &input)
{
    return out << input.name;
}

inline std::string BadInputName(const ::testing::TestParamInfo<BadInput> &info)
{
    return info.param.name;
}

inline void ExpectError(const BadInput &input, const char *file, rs_status status,
                        const rs_error &error)
{
    EXPECT_STREQ(rs_status_name(status), rs_status_name(input.status));
    EXPECT_STREQ(rs_status_name(error.status), rs_status_name(input.status));
    EXPECT_STREQ(error.file, file);
    EXPECT_EQ(error.place.kind, input.place);
    EXPECT_EQ(error.place.at, input.at);
    EXPECT_STREQ(error.reason, input.reason);
    EXPECT_NE(std::string(error.advice).find(input.advice), std::string::npos) << error.advice;
}

inline const uint8_t *Bytes(const std::string &text)
{
    return reinterpret_cast<const uint8_t *>(text.data());
}

using Labels = std::unique_ptr<rs_labels, void (*)(rs_labels *)>;
using Sets = std::vector<std::vector<int32_t>>;

inline Sets SetsOf(const rs_labels *labels)
{
    const rs_label_view *view = rs_labels_get_view(labels);
    Sets sets;
    for (uint64_t i = 0; i < view->rows; ++i) {
        sets.emplace_back(view->real_class + view->real_begin[i],
                          view->real_class + view->real_begin[i + 1]);
    }
    return sets;
}

inline std::vector<int32_t> OriginalsOf(const rs_labels *labels)
{
    const rs_label_view *view = rs_labels_get_view(labels);
    return std::vector<int32_t>(view->original, view->original + view->rows);
}

// Paths that are "" are not given.
inline Labels LoadLabels(const std::string &real, const std::string &original,
                         const std::string &synsets = "", const std::string &names = "",
                         rs_error *error = nullptr, uint32_t classes = 0)
{
    rs_labels_options options = {};
    options.real_path = real.empty() ? nullptr : real.c_str();
    options.original_path = original.empty() ? nullptr : original.c_str();
    options.synsets_path = synsets.empty() ? nullptr : synsets.c_str();
    options.names_path = names.empty() ? nullptr : names.c_str();
    options.classes = classes;
    rs_error own = {};
    rs_labels *labels = nullptr;
    const rs_status status = rs_labels_load(&options, &labels, error != nullptr ? error : &own);
    EXPECT_EQ(status == RS_OK, labels != nullptr);
    if (error == nullptr) {
        EXPECT_EQ(status, RS_OK) << own.file << ": " << own.reason;
    }
    return Labels(labels, rs_labels_free);
}

inline Labels CreateLabels(uint32_t classes, const std::vector<int32_t> &original,
                           const Sets &sets = {})
{
    std::vector<uint32_t> begin{0};
    std::vector<int32_t> flat;
    for (const auto &set : sets) {
        flat.insert(flat.end(), set.begin(), set.end());
        begin.push_back(static_cast<uint32_t>(flat.size()));
    }
    rs_labels *labels = nullptr;
    rs_error error = {};
    const size_t rows = original.empty() ? sets.size() : original.size();
    EXPECT_EQ(rs_labels_create(rows, classes, original.empty() ? nullptr : original.data(),
                               sets.empty() ? nullptr : begin.data(),
                               sets.empty() ? nullptr : flat.data(), &labels, &error),
              RS_OK)
        << error.reason;
    return Labels(labels, rs_labels_free);
}
