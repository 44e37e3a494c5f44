// Ensembles and heads as lines of reassess sweep --list: the records of eval, resumed like others.
#include <gtest/gtest.h>

#include <chrono>

#include "sweep_task.h"

namespace {

void Touch(const std::string &path, int seconds)
{
    fs::last_write_time(path, fs::file_time_type::clock::now() + std::chrono::seconds(seconds));
}

// Files of two models, of two heads on features, of a class map.
struct ListedSweep : Sweep {
    ListedSweep()
    {
        other = write("other.npy", kOther);
        wide = folder.write("wide.npy",
                            Npy("'<f4'", "(3, 3)", Bytes<float>({1, 0, 0, 0, 1, 0, 0, 0, 1})));
        bias = folder.write("bias.npy", Npy("'<f8'", "(3,)", Bytes<double>({0, 10, 0})));
        turned = folder.write("turned.npy",
                              Npy("'<f4'", "(3, 3)", Bytes<float>({0, 0, 1, 0, 1, 0, 1, 0, 0})));
        map = folder.write("map.txt", "2\n1\n0\n");
    }
    ProgramResult list(const std::string &lines, Words more = {}) const
    {
        const std::string path = folder.write("list.txt", lines);
        more.insert(more.end(), {"--list", path});
        return (*this)(more);
    }
    std::string eval_record(const std::string &name, Words more) const
    {
        more.insert(more.end(), {"--json", "-", "--name", name});
        const ProgramResult result = eval(more);
        EXPECT_EQ(result.exit_status, 0) << result.err;
        return Untimed(result.out);
    }
    std::string swept(const std::string &name) const
    {
        return Untimed(ReadFile(out + "/" + name + ".json"));
    }
    // What --keep-topk of eval writes beside the same record.
    std::string eval_sidecar(const std::string &name, Words more) const
    {
        more.insert(more.end(),
                    {"--keep-topk", "10", "--keep-dir", folder.path(), "--name", name, "--quiet"});
        EXPECT_EQ(eval(more).exit_status, 0);
        return ReadFile(folder.path(name + ".top3.npz")); // there are three classes
    }

