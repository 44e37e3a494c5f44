// --real given several times: each section of the record is what a run by that set alone says, and
// what is refused.
#include <gtest/gtest.h>

#include <algorithm>

#include "cli/sweep_task.h"
#include "support/real_data.h"

namespace {

// The text of a member of a record: an object, with its braces; what lies in it may be long.
std::string Member(const std::string &record, const std::string &name, size_t from = 0)
{
    const size_t at = record.find("\"" + name + "\":{", from);
    if (at == std::string::npos) {
        return "";
    }
    int depth = 0;
    for (size_t i = record.find('{', at); i < record.size(); ++i) {
        depth += record[i] == '{' ? 1 : record[i] == '}' ? -1 : 0;
        if (depth == 0) {
            return record.substr(at, i + 1 - at);
        }
    }
    return "";
}

const char *const kMembers[] = {"labels", "metrics", "oracle", "choice", "disagreements"};

// The record of `one`, by one set, says the same as section `name` of `all`.
void ExpectSection(const std::string &all, const std::string &name, const std::string &one)
{
    const std::string section = Member(Member(all, "real_sets"), name);
    ASSERT_NE(section, "") << all;
    for (const char *member : kMembers) {
        const std::string wanted = Member(one, member);
        ASSERT_NE(wanted, "") << member << " of " << one;
        EXPECT_EQ(Member(section, member), wanted) << name;
    }
}

// The record but for its further sets.
std::string WithoutSets(const std::string &record)
{
    const std::string sets = Member(record, "real_sets");
    const size_t at = record.find(sets);
    return sets.empty() ? record : record.substr(0, at) + record.substr(at + sets.size() + 1);
}

struct Sets : SmallTask {
    std::string two = folder.write("two.json", "[[1], [], [0, 1, 2], [0, 1]]");
    std::string three = folder.write("three.json", "[[0, 1, 2], [2], [1], []]");

