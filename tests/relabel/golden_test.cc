// Golden sets as votes of experts and as lists of what is there; images and their rows.
#include "relabel/rater_files.h"

namespace {

const char *const kForm =
    "; a golden set is {\"image\": [classes], ...}, or an array of such lists with "
    "null where nobody looked";

TEST(GoldenSet, votes_of_experts)
{
    const TemporaryFolder folder;
    const std::string csv = "e1,a.png,5,yes\ne2,a.png,5,no\ne3,a.png,5,yes\n"
                            "e1,a.png,6,yes\ne2,a.png,6,maybe\ne1,b.png,5,no\n";
    const std::string lines =
        R"({"rater": "e1", "image": "a.png", "label": 5, "answer": "yes"})" "\n"
        R"({"rater": "e2", "image": "a.png", "label": 5, "answer": "no"})" "\n";
    const Golden golden(folder.write("golden.csv", csv));
    ASSERT_EQ(golden.status, RS_OK) << MessageOf(golden.error);
    EXPECT_EQ(golden.Text(), "a.png/5 2/3\na.png/6 1/2\nb.png/5 0/1\n");
    EXPECT_FALSE(golden.value.whole_images);
    EXPECT_TRUE(rs_golden_is_present(&golden.value, 0));
    EXPECT_FALSE(rs_golden_is_present(&golden.value, 1)); // half is not more than half
    uint64_t judged = 0;
    uint64_t present = 0;
    rs_golden_count(&golden.value, &judged, &present);
    EXPECT_EQ(judged, 3u);
    EXPECT_EQ(present, 1u);
    for (const std::string &text : {lines, "[" + lines.substr(0, lines.find('\n')) + "," +
                                               lines.substr(lines.find('\n')) + "]"}) {
        const Golden as_json(folder.write("golden.json", text));
        ASSERT_EQ(as_json.status, RS_OK) << MessageOf(as_json.error);
        EXPECT_EQ(as_json.Text(), "a.png/5 1/2\n");
    }
}

// A pair that no expert answered is not judged.
TEST(GoldenSet, pairs_nobody_answered)
{
    const TemporaryFolder folder;
    const Golden golden(VotesNpz(folder, "g.npz", {"y.", "y."}, {{"a", "1"}, {"a", "2"}}, {1, 2}));
    ASSERT_EQ(golden.status, RS_OK) << MessageOf(golden.error);
    EXPECT_EQ(golden.Text(), "a/1 2/2\na/2 0/0\n");
    EXPECT_FALSE(rs_golden_is_judged(&golden.value, 1));
}

TEST(GoldenSet, lists)
{
    const TemporaryFolder folder;
    const Golden object(
        folder.write("g.json", "{\"a.png\": [5, 6],\n \"x/b.png\": [], \"c.png\": [\"7\"]}"));
    ASSERT_EQ(object.status, RS_OK) << MessageOf(object.error);
    EXPECT_TRUE(object.value.whole_images);
    EXPECT_EQ(object.Text(), "a.png/5 1/1\na.png/6 1/1\nc.png/7 1/1\n");

    const Golden array(folder.write("g.json", " [null, [970, 795], [], null, [3]]"));
    ASSERT_EQ(array.status, RS_OK) << MessageOf(array.error);
    EXPECT_EQ(array.Text(), "ILSVRC2012_val_00000002.JPEG/970 1/1\n"
                            "ILSVRC2012_val_00000002.JPEG/795 1/1\n"
                            "ILSVRC2012_val_00000005.JPEG/3 1/1\n");

    rs_image_rows images;
    ASSERT_EQ(rs_image_rows_read(folder.write("files.txt", "x.png\ny.png\n").c_str(), 0, &images,
                                 nullptr),
              RS_OK);
    const Golden named(folder.write("g.json", "[null, [3]]"), &images);
    ASSERT_EQ(named.status, RS_OK) << MessageOf(named.error);
    EXPECT_EQ(named.Text(), "y.png/3 1/1\n");
    rs_image_rows_clear(&images);
}

// What is not listed is absent, once there are candidates; images that nobody looked at stay out.
TEST(GoldenSet, lists_are_completed)
{
    const TemporaryFolder folder;
    Golden golden(folder.write("g.json", R"({"a.png": [5], "b.png": []})"));
    ASSERT_EQ(golden.status, RS_OK) << MessageOf(golden.error);
    const Votes votes(folder.write("v.csv", "r,a.png,5,yes\nr,a.png,6,yes\nr,b.png,5,no\n"
                                            "r,c.png,5,no\n"));
    ASSERT_EQ(rs_golden_complete(&golden.value, &votes.value.pairs, nullptr), RS_OK);
    ASSERT_EQ(rs_golden_complete(&golden.value, &votes.value.pairs, nullptr),
              RS_OK); // once is enough
    EXPECT_EQ(golden.Text(), "a.png/5 1/1\na.png/6 0/1\nb.png/5 0/1\n");

    Golden judged(folder.write("g.csv", "e,a.png,5,yes\n"));
    ASSERT_EQ(rs_golden_complete(&judged.value, &votes.value.pairs, nullptr), RS_OK);
    EXPECT_EQ(judged.Text(), "a.png/5 1/1\n");
}

TEST(GoldenSet, bad_lists)
{
    const TemporaryFolder folder;
    struct Case {
        const char *text;
        rs_status status;
        std::string message;
    };
    const Case cases[] = {
        {"{\"a\": [1, 1]}", RS_FORMAT,
         "row 0: class 1 of image 'a' comes twice; name each class once"},
        {"{\"a\": [1], \"x/a\": []}", RS_FORMAT,
         "row 1: the image 'x/a' comes twice; name each image once"},
        {"{\"a\": [1], \"a\": []}", RS_FORMAT,
         "the key \"a\" stands twice in one object; keep one of the two"},
        {"{\"a\": 1}", RS_FORMAT,
         std::string("row 0: what is given for the image 'a' is no list") + kForm},
        {"{\"a\": null}", RS_FORMAT,
         std::string("row 0: what is given for the image 'a' is no list") + kForm},
        {"[[1], 2]", RS_FORMAT,
         std::string(
             "row 1: what is given for the image 'ILSVRC2012_val_00000002.JPEG' is no list") +
             kForm},
        {"[[-1]]", RS_RANGE,
         "row 0: there is no class '-1', of 65536; classes are numbered from 0"},
        {"[[1.5]]", RS_FORMAT,
         std::string("row 0: a class is neither a number nor a text") + kForm},
        {"[[[1]]]", RS_FORMAT,
         std::string("row 0: a class is neither a number nor a text") + kForm},
        {"[[\"cat\"]]", RS_FORMAT,
         "row 0: 'cat' is no known label; a label is a class index, or a synset id when --synsets "
         "lists them"},
        {"[null, null]", RS_FORMAT, std::string("there is no list in it") + kForm},
        {"[]", RS_FORMAT, std::string("there is no list in it") + kForm},
        {"{}", RS_FORMAT, std::string("there is no list in it") + kForm},
        {"[[1]", RS_FORMAT,
         "byte 3: this is not valid JSON; is it the right file? Write or copy it again"},
    };
    for (const Case &bad : cases) {
        SCOPED_TRACE(bad.text);
        const Golden golden(folder.write("g.json", bad.text));
        EXPECT_EQ(golden.status, bad.status);
        EXPECT_EQ(MessageOf(golden.error), folder.path("g.json") + ": " + bad.message);
        EXPECT_EQ(golden.value.pairs.count, 0u);
    }
    std::string many = "[[1]";
    for (int i = 0; i < 50000; ++i) {
        many += ",null";
    }
    const Golden golden(folder.write("g.json", many + "]"));
    EXPECT_EQ(golden.status, RS_MISMATCH);
    EXPECT_EQ(MessageOf(golden.error),
              folder.path("g.json") + ": row 50000: the array has 50001 entries, there are 50000 "
                                      "images; give a list or null for every image");
}

TEST(ImageRows, numbers_and_lists)
{
    const TemporaryFolder folder;
    rs_image_rows images;
    const auto find = [&](const std::string &name) {
        return rs_image_rows_find(&images, {name.data(), name.size()});
    };
    ASSERT_EQ(rs_image_rows_read(nullptr, 300, &images, nullptr), RS_OK);
    EXPECT_EQ(find("val/ILSVRC2012_val_00000300.JPEG"), 299);
    EXPECT_EQ(find("ILSVRC2012_val_00000301.JPEG"), -1);
    EXPECT_EQ(find("cat.png"), -1);
    rs_image_rows_clear(&images);
    const std::string list = folder.write("files.txt", "# all\nx/cat.png 17\ndog.png\n");
    ASSERT_EQ(rs_image_rows_read(list.c_str(), 0, &images, nullptr), RS_OK);
    EXPECT_EQ(images.rows, 2u);
    EXPECT_EQ(find("cat.png"), 0);
    EXPECT_EQ(find("y/dog.png"), 1);
    EXPECT_EQ(find("ILSVRC2012_val_00000001.JPEG"), -1);
    rs_image_rows_clear(&images);

    rs_error error = {};
    EXPECT_EQ(rs_image_rows_read(list.c_str(), 3, &images, &error), RS_MISMATCH);
    EXPECT_EQ(MessageOf(error),
              list + ": the list has 2 images, the labels have 3; name the images in "
                     "the order of the labels, one a line");
    const std::string twice = folder.write("twice.txt", "a.png\nb.png\nx/a.png\n");
    EXPECT_EQ(rs_image_rows_read(twice.c_str(), 0, &images, &error), RS_FORMAT);
    EXPECT_EQ(MessageOf(error),
              twice + ": line 3: the image 'x/a.png' is already row 0 of the list; name each image "
                      "once");
}

}  // namespace
