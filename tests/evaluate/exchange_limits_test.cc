// From where on columns look like other classes than theirs, on tables of answers and labels.
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

extern "C" {
#include "evaluate/diagnose_impl.h"
}

namespace {

// How many images of each label have which answer; -1: none. Every class has 100 images, right all.
class Table {
  public:
    explicit Table(int32_t classes = 10) : images_(static_cast<size_t>(classes))
    {
        for (int32_t c = 0; c < classes; ++c) {
            put(c, {{c, 100}});
        }
    }
    // In place of what the label had.
    Table &put(int32_t label, const std::vector<std::pair<int32_t, int>> &answers)
    {
        std::vector<int32_t> &images = images_[static_cast<size_t>(label)];
        images.clear();
        for (const auto &[answer, count] : answers) {
            images.insert(images.end(), static_cast<size_t>(count), answer);
        }
        return *this;
    }
    rs_exchanged ask() const
    {
        std::vector<int32_t> original, prediction;
        for (size_t label = 0; label < images_.size(); ++label) {
            for (const int32_t answer : images_[label]) {
                original.push_back(static_cast<int32_t>(label));
                prediction.push_back(answer);
            }
        }
        const std::vector<uint32_t> begin(original.size() + 1, 0);
        rs_label_view view = {};
        view.rows = original.size();
        view.classes = static_cast<uint32_t>(images_.size());
        view.original = original.data();
        view.real_begin = begin.data();
        const rs_trial trial = {&view, prediction.data(), 1};
        rs_exchanged found = {};
        rs_error error = {};
        EXPECT_EQ(rs_find_exchanged(&trial, nullptr, &found, &error), RS_OK) << error.reason;
        return found;
    }
    uint32_t count() const
    {
        return ask().count;
    }

  private:
    std::vector<std::vector<int32_t>> images_;
};

TEST(ExchangeLimits, how_few_images)
{
    EXPECT_EQ(Table().count(), 0u);
    EXPECT_EQ(Table().put(0, {{1, 8}}).put(1, {{0, 8}}).count(), 2u);
    EXPECT_EQ(Table().put(0, {{1, 7}}).put(1, {{0, 7}}).count(), 0u);
    EXPECT_EQ(Table(9).put(0, {{1, 100}}).put(1, {{0, 100}}).count(), 0u);
}

// Of label 1 in column 0: a fifth of the class and of the column, four times that of the column's
// own class, twice that of the class in its own column.
TEST(ExchangeLimits, how_small_a_share)
{
    const auto told = [](int moved, int own, int stayed, int of_others) {
        Table table;
        table.put(0, {{0, own}, {-1, 100 - own}});
        table.put(1, {{0, moved}, {1, stayed}, {-1, 100 - moved - stayed}});
        for (int32_t c = 2; c < 10; ++c) {
            table.put(c, {{c, 100 - of_others}, {0, of_others}});
        }
        return table.count();
    };
    EXPECT_EQ(told(20, 0, 0, 0), 1u);
    EXPECT_EQ(told(19, 0, 0, 0), 0u);
    EXPECT_EQ(told(24, 0, 0, 12), 1u); // 24 of 120
    EXPECT_EQ(told(23, 0, 0, 12), 0u);
    EXPECT_EQ(told(40, 10, 0, 0), 1u);
    EXPECT_EQ(told(40, 11, 0, 0), 0u);
    EXPECT_EQ(told(40, 0, 20, 0), 1u);
    EXPECT_EQ(told(40, 0, 21, 0), 0u);
}

// The same in shares of the class, where it has more images than the column's own.
TEST(ExchangeLimits, classes_of_different_sizes)
{
    const auto told = [](int own, int of_own) {
        Table table;
        table.put(0, {{0, own}, {-1, of_own - own}});
        table.put(1, {{0, 80}, {-1, 20}}); // 0.8, four times 0.2
        return table.count();
    };
    EXPECT_EQ(told(10, 50), 1u);
    EXPECT_EQ(told(11, 50), 0u);
    EXPECT_EQ(told(0, 0), 1u); // none of its own
}

TEST(ExchangeLimits, how_poor_a_model)
{
    // 0.4 of 10 classes are right: four times as many as by chance
    const auto of_ten = [](int right) {
        Table table;
        for (int32_t c = 0; c < 10; ++c) {
            table.put(c, {{c, 50}, {-1, 50}});
        }
        table.put(0, {{1, 100}}).put(1, {{0, 100}}).put(2, {{2, right}, {-1, 100 - right}});
        return table.count();
    };
    EXPECT_EQ(of_ten(50), 2u);
    EXPECT_EQ(of_ten(49), 0u);
    // 0.3 of 40 are, once both are mended
    const auto of_forty = [](int right) {
        Table table(40);
        for (int32_t c = 0; c < 40; ++c) {
            table.put(c, {{c, 26}, {-1, 74}});
        }
        table.put(0, {{1, 100}}).put(1, {{0, 100}}).put(2, {{2, right}, {-1, 100 - right}});
        return table.count();
    };
    EXPECT_EQ(of_forty(38), 2u); // 200 + 37 x 26 + 38 = 1200 of 4000
    EXPECT_EQ(of_forty(37), 0u);
}

// Two columns that look like one class: that with more rows is it, the first of equal ones.
TEST(ExchangeLimits, two_columns_of_one_class)
{
    Table table;
    table.put(0, {{-1, 100}}).put(1, {{-1, 100}}).put(2, {{0, 45}, {1, 46}});
    EXPECT_STREQ(table.ask().what, "1 column looks like another class than its own: column 1 like "
                                   "class 2");
    table.put(2, {{0, 45}, {1, 45}});
    EXPECT_STREQ(table.ask().what, "1 column looks like another class than its own: column 0 like "
                                   "class 2");
}

TEST(ExchangeLimits, which_are_named)
{
    const auto ring = [](int32_t members) {
        Table table(12);
        for (int32_t c = 0; c < members; ++c) {
            table.put(c, {{(c + 1) % members, 100}});
        }
        return std::string(table.ask().what);
    };
    EXPECT_EQ(ring(2), "columns 0 and 1 look exchanged");
    EXPECT_EQ(ring(3), "3 columns look like other classes than their own: column 0 like class 2, "
                       "column 1 like class 0, column 2 like class 1");
    EXPECT_EQ(ring(4), "4 columns look like other classes than their own: column 0 like class 3, "
                       "column 1 like class 0, column 2 like class 1, ...");
    Table two; // neither is the other's
    two.put(0, {{-1, 100}}).put(1, {{-1, 100}}).put(2, {{0, 100}}).put(3, {{1, 100}});
    EXPECT_STREQ(two.ask().what, "2 columns look like other classes than their own: column 0 like "
                                 "class 2, column 1 like class 3");
}

} // namespace
