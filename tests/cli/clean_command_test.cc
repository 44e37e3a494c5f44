// reassess clean as a user runs it.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "cli/small_task.h"
#include "support/real_data.h"
#include "support/sanitized.h"

namespace {

// Row  label  logits   verdict
//  0     0    3 1 2    kept, by 1
//  1     1    0 1 5    differs: 2
//  2     2    1 0 0    differs: 0
//  3     0    2 2 1    kept by the tie, by 0
//  4    -1    5 0 0    no label
//  5     2    nan 0 1  invalid
class CleanTask {
  public:
    CleanTask()
    {
        labels = folder.write("labels.txt", "0\n1\n2\n0\n-1\n2\n");
        payload = Bytes<float>({3, 1, 2, 0, 1, 5, 1, 0, 0, 2, 2, 1, 5, 0, 0, std::nanf(""), 0, 1});
        logits = folder.write("model.npy", Npy("'<f4'", "(6, 3)", payload));
        kept = folder.path("kept.txt");
        dropped = folder.path("dropped.csv");
    }
    ProgramResult clean(const std::vector<std::string> &more, const std::string &input = "") const
    {
        std::vector<std::string> command = {RS_TEST_PROGRAM, "clean", "--labels", labels};
        command.insert(command.end(), more.begin(), more.end());
        return RunProgram(command, input);
    }
    std::string part(const std::string &name, size_t begin, size_t end) const
    {
        return folder.write(name, Npy("'<f4'", "(" + std::to_string(end - begin) + ", 3)",
                                      payload.substr(begin * 12, (end - begin) * 12)));
    }
    TemporaryFolder folder;
    std::string labels, payload, logits, kept, dropped;
};

const char *const kDropped = "row,image,reason,label,prediction,rank,margin,fold\n"
                             "1,,differs,1,2,2,4,0\n"
                             "2,,differs,2,0,3,1,0\n"
                             "4,,unlabelled,,0,,5,0\n"
                             "5,,invalid,2,,,,0\n";

TEST(CleanCommand, WritesWhatIsKeptAndWhatIsDropped)
{
    const CleanTask task;
    const std::string classes = task.folder.path("classes.csv");
    const ProgramResult result =
        task.clean({"--threads", "1", "--isa", "portable", "-o", task.kept, "--dropped",
                    task.dropped, "--per-class", classes, task.logits});
    EXPECT_EQ(result.exit_status, 0) << result.err;
    EXPECT_EQ(result.err,
              "reassess: warning: 1 of 6 rows are invalid (they hold a NaN) and are dropped\n");
    EXPECT_EQ(ReadFile(task.kept), "0\n3\n");
    EXPECT_EQ(ReadFile(task.dropped), kDropped);
    EXPECT_EQ(ReadFile(classes), "class,wnid,name,rows,kept,dropped,kept_share\n"
                                 "0,,,2,2,0,100.00\n1,,,1,0,1,0.00\n2,,,2,0,2,0.00\n");
    const size_t begin = result.out.find(", pass ");
    const size_t end = result.out.find('\n', begin);
    ASSERT_NE(begin, std::string::npos) << result.out;
    EXPECT_EQ(result.out.substr(0, begin),
              task.logits + "\n  6 rows of 3 classes, npy <f4\n  cpu (portable, 1 thread)");
    EXPECT_EQ(result.out.substr(end),
              "\n\n"
              "              rows      %  why\n"
              "  kept           2  33.33\n"
              "  dropped        4  66.67\n"
              "    of these     1  16.67  without a label\n"
              "    of these     1  16.67  invalid: the row holds a NaN\n"
              "    of these     2  33.33  the prediction is another class\n"
              "\n"
              "  images a class  least  median  most  variation\n"
              "  before              1     2.0     2     0.2828\n"
              "  after               0     0.0     2     1.4142\n"
              "  2 of 3 classes keep no image at all\n"
              "\n"
              "  classes that lose most\n"
              "  kept, %  kept  of  class\n"
              "     0.00     0   1  class 1\n"
              "     0.00     0   2  class 2\n"
              "   100.00     2   2  class 0\n");
}

TEST(CleanCommand, MarginAndJson)
{
    const CleanTask task;
    const ProgramResult result = task.clean({"--margin", "0.5", "--json", "-", task.logits});
    EXPECT_EQ(result.exit_status, 0) << result.err;
    EXPECT_EQ(result.out,
              "{\"schema\":\"reassess.clean/1\",\"inputs\":[{\"path\":\"" + task.logits +
                  "\",\"format\":\"npy\",\"dtype\":\"<f4\"}],\"rows\":6,\"classes\":3,"
                  "\"margin\":0.5,\"kept\":1,\"dropped\":5,\"reasons\":{\"unlabelled\":1,"
                  "\"invalid\":1,\"differs\":2,\"margin\":1},\"folds\":[{\"rows\":6,\"kept\":1}],"
                  "\"balance\":{\"before\":{\"classes\":3,\"emptied\":0,\"least\":1,\"median\":2,"
                  "\"most\":2,\"variation\":0.2828427124746188},\"after\":{\"classes\":3,"
                  "\"emptied\":2,\"least\":0,\"median\":0,\"most\":1,"
                  "\"variation\":1.4142135623730951}}}\n");
    const ProgramResult same = task.clean({"--json", "-", "-q", task.logits});
    EXPECT_NE(same.out.find("\"kept\":2,"), std::string::npos);
}

// Every way in gives the same lists.
TEST(CleanCommand, StreamsPartsAndFoldsAgree)
{
    const CleanTask task;
    const std::string npy = ReadFile(task.logits);
    const std::string a = task.part("a.npy", 0, 2);
    const std::string b = task.part("b.npy", 2, 6);
    const std::string half = task.part("half.npy", 0, 3);
    const std::string rest = task.part("rest.npy", 3, 6);
    const struct {
        std::vector<std::string> arguments;
        std::string input;
    } ways[] = {
        {{"-"}, npy},
        {{"--shape", "0,3", "--dtype", "f32", "-"}, task.payload},
        {{"--shape", "6,3", "--dtype", "f32", "-"}, task.payload},
        {{"--parts", a, b}, ""},
        {{"--parts", a, "-"}, ReadFile(b)},
        {{"--io", "pread", "--threads", "1", task.logits}, ""},
    };
    for (const auto &way : ways) {
        SCOPED_TRACE(way.arguments[0]);
        std::vector<std::string> arguments = {"-q", "-o", task.kept, "--dropped", task.dropped};
        arguments.insert(arguments.end(), way.arguments.begin(), way.arguments.end());
        const ProgramResult result = task.clean(arguments, way.input);
        EXPECT_EQ(result.exit_status, 0) << result.err;
        EXPECT_EQ(ReadFile(task.kept), "0\n3\n");
        EXPECT_EQ(ReadFile(task.dropped), kDropped);
    }
    const ProgramResult folds =
        task.clean({"-o", task.kept, "--folds", "blocks", "--dropped", task.dropped, half, rest});
    EXPECT_EQ(folds.exit_status, 0) << folds.err;
    EXPECT_NE(folds.out.find("  fold  rows  kept      %\n"
                             "     0     3     1  33.33\n"
                             "     1     3     1  33.33\n"),
              std::string::npos)
        << folds.out;
    EXPECT_EQ(ReadFile(task.kept), "0\n3\n");
    std::string with_folds = kDropped;
    with_folds.replace(with_folds.find("5,0\n5,"), 3, "5,1");
    with_folds.replace(with_folds.rfind(",0\n"), 2, ",1");
    EXPECT_EQ(ReadFile(task.dropped), with_folds);
}

TEST(CleanCommand, NamesOfImages)
{
    const CleanTask task;
    const std::string files = task.folder.write(
        "files.txt",
        "cat/1.png\ndog/1.png\ndog/2.png\ncat/2, or so.png\ncat/3.png\ncat/\"4\", n.png\n");
    ProgramResult result = task.clean(
        {"-q", "--files", files, "-o", task.kept, "--dropped", task.dropped, task.logits});
    EXPECT_EQ(result.exit_status, 0) << result.err;
    EXPECT_EQ(ReadFile(task.kept), "cat/1.png\ncat/2, or so.png\n");
    EXPECT_EQ(SplitLines(ReadFile(task.dropped)).at(4),
              "5,\"cat/\"\"4\"\", n.png\",invalid,2,,,,0");

    // labels that name their images, in any order: rows are in file-name order
    const std::string named =
        task.folder.write("named.txt", "f.png 2\nb.png 1\nc.png 2\nd.png 0\ne.png -1\na.png 0\n");
    result =
        RunProgram({RS_TEST_PROGRAM, "clean", "-q", "--labels", named, "-o", "-", task.logits});
    EXPECT_EQ(result.exit_status, 0) << result.err;
    EXPECT_EQ(result.out, "a.png\nd.png\n");
}

TEST(CleanCommand, BadCommandsAndBadInputs)
{
    const CleanTask task;
    const std::string folds = task.folder.write("folds.txt", "0\n1\n0\n1\n0\n2\n");
    const std::string three = task.folder.write("three.txt", "a\nb\nc\n");
    const std::string ranked =
        task.folder.write("ranked.npy", Npy("'<i4'", "(6, 1)", Bytes<int32_t>({0, 1, 2, 0, 1, 2})));
    const struct {
        std::vector<std::string> arguments;
        std::string input;
        int status;
        std::string words;
    } cases[] = {
        {{}, "", 2, "name at least one model's file"},
        {{task.logits, task.logits}, "", 2, "there are several files; say --folds when each"},
        {{"--folds", "blocks", "--parts", task.logits}, "", 2, "--folds and --parts both say"},
        {{"--margin", "-1", task.logits}, "", 2, "--margin"},
        {{"--margin", "nan", task.logits}, "", 2, "a number from 0 on"},
        {{"--margin", "1", ranked}, "", 2, "ranked.npy: --margin needs values"},
        {{"--folds", "nothere.txt", task.logits}, "", 1, "nothere.txt"},
        {{"--folds", folds, task.logits, task.logits},
         "",
         1,
         "folds.txt: row 5: fold 2, but there are 2 files"},
        {{"--folds", "stripes", task.logits, "-"}, task.payload, 1, "standard input"},
        {{"--folds", "stripes", "--shape", "0,3", "--dtype", "f32", "-", task.logits},
         task.payload,
         1,
         "a stream of unknown length may hold all rows or those of its fold"},
        {{"--files", three, task.logits},
         "",
         1,
         "three.txt: the list does not have as many images as there are labels, 6"},
        {{"--classes", "4", task.logits}, "", 1, "3 columns, but the labels have 4 classes"},
        {{"--shape", "0,3", "--dtype", "f32", "-"},
         task.payload.substr(0, 60),
         1,
         "row 5: the input ends after 5 rows, more are needed"},
        {{"--shape", "0,3", "--dtype", "f32", "-"},
         task.payload.substr(0, 64),
         1,
         "the data end inside row 5"},
        {{"--shape", "0,3", "--dtype", "f32", "-"},
         task.payload + task.payload,
         1,
         "the stream goes on after the 6 rows of the labels"},
        {{"-"}, ReadFile(task.logits).substr(0, 150), 1, "the data end here, 50 bytes early"},
        {{"-o", task.folder.path("no/such/kept.txt"), task.logits}, "", 1, "kept.txt"},
        {{"--real", "x", task.logits}, "", 2, "--real"},
    };
    for (const auto &one : cases) {
        SCOPED_TRACE(one.words);
        const ProgramResult result = task.clean(one.arguments, one.input);
        EXPECT_EQ(result.exit_status, one.status);
        EXPECT_NE(result.err.find(one.words), std::string::npos) << result.err;
        EXPECT_EQ(result.out, "");
    }
    const ProgramResult unlabelled = RunProgram({RS_TEST_PROGRAM, "clean", task.logits});
    EXPECT_EQ(unlabelled.exit_status, 2);
    EXPECT_NE(unlabelled.err.find("--labels FILE is needed: the labels that are to be cleaned"),
              std::string::npos);
}

// 100,000 rows of 1000 classes, 400 MB, through a pipe in a fraction of that memory.
TEST(CleanCommand, StreamsInBoundedMemory)
{
    RS_SKIP_IF_SANITIZED("sanitizers take memory of their own");
    const TemporaryFolder folder;
    std::string text;
    for (int row = 0; row < 100000; ++row) {
        text += row % 10 == 9 ? "999\n" : "0\n"; // all values are equal: class 0 is the prediction
    }
    const std::string labels = folder.write("labels.txt", text);
    const std::string kept = folder.path("kept.txt");
    const ProgramResult result = RunProgram(
        {"/bin/bash", "-c",
         "head -c 400000000 /dev/zero | { ulimit -v 150000 && exec \"$0\" clean -q --threads 2 "
         "--labels \"$1\" --shape 0,1000 --dtype f32 --json - -o \"$2\" -; }",
         RS_TEST_PROGRAM, labels, kept});
    EXPECT_EQ(result.exit_status, 0) << result.err;
    EXPECT_NE(result.out.find("\"rows\":100000,\"classes\":1000,\"margin\":0,\"kept\":90000,"),
              std::string::npos)
        << result.out;
    EXPECT_EQ(SplitLines(ReadFile(kept)).size(), 90000u);
}

// ResNet-50's predictions agree with 75.062 % of the validation labels.
TEST(CleanCommand, RealPredictions)
{
    RS_NEED_DATA();
    const TemporaryFolder folder;
    const RealLabels labels = ReadRealLabels();
    const std::string labels_path = RealLabelOptions().at(3);
    const std::vector<std::vector<int>> ranked = ReadRankedPredictions("resnet50");
    std::string expected;
    std::vector<int> kept;
    for (size_t row = 0; row < ranked.size(); ++row) {
        if (ranked[row][0] == labels.original[labels.imagefolder[row]]) {
            kept.push_back(labels.imagefolder[row]);
        }
    }
    EXPECT_EQ(kept.size(), 37531u);
    std::sort(kept.begin(), kept.end());
    for (const int image : kept) {
        expected += std::to_string(image) + "\n";
    }
    const std::vector<std::string> command = {
        RS_TEST_PROGRAM, "clean",     "-q",
        "--labels",      labels_path, "--pred-scores",
        "preds=probs",   "-o",        folder.path("kept.txt")};
    std::vector<std::string> ordered = command;
    ordered.insert(ordered.end(), {"--order", "imagefolder", PredictionsPath("resnet50")});
    const ProgramResult result = RunProgram(ordered);
    EXPECT_EQ(result.exit_status, 0) << result.err;
    EXPECT_EQ(result.err, "");
    EXPECT_TRUE(ReadFile(folder.path("kept.txt")) == expected);

    std::vector<std::string> unordered = command;
    unordered.push_back(PredictionsPath("resnet50"));
    const ProgramResult warned = RunProgram(unordered);
    EXPECT_EQ(warned.exit_status, 0);
    EXPECT_EQ(
        warned.err,
        "reassess: warning: top-1 accuracy of 0.12 % is near chance: rows look like ImageFolder "
        "order; that gives 75.06 %: use --order imagefolder\n");
}

} // namespace
