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
