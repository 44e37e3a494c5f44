// Original labels: every form people have, and every way to be wrong.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <random>

#include "labels/label_case.h"
#include "support/program.h"
#include "support/real_data.h"

extern "C" {
#include "labels/original_labels.h"
}

namespace {

struct Original {
    Original()
    {
        std::memset(&labels, 0, sizeof labels);
    }
    ~Original()
    {
        rs_original_labels_clear(&labels);
    }
    Original(const Original &) = delete;
    Original &operator=(const Original &) = delete;
    std::vector<int32_t> values() const
    {
        return std::vector<int32_t>(labels.label, labels.label + labels.rows);
    }
    std::string name(uint32_t row) const
    {
        const rs_span span = rs_file_names_get(&labels.names, row);
        return std::string(span.text, span.length);
    }
    rs_original_labels labels;
    rs_error error = {};
};

const char *const kIds = "n001\nn002\nn003\nn004\n";

rs_status Parse(const std::string &text, Original *out, const char *ids = "",
                uint32_t limit = RS_CLASSES_MAX)
{
    rs_class_list list = {};
    if (*ids != '\0') {
        EXPECT_EQ(rs_class_list_parse("synsets.txt", Bytes(ids), strlen(ids), RS_CLASS_LIST_IDS,
                                      &list, nullptr),
                  RS_OK);
    }
    // in a block of exactly its size, so that a sanitizer sees a read past the end
    const std::vector<uint8_t> block(text.begin(), text.end());
    rs_original_labels_clear(&out->labels);
    const rs_status status = rs_original_labels_parse("labels.txt", block.data(), block.size(),
                                                      &list, limit, &out->labels, &out->error);
    rs_class_list_clear(&list);
    return status;
}

std::vector<int32_t> Values(const std::string &text, const char *ids = "")
{
    Original out;
    EXPECT_EQ(Parse(text, &out, ids), RS_OK) << text << out.error.reason;
    return out.values();
}

using V = std::vector<int32_t>;

TEST(OriginalLabels, AnIndexALine)
{
    EXPECT_EQ(Values("65\n970\n0\n7\n"), (V{65, 970, 0, 7}));
    EXPECT_EQ(Values("65\n970\n0\n7"), (V{65, 970, 0, 7}));
    EXPECT_EQ(Values("65\r\n970\r\n0\r\n7\r\n"), (V{65, 970, 0, 7}));
    EXPECT_EQ(Values("65\r\n970\r\n0\r\n7\r"), (V{65, 970, 0, 7}));
    EXPECT_EQ(Values("\xef\xbb\xbf"
                     "65\n970\n0\n7\n\n \n\t\r\n"),
              (V{65, 970, 0, 7}));
    EXPECT_EQ(Values("# a comment\n65\n# 12\n970\n  0\t\n #\n7 \n# the end"), (V{65, 970, 0, 7}));
    EXPECT_EQ(Values("065\n00970\n0\n000000007\n"), (V{65, 970, 0, 7}));
    EXPECT_EQ(Values("-1\n970\n-1\n65535\n"), (V{-1, 970, -1, 65535}));
    EXPECT_EQ(Values("-1"), (V{-1}));
}

TEST(OriginalLabels, KnowsItsRange)
{
    Original out;
    ASSERT_EQ(Parse("# x\n12\n-1\n900\n", &out), RS_OK);
    EXPECT_EQ(out.labels.largest, 900);
    EXPECT_EQ(out.labels.smallest, 12);
    EXPECT_FALSE(out.labels.synthetic);
    EXPECT_EQ(out.labels.names.rows, 0u);
}

TEST(OriginalLabels, SyntheticOnesSaySo)
{
    Original out;
    ASSERT_EQ(Parse("# synthetic labels made by reassess synth\n5\n1000\n", &out), RS_OK);
    EXPECT_TRUE(out.labels.synthetic);
    ASSERT_EQ(Parse("# not synthetic\n5\n", &out), RS_OK);
    EXPECT_FALSE(out.labels.synthetic);
}

TEST(OriginalLabels, ASynsetIdALine)
{
    EXPECT_EQ(Values("n003\nn001\n-1\nn004\n", kIds), (V{2, 0, -1, 3}));
    EXPECT_EQ(Values("-1\r\n# n001\r\nn002", kIds), (V{-1, 1}));
}

TEST(OriginalLabels, FilesAreSortedByBaseName)
{
    Original out;
    ASSERT_EQ(Parse("b.png 5\nval/x/c.png 7\n/abs/a.png -1\n", &out), RS_OK) << out.error.reason;
    EXPECT_EQ(out.values(), (V{-1, 5, 7}));
    ASSERT_EQ(out.labels.names.rows, 3u);
    EXPECT_EQ(out.name(0), "a.png");
    EXPECT_EQ(out.name(2), "c.png");

    EXPECT_EQ(Values("b.png,5\nwith blanks.png , 7\r\na.png,0\n"), (V{0, 5, 7}));
}

TEST(OriginalLabels, IlsvrcFilesAreSortedByNumber)
{
    EXPECT_EQ(Values("ILSVRC2012_val_00000003.JPEG 230\nILSVRC2012_val_00000001.JPEG 65\n"
                     "val/n01440764/ILSVRC2012_val_00000002.JPEG 970\n"),
              (V{65, 970, 230}));
    EXPECT_EQ(Values("val.zip@/ILSVRC2012_val_00050000.JPEG\t65\nILSVRC2012_val_00000002,7\n"),
              (V{7, 65}));
}

TEST(OriginalLabels, FilesWithSynsetIds)
{
    EXPECT_EQ(
        Values("ILSVRC2012_val_00000002_n002.JPEG n002\nILSVRC2012_val_00000001 n004\n", kIds),
        (V{3, 1}));
    EXPECT_EQ(Values("a\\b\\2.jpg,n002\n1.jpg,-1\n", kIds), (V{-1, 1}));
}

TEST(OriginalLabels, ManyFilesInAnyOrder)
{
    std::mt19937 random(3);
    std::vector<int> numbers(5000);
    for (size_t i = 0; i < numbers.size(); ++i) {
        numbers[i] = static_cast<int>(i) + 1;
    }
    std::shuffle(numbers.begin(), numbers.end(), random);
    std::string text;
    V expected(numbers.size());
    for (const int n : numbers) {
        char line[64];
        snprintf(line, sizeof line, "d%d/ILSVRC2012_val_%08d.JPEG %d\n", n % 7, n, n * 7 % 1000);
        text += line;
        expected[static_cast<size_t>(n) - 1] = n * 7 % 1000;
    }
    EXPECT_EQ(Values(text), expected);
}

TEST(OriginalLabels, AgreesWithAnObviousWriter)
{
    std::mt19937 random(11);
    for (int round = 0; round < 300; ++round) {
        std::string text;
        V expected;
        const char *const end = random() % 2 == 0 ? "\n" : "\r\n";
        for (unsigned i = 0, rows = 1 + random() % 200; i < rows; ++i) {
            int32_t label = static_cast<int32_t>(random() % 1000) - (i % 50 == 7 ? 1000 : 0);
            label = label < 0 ? -1 : label;
            expected.push_back(label);
            text += (i % 40 == 3 ? "# note" + std::string(end) : "") + std::to_string(label) + end;
        }
        ASSERT_EQ(Values(text), expected) << text;
    }
}

class BadOriginalLabels : public ::testing::TestWithParam<BadInput> {};

TEST_P(BadOriginalLabels, AreRefused)
{
    Original out;
    // inputs that start with "n00" are about the class list
    const bool ids = GetParam().text.find("n00") != std::string::npos;
    const rs_status status = Parse(GetParam().text, &out, ids ? kIds : "", 1000);
    ExpectError(GetParam(), "labels.txt", status, out.error);
    EXPECT_EQ(out.labels.label, nullptr);
}

const char *const kForm = "write a class index, a synset id, or a file name and one of them";
const char *const kCounted = "classes are counted from 0";

std::string OneBased(int rows)
{
    std::string text;
    for (int i = 0; i < rows; ++i) {
        text += std::to_string(1000 - i % 1000) + "\n";
    }
    return text;
}

const BadInput kBad[] = {
    {"Empty", "", RS_FORMAT, RS_PLACE_NONE, 0, "the file holds no labels", kForm},
    {"OnlyComments", "# a\n# b\n\n", RS_FORMAT, RS_PLACE_NONE, 0, "the file holds no labels",
     kForm},
    {"BlankLine", "1\n2\n\n3\n", RS_FORMAT, RS_PLACE_LINE, 3, "a blank line, but line 4 follows",
     "an image without a label is written as -1"},
    {"BlankFirst", "\n\n1\n", RS_FORMAT, RS_PLACE_LINE, 1, "a blank line, but line 3 follows",
     "remove it"},
    {"TooLarge", "5\n# c\n999\n1001\n2\n", RS_RANGE, RS_PLACE_LINE, 4,
     "class 1001 is not below the number of classes, 1000", kCounted},
    {"Beyond16Bits", "5\n65536\n", RS_RANGE, RS_PLACE_LINE, 2, "class 65536 is outside -1 to 65535",
     kCounted},
    {"Wraps", "5\n4294967296\n", RS_RANGE, RS_PLACE_LINE, 2,
     "class 4294967296 is outside -1 to 65535", kCounted},
    {"BelowMinusOne", "5\n-2\n", RS_RANGE, RS_PLACE_LINE, 2, "class -2 is outside -1 to 65535",
     "-1 stands for an unknown label"},
    {"Fraction", "5\n6.0\n", RS_FORMAT, RS_PLACE_LINE, 2, "'6.0' is not a class index",
     "in the format %d"},
    {"Exponent", "6.500000000000000000e+01\n", RS_FORMAT, RS_PLACE_LINE, 1,
     "'6.500000000000000000e+01' is not a class index", "in the format %d"},
    {"Plus", "+5\n", RS_FORMAT, RS_PLACE_LINE, 1, "'+5' is not a class index", "whole numbers"},
    {"MinusAlone", "5\n-\n", RS_FORMAT, RS_PLACE_LINE, 2, "'-' is not a class index",
     "whole numbers"},
    {"SynsetWithoutList", "n01440764\n", RS_FORMAT, RS_PLACE_LINE, 1,
     "'n01440764' is not a class index", "run reassess labels --fetch"},
    {"UnknownSynset", "n001\nn009\n", RS_FORMAT, RS_PLACE_LINE, 2,
     "'n009' is neither a class index nor a synset id of the class list", kForm},
    {"Heading", "lable\n5\n", RS_FORMAT, RS_PLACE_LINE, 1, "'lable' is not a class index",
     "synset ids need the class list"},
    {"MixedKinds", "n001\n5\n", RS_FORMAT, RS_PLACE_LINE, 2,
     "class indices and synset ids are mixed", "one of them in the whole file"},
    {"MixedKindsLater", "5\n6\nn001\n", RS_FORMAT, RS_PLACE_LINE, 3,
     "class indices and synset ids are mixed", "one of them in the whole file"},
    {"MixedForms", "5\na.png 6\n", RS_FORMAT, RS_PLACE_LINE, 2,
     "a file name and a label, unlike the lines before it", "one form"},
    {"MixedFormsBack", "a.png 6\n5\n", RS_FORMAT, RS_PLACE_LINE, 2,
     "a label without a file name, unlike the lines before it", "one form"},
    {"TwoNumbers", "0 65\n1 970\n", RS_FORMAT, RS_PLACE_LINE, 1, "'0' is not a file name", kForm},
    {"AllOnOneLine", "65 970 230 809\n", RS_FORMAT, RS_PLACE_LINE, 1,
     "4 fields, at most a file name and a label are expected: '65 970 230 809'", kForm},
    {"BoundingBoxes", "ILSVRC2012_val_00048981,n003 85 1 499 272\n", RS_FORMAT, RS_PLACE_LINE, 1,
     "'n003 85 1 499 272' is neither a class index nor a synset id of the class list", kForm},
    {"NoFile", ",65\n", RS_FORMAT, RS_PLACE_LINE, 1, "an empty field is not a file name", kForm},
    {"NoLabel", "a.png,\n", RS_FORMAT, RS_PLACE_LINE, 1, "an empty field is not a class index",
     "class list"},
    {"FolderOnly", "val/ 65\n", RS_FORMAT, RS_PLACE_LINE, 1, "'val/' is not a file name", kForm},
    {"DuplicateFile", "b.png 1\na.png 2\nx/b.png 3\n", RS_FORMAT, RS_PLACE_LINE, 3,
     "the image 'b.png' stands on line 1 already", "each image once"},
    {"DuplicateNumber", "ILSVRC2012_val_00000007.JPEG 1\nILSVRC2012_val_00000007.png 2\n",
     RS_FORMAT, RS_PLACE_LINE, 2,
     "the image 'ILSVRC2012_val_00000007.png' stands on line 1 already", "each image once"},
    {"OtherNames", "a.png 1\nILSVRC2012_val_00000007.JPEG 1\n", RS_FORMAT, RS_PLACE_LINE, 1,
     "'a.png' is not named as the other images are", "ILSVRC2012_val_00000001 to _00050000"},
    {"NumberZero", "ILSVRC2012_val_00000000.JPEG 1\nILSVRC2012_val_00000001.JPEG 1\n", RS_FORMAT,
     RS_PLACE_LINE, 1, "'ILSVRC2012_val_00000000.JPEG' is not named as the other images are",
     "ILSVRC2012_val_00000001 to _00050000"},
    {"NumberTooLarge", "ILSVRC2012_val_00050001.JPEG 1\nILSVRC2012_val_00000001.JPEG 1\n", RS_RANGE,
     RS_PLACE_LINE, 1, "there is no validation image 50001",
     "ILSVRC2012_val_00000001 to _00050000"},
    {"ZeroByte", std::string("65\n\0", 4), RS_FORMAT, RS_PLACE_BYTE, 3,
     "a zero byte: this is not a text file", "a text file"},
    {"Utf16",
     std::string("\xff\xfe"
                 "6\0"
                 "5\0",
                 6),
     RS_UNSUPPORTED, RS_PLACE_BYTE, 0, "the text is in UTF-16", "UTF-8"},
    {"Unprintable", "\x1b[31m\n", RS_FORMAT, RS_PLACE_LINE, 1, "'\\x1b[31m' is not a class index",
     "class list"},
    {"DevelopmentKit", "490\n361\n171\n822\n297\n482\n13\n704\n599\n164\n1000\n", RS_FORMAT,
     RS_PLACE_LINE, 11,
     "the labels run from 1 to 1000: these are ids of the ILSVRC development kit, which are not in "
     "the order of the sorted synset ids, or class indices counted from 1",
     "use the file that reassess labels --fetch gets, or synset ids"},
    {"DevelopmentKitFiles", "b.JPEG 1000\na.JPEG -1\nc.JPEG 1\n", RS_FORMAT, RS_PLACE_LINE, 1,
     "the labels run from 1 to 1000: these are ids of the ILSVRC development kit, which are not in "
     "the order of the sorted synset ids, or class indices counted from 1",
     "or synset ids"},
};
INSTANTIATE_TEST_SUITE_P(Table, BadOriginalLabels, ::testing::ValuesIn(kBad), BadInputName);

TEST(OriginalLabels, OneBasedLabelsAreKnownWithoutTheNumberOfClasses)
{
    Original out;
    EXPECT_EQ(Parse(OneBased(2000), &out), RS_FORMAT);
    EXPECT_EQ(out.error.place.at, 1u);
    EXPECT_EQ(Parse(OneBased(2000) + "0\n", &out), RS_OK);   // 1001 classes
    EXPECT_EQ(Parse(OneBased(1000), &out, "", 2000), RS_OK); // another task with more classes
    EXPECT_EQ(Parse(OneBased(50000), &out, "", 2000), RS_FORMAT);
}

TEST(OriginalLabels, FilesOfArraysAreRead)
{
    const TemporaryFolder folder;
    const auto npy = [&](const char *name, const std::string &descr, const std::string &shape,
                         const std::string &data) {
        std::string header =
            "{'descr': '" + descr + "', 'fortran_order': False, 'shape': " + shape + ", }";
        header.resize(118, ' ');
        header.back() = '\n';
        return folder.write(name, std::string("\x93NUMPY\x01\x00\x76\x00", 10) + header + data);
    };
    const auto read = [](const std::string &path, uint32_t limit, Original *out) {
        rs_class_list none = {};
        rs_original_labels_clear(&out->labels);
        return rs_original_labels_read(path.c_str(), &none, limit, &out->labels, &out->error);
    };
    const std::string four("\x05\0\0\0\xff\xff\xff\xff\x00\0\0\0\xe7\x03\0\0", 16);
    Original out;
    ASSERT_EQ(read(npy("a.npy", "<i4", "(4,)", four), 1000, &out), RS_OK) << out.error.reason;
    EXPECT_EQ(out.values(), (V{5, -1, 0, 999}));
    EXPECT_EQ(out.labels.largest, 999);
    ASSERT_EQ(read(npy("b.npy", "|u1", "(3,)", std::string("\x05\xff\x00", 3)), 1000, &out), RS_OK);
    EXPECT_EQ(out.values(), (V{5, 255, 0}));
    ASSERT_EQ(read(npy("c.npy", ">i2", "(2, 1)", std::string("\x03\xe7\xff\xff", 4)), 1000, &out),
              RS_OK)
        << out.error.reason;
    EXPECT_EQ(out.values(), (V{999, -1}));

    const std::string large = npy("d.npy", "<i4", "(4,)", four);
    EXPECT_EQ(read(large, 999, &out), RS_RANGE);
    EXPECT_EQ(out.error.place.kind, RS_PLACE_ROW);
    EXPECT_EQ(out.error.place.at, 3u);
    EXPECT_STREQ(out.error.reason, "class 999 is not below the number of classes, 999");
    EXPECT_STREQ(out.error.file, large.c_str());
    EXPECT_EQ(read(npy("e.npy", "<i4", "(2, 2)", four), 1000, &out), RS_FORMAT);
    EXPECT_STREQ(out.error.reason, "labels must be one number an image, not 2");
    EXPECT_EQ(read(npy("f.npy", "<f4", "(2, 2)", four), 1000, &out), RS_FORMAT);
    EXPECT_STREQ(out.error.reason, "labels must be integers, not <f4");
    EXPECT_NE(read(npy("g.npy", "<i4", "(5,)", four), 1000, &out), RS_OK);
    EXPECT_NE(read(npy("h.npy", "<i4", "(1,)", std::string("\xfe\xff\xff\xff", 4)), 1000, &out),
              RS_OK);
}

TEST(OriginalLabels, ReadsThePublishedOnesInEveryForm)
{
    RS_NEED_DATA();
    const RealLabels real = ReadRealLabels();
    const V expected(real.original.begin(), real.original.end());
    const std::string indices = ReadFile(DataFolder() + "/ilsvrc2012_val_labels.txt");
    const std::string ids = ReadFile(DataFolder() + "/imagenet_synsets.txt");
    const std::vector<std::string> id = SplitLines(ids);
    EXPECT_TRUE(Values(indices, ids.c_str()) == expected);

    std::string by_id, by_file;
    for (size_t i = 0; i < expected.size(); ++i) {
        const size_t row = (i * 7919) % expected.size(); // any order
        char name[64];
        snprintf(name, sizeof name, "ILSVRC2012_val_%08zu.JPEG", row + 1);
        by_id += id[static_cast<size_t>(expected[i])] + "\n";
        by_file += "val/" + id[static_cast<size_t>(expected[row])] + "/" + name + " " +
                   std::to_string(expected[row]) + "\n";
    }
    EXPECT_TRUE(Values(by_id, ids.c_str()) == expected);
    EXPECT_TRUE(Values(by_file) == expected);
}

} // namespace
