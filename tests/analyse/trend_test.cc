// The trend and the CSV files it is read from.
#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "support/program.h"

extern "C" {
#include "base/error.h"
#include "analyse/trend_csv.h"
}

namespace {

class Table {
public:
    Table(std::string first, rs_trend_unit unit = RS_TREND_UNIT_AUTO) : first_(std::move(first))
    {
        const rs_trend_text text = {"a.csv", first_.data()};
        status = rs_trend_table_parse(&text, nullptr, unit, nullptr, &table, &error);
    }
    Table(std::string first, std::string second)
        : first_(std::move(first)), second_(std::move(second))
    {
        const rs_trend_text text = {"a.csv", first_.data()};
        const rs_trend_text other = {"b.csv", second_.data()};
        status = rs_trend_table_parse(&text, &other, RS_TREND_UNIT_AUTO, nullptr, &table, &error);
    }
    ~Table()
    {
        rs_trend_table_clear(&table);
    }
    std::string message() const
    {
        char text[3 * RS_ERROR_TEXT_BYTES + RS_ERROR_FILE_BYTES];
        return rs_error_text(&error, text, sizeof text);
    }
    std::string names() const
    {
        std::string all;
        for (size_t i = 0; i < table.count; ++i) {
            all += table.point[i].name + std::string("|");
        }
        return all;
    }
    rs_status status;
    rs_trend_table table = {};
    rs_error error = {};

private:
    std::string first_, second_;
};

TEST(TrendCsv, MergedFile)
{
    const Table read("\xef\xbb\xbfrank,model,real_top1,imagenet_top1,note\r\n"
                     "1,\"a, b\",82.5,76.13,x\r\n2,c,,70,\n3,d,75.97,68.37,\"q\"\"q\"\n");
    ASSERT_EQ(read.status, RS_OK) << read.message();
    EXPECT_EQ(read.names(), "a, b|d|");
    EXPECT_TRUE(read.table.percent);
    EXPECT_EQ(read.table.without_value, 1u);
    EXPECT_EQ(read.table.point[0].imagenet, 76.13 / 100);
    EXPECT_EQ(read.table.point[0].real, 82.5 / 100);
    EXPECT_EQ(read.table.point[1].imagenet, 68.37 / 100);
}

TEST(TrendCsv, GroupsInTheFirstColumn)
{
    std::string file = "kind,model,imagenet_top1,real_top1\nvit,a,0.7,0.8\n,b,0.6,0.7\n";
    const rs_trend_text text = {"a.csv", file.data()};
    rs_trend_table table = {};
    rs_error error = {};
    ASSERT_EQ(rs_trend_table_parse(&text, nullptr, RS_TREND_UNIT_AUTO, "kind", &table, &error),
              RS_OK)
        << error.reason;
    ASSERT_EQ(table.count, 2u);
    EXPECT_STREQ(table.point[0].group, "vit");
    EXPECT_STREQ(table.point[1].group, "b"); // an empty cell is a group of its own
    rs_trend_table_clear(&table);
}

TEST(TrendCsv, Units)
{
    const std::string fractions = "model,imagenet_top1,real_top1\na,0.76,0.82\nb,1,1\n";
    EXPECT_FALSE(Table(fractions).table.percent);
    EXPECT_EQ(Table(fractions).table.point[0].real, 0.82);
    EXPECT_EQ(Table(fractions, RS_TREND_UNIT_PERCENT).table.point[0].real, 0.82 / 100);
    const Table wrong("model,imagenet_top1,real_top1\na,0.76,82\n", RS_TREND_UNIT_FRACTION);
    EXPECT_EQ(wrong.message(), "a.csv: line 2: an accuracy of a is above 1; leave out --unit, or "
                               "say --unit percent");
}

const char *const kImageNet = "model,img_size,top1,param_count,crop_pct\n"
                              "a,224,80.1,\"1,013.01\",1.000\n"
                              "a,288,81.2,5,0.95\n"
                              "b,224,70.5,6,0.9\n"
                              "only,224,60,6,0.9\n";

TEST(TrendCsv, TwoFilesAreJoined)
{
    const Table read(kImageNet, "model,top1,crop_pct,top1_diff,img_size\n"
                                "b,78.5,0.900,+8,224\na,87.2,0.950,+6,288.0\n"
                                "a,86.1,1,+6,224\nother,60,0.9,+1,224\n");
    ASSERT_EQ(read.status, RS_OK) << read.message();
    EXPECT_EQ(read.names(), "a (224, 1.000)|a (288, 0.95)|b|");
    EXPECT_EQ(read.table.point[0].real, 86.1 / 100);
    EXPECT_EQ(read.table.point[1].real, 87.2 / 100);
    EXPECT_EQ(read.table.point[2].real, 78.5 / 100);
    EXPECT_EQ(read.table.only[0], 1u);
    EXPECT_EQ(read.table.only[1], 1u);
    // columns that one file lacks do not tell models apart
    const Table plain("model,top1\na,1\nb,2\n", "model,img_size,top1\nb,224,3\na,224,4\n");
    ASSERT_EQ(plain.status, RS_OK) << plain.message();
    EXPECT_EQ(plain.table.point[0].real, 0.04);
    // thousands in a key
    const Table thousands("model,img_size,top1\na,\"1,024\",50\n",
                          "model,img_size,top1\na,1024,60\n");
    ASSERT_EQ(thousands.status, RS_OK) << thousands.message();
    EXPECT_EQ(thousands.table.count, 1u);
}

TEST(TrendCsv, BadFiles)
{
    const struct {
        const char *text, *message;
    } cases[] = {
        {"", "a.csv: line 1: the header lacks model, imagenet_top1 or real_top1; reassess merge "
             "writes a file with these columns"},
        {"model,top1\na,2\n",
         "a.csv: line 1: the file has only one accuracy, top1; give two files, the ImageNet "
         "results first: results-imagenet.csv results-imagenet-real.csv"},
        {"model,imagenet_top1,real_top1\n", "a.csv: the file lists no model"},
        {"model,imagenet_top1,real_top1,model\na,1,2,a\n",
         "a.csv: line 1: the header has the column model twice"},
        {"model,imagenet_top1,real_top1\na,1\n",
         "a.csv: line 2: the line has 2 cells, the header 3; quote cells that hold commas; is the "
         "file complete?"},
        {"model,imagenet_top1,real_top1\n,1,2\n", "a.csv: line 2: the model has no name"},
        {"model,imagenet_top1,real_top1\na,nan,2\n",
         "a.csv: line 2: \"nan\" in column imagenet_top1 is no number; write accuracies as plain "
         "numbers, for example 81.2"},
        {"model,imagenet_top1,real_top1\na,0x10,2\n",
         "a.csv: line 2: \"0x10\" in column imagenet_top1 is no number; write accuracies as plain "
         "numbers, for example 81.2"},
        {"model,imagenet_top1,real_top1\na,1,\"1,,0\"\n",
         "a.csv: line 2: \"1,,0\" in column real_top1 is no number; write accuracies as plain "
         "numbers, for example 81.2"},
        {"model,imagenet_top1,real_top1\na,1,\"81,2\"\n", // a decimal comma, and no 812
         "a.csv: line 2: \"81,2\" in column real_top1 is no number; write accuracies as plain "
         "numbers, for example 81.2"},
        {"model;imagenet_top1;real_top1\na;1;2\n",
         "a.csv: line 1: the header lacks model, imagenet_top1 or real_top1; save it with commas "
         "between cells, not semicolons"},
        {"model,imagenet_top1,real_top1\n\na,1,-2\n",
         "a.csv: line 3: -2 in column real_top1 is no accuracy; accuracies are percent from 0 to "
         "100, or fractions from 0 to 1"},
        {"model,imagenet_top1,real_top1\na,1e999,2\n",
         "a.csv: line 2: 1e999 in column imagenet_top1 is no accuracy; accuracies are percent from "
         "0 to 100, or fractions from 0 to 1"},
        {"model,imagenet_top1,real_top1\n\"a,1,2\n",
         "a.csv: line 2: a quote is opened and never closed; close it, or double the quotes that "
         "belong to the text"},
    };
    for (const auto &it : cases) {
        const Table read(it.text);
        EXPECT_NE(read.status, RS_OK) << it.text;
        EXPECT_EQ(read.message(), it.message);
    }
    EXPECT_EQ(Table(kImageNet, "model,top1\nx,1\n").message(),
              "a.csv: line 3: a stands also on line 2, with the same img_size and crop_pct; keep "
              "one of them");
    EXPECT_EQ(Table("model,top1\na,1\n", "model,top1\nb,1\n").message(),
              "b.csv: no model of it is in a.csv; models are matched by model, img_size and "
              "crop_pct");
    EXPECT_EQ(Table("model,top1,top1_diff\na,1,0\n", "model,top1\na,1\n").message(),
              "a.csv: line 1: the column top1_diff says that this is the ReaL file; give the "
              "ImageNet results first");
    EXPECT_EQ(Table("model,img\na,1\n", "model,top1\na,1\n").message(),
              "a.csv: line 1: the header lacks model or an accuracy; of two files each needs the "
              "columns model and top1");
}

TEST(TrendCsv, ZeroByteAndMissingFile)
{
    const TemporaryFolder folder;
    const std::string path = folder.write("zero.csv", std::string("model\0,x\n", 9));
    rs_trend_table table;
    rs_error error = {};
    EXPECT_EQ(
        rs_trend_table_read(path.c_str(), nullptr, RS_TREND_UNIT_AUTO, nullptr, &table, &error),
        RS_FORMAT);
    EXPECT_STREQ(error.reason, "a CSV file cannot hold a zero byte");
    EXPECT_EQ(error.place.at, 5u);
    rs_trend_table_clear(&table);
    EXPECT_EQ(rs_trend_table_read(folder.path("none").c_str(), nullptr, RS_TREND_UNIT_AUTO, nullptr,
                                  &table, &error),
              RS_IO);
    rs_trend_table_clear(&table);
}

rs_trend Compute(const std::vector<rs_trend_point> &points, const rs_trend_options &options)
{
    rs_trend trend;
    rs_error error = {};
    EXPECT_EQ(rs_trend_compute(points.data(), points.size(), &options, &trend, &error), RS_OK)
        << error.reason;
    return trend;
}

// Slope 1 up to 0.7, 0.5 beyond, without any noise but one model that is 0.01 too low.
TEST(Trend, HalvesResidualsAndLabels)
{
    std::vector<rs_trend_point> points = {
        {"h", 0.80, 0.85, 0, nullptr}, {"a", 0.60, 0.70, 0, nullptr}, {"b", 0.62, 0.72, 0, nullptr},
        {"c", 0.64, 0.74, 0, nullptr}, {"d", 0.66, 0.76, 0, nullptr}, {"e", 0.72, 0.81, 0, nullptr},
        {"f", 0.74, 0.81, 0, nullptr}, {"g", 0.78, 0.84, 0, nullptr},
    };
    rs_trend trend = Compute(points, {0, 1, 9, 10, 0, 0});
    EXPECT_EQ(trend.count, 8u);
    EXPECT_STREQ(trend.model[0].point.name, "a");
    EXPECT_STREQ(trend.model[7].point.name, "h");
    EXPECT_EQ(trend.median, 0.5 * (0.66 + 0.72));
    EXPECT_FALSE(trend.model[3].upper);
    EXPECT_TRUE(trend.model[4].upper);
    EXPECT_NEAR(trend.lower.slope, 1.0, 1e-12);
    EXPECT_EQ(trend.lower.points, 4u);
    EXPECT_EQ(trend.upper.points, 4u);
    EXPECT_LT(trend.model[5].trend_residual, -0.002); // f, the one too low
    EXPECT_NE(trend.stick.reason, nullptr);           // eight models: no five on either side
    EXPECT_EQ(trend.model[5].trend_residual, trend.model[5].line_residual);
    EXPECT_EQ(trend.stick.replicates, 0u);
    double line_sum = 0.0;
    for (size_t i = 0; i < trend.count; ++i) {
        line_sum += trend.model[i].line_residual;
    }
    EXPECT_NEAR(line_sum, 0.0, 1e-12);
    EXPECT_TRUE(trend.labels.known);
    EXPECT_EQ(trend.labels.real, 0.9);
    EXPECT_EQ(trend.labels.models_above, 0u);
    EXPECT_FALSE(trend.labels.in_range); // no line is followed to where no model is
    EXPECT_EQ(trend.labels.line_at_100, 0.0);
    rs_trend_clear(&trend);

    points[0].real = 0.95;
    trend = Compute(points, {0, 1, 9, 10, 0, 0});
    EXPECT_EQ(trend.labels.models_above, 1u);
    rs_trend_clear(&trend);
}

TEST(Trend, EqualToTheMedianIsTheLowerHalf)
{
    rs_trend trend = Compute({{"a", 0.5, 0.6, 0, nullptr},
                              {"b", 0.7, 0.8, 0, nullptr},
                              {"c", 0.7, 0.81, 0, nullptr},
                              {"d", 0.9, 0.9, 0, nullptr},
                              {"e", 0.7, 0.7, 0, nullptr}},
                             {0, 1, 0, 0, 0, 0});
    EXPECT_EQ(trend.median, 0.7);
    EXPECT_EQ(trend.lower.points, 4u);
    EXPECT_EQ(trend.upper.points, 1u);
    EXPECT_STREQ(trend.upper.reason, "fewer than 3 models");
    EXPECT_STREQ(trend.slopes.reason, "one of the two lines is missing");
    EXPECT_FALSE(trend.labels.known);
    rs_trend_clear(&trend);
}

// Slope 1 in either half, the upper one higher: parallel, with no scatter, whatever the last
// digits.
TEST(Trend, ParallelHalvesDoNotDiffer)
{
    std::vector<rs_trend_point> points;
    for (int i = 0; i < 20; ++i) {
        points.push_back({"m", (40 + i) / 100.0, (50 + i + (i < 10 ? 0 : 7)) / 100.0, 0, nullptr});
    }
    rs_trend trend = Compute(points, {9, 1, 0, 0, 0, 0});
    EXPECT_EQ(trend.lower.rss, 0.0);
    EXPECT_EQ(trend.upper.r_squared, 1.0);
    EXPECT_EQ(trend.slopes.difference, 0.0);
    EXPECT_EQ(trend.slopes.welch.t, 0.0);
    EXPECT_EQ(trend.slopes.welch.log_p, 0.0);
    EXPECT_EQ(trend.slopes.pooled.log_p, 0.0);
    rs_trend_clear(&trend);
}

// A model on the line does not depart from it, and so is not named among those that do.
TEST(Trend, ModelsOnTheBrokenLineDoNotDepart)
{
    std::vector<rs_trend_point> points;
    for (int i = 0; i <= 20; ++i) {
        points.push_back({"m", (40 + i) / 100.0, std::min(40 + i, 50) / 100.0, 0, nullptr});
    }
    rs_trend trend = Compute(points, {9, 1, 0, 0, 0, 0});
    ASSERT_EQ(trend.stick.reason, nullptr);
    for (size_t i = 0; i < trend.count; ++i) {
        EXPECT_EQ(trend.model[i].trend_residual, 0.0) << i;
        EXPECT_NE(trend.model[i].line_residual, 0.0) << i;
    }
    rs_trend_clear(&trend);
}

TEST(Trend, FewModels)
{
    for (size_t count = 0; count < 3; ++count) {
        const std::vector<rs_trend_point> points(count, {"a", 0.5, 0.6, 0, nullptr});
        rs_trend trend = Compute(points, {10, 1, 0, 0, 0, 0});
        EXPECT_STREQ(trend.all.reason, "fewer than 3 models");
        EXPECT_STREQ(trend.stick.reason, "fewer than 3 models");
        rs_trend_clear(&trend);
    }
}

} // namespace
