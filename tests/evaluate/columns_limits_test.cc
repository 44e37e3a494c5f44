// Which class each column could be, on tables of labels and answers: the last number on the one
// side of each limit and the first on the other.
#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

extern "C" {
#include "evaluate/diagnose_impl.h"
}

namespace {

// Rows by label and answer.
class Rows {
  public:
    explicit Rows(uint32_t classes) : classes_(classes)
    {
    }
    Rows &add(int32_t label, int32_t answer, int count)
    {
        labels_.insert(labels_.end(), static_cast<size_t>(count), label);
        answers_.insert(answers_.end(), static_cast<size_t>(count), answer);
        return *this;
    }
    template <class Ask> void ask(Ask question) const
    {
        const std::vector<uint32_t> begin(labels_.size() + 1, 0);
        rs_label_view view = {};
        view.rows = labels_.size();
        view.classes = classes_;
        view.original = labels_.data();
        view.real_begin = begin.data();
        const rs_trial trial = {&view, answers_.data(), 1};
        question(&trial);
    }
    // The best map and how many rows are sure.
    std::pair<std::vector<int32_t>, uint64_t> map() const
    {
        std::pair<std::vector<int32_t>, uint64_t> found;
        ask([&](const rs_trial *trial) {
            int32_t before = 0;
            int32_t *class_of = &before;
            rs_error error = {};
            EXPECT_EQ(rs_best_map(trial, nullptr, &class_of, &found.second, &error), RS_OK);
            if (class_of != nullptr) {
                found.first.assign(class_of, class_of + classes_);
            }
            free(class_of);
        });
        return found;
    }
    uint64_t sure() const
    {
        return map().second;
    }
    std::string later(const std::vector<int32_t> &class_of, uint64_t sure,
                      const rs_base_order &order) const
    {
        char text[RS_SOME_BYTES];
        ask([&](const rs_trial *trial) {
            rs_look_for_later(trial, &order, class_of.data(), sure, text);
        });
        return text;
    }
    uint64_t neighbours() const
    {
        uint64_t found = 0;
        ask([&](const rs_trial *trial) { found = rs_count_neighbours(trial, nullptr, nullptr); });
        return found;
    }
    bool alike() const
    {
        bool found = true;
        ask([&](const rs_trial *trial) {
            rs_error error = {};
            EXPECT_EQ(rs_mistakes_alike(trial, nullptr, &found, &error), RS_OK);
        });
        return found;
    }
    // "no", or how many of how many.
    std::string wrapped() const
    {
        std::string found;
        ask([&](const rs_trial *trial) {
            uint64_t hits = 9;
            uint64_t rows = 9;
            found = rs_look_wrapped(trial, nullptr, &hits, &rows)
                        ? std::to_string(hits) + " of " + std::to_string(rows)
                        : "no";
        });
        return found;
    }

