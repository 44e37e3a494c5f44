// Readings: made once each, in the order of the rows; models share those that read alike.
#include <gtest/gtest.h>

#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

#include "labels/label_case.h"
#include "support/program.h"

extern "C" {
#include "evaluate/model.h"
}

namespace {

class ReadingTest : public testing::Test {
  protected:
    ReadingTest() { readings.labels = labels.get(); }
    ~ReadingTest() override { rs_readings_clear(&readings); }
    const rs_reading *find(const rs_reading_options &options)
    {
        const rs_reading *found = nullptr;
        EXPECT_EQ(rs_readings_find(&readings, &options, &found, &error), RS_OK) << error.reason;
        return found;
    }

    TemporaryFolder folder;
    const std::string order = folder.write("order.txt", "2\n0\n1\n");
    const std::string map = folder.write("map.txt", "1\n0\n-1\n2\n");
    Labels labels = CreateLabels(3, {0, 1, 2});
    rs_readings readings = {};
    rs_error error = {};
};

TEST_F(ReadingTest, IsMadeOnceAndStaysWhereItIs)
{
    rs_reading_options options = {};
    const rs_reading *const plain = find(options);
    std::string said = order; // the reading keeps the name
    options.order = said.c_str();
    const rs_reading *const listed = find(options);
    said.assign(said.size(), 'x');
    options.order = order.c_str();
    EXPECT_EQ(find(options), listed);
    options.order = "file";
    EXPECT_EQ(find(options), plain); // what goes without saying
    EXPECT_EQ(readings.count, 2u);
    options.class_map_path = map.c_str();
    EXPECT_NE(find(options), plain);
    options.class_map_path = nullptr;
    options.isa = RS_ISA_PORTABLE; // shows in no result
    EXPECT_EQ(find(options), plain);
    EXPECT_EQ(readings.count, 3u);
}

TEST_F(ReadingTest, OrdersLabelsAsTheRowsAreUnlessTheseCarryNames)
{
    rs_reading_options options = {};
    options.order = order.c_str();
    const rs_reading *const reading = find(options);
    rs_source_info rows = {};
    EXPECT_EQ(OriginalsOf(rs_reading_labels(reading, &rows)), (std::vector<int32_t>{2, 0, 1}));
    EXPECT_EQ(rs_order_get(rs_reading_order(reading, &rows))[0], 2u);
    EXPECT_EQ(rs_reading_order_text(reading, &rows), order);
    rows.file_name_order = true;
    EXPECT_EQ(rs_reading_labels(reading, &rows), labels.get());
    EXPECT_EQ(rs_reading_order(reading, &rows), nullptr);
    EXPECT_STREQ(rs_reading_order_text(reading, &rows), "file");
}

TEST_F(ReadingTest, SaysWhatTheRowsOfAnEnsembleAre)
{
    rs_reading_options options = {};
    options.class_map_path = map.c_str();
    const rs_reading *const one = find(options);
    EXPECT_EQ(rs_reading_map(one), one->class_map);
    EXPECT_EQ(rs_reading_values(one), RS_VALUES_LOGITS);
    options.ensemble = true;
    options.space = RS_SPACE_PROB;
    const rs_reading *const averaged = find(options);
    ASSERT_NE(rs_reading_map(averaged), averaged->class_map); // the members went through it
    EXPECT_EQ(rs_reading_map(averaged)->columns, averaged->class_map->positions);
    EXPECT_EQ(rs_reading_values(averaged), RS_VALUES_PROBS);
}

TEST_F(ReadingTest, ThatFailsIsNotKept)
{
    rs_reading_options options = {};
    const rs_reading *found = nullptr;
    const std::string nowhere = folder.path("nowhere");
    options.order = nowhere.c_str();
    EXPECT_EQ(rs_readings_find(&readings, &options, &found, &error), RS_IO);
    options.order = "file";
    options.class_map_path = order.c_str();
    EXPECT_NE(find(options), nullptr);
    EXPECT_EQ(readings.count, 1u);
}

TEST_F(ReadingTest, IsSharedByModelsThatReadAlike)
{
    rs_models models = {};
    rs_reading_options options = {};
    rs_model *added = nullptr;
    ASSERT_EQ(rs_models_add(&models, &options, &added, nullptr), RS_OK);
    options.order = order.c_str();
    ASSERT_EQ(rs_models_add(&models, &options, &added, nullptr), RS_OK);
    EXPECT_EQ(added->reading, 1u);
    std::string again = order;
    options.order = again.c_str();
    ASSERT_EQ(rs_models_add(&models, &options, &added, nullptr), RS_OK);
    EXPECT_EQ(added->reading, 1u);
    options.order = "file"; // said: of listed images that is another order than the list's
    ASSERT_EQ(rs_models_add(&models, &options, &added, nullptr), RS_OK);
    EXPECT_EQ(added->reading, 2u);
    options.order = nullptr;
    ASSERT_EQ(rs_models_add(&models, &options, &added, nullptr), RS_OK);
    EXPECT_EQ(added->reading, 0u);
    EXPECT_EQ(models.count, 5u);
    EXPECT_EQ(models.reading_count, 3u);
    rs_models_clear(&models);
}

} // namespace
