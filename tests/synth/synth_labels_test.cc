// Made-up labels: the same bytes everywhere, the statistics of the real ones, every shape.
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <map>
#include <numeric>
#include <set>
#include <sstream>
#include <string>
#include <vector>

extern "C" {
#include "base/hash.h"
#include "synth/synth_labels.h"
#include "synth/synth_labels_data.h"
}

namespace {

class Labels {
  public:
    Labels(uint64_t rows, uint32_t classes, uint64_t seed)
    {
        rs_error error = {};
        EXPECT_EQ(rs_synth_labels_create(rows, classes, seed, &labels_, &error), RS_OK)
            << error.reason;
    }
    ~Labels()
    {
        rs_synth_labels_free(labels_);
    }
    Labels(const Labels &) = delete;
    Labels &operator=(const Labels &) = delete;
    const rs_label_view &view() const
    {
        return labels_->view;
    }
    const rs_synth_labels *get() const
    {
        return labels_;
    }

  private:
    rs_synth_labels *labels_ = nullptr;
};

uint64_t hash_of(const rs_label_view &view)
{
    rs_hash_state *state = nullptr;
    EXPECT_EQ(rs_hash_begin(&state, nullptr), RS_OK);
    rs_hash_update(state, view.original, view.rows * sizeof *view.original);
    rs_hash_update(state, view.real_begin, (view.rows + 1) * sizeof *view.real_begin);
    rs_hash_update(state, view.real_class, view.real_begin[view.rows] * sizeof *view.real_class);
    return rs_hash_end(state);
}

// What is known of the real labels, by the same definitions.
struct Statistics {
    std::vector<uint64_t> sizes = std::vector<uint64_t>(10);
    uint64_t evaluated = 0;
    uint64_t labels = 0;
    uint64_t original_in_set = 0;
    double oracle = 0;
    std::vector<double> class_oracle;
    std::vector<uint64_t> pair_counts; // most frequent first
};

Statistics measure(const rs_label_view &view)
{
    Statistics s;
    std::vector<double> sum(view.classes);
    std::vector<uint64_t> rows(view.classes);
    std::map<std::pair<int32_t, int32_t>, uint64_t> pairs;
    for (uint64_t i = 0; i < view.rows; ++i) {
        const std::vector<int32_t> set(view.real_class + view.real_begin[i],
                                       view.real_class + view.real_begin[i + 1]);
        ++s.sizes.at(set.size());
        s.labels += set.size();
        s.evaluated += !set.empty();
        if (std::count(set.begin(), set.end(), view.original[i]) > 0) {
            ++s.original_in_set;
            sum[view.original[i]] += 1.0 / static_cast<double>(set.size());
            ++rows[view.original[i]];
        }
        for (size_t a = 0; a < set.size(); ++a) {
            for (size_t b = a + 1; b < set.size(); ++b) {
                ++pairs[{set[a], set[b]}];
            }
        }
    }
    s.oracle =
        std::accumulate(sum.begin(), sum.end(), 0.0) / static_cast<double>(s.original_in_set);
    for (uint32_t c = 0; c < view.classes; ++c) {
        s.class_oracle.push_back(sum[c] / static_cast<double>(rows[c]));
    }
    for (const auto &pair : pairs) {
        s.pair_counts.push_back(pair.second);
    }
    std::sort(s.pair_counts.rbegin(), s.pair_counts.rend());
    return s;
}

uint64_t classes_below(const Statistics &s, double cut)
{
    return static_cast<uint64_t>(std::count_if(s.class_oracle.begin(), s.class_oracle.end(),
                                               [&](double o) { return o < cut; }));
}

std::string read_file(const std::string &path)
{
    std::ifstream file(path, std::ios::binary);
    std::stringstream text;
    text << file.rdbuf();
    return text.str();
}

} // namespace

TEST(SynthLabels, BytesAreTheSameEverywhere)
{
    EXPECT_EQ(hash_of(Labels(50000, 1000, 1).view()), UINT64_C(0xfeda238fadbd52b8));
    EXPECT_EQ(hash_of(Labels(50000, 1000, 2).view()), UINT64_C(0x4659bbeb89b00773));
    EXPECT_EQ(hash_of(Labels(1234, 21841, 7).view()), UINT64_C(0xd3600449df440d3d));
    EXPECT_EQ(hash_of(Labels(777, 10, UINT64_MAX).view()), UINT64_C(0x74cca53a38d1f4b1));
}