    std::string record(Words more, const std::string &by, const Words &further = {}) const
    {
        Words command = {RS_TEST_PROGRAM, "eval",   "-q", "--json", "-",
                         "--labels",      labels, "--real", by};
        for (const std::string &set : further) {
            command.insert(command.end(), {"--real", set});
        }
        command.insert(command.end(), more.begin(), more.end());
        const ProgramResult result = RunProgram(command);
        EXPECT_EQ(result.exit_status, 0) << result.err;
        return Untimed(result.out);
    }
    void expect_sections(const Words &more) const
    {
        const std::string all = record(more, real, {"two=" + two, "three=" + three});
        EXPECT_EQ(WithoutSets(all), record(more, real)) << "further sets change the first";
        ExpectSection(all, "two", record(more, two));
        ExpectSection(all, "three", record(more, three));
    }
    void expect_refused(const Words &more, const std::string &words) const
    {
        Words command = {RS_TEST_PROGRAM, "eval", "--labels", labels, logits};
        command.insert(command.end(), more.begin(), more.end());
        const ProgramResult result = RunProgram(command);
        EXPECT_EQ(result.exit_status, 2) << result.err;
        EXPECT_NE(result.err.find(words), std::string::npos) << result.err;
        EXPECT_EQ(result.out, "");
    }
};

TEST(LabelSets, EverySectionIsThatOfARunAlone)
{
    const Sets sets;
    const std::string ranked = sets.folder.write(
        "ranked.npy", Npy("'<i4'", "(4, 2)", Bytes<int32_t>({2, 0, 1, 2, 1, 0, 0, 1})));
    const std::string named = sets.folder.write(
        "named.npy", Npy("'<f4'", "(4, 3)", Bytes<float>({1, 4, 2, 0, 3, 5, 1, 0, 7, 2, 2, 1})));
    const std::string map = sets.folder.write("map.txt", "2\n-1\n0\n");
    sets.expect_sections({sets.logits});
    sets.expect_sections({"--topk", "1,2,3", "--row-flags", sets.logits});
    sets.expect_sections({"--oracle-rows", "nonempty", "--oracle-cut", "1", sets.logits});
    sets.expect_sections({"--oracle-exclude", "1", "--oracle-cut", "1", sets.logits});
    sets.expect_sections({"--row-range", "1:3", sets.logits});
    sets.expect_sections({"--limit", "3", sets.logits});
    sets.expect_sections({"--order", "imagefolder", sets.logits});
    sets.expect_sections({"--class-map", map, sets.logits});
    sets.expect_sections({ranked});
    sets.expect_sections({"--ensemble", "--space", "prob", sets.logits, named});
}

TEST(LabelSets, CalibrationIsOfTheFirstSetAlone)
{
    const Sets sets;
    const std::string all = sets.record({"--calibration", sets.logits}, sets.real,
                                        {"two=" + sets.two});
    const std::string one = sets.record({"--calibration", sets.logits}, sets.real);
    EXPECT_EQ(WithoutSets(all), one);
    EXPECT_EQ(Member(Member(all, "real_sets"), "calibration"),
              "\"calibration\":{\"value\":null,\"reason\":\"calibration is measured by the first "
              "label set alone\"}");
}

TEST(LabelSets, OfEveryHead)
{
    const Sets sets;
    const std::string identity = sets.folder.write(
        "identity.npy", Npy("'<f4'", "(3, 3)", Bytes<float>({1, 0, 0, 0, 1, 0, 0, 0, 1})));
    const std::string bias =
        sets.folder.write("bias.npy", Npy("'<f8'", "(3,)", Bytes<double>({0, 10, 0})));
    const Words heads = {"--features", sets.logits, "--head", identity,
                         "--head",     identity + "," + bias, "--name", "a", "--name", "b"};
    Words command = {RS_TEST_PROGRAM, "eval", "-q", "--json", "-", "--labels", sets.labels};
    command.insert(command.end(), heads.begin(), heads.end());
    Words all = command;
    all.insert(all.end(), {"--real", sets.real, "--real", "two=" + sets.two});
    Words alone = command;
    alone.insert(alone.end(), {"--real", sets.two});
    const auto lines = SplitLines(RunProgram(all).out);
    const auto wanted = SplitLines(RunProgram(alone).out);
    ASSERT_EQ(lines.size(), 2u);
    ASSERT_EQ(wanted.size(), 2u);
    for (size_t h = 0; h < 2; ++h) {
        ExpectSection(lines[h], "two", wanted[h]);
    }
    EXPECT_NE(Member(Member(lines[0], "real_sets"), "metrics"),
              Member(Member(lines[1], "real_sets"), "metrics"));
}

TEST(LabelSets, OfARealModelInAnyOrder)
{
    RS_NEED_DATA();
    const RealLabels real = ReadRealLabels();
    TemporaryFolder folder;
    std::string text = "[";
    for (size_t i = 0; i < real.original.size(); ++i) {
        text += (i == 0 ? "[" : ",[") + std::to_string(real.original[i]);
        text += i % 3 == 0 ? "," + std::to_string((real.original[i] + 500) % 1000) + "]" : "]";
    }
    const std::string other = folder.write("other.json", text + "]");
    const std::string folder_of = DataFolder() + "/predictions/resnet50_pytorch_imagenet_top5";
    Words command = {RS_TEST_PROGRAM, "eval", "-q", "--json", "-", "--order", "imagefolder",
                     "--pred-scores", folder_of + "probs.npy", folder_of + "preds.npy"};
    Words alone = command;
    alone.insert(alone.end(), {"--labels", DataFolder() + "/ilsvrc2012_val_labels.txt", "--real",
                               other});
    for (const std::string &option : RealLabelOptions()) {
        command.push_back(option);
    }
    const ProgramResult first = RunProgram(command);
    command.insert(command.end(), {"--real", "other=" + other});
    const ProgramResult all = RunProgram(command);
    ASSERT_EQ(all.exit_status, 0) << all.err;
    EXPECT_EQ(Untimed(WithoutSets(all.out)), Untimed(first.out));
    const Record record(all.out);
    const Record one(RunProgram(alone).out);
    for (const char *metric : {"real_top1", "real_top5", "real_second"}) {
        EXPECT_EQ(record.integer(std::string("real_sets.other.metrics.") + metric + ".correct"),
                  one.integer(std::string("metrics.") + metric + ".correct"));
    }
}

TEST(LabelSets, Tables)
{
    const Sets sets;
    const ProgramResult one = sets.eval({"--real", "longer-name=" + sets.two, sets.logits});
    ASSERT_EQ(one.exit_status, 0) << one.err;
    EXPECT_NE(one.out.find("\n  label set    images  top-1, %"), std::string::npos) << one.out;
    EXPECT_NE(one.out.find("\n  longer-name       3  66.67 [20.77, 93.85]"), std::string::npos)
        << one.out;
    const ProgramResult several = sets.eval(
        {"--real", "longer-name=" + sets.two, "--name", "a", "--name", "b", sets.logits,
         sets.logits});
    ASSERT_EQ(several.exit_status, 0) << several.err;
    const auto lines = SplitLines(several.out);
    ASSERT_GT(lines.size(), 7u);
    const size_t column = lines[1].find("top-1");
    for (size_t i = 2; i < 8; ++i) { // all in the same columns
        EXPECT_EQ(lines[i][column - 1], ' ') << lines[i];
        EXPECT_EQ(lines[i][column - 2], ' ') << lines[i];
        EXPECT_NE(lines[i][column + 4], ' ') << lines[i];
    }
    EXPECT_EQ(lines[4].substr(5, 13), "  longer-name");
}

TEST(LabelSets, TheFirstMayHaveAName)
{
    const Sets sets;
    EXPECT_EQ(sets.record({sets.logits}, "real=" + sets.real),
              sets.record({sets.logits}, sets.real));
}

TEST(LabelSets, AFileOfThatNameIsTaken)
{
    const Sets sets;
    const std::string odd = sets.folder.write("odd=name.json", "[[0], [2, 1], [], [0]]");
    EXPECT_NE(sets.record({sets.logits}, odd).find("odd=name.json\""), std::string::npos);
    const std::string all = sets.record({sets.logits}, sets.real, {"odd=" + odd});
    EXPECT_NE(Member(all, "real_sets").find("odd=name.json\""), std::string::npos);
}

TEST(LabelSets, Refused)
{
    const Sets sets;
    sets.expect_refused({"--real", sets.real, "--real", sets.two}, "has no name");
    sets.expect_refused({"--real", sets.real, "--real", "=" + sets.two}, "before = is no name");
    sets.expect_refused({"--real", sets.real, "--real", "a b=" + sets.two}, "before = is no name");
    sets.expect_refused({"--real", sets.real, "--real", "a="}, "name the file behind =");
    sets.expect_refused({"--real", sets.real, "--real", "a=none"}, "is a file");
    sets.expect_refused(
        {"--real", sets.real, "--real", "a=" + sets.two, "--real", "a=" + sets.three},
        "have the same name");
    sets.expect_refused({"--real", "a=" + sets.real, "--real", "a=" + sets.three},
                        "have the same name");
}

TEST(LabelSets, FilesThatDoNotFit)
{
    const Sets sets;
    const ProgramResult missing =
        sets.eval({"--real", "a=" + sets.folder.path("missing.json"), sets.logits});
    EXPECT_EQ(missing.exit_status, 1);
    EXPECT_NE(missing.err.find("missing.json: no such file"), std::string::npos) << missing.err;
    const std::string few = sets.folder.write("few.json", "[[0]]");
    const ProgramResult fewer = sets.eval({"--real", "a=" + few, sets.logits});
    EXPECT_EQ(fewer.exit_status, 1);
    EXPECT_NE(fewer.err.find("few.json holds 1 label sets"), std::string::npos) << fewer.err;
    const std::string wide = sets.folder.write("wide.json", "[[0], [1], [2], [7]]");
    const ProgramResult wider = sets.eval({"--real", "a=" + wide, sets.logits});
    EXPECT_EQ(wider.exit_status, 1);
    EXPECT_NE(wider.err.find("wide.json"), std::string::npos) << wider.err;
    const ProgramResult output = sets.eval({"--real", "a=" + sets.two, "--json", sets.two,
                                            sets.logits});
    EXPECT_EQ(output.exit_status, 2);
    EXPECT_NE(output.err.find("which the command reads"), std::string::npos) << output.err;
}

TEST(LabelSets, OtherCommandsTakeOne)
{
    const Sets sets;
    const Words labels = {"--labels", sets.labels, "--real", sets.real, "--real", "a=" + sets.two};
    const std::string other = sets.folder.write("b.npy", ReadFile(sets.logits));
    for (const Words &command : {Words{"labels"}, Words{"compare", sets.logits, other},
                                 Words{"mistakes", sets.logits}}) {
        Words words = {RS_TEST_PROGRAM};
        words.insert(words.end(), command.begin(), command.end());
        words.insert(words.end(), labels.begin(), labels.end());
        const ProgramResult result = RunProgram(words);
        EXPECT_EQ(result.exit_status, 2) << command[0];
        EXPECT_NE(result.err.find("by one label set"), std::string::npos)
            << command[0] << ": " << result.err;
    }
}

// ---- sweeps ----

TEST(LabelSets, SweepKeepsThem)
{
    const Sweep sweep;
    const std::string two = sweep.folder.write("two.json", "[[1], [], [0, 1, 2], [0, 1]]");
    const std::string other = sweep.write("other.npy", kOther);
    const Words models = {"--real", "two=" + two, sweep.logits, other};
    ASSERT_EQ(sweep(models).exit_status, 0);
    const ProgramResult alone =
        sweep.eval({"--real", "two=" + two, "-q", "--json", "-", sweep.logits});
    EXPECT_EQ(Member(ReadFile(sweep.out + "/model.json"), "real_sets"),
              Member(alone.out, "real_sets"));

    const ProgramResult again = sweep(models);
    EXPECT_EQ(again.exit_status, 0) << again.err;
    EXPECT_EQ(again.err.find("redone"), std::string::npos) << again.err;
    (void)sweep.folder.write("two.json", "[[1], [2], [0, 1, 2], [0, 1]]");
    const ProgramResult changed = sweep(models);
    EXPECT_NE(changed.err.find("redone: --real is "), std::string::npos) << changed.err;
    const ProgramResult without = sweep({sweep.logits, other});
    EXPECT_NE(without.err.find("redone: "), std::string::npos) << without.err;
    EXPECT_EQ(ReadFile(sweep.out + "/model.json").find("real_sets"), std::string::npos);
}

TEST(LabelSets, WhoReadsRecordsReadsThese)
{
    const Sweep sweep;
    const std::string two = sweep.folder.write("two.json", "[[1], [], [0, 1, 2], [0, 1]]");
    const std::string other = sweep.write("other.npy", kOther);
    ASSERT_EQ(sweep({"--real", "two=" + two, sweep.logits, other}).exit_status, 0);
    const std::string joined = sweep.folder.path("joined");
    const std::string lines = sweep.folder.path("all.jsonl");
    const ProgramResult merged =
        RunProgram({RS_TEST_PROGRAM, "merge", sweep.out, "-o", lines, "--out", joined});
    ASSERT_EQ(merged.exit_status, 0) << merged.err;
    EXPECT_NE(ReadFile(lines).find("\"real_sets\":{\"two\":{"), std::string::npos);
    const std::string csv = sweep.folder.path("all.csv");
    const ProgramResult table = RunProgram({RS_TEST_PROGRAM, "merge", sweep.out, "-o", csv});
    ASSERT_EQ(table.exit_status, 0) << table.err;
    EXPECT_NE(table.out.find("  two  "), std::string::npos) << table.out;
    const std::vector<std::string> rows = SplitLines(ReadFile(csv));
    ASSERT_EQ(rows.size(), 3u);
    EXPECT_NE(rows[0].find(",two.real_top1,"), std::string::npos) << rows[0];
    EXPECT_EQ(rows[0].find("two.imagenet"), std::string::npos) << rows[0];
    const auto cells = [](const std::string &row) {
        Words split(1);
        for (const char c : row) {
            if (c == ',') {
                split.emplace_back();
            } else {
                split.back() += c;
            }
        }
        return split;
    };
    const Words heading = cells(rows[0]);
    const size_t column = static_cast<size_t>(
        std::find(heading.begin(), heading.end(), "two.real_top1") - heading.begin());
    for (size_t m = 1; m < rows.size(); ++m) {
        const Words row = cells(rows[m]);
        ASSERT_EQ(row.size(), heading.size());
        const Record record(ReadFile(sweep.out + "/" + row[0] + ".json"));
        const std::string top1 = "real_sets.two.metrics.real_top1.";
        EXPECT_NEAR(std::stod(row[column]),
                    100.0 * static_cast<double>(record.integer(top1 + "correct")) /
                        static_cast<double>(record.integer(top1 + "total")),
                    0.00006);
    }
    EXPECT_EQ(ReadFile(joined + "/model.json"), ReadFile(sweep.out + "/model.json"));
    for (const Words &command :
         {Words{"compare", joined}, Words{"mistakes", "--wrong-by", "either", joined},
          Words{"report", joined, "-o", sweep.folder.path("report.html")}}) {
        Words words = {RS_TEST_PROGRAM, command[0], "--real", sweep.real, "--labels",
                       sweep.labels};
        words.insert(words.end(), command.begin() + 1, command.end());
        const ProgramResult result = RunProgram(words);
        EXPECT_EQ(result.exit_status, 0) << command[0] << ": " << result.err;
    }
}

// The best first by any set, without a second column of what has one.
TEST(LabelSets, MergeSortsByThem)
{
    const Sweep sweep;
    const std::string two = sweep.folder.write("two.json", "[[1], [], [0, 1, 2], [0, 1]]");
    const std::string other = sweep.write("other.npy", kOther);
    const std::string name = "v1.2"; // with a dot of its own
    ASSERT_EQ(sweep({"--real", "two=" + two, "--real", name + "=" + two, sweep.logits, other})
                  .exit_status,
              0);
    for (const std::string metric : {".real_top1", ".real_macro_top1", ".imagenet_top1"}) {
        const ProgramResult table =
            RunProgram({RS_TEST_PROGRAM, "merge", "--format", "csv",
                                                "--sort", name + metric, sweep.out});
        ASSERT_EQ(table.exit_status, 0) << table.err;
        const auto value = [&](const std::string &model) {
            const Record record(ReadFile(sweep.out + "/" + model + ".json"));
            return record.number("real_sets.two.metrics" + metric + ".value");
        };
        const size_t model = table.out.find("\nmodel,");
        const size_t beside = table.out.find("\nother,");
        ASSERT_TRUE(model != std::string::npos && beside != std::string::npos) << table.out;
        EXPECT_EQ(model < beside, value("model") >= value("other")) << table.out;
        EXPECT_EQ(table.out.find(name + metric) != std::string::npos, metric != ".real_top1")
            << table.out;
    }
    const ProgramResult none =
        RunProgram({RS_TEST_PROGRAM, "merge", "--sort", "v1.real_top1", sweep.out});
    EXPECT_EQ(none.exit_status, 2);
    EXPECT_NE(none.err.find(", v1.2.real_top1"), std::string::npos) << none.err;
}

TEST(LabelSets, FalseSectionsAreRefused)
{
    const Sweep sweep;
    const std::string two = sweep.folder.write("two.json", "[[1], [], [0, 1, 2], [0, 1]]");
    const ProgramResult made =
        sweep.eval({"--real", "two=" + two, "-q", "--json", "-", sweep.logits});
    const auto refused = [&](const std::string &from, const std::string &to,
                             const std::string &words) {
        const size_t sets = made.out.find("\"real_sets\"");
        const size_t at = made.out.find(from, sets);
        ASSERT_NE(at, std::string::npos) << from;
        std::string text = made.out;
        text.replace(at, from.size(), to);
        fs::remove_all(sweep.folder.path("false"));
        fs::create_directory(sweep.folder.path("false"));
        (void)sweep.folder.write("false/model.json", text);
        const ProgramResult result =
            RunProgram({RS_TEST_PROGRAM, "merge", sweep.folder.path("false")});
        EXPECT_EQ(result.exit_status, 1) << text;
        EXPECT_NE(result.err.find(words), std::string::npos) << result.err;
    };
    refused("\"real_sets\":{", "\"real_sets\":[],\"other\":{", "real_sets is no object");
    refused("\"two\":{\"labels\"", "\"t\\u0001o\":{\"labels\"", "control character");
    refused("\"metrics\":{", "\"metric\":{", "metrics is missing");
    refused("\"real_top1\":{\"value\":0.6666", "\"real_top1\":{\"value\":0.7666",
            "real_top1.value contradicts");
}

// Parts add up by every set: what merge joins is what a sweep of all rows writes.
TEST(LabelSets, PartsAddUp)
{
    const Sweep sweep;
    const std::string two = sweep.folder.write("two.json", "[[1], [], [0, 1, 2], [0, 1]]");
    const std::string three = sweep.folder.write("three.json", "[[0, 1, 2], [2], [1], []]");
    const Words sets = {"--real", "two=" + two, "--real", "v.3=" + three, sweep.logits};
    const auto with = [&](Words more) {
        more.insert(more.end(), sets.begin(), sets.end());
        return more;
    };
    ASSERT_EQ(sweep(sets).exit_status, 0);
    const std::string whole = ReadFile(sweep.out + "/model.json");
    const std::string parts = sweep.folder.path("parts");
    const std::string joined = sweep.folder.path("joined");
    for (const std::string range : {"0:1", "1:3", "3:4"}) {
        const ProgramResult part =
            RunProgram(with({RS_TEST_PROGRAM, "sweep", "--out", parts, "--real", sweep.real,
                             "--labels", sweep.labels, "--row-range", range}));
        ASSERT_EQ(part.exit_status, 0) << part.err;
        EXPECT_NE(part.err.find("1 model scored"), std::string::npos) << part.err;
    }
    const ProgramResult again =
        RunProgram(with({RS_TEST_PROGRAM, "sweep", "--out", parts, "--real", sweep.real,
                         "--labels", sweep.labels, "--row-range", "1:3"}));
    EXPECT_NE(again.err.find("1 up to date"), std::string::npos) << again.err;
    const ProgramResult merged = RunProgram({RS_TEST_PROGRAM, "merge", parts, "--out", joined});
    ASSERT_EQ(merged.exit_status, 0) << merged.err;
    const std::string record = ReadFile(joined + "/model.json");
    for (const char *member : {"metrics", "oracle", "choice", "disagreements", "real_sets"}) {
        EXPECT_EQ(Member(record, member), Member(whole, member));
        EXPECT_NE(Member(record, member), "");
    }
    // A later sweep of all rows finds its work done.
    const ProgramResult done =
        RunProgram(with({RS_TEST_PROGRAM, "sweep", "--out", joined, "--real", sweep.real,
                         "--labels", sweep.labels}));
    EXPECT_NE(done.err.find("1 up to date"), std::string::npos) << done.err;
}

// A part by other sets is none of the same whole.
TEST(LabelSets, PartsByOtherSetsAreRefused)
{
    const Sweep sweep;
    const std::string two = sweep.folder.write("two.json", "[[1], [], [0, 1, 2], [0, 1]]");
    ASSERT_EQ(sweep({"--real", "two=" + two, "--row-range", "0:2", sweep.logits}).exit_status, 0);
    ASSERT_EQ(sweep({"--row-range", "2:4", sweep.logits}).exit_status, 0);
    const ProgramResult result = RunProgram({RS_TEST_PROGRAM, "merge", sweep.out});
    EXPECT_EQ(result.exit_status, 1);
    EXPECT_NE(result.err.find("this part was made in another way than the first one: --real"),
              std::string::npos)
        << result.err;
}

} // namespace