  private:
    uint32_t classes_;
    std::vector<int32_t> labels_, answers_;
};

using Map = std::vector<int32_t>;

TEST(ColumnsLimits, numbers_sorted_as_texts)
{
    for (const uint32_t classes : {1u, 2u, 10u, 11u, 100u, 101u, 1001u}) {
        Map wanted(classes);
        std::iota(wanted.begin(), wanted.end(), 0);
        std::sort(wanted.begin(), wanted.end(),
                  [](int32_t a, int32_t b) { return std::to_string(a) < std::to_string(b); });
        int32_t *made = nullptr;
        ASSERT_EQ(rs_text_order(classes, &made, nullptr), RS_OK);
        EXPECT_EQ(Map(made, made + classes), wanted) << classes;
        free(made);
    }
}

// Rows are sure where the others with the same answer have their class: without one of them no
// other class may have as many.
TEST(ColumnsLimits, rows_that_the_others_tell)
{
    EXPECT_EQ(Rows(3).add(0, 1, 1).sure(), 0u);
    EXPECT_EQ(Rows(3).add(0, 1, 2).sure(), 2u);
    EXPECT_EQ(Rows(3).add(0, 1, 2).add(2, 1, 1).sure(), 0u);
    EXPECT_EQ(Rows(3).add(0, 1, 3).add(2, 1, 1).sure(), 3u);
    EXPECT_EQ(Rows(3).add(2, 1, 1).add(0, 1, 3).add(1, 1, 2).sure(), 0u);
    EXPECT_EQ(Rows(3).add(0, 1, 4).add(1, 1, 2).add(2, 1, 1).sure(), 4u);
    // the second may come before the first, or behind it
    EXPECT_EQ(Rows(3).add(0, 1, 2).add(2, 1, 3).sure(), 0u);
    EXPECT_EQ(Rows(3).add(0, 1, 2).add(2, 1, 4).sure(), 4u);
    EXPECT_EQ(Rows(3).add(0, 1, 4).add(0, 0, 2).sure(), 4u); // of two columns the other
    EXPECT_EQ(Rows(3).add(0, 1, 4).add(1, 0, 2).sure(), 6u);
}

// Each column is the class that most of its rows have, each class one column's; of equal ones the
// first.
TEST(ColumnsLimits, each_class_of_one_column)
{
    EXPECT_EQ(Rows(3).map().first, (Map{-1, -1, -1}));
    EXPECT_EQ(Rows(3).add(0, 1, 2).add(1, 2, 2).add(2, 0, 2).map().first, (Map{2, 0, 1}));
    EXPECT_EQ(Rows(3).add(2, 0, 1).add(1, 0, 1).map().first, (Map{1, -1, -1}));
    EXPECT_EQ(Rows(3).add(2, 0, 3).add(2, 1, 3).map().first, (Map{2, -1, -1}));
    EXPECT_EQ(Rows(3).add(2, 0, 3).add(2, 1, 4).map().first, (Map{-1, 2, -1}));
    EXPECT_EQ(Rows(3).add(2, 0, 3).add(2, 1, 4).sure(), 4u);
    EXPECT_EQ(Rows(3).add(2, 0, 3).add(2, 1, 4).add(2, 2, 5).sure(), 5u);
    // what is no class, or of no image that is known, says nothing
    EXPECT_EQ(Rows(2).add(0, 2, 5).add(-1, 1, 5).add(1, -1, 5).add(1, 0, 1).map().first,
              (Map{1, -1}));
    EXPECT_EQ(Rows(4096).add(4095, 4095, 2).map().first.size(), 4096u);
    EXPECT_TRUE(Rows(4097).add(0, 0, 2).map().first.empty()); // no table is so large
}

// Six classes and a quarter of those that are moved.
TEST(ColumnsLimits, classes_in_pairs)
{
    const auto paired = [](uint32_t pairs, uint32_t others, uint32_t unknown) {
        Map map;
        for (uint32_t i = 0; i < 2 * pairs; ++i) {
            map.push_back(static_cast<int32_t>(i ^ 1u));
        }
        const int32_t begin = static_cast<int32_t>(map.size());
        for (uint32_t i = 0; i < others; ++i) { // in a ring
            map.push_back(begin + static_cast<int32_t>((i + 1) % others));
        }
        map.insert(map.end(), unknown, -1);
        map.push_back(static_cast<int32_t>(map.size())); // where it belongs
        return rs_count_paired(map.data(), static_cast<uint32_t>(map.size()));
    };
    EXPECT_EQ(paired(2, 0, 0), 0u);
    EXPECT_EQ(paired(3, 0, 0), 6u);
    EXPECT_EQ(paired(3, 18, 0), 6u);
    EXPECT_EQ(paired(3, 19, 0), 0u);
    EXPECT_EQ(paired(3, 18, 5), 6u);
    EXPECT_EQ(paired(4, 24, 0), 8u);
}

// An eighth of the classes, a model that is right in less than 30 % of the rows, and 1.3 to 6 times
// as many that would be.
TEST(ColumnsLimits, second_predictions)
{
    const auto later = [](size_t classes, int right, uint64_t sure) {
        Map map(classes);
        std::iota(map.begin(), map.end(), 0);
        for (size_t i = 0; i < 6; ++i) {
            map[i] = static_cast<int32_t>(i ^ 1u);
        }
        const rs_base_order order = {"ImageFolder order", nullptr, nullptr, nullptr, true};
        const Rows rows =
            Rows(static_cast<uint32_t>(classes)).add(0, 0, right).add(0, 1, 100 - right);
        return rows.later(map, sure, order);
    };
    EXPECT_EQ(
        later(48, 20, 60),
        "6 classes are the answer for each other's images in pairs, more often than for their "
        "own, as of second predictions: was the first one of each row left out? Save it too, "
        "or the logits");
    EXPECT_EQ(later(49, 20, 60), "");
    EXPECT_NE(later(48, 29, 60), "");
    EXPECT_EQ(later(48, 30, 60), "");
    EXPECT_NE(later(48, 10, 13), "");
    EXPECT_EQ(later(48, 10, 12), "");
    EXPECT_NE(later(48, 10, 60), "");
    EXPECT_EQ(later(48, 10, 61), "");
    Map map = {1, 0, 3, 2, 5, 4};
    const rs_base_order other = {"ImageFolder order", nullptr, nullptr, nullptr, false};
    EXPECT_EQ(Rows(6)
                  .add(0, 0, 20)
                  .add(0, 1, 80)
                  .later(map, 60, other)
                  .find("in ImageFolder order 6 classes are"),
              0u);
}

TEST(ColumnsLimits, answers_of_the_class_beside)
{
    EXPECT_EQ(Rows(5).add(0, 0, 9).add(1, 2, 3).add(3, 4, 1).add(2, 1, 2).neighbours(), 4u);
    EXPECT_EQ(Rows(5).add(1, 2, 3).add(1, 0, 2).add(3, 2, 2).neighbours(), 4u);
    EXPECT_EQ(Rows(5).add(1, 3, 5).add(4, 2, 5).neighbours(), 0u); // two beside
    EXPECT_EQ(Rows(5).add(0, -1, 5).add(-1, 0, 5).neighbours(), 0u);
    EXPECT_EQ(Rows(5).add(0, 1, 2).add(1, 0, 1).neighbours(), 2u);
    EXPECT_EQ(Rows(5).add(1, 0, 2).neighbours(), 2u);
}

// Pairs of mistakes in images of one class that name one class: of 100 classes more than 7 in 100.
TEST(ColumnsLimits, mistakes_that_are_alike)
{
    const auto alike = [](int same, int32_t others) {
        Rows rows(100);
        rows.add(0, 0, 500).add(0, 99, same);
        for (int32_t i = 0; i < others; ++i) {
            rows.add(0, 1 + i, 1);
        }
        return rows.alike();
    };
    EXPECT_FALSE(alike(26, 71)); // 650 of 9,312
    EXPECT_FALSE(alike(27, 74)); // 702 of 10,100
    EXPECT_TRUE(alike(28, 73));  // 756
    EXPECT_FALSE(alike(0, 0));
    EXPECT_FALSE(alike(1, 0));
    EXPECT_TRUE(alike(2, 0));
    // the limit itself, 42 of 600, and what is hardly above that of 25 classes, 20 of 90
    EXPECT_FALSE(alike(7, 18));
    EXPECT_TRUE(alike(7, 17));
    Rows hardly(25);
    hardly.add(7, 7, 9).add(7, 0, 5);
    for (int32_t answer = 1; answer <= 5; ++answer) {
        hardly.add(7, answer, 1);
    }
    EXPECT_TRUE(hardly.alike());
    EXPECT_FALSE(hardly.add(9, 3, 1).add(9, 4, 1).alike()); // 20 of 92
    EXPECT_TRUE(Rows(4096).add(9, 8, 2).alike());
    // those of different classes are no pairs
    EXPECT_FALSE(Rows(100).add(0, 9, 1).add(1, 9, 1).add(2, 9, 1).add(2, 8, 1).alike());
    EXPECT_FALSE(Rows(4097).add(0, 1, 2).alike()); // no table is so large
}

// 100 rows of classes from 256 on, and more than a tenth with what is left in 8 bits.
TEST(ColumnsLimits, class_numbers_in_eight_bits)
{
    const auto wrapped = [](int hits, int rows, int32_t other) {
        return Rows(1000).add(300, 44, hits).add(300, other, rows - hits).add(10, 10, 50).wrapped();
    };
    EXPECT_EQ(wrapped(11, 100, 7), "11 of 100");
    EXPECT_EQ(wrapped(10, 100, 7), "no");
    EXPECT_EQ(wrapped(50, 99, 7), "no");
    EXPECT_EQ(wrapped(50, 100, 255), "50 of 100");
    EXPECT_EQ(wrapped(50, 100, 256), "no");
    EXPECT_EQ(wrapped(50, 100, -1), "50 of 100");
    EXPECT_EQ(Rows(1000).add(256, 0, 100).wrapped(), "100 of 100");
    EXPECT_EQ(Rows(1000).add(256, 0, 99).add(255, 255, 1).wrapped(), "no");
    EXPECT_EQ(Rows(1000).add(999, 231, 100).wrapped(), "100 of 100");
}

} // namespace
