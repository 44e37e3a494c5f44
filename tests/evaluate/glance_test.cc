// Whether ranks of rows ask for a look, on made ranks: of a good model they do not.
#include <gtest/gtest.h>

#include <vector>

extern "C" {
#include "base/random.h"
#include "evaluate/glance.h"
}

namespace {

constexpr uint32_t kClasses = 100;
constexpr uint32_t kImages = 50; /* of each class */
constexpr uint32_t kRows = kClasses * kImages;

// Ranks of a model that is right in 80 % of the rows, which stand class by class or mixed.
struct Ranks {
    explicit Ranks(bool by_class) : original(kRows), rank(kRows), begin(kRows + 1, 0)
    {
        rs_random random = rs_random_make(3, 0);
        for (uint32_t i = 0; i < kRows; ++i) {
            original[i] = static_cast<int32_t>(by_class ? i / kImages : i * 37u % kClasses);
            rank[i] = rs_random_below(&random, 5) == 0 ? 2 : 1;
        }
    }
    bool Ask(double accuracy = 0.8, uint64_t rows = kRows) const
    {
        rs_label_view view = {};
        view.rows = rows;
        view.classes = kClasses;
        view.original = original.data();
        view.real_begin = begin.data();
        return rs_ranks_ask_for_a_look(&view, rank.data(), accuracy);
    }
    void Spoil(uint32_t first, uint32_t rows)
    {
        for (uint32_t i = first; i < first + rows; ++i) {
            rank[i] = 50;
        }
    }
    std::vector<int32_t> original;
    std::vector<uint32_t> rank, begin;
};

TEST(Glance, a_good_model_asks_for_nothing)
{
    EXPECT_FALSE(Ranks(false).Ask());
    EXPECT_FALSE(Ranks(true).Ask());
}

TEST(Glance, wrong_rows_that_stand_together)
{
    Ranks mixed(false);
    mixed.Spoil(kRows - 80, 80); /* a last batch */
    EXPECT_TRUE(mixed.Ask());
    Ranks scattered(false);
    for (uint32_t i = 0; i < 80; ++i) {
        scattered.rank[i * 61] = 50;
    }
    EXPECT_FALSE(scattered.Ask());
}

// A model may be hopeless at a class. Of the rows of two that stand together the answers have to
// say whether they are another's, as a last batch of class folders is: it takes a look.
TEST(Glance, classes_that_a_model_does_not_know)
{
    Ranks one(true);
    one.Spoil(20 * kImages, kImages);
    EXPECT_FALSE(one.Ask());
    Ranks tail(true);
    tail.Spoil(kRows - 80, 80);
    EXPECT_TRUE(tail.Ask());
    Ranks six(true);
    six.Spoil(20 * kImages, 6 * kImages);
    EXPECT_TRUE(six.Ask());
}

// Behind an image that is missing, the last row of each folder is the next folder's first.
TEST(Glance, ends_of_class_folders)
{
    Ranks last(true);
    Ranks first(true);
    for (uint32_t c = 30; c < kClasses; ++c) {
        last.rank[(c + 1) * kImages - 1] = 50;
        first.rank[c * kImages] = 50;
    }
    EXPECT_TRUE(last.Ask());
    EXPECT_TRUE(first.Ask());
}

// ---- limits: the last number on the one side, the first on the other ----

// Rows that are right but for some; each is of the class that `label` says.
struct Exact {
    template <class Label> Exact(uint64_t rows, Label label) : rank(rows, 1), begin(rows + 1, 0)
    {
        for (uint64_t i = 0; i < rows; ++i) {
            original.push_back(static_cast<int32_t>(label(i)));
        }
    }
    Exact &spoil(uint64_t first, uint64_t rows, uint64_t step = 1)
    {
        for (uint64_t i = 0; i < rows; ++i) {
            rank[first + i * step] = 50;
        }
        return *this;
    }
    bool ask(double accuracy, uint32_t classes = 100) const
    {
        rs_label_view view = {};
        view.rows = original.size();
        view.classes = classes;
        view.original = original.data();
        view.real_begin = begin.data();
        return rs_ranks_ask_for_a_look(&view, rank.data(), accuracy);
    }
    std::vector<int32_t> original;
    std::vector<uint32_t> rank, begin;
};

Exact Mixed(uint64_t rows = 4000)
{
    return {rows, [](uint64_t i) { return i * 37 % 100; }};
}

// How many wrong rows one behind the other, wherever they begin and end in the blocks that are
// looked at: 40 divided by log((1 - guess) / (1 - accuracy)), with guess = 1 / C + 0.002.
TEST(Glance, how_many_wrong_rows)
{
    const struct {
        double accuracy;
        uint64_t rows;
    } limits[] = {{0.8, 26}, {0.7457, 30}, {0.5, 59}, {1.0, 6}};
    for (const auto &limit : limits) {
        for (const uint64_t begin : {0, 1, 2, 3, 1000, 1001, 1002, 1003, 1004, 1005, 1006, 1007}) {
            EXPECT_TRUE(Mixed().spoil(begin, limit.rows).ask(limit.accuracy))
                << limit.rows << " from " << begin;
            EXPECT_FALSE(Mixed().spoil(begin, limit.rows - 1).ask(limit.accuracy))
                << limit.rows - 1 << " from " << begin;
        }
        EXPECT_TRUE(Mixed(4003).spoil(4003 - limit.rows, limit.rows).ask(limit.accuracy));
        EXPECT_FALSE(Mixed(4003).spoil(4004 - limit.rows, limit.rows - 1).ask(limit.accuracy));
    }
    // where a guess is right half as often as the model
    EXPECT_TRUE(Mixed().spoil(1000, 745).ask(0.10, 20));
    EXPECT_FALSE(Mixed().spoil(1000, 744).ask(0.10, 20));
    EXPECT_FALSE(Mixed().spoil(1000, 400).ask(0.8, 19));
    EXPECT_TRUE(Mixed().spoil(1000, 400).ask(0.8, 20));
}

TEST(Glance, how_many_classes_wrong_rows_are_of)
{
    const auto by_class = [](uint64_t each) {
        return Exact(8000, [each](uint64_t i) { return i / each % 100; });
    };
    EXPECT_TRUE(by_class(400).spoil(800, 200).ask(0.8)); // of one class
    EXPECT_FALSE(by_class(400).spoil(800, 199).ask(0.8));
    EXPECT_TRUE(by_class(400).spoil(790, 60).ask(0.8)); // of two
    EXPECT_FALSE(by_class(400).spoil(790, 59).ask(0.8));
    EXPECT_FALSE(by_class(400).spoil(800, 60).ask(0.8));
    EXPECT_TRUE(by_class(4).spoil(803, 28).ask(0.8)); // each fourth of another one
    EXPECT_FALSE(by_class(4).spoil(803, 29).ask(0.8));
}

// Where the first 1,000 rows are of 251 runs of a class and no more, ends of runs are looked at.
TEST(Glance, which_images_stand_class_by_class)
{
    // rows of runs of one each, then one long run to row 999, then runs of 50
    const auto changes = [](uint64_t many) {
        Exact made(7000, [many](uint64_t i) {
            return i < 1000 ? (i < many ? i : many) % 100 : i / 50 % 100;
        });
        return made.spoil(1049, 100, 50).ask(0.8);
    };
    EXPECT_TRUE(changes(250));
    EXPECT_FALSE(changes(251));
}

TEST(Glance, how_many_ends_of_folders)
{
    const auto folders = [] { return Exact(5000, [](uint64_t i) { return i / 50; }); };
    EXPECT_TRUE(folders().spoil(1049, 26, 50).ask(0.8));
    EXPECT_FALSE(folders().spoil(1049, 25, 50).ask(0.8));
    EXPECT_TRUE(folders().spoil(1000, 26, 50).ask(0.8));
    EXPECT_FALSE(folders().spoil(1000, 25, 50).ask(0.8));
    // class 0 is one of them
    EXPECT_TRUE(folders().spoil(49, 26, 50).ask(0.8));
    EXPECT_TRUE(Exact(5000, [](uint64_t i) { return 99 - i / 50; }).spoil(3700, 26, 50).ask(0.8));
    // images without a label say nothing
    Exact unknown = folders().spoil(1049, 26, 50);
    unknown.original[1049] = -1;
    EXPECT_FALSE(unknown.ask(0.8));
    unknown = folders().spoil(1000, 26, 50);
    unknown.original[1000] = -1;
    EXPECT_FALSE(unknown.ask(0.8));
    Exact run = Mixed().spoil(1000, 26);
    run.original[1010] = -1;
    EXPECT_FALSE(run.ask(0.8));
}

TEST(Glance, where_too_little_is_known)
{
    Ranks mixed(false);
    mixed.Spoil(0, 1000);
    EXPECT_TRUE(mixed.Ask(0.8, 1000));
    EXPECT_FALSE(mixed.Ask(0.8, 999));
    EXPECT_TRUE(mixed.Ask(0.10));
    EXPECT_FALSE(mixed.Ask(0.09));
}

}  // namespace
