// Label sets in every form but real.json: the same sets whatever the form, and what is refused.
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "labels/label_case.h"
#include "support/program.h"
#include "support/real_data.h"

extern "C" {
#include "labels/set_file.h"
}

namespace {

const char *const kIds = "n00000001\nn00000002\nn00000003\nn00000004\n";

struct Parsed {
    rs_class_list ids = {};
    rs_real_sets sets = {};
    rs_error error = {};
    rs_status status = RS_OK;

    Parsed(const std::string &text, rs_set_purpose purpose = RS_SETS_REAL,
           const std::string &list = kIds)
    {
        EXPECT_EQ(rs_class_list_parse("ids", Bytes(list), list.size(), RS_CLASS_LIST_IDS, &ids,
                                      nullptr),
                  RS_OK);
        const rs_set_context context = {"sets", &ids, 1000, purpose, &error};
        status = rs_set_file_parse(&context, Bytes(text), text.size(), &sets);
    }
    ~Parsed()
    {
        rs_class_list_clear(&ids);
        rs_real_sets_clear(&sets);
    }
    Parsed(const Parsed &) = delete;
    Parsed &operator=(const Parsed &) = delete;
    Sets all() const
    {
        Sets out;
        for (uint32_t i = 0; i < sets.rows; ++i) {
            out.emplace_back(sets.class_index + sets.begin[i],
                             sets.class_index + sets.begin[i + 1]);
        }
        return out;
    }
    std::string name(uint32_t row) const
    {
        const rs_span span = rs_file_names_get(&sets.names, row);
        return std::string(span.text, span.length);
    }
};

Sets All(const std::string &text)
{
    const Parsed parsed(text);
    EXPECT_EQ(parsed.status, RS_OK) << text << parsed.error.reason;
    return parsed.all();
}

TEST(SetFile, JsonByFileName)
{
    const Parsed parsed(R"({"val/b.png": [9, 3], "a.png": [], "x\\c.png": "n00000002"})");
    EXPECT_EQ(parsed.status, RS_UNSUPPORTED); // an escape
    const Parsed named(R"({"val/b.png": [9, 3], "a.png": [], "c.png": "n00000002", "d.png": 7,
                           "e.png": -1})");
    ASSERT_EQ(named.status, RS_OK) << named.error.reason;
    EXPECT_EQ(named.all(), (Sets{{}, {3, 9}, {1}, {7}, {}}));
    EXPECT_EQ(named.name(1), "b.png");
    EXPECT_EQ(named.sets.listed, 5u);
    EXPECT_EQ(named.sets.largest, 9);
}

TEST(SetFile, JsonByRow)
{
    EXPECT_EQ(All(R"({"2": [5], "0": [1, 2]})"), (Sets{{1, 2}, {}, {5}}));
    EXPECT_EQ(All(R"([["n00000003", "n00000001"], [], ["n00000004"]])"), (Sets{{0, 2}, {}, {3}}));
}

TEST(SetFile, MultiLabelAnnotations)
{
    const Parsed parsed(R"({
        "imagenet_m": ["ILSVRC2012_val_00000001.JPEG"],
        "problematic_images": {"ILSVRC2012_val_00000007.JPEG": {"reason": "x [", "n": 1.5},
                               "other.jpg": {}},
        "initial_annots": {
            "ILSVRC2012_val_00000007.JPEG": {"correct": ["n00000001"]},
            "0af3f1b55de791c4144e2fb6d7dfe96dfc22d3fc.jpeg": {"correct": ["n00000004"]},
            "ILSVRC2012_val_00000001.JPEG": {"wrong": ["n00000001", "nowhere"],
                "correct": ["n00000003"], "unclear": ["n00000002", "n00000003"]},
            "ILSVRC2012_val_00000003.JPEG": {}}})");
    ASSERT_EQ(parsed.status, RS_OK) << parsed.error.reason;
    EXPECT_EQ(parsed.all(), (Sets{{1, 2}, {}, {}}));
    EXPECT_EQ(parsed.sets.largest, 2);
    EXPECT_EQ(parsed.name(2), "ILSVRC2012_val_00000007.JPEG");
}