    std::string other, wide, bias, turned, map;
};

TEST(SweepList, AnEnsembleHasTheRecordOfEval)
{
    const ListedSweep sweep;
    const std::pair<std::string, Words> lines[] = {
        {"plain", {"--ensemble"}},
        {"weighted", {"--ensemble", "--weights", "2,0.5"}},
        {"prob", {"--ensemble", "--space", "prob", "--calibration"}},
        {"mapped", {"--ensemble", "--space", "prob", "--class-map", sweep.map}},
        {"shuffled", {"--ensemble", "--order", sweep.folder.write("order", "3\n2\n1\n0\n")}},
    };
    for (const auto &[name, options] : lines) {
        std::string line = name + " " + sweep.logits + " " + sweep.other;
        Words command;
        for (const std::string &word : options) {
            if (word == "--calibration") {
                command.push_back(word);
            } else {
                line += " " + word;
            }
        }
        const ProgramResult result = sweep.list(line, command);
        ASSERT_EQ(result.exit_status, 0) << name << result.err;
        Words eval = options;
        eval.insert(eval.end(), {sweep.logits, sweep.other});
        EXPECT_EQ(sweep.swept(name), sweep.eval_record(name, eval));
        EXPECT_TRUE(ReadFile(sweep.out + "/" + name + ".topk.npz") ==
                    sweep.eval_sidecar(name, eval))
            << name;
    }
    // probabilities are averaged as such unless the line says otherwise
    const std::string probs =
        sweep.write("probs.npy", {.5F, .25F, .25F, 0, .25F, .75F, 1, 0, 0, .5F, .5F, 0});
    const std::string line = "p " + probs + " " + probs + " --ensemble --values probs";
    ASSERT_EQ(sweep.list(line).exit_status, 0);
    EXPECT_EQ(sweep.record("p").text("input.ensemble.space"), "prob");
    ASSERT_EQ(
        sweep.list("q " + probs + " " + probs + " --ensemble", {"--values", "probs"}).exit_status,
        0);
    EXPECT_EQ(sweep.record("q").text("input.ensemble.space"), "prob");
}

TEST(SweepList, AHeadHasTheRecordOfEval)
{
    const ListedSweep sweep;
    const ProgramResult result = sweep.list(
        "one --features " + sweep.logits + " --head " + sweep.wide + "\n" + "two --features " +
        sweep.logits + " --head " + sweep.turned + "," + sweep.bias + "\n" + "three --features " +
        sweep.other + " --head " + sweep.turned + " --class-map " + sweep.map);
    ASSERT_EQ(result.exit_status, 0) << result.err;
    const Words one = {"--features", sweep.logits, "--head", sweep.wide};
    EXPECT_EQ(sweep.swept("one"), sweep.eval_record("one", one));
    EXPECT_TRUE(ReadFile(sweep.out + "/one.topk.npz") == sweep.eval_sidecar("one", one));
    EXPECT_EQ(sweep.swept("two"), sweep.eval_record("two", {"--features", sweep.logits, "--head",
                                                            sweep.turned + "," + sweep.bias}));
    EXPECT_EQ(sweep.swept("three"),
              sweep.eval_record("three", {"--features", sweep.other, "--head", sweep.turned,
                                          "--class-map", sweep.map}));
    // what the command line says of values is said of files, not of what a head makes
    const std::string line = "four --features " + sweep.logits + " --head " + sweep.wide;
    ASSERT_EQ(sweep.list(line, {"--values", "probs", "--calibration"}).exit_status, 0);
    EXPECT_EQ(sweep.swept("four"), sweep.eval_record("four", {"--calibration", "--features",
                                                              sweep.logits, "--head", sweep.wide}));
}

struct Change {
    void (*change)(const ListedSweep &);
    std::string line; // of the second sweep; "": the same
    std::string why;  // "": nothing is redone
};

void ExpectChanges(const std::string &line, const std::vector<Change> &changes)
{
    for (const Change &c : changes) {
        const ListedSweep sweep;
        const auto named = [&](std::string text) {
            const std::pair<const char *, std::string> names[] = {{"MODEL", sweep.logits},
                                                                  {"OTHER", sweep.other},
                                                                  {"WIDE", sweep.wide},
                                                                  {"BIAS", sweep.bias},
                                                                  {"TURNED", sweep.turned}};
            for (const auto &[name, path] : names) {
                for (size_t at = 0; (at = text.find(name)) != std::string::npos;) {
                    text.replace(at, std::string(name).size(), path);
                }
            }
            return text;
        };
        ASSERT_EQ(sweep.list(named(line)).exit_status, 0);
        c.change(sweep);
        const std::string second = named(c.line.empty() ? line : c.line);
        const ProgramResult again = sweep.list(second);
        EXPECT_EQ(again.exit_status, 0) << again.err;
        const std::string wanted =
            c.why.empty() ? "0 models to score, 1 up to date" : "(redone: " + c.why + ")";
        EXPECT_NE(again.err.find(wanted), std::string::npos) << second << "\n" << again.err;
        EXPECT_NE(sweep.list(second).err.find("0 models to score, 1 up to date"),
                  std::string::npos);
    }
}

TEST(SweepList, SaysWhyAnEnsembleIsRedone)
{
    const auto nothing = [](const ListedSweep &) {};
    ExpectChanges(
        "e MODEL OTHER --ensemble",
        {
            {nothing, "", ""},
            {nothing, "e MODEL OTHER --ensemble --weights 1,1", ""}, // the same average
            {nothing, "e MODEL OTHER --ensemble --weights 1,2", "--weights is 1,2, was 1,1"},
            {nothing, "e MODEL OTHER --ensemble --space prob", "--ensemble is prob, was logit"},
            {nothing, "e MODEL OTHER OTHER --ensemble", "the input: 3 files, was 2"},
            {nothing, "e MODEL", "the input: 1 files, was 2"},
            {[](const ListedSweep &s) { Touch(s.other, 5); }, "", "the input was modified"},
            {[](const ListedSweep &s) {
                 s.folder.write("other.npy", Npy("'<f8'", "(4, 3)", std::string(96, '\0')));
             },
             "", "the input: 224 bytes, was 176"},
        });
    // row blocks of one model are no ensemble of them
    const ListedSweep sweep;
    sweep.folder.write("raw1", Bytes<float>({3, 1, 2, 0, 1, 5, 1, 0, 0, 2, 2, 1}));
    const std::string raw = sweep.folder.path("raw1");
    const std::string files = "e " + raw + " " + raw + " --dtype f32 --shape 0,3";
    ASSERT_EQ(sweep.list(files + " --ensemble").exit_status, 0);
    const ProgramResult parts = sweep.list(files);
    EXPECT_NE(parts.err.find("e: failed: "), std::string::npos) << parts.err; // 8 rows
}

TEST(SweepList, SaysWhyAHeadIsRedone)
{
    const auto nothing = [](const ListedSweep &) {};
    const std::string line = "h --features MODEL --head WIDE,BIAS";
    ExpectChanges(
        line,
        {
            {nothing, "", ""},
            {[](const ListedSweep &s) { Touch(s.wide, 5); }, "",
             "the weight of the head was modified"},
            {[](const ListedSweep &s) { Touch(s.bias, 5); }, "",
             "the bias of the head was modified"},
            {[](const ListedSweep &s) { Touch(s.logits, 5); }, "", "the input was modified"},
            {[](const ListedSweep &s) {
                 s.folder.write("wide.npy", Npy("'<f8'", "(3, 3)", std::string(72, '\0')));
             },
             "", "the weight of the head: 200 bytes, was 164"},
            {nothing, "h --features MODEL --head WIDE",
             "the bias of the head: there were none before, or are none now"},
            {nothing, "h MODEL", "the weight of the head: there were none before, or are none now"},
            {[](const ListedSweep &s) { Touch(s.other, 5); }, "h --features OTHER --head WIDE,BIAS",
             "the input is another file"},
        });
}

// With --hash the record has a hash of the features alone: that says nothing of the head.
TEST(SweepList, AHashOfTheInputIsNoneOfTheFilesBesideIt)
{
    const ListedSweep sweep;
    const std::string line = "h --features " + sweep.logits + " --head " + sweep.wide;
    ASSERT_EQ(sweep.list(line, {"--hash"}).exit_status, 0);
    Touch(sweep.logits, 5);
    EXPECT_NE(sweep.list(line, {"--hash"}).err.find("0 models to score, 1 up to date"),
              std::string::npos);
    fs::copy_file(sweep.turned, sweep.wide, fs::copy_options::overwrite_existing);
    Touch(sweep.wide, 9);
    const ProgramResult again = sweep.list(line, {"--hash"});
    EXPECT_NE(again.err.find("(redone: the weight of the head was modified)"), std::string::npos)
        << again.err;
    // nor of the scores of predictions
    const std::string classes = sweep.folder.write(
        "classes.npy", Npy("'<i4'", "(4, 2)", Bytes<int32_t>({0, 1, 1, 2, 0, 1, 0, 2})));
    const auto scores = [&](const std::vector<float> &values) {
        return sweep.folder.write("scores.npy", Npy("'<f4'", "(4, 2)", Bytes<float>(values)));
    };
    const std::string path = scores({1, 0, 1, 0, 1, 0, 1, 0});
    const std::string ranked = "r " + classes + " --pred-scores " + path;
    ASSERT_EQ(sweep.list(ranked, {"--hash"}).exit_status, 0);
    scores({0, 1, 0, 1, 0, 1, 0, 1});
    Touch(path, 5);
    const ProgramResult rescored = sweep.list(ranked, {"--hash"});
    EXPECT_NE(rescored.err.find("(redone: the file of scores was modified)"), std::string::npos)
        << rescored.err;
}

TEST(SweepList, ATensorOfAHeadCounts)
{
    const ListedSweep sweep;
    const std::string header =
        R"({"a":{"dtype":"F32","shape":[3,3],"data_offsets":[0,36]},"b":{"dtype":"F32",)"
        R"("shape":[3,3],"data_offsets":[36,72]}})";
    std::string bytes(8, '\0');
    bytes[0] = static_cast<char>(header.size());
    const std::string archive = sweep.folder.write(
        "heads.safetensors",
        bytes + header + Bytes<float>({1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 1, 0, 1, 0, 1, 0, 0}));
    const std::string line = "h --features " + sweep.logits + " --head " + archive;
    ASSERT_EQ(sweep.list(line + "#a").exit_status, 0);
    const ProgramResult other = sweep.list(line + "#b");
    EXPECT_NE(other.err.find("(redone: --head is weight#b, was weight#a)"), std::string::npos)
        << other.err;
    EXPECT_EQ(sweep.record("h").text("input.head.weight"), archive + "#b");
}

TEST(SweepList, AHeadThatFailsLeavesTheOthers)
{
    const ListedSweep sweep;
    const std::string five =
        sweep.folder.write("five.npy", Npy("'<f4'", "(3, 5)", std::string(60, '\0')));
    const std::string on = " --features " + sweep.logits + " --head ";
    const ProgramResult result =
        sweep.list("good" + on + sweep.wide + "\nbad" + on + five + "\ngone" + on +
                   sweep.folder.path("gone.npy") + "\nlast" + on + sweep.turned + "\nboth " +
                   sweep.logits + " " + sweep.folder.path("gone.npy") + " --ensemble");
    EXPECT_EQ(result.exit_status, 1);
    EXPECT_NE(result.err.find("3 of 5 models failed"), std::string::npos) << result.err;
    EXPECT_NE(result.err.find("3 features a row, but head 1 takes 5"), std::string::npos);
    EXPECT_EQ(Names(sweep.out),
              (Words{"bad.error.json", "both.error.json", "gone.error.json", "good.json",
                     "good.tally", "good.topk.npz", "last.json", "last.tally", "last.topk.npz"}));
}

TEST(SweepList, ALineThatMakesNoSenseIsNamed)
{
    const ListedSweep sweep;
    const std::pair<std::string, std::string> lists[] = {
        {"e " + sweep.logits + " --ensemble",
         "line 1: --ensemble needs at least two models; name the models to be averaged"},
        {"\ne a b --weights 1,2", "line 2: --weights and --space are about the models of an "
                                  "ensemble; say --ensemble to average the models"},
        {"e a b --ensemble --weights 1", "line 1: --weights 1: expected one number above 0 for "
                                         "each model, as in 2,1,1; a line is: NAME FILE"},
        {"e a b --ensemble --values probs --space logit",
         "line 1: members that hold probabilities have no logits to average; average them with "
         "--space prob"},
        {"e a b --ensemble --pred-scores c",
         "line 1: --ensemble cannot be combined with --parts or --pred-scores"},
        {"h --features f", "line 1: --features and --head go together, without other files; a "
                           "head's line is: NAME --features FILE --head W[,B]"},
        {"h --head w", "line 1: --features and --head go together"},
        {"h f --features f --head w", "line 1: --features and --head go together"},
        {"# two\nh --features f --head w --head v",
         "line 2: a line is one model, and has one --head; give each head a line of its own"},
        {"h --features f --head w --values probs", "line 1: --features cannot be combined with"},
        {"h --features - --head w", "line 1: a sweep cannot read standard input"},
        {"m -", "line 1: a sweep cannot read standard input"},
    };
    for (const auto &[text, reason] : lists) {
        const ProgramResult result = sweep.list(text);
        EXPECT_EQ(result.exit_status, 2) << reason;
        EXPECT_NE(result.err.find("list.txt: " + reason), std::string::npos) << result.err;
    }
    EXPECT_FALSE(fs::exists(sweep.out));
}

} // namespace
