// rater_files.h - votes, golden sets and scores as files, built in the most obvious way, and owners
// that free what was read.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "formats/format_bytes.h"
#include "formats/zip_files.h"
#include "support/program.h"

extern "C" {
#include "base/error.h"
#include "relabel/aggregate_run.h"
#include "relabel/curve.h"
#include "relabel/golden_read.h"
#include "relabel/label_sets.h"
#include "relabel/scores.h"
#include "relabel/votes.h"
}

// ---- arrays ----

// NumPy's U type: four bytes a character, padded with zeros. ASCII only.
inline std::string Utf32(const std::string &text, size_t width)
{
    std::string bytes;
    for (size_t i = 0; i < width; ++i) {
        bytes += LittleEndian(i < text.size() ? static_cast<uint8_t>(text[i]) : 0, 4);
    }
    return bytes;
}

struct PairName {
    std::string image;
    std::string label;
};

inline std::string InfoNpy(const std::vector<PairName> &pairs, size_t width = 28)
{
    std::string bytes;
    for (const PairName &pair : pairs) {
        bytes += Utf32(pair.image, width) + Utf32(pair.label, width);
    }
    return Npy("<U" + std::to_string(width), std::to_string(pairs.size()) + ", 2", bytes);
}

inline std::string IdsNpy(const std::vector<int64_t> &ids)
{
    return Npy("<i8", std::to_string(ids.size()) + ",", BytesOf(ids));
}

// answers[rater][pair]: 'n', 'm', 'y' or '.' for none.
inline std::vector<double> Dense(const std::vector<std::string> &answers)
{
    std::vector<double> dense;
    for (const std::string &row : answers) {
        for (const char answer : row) {
            dense.push_back(answer == 'n');
            dense.push_back(answer == 'm');
            dense.push_back(answer == 'y');
        }
    }
    return dense;
}

inline std::string TensorShape(const std::vector<std::string> &answers)
{
    return std::to_string(answers.size()) + ", " +
           std::to_string(answers.empty() ? 0 : answers[0].size()) + ", 3";
}

inline std::string TensorNpy(const std::vector<std::string> &answers)
{
    return Npy("<f8", TensorShape(answers), BytesOf(Dense(answers)));
}

inline std::string VotesNpz(const TemporaryFolder &folder, const std::string &name,
                            const std::vector<std::string> &answers,
                            const std::vector<PairName> &pairs, const std::vector<int64_t> &ids)
{
    const std::string path = folder.path(name);
    WriteZip(path, {{"tensor.npy", TensorNpy(answers), ZIP_CM_DEFLATE},
                    {"info.npy", InfoNpy(pairs), ZIP_CM_DEFLATE},
                    {"ids.npy", IdsNpy(ids), ZIP_CM_DEFLATE}});
    return path;
}

// ---- owners ----

inline std::string MessageOf(const rs_error &error)
{
    char text[2048];
    return rs_error_text(&error, text, sizeof text);
}

class Votes {
public:
    explicit Votes(const std::string &path, const rs_labels *labels = nullptr)
    {
        status = rs_votes_read(path.c_str(), labels, &value, &error);
    }
    ~Votes() { rs_votes_clear(&value); }
    Votes(const Votes &) = delete;
    Votes &operator=(const Votes &) = delete;

    const rs_votes *get() const { return &value; }
    std::string rater(uint32_t index) const
    {
        const rs_span span = rs_name_table_get(&value.raters, index);
        return {span.text, span.length};
    }
    // "image/class: rater=answer rater=answer", a line a pair.
    std::string Text() const
    {
        std::string text;
        for (uint32_t i = 0; i < value.pairs.count; ++i) {
            const rs_span image = rs_pairs_image(&value.pairs, i);
            text += std::string(image.text, image.length) + "/" +
                    std::to_string(value.pairs.class_index[i]) + ":";
            for (uint64_t v = value.begin[i]; v < value.begin[i + 1]; ++v) {
                text += " " + rater(rs_vote_rater(value.code[v])) + "=" +
                        rs_answer_text(rs_vote_answer(value.code[v]));
            }
            text += "\n";
        }
        return text;
    }

    rs_votes value = {};
    rs_status status = RS_OK;
    rs_error error = {};
};

class Golden {
public:
    explicit Golden(const std::string &path, const rs_image_rows *images = nullptr)
    {
        const rs_image_rows ilsvrc = {nullptr, 50000, nullptr, {}};
        status = rs_golden_read(path.c_str(), nullptr, images == nullptr ? &ilsvrc : images, &value,
                                &error);
    }
    ~Golden() { rs_golden_clear(&value); }
    Golden(const Golden &) = delete;
    Golden &operator=(const Golden &) = delete;
    // "image/class yes/answers" a line a pair, in order
    std::string Text() const
    {
        std::string text;
        for (uint32_t i = 0; i < value.pairs.count; ++i) {
            const rs_span image = rs_pairs_image(&value.pairs, i);
            text += std::string(image.text, image.length) + "/" +
                    std::to_string(value.pairs.class_index[i]) + " " +
                    std::to_string(value.yes[i]) + "/" + std::to_string(value.answers[i]) + "\n";
        }
        return text;
    }

    rs_golden value = {};
    rs_status status = RS_OK;
    rs_error error = {};
};

class Aggregate {
public:
    Aggregate(const rs_votes *votes, const rs_aggregate_options &options)
    {
        status = rs_aggregate_run(votes, &options, &value, &error);
    }
    ~Aggregate() { rs_aggregate_clear(&value); }
    Aggregate(const Aggregate &) = delete;
    Aggregate &operator=(const Aggregate &) = delete;

    std::vector<double> scores() const { return {value.score, value.score + value.pairs}; }

    rs_aggregate value = {};
    rs_status status = RS_OK;
    rs_error error = {};
};

class Scores {
public:
    explicit Scores(const std::string &path)
    {
        status = rs_scores_read(path.c_str(), nullptr, &value, &error);
    }
    ~Scores() { rs_scores_clear(&value); }
    Scores(const Scores &) = delete;
    Scores &operator=(const Scores &) = delete;

    rs_scores value = {};
    rs_status status = RS_OK;
    rs_error error = {};
};

inline rs_aggregate_options Em(double smoothing)
{
    rs_aggregate_options options = rs_aggregate_defaults(RS_AGGREGATE_EM);
    options.smoothing = smoothing;
    return options;
}

inline rs_aggregate_options Majority()
{
    return rs_aggregate_defaults(RS_AGGREGATE_MAJORITY);
}
