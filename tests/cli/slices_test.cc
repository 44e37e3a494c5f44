// eval --slice: counts of groups against those of a plain loop, and what is refused.
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <functional>

#include "cli/sweep_task.h"
#include "support/real_data.h"

namespace {

// One image a row: classes 0 to 3, sets, and predictions of two columns.
struct Task {
    TemporaryFolder folder;
    std::string labels = folder.write("labels.txt", "a.png 0\nb.png 1\nc.png 2\nd.png 3\n");
    std::string real = folder.write("real.json", "[[0, 1], [1], [], [0]]");
    std::string ids = folder.write("ids.txt", "n1\nn2\nn3\nn4\n");
    std::string model = folder.write(
        "model.csv",
        "file_name,predicted_class,predicted_probability\na.png,1,0.9\na.png,0,0.1\nb.png,1,0.9\n"
        "b.png,0,0.1\nc.png,2,0.9\nc.png,0,0.1\nd.png,1,0.9\nd.png,3,0.1\n");

    ProgramResult run(const std::string &slices, std::vector<std::string> more = {}) const
    {
        std::vector<std::string> arguments = {
            RS_TEST_PROGRAM, "eval",      model,       "--labels", labels,
            "--real",        real,        "--synsets", ids,        "--topk",
            "1,2",           "--slice",   slices,      "-q"};
        arguments.insert(arguments.end(), more.begin(), more.end());
        return RunProgram(arguments);
    }
    // by, group, metric, correct, total of each line
    std::vector<std::string> counts(const std::string &slices) const
    {
        const std::string csv = folder.path("out.csv");
        const ProgramResult result = run(slices, {"--per-slice", csv});
        EXPECT_EQ(result.exit_status, 0) << result.err;
        std::vector<std::string> lines;
        for (const std::string &line : SplitLines(ReadFile(csv))) {
            size_t at = 0;
            for (int comma = 0; comma < 6 && at != std::string::npos; ++comma) {
                at = line.find(',', at + 1);
            }
            lines.push_back(line.substr(line.find(',') + 1, at - line.find(',') - 1));
        }
        lines.erase(lines.begin());
        return lines;
    }
};

using Lines = std::vector<std::string>;

TEST(Slices, FactorsOfImages)
{
    const Task task;
    const std::string file =
        task.folder.write("f.csv", "file,pose,size\na.png,1,big\nx/c.png,1,\nd.png,0,big\n");
    EXPECT_EQ(task.counts(file),
              (Lines{"pose,1,imagenet_top1,1,2", "pose,1,real_top1,1,1", "pose,1,imagenet_top2,2,2",
                     "pose,1,real_top2,1,1", "size,big,imagenet_top1,0,2",
                     "size,big,real_top1,1,2", "size,big,imagenet_top2,2,2",
                     "size,big,real_top2,1,2", "pose,0,imagenet_top1,0,1", "pose,0,real_top1,0,1",
                     "pose,0,imagenet_top2,1,1", "pose,0,real_top2,0,1"}));
}

TEST(Slices, ClassesAndNumbers)
{
    const Task task;
    const Lines first = {"slice,x,imagenet_top1,2,3", "slice,x,real_top1,2,2",
                         "slice,x,imagenet_top2,3,3", "slice,x,real_top2,2,2"};
    // the same group by synset ids, twice of one class; by JSON that overlaps
    EXPECT_EQ(task.counts(task.folder.write("c.csv", "n1,x\nn2,x\nn3,x\nn1,x\n")), first);
    EXPECT_EQ(task.counts(task.folder.write(
                  "c.json", R"({"n1": "x", "b.png": ["x"], "n3": {"slice": "x"}})")),
              first);
    Lines by_class;
    for (const std::string &line : first) {
        by_class.push_back("kind" + line.substr(5));
    }
    for (const std::string word : {"class", "class_index", "class_id", "label", "target"}) {
        EXPECT_EQ(task.counts(task.folder.write("i.csv", word + ";kind\n0;x\n1;x\n2;x\n")),
                  by_class)
            << word;
    }
    for (const std::string word : {"row", "image", "index", "id", "image_id"}) {
        EXPECT_EQ(task.counts(task.folder.write("r.tsv", word + "\tkind\n0\tx\n1\tx\n2\tx\n3\t\n")),
                  by_class)
            << word;
    }
}

TEST(Slices, WhatIsRefused)
{
    const Task task;
    const struct {
        const char *text;
        const char *message;
    } bad[] = {
        {"0,x\n1,x\n", "line 1: whether '0' is a row or a class is not said"},
        {"file,pose\nz.png,1\n", "line 2: 'z.png' is neither an image nor a class of the labels"},
        {"file,pose\na.png,1,2\n", "line 2: 3 cells, unlike the first line, which has 2"},
        {"a.png\n", "line 1: 1 cells, from 2 to 256 are read"},
        {"file,pose\na.png,\n", "the file puts no image into a group"},
        {R"({"a.png": "x", "z.png": "x"})", "byte 15: 'z.png' is neither an image nor a class"},
        {"{\"a.png\": [[1]]}", "byte 11: a class is expected here"},
        {"{}", "the file puts no image into a group"},
        {"row,x\n4,1\n", "line 2: '4' is neither an image nor a class"},
    };
    for (const auto &input : bad) {
        const ProgramResult result = task.run(task.folder.write("bad", input.text));
        EXPECT_EQ(result.exit_status, 1) << input.text;
        EXPECT_NE(result.err.find(input.message), std::string::npos) << input.text << result.err;
    }
}

TEST(Slices, PerSliceAloneIsUsage)
{
    const Task task;
    const ProgramResult result =
        RunProgram({RS_TEST_PROGRAM, "eval", task.model, "--labels", task.labels, "--real",
                    task.real, "--per-slice", task.folder.path("o.csv")});
    EXPECT_EQ(result.exit_status, 2);
    EXPECT_NE(result.err.find("say --slice too"), std::string::npos) << result.err;
}

// ---- a real model ----

TEST(Slices, OfARealModelByAPlainLoop)
{
    RS_NEED_DATA();
    const RealLabels real = ReadRealLabels();
    const auto ranked = ReadRankedPredictions("resnet50");
    const TemporaryFolder folder;
    std::string factors = "row,half\n";
    for (int i = 0; i < 50000; ++i) {
        factors += std::to_string(i) + (i % 3 == 0 ? ",third\n" : ",\n");
    }
    std::vector<std::string> arguments = {RS_TEST_PROGRAM, "eval", PredictionsPath("resnet50"),
                                          "--pred-scores", ProbabilitiesPath("resnet50"),
                                          "--order", "imagefolder", "--synsets",
                                          DataFolder() + "/imagenet_synsets.txt", "-q",
                                          "--slice", folder.write("f.csv", factors), "--slice",
                                          "labels", "--per-slice", folder.path("o.csv")};
    const bool wordnet = std::ifstream("/usr/share/wordnet/data.noun").good();
    if (wordnet) {
        arguments.insert(arguments.end(), {"--slice", "superclass"});
    }
    const std::vector<std::string> options = RealLabelOptions();
    arguments.insert(arguments.end(), options.begin(), options.end());
    const ProgramResult result = RunProgram(arguments);
    ASSERT_EQ(result.exit_status, 0) << result.err;
    const std::string csv = ReadFile(folder.path("o.csv"));

    const auto expect = [&](const std::string &group, const std::function<bool(size_t)> &holds) {
        int64_t known = 0, right = 0, nonempty = 0, real_right = 0;
        for (size_t row = 0; row < ranked.size(); ++row) {
            const auto image = static_cast<size_t>(real.imagefolder[row]);
            const std::vector<int> &set = real.real[image];
            if (!holds(image)) {
                continue;
            }
            ++known;
            right += ranked[row][0] == real.original[image];
            nonempty += !set.empty();
            real_right += std::find(set.begin(), set.end(), ranked[row][0]) != set.end();
        }
        EXPECT_NE(csv.find("," + group + ",imagenet_top1," + std::to_string(right) + "," +
                           std::to_string(known) + ","),
                  std::string::npos)
            << group;
        EXPECT_NE(csv.find("," + group + ",real_top1," + std::to_string(real_right) + "," +
                           std::to_string(nonempty) + ","),
                  std::string::npos)
            << group;
    };
    expect("half,third", [](size_t i) { return i % 3 == 0; });
    expect("labels,0", [&](size_t i) { return real.real[i].empty(); });
    expect("labels,2", [&](size_t i) { return real.real[i].size() == 2; });
    expect("labels,3 and more", [&](size_t i) { return real.real[i].size() > 2; });
    if (wordnet) {
        expect("superclass,animal", [&](size_t i) { return real.original[i] < 398; });
        expect("superclass,dog",
               [&](size_t i) { return real.original[i] >= 151 && real.original[i] <= 268; });
    }
}

// ---- sweeps ----

struct Swept : Sweep {
    std::string groups = folder.write("groups.csv", "row,kind\n0,\"a, b\"\n1,=x\n2,=x\n3,y\n");
    std::string other = write("other.npy", kOther);
    Words models = {"--slice", groups, "--slice", "labels", logits, other};
};

TEST(SlicesOfSweeps, MergeWritesWhatEvalWould)
{
    const Swept swept;
    ASSERT_EQ(swept(swept.models).exit_status, 0);
    const std::string merged = swept.folder.path("merged.csv");
    const std::string wanted = swept.folder.path("wanted.csv");
    const ProgramResult result =
        RunProgram({RS_TEST_PROGRAM, "merge", swept.out, "-q", "--per-slice", merged});
    ASSERT_EQ(result.exit_status, 0) << result.err;
    Words more = swept.models;
    more.insert(more.end(), {"-q", "--per-slice", wanted});
    ASSERT_EQ(swept.eval(more).exit_status, 0);
    EXPECT_EQ(ReadFile(merged), ReadFile(wanted));
    EXPECT_EQ(SplitLines(ReadFile(merged)).size(), 1 + 2 * 7 * 4u);
}

// Latin-1: in a record, which is UTF-8, both would be the same.
TEST(SlicesOfSweeps, GroupsThatAreNoTextStayApart)
{
    const Sweep swept;
    const std::string groups =
        swept.folder.write("groups.csv", "row,k\xe4nd\n0,K\xe4\n1,K\xf6\n2,K\xf6\n3,K\x1b\n");
    ASSERT_EQ(swept({"--slice", groups, swept.logits}).exit_status, 0);
    const std::string merged = swept.folder.path("merged.csv");
    const std::string wanted = swept.folder.path("wanted.csv");
    const ProgramResult result =
        RunProgram({RS_TEST_PROGRAM, "merge", swept.out, "-q", "--per-slice", merged});
    ASSERT_EQ(result.exit_status, 0) << result.err;
    ASSERT_EQ(
        swept.eval({"--slice", groups, swept.logits, "-q", "--per-slice", wanted}).exit_status, 0);
    const std::string lines = ReadFile(merged);
    EXPECT_EQ(lines, ReadFile(wanted));
    for (const char *group : {"k\\xe4nd,K\\xe4,", "k\\xe4nd,K\\xf6,", "k\\xe4nd,K\\x1b,"}) {
        EXPECT_NE(lines.find(group), std::string::npos) << group << lines;
    }
}

TEST(SlicesOfSweeps, OtherGroupsRedoTheModels)
{
    const Swept swept;
    ASSERT_EQ(swept(swept.models).exit_status, 0);
    const ProgramResult again = swept(swept.models);
    EXPECT_NE((again.out + again.err).find("2 up to date"), std::string::npos) << again.err;
    (void)swept.folder.write("groups.csv", "row,kind\n0,\"a, b\"\n1,=x\n2,=x\n3,z\n");
    const ProgramResult changed = swept(swept.models);
    EXPECT_NE((changed.out + changed.err).find("redone: --slice is "), std::string::npos)
        << changed.out << changed.err;
    const ProgramResult without = swept({swept.logits, swept.other});
    EXPECT_NE((without.out + without.err).find("redone: --slice is not given, but was"),
              std::string::npos)
        << without.out << without.err;
    const std::string csv = swept.folder.path("none.csv");
    const ProgramResult none =
        RunProgram({RS_TEST_PROGRAM, "merge", swept.out, "-q", "--per-slice", csv});
    EXPECT_EQ(none.exit_status, 2);
    EXPECT_NE(none.err.find("no record has slices"), std::string::npos) << none.err;
    EXPECT_EQ(ReadFile(csv), "");
}

TEST(SlicesOfSweeps, TheReportHasATableForEachFactor)
{
    const Swept swept;
    const std::string page = swept.folder.path("report.html");
    const Words report = {RS_TEST_PROGRAM, "report", swept.out, "--real", swept.real, "--labels",
                          swept.labels, "-o", page};
    ASSERT_EQ(swept({swept.logits, swept.other}).exit_status, 0);
    ASSERT_EQ(RunProgram(report).exit_status, 0);
    EXPECT_EQ(ReadFile(page).find("id=\"slices\""), std::string::npos);
    EXPECT_EQ(ReadFile(page).find("href=\"#slices\""), std::string::npos);

    ASSERT_EQ(swept(swept.models).exit_status, 0);
    const ProgramResult made = RunProgram(report);
    ASSERT_EQ(made.exit_status, 0) << made.err;
    const std::string html = ReadFile(page);
    EXPECT_NE(html.find("href=\"#slices\""), std::string::npos);
    const size_t section = html.find("<section id=\"slices\">");
    ASSERT_NE(section, std::string::npos);
    const std::string part = html.substr(section, html.find("</section>", section) - section);
    for (const char *text : {"<h3>kind</h3>", "<h3>labels</h3>",
                             "<th class=\"number\">a, b <small>1</small></th>",
                             "<th class=\"number\">3 and more <small>0</small></th>",
                             "<b>100.00</b> <small>20.65 to 100.00</small>", "&#8211;"}) {
        EXPECT_NE(part.find(text), std::string::npos) << text << "\n" << part;
    }
}

TEST(SlicesOfSweeps, PartsAddUp)
{
    const Swept whole;
    ASSERT_EQ(whole(whole.models).exit_status, 0);
    const Swept parts;
    for (const char *range : {"0:2", "2:3", "3:4"}) {
        Words words = parts.models;
        words.insert(words.end(), {"--row-range", range});
        const ProgramResult part = parts(words);
        ASSERT_EQ(part.exit_status, 0) << part.err;
    }
    const std::string joined = parts.folder.path("joined");
    ASSERT_EQ(RunProgram({RS_TEST_PROGRAM, "merge", "--out", joined, parts.out}).exit_status, 0);
    const auto of = [](const std::string &record) {
        const std::string text = ReadFile(record);
        const size_t begin = text.find("\"slices\":[");
        EXPECT_NE(begin, std::string::npos) << record;
        return text.substr(begin, text.find("}]", text.find("real_top", begin)) - begin);
    };
    EXPECT_EQ(of(joined + "/model.json"), of(whole.out + "/model.json"));
    const std::string csv = parts.folder.path("slices.csv");
    for (const std::string &folder : {parts.out, whole.out}) {
        ASSERT_EQ(RunProgram({RS_TEST_PROGRAM, "merge", "--per-slice", csv, folder}).exit_status,
                  0);
        static std::string first;
        first = first.empty() ? ReadFile(csv) : first;
        EXPECT_EQ(ReadFile(csv), first) << folder;
    }
    // of other groups
    ASSERT_EQ(parts({"--slice", "labels", "--row-range", "3:4", parts.logits}).exit_status, 0);
    const ProgramResult refused = RunProgram({RS_TEST_PROGRAM, "merge", parts.out});
    EXPECT_EQ(refused.exit_status, 1);
    EXPECT_NE(refused.err.find("this part was made in another way than the first one"),
              std::string::npos)
        << refused.err;
}

TEST(SlicesOfSweeps, FalseOnesAreRefused)
{
    const Swept swept;
    const ProgramResult made =
        swept.eval({"--slice", swept.groups, "-q", "--json", "-", swept.logits});
    const auto refused = [&](const std::string &from, const std::string &to,
                             const std::string &words) {
        const size_t at = made.out.find(from, made.out.find("\"slices\":["));
        ASSERT_NE(at, std::string::npos) << from;
        std::string text = made.out;
        text.replace(at, from.size(), to);
        fs::remove_all(swept.folder.path("false"));
        fs::create_directory(swept.folder.path("false"));
        (void)swept.folder.write("false/model.json", text);
        const ProgramResult result =
            RunProgram({RS_TEST_PROGRAM, "merge", swept.folder.path("false")});
        EXPECT_EQ(result.exit_status, 1) << text;
        EXPECT_NE(result.err.find(words), std::string::npos) << result.err;
    };
    refused("\"slices\":[{", "\"slices\":[],\"others\":[{", "slices is no array of groups");
    refused("\"slices\":[{", "\"slices\":[7,{", "slices.by is missing");
    refused("\"group\":\"=x\"", "\"group\":\"a, b\"", "is there twice");
    refused("\"real_top1\"", "\"real_top2\"", "is none of the accuracies of groups");
    refused("\"imagenet_top1\"", "\"imagenet_top01\"", "is none of the accuracies of groups");
    refused("\"real_top5\":{", "\"real_top5\":{\"total\":9,\"x\":0},\"real_top7\":{", "real_top5");
    refused("\"value\":1,", "\"value\":0.5,", "value contradicts the counts of the record");
    refused("\"stderr\":0,", "\"stderr\":0.1,", "stderr contradicts the counts of the record");
    refused("\"ci95\":[0.", "\"ci95\":[0.0", "ci95 contradicts the counts of the record");
}

} // namespace
