// Row orders: from the labels themselves and from lists.
#include <gtest/gtest.h>

#include "labels/label_case.h"
#include "support/program.h"
#include "support/real_data.h"

extern "C" {
#include "labels/image_order.h"
}

namespace {

using Order = std::unique_ptr<rs_order, void (*)(rs_order *)>;
using Rows = std::vector<uint32_t>;

Rows RowsOf(const rs_order *order)
{
    return order == nullptr ? Rows{}
                            : Rows(rs_order_get(order), rs_order_get(order) + rs_order_rows(order));
}

Order Make(const Labels &labels, rs_order_kind kind)
{
    rs_order *order = nullptr;
    rs_error error = {};
    EXPECT_EQ(rs_order_create(labels.get(), kind, nullptr, &order, &error), RS_OK) << error.reason;
    return Order(order, rs_order_free);
}

rs_status ParseList(const Labels &labels, const std::string &text, Rows *rows, rs_error *error)
{
    rs_order *order = nullptr;
    const rs_status status =
        rs_order_parse(labels.get(), "list.txt", Bytes(text), text.size(), &order, error);
    EXPECT_EQ(status == RS_OK, order != nullptr);
    *rows = RowsOf(order);
    rs_order_free(order);
    return status;
}

Rows List(const Labels &labels, const std::string &text)
{
    Rows rows;
    rs_error error = {};
    EXPECT_EQ(ParseList(labels, text, &rows, &error), RS_OK) << error.reason;
    return rows;
}

TEST(ImageOrder, AJsonArrayIsAList)
{
    const Labels labels = CreateLabels(3, {2, 0, 1});
    EXPECT_EQ(List(labels, " [\"ILSVRC2012_val_00000003.JPEG\",\n 0, "
                           "\"x/ILSVRC2012_val_00000002\"]"),
              (Rows{2, 0, 1}));
    Rows rows;
    rs_error error = {};
    EXPECT_EQ(ParseList(labels, "[2, 0,\n 3]", &rows, &error), RS_RANGE);
    EXPECT_STREQ(error.reason, "there is no row '3' of 3");
    EXPECT_EQ(error.place.at, 2u);
    EXPECT_EQ(ParseList(labels, "[2, 0]", &rows, &error), RS_MISMATCH);
    EXPECT_EQ(ParseList(labels, "[2, 0", &rows, &error), RS_FORMAT);
    EXPECT_EQ(error.place.kind, RS_PLACE_BYTE);
    EXPECT_EQ(ParseList(labels, "[2, 0, 1] 5", &rows, &error), RS_FORMAT);
}

TEST(ImageOrder, FileOrderIsTheLabels)
{
    EXPECT_EQ(RowsOf(Make(CreateLabels(3, {2, 0, 1}), RS_ORDER_FILE).get()), (Rows{0, 1, 2}));
}

TEST(ImageOrder, ImageFolderIsByClassThenByFile)
{
    const Labels labels = CreateLabels(4, {2, 0, 3, 0, 2, 0});
    EXPECT_EQ(RowsOf(Make(labels, RS_ORDER_IMAGEFOLDER).get()), (Rows{1, 3, 5, 0, 4, 2}));
}

TEST(ImageOrder, ImageFolderListsFoldersByName)
{
    const TemporaryFolder folder;
    // class 0 is "zebra": its folder comes last
    const Labels labels = LoadLabels("", folder.write("original.txt", "0\n1\n2\n0\n1\n"),
                                     folder.write("synsets.txt", "zebra\nant\nbee\n"));
    EXPECT_EQ(RowsOf(Make(labels, RS_ORDER_IMAGEFOLDER).get()), (Rows{1, 4, 2, 0, 3}));
}

TEST(ImageOrder, ImageFolderNeedsEveryLabel)
{
    const Labels labels = CreateLabels(4, {2, -1, 3});
    rs_order *order = nullptr;
    rs_error error = {};
    EXPECT_EQ(rs_order_create(labels.get(), RS_ORDER_IMAGEFOLDER, nullptr, &order, &error),
              RS_MISMATCH);
    EXPECT_EQ(order, nullptr);
    EXPECT_EQ(error.place.kind, RS_PLACE_ROW);
    EXPECT_EQ(error.place.at, 1u);
    EXPECT_STREQ(error.reason,
                 "an image without an original label has no place in ImageFolder order");
}

TEST(ImageOrder, ListsOfNumbersAndIlsvrcNames)
{
    const Labels labels = CreateLabels(4, {2, 0, 3});
    EXPECT_EQ(List(labels, "2\n0\n1\n"), (Rows{2, 0, 1}));
    EXPECT_EQ(List(labels, "# order\r\n2\r\n0\r\n1"), (Rows{2, 0, 1}));
    EXPECT_EQ(List(labels, "val/n1/ILSVRC2012_val_00000003.JPEG\nILSVRC2012_val_00000001\n"
                           "x\\ILSVRC2012_val_00000002_n01440764.png\n"),
              (Rows{2, 0, 1}));
    EXPECT_EQ(List(labels, "ILSVRC2012_val_00000003.JPEG 7\nILSVRC2012_val_00000001.JPEG,9,9\n1\n"),
              (Rows{2, 0, 1}));
}

TEST(ImageOrder, ListsOfTheNamesOfTheLabelFile)
{
    const TemporaryFolder folder;
    const Labels labels =
        LoadLabels("", folder.write("original.txt", "x/b.png 1\nx/a.png 0\ny/c.png 1\n"));
    EXPECT_EQ(List(labels, "c.png\nelsewhere/a.png\nb.png\n"), (Rows{2, 0, 1}));
    const Labels ilsvrc = LoadLabels(
        "", folder.write("ilsvrc.txt",
                         "ILSVRC2012_val_00000030.JPEG 1\nILSVRC2012_val_00000007.JPEG 0\n"));
    EXPECT_EQ(List(ilsvrc, "ILSVRC2012_val_00000030\nILSVRC2012_val_00000007\n"), (Rows{1, 0}));
}

// A padded sampler repeats images: a list may name the image of every row.
TEST(ImageOrder, AListMayRepeatImages)
{
    const Labels labels = CreateLabels(4, {2, 0, 3}, {{1}, {2}, {3}});
    const std::string text = "2\n0\n1\nILSVRC2012_val_00000003.JPEG\n";
    rs_order *order = nullptr;
    rs_labels *again = nullptr;
    ASSERT_EQ(rs_order_parse(labels.get(), "list", Bytes(text), text.size(), &order, nullptr),
              RS_OK);
    EXPECT_EQ(RowsOf(order), (Rows{2, 0, 1, 2}));
    EXPECT_EQ(rs_order_repeats(order), 1u);
    ASSERT_EQ(rs_labels_reorder(labels.get(), order, &again, nullptr), RS_OK);
    EXPECT_EQ(rs_labels_get_view(again)->original[3], RS_CLASS_UNKNOWN);
    rs_labels_free(again);
    rs_order_free(order);
}

TEST(ImageOrder, ListsOfOtherForms)
{
    const TemporaryFolder folder;
    const Labels labels =
        LoadLabels("", folder.write("original.txt", "x/b.png 1\nx/a.b.PNG 0\ny/C.png 1\n"));
    // sorted: C, a.b, b
    EXPECT_EQ(List(labels, "[\"c.PNG\", \"p/a.b\", 2, 1]"), (Rows{0, 1, 2, 1}));
}

class BadList : public ::testing::TestWithParam<BadInput> {};

TEST_P(BadList, IsRefused)
{
    const TemporaryFolder folder;
    const bool named = std::string(GetParam().name).rfind("Named", 0) == 0;
    const Labels labels =
        named ? LoadLabels("", folder.write("original.txt", "a.png 1\nb.png 0\nc.png 1\n"))
              : CreateLabels(4, {2, 0, 3});
    Rows rows;
    rs_error error = {};
    const rs_status status = ParseList(labels, GetParam().text, &rows, &error);
    ExpectError(GetParam(), "list.txt", status, error);
}

const char *const kForm = "name the list with --subset to score these alone";
const BadInput kBad[] = {
    {"Empty", "", RS_MISMATCH, RS_PLACE_NONE, 0,
     "the list holds 0 of the 3 images; row 0 is not in it", kForm},
    {"Missing", "2\n0\n", RS_MISMATCH, RS_PLACE_NONE, 0,
     "the list holds 2 of the 3 images; row 1 is not in it", kForm},
    {"TooMany", "2\n0\n1\n3\n", RS_RANGE, RS_PLACE_LINE, 4, "there is no row '3' of 3",
     "counted from 0"},
    {"Negative", "-1\n0\n1\n", RS_RANGE, RS_PLACE_LINE, 1, "there is no row '-1' of 3",
     "counted from 0"},
    {"Wraps", "4294967296\n0\n1\n", RS_RANGE, RS_PLACE_LINE, 1, "there is no row '4294967296' of 3",
     "counted from 0"},
    {"UnknownName", "2\na.png\n0\n", RS_MISMATCH, RS_PLACE_LINE, 2,
     "no image of the labels is called 'a.png'", "which say what the images are called"},
    {"BeyondTheLabels", "ILSVRC2012_val_00000004.JPEG\n", RS_MISMATCH, RS_PLACE_LINE, 1,
     "no image of the labels is called 'ILSVRC2012_val_00000004.JPEG'", "ILSVRC2012_val_NNNNNNNN"},
    {"ImageZero", "ILSVRC2012_val_00000000.JPEG\n", RS_MISMATCH, RS_PLACE_LINE, 1,
     "no image of the labels is called 'ILSVRC2012_val_00000000.JPEG'", "ILSVRC2012_val_NNNNNNNN"},
    {"Blank", "2\n\n0\n1\n", RS_FORMAT, RS_PLACE_LINE, 2, "a blank line, but line 3 follows",
     "remove it"},
    {"NamedMissing", "b.png\n", RS_MISMATCH, RS_PLACE_NONE, 0,
     "the list holds 1 of the 3 images; row 0, 'a.png' is not in it", kForm},
    {"NamedUnknown", "b.png\nd.png\n", RS_MISMATCH, RS_PLACE_LINE, 2,
     "no image of the labels is called 'd.png'", "name the images as the label file does"},
};
INSTANTIATE_TEST_SUITE_P(Table, BadList, ::testing::ValuesIn(kBad), BadInputName);

TEST(ImageOrder, AListMustBeNamed)
{
    const Labels labels = CreateLabels(4, {2, 0, 3});
    rs_order *order = nullptr;
    rs_error error = {};
    EXPECT_EQ(rs_order_create(labels.get(), RS_ORDER_LIST, nullptr, &order, &error), RS_USAGE);
    EXPECT_EQ(order, nullptr);
    const TemporaryFolder folder;
    EXPECT_EQ(
        rs_order_create(labels.get(), RS_ORDER_LIST, folder.path("none").c_str(), &order, &error),
        RS_IO);
    EXPECT_STREQ(error.reason, "no such file");
    const std::string list = folder.write("list.txt", "1\n0\n2\n");
    ASSERT_EQ(rs_order_create(labels.get(), RS_ORDER_LIST, list.c_str(), &order, &error), RS_OK);
    EXPECT_EQ(RowsOf(order), (Rows{1, 0, 2}));
    rs_order_free(order);
}

TEST(ImageOrder, ImageFolderOfTheValidationSet)
{
    RS_NEED_DATA();
    const RealLabels real = ReadRealLabels();
    const Labels labels = LoadLabels("", DataFolder() + "/ilsvrc2012_val_labels.txt",
                                     DataFolder() + "/imagenet_synsets.txt");
    EXPECT_EQ(RowsOf(Make(labels, RS_ORDER_IMAGEFOLDER).get()),
              Rows(real.imagefolder.begin(), real.imagefolder.end()));
}

TEST(LabelsReorder, PutsRowsIntoTheOrderOfTheInput)
{
    const Labels labels = CreateLabels(9, {2, 0, -1, 3}, {{5}, {}, {8, 1, 7}, {0, 3}});
    const std::string text = "2\n3\n0\n1";
    rs_order *order = nullptr;
    ASSERT_EQ(rs_order_parse(labels.get(), "list", Bytes(text), text.size(), &order, nullptr),
              RS_OK);
    rs_labels *made = nullptr;
    ASSERT_EQ(rs_labels_reorder(labels.get(), order, &made, nullptr), RS_OK);
    const Labels reordered(made, rs_labels_free);
    EXPECT_EQ(OriginalsOf(made), (std::vector<int32_t>{-1, 3, 2, 0}));
    EXPECT_EQ(SetsOf(made), (Sets{{1, 7, 8}, {0, 3}, {5}, {}}));
    EXPECT_EQ(rs_labels_get_view(made)->classes, 9u);
    EXPECT_EQ(rs_labels_hash(made), rs_labels_hash(labels.get()));

    const Labels other = CreateLabels(9, {1, 2});
    rs_error error = {};
    EXPECT_EQ(rs_labels_reorder(other.get(), order, &made, &error), RS_MISMATCH);
    EXPECT_EQ(made, nullptr);
    rs_order_free(order);
}

TEST(LabelsReorder, KeepsWhatTheLabelsAreCalled)
{
    const TemporaryFolder folder;
    const std::string original = folder.write("original.txt", "# synthetic\n0\n1\n");
    const std::string real = folder.write("real.json", "[[0], [1]]");
    const Labels labels = LoadLabels(real, original, folder.write("synsets.txt", "a\nb\n"),
                                     folder.write("names.txt", "ape, monkey\nbee\n"));
    const Order order = Make(labels, RS_ORDER_IMAGEFOLDER);
    rs_labels *made = nullptr;
    ASSERT_EQ(rs_labels_reorder(labels.get(), order.get(), &made, nullptr), RS_OK);
    const Labels reordered(made, rs_labels_free);
    EXPECT_STREQ(rs_labels_synset(made, 1), "b");
    EXPECT_STREQ(rs_labels_name(made, 0), "ape, monkey");
    EXPECT_EQ(rs_labels_name(made, 2), nullptr);
    EXPECT_STREQ(rs_labels_real_path(made), real.c_str());
    EXPECT_STREQ(rs_labels_original_path(made), original.c_str());
    EXPECT_TRUE(rs_labels_are_synthetic(made));
    EXPECT_FALSE(rs_labels_are_ilsvrc(made));
}

} // namespace
