// From where on rows are told that are right as guesses are: the last number on the one side of
// each limit and the first on the other.
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <string>
#include <utility>
#include <vector>

extern "C" {
#include "base/random.h"
#include "evaluate/diagnose_impl.h"
}

namespace {

// Labels of rows, and answers that are right until a test says otherwise.
struct Rows {
    Rows(uint64_t count, int32_t of, const std::function<int32_t(uint64_t)> &label) : classes(of)
    {
        for (uint64_t i = 0; i < count; ++i) {
            labels.push_back(label(i));
        }
        answers = labels;
    }
    // Every row of another class than the one before.
    static Rows Mixed(uint64_t count, int32_t of = 200)
    {
        return {count, of, [of](uint64_t i) {
                    return static_cast<int32_t>(i * 37 % static_cast<uint64_t>(of));
                }};
    }
    static Rows ByClass(uint64_t count, int32_t of, uint64_t each)
    {
        return {count, of, [each](uint64_t i) { return static_cast<int32_t>(i / each); }};
    }
    // Answers of `end` - `begin` rows.
    Rows &say(uint64_t begin, uint64_t end, const std::function<int32_t(uint64_t)> &answer)
    {
        for (uint64_t i = begin; i < end; ++i) {
            answers[i] = answer(i);
        }
        return *this;
    }
    // Another class' answer, of as many classes as there are rows.
    Rows &miss(uint64_t begin, uint64_t end)
    {
        return say(begin, end, [this](uint64_t i) { return (labels[i] + 7) % classes; });
    }
    std::string text() const
    {
        const std::vector<uint32_t> begin(labels.size() + 1, 0);
        rs_label_view view = {};
        view.rows = labels.size();
        view.classes = static_cast<uint32_t>(classes);
        view.original = labels.data();
        view.real_begin = begin.data();
        const rs_trial trial = {&view, answers.data(), 1};
        char found[RS_SOME_BYTES];
        rs_error error = {};
        EXPECT_EQ(rs_find_some(&trial, nullptr, found, &error), RS_OK) << error.reason;
        return found;
    }
    bool told() const
    {
        return !text().empty();
    }
    bool told(const std::string &words) const
    {
        const std::string found = text();
        EXPECT_EQ(found.find(words), 0u) << found;
        return !found.empty();
    }

