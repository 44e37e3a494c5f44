// Labels of some of the images, and the lists and names by which images are found.
#include <gtest/gtest.h>

#include "labels/label_case.h"
#include "support/program.h"

extern "C" {
#include "labels/file_names.h"
#include "labels/image_list.h"
#include "labels/image_order.h"
#include "labels/label_part.h"
#include "labels/labels_subset.h"
}

namespace {

Labels Part(rs_labels *whole, const std::vector<uint32_t> &rows, const char *list = nullptr)
{
    rs_labels *part = nullptr;
    rs_error error = {};
    EXPECT_EQ(rs_labels_subset(whole, rows.data(), rows.size(), list, &part, &error), RS_OK)
        << error.reason;
    return Labels(part, rs_labels_free);
}

std::vector<int64_t> Find(const rs_labels *labels, const std::vector<std::string> &names)
{
    rs_name_search search = {};
    search.labels = labels;
    std::vector<int64_t> rows;
    for (const std::string &name : names) {
        int64_t row = 0;
        EXPECT_EQ(rs_name_search_find(&search, {name.data(), name.size()}, &row, nullptr), RS_OK);
        rows.push_back(row);
    }
    rs_name_search_clear(&search);
    return rows;
}

TEST(LabelsSubset, HoldsTheImagesOnceInFileNameOrder)
{
    const Labels part =
        Part(CreateLabels(4, {2, 0, 3, 1}, {{1}, {2, 3}, {}, {0}}).release(), {3, 1, 3, 2}, "l");
    const rs_label_view *view = rs_labels_get_view(part.get());
    EXPECT_EQ(std::vector<int32_t>(view->original, view->original + view->rows),
              (std::vector<int32_t>{0, 3, 1}));
    EXPECT_EQ(SetsOf(part.get()), (Sets{{2, 3}, {}, {0}}));
    EXPECT_EQ(rs_labels_image(part.get(), 2), 3u);
    EXPECT_EQ(rs_labels_row_of(part.get(), 0), -1);
    EXPECT_EQ(rs_labels_row_of(part.get(), 3), 2);
    EXPECT_STREQ(rs_labels_list_path(part.get()), "l");
    const rs_labels *whole = rs_labels_whole(part.get());
    ASSERT_NE(whole, nullptr);
    EXPECT_EQ(rs_labels_get_view(whole)->rows, 4u);
    EXPECT_EQ(rs_labels_whole(whole), nullptr);
    EXPECT_NE(rs_labels_hash(part.get()), rs_labels_hash(whole));
    // the same labels, made in another way, have the same hash
    const Labels same = CreateLabels(4, {0, 3, 1}, {{2, 3}, {}, {0}});
    EXPECT_EQ(rs_labels_hash(part.get()), rs_labels_hash(same.get()));
}

TEST(LabelsSubset, KnowsTheNamesOfTheWhole)
{
    const TemporaryFolder folder;
    const Labels part = Part(LoadLabels("", folder.write("original.txt",
                                                         "a.png 1\nb.png 0\nc.png 1\n"))
                                 .release(),
                             {2, 0});
    const rs_span name = rs_labels_row_name(part.get(), 1);
    EXPECT_EQ(std::string(name.text, name.length), "c.png");
    EXPECT_EQ(Find(part.get(), {"a.png", "b.png", "c.png", "d.png"}),
              (std::vector<int64_t>{0, RS_IMAGE_ELSEWHERE, 1, RS_IMAGE_UNKNOWN}));
    // an order of these images may be a list of all
    rs_order *order = nullptr;
    const std::string list = "c.png\nb.png\na.png\n";
    ASSERT_EQ(rs_order_parse(part.get(), "list", Bytes(list), list.size(), &order, nullptr), RS_OK);
    ASSERT_EQ(rs_order_rows(order), 2u);
    EXPECT_EQ(rs_order_get(order)[0], 1u);
    rs_order_free(order);
}

TEST(NameSearch, ByStemInEitherCaseWhereOnlyOneHasIt)
{
    const TemporaryFolder folder;
    const Labels labels = LoadLabels(
        "", folder.write("original.txt",
                         "Cat.01.JPEG 1\ndog.png 0\nemu.jpg 1\nemu.png 0\nfox 1\n"));
    EXPECT_EQ(Find(labels.get(), {"cat.01", "CAT.01.jpg", "cat", "dog.webp", "emu.jpg", "emu.png",
                                  "emu", "fox.jpeg", ".png", ""}),
              (std::vector<int64_t>{0, 0, -1, 1, 2, 3, -1, 4, -1, -1}));
}

TEST(NameSearch, TheValidationSetByNumber)
{
    const Labels labels = CreateLabels(4, {2, 0, 3});
    EXPECT_EQ(Find(labels.get(), {"ILSVRC2012_val_00000002.JPEG", "ilsvrc2012_VAL_00000003",
                                  "ILSVRC2012_val_00000004.JPEG", "x.JPEG"}),
              (std::vector<int64_t>{1, 2, -1, -1}));
}

std::string Listed(const rs_labels *labels, const std::string &text)
{
    rs_image_list list;
    rs_error error = {};
    std::string rows;
    if (rs_image_list_parse(labels, "list", Bytes(text), text.size(), &list, &error) != RS_OK) {
        rows = error.reason;
    }
    for (uint64_t i = 0; error.status == RS_OK && i < list.count; ++i) {
        rows += (i > 0 ? " " : "") + std::to_string(list.row[i]);
    }
    rs_image_list_clear(&list);
    return rows;
}

TEST(ImageList, TextTablesAndJson)
{
    const Labels labels = CreateLabels(4, {2, 0, 3});
    const rs_labels *const of = labels.get();
    EXPECT_EQ(Listed(of, "2\n# x\n0\n2\n"), "2 0 2");
    EXPECT_EQ(Listed(of, "filename,index,prob\n\"ILSVRC2012_val_00000002.JPEG\",7,0.5\n"), "1");
    EXPECT_EQ(Listed(of, " [\"val/ILSVRC2012_val_00000003\", 0, \"1\"]"), "2 0 1");
    EXPECT_EQ(Listed(of, "[]"), "");
    EXPECT_EQ(Listed(of, ""), "");
    EXPECT_EQ(Listed(of, "[3]"), "there is no row '3' of 3");
    EXPECT_EQ(Listed(of, "[0.5]"), "no image of the labels is called '0.5'");
    EXPECT_NE(Listed(of, "[[0]]").find("expected"), std::string::npos) << Listed(of, "[[0]]");
    EXPECT_EQ(Listed(of, "[\"x\"]"), "no image of the labels is called 'x'");
    EXPECT_EQ(Listed(of, "x\nfilename\n"), "no image of the labels is called 'x'");
    EXPECT_NE(Listed(of, "[0, 1"), "0 1");
}

} // namespace