TEST(SetFile, TablesWithAColumnOfLists)
{
    const Sets expected = {{415, 813}, {}, {7}};
    for (const char *text : {
             "id,original,real\nb.png,7,\nc.png,1,7\na.png,3,\"415, 813\"\n",
             "b.png,7,\"\"\nc.png,1,7\na.png,3,\"415, 813\"\n",
             "original;file name;real_labels\r\n7;b.png;[]\r\n1;val/c.png;[7]\r\n"
             "3;a.png;[813, 415]",
             "image\tlabels\nb.png\t\nc.png\t7\na.png\t415 813\n",
             "id,original_label,proposed_labels\nb.png,7,\nc.png,1,7\na.png,3,\"415, 813\"\n",
             "proposed_labels,id,original_label\n,b.png,7\n7,c.png,1\n\"415, 813\",a.png,3\n",
             "Image,Predicted Label,Given Label,Corrected Labels\nb.png,1,7,\nc.png,1,1,7\n"
             "a.png,2,3,\"415, 813\"\n",
             "path,whatever\nb.png,nan\nc.png,['7']\na.png,\"[\"\"415\"\", \"\"813\"\"]\"\n",
         }) {
        EXPECT_EQ(All(text), expected) << text;
    }
    EXPECT_EQ(All("row,real\n2,5\n0,\"1 2\"\n"), (Sets{{1, 2}, {}, {5}}));
    EXPECT_EQ(All("real\n1 2\n-1\nn00000001\n"), (Sets{{1, 2}, {}, {0}}));
}

TEST(SetFile, KaggleBoxes)
{
    const char *const text = "ImageId,PredictionString\n"
                             "ILSVRC2012_val_00000002,n00000003 1 2 3 4 n00000003 5 6 7 8 \n"
                             "ILSVRC2012_val_00000001,n00000002 85 1 499 272 \n";
    EXPECT_EQ(All(text), (Sets{{1}, {2}}));
    EXPECT_EQ(Parsed(text, RS_SETS_ORIGINAL).all(), (Sets{{1}, {2}}));
}

TEST(SetFile, OriginalsTakeTheirColumn)
{
    for (const char *text :
         {"id,original,real\na.png,3,\"415, 813\"\nb.png,-1,1\n",
          "id,proposed_labels,old_label,pred_label\na.png,\"415, 813\",3,5\nb.png,1,-1,5\n",
          "old_label,id,proposed_labels\n3,a.png,\"415, 813\"\n-1,b.png,1\n"}) {
        EXPECT_EQ(Parsed(text, RS_SETS_ORIGINAL).all(), (Sets{{3}, {}})) << text;
    }
    for (const char *held : {"label\n3\n", "{\"a.png\": 3}", " [3]", "file label\na.png 3\n",
                             "filename,class\na.png,3\n", "Image_Id;Label\na.png;3"}) {
        EXPECT_TRUE(rs_set_file_holds_originals(Bytes(held), strlen(held))) << held;
        EXPECT_EQ(Parsed(held, RS_SETS_ORIGINAL).all(), (Sets{{3}})) << held;
    }
    for (const char *other : {"3\n", "a.png 3\n", "a.png,3\n", "n00000001\n", "lable\n3\n", ""}) {
        EXPECT_FALSE(rs_set_file_holds_originals(Bytes(other), strlen(other))) << other;
    }
}

// ---- what is refused ----

class BadSetFile : public ::testing::TestWithParam<BadInput> {};

TEST_P(BadSetFile, IsRefused)
{
    const Parsed parsed(GetParam().text);
    ExpectError(GetParam(), "sets", parsed.status, parsed.error);
    EXPECT_EQ(parsed.sets.begin, nullptr);
    EXPECT_EQ(parsed.sets.names.rows, 0u);
}

