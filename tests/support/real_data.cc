#include "support/real_data.h"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <numeric>
#include <set>
#include <sstream>
#include <stdexcept>

#include "support/program.h"

namespace {

// The payload of a little-endian, C-order .npy of version 1 whose header holds `descr`.
std::string NpyPayload(const std::string &path, const std::string &descr)
{
    const std::string file = ReadFile(path);
    const size_t header = static_cast<unsigned char>(file.at(8)) +
                          256u * static_cast<unsigned char>(file.at(9));
    if (file.substr(10, header).find(descr) == std::string::npos) {
        return "";
    }
    return file.substr(10 + header);
}

float HalfToFloat(uint16_t half)
{
    const int exponent = (half >> 10) & 31;
    const int fraction = half & 1023;
    const float magnitude = exponent == 0
                                ? static_cast<float>(fraction) / 16777216.0f
                                : std::ldexp(1.0f + static_cast<float>(fraction) / 1024.0f,
                                             exponent - 15);
    return (half & 0x8000) != 0 ? -magnitude : magnitude;
}

std::vector<float> ReadProbabilities(const std::string &path)
{
    std::vector<float> values;
    const std::string singles = NpyPayload(path, "'<f4'");
    if (!singles.empty()) {
        values.resize(singles.size() / 4);
        std::memcpy(values.data(), singles.data(), singles.size());
        return values;
    }
    const std::string halves = NpyPayload(path, "'<f2'");
    for (size_t i = 0; i + 1 < halves.size(); i += 2) {
        uint16_t half = 0;
        std::memcpy(&half, halves.data() + i, 2);
        values.push_back(HalfToFloat(half));
    }
    return values;
}

bool Contains(const std::vector<int> &set, int value)
{
    return std::find(set.begin(), set.end(), value) != set.end();
}

}  // namespace

RealLabels ReadRealLabels()
{
    RealLabels labels;
    std::ifstream original(DataFolder() + "/ilsvrc2012_val_labels.txt");
    for (int label = 0; original >> label;) {
        labels.original.push_back(label);
    }
    const std::string json = ReadFile(DataFolder() + "/reassessed-imagenet/real.json");
    for (size_t i = json.find('[') + 1; i < json.size(); ++i) {
        if (json[i] == '[') {
            labels.real.emplace_back();
        } else if (std::isdigit(static_cast<unsigned char>(json[i])) != 0) {
            size_t used = 0;
            labels.real.back().push_back(std::stoi(json.substr(i, 8), &used));
            i += used - 1;
        }
    }
    labels.imagefolder.resize(labels.original.size());
    std::iota(labels.imagefolder.begin(), labels.imagefolder.end(), 0);
    std::stable_sort(labels.imagefolder.begin(), labels.imagefolder.end(),
                     [&](int a, int b) { return labels.original[a] < labels.original[b]; });
    return labels;
}

std::vector<std::string> RealModels()
{
    static const std::string ending = "_pytorch_imagenet_top5preds.npy";
    std::set<std::string> models;
    for (const auto &entry : std::filesystem::directory_iterator(DataFolder() + "/predictions")) {
        const std::string name = entry.path().filename().string();
        if (name.size() > ending.size() &&
            name.compare(name.size() - ending.size(), ending.size(), ending) == 0) {
            models.insert(name.substr(0, name.size() - ending.size()));
        }
    }
    return {models.begin(), models.end()};
}

std::string PredictionsPath(const std::string &model)
{
    return DataFolder() + "/predictions/" + model + "_pytorch_imagenet_top5preds.npy";
}

std::string ProbabilitiesPath(const std::string &model)
{
    return DataFolder() + "/predictions/" + model + "_pytorch_imagenet_top5probs.npy";
}

std::vector<std::vector<int>> ReadRankedPredictions(const std::string &model)
{
    const std::string payload = NpyPayload(PredictionsPath(model), "'<i8'");
    std::vector<int64_t> classes(payload.size() / 8);
    std::memcpy(classes.data(), payload.data(), payload.size());
    const std::vector<float> probabilities = ReadProbabilities(ProbabilitiesPath(model));
    if (classes.empty() || classes.size() != probabilities.size()) {
        throw std::runtime_error("unexpected prediction files of " + model);
    }
    std::vector<std::vector<int>> ranked;
    for (size_t row = 0; row < classes.size() / 5; ++row) {
        std::vector<std::pair<float, int>> answers;
        for (size_t k = row * 5; k < row * 5 + 5; ++k) {
            answers.emplace_back(-probabilities[k], static_cast<int>(classes[k]));
        }
        std::sort(answers.begin(), answers.end());
        ranked.emplace_back();
        for (const auto &answer : answers) {
            ranked.back().push_back(answer.second);
        }
    }
    return ranked;
}

ModelCounts CountModel(const RealLabels &labels, const std::vector<std::vector<int>> &ranked)
{
    ModelCounts counts;
    for (size_t row = 0; row < ranked.size(); ++row) {
        const std::vector<int> &answers = ranked[row];
        const size_t image = static_cast<size_t>(labels.imagefolder[row]);
        const int original = labels.original[image];
        const std::vector<int> &real = labels.real[image];
        const bool first = Contains(real, answers[0]);
        const bool in_set = Contains(real, original);
        counts.top1 += answers[0] == original;
        counts.top5 += Contains(answers, original);
        counts.real1 += first;
        counts.real5 += std::any_of(answers.begin(), answers.end(),
                                    [&](int answer) { return Contains(real, answer); });
        if (real.size() >= 2) {
            counts.second_total += 1;
            counts.second += Contains(real, answers[1]);
            counts.second_given_first_total += first;
            counts.second_given_first += first && Contains(real, answers[1]);
        }
        if (!real.empty() && answers[0] != original) {
            counts.prediction_only += first && !in_set;
            counts.label_only += !first && in_set;
            counts.both += first && in_set;
            counts.neither += !first && !in_set;
        }
        counts.oracle_correct += in_set && answers[0] == original;
    }
    return counts;
}

std::vector<std::string> RealLabelOptions()
{
    return {"--real", DataFolder() + "/reassessed-imagenet/real.json", "--labels",
            DataFolder() + "/ilsvrc2012_val_labels.txt"};
}