    int32_t classes;
    std::vector<int32_t> labels, answers;
};

// ---- one behind the other ----

TEST(SomeLimits, rows_of_many_classes)
{
    EXPECT_FALSE(Rows::Mixed(4000).told());
    EXPECT_FALSE(Rows::Mixed(4000).miss(1000, 1039).told());
    EXPECT_TRUE(Rows::Mixed(4000).miss(1000, 1040).told("rows 1000 to 1039 "));
    EXPECT_TRUE(Rows::Mixed(4000).miss(0, 40).told("rows 0 to 39 "));
    EXPECT_TRUE(Rows::Mixed(4000).miss(3960, 4000).told("rows 3960 to 3999 "));
    EXPECT_FALSE(Rows::Mixed(999, 100).miss(100, 140).told());
    EXPECT_TRUE(Rows::Mixed(1000, 100).miss(100, 140).told());
    EXPECT_TRUE(Rows::Mixed(4000, 20).miss(100, 140).told());
    EXPECT_FALSE(Rows::Mixed(4000, 19).miss(100, 140).told());
}

// Two labels in 60 rows, and answers of three times as many as every fourth row.
TEST(SomeLimits, rows_of_few_classes_and_answers_of_many)
{
    const auto various = [](uint64_t rows, uint64_t other) {
        Rows made = Rows::ByClass(4000, 100, 40);
        made.say(1010, 1010 + rows, [other](uint64_t i) {
            return static_cast<int32_t>(i < 1010 + other ? 30 + i - 1010 : 90);
        });
        return made.told();
    };
    EXPECT_FALSE(various(59, 59));
    EXPECT_TRUE(various(60, 59));
    EXPECT_TRUE(various(60, 44)); // with class 90: 45 answers of 60 rows
    EXPECT_FALSE(various(60, 43));
    // all of one label is what a model may be hopeless at
    Rows one = Rows::ByClass(8000, 20, 400);
    one.say(800, 880, [](uint64_t i) { return static_cast<int32_t>((i % 18 + 3) % 20); });
    EXPECT_FALSE(one.told());
}

// 200 rows of few classes: they have the classes of each other, or one answer, or are of any class.
TEST(SomeLimits, rows_of_few_classes)
{
    // four classes of 50, each with answers of the next of them
    const auto shuffled = [](uint64_t rows) {
        Rows made = Rows::ByClass(5000, 100, 50);
        made.say(1000, 1000 + rows,
                 [](uint64_t i) { return static_cast<int32_t>(20 + (i / 50 + 1) % 4); });
        return made.told();
    };
    EXPECT_FALSE(shuffled(199));
    EXPECT_TRUE(shuffled(200));
    // of those so many have a class of theirs
    const auto shared = [](uint64_t rows) {
        Rows made = Rows::ByClass(5000, 100, 50);
        made.say(1000, 1200, [rows](uint64_t i) {
            return static_cast<int32_t>(i < 1000 + rows ? 20 + (i / 50 + 1) % 4 : 90);
        });
        return made.told();
    };
    EXPECT_FALSE(shared(79));
    EXPECT_TRUE(shared(80));
    // one answer: nine in ten of rows of five classes, half of those of 25
    const auto one_answer = [](uint64_t each, uint64_t same) {
        Rows made = Rows::ByClass(200 * each, 200, each);
        const uint64_t begin = 20 * each;
        made.say(begin, begin + 200, [&](uint64_t i) {
            return static_cast<int32_t>(i < begin + same ? 100 : 101 + i % 40);
        });
        return made.told();
    };
    EXPECT_TRUE(one_answer(40, 180));
    EXPECT_FALSE(one_answer(40, 179));
    EXPECT_FALSE(one_answer(50, 200)); // four classes
    EXPECT_TRUE(one_answer(8, 100));
    EXPECT_FALSE(one_answer(8, 99));
}

TEST(SomeLimits, rows_of_any_class)
{
    // 200 rows of so many classes, the last of which has those that are left
    const auto of_classes = [](uint64_t many) {
        Rows made(4000, 1000, [many](uint64_t i) {
            const uint64_t at = i - 400;
            return static_cast<int32_t>(i < 400 || i >= 600 ? i / 4
                                                            : 100 + std::min(at / 4, many - 1));
        });
        made.say(400, 600, [](uint64_t i) { return static_cast<int32_t>(999 - i % 30); });
        return made.told();
    };
    EXPECT_TRUE(of_classes(50));
    EXPECT_FALSE(of_classes(49));
    const auto half = [](uint64_t many) { // of 100 classes with 12 images each
        Rows made = Rows::ByClass(1200, 100, 12);
        made.say(120, 120 + 12 * many,
                 [](uint64_t i) { return static_cast<int32_t>(99 - i % 30); });
        return made.told();
    };
    EXPECT_TRUE(half(50));
    EXPECT_FALSE(half(49));
}

// As often right as guesses: 1 / C + 4 sqrt(1 / C (1 - 1 / C) / N) + 0.01
TEST(SomeLimits, rows_that_are_right)
{
    const auto right = [](uint64_t rows) {
        Rows made = Rows::Mixed(4000);
        made.miss(1000, 1200);
        made.say(1001, 1001 + 25 * rows, [&](uint64_t i) {
            return i % 25 == 1 ? made.labels[i] : (made.labels[i] + 7) % 200;
        });
        return made.told();
    };
    EXPECT_TRUE(right(6)); // 0.03 of at most 0.0350
    EXPECT_FALSE(right(7));
}

// ---- every n-th ----

TEST(SomeLimits, every_so_manieth_row)
{
    const auto nth = [](uint64_t rows, uint64_t period) {
        Rows made = Rows::Mixed(rows, 201);
        for (uint64_t i = 1; i < rows; i += period) {
            made.miss(i, i + 1);
        }
        return made.text();
    };
    EXPECT_EQ(nth(4000, 2).find("rows 1, 3, 5, ... "), 0u) << nth(4000, 2);
    EXPECT_EQ(nth(12800, 64).find("rows 1, 65, 129, ... "), 0u) << nth(12800, 64);
    EXPECT_EQ(nth(64 * 199 + 1, 64), ""); // 199 rows
    EXPECT_EQ(nth(13000, 65), "");
}

TEST(SomeLimits, every_so_manieth_batch)
{
    const auto nth = [](uint64_t rows, uint64_t batch, uint64_t period,
                        uint64_t step) {
        Rows made = Rows::Mixed(rows, 199);
        for (uint64_t i = 0; i < rows; ++i) { // so few with a label that no batch is a run
            made.labels[i] = i % step == 0 ? made.labels[i] : -1;
        }
        for (uint64_t i = batch; i < rows; i += batch * period) {
            made.miss(i, std::min(i + batch, rows));
        }
        return made.text();
    };
    for (const uint64_t batch : {32, 50, 64, 100, 128, 250, 256, 500, 512, 1000, 1024}) {
        const std::string words = "the batches of " + std::to_string(batch) + " rows from " +
                                  std::to_string(batch) + ", " + std::to_string(3 * batch) + ", " +
                                  std::to_string(5 * batch) + ", ... on ";
        const std::string found = nth(40 * batch, batch, 2, std::max<uint64_t>(1, batch / 32));
        EXPECT_EQ(found.find(words), 0u) << batch << ": " << found;
    }
    const std::string two = nth(4000, 100, 20, 1);
    EXPECT_EQ(two.find("the batches of 100 rows from 100, 2100, 4100, ... on "), 0u) << two;
    // two whole periods are needed; else it is the first of the two that is a run
    EXPECT_EQ(nth(3999, 100, 20, 1).find("rows "), 0u) << nth(3999, 100, 20, 1);
}

// ---- one answer again and again ----

TEST(SomeLimits, one_class_everywhere)
{
    // of 1,000 rows, in an order of no sense: `labelled` of class 0, `same` answers of it, and of
    // the others so many right
    const auto one = [](uint64_t labelled, uint64_t same, uint64_t right) {
        Rows made(1000, 100,
                  [&](uint64_t i) { return static_cast<int32_t>(i < labelled ? 0 : 1 + i % 99); });
        for (uint64_t i = 0; i < 1000; ++i) { // those of class 0 are missed
            const bool is_same = i >= labelled && i < labelled + same;
            const bool is_right = i >= labelled + same && i < labelled + same + right;
            made.answers[i] = is_same    ? 0
                              : is_right ? made.labels[i]
                                         : (made.labels[i] + 50) % 99 + 1;
        }
        rs_random random = rs_random_make(5, 0);
        for (uint64_t i = 999; i > 0; --i) {
            const uint64_t other = rs_random_below(&random, i + 1);
            std::swap(made.labels[i], made.labels[other]);
            std::swap(made.answers[i], made.answers[other]);
        }
        return made.text();
    };
    const std::string found = one(80, 400, 200);
    EXPECT_EQ(found.find("class 0 is the first prediction in 40.00 % of the rows and the label in "
                         "8.00 %, while"),
              0u)
        << found;
    EXPECT_EQ(one(80, 399, 200), "");
    EXPECT_EQ(one(81, 400, 200), "");
    EXPECT_NE(one(80, 400, 180), "");
    EXPECT_EQ(one(80, 400, 179), "");
    EXPECT_NE(one(20, 800, 150), ""); // 200 others
    EXPECT_EQ(one(20, 801, 150), "");
}

} // namespace