const char *const kObject = "give a JSON object of images";
const char *const kTable = "write a header line and a line an image";

const BadInput kBad[] = {
    {"object_of_numbers_alone", R"({"a.png": [1, {}]})", RS_FORMAT, RS_PLACE_BYTE, 14,
     "a class is expected here, not '{'", kObject},
    {"class_out_of_range", "{\"a.png\": [1,\n 1000]}", RS_RANGE, RS_PLACE_BYTE, 15,
     "class '1000' is not below the number of classes, 1000", "classes are counted from 0"},
    {"negative", R"({"a.png": [-2]})", RS_RANGE, RS_PLACE_BYTE, 11,
     "class '-2' is not below the number of classes, 1000", "classes are counted from 0"},
    {"unknown_id", R"({"a.png": ["n00000009"]})", RS_FORMAT, RS_PLACE_BYTE, 11,
     "'n00000009' is neither a class index nor a synset id of the class list", "synset ids of"},
    {"fraction", R"({"a.png": [1.5]})", RS_FORMAT, RS_PLACE_BYTE, 11,
     "'1.5' is neither a class index nor a synset id of the class list", "write class indices"},
    {"twice_in_a_set", R"({"a.png": [1, 2, 1]})", RS_FORMAT, RS_PLACE_BYTE, 1,
     "class 1 stands twice in the set of image 0 of the file", "each class once"},
    {"image_twice", "{\"a/x.png\": [1],\n\"b/x.png\": [2]}", RS_FORMAT, RS_PLACE_LINE, 2,
     "the image 'x.png' stands on line 1 already", "name each image once"},
    {"names_and_rows", R"({"a.png": [1], "7": [2]})", RS_FORMAT, RS_PLACE_BYTE, 15,
     "'7': file names and row numbers are mixed", "use one of them"},
    {"from_one", R"({"1": [1], "2": [2]})", RS_FORMAT, RS_PLACE_LINE, 1,
     "the images are numbered from 1 to 2", "count rows from 0"},
    {"huge_row", R"({"99999999": [1]})", RS_FORMAT, RS_PLACE_BYTE, 1, "'99999999' names no image",
     "rows from 0"},
    {"no_images", "{}", RS_FORMAT, RS_PLACE_NONE, 0, "the file holds no images", "right file"},
    {"cut", R"({"a.png": [1, 2)", RS_FORMAT, RS_PLACE_BYTE, 15,
     "the file ends where ']' or '}' is expected", "truncated"},
    {"cut_in_a_name", R"({"a.png": [1], "b)", RS_FORMAT, RS_PLACE_BYTE, 15,
     "a text begins here and does not end on its line", "truncated"},
    {"more_behind", R"({"a.png": [1]} {})", RS_FORMAT, RS_PLACE_BYTE, 15,
     "something follows the end of the JSON value", kObject},
    {"no_colon", R"({"a.png" [1]})", RS_FORMAT, RS_PLACE_BYTE, 9, "':' is expected here, not '['",
     kObject},
    {"two_numbers_without_a_header", "0,65\n1,970\n", RS_FORMAT, RS_PLACE_LINE, 1,
     "whether the first number is an image or a label is not said: '0,65'", kTable},
    {"zero_byte", std::string("image,labels\na.png\0,1\n", 22), RS_FORMAT, RS_PLACE_BYTE, 18,
     "a zero byte: this is not a text file", "a text file with one item a line"},
    {"many_cells", std::string(64, ',') + "\n", RS_FORMAT, RS_PLACE_LINE, 1,
     "65 cells, at most 64 are read: ',,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,"
     ",,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,...'", kTable},
    {"cells", "a.png,1\nb.png\n", RS_FORMAT, RS_PLACE_LINE, 2,
     "1 cells, unlike the first line, which has 2: 'b.png'", kTable},
    {"no_column_of_labels", "image,width,height\na.png,3,4\n", RS_FORMAT, RS_PLACE_LINE, 1,
     "no column of the header is known to hold labels: 'image,width,height'",
     "call the column of the label sets \"real\""},
    {"a_column_of_how_many", "image,original_label,num_labels\na.png,1,2\n", RS_FORMAT,
     RS_PLACE_LINE, 1,
     "no column of the header is known to hold labels: 'image,original_label,num_labels'",
     "call the column of the label sets \"real\""},
    {"a_column_of_groups", "image,original_label,super_class\na.png,1,2\n", RS_FORMAT,
     RS_PLACE_LINE, 1,
     "no column of the header is known to hold labels: 'image,original_label,super_class'",
     "call the column of the label sets \"real\""},
    {"two_columns_of_label_sets", "image,new_labels,newer_labels\na.png,1,2\n", RS_FORMAT,
     RS_PLACE_LINE, 1,
     "no column of the header is known to hold labels: 'image,new_labels,newer_labels'",
     "call the column of the label sets \"real\""},
    {"no_form_at_all", "hello\n", RS_FORMAT, RS_PLACE_BYTE, 0,
     "the '[' of an array of sets is expected here, not 'h'", "give the published real.json"},
    {"empty", "", RS_FORMAT, RS_PLACE_BYTE, 0, "the file is empty", "give the published real.json"},
    {"a_word", "image,real\na.png,\"1, dog\"\n", RS_FORMAT, RS_PLACE_LINE, 2,
     "'dog' is neither a class index nor a synset id of the class list", "write class indices"},
    {"a_number_behind_what_is_no_number", "image,real\na.png,\"1, #2\"\n", RS_FORMAT, RS_PLACE_LINE,
     2, "'#2' is neither a class index nor a synset id of the class list", "write class indices"},
    {"a_time", "image,real\na.png,1:2\n", RS_FORMAT, RS_PLACE_LINE, 2,
     "'1:2' is neither a class index nor a synset id of the class list", "write class indices"},
};
INSTANTIATE_TEST_SUITE_P(SetFile, BadSetFile, ::testing::ValuesIn(kBad), BadInputName);

