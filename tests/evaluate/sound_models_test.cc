// A diagnosis of models that are as they should be finds nothing: real models on any of their
// images and classes, at any accuracy. Beside them some that are not, with the option that is to
// come.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <numeric>
#include <string>
#include <vector>

extern "C" {
#include "base/random.h"
#include "reassess/diagnose.h"
}
#include "support/program.h"
#include "support/real_data.h"
#include "support/tier.h"

namespace {

// Some images in file-name order, with answers of a model that may be told wrong ones.
struct Case {
    uint32_t classes = 0;
    std::vector<int32_t> original, answer, set;
    std::vector<uint32_t> begin{0};

    rs_diagnosis Ask(bool with_sets) const
    {
        rs_diagnosis diagnosis = {};
        rs_error error = {};
        rs_labels *labels = nullptr;
        EXPECT_EQ(rs_labels_create(original.size(), classes, original.data(),
                                   with_sets ? begin.data() : nullptr,
                                   with_sets ? set.data() : nullptr, &labels, &error),
                  RS_OK)
            << error.reason;
        const rs_doubted_pass pass = {nullptr, answer.data(), 1, nullptr};
        EXPECT_EQ(rs_diagnose(labels, &pass, &diagnosis, &error), RS_OK) << error.reason;
        rs_labels_free(labels);
        return diagnosis;
    }
    double Accuracy() const
    {
        size_t right = 0;
        for (size_t i = 0; i < original.size(); ++i) {
            right += original[i] == answer[i];
        }
        return static_cast<double>(right) / static_cast<double>(original.size());
    }
};

class SoundModels : public testing::Test {
  protected:
    void SetUp() override
    {
        RS_NEED_DATA();
        labels = ReadRealLabels();
    }
    std::vector<int> Answers(const std::string &model) const
    {
        std::vector<int> first(labels.original.size());
        const auto ranked = ReadRankedPredictions(model);
        for (size_t row = 0; row < ranked.size(); ++row) {
            first[static_cast<size_t>(labels.imagefolder[row])] = ranked[row][0];
        }
        return first;
    }

    // Some classes, each with all its images or with ever fewer; some answers noise, or the label.
    Case Draw(const std::vector<int> &first, rs_random *random) const
    {
        static const uint32_t counts[] = {2, 3, 5, 10, 20, 50, 100, 200, 500, 1000};
        Case made;
        made.classes = counts[rs_random_below(random, 10)];
        std::vector<int> place(1000, -1);
        std::vector<int> classes(1000);
        std::iota(classes.begin(), classes.end(), 0);
        for (uint32_t c = 0; c < made.classes; ++c) {
            std::swap(classes[c], classes[c + rs_random_below(random, 1000 - c)]);
        }
        std::sort(classes.begin(), classes.begin() + made.classes);
        for (uint32_t c = 0; c < made.classes; ++c) {
            place[static_cast<size_t>(classes[c])] = static_cast<int>(c);
        }
        const double share = made.classes > 100 ? 0.1 + 0.2 * rs_random_unit(random) : 1.0;
        const double slope = rs_random_below(random, 2) == 0 ? 0.0 : 2.0; // unbalanced
        const bool right = rs_random_below(random, 2) == 0;
        const double replaced = rs_random_unit(random);
        for (size_t i = 0; i < first.size(); ++i) {
            const int label = place[static_cast<size_t>(labels.original[i])];
            const double of_class = slope * label / made.classes;
            if (label < 0 || rs_random_unit(random) > share * std::exp(-of_class)) {
                continue;
            }
            int answer = place[static_cast<size_t>(first[i])];
            if (rs_random_unit(random) < replaced) {
                answer = right ? label : -1;
            }
            if (answer < 0) {
                answer = static_cast<int>(rs_random_below(random, made.classes));
            }
            made.original.push_back(label);
            made.answer.push_back(answer);
            for (const int real : labels.real[i]) {
                if (place[static_cast<size_t>(real)] >= 0) {
                    made.set.push_back(place[static_cast<size_t>(real)]);
                }
            }
            made.begin.push_back(static_cast<uint32_t>(made.set.size()));
        }
        return made;
    }

