// Class maps: permuted heads, heads with more classes, heads with a class missing.
#include <gtest/gtest.h>

#include "labels/label_case.h"
#include "support/program.h"

extern "C" {
#include "labels/class_map.h"
}

namespace {

using Map = std::unique_ptr<rs_class_map, void (*)(rs_class_map *)>;

Map Create(const std::vector<int32_t> &class_of_column, uint32_t classes)
{
    rs_class_map *map = nullptr;
    rs_error error = {};
    EXPECT_EQ(rs_class_map_create(class_of_column.data(),
                                  static_cast<uint32_t>(class_of_column.size()), classes, &map,
                                  &error),
              RS_OK)
        << error.reason;
    return Map(map, rs_class_map_free);
}

// {class, columns...} of each position
std::vector<std::vector<int>> Groups(const rs_class_map &map)
{
    std::vector<std::vector<int>> groups;
    for (uint32_t p = 0; p < map.positions; ++p) {
        groups.push_back({map.position_class[p]});
        for (uint32_t k = map.column_begin[p]; k < map.column_begin[p + 1]; ++k) {
            groups.back().push_back(static_cast<int>(map.column[k]));
        }
        EXPECT_EQ(map.class_position[map.position_class[p]], static_cast<int32_t>(p));
    }
    return groups;
}

TEST(ClassMap, APermutation)
{
    const Map map = Create({2, 0, 1}, 3);
    EXPECT_EQ(map->columns, 3u);
    EXPECT_EQ(map->classes, 3u);
    EXPECT_EQ(Groups(*map), (std::vector<std::vector<int>>{{0, 1}, {1, 2}, {2, 0}}));
}

TEST(ClassMap, DroppedDoubledAndMissing)
{
    const Map map = Create({-1, 4, 1, -1, 4, 0, 1, 4}, 6);
    EXPECT_EQ(map->positions, 3u);
    EXPECT_EQ(Groups(*map), (std::vector<std::vector<int>>{{0, 5}, {1, 2, 6}, {4, 1, 4, 7}}));
    EXPECT_EQ(std::vector<int32_t>(map->class_position, map->class_position + 6),
              (std::vector<int32_t>{0, 1, -1, -1, 2, -1}));
}

TEST(ClassMap, ALargeHead)
{
    std::vector<int32_t> class_of_column(21841, -1);
    for (int i = 0; i < 999; ++i) { // class 850 is missing, as in a known checkpoint
        class_of_column[static_cast<size_t>(i) * 21] = i < 850 ? i : i + 1;
    }
    const Map map = Create(class_of_column, 1000);
    EXPECT_EQ(map->positions, 999u);
    EXPECT_EQ(map->class_position[849], 849);
    EXPECT_EQ(map->class_position[850], -1);
    EXPECT_EQ(map->class_position[851], 850);
    EXPECT_EQ(map->column[map->column_begin[850]], 850u * 21u);
}

TEST(ClassMap, ArraysThatCannotBe)
{
    rs_class_map *map = nullptr;
    rs_error error = {};
    const int32_t above[] = {0, 3};
    EXPECT_EQ(rs_class_map_create(above, 2, 3, &map, &error), RS_RANGE);
    EXPECT_EQ(map, nullptr);
    EXPECT_EQ(error.place.kind, RS_PLACE_COLUMN);
    EXPECT_EQ(error.place.at, 1u);
    EXPECT_STREQ(error.reason, "class 3 is outside -1 to 2");
    const int32_t below[] = {-2};
    EXPECT_EQ(rs_class_map_create(below, 1, 3, &map, &error), RS_RANGE);
    const int32_t none[] = {-1, -1};
    EXPECT_EQ(rs_class_map_create(none, 2, 3, &map, &error), RS_MISMATCH);
    EXPECT_STREQ(error.reason, "no column carries a class");
    EXPECT_EQ(rs_class_map_create(none, 0, 3, &map, &error), RS_RANGE);
    EXPECT_EQ(rs_class_map_create(none, 2, 0, &map, &error), RS_RANGE);
    EXPECT_EQ(rs_class_map_create(none, 2, 65537, &map, &error), RS_RANGE);
    EXPECT_STREQ(error.reason, "a class map of 2 columns and 65537 classes cannot be");
}

Labels LabelsWithIds(const TemporaryFolder &folder)
{
    return LoadLabels("", folder.write("original.txt", "0\n2\n"),
                      folder.write("synsets.txt", "n001\nn002\nn003\n"));
}

TEST(ClassMap, FilesOfIndicesAndIds)
{
    const TemporaryFolder folder;
    const Labels labels = LabelsWithIds(folder);
    rs_class_map *map = nullptr;
    rs_error error = {};
    const std::string path = folder.write("map.txt", "# head\r\nn003\r\n-1\r\n0\r\nn001\r\n");
    ASSERT_EQ(rs_class_map_load(path.c_str(), labels.get(), &map, &error), RS_OK) << error.reason;
    const Map owned(map, rs_class_map_free);
    EXPECT_EQ(map->columns, 4u);
    EXPECT_EQ(map->classes, 3u);
    EXPECT_EQ(Groups(*map), (std::vector<std::vector<int>>{{0, 2, 3}, {2, 0}}));
    EXPECT_EQ(rs_class_map_load(folder.path("none").c_str(), labels.get(), &map, &error), RS_IO);
    EXPECT_EQ(map, nullptr);
}

class BadClassMap : public ::testing::TestWithParam<BadInput> {};

TEST_P(BadClassMap, IsRefused)
{
    const TemporaryFolder folder;
    const bool ids = std::string(GetParam().name) != "IdsNotKnown";
    const Labels labels = ids ? LabelsWithIds(folder) : CreateLabels(3, {0, 2});
    rs_class_map *map = nullptr;
    rs_error error = {};
    const std::string &text = GetParam().text;
    const rs_status status =
        rs_class_map_parse(labels.get(), "map.txt", Bytes(text), text.size(), &map, &error);
    ExpectError(GetParam(), "map.txt", status, error);
    EXPECT_EQ(map, nullptr);
}

const char *const kForm = "write for every column of the input one line";
const BadInput kBad[] = {
    {"Empty", "# nothing\n", RS_FORMAT, RS_PLACE_NONE, 0, "the file holds no lines", kForm},
    {"TooLarge", "0\n3\n", RS_RANGE, RS_PLACE_LINE, 2, "class '3' is outside -1 to 2", kForm},
    {"Negative", "0\n-2\n", RS_RANGE, RS_PLACE_LINE, 2, "class '-2' is outside -1 to 2", kForm},
    {"Word", "n001\nn004\n", RS_FORMAT, RS_PLACE_LINE, 2,
     "'n004' is neither a class index nor a synset id of the labels", kForm},
    {"Fraction", "1.0\n", RS_FORMAT, RS_PLACE_LINE, 1,
     "'1.0' is neither a class index nor a synset id of the labels", kForm},
    {"TwoWords", "0 1\n", RS_FORMAT, RS_PLACE_LINE, 1,
     "'0 1' is neither a class index nor a synset id of the labels", kForm},
    {"IdsNotKnown", "n001\n", RS_FORMAT, RS_PLACE_LINE, 1,
     "'n001' is not a class index, and the labels know no synset ids", kForm},
    {"NoClass", "-1\n-1\n", RS_MISMATCH, RS_PLACE_NONE, 0, "no column carries a class", kForm},
    {"Blank", "0\n\n1\n", RS_FORMAT, RS_PLACE_LINE, 2, "a blank line, but line 3 follows",
     "remove it"},
};
INSTANTIATE_TEST_SUITE_P(Table, BadClassMap, ::testing::ValuesIn(kBad), BadInputName);

TEST(ClassMap, TooManyColumns)
{
    std::string text;
    for (int i = 0; i < 65536; ++i) {
        text += "0\n";
    }
    const Labels labels = CreateLabels(3, {0, 2});
    rs_class_map *map = nullptr;
    rs_error error = {};
    ASSERT_EQ(rs_class_map_parse(labels.get(), "m", Bytes(text), text.size(), &map, &error), RS_OK);
    EXPECT_EQ(map->positions, 1u);
    EXPECT_EQ(map->column_begin[1], 65536u);
    rs_class_map_free(map);
    text += "1\n";
    EXPECT_EQ(rs_class_map_parse(labels.get(), "m", Bytes(text), text.size(), &map, &error),
              RS_RANGE);
    EXPECT_EQ(error.place.at, 65537u);
    EXPECT_STREQ(error.reason, "more than 65536 columns");
}

} // namespace