TEST(SetFile, SeveralOriginalsOfAnImageAreRefused)
{
    const Parsed parsed(R"({"a.png": [1, 2]})", RS_SETS_ORIGINAL);
    EXPECT_EQ(parsed.status, RS_FORMAT);
    EXPECT_STREQ(parsed.error.reason, "image 0 of the file has 2 labels");
    EXPECT_EQ(parsed.error.place.at, 1u);
}

// ---- which row is which image ----

struct Loaded {
    TemporaryFolder folder;
    rs_labels *labels = nullptr;
    rs_error error = {};
    rs_status status = RS_OK;

    Loaded(const std::string &real, const std::string &original, double threshold = 0)
    {
        const std::string real_path = folder.write("real", real);
        const std::string original_path = folder.write("original", original);
        rs_labels_options options = {};
        options.real_path = real.empty() ? nullptr : real_path.c_str();
        options.original_path = original.empty() ? nullptr : original_path.c_str();
        options.real_threshold = threshold;
        status = rs_labels_load(&options, &labels, &error);
    }
    ~Loaded() { rs_labels_free(labels); }
};

TEST(SetFile, SetsAreJoinedByName)
{
    const Loaded loaded(R"({"c.png": [5], "a.png": [1, 2]})", "b.png 7\nc.png 5\na.png 1\n");
    ASSERT_EQ(loaded.status, RS_OK) << loaded.error.reason;
    EXPECT_EQ(SetsOf(loaded.labels), (Sets{{1, 2}, {}, {5}}));
    EXPECT_EQ(OriginalsOf(loaded.labels), (std::vector<int32_t>{1, 7, 5}));
}