// Real numbers: 3163 39394 5408 1319 411 161 88 41 13 2; 46,837; 57,553; 42,164; 91.48 %.
TEST(SynthLabels, StatisticsAreThoseOfTheRealLabels)
{
    for (uint64_t seed = 1; seed <= 5; ++seed) {
        const Labels labels(50000, 1000, seed);
        const Statistics s = measure(labels.view());
        const std::vector<uint64_t> real = {3163, 39394, 5408, 1319, 411, 161, 88, 41, 13, 2};
        for (size_t size = 0; size < real.size(); ++size) {
            const double expected = static_cast<double>(real[size]);
            EXPECT_NEAR(static_cast<double>(s.sizes[size]), expected,
                        0.03 * expected + 5.0 * std::sqrt(expected))
                << "size " << size << " seed " << seed;
        }
        EXPECT_NEAR(static_cast<double>(s.evaluated), 46837, 300);
        EXPECT_NEAR(static_cast<double>(s.labels), 57553, 700);
        EXPECT_NEAR(static_cast<double>(s.original_in_set) / static_cast<double>(s.evaluated),
                    0.900228, 0.006);
        EXPECT_NEAR(s.oracle, 0.9148, 0.005);
        EXPECT_NEAR(static_cast<double>(classes_below(s, 0.9)), 296, 45);
        EXPECT_NEAR(static_cast<double>(classes_below(s, 0.7)), 43, 15);
        EXPECT_NEAR(static_cast<double>(classes_below(s, 0.5)), 10, 5);
        EXPECT_GE(classes_below(s, 0.42), 2u);
        EXPECT_NEAR(static_cast<double>(s.pair_counts.size()), 5883, 900);
        EXPECT_GE(s.pair_counts.front(), 60u); // real: 155
    }
}

TEST(SynthLabels, ClassesAreBalancedAndShuffled)
{
    const Labels labels(50000, 1000, 1);
    std::vector<int> count(1000);
    uint64_t steps = 0;
    for (uint64_t i = 0; i < 50000; ++i) {
        ++count.at(labels.view().original[i]);
        steps += i > 0 && labels.view().original[i] == labels.view().original[i - 1] + 1;
    }
    EXPECT_EQ(count, std::vector<int>(1000, 50));
    EXPECT_LT(steps, 100u);
    const Labels odd(1003, 10, 1);
    std::vector<int> few(10);
    for (uint64_t i = 0; i < 1003; ++i) {
        ++few.at(odd.view().original[i]);
    }
    EXPECT_EQ(few, (std::vector<int>{101, 101, 101, 100, 100, 100, 100, 100, 100, 100}));
}

TEST(SynthLabels, EveryShapeIsWellFormed)
{
    for (const uint32_t classes : {1u, 2u, 3u, 5u, 9u, 10u, 100u, 65536u}) {
        for (const uint64_t rows : {1u, 2u, 999u}) {
            const Labels labels(rows, classes, 3);
            const rs_label_view &view = labels.view();
            ASSERT_EQ(view.rows, rows);
            ASSERT_EQ(view.classes, classes);
            ASSERT_EQ(view.real_begin[0], 0u);
            for (uint64_t i = 0; i < rows; ++i) {
                ASSERT_GE(view.original[i], 0);
                ASSERT_LT(view.original[i], static_cast<int32_t>(classes));
                ASSERT_LE(view.real_begin[i], view.real_begin[i + 1]);
                for (uint32_t k = view.real_begin[i]; k < view.real_begin[i + 1]; ++k) {
                    ASSERT_GE(view.real_class[k], 0);
                    ASSERT_LT(view.real_class[k], static_cast<int32_t>(classes));
                    if (k > view.real_begin[i]) {
                        ASSERT_LT(view.real_class[k - 1], view.real_class[k]);
                    }
                }
            }
        }
    }
}

TEST(SynthLabels, RefusesImpossibleShapes)
{
    rs_synth_labels *labels = nullptr;
    rs_error error = {};
    EXPECT_EQ(rs_synth_labels_create(0, 10, 1, &labels, &error), RS_RANGE);
    EXPECT_STREQ(error.reason, "cannot make labels of 0 rows and 10 classes");
    EXPECT_EQ(labels, nullptr);
    EXPECT_EQ(rs_synth_labels_create(10, 0, 1, &labels, nullptr), RS_RANGE);
    EXPECT_EQ(rs_synth_labels_create(10, 65537, 1, &labels, nullptr), RS_RANGE);
    EXPECT_EQ(rs_synth_labels_create(UINT64_C(1) << 32, 10, 1, &labels, nullptr), RS_RANGE);
}

