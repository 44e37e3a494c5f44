// Looks at the columns of a file after its pass: when they are made, and that a file which can no
// longer be read is an error, not an answer. What they tell of whole files is asked in tests/cli.
#include <gtest/gtest.h>

#include <cstdio>
#include <functional>
#include <set>
#include <string>
#include <vector>

#include "engine/scripted_source.h"

extern "C" {
#include "base/error.h"
#include "sweep/column_doubt.h"
}

namespace {

using rs_test::ScriptedSource;

// Every image is answered by the class that `answer` gives for its label; what the others get is
// never the same in two rows.
class Columns {
  public:
    Columns(uint32_t classes, uint64_t images, const std::function<int32_t(int32_t)> &answer)
        : classes_(classes), rows_(classes * images), values_(rows_ * classes), per_class_(classes)
    {
        for (uint64_t row = 0; row < rows_; ++row) {
            const auto label = static_cast<int32_t>(row % classes);
            original_.push_back(label);
            for (uint32_t j = 0; j < classes; ++j) {
                values_[row * classes + j] = 0.001F * static_cast<float>((row * 7 + j * 3) % 997);
            }
            values_[row * classes + static_cast<uint32_t>(answer(label))] = 9.0F;
            per_class_[static_cast<uint32_t>(label)].images += 1;
            per_class_[static_cast<uint32_t>(label)].imagenet_correct += answer(label) == label;
            right_ += answer(label) == label;
        }
        rs_metric *const top1 = metrics_.metric;
        std::snprintf(top1->name, sizeof top1->name, "imagenet_top1");
        top1->correct = right_;
        top1->total = rows_;
        top1->value = static_cast<double>(right_) / static_cast<double>(rows_);
        labels_.rows = rows_;
        labels_.classes = classes;
        labels_.original = original_.data();
        metrics_.metric_count = 1;
        metrics_.per_class = per_class_.data();
        metrics_.classes = classes;
    }

    void HoldOneValueIn(uint32_t column, float value = 0.5F)
    {
        for (uint64_t row = 0; row < rows_; ++row) {
            values_[row * classes_ + column] = value;
        }
    }

    // what is below 0.3 is 0
    void Round()
    {
        for (float &value : values_) {
            value = value < 0.3F ? 0.0F : value;
        }
    }

    void FailAt(uint64_t row)
    {
        failing_.insert(row);
    }

    void OfAccuracy(double value)
    {
        metrics_.metric[0].value = value;
    }

    // `asks` as rs_columns_ask_for_a_look sets it
    rs_status Ask(bool *asks)
    {
        return With([&](const rs_column_look &look) {
            return rs_columns_ask_for_a_look(&look, asks, &error_);
        });
    }

    rs_status Doubt(bool *told)
    {
        rs_record record = {};
        const rs_status status = With([&](const rs_column_look &look) {
            return rs_doubt_columns(&look, &record, told, &error_);
        });
        rs_warnings_clear(&record.warnings);
        return status;
    }

    std::string Said() const
    {
        return error_.reason;
    }

  private:
    rs_status With(const std::function<rs_status(const rs_column_look &)> &ask)
    {
        ScriptedSource source(values_.data(), RS_DTYPE_F32, rows_, classes_,
                              classes_ * sizeof(float));
        source.ForbidViews();
        source.FailAt(failing_);
        const rs_column_look look = {source.get(), &labels_, nullptr, &metrics_};
        return ask(look);
    }

    uint32_t classes_;
    uint64_t rows_;
    uint64_t right_ = 0;
    std::vector<float> values_;
    std::vector<int32_t> original_;
    std::vector<rs_class_metrics> per_class_;
    std::set<uint64_t> failing_;
    rs_label_view labels_ = {};
    rs_metrics metrics_ = {};
    rs_error error_ = {};
};

int32_t Sound(int32_t label)
{
    return label;
}

int32_t Exchanged(int32_t label)
{
    return label == 3 ? 7 : label == 7 ? 3 : label;
}

bool Asks(Columns *columns)
{
    bool asks = false;
    EXPECT_EQ(columns->Ask(&asks), RS_OK) << columns->Said();
    return asks;
}

bool Told(Columns *columns)
{
    bool told = false;
    EXPECT_EQ(columns->Doubt(&told), RS_OK) << columns->Said();
    return told;
}

TEST(ColumnDoubt, ExchangedColumnsAskForALook)
{
    Columns sound(10, 20, Sound);
    EXPECT_FALSE(Asks(&sound));
    Columns exchanged(10, 20, Exchanged);
    EXPECT_TRUE(Asks(&exchanged));
}

TEST(ColumnDoubt, AClassWithoutItsOwnAnswersAlone)
{
    Columns one(10, 20, [](int32_t label) { return label == 3 ? 4 : label; });
    EXPECT_FALSE(Asks(&one)); // 4 is right for its own
}

TEST(ColumnDoubt, FewRowsImagesOrClassesSayNothing)
{
    Columns rows(12, 8, Exchanged); // 96 rows
    EXPECT_FALSE(Asks(&rows));
    Columns enough(13, 8, Exchanged); // 104
    EXPECT_TRUE(Asks(&enough));
    Columns images(20, 7, Exchanged);
    EXPECT_FALSE(Asks(&images));
    Columns classes(9, 20, Exchanged);
    EXPECT_FALSE(Asks(&classes));
    Columns chance(10, 20, Exchanged);
    chance.OfAccuracy(0.049);
    EXPECT_FALSE(Asks(&chance));
}

TEST(ColumnDoubt, AColumnOfOneValue)
{
    Columns sound(12, 20, Sound);
    EXPECT_FALSE(Told(&sound));
    Columns unwritten(12, 20, [](int32_t label) { return label == 5 ? 6 : label; });
    EXPECT_FALSE(Told(&unwritten));
    unwritten.HoldOneValueIn(5);
    EXPECT_TRUE(Told(&unwritten));
    unwritten.Round(); // 0.5 is not what rounding makes of next to nothing, 0 is
    EXPECT_TRUE(Told(&unwritten));
    unwritten.HoldOneValueIn(5, 0.0F);
    EXPECT_FALSE(Told(&unwritten));
    unwritten.HoldOneValueIn(5, -1.0F);
    EXPECT_TRUE(Told(&unwritten));
}

TEST(ColumnDoubt, RowsThatCannotBeReadAreAnError)
{
    Columns exchanged(10, 20, Exchanged);
    exchanged.FailAt(13); // the second image of class 3
    bool asks = false;
    EXPECT_EQ(exchanged.Ask(&asks), RS_IO);
    EXPECT_EQ(exchanged.Said(), "row 13 fails");
    for (const uint64_t row : {0, 235}) { // the first and the last of those that are looked at
        Columns unwritten(12, 20, [](int32_t label) { return label == 5 ? 6 : label; });
        unwritten.HoldOneValueIn(5);
        unwritten.FailAt(row);
        bool told = false;
        EXPECT_EQ(unwritten.Doubt(&told), RS_IO);
        EXPECT_EQ(unwritten.Said(), "row " + std::to_string(row) + " fails");
    }
}

} // namespace