TEST(SetFile, ANameThatIsNoImageIsNamed)
{
    const Loaded loaded(R"({"c.png": [5], "z.png": [1, 2]})", "b.png 7\nc.png 5\na.png 1\n");
    EXPECT_EQ(loaded.status, RS_MISMATCH);
    EXPECT_STREQ(loaded.error.reason, "no image of the labels is called 'z.png'");
}

TEST(SetFile, PartsOfLabelsWithoutNamesAreRefused)
{
    EXPECT_EQ(Loaded(R"({"c.png": [5], "a.png": [1]})", "1\n5\n").status, RS_OK);
    const Loaded loaded(R"({"c.png": [5], "a.png": [1]})", "1\n7\n5\n");
    EXPECT_EQ(loaded.status, RS_MISMATCH);
    EXPECT_STREQ(loaded.error.reason,
                 "the file lists 2 images, and there are 3 original labels, which have no names");
    const Loaded rows("row,real\n3,1\n", "1\n7\n5\n");
    EXPECT_EQ(rows.status, RS_MISMATCH);
    EXPECT_EQ(Loaded("row,real\n2,1\n", "1\n7\n5\n").status, RS_OK);
}

TEST(SetFile, ValidationImagesGoByTheirNumber)
{
    std::string original;
    for (int i = 0; i < 50000; ++i) {
        original += std::to_string(i % 10) + "\n";
    }
    const Loaded loaded(R"({"ILSVRC2012_val_00050000.JPEG": [5]})", original);
    ASSERT_EQ(loaded.status, RS_OK) << loaded.error.reason;
    EXPECT_EQ(rs_labels_get_view(loaded.labels)->real_begin[49999], 0u);
    EXPECT_EQ(rs_labels_get_view(loaded.labels)->real_class[0], 5);
    const Loaded alone(R"({"ILSVRC2012_val_00050000.JPEG": [5]})", "");
    ASSERT_EQ(alone.status, RS_OK) << alone.error.reason;
    EXPECT_EQ(rs_labels_get_view(alone.labels)->rows, 50000u);
}

// ---- raters ----

std::string Npy(const std::string &descr, const std::string &shape, const std::string &data)
{
    std::string header = "{'descr': '" + descr + "', 'fortran_order': False, 'shape': " + shape +
                         ", }";
    header.resize(118 - 1, ' ');
    header += '\n';
    return std::string("\x93NUMPY\x01\x00", 8) + '\x76' + std::string(1, '\0') + header + data;
}

TEST(SetFile, CountsOfRatersByAShare)
{
    const std::string counts("\x0a\x28\x00\x00\x00\x00\x0c\x0c\x1a", 9); // of 50, of 0, of 50
    const std::string file = Npy("|u1", "(3, 3)", counts);
    const Loaded fifth(file, "1\n0\n2\n", 0.2);
    ASSERT_EQ(fifth.status, RS_OK) << fifth.error.reason;
    EXPECT_EQ(SetsOf(fifth.labels), (Sets{{0, 1}, {}, {0, 1, 2}}));
    const Loaded half(file, "1\n0\n2\n", 0.5);
    ASSERT_EQ(half.status, RS_OK) << half.error.reason;
    EXPECT_EQ(SetsOf(half.labels), (Sets{{1}, {}, {2}}));
    const Loaded unsaid(file, "1\n0\n2\n");
    EXPECT_EQ(unsaid.status, RS_USAGE);
    EXPECT_NE(std::string(unsaid.error.advice).find("--real-threshold T"), std::string::npos);
}

// A share that is the threshold reaches it, whatever rounding makes of their product.
TEST(SetFile, TheThresholdItselfIsReached)
{
    for (const int of : {10, 50, 100, 250}) {
        for (int count = 1; count < of; ++count) {
            const std::string counts = {static_cast<char>(count), static_cast<char>(of - count)};
            const std::string share = std::to_string(count * 1000 / of);
            const double threshold = std::stod("0." + std::string(3 - share.size(), '0') + share);
            const Loaded loaded(Npy("|u1", "(1, 2)", counts), "1\n", threshold);
            ASSERT_EQ(loaded.status, RS_OK) << loaded.error.reason;
            const Sets sets = SetsOf(loaded.labels);
            EXPECT_EQ(sets[0].front(), 0) << count << " of " << of << " at " << threshold;
        }
    }
}

