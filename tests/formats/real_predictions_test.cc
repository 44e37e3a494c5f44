// The published predictions of 21 real models, ranked by their probabilities.
#include <dirent.h>

#include <algorithm>

#include "formats/format_bytes.h"

namespace {

std::vector<std::string> Models(const std::string &folder)
{
    const std::string ending = "_top5preds.npy";
    std::vector<std::string> models;
    DIR *dir = opendir(folder.c_str());
    while (const dirent *item = dir == nullptr ? nullptr : readdir(dir)) {
        const std::string name = item->d_name;
        if (name.size() > ending.size() &&
            name.compare(name.size() - ending.size(), ending.size(), ending) == 0) {
            models.push_back(name.substr(0, name.size() - ending.size()));
        }
    }
    if (dir != nullptr) {
        closedir(dir);
    }
    std::sort(models.begin(), models.end());
    return models;
}

// Top-1 of each row straight from the two files, as slowly and plainly as can be.
std::vector<int32_t> FirstByHand(const std::string &classes, const std::string &scores)
{
    const std::string class_bytes = ReadFile(classes);
    const auto predicted =
        ValuesOf<int64_t>(class_bytes.substr(class_bytes.size() - 50000 * 5 * 8));
    Source source(scores);
    const bool half = source.info().dtype == RS_DTYPE_F16;
    const std::string score_bytes = source.ReadAll(1000);
    std::vector<int32_t> first;
    for (size_t row = 0; row < 50000; ++row) {
        size_t best = row * 5;
        for (size_t i = row * 5; i < row * 5 + 5; ++i) {
            // Probabilities are not negative: half floats are ordered as their bits.
            const double value =
                half ? ValuesOf<uint16_t>(score_bytes.substr(i * 2, 2))[0]
                     : static_cast<double>(ValuesOf<float>(score_bytes.substr(i * 4, 4))[0]);
            const double leader =
                half ? ValuesOf<uint16_t>(score_bytes.substr(best * 2, 2))[0]
                     : static_cast<double>(ValuesOf<float>(score_bytes.substr(best * 4, 4))[0]);
            if (value > leader || (value == leader && predicted[i] < predicted[best])) {
                best = i;
            }
        }
        first.push_back(static_cast<int32_t>(predicted[best]));
    }
    return first;
}

TEST(RealPredictions, AllModelsAreReadWithTheirScores)
{
    RS_NEED_DATA();
    const std::string folder = DataFolder() + "/predictions";
    const std::vector<std::string> models = Models(folder);
    ASSERT_EQ(models.size(), 21u);
    for (const std::string &model : models) {
        SCOPED_TRACE(model);
        const std::string classes = folder + "/" + model + "_top5preds.npy";
        const std::string scores = folder + "/" + model + "_top5probs.npy";
        Options options;
        options.scores_path = scores.c_str();
        Source source(classes, options);
        ASSERT_EQ(source.status, RS_OK) << source.Message();
        EXPECT_EQ(source.info().rows, 50000u);
        EXPECT_EQ(source.info().columns, 5u);
        EXPECT_STREQ(source.info().file_dtype, "<i8");
        const auto ranked = ValuesOf<int32_t>(source.ReadAll(4096));
        ASSERT_EQ(source.status, RS_OK) << source.Message();
        ASSERT_EQ(ranked.size(), 250000u);
        EXPECT_LT(*std::max_element(ranked.begin(), ranked.end()), 1000);
        EXPECT_GE(*std::min_element(ranked.begin(), ranked.end()), 0);
        const std::vector<int32_t> first = FirstByHand(classes, scores);
        size_t differ = 0;
        for (size_t row = 0; row < first.size(); ++row) {
            differ += first[row] != ranked[row * 5] ? 1 : 0;
        }
        EXPECT_EQ(differ, 0u);
    }
}

// Rows are in ImageFolder order: fifty of each class in a row, so the accuracy needs no label file.
TEST(RealPredictions, ResNet50HasItsPublishedAccuracy)
{
    RS_NEED_DATA();
    const std::string stem = DataFolder() + "/predictions/resnet50_pytorch_imagenet_top5";
    const std::string scores = stem + "probs.npy";
    Options options;
    options.scores_path = scores.c_str();
    Source source(stem + "preds.npy", options);
    ASSERT_EQ(source.status, RS_OK) << source.Message();
    const auto ranked = ValuesOf<int32_t>(source.ReadAll(50000));
    ASSERT_EQ(ranked.size(), 250000u);
    size_t top1 = 0;
    size_t top5 = 0;
    for (size_t row = 0; row < 50000; ++row) {
        const auto label = static_cast<int32_t>(row / 50);
        top1 += ranked[row * 5] == label ? 1 : 0;
        top5 += std::count(&ranked[row * 5], &ranked[row * 5] + 5, label) > 0 ? 1 : 0;
    }
    EXPECT_EQ(top1, 37531u); // 75.062 %
    EXPECT_EQ(top5, 46238u); // 92.476 %
}

} // namespace