TEST(SynthLabels, WritesTheFilesPeopleHave)
{
    char folder[] = "/tmp/reassess_synth_XXXXXX";
    ASSERT_NE(mkdtemp(folder), nullptr);
    const std::string target = std::string(folder) + "/labels";
    const Labels labels(200, 10, 4);
    const rs_label_view &view = labels.view();
    rs_error error = {};
    ASSERT_EQ(rs_synth_labels_write(labels.get(), target.c_str(), nullptr, &error), RS_OK)
        << error.reason;
    ASSERT_EQ(rs_synth_labels_write(labels.get(), target.c_str(), nullptr, &error), RS_OK)
        << "again";

    std::istringstream original(read_file(target + "/original.txt"));
    std::string line;
    ASSERT_TRUE(std::getline(original, line));
    EXPECT_EQ(line, "# synthetic labels made by reassess synth, seed 4");
    for (uint64_t i = 0; i < view.rows; ++i) {
        ASSERT_TRUE(std::getline(original, line));
        EXPECT_EQ(line, std::to_string(view.original[i]));
    }
    EXPECT_FALSE(std::getline(original, line));

    const std::string real = read_file(target + "/real.json");
    EXPECT_EQ(real.substr(0, 9), " \t \t \t\n[[");
    EXPECT_EQ(real.substr(real.size() - 3), "]]\n");
    std::vector<std::set<int32_t>> sets;
    bool unsorted = false;
    int32_t last = -1;
    for (size_t at = real.find('[') + 1; at < real.size(); ++at) {
        if (real[at] == '[') {
            sets.emplace_back();
            last = -1;
        } else if (isdigit(real[at]) != 0) {
            char *end = nullptr;
            const int32_t value = static_cast<int32_t>(std::strtol(&real[at], &end, 10));
            EXPECT_TRUE(sets.back().insert(value).second);
            unsorted = unsorted || value < last;
            last = value;
            at = static_cast<size_t>(end - real.data()) - 1;
        }
    }
    EXPECT_TRUE(unsorted) << "readers must not be able to count on sorted sets";
    ASSERT_EQ(sets.size(), view.rows);
    for (uint64_t i = 0; i < view.rows; ++i) {
        EXPECT_EQ(sets[i], std::set<int32_t>(view.real_class + view.real_begin[i],
                                             view.real_class + view.real_begin[i + 1]));
    }

    EXPECT_EQ(read_file(target + "/names.txt").substr(0, 16), "class 0\nclass 1\n");
    EXPECT_EQ(access((target + "/synsets.txt").c_str(), F_OK), -1);
    EXPECT_EQ(rs_synth_labels_write(labels.get(), "/proc/nowhere/labels", nullptr, &error), RS_IO);
    ASSERT_EQ(std::system(("rm -r " + std::string(folder)).c_str()), 0);
}

bool read_as_synthetic(const char *real, const char *original)
{
    const rs_labels_options options = {real, original, nullptr, nullptr, 1000, 0};
    rs_labels *labels = nullptr;
    rs_error error = {};
    EXPECT_EQ(rs_labels_load(&options, &labels, &error), RS_OK) << error.reason;
    const bool synthetic = labels != nullptr && rs_labels_are_synthetic(labels);
    rs_labels_free(labels);
    return synthetic;
}

// What was written is what was made, by the reader that everybody uses; and it says what it is.
TEST(SynthLabels, ReadBackAsMade)
{
    char folder[] = "/tmp/reassess_synth_XXXXXX";
    ASSERT_NE(mkdtemp(folder), nullptr);
    const Labels made(5000, 1000, 4);
    ASSERT_EQ(rs_synth_labels_write(made.get(), folder, nullptr, nullptr), RS_OK);
    const std::string real = std::string(folder) + "/real.json";
    const std::string original = std::string(folder) + "/original.txt";
    const std::string names = std::string(folder) + "/names.txt";
    const rs_labels_options options = {real.c_str(), original.c_str(), nullptr, names.c_str(),
                                       1000, 0};
    rs_labels *labels = nullptr;
    rs_error error = {};
    ASSERT_EQ(rs_labels_load(&options, &labels, &error), RS_OK) << error.reason;
    EXPECT_TRUE(rs_labels_are_synthetic(labels));
    EXPECT_FALSE(rs_labels_are_ilsvrc(labels));
    EXPECT_STREQ(rs_labels_name(labels, 999), "class 999");
    EXPECT_EQ(rs_labels_get_view(labels)->rows, 5000u);
    EXPECT_EQ(hash_of(*rs_labels_get_view(labels)), hash_of(made.view()));
    rs_labels_free(labels);

    // either file says so, also where the other one is somebody else's
    const std::string own_real = std::string(folder) + "/own.json";
    const std::string own_original = std::string(folder) + "/own.txt";
    std::ofstream(own_original) << read_file(original).substr(read_file(original).find('\n') + 1);
    std::ofstream(own_real) << read_file(real).substr(read_file(real).find('['));
    EXPECT_TRUE(read_as_synthetic(real.c_str(), own_original.c_str()));
    EXPECT_TRUE(read_as_synthetic(own_real.c_str(), original.c_str()));
    EXPECT_FALSE(read_as_synthetic(own_real.c_str(), own_original.c_str()));
    ASSERT_EQ(std::system(("rm -r " + std::string(folder)).c_str()), 0);
}