TEST(SetFile, LogitsAreNoRaters)
{
    const float values[4] = {0.5F, 0.5F, -0.25F, 1.0F};
    const Loaded loaded(
        Npy("<f4", "(2, 2)", std::string(reinterpret_cast<const char *>(values), sizeof values)),
        "1\n0\n", 0.5);
    EXPECT_EQ(loaded.status, RS_FORMAT);
    EXPECT_STREQ(loaded.error.reason, "column 0 is no count and no probability");
    EXPECT_EQ(loaded.error.place.at, 1u);
}

// ---- the published sets in every form ----

std::string Name(size_t i)
{
    char name[40];
    snprintf(name, sizeof name, "ILSVRC2012_val_%08zu.JPEG", i + 1);
    return name;
}

std::string List(const std::vector<int> &set, const std::vector<std::string> *ids, char quote)
{
    std::string text;
    for (const int c : set) {
        text += text.empty() ? "" : ", ";
        text += ids == nullptr ? std::to_string(c)
                               : std::string(1, quote) + (*ids)[static_cast<size_t>(c)] + quote;
    }
    return text;
}

TEST(SetFile, ThePublishedSetsAreTheSameInEveryForm)
{
    RS_NEED_DATA();
    const RealLabels real = ReadRealLabels();
    const std::vector<std::string> ids =
        SplitLines(ReadFile(DataFolder() + "/imagenet_synsets.txt"));
    std::string json, multi, problems, table;
    for (const int image : real.imagefolder) {
        const auto i = static_cast<size_t>(image);
        const std::vector<int> &set = real.real[i];
        const std::vector<int> first(set.begin(), set.begin() + (set.empty() ? 0 : 1));
        const std::vector<int> rest(set.begin() + (set.empty() ? 0 : 1), set.end());
        const std::string comma = json.empty() ? "" : ",\n";
        json += comma + '"' + Name(i) + "\": [" + List(set, &ids, '"') + ']';
        multi += comma + '"' + Name(i) + "\": {\"wrong\": [\"n01440764\"], \"correct\": [" +
                 (set.empty() ? "\"n01443537\"" : List(first, &ids, '"')) + "], \"unclear\": [" +
                 List(rest, &ids, '"') + "]}";
        if (set.empty()) {
            problems += (problems.empty() ? "\"" : ", \"") + Name(i) + "\": {}";
        }
        table += Name(i) + ',' + std::to_string(real.original[i]) + ",\"" +
                 List(set, nullptr, ' ') + "\"\n";
    }
    const TemporaryFolder folder;
    const std::vector<std::string> paths = {
        RealLabelOptions()[1],
        folder.write("json", "{" + json + "}"),
        folder.write("multi", "{\"problematic_images\": {" + problems +
                                  "}, \"initial_annots\": {" + multi + "}}"),
        folder.write("table", "id,original,real\n" + table),
    };
    uint64_t hash = 0;
    for (const std::string &path : paths) {
        const std::string original = RealLabelOptions()[3];
        const std::string synsets = DataFolder() + "/imagenet_synsets.txt";
        rs_labels_options options = {};
        options.real_path = path.c_str();
        options.original_path = original.c_str();
        options.synsets_path = synsets.c_str();
        rs_labels *labels = nullptr;
        rs_error error = {};
        ASSERT_EQ(rs_labels_load(&options, &labels, &error), RS_OK) << error.reason;
        hash = hash == 0 ? rs_labels_hash(labels) : hash;
        EXPECT_EQ(rs_labels_hash(labels), hash) << path;
        rs_labels_free(labels);
    }
}

} // namespace
