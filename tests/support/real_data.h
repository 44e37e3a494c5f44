// real_data.h - the published labels and predictions, read in the most obvious way, and the command
// lines that name them. Shares no code with the library.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

struct RealLabels {
    std::vector<int> original;           // file-name order
    std::vector<std::vector<int>> real;  // likewise
    std::vector<int> imagefolder;        // row i in ImageFolder order is image imagefolder[i]
};
RealLabels ReadRealLabels();

// Names as in the files: "resnet50", "vgg16_bn", ...; all 21, sorted.
std::vector<std::string> RealModels();
std::string PredictionsPath(const std::string &model);
std::string ProbabilitiesPath(const std::string &model);

// Classes of each row (ImageFolder order), best first: larger probability, equal ones by class.
std::vector<std::vector<int>> ReadRankedPredictions(const std::string &model);

struct ModelCounts {
    int64_t top1 = 0, top5 = 0, real1 = 0, real5 = 0;
    int64_t second = 0, second_total = 0, second_given_first = 0, second_given_first_total = 0;
    int64_t prediction_only = 0, label_only = 0, both = 0, neither = 0;
    int64_t oracle_correct = 0;
};
ModelCounts CountModel(const RealLabels &labels, const std::vector<std::vector<int>> &ranked);

// {"--real", ..., "--labels", ...}
std::vector<std::string> RealLabelOptions();