    RealLabels labels;
};

TEST_F(SoundModels, of_any_images_classes_and_accuracy_are_left_alone)
{
    const int per_model = rs_test::LongTier() ? 100 : 2;
    rs_random random = rs_random_make(12, 0);
    int cases = 0;
    double least = 1, most = 0;
    for (const std::string &model : RealModels()) {
        const std::vector<int> first = Answers(model);
        for (int i = 0; i < per_model; ++i) {
            const Case drawn = Draw(first, &random);
            if (drawn.original.size() < 40) {
                continue;
            }
            const rs_diagnosis diagnosis = drawn.Ask(i % 2 == 0);
            EXPECT_FALSE(diagnosis.found)
                << model << " case " << i << ", " << drawn.original.size() << " rows of "
                << drawn.classes << " classes, " << 100 * drawn.Accuracy() << " %: "
                << diagnosis.text;
            EXPECT_EQ(diagnosis.finding, RS_FINDING_NONE);
            EXPECT_STREQ(diagnosis.option, "");
            least = std::min(least, drawn.Accuracy());
            most = std::max(most, drawn.Accuracy());
            ++cases;
        }
    }
    RecordProperty("cases", cases);
    std::printf("%d sound models of %.1f to %.1f %% accuracy\n", cases, 100 * least, 100 * most);
    EXPECT_GE(cases, per_model * 21 * 9 / 10);
}

// Where the whole set is asked about, with sets and without.
TEST_F(SoundModels, as_they_were_published_are_left_alone)
{
    const std::vector<std::string> models = RealModels();
    for (size_t m = 0; m < models.size(); m += rs_test::LongTier() ? 1 : 5) {
        const std::vector<int> first = Answers(models[m]);
        Case whole;
        whole.classes = 1000;
        whole.original.assign(labels.original.begin(), labels.original.end());
        whole.answer.assign(first.begin(), first.end());
        for (const std::vector<int> &real : labels.real) {
            whole.set.insert(whole.set.end(), real.begin(), real.end());
            whole.begin.push_back(static_cast<uint32_t>(whole.set.size()));
        }
        for (const bool with_sets : {true, false}) {
            EXPECT_FALSE(whole.Ask(with_sets).found) << models[m];
        }
        // the same in orders of which the library is to find the option
        const auto reordered = [&](const std::vector<int> &order) {
            Case other = whole;
            for (size_t i = 0; i < order.size(); ++i) {
                other.answer[i] = first[static_cast<size_t>(order[i])];
            }
            return other;
        };
        std::vector<int> dealt;
        for (size_t begin = 0; begin < first.size(); begin += 8 * 64) {
            for (size_t rank = 0; rank < 8; ++rank) {
                for (size_t k = 0; k < 64 && begin + rank + 8 * k < first.size(); ++k) {
                    dealt.push_back(static_cast<int>(begin + rank + 8 * k));
                }
            }
        }
        const rs_diagnosis folders = reordered(labels.imagefolder).Ask(true);
        EXPECT_EQ(folders.finding, RS_FINDING_ROWS) << folders.text;
        EXPECT_STREQ(folders.option, "--order imagefolder");
        const rs_diagnosis ranks = reordered(dealt).Ask(false);
        EXPECT_EQ(ranks.finding, RS_FINDING_DEALT_ROWS) << ranks.text;
        EXPECT_STREQ(ranks.option, "--deal 8:64");
        for (int32_t &answer : whole.answer) {
            answer = (answer + 1) % 1000;
        }
        const rs_diagnosis shifted = whole.Ask(true);
        EXPECT_EQ(shifted.finding, RS_FINDING_COLUMNS) << shifted.text;
        EXPECT_STREQ(shifted.option, "");
    }
}

} // namespace
