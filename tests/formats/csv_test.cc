// The CSV form of predictions: order, ranks, quoting, and every way to get it wrong.
#include <algorithm>
#include <csignal>
#include <ctime>

#include "formats/format_bytes.h"

extern "C" {
#include "formats/csv_lines.h"
#include "formats/csv_table.h"
#include "formats/format_table.h"
}

namespace {

using Classes = std::vector<int32_t>;

const std::string kHeader = "file_name,predicted_class,predicted_probability\n";

struct Good {
    const char *name;
    std::string text;
    uint64_t rows;
    uint64_t columns;
    Classes classes;
    friend std::ostream &operator<<(std::ostream &out, const Good &good)
    {
        return out << good.name;
    }
};

std::vector<Good> GoodFiles()
{
    return {
        {"one_line_a_file", kHeader + "a.JPEG,3,0.5\nb.JPEG,7,0.25\n", 2, 1, {3, 7}},
        {"files_in_name_order", kHeader + "c,1,1\na,2,1\nb,3,1\n", 3, 1, {2, 3, 1}},
        {"folders_do_not_count", kHeader + "z/a,1,1\ny/b,2,1\nx/y/c,3,1\n", 3, 1, {1, 2, 3}},
        {"ranked_by_probability", kHeader + "a,1,0.1\na,2,0.7\na,3,0.2\n", 1, 3, {2, 3, 1}},
        {"ties_by_class", kHeader + "a,9,0.5\na,4,0.5\na,6,0.5\n", 1, 3, {4, 6, 9}},
        {"lines_of_a_file_apart", kHeader + "a,1,0.1\nb,5,1\na,2,0.7\nb,6,2\n", 2, 2, {2, 1, 6, 5}},
        {"rows_of_several_lengths",
         kHeader + "a,1,1\nb,2,1\nb,3,0\nb,4,0.5\nc,5,1\nc,6,2\n",
         3,
         3,
         {1, -1, -1, 2, 4, 3, 6, 5, -1}},
        {"no_last_line_end", kHeader + "a,1,1", 1, 1, {1}},
        {"windows_line_ends",
         "file_name,predicted_class,predicted_probability\r\na,1,1\r\nb,2,1\r\n",
         2,
         1,
         {1, 2}},
        {"windows_line_ends_but_the_last",
         "file_name,predicted_class,predicted_probability\r\na,1,1\r",
         1,
         1,
         {1}},
        {"empty_lines", "\n\n" + kHeader + "\na,1,1\n\r\n\nb,2,1\n\n", 2, 1, {1, 2}},
        {"blanks_after_commas", "file_name, index, prob\na, 1, 0.5\nb, 2, 1\n", 2, 1, {1, 2}},
        {"classes_as_pandas_writes_floats", kHeader + "a,498.0,0.5\nb,7.,1\n", 2, 1, {498, 7}},
        {"byte_order_mark", "\xef\xbb\xbf" + kHeader + "a,1,1\n", 1, 1, {1}},
        {"quoted",
         "\"file_name\",\"predicted_class\",\"predicted_probability\"\n\"a, "
         "\"\"x\"\"\",\"1\",\"0.5\"\n"
         "\"a\nb\",2,1\n",
         2,
         1,
         {2, 1}},
        {"columns_in_another_order",
         "predicted_probability,note,file_name,predicted_class\n0.5,\"x,y\",a,1\n0.9,,a,2\n",
         1,
         2,
         {2, 1}},
        {"numbers_in_every_form",
         kHeader + "a,1,1e-3\na,2,.5\na,3,-inf\na,4,0x1p-1\na,0005,+2\n",
         1,
         5,
         {5, 2, 4, 1, 3}},
        {"nan_makes_the_row_invalid", kHeader + "a,1,0.5\na,2,nan\nb,3,1\n", 2, 2, {-1, -1, 3, -1}},
        {"largest_class", kHeader + "a,65535,1\n", 1, 1, {65535}},
        {"no_probability", "file_name,predicted_class\na,1\nb,9\na,3\nb,2\n", 2, 2, {1, 3, 9, 2}},
        // timm's inference.py: --topk 1; lists of NumPy, which wrap; --results-separate-col
        {"timm_top_1", "filename,index,prob\na.png,7,0.5\nb.png,3,0.25\n", 2, 1, {7, 3}},
        {"timm_lists",
         "filename,index,prob\na,[  7  13 111],\"[0.5 0.3\n 0.1]\"\nb,\"[4 5 6]\",[.1 .2 .3]\n",
         2,
         3,
         {7, 13, 111, 6, 5, 4}},
        {"timm_columns",
         "filename,index_0,index_1,label_0,label_1,prob_0,prob_1\na,7,8,cat,dog,0.5,0.4\n"
         "b,1,2,dog,cat,0.1,0.9\n",
         2,
         2,
         {7, 8, 2, 1}},
        {"columns_from_1", "image;pred_2;pred_1\na;8;7\n", 1, 2, {7, 8}},
        {"pandas_index_and_lists",
         ",filename,index,prob\n0,a,\"[1, 2]\",\"[0.5, 0.25]\"\n1,b,\"(3, 4)\",\"(nan, 0.1)\"\n",
         2,
         2,
         {1, 2, -1, -1}},
        {"lists_without_probabilities", "path\tprediction\na\t[9 8 7]\n", 1, 3, {9, 8, 7}},
        {"a_class_goes_before_an_index", "index,filename,class\n0,a,5\n1,b,6\n", 2, 1, {5, 6}},
        {"semicolons_and_decimal_commas",
         "\"Filename\";\"Pred\";\"Confidence\"\na;1;0,25\na;2;0,5\n",
         1,
         2,
         {2, 1}},
        {"tabs", "filename\tindex\tprob\na\t1\t1\n", 1, 1, {1}},
        {"pandas_index_of_names", ",prediction\nb,5\na,6\n", 2, 1, {6, 5}},
        {"an_image_again", kHeader + "a,1,0.5\na,2,0.25\nb,3,1\nc,4,1\na,1,0.5\na,2,0.25\n",
         3, 2, {1, 2, 3, -1, 4, -1}},
        {"a_line_again", "filename,index_0,index_1\na,1,2\nb,3,4\na,1,3\n", 2, 2, {1, 2, 3, 4}},
    };
}

// Lines that name no image are rows as they stand.
std::vector<Good> FilesWithoutNames()
{
    return {
        {"a_word_over_numbers", "prediction\n5\n3\n5\n", 3, 1, {5, 3, 5}},
        {"labels_beside", "label;\"Pred\";score\n1;5;0,5\n3;3;0,25\n", 2, 1, {5, 3}},
        {"several_a_line", "pred_0\tpred_1\ttarget\n5\t1\t5\n3\t2\t2\n", 2, 2, {5, 1, 3, 2}},
        {"ranked_by_score", "pred_0,pred_1,prob_0,prob_1\n5,1,0.1,0.9\n", 1, 2, {1, 5}},
        {"lists_of_different_lengths", "predicted\n[5 1]\n[7]\n", 2, 2, {5, 1, 7, -1}},
    };
}

class GoodCsv : public testing::TestWithParam<Good> {};

void ExpectGood(Source &source, const Good &good, bool named = true)
{
    ASSERT_EQ(source.status, RS_OK) << source.Message();
    EXPECT_STREQ(source.info().format, "csv");
    EXPECT_EQ(source.info().content, RS_CONTENT_PREDICTIONS);
    EXPECT_EQ(source.info().dtype, RS_DTYPE_I32);
    EXPECT_EQ(source.info().rows, good.rows);
    EXPECT_EQ(source.info().columns, good.columns);
    EXPECT_EQ(source.info().bytes, good.text.size());
    EXPECT_EQ(source.info().file_name_order, named);
    EXPECT_TRUE(source.info().random_access);
    EXPECT_EQ(ValuesOf<int32_t>(source.ReadAll(2)), good.classes);
    EXPECT_EQ(source.status, RS_OK) << source.Message();
}

TEST_P(GoodCsv, IsRead)
{
    const TemporaryFolder folder;
    Source source(folder.write("a.csv", GetParam().text));
    ExpectGood(source, GetParam());
    const StandardInput input(GetParam().text);
    Source streamed("-");
    ExpectGood(streamed, GetParam());
}

INSTANTIATE_TEST_SUITE_P(Csv, GoodCsv, testing::ValuesIn(GoodFiles()),
                         [](const auto &test) { return test.param.name; });

// What may be a name is not left aside; where classes are numbered, numbers are logits.
TEST(Csv, OtherTablesAreToBeConverted)
{
    const TemporaryFolder folder;
    for (const char *text : {"photo,prediction\na,1\n", "filename,class_0,class_1\na,9.5,0.25\n",
                             "prediction,filename_of_it,prob\n1,a,1\n"}) {
        const Source source(folder.write("a.csv", text));
        EXPECT_EQ(source.status, RS_UNSUPPORTED) << text;
        EXPECT_STREQ(source.error.reason, "this is a text file with a header") << text;
        EXPECT_NE(std::string(source.error.advice).find("pandas.read_csv"), std::string::npos);
    }
}

TEST(Csv, LinesWithoutNames)
{
    const TemporaryFolder folder;
    for (const Good &good : FilesWithoutNames()) {
        SCOPED_TRACE(good.name);
        Source source(folder.write("a.csv", good.text));
        ExpectGood(source, good, false);
    }
}

TEST(Csv, ManyLines)
{
    const TemporaryFolder folder;
    std::string text = kHeader;
    Classes classes;
    for (int image = 0; image < 20000; ++image) {
        // Backwards, so that sorting has something to do.
        const std::string name = std::to_string(30000 - image);
        text += "val/" + name + ".JPEG," + std::to_string(image % 1000) + ",0.25\n";
        text += "val/" + name + ".JPEG," + std::to_string(image % 1000 + 1) + ",0.5\n";
    }
    for (int image = 19999; image >= 0; --image) {
        classes.push_back(image % 1000 + 1);
        classes.push_back(image % 1000);
    }
    Source source(folder.write("a.csv", text));
    ASSERT_EQ(source.status, RS_OK) << source.Message();
    EXPECT_EQ(ValuesOf<int32_t>(source.ReadAll(777)), classes);
    const StandardInput input(text);
    Source streamed("-");
    ASSERT_EQ(streamed.status, RS_OK) << streamed.Message();
    EXPECT_EQ(ValuesOf<int32_t>(streamed.ReadAll(50000)), classes);
}

// As long as the file, not as its lines times the classes of an image.
TEST(Csv, LinesThatComeAgainAreFoundAtOnce)
{
    const TemporaryFolder folder;
    std::string text = kHeader;
    Classes classes;
    for (int c = 0; c < 60000; ++c) {
        text += "a," + std::to_string(c) + ",0.5\n";
        classes.push_back(c);
    }
    for (int again = 0; again < 300000; ++again) {
        text += "a,59999,0.5\n";
    }
    for (const char *other : {"b", "c"}) {
        text += std::string(other) + ",7,1\n";
        classes.push_back(7);
        classes.insert(classes.end(), 59999, -1);
    }
    const std::clock_t begin = std::clock();
    Source source(folder.write("a.csv", text));
    ASSERT_EQ(source.status, RS_OK) << source.Message();
    EXPECT_LT((std::clock() - begin) / CLOCKS_PER_SEC, 10);
    EXPECT_EQ(ValuesOf<int32_t>(source.ReadAll(3)), classes);
}

// ---- bad files ----

struct Bad {
    const char *name;
    std::string text;
    Failure failure;
    friend std::ostream &operator<<(std::ostream &out, const Bad &bad)
    {
        return out << bad.name;
    }
};

std::vector<Bad> BadFiles()
{
    const auto line = [](uint64_t at, const std::string &reason,
                         const std::string &advice) -> Failure {
        return {RS_FORMAT, RS_PLACE_LINE, at, reason, advice};
    };
    const std::string header =
        "a table of predictions has a column of file names (filename) and one of class numbers "
        "(index, or index_0, index_1, ...), and may have one of probabilities (prob)";
    const std::string columns = "write one column for each, as index_0, index_1, ...";
    const std::string index = "write class indices, numbered from 0";
    const std::string plain = "write probabilities as plain numbers, for example 0.8736";
    const std::string cells = "quote cells that hold commas; is the file complete?";
    const std::string twice = "keep one of the two; is the table of one model?";
    const std::string counts =
        "a line is a prediction: write as many for every image, best first, or with scores and "
        "those of an image together; of one that comes again with another class (augmented views, "
        "another run) keep one";
    const Marked zero(kHeader + "a,1,1\n"
                                "b" + std::string(1, '\0') + ",1,1\n"
                                " ^");
    std::string wide = kHeader + "a,1,1";
    for (int i = 0; i < 254; ++i) {
        wide += ",x";
    }
    return {
        {"no_class", "file_name,predicted_probability\na,1\n",
         line(1, "the header lacks \"predicted_class\"", header)},
        {"no_file", "x_file_name,predicted_class,predicted_probability\na,1,1\n",
         line(1, "the header lacks \"file_name\"", header)},
        {"twice_on_a_line_without_a_name", "prediction\n[1 1]\n",
         line(2, "class 1 of \"an image\" stands on line 2 already", twice)},
        {"column_twice", "file_name,file_name,predicted_class,predicted_probability\na,b,1,1\n",
         line(1, "the header has twice the column \"file_name\"", header)},
        {"class_names_alone", "filename,label,prob\na,n01440764,0.5\n",
         line(1, "classes are named by column \"label\", not numbered",
              "write the numbers too: inference.py does so with --include-index")},
        {"a_number_left_out", "filename,index_0,index_2\na,1,2\n",
         line(1, "the header does not number from 0 on the columns \"index\"", header)},
        {"scores_of_some", "filename,index_0,index_1,prob_0\na,1,2,1\n",
         line(1, "the header has 2 columns of classes, but 1 of their scores", header)},
        {"list_cut_short", "filename,index\na,[1 2 ... 3]\n",
         line(2, "the list was shortened to \"...\" when it was written", columns)},
        {"lists_of_two_lengths", "filename,index,prob\na,[1 2],[0.5]\n",
         line(2, "the lists of classes and scores are not of one length", columns)},
        {"more_scores", "filename,index,prob\na,[1],[0.5 0.1]\n",
         line(2, "the lists of classes and scores are not of one length", columns)},
        {"empty_list", "filename,index\na,[]\n",
         line(2, "the list of classes is empty", "every image needs a prediction")},
        {"a_class_twice_in_a_list", "filename,index\na,[1 1]\n",
         line(2, "class 1 of \"a\" stands on line 2 already", twice)},
        {"every_image_again",
         kHeader + "a,1,1\nb,2,1\nb,2,1\na,1,1\n",
         {RS_FORMAT, RS_PLACE_NONE, 0, "2 of 2 images come again", "is the table of one model?"}},
        {"header_alone", kHeader,
         line(2, "no prediction follows the header", "save the predictions again")},
        {"too_few_cells", kHeader + "a,1,1\nb,2\n",
         line(3, "the line has 2 cells, the header 3", cells)},
        {"too_many_cells", kHeader + "a,b,1,1\n",
         line(2, "the line has 4 cells, the header 3", cells)},
        {"257_cells", wide, line(2, "the line has more than 256 cells", "is it the right file?")},
        {"cut_in_the_last_line", kHeader + "a,1,1\nb,2",
         line(3, "the line has 2 cells, the header 3", cells)},
        {"no_name", kHeader + ",1,1\n",
         line(2, "the file name is empty", "every prediction needs its image")},
        {"name_is_a_folder", kHeader + "a/,1,1\n",
         line(2, "the file name is empty", "every prediction needs its image")},
        {"class_negative", kHeader + "a,-1,1\n",
         line(2, "\"-1\" is no class from 0 to 65535", index)},
        {"class_too_large", kHeader + "a,65536,1\n",
         line(2, "\"65536\" is no class from 0 to 65535", index)},
        {"class_huge", kHeader + "a,4294967296,1\n",
         line(2, "\"4294967296\" is no class from 0 to 65535", index)},
        {"class_float", kHeader + "a,1.5,1\n",
         line(2, "\"1.5\" is no class from 0 to 65535", index)},
        {"class_empty", kHeader + "a,,1\n", line(2, "\"\" is no class from 0 to 65535", index)},
        {"class_name", kHeader + "a,tench,1\n",
         line(2, "\"tench\" is no class from 0 to 65535", index)},
        {"class_synset", kHeader + "a,n01440764,1\n",
         line(2, "\"n01440764\" is no class from 0 to 65535",
              index + ": the places of these ids among all, sorted")},
        {"probability_empty", kHeader + "a,1,\n", line(2, "\"\" is no number", plain)},
        {"probability_text", kHeader + "a,1,high\n", line(2, "\"high\" is no number", plain)},
        {"probability_percent", kHeader + "a,1,50%\n", line(2, "\"50%\" is no number", plain)},
        {"probability_decimal_comma", kHeader + "a,1,\"0,5\"\n",
         line(2, "\"0,5\" is no number", plain)},
        {"probability_after_a_blank", kHeader + "a,1,\" 0.5\"\n",
         line(2, "\" 0.5\" is no number", plain)},
        {"class_twice", kHeader + "a,1,0.5\nb,1,1\na,2,0.1\na,1,0.2\n",
         line(5, "class 1 of \"a\" stands on line 2 already", twice)},
        {"an_image_again_with_another_class", "file,index\na,1\nb,2\nc,3\nb,4\n",
         line(5, "\"b\" has predictions on 2 lines from 3 on, others on 1", counts)},
        {"an_image_again_with_another_class_and_score",
         kHeader + "a,1,0.5\nb,2,1\nc,3,1\na,2,0.6\n",
         line(5, "\"a\" has predictions on 2 lines from 2 on, others on 1", counts)},
        {"two_models_of_which_one_image_is_answered_alike",
         "file,index\na,1\nb,2\nc,3\nc,4\nb,2\na,5\n",
         line(3, "\"b\" has predictions on 1 line from 3 on, others on 2", counts)},
        {"a_line_is_missing", "file,index\na,1\na,2\nb,2\nc,3\nc,4\n",
         line(4, "\"b\" has predictions on 1 line from 4 on, others on 2", counts)},
        {"class_twice_with_a_better_second", kHeader + "a,1,0.5\na,1,0.9\n",
         line(3, "class 1 of \"a\" stands on line 2 already", twice)},
        {"two_files_of_one_name", kHeader + "x/a,1,0.5\ny/a,2,0.1\n",
         line(3, "\"y/a\" and \"x/a\" (line 2) have the same name",
              "rows are put into the order of the file names, which must differ")},
        {"quote_never_closed", kHeader + "a,1,1\n\"b,2,1\nc,3,1\n",
         line(3, "a quote is opened and never closed",
              "close it, or double the quotes that belong to the text")},
        {"text_after_a_quote", kHeader + "\"a\"b,1,1\n",
         line(2, "something follows the closing quote of cell 1",
              "put a comma after it, or double the quotes that belong to the text")},
        {"zero_byte",
         zero.text + "\n",
         {RS_FORMAT, RS_PLACE_BYTE, zero.at, "a CSV file cannot hold a zero byte",
          "the file is damaged or not UTF-8; save it again"}},
    };
}

class BadCsv : public testing::TestWithParam<Bad> {};

TEST_P(BadCsv, IsRefused)
{
    const TemporaryFolder folder;
    const std::string path = folder.write("a.csv", GetParam().text);
    const Source source(path);
    EXPECT_EQ(source.get(), nullptr);
    ExpectFailure(source, path, GetParam().failure);
}

INSTANTIATE_TEST_SUITE_P(Csv, BadCsv, testing::ValuesIn(BadFiles()),
                         [](const auto &test) { return test.param.name; });

// ---- a signal ----

constexpr size_t kMany = 50000;

std::string NameOf(size_t i)
{
    return "image_" + std::to_string(100000 + i * 7919 % kMany);
}

// More lines than are sorted at once, none of which is where it belongs.
TEST(Csv, ManyLinesInNoOrder)
{
    std::string text = kHeader;
    for (size_t i = 0; i < kMany; ++i) {
        text += NameOf(i) + "," + std::to_string(i * 7919 % kMany % 1000) + ",1\n";
    }
    const TemporaryFolder folder;
    const Source source(folder.write("a.csv", text));
    ASSERT_NE(source.get(), nullptr) << source.error.reason;
    Classes classes(kMany);
    uint64_t got = 0;
    ASSERT_EQ(rs_source_read(source.get(), 0, kMany, classes.data(), &got, nullptr), RS_OK);
    ASSERT_EQ(got, kMany);
    for (size_t i = 0; i < kMany; ++i) {
        ASSERT_EQ(classes[i], static_cast<int32_t>(i % 1000)) << i;
    }
}

// A table whose input says to stop: not sorted, or sorted and not cut into rows, or sorted in runs
// that are not merged. In that case what says so is the class of the first line of the last run,
// which sorting the run exchanges for another.
TEST(Csv, ASignalEndsSortingAndCutting)
{
    enum Case { kUnsorted, kSorted, kInRuns };
    constexpr size_t kLastRun = kMany / 16384 * 16384;
    const volatile sig_atomic_t always = 1;
    rs_input input = {};
    input.name = "a.csv";
    for (const Case one : {kUnsorted, kSorted, kInRuns}) {
        std::vector<std::string> names;
        for (size_t i = 0; i < kMany; ++i) {
            names.push_back(NameOf(i));
        }
        if (one == kSorted) {
            std::sort(names.begin(), names.end());
        }
        rs_csv_table table = {};
        table.file = "a.csv";
        table.input = &input;
        table.entry_count = kMany;
        table.entries = static_cast<rs_csv_entry *>(calloc(kMany, sizeof(rs_csv_entry)));
        for (size_t i = 0; i < kMany; ++i) {
            table.entries[i].name = table.entries[i].path = names[i].c_str();
            table.entries[i].line = table.entries[i].serial = i;
            table.entries[i].class_index = i != kLastRun;
        }
        input.stop = one == kInRuns ? &table.entries[kLastRun].class_index : &always;
        rs_csv_cut cut = {};
        rs_error error = {};
        EXPECT_EQ(rs_csv_cut_rows(&table, &cut, &error), RS_INTERRUPTED);
        EXPECT_STREQ(error.reason, "stopped by a signal while it was read");
        EXPECT_EQ(table.entries[1].line == 1, one != kInRuns) << one;
        const bool in_order = std::is_sorted(table.entries, table.entries + kMany,
                                             [](const rs_csv_entry &a, const rs_csv_entry &b) {
                                                 return strcmp(a.name, b.name) < 0;
                                             });
        EXPECT_EQ(in_order, one == kSorted) << one;
        EXPECT_EQ(cut.rows, 0u);
        rs_csv_cut_clear(&cut);
        free(table.entries);
    }
}

// Of a text that was read already: the lines before the bad one take long enough to look.
TEST(Csv, ASignalEndsTakingLinesApart)
{
    std::string text = kHeader;
    for (size_t i = 0; i < kMany; ++i) {
        text += NameOf(i) + ",1,1\n";
    }
    const TemporaryFolder folder;
    const std::string path = folder.write("a.csv", text + "no class,x,1\n");
    const rs_source_options options = {};
    for (const sig_atomic_t value : {0, 1}) {
        volatile sig_atomic_t stop = value;
        rs_input input;
        rs_source *source = nullptr;
        rs_error error = {};
        ASSERT_EQ(rs_input_open(path.c_str(), &input, &error), RS_OK);
        ASSERT_EQ(rs_input_peek(&input, text.size() + 100, &error), RS_OK);
        input.stop = &stop;
        EXPECT_EQ(rs_csv_open(&input, &options, &source, &error),
                  value == 0 ? RS_FORMAT : RS_INTERRUPTED);
        EXPECT_EQ(source, nullptr);
        rs_input_close(&input);
    }
}

TEST(Csv, ASignalEndsReadingAFile)
{
    const TemporaryFolder folder;
    volatile sig_atomic_t stop = 1;
    rs_input input;
    rs_error error = {};
    char bytes[8];
    size_t got = 0;
    const std::string path = folder.write("a.csv", "12345678");
    ASSERT_EQ(rs_input_open(path.c_str(), &input, &error), RS_OK);
    input.stop = &stop;
    EXPECT_EQ(rs_input_next(&input, bytes, sizeof bytes, &got, &error), RS_INTERRUPTED);
    stop = 0;
    EXPECT_EQ(rs_input_next(&input, bytes, sizeof bytes, &got, &error), RS_OK);
    EXPECT_EQ(got, sizeof bytes);
    rs_input_close(&input);
}

// ---- what is to be done about cells ----

TEST(Csv, AdviceForOtherSeparators)
{
    const struct {
        std::string text;
        const char *advice;
    } cases[] = {
        {"a,b\n", "otherwise"},
        {"a;b,c\n", "otherwise"}, // of two cells
        {"a;b\n", "save it with commas between cells, not semicolons"},
        {"a\tb\n", "save it with commas between cells, not tabs"},
        {"a,b\rc,d\r", "its lines end in carriage returns alone: save it with line feeds"},
    };
    for (const auto &one : cases) {
        std::string text = one.text;
        rs_csv_lines lines;
        bool more = false;
        rs_csv_begin(&lines, "a.csv", text.data());
        ASSERT_EQ(rs_csv_next(&lines, &more, nullptr), RS_OK);
        EXPECT_STREQ(rs_csv_advice(&lines, "otherwise"), one.advice) << one.text;
    }
    std::string many;
    for (int i = 0; i < 300; ++i) {
        many += "a,b\r";
    }
    rs_csv_lines lines;
    rs_error error = {};
    bool more = false;
    rs_csv_begin(&lines, "a.csv", many.data());
    EXPECT_EQ(rs_csv_next(&lines, &more, &error), RS_FORMAT);
    EXPECT_STREQ(error.advice, cases[4].advice);
}

} // namespace
