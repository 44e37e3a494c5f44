// reassess aggregate and curve as a user runs them: files in, files out, words and exit status.
#include <unistd.h>

#include <gtest/gtest.h>

#include <cstdlib>

#include "support/program.h"
#include "support/sanitized.h"
#include "support/tier.h"

namespace {

const char *const kVotes = "rater,image,label,answer\n"
                           "ann,a.png,0,yes\nbob,a.png,0,yes\ncid,a.png,0,no\n"
                           "ann,a.png,1,no\nbob,a.png,1,maybe\ncid,a.png,1,no\n"
                           "ann,b.png,2,yes\nbob,b.png,2,yes\ncid,b.png,2,yes\n"
                           "ann,b.png,0,no\nbob,b.png,0,no\ncid,b.png,0,yes\n";

class Task {
public:
    Task()
    {
        votes = folder.write("votes.csv", kVotes);
        labels = folder.write("labels.txt", "1\n2\n0\n-1\n");
        files = folder.write("files.txt", "a.png\nb.png\nc.png\nd.png\n");
        golden = folder.write("golden.json", R"({"a.png": [0], "b.png": [2]})");
        questions =
            folder.write("questions.csv",
                         "ann,a.png,0,yes\nann,a.png,1,no\nann,b.png,2,yes\nann,b.png,0,no\n"
                         "bob,a.png,0,no\nbob,a.png,1,no\nbob,b.png,2,yes\nbob,b.png,0,maybe\n");
    }
    ProgramResult run(std::vector<std::string> arguments) const
    {
        arguments.insert(arguments.begin(), RS_TEST_PROGRAM);
        return RunProgram(arguments, "", {"REASSESS_LABELS=", "HOME=" + folder.path()});
    }
    TemporaryFolder folder;
    std::string votes, labels, files, golden, questions;
};

TEST(AggregateCommand, majority_to_label_sets)
{
    const Task task;
    const std::string real = task.folder.path("real.json");
    const ProgramResult result =
        task.run({"aggregate", "--votes", task.votes, "--method", "majority", "--labels",
                  task.labels, "--files", task.files, "-o", real});
    EXPECT_EQ(result.exit_status, 0) << result.err;
    EXPECT_EQ(result.err, "");
    EXPECT_EQ(ReadFile(real), "[[0], [2], [0], []]");
    EXPECT_EQ(result.out,
              task.votes +
                  "\n"
                  "  4 pairs of 2 images, 12 answers of 3 raters; method majority, prior 50.00 %\n"
                  "    present\n"
                  "\n"
                  "  labels where more than half say yes: 2 pairs\n"
                  "  label sets: 2 rated images, 2 others keep the original label (1 of them have\n"
                  "    none); 3 labels in all, 1 empty sets\n"
                  "\n"
                  "  what raters answer where a label is absent and where it is present, %\n"
                  "                    matrix            absent:  absent:  absent:\n"
                  "  rater  answers  rests on  right, %       no    maybe      yes\n"
                  "  ann          4         4    100.00    60.00    20.00    20.00\n"
                  "  bob          4         4     75.00    40.00    40.00    20.00\n"
                  "  cid          4         4     50.00    40.00    20.00    40.00\n"
                  "\n"
                  "         present:  present:  present:\n"
                  "  rater        no     maybe       yes  *\n"
                  "  ann       20.00     20.00     60.00\n"
                  "  bob       20.00     20.00     60.00\n"
                  "  cid       40.00     20.00     40.00\n");
}

// The last of the files cannot be made: those before it are as they were.
TEST(AggregateCommand, files_appear_all_or_none)
{
    const Task task;
    const std::string real = task.folder.write("real.json", "[[9]]");
    const std::string scores = task.folder.path("scores.npz");
    const std::string raters = task.folder.write("raters.csv", "old");
    const ProgramResult result =
        task.run({"aggregate", "-q", "--votes", task.votes, "--method", "majority", "--labels",
                  task.labels, "--files", task.files, "-o", real, "--scores-out", scores,
                  "--raters-out", raters, "--json", task.folder.path("nowhere/a.json")});
    EXPECT_EQ(result.exit_status, 1);
    EXPECT_NE(result.err.find("its folder does not exist"), std::string::npos) << result.err;
    EXPECT_EQ(ReadFile(real), "[[9]]");
    EXPECT_EQ(ReadFile(raters), "old");
    EXPECT_NE(access(scores.c_str(), F_OK), 0);
}

TEST(AggregateCommand, golden_lists_raters_and_json)
{
    const Task task;
    const std::string raters = task.folder.path("raters.csv");
    const ProgramResult result = task.run(
        {"aggregate", "--votes", task.votes, "--golden", task.golden, "--golden-votes",
         task.questions, "--labels", task.labels, "--files", task.files, "--expert-classes", "0-1",
         "--raters-out", raters, "--json", "-", "--threshold", "0.25"});
    EXPECT_EQ(result.exit_status, 0) << result.err;
    EXPECT_EQ(ReadFile(raters),
              "rater,votes,rests_on,accuracy,absent_no,absent_maybe,absent_yes,present_no,"
              "present_maybe,present_yes,matrix\n"
              "ann,4,4,100.00,60.00,20.00,20.00,20.00,20.00,60.00,own\n"
              "bob,4,4,50.00,40.00,40.00,20.00,40.00,20.00,40.00,own\n"
              "cid,4,0,,50.00,30.00,20.00,30.00,20.00,50.00,mean\n"
              "original label,3,4,50.00,40.00,20.00,40.00,40.00,20.00,40.00,own\n");
    EXPECT_EQ(result.out.rfind("{\"schema\":\"reassess.aggregate/1\",\"tool\":{", 0), 0u);
    EXPECT_NE(
        result.out.find("\"method\":\"golden\",\"smoothing\":1,\"prior\":0.5,\"threshold\":0.25,"
                        "\"taken\":3,\"votes\":{\"path\":\"" +
                        task.votes +
                        "\",\"pairs\":4,\"images\":2,\"raters\":3,\"answers\":12,"
                        "\"unanswered\":0},\"golden\":{\"path\":\"" +
                        task.golden +
                        "\",\"pairs\":4,\"present\":2,\"raters\":2},\"sets\":null,\"em\":null,"
                        "\"original_label\":{\"votes\":3,\"rests_on\":4,\"accuracy\":0.5,"
                        "\"absent\":[0.4,0.2,0.4],\"present\":[0.4,0.2,0.4],\"mean\":false},"
                        "\"raters\":[{\"rater\":\"ann\",\"votes\":4,\"rests_on\":4,"
                        "\"accuracy\":1,\"absent\":[0.6,0.2,0.2],\"present\":[0.2,0.2,0.6],"
                        "\"mean\":false},"),
        std::string::npos)
        << result.out;
}

TEST(AggregateCommand, em_says_how_it_went)
{
    const Task task;
    const ProgramResult result =
        task.run({"aggregate", "--votes", task.votes, "--method", "em", "--smoothing", "0.1",
                  "--iterations", "2", "--json", "-"});
    EXPECT_EQ(result.exit_status, 0);
    EXPECT_EQ(result.err.rfind("reassess: warning: not converged after 2 iterations: a score still "
                               "changed by ",
                               0),
              0u)
        << result.err;
    EXPECT_NE(result.out.find("\"em\":{\"iterations\":2,\"converged\":false,\"change\":"),
              std::string::npos);
    EXPECT_NE(result.out.find("\"swapped\":false,\"held\":0,\"log_likelihood\":[-"),
              std::string::npos)
        << result.out;
    const ProgramResult table =
        task.run({"aggregate", "--votes", task.votes, "--method", "em", "--smoothing", "0.1"});
    EXPECT_EQ(table.err, "");
    EXPECT_NE(table.out.find("  converged after "), std::string::npos) << table.out;
    const ProgramResult quiet =
        task.run({"aggregate", "--votes", task.votes, "--method", "em", "--quiet"});
    EXPECT_EQ(quiet.out, "");
    EXPECT_EQ(quiet.exit_status, 0);
}

// Raters who answer alike everywhere are told apart, the pairs are not.
TEST(AggregateCommand, em_that_tells_no_pair_from_another_says_so)
{
    const Task task;
    const std::string header = "rater,image,label,answer\n";
    const auto votes = [&](const char *ann, const char *bob, const char *cid) {
        std::string text = header;
        for (int i = 0; i < 8; ++i) {
            const std::string pair = "," + std::to_string(i) + ".png,0,";
            text += "ann" + pair + ann + "\nbob" + pair + bob + "\ncid" + pair + cid + "\n";
        }
        return task.folder.write("one-sided.csv", text);
    };
    const auto warnings = [&](const std::string &path) {
        return task.run({"aggregate", "--votes", path, "--method", "em"}).err;
    };
    EXPECT_NE(warnings(votes("yes", "yes", "no"))
                  .find("the prior ended at 100 %: no pair is told from another, although raters "
                        "answer both yes and no on 8 of them"),
              std::string::npos);
    EXPECT_NE(warnings(votes("no", "no", "yes")).find("the prior ended at 0 %"),
              std::string::npos);
    EXPECT_EQ(warnings(votes("yes", "yes", "yes")), "");
    EXPECT_EQ(warnings(votes("no", "maybe", "no")), "");

    std::string told = header; // half of the pairs are present, and on one somebody disagrees
    for (int i = 0; i < 20; ++i) {
        const std::string pair = "," + std::to_string(i) + ".png,0," + (i % 2 ? "yes" : "no");
        told += "ann" + pair + "\nbob" + pair + "\n";
        told += i == 4 ? "cid,4.png,0,yes\n" : "cid" + pair + "\n";
    }
    EXPECT_EQ(warnings(task.folder.write("told.csv", told)), "");
}

TEST(AggregateCommand, scores_come_back_as_a_curve)
{
    const Task task;
    const std::string scores = task.folder.path("majority.npz");
    ASSERT_EQ(task.run({"aggregate", "--votes", task.votes, "--method", "majority", "--scores-out",
                        scores, "-q"})
                  .exit_status,
              0);
    const std::string svg = task.folder.path("curve.svg");
    const ProgramResult result = task.run(
        {"curve", "--golden", task.golden, "--golden-votes", task.questions, "--votes", task.votes,
         "--labels", task.labels, "--files", task.files, "--svg", svg, "-o", "-", scores});
    EXPECT_EQ(result.exit_status, 0) << result.err;
    EXPECT_EQ(
        result.out,
        "kind,name,threshold,taken,right,judged,present,precision,recall,f1,"
        "precision_low,precision_high,recall_low,recall_high,f1_low,f1_high\n"
        "scores,majority,1,1,1,4,2,100.00,50.00,66.67,,,0.15,99.85,0.31,99.92\n"
        "scores,majority,0.66666666666666663,2,2,4,2,100.00,100.00,100.00,"
        "1.22,100.00,1.22,100.00,1.22,100.00\n"
        "scores,majority,0.33333333333333331,3,2,4,2,66.67,100.00,80.00,"
        "1.21,99.70,1.22,100.00,2.39,99.85\n"
        "scores,majority,0,4,2,4,2,50.00,100.00,66.67,0.31,99.69,1.22,100.00,0.54,99.86\n"
        "labels,original labels,,2,1,4,2,50.00,50.00,50.00,0.15,99.85,0.15,99.85,0.15,99.85\n"
        "majority,majority of answers,,2,2,4,2,100.00,100.00,100.00,"
        "1.22,100.00,1.22,100.00,1.22,100.00\n"
        "rater,ann,,2,2,4,2,100.00,100.00,100.00,1.22,100.00,1.22,100.00,1.22,100.00\n"
        "rater,bob,,1,1,4,2,100.00,50.00,66.67,,,0.15,99.85,0.31,99.92\n");
    EXPECT_EQ(ReadFile(svg).rfind("<svg ", 0), 0u);
    const ProgramResult named = task.run(
        {"curve", "--golden", task.golden, "--name", "mine", "--threshold", "0.5", scores});
    EXPECT_NE(named.out.find("\n  mine                    0.500000      2      2  100.00 "
                             "[  1.22, 100.00]\n"),
              std::string::npos)
        << named.out;
    const ProgramResult json =
        task.run({"curve", "--golden", task.golden, "--votes", task.votes, "--json", "-"});
    EXPECT_EQ(json.out.rfind("{\"schema\":\"reassess.curve/1\"", 0), 0u);
    EXPECT_NE(json.out.find("\"curves\":[],\"marks\":[{\"kind\":\"majority\""), std::string::npos);
}

TEST(AggregateCommand, refusals)
{
    const Task task;
    const std::string scores = task.folder.path("none.npz");
    const auto file = [&](const char *name, const char *text) {
        return task.folder.write(name, text);
    };
    struct Case {
        std::vector<std::string> arguments;
        int exit_status;
        std::string message;
    };
    const std::vector<std::string> em = {"aggregate", "--method", "em", "--votes", task.votes};
    const auto with = [&](std::vector<std::string> more) {
        more.insert(more.begin(), em.begin(), em.end());
        return more;
    };
    const Case cases[] = {
        {{"aggregate"}, 2, "--votes FILE is needed; see reassess help aggregate"},
        {{"aggregate", task.votes},
         2,
         "aggregate takes no arguments; give the answers with --votes "
         "FILE"},
        {{"aggregate", "--votes", task.votes},
         2,
         "--method golden needs --golden; give it, and --golden-votes where they are not among "
         "--votes, "
         "or choose --method em or majority"},
        {{"aggregate", "--votes", task.votes, "--method", "mean"},
         2,
         "--method mean: expected one of golden|em|majority"},
        {with({"--smoothing", "-1"}), 2, "--smoothing -1: expected a number from 0 on"},
        {with({"--smoothing", "nan"}), 2, "--smoothing nan: expected a number from 0 on"},
        {with({"--tolerance", "2"}), 2, "--tolerance 2: expected a number from 0 to 1"},
        {with({"--iterations", "0"}), 2,
         "--iterations 0: expected a whole number from 1 to 1000000"},
        {with({"--threshold", "80"}), 2, "--threshold 80: expected a fraction from 0 to 1"},
        {with({"-o", "real.json"}), 1,
         "-o needs the original labels; give --labels FILE, or fill the label folder: reassess "
         "labels --fetch"},
        {with({"--expert-classes", "0-1"}), 1,
         "--expert-classes needs the original labels; give --labels FILE, or fill the label "
         "folder: "
         "reassess labels --fetch"},
        {with({"--expert-classes", "0-9", "--labels", task.labels}), 2,
         "--expert-classes 0-9: expected classes and ranges of them that exist, as in 0-397,500, "
         "or "
         "none"},
        {with({"--expert-classes", "0", "--labels", task.labels}), 1,
         task.votes + ": the image 'a.png' has no ILSVRC number that would tell its row; give "
                      "--files LIST: the file names of all images, in the order of the labels"},
        {with({"--expert-classes", "n00015388", "--labels", task.labels}), 1,
         "/nowhere: no such file; install WordNet 3.0 (Debian: apt install wordnet-base), or name "
         "its data.noun in REASSESS_WORDNET"},
        {with({"--files", file("short.txt", "a.png\nb.png\n"), "--labels", task.labels, "-o", "x"}),
         1,
         task.folder.path("short.txt") +
             ": the list has 2 images, the labels have 4; name the images "
             "in the order of the labels, one a line"},
        {with({"--files", file("other.txt", "a.png\nx.png\ny.png\nz.png\n"), "--labels",
               task.labels, "-o", task.folder.path("never.json")}),
         1,
         task.votes + ": the image 'b.png' is not in " + task.folder.path("other.txt") +
             "; list the file names of all images, in the order of the labels"},
        {{"aggregate", "--method", "em", "--votes", file("twice.csv", "r,a,1,yes\nr,a,1,no\n"),
          "--scores-out", scores},
         1,
         task.folder.path("twice.csv") + ": line 2: rater 'r' answers twice on class 1 of image "
                                         "'a' (yes and no, first on line 1); keep one answer of "
                                         "each rater"},
        {{"aggregate", "--method", "em", "--votes", task.votes, "--golden-votes", task.questions},
         2,
         "--golden-votes says nothing without the experts' answers; give --golden too"},
        {{"curve"}, 2, "--golden FILE is needed; see reassess help curve"},
        {{"curve", "--golden", task.golden},
         2,
         "there is nothing to draw: give SCORES.npz, --votes, --golden-votes or --labels; see "
         "reassess help curve"},
        {{"curve", "--golden", task.golden, task.votes},
         1,
         task.votes + ": this is no .npz archive; give the path of a file that numpy.savez wrote"},
        {{"curve", "--golden", task.folder.path("gone"), task.votes},
         1,
         task.folder.path("gone") + ": no such file; check the spelling of the path"},
    };
    for (const Case &bad : cases) {
        SCOPED_TRACE(bad.message);
        std::vector<std::string> command = {RS_TEST_PROGRAM};
        command.insert(command.end(), bad.arguments.begin(), bad.arguments.end());
        const ProgramResult result =
            RunProgram(command, "", {"REASSESS_LABELS=", "HOME=" + task.folder.path(),
                                     "XDG_CACHE_HOME=" + task.folder.path(),
                                     "REASSESS_WORDNET=/nowhere"});
        EXPECT_EQ(result.exit_status, bad.exit_status);
        EXPECT_EQ(result.err, "reassess: " + bad.message + "\n");
        EXPECT_EQ(result.out, "");
        EXPECT_NE(RunProgram({"test", "-e", scores}).exit_status, 0) << "scores were written";
    }
}

// ---- the published files ----

std::string Published(const std::string &name)
{
    return DataFolder() + "/reassessed-imagenet/" + name;
}

TEST(AggregateCommand, published_labels_byte_for_byte_but_for_the_order_in_sets)
{
    RS_NEED_DATA();
    const Task task;
    const std::string real = task.folder.path("real.json");
    const std::string scores = task.folder.path("scores.npz");
    const ProgramResult result = task.run(
        {"aggregate", "--method", "golden", "--votes", Published("raters.npz"), "--golden",
         Published("golden.npz"), "--golden-votes", Published("raters_golden.npz"), "--labels",
         DataFolder() + "/ilsvrc2012_val_labels.txt", "--expert-classes", "0-397", "--scores-out",
         scores, "--threshold", "0.8", "-o", real, "-q"});
    EXPECT_EQ(result.exit_status, 0) << result.err;
    // Sets are sorted here and not there: the same characters, and the same labels in `labels`.
    EXPECT_EQ(ReadFile(real).size(), ReadFile(Published("real.json")).size());
    const std::vector<std::string> labels = {
        "labels", "--labels", DataFolder() + "/ilsvrc2012_val_labels.txt", "--json", "-", "--real"};
    std::vector<std::string> ours = labels;
    std::vector<std::string> theirs = labels;
    ours.push_back(real);
    theirs.push_back(Published("real.json"));
    const auto without_paths = [](const std::string &text) {
        const size_t hash = text.find("\"hash\"");
        return hash == std::string::npos ? text : text.substr(hash, 34);
    };
    const ProgramResult a = task.run(ours);
    const ProgramResult b = task.run(theirs);
    EXPECT_EQ(a.exit_status, 0) << a.err;
    EXPECT_EQ(without_paths(a.out), without_paths(b.out));
}

// The tensor unpacks to 377 MB; what is kept of it is a twentieth.
TEST(AggregateCommand, streams_the_published_votes)
{
    RS_NEED_DATA();
    RS_SKIP_IF_SANITIZED("sanitizers take memory of their own");
    const Task task;
    const ProgramResult result =
        RunProgram({"/bin/bash", "-c",
                    "ulimit -v 150000 && exec \"$0\" aggregate --method em --votes \"$1\" -q",
                    RS_TEST_PROGRAM, Published("raters.npz")});
    EXPECT_EQ(result.exit_status, 0) << result.err;
}

// REASSESS_LONG: crowd-kit itself, in an environment of its own, on all published votes.
TEST(AggregateCommand, em_as_crowd_kit_on_the_published_votes)
{
    RS_NEED_DATA();
    if (!rs_test::LongTier()) {
        GTEST_SKIP() << "REASSESS_LONG is not set: crowd-kit is not installed for this";
    }
    const TemporaryFolder folder;
    const std::string python = folder.path("env/bin/python");
    const ProgramResult made = RunProgram({"python3", "-m", "venv", folder.path("env")});
    ASSERT_EQ(made.exit_status, 0) << made.err;
    const ProgramResult installed =
        RunProgram({python, "-m", "pip", "install", "-q", "crowd-kit==1.4.2", "numpy"});
    if (installed.exit_status != 0) {
        GTEST_SKIP() << "crowd-kit could not be installed: " << installed.err;
    }
    const ProgramResult result =
        RunProgram({python, std::string(RS_TEST_SOURCES) + "/tests/relabel/crowdkit_reference.py",
                    "check", RS_TEST_PROGRAM, Published("raters.npz")});
    EXPECT_EQ(result.exit_status, 0) << result.out << result.err;
    const ProgramResult remade =
        RunProgram({python, std::string(RS_TEST_SOURCES) + "/tests/relabel/crowdkit_reference.py",
                    "make", folder.path()});
    EXPECT_EQ(remade.exit_status, 0) << remade.err;
    for (const char *name : {"votes_binary.csv", "votes_ternary.csv"}) {
        EXPECT_EQ(ReadFile(folder.path(name)),
                  ReadFile(std::string(RS_TEST_SOURCES) + "/tests/relabel/data/" + name));
    }
}

}  // namespace
