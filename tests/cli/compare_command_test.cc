// reassess compare as a user runs it.
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "cli/small_task.h"
#include "support/program.h"
#include "support/real_data.h"

namespace {

// SmallTask's four images, one has no set: by the labels 0 1 2 2, by ReaL {0} {1,2} {} {0}.
class Compare : public ::testing::Test {
protected:
    Compare()
    {
        // first predictions 0 2 0 0, 0 1 2 2 (the labels themselves), 1 1 1 1
        model("a", {3, 1, 2, 0, 1, 5, 1, 0, 0, 2, 2, 1});
        model("b", {9, 0, 0, 0, 9, 0, 0, 0, 9, 0, 0, 9});
        model("c", {0, 9, 0, 0, 9, 0, 0, 9, 0, 0, 9, 0});
    }
    void model(const std::string &name, const std::vector<float> &logits)
    {
        task.folder.write(name + ".npy", Npy("'<f4'", "(4, 3)", Bytes<float>(logits)));
    }
    std::string path(const std::string &name) const
    {
        return task.folder.path(name);
    }
    ProgramResult run(const std::vector<std::string> &more) const
    {
        std::vector<std::string> command = {RS_TEST_PROGRAM, "compare", "--real", task.real,
                                            "--labels", task.labels};
        command.insert(command.end(), more.begin(), more.end());
        return RunProgram(command);
    }
    SmallTask task;
};

TEST_F(Compare, two_models)
{
    const ProgramResult result =
        run({path("a.npy"), path("b.npy"), "--bootstrap", "2000", "--seed", "3"});
    EXPECT_EQ(result.exit_status, 0) << result.err;
    EXPECT_EQ(result.err, "");
    EXPECT_EQ(result.out, R"(2 models on the same 4 images

  top-1, % [95 % interval]
  model  place  ImageNet                ReaL
  a          1   25.00 [4.56, 69.94]    100.00 [43.85, 100.00]
  b          2  100.00 [51.01, 100.00]   66.67 [20.77, 93.85]

  first and second          ImageNet                  ReaL
  first - second, points    -75.00 [-95.44, +10.73]   +33.33 [-41.53, +79.23]
  by bootstrap                     [-100.00, -25.00]         [+0.00, +100.00]
  only the first is right        0                         1
  only the second is right       3                         0
  both are right                 1                         2
  neither is right               0                         0
  McNemar, exact: p         0.2500                    1.0000
  least to show in 80 %       none                      none

  same prediction on 1 image, 25.00 %

  intervals of differences: score interval of paired shares (Tango);
    by bootstrap: images drawn anew for all models at once,
    2,000 replicates, seed 3
)");
}

TEST_F(Compare, three_models)
{
    const ProgramResult result =
        run({path("c.npy"), path("a.npy"), path("b.npy")});
    EXPECT_EQ(result.exit_status, 0) << result.err;
    EXPECT_EQ(result.out, R"(3 models on the same 4 images

  top-1, % [95 % interval]
  model  place  ImageNet                ReaL
  a          1   25.00 [4.56, 69.94]    100.00 [43.85, 100.00]
  b          2  100.00 [51.01, 100.00]   66.67 [20.77, 93.85]
  c          3   25.00 [4.56, 69.94]     33.33 [6.15, 79.23]

  by ImageNet: 0 of 3 pairs differ significantly (*: 5 % after Holm)
   A     B     A - B [95 %]            A alone  B alone       p    Holm  *
   1 a   2 b  -75.00 [-95.44, +10.73]        0        3  0.2500  0.7500
   1 a   3 c   +0.00 [-60.41, +60.41]        1        1  1.0000  1.0000
   2 b   3 c  +75.00 [-10.73, +95.44]        3        0  0.2500  0.7500

  by ReaL: 0 of 3 pairs differ significantly (*: 5 % after Holm)
   A     B     A - B [95 %]            A alone  B alone       p    Holm  *
   1 a   2 b  +33.33 [-41.53, +79.23]        1        0  1.0000  1.0000
   1 a   3 c  +66.67 [-26.92, +93.85]        2        0  0.5000  1.0000
   2 b   3 c  +33.33 [-41.53, +79.23]        1        0  1.0000  1.0000

  same prediction, % of the images
            1      2  3
   1 a
   2 b  25.00
   3 c   0.00  25.00

  intervals of differences: score interval of paired shares (Tango)
)");
}

// Both are counted by hand: rows 0 and 1 are x, 2 and 3 are y, 0 is z as well.
TEST_F(Compare, pairs_in_groups_of_images)
{
    const std::string groups = task.folder.write("groups.csv", "row,of\n0,x\n0,z\n1,x\n2,y\n3,y\n");
    const ProgramResult csv =
        run({path("a.npy"), path("b.npy"), "--slice", groups, "--per-slice", "-"});
    EXPECT_EQ(csv.exit_status, 0) << csv.err;
    EXPECT_EQ(
        csv.out,
        "model,other,by,group,images,imagenet_images,imagenet_model,imagenet_other,"
        "imagenet_difference,imagenet_stderr,imagenet_low,imagenet_high,imagenet_model_only,"
        "imagenet_other_only,imagenet_p,imagenet_p_holm,real_images,real_model,real_other,"
        "real_difference,real_stderr,real_low,real_high,real_model_only,real_other_only,real_p,"
        "real_p_holm\n"
        "a,b,of,x,2,2,50.00,100.00,-50.00,35.36,-90.55,48.64,0,1,1,1,2,100.00,100.00,0.00,0.00,"
        "-65.76,65.76,0,0,1,1\n"
        "a,b,of,z,1,1,100.00,100.00,0.00,0.00,-79.35,79.35,0,0,1,1,1,100.00,100.00,0.00,0.00,"
        "-79.35,79.35,0,0,1,1\n"
        "a,b,of,y,2,2,0.00,100.00,-100.00,0.00,-100.00,31.52,0,2,0.5,1,1,100.00,0.00,100.00,"
        "0.00,-58.69,100.00,1,0,1,1\n");
    const ProgramResult usage = run({path("a.npy"), path("b.npy"), "--per-slice", "-"});
    EXPECT_EQ(usage.exit_status, 2);
    EXPECT_EQ(usage.err, "reassess: --per-slice writes pairs in the groups of --slice: say --slice "
                         "too\n");
    const ProgramResult json =
        run({path("a.npy"), path("b.npy"), "--slice", groups, "--json", "-"});
    for (const char *part :
         {"\"slices\":[{\"by\":\"of\",\"group\":\"x\",\"images\":2,\"pairs\":"
          "[{\"model\":\"a\",\"other\":\"b\",\"imagenet_top1\":{\"difference\":"
          "-0.5,",
          "\"both\":1,\"model_only\":0,\"other_only\":1,\"neither\":0,\"p\":1,"}) {
        EXPECT_NE(json.out.find(part), std::string::npos) << json.out;
    }
}

// What a group of all images says is what is said of all of them, and overlapping ones may be cut.
TEST_F(Compare, a_group_of_all_images_is_all_of_them)
{
    const std::string groups =
        task.folder.write("groups.csv", "row,of\n0,all\n1,all\n2,all\n3,all\n");
    const ProgramResult two = run({path("a.npy"), path("b.npy"), "--slice", groups});
    EXPECT_EQ(two.exit_status, 0) << two.err;
    EXPECT_NE(two.out.find(
                  "\n  ImageNet by of\n"
                  "    group  images  first  second    1 - 2 [95 %]              Holm  *\n"
                  "    all         4  25.00  100.00   -75.00 [-95.44, +10.73]  0.2500\n"
                  "\n  ImageNet: 0 of 1 pairs in groups differ significantly (5 % after Holm)\n"),
              std::string::npos)
        << two.out;
    const ProgramResult three =
        run({path("c.npy"), path("a.npy"), path("b.npy"), "--slice", groups});
    EXPECT_NE(
        three.out.find("\n  ImageNet: 0 of 3 pairs in groups differ significantly (5 % after "
                       "Holm)\n  ReaL: 0 of 3 pairs in groups differ significantly (5 % after "
                       "Holm)\n  --per-slice FILE.csv writes every pair in every group\n"),
        std::string::npos)
        << three.out;
}

TEST_F(Compare, csv_and_agreement)
{
    const ProgramResult csv =
        run({path("c.npy"), path("a.npy"), path("b.npy"), "-o", "-"});
    EXPECT_EQ(csv.exit_status, 0) << csv.err;
    EXPECT_EQ(
        csv.out,
        "model,other,images,same_prediction,imagenet_difference,imagenet_stderr,imagenet_low,"
        "imagenet_high,imagenet_model_only,imagenet_other_only,imagenet_both,"
        "imagenet_neither,imagenet_p,imagenet_p_holm,real_difference,real_stderr,real_low,"
        "real_high,real_model_only,real_other_only,real_both,real_neither,real_p,real_p_holm,"
        "imagenet_bootstrap_low,imagenet_bootstrap_high,imagenet_detectable,real_bootstrap_low,"
        "real_bootstrap_high,real_detectable\n"
        "c,a,4,0.00,0.00,35.36,-60.41,60.41,1,1,0,2,1,1,-66.67,27.22,-93.85,26.92,0,2,1,0,0.5,1,"
        ",,,,,\n"
        "c,b,4,25.00,-75.00,21.65,-95.44,10.73,0,3,1,0,0.25,0.75,-33.33,27.22,-79.23,41.53,0,1,1,"
        "1,1,1,,,,,,\n"
        "a,b,4,25.00,-75.00,21.65,-95.44,10.73,0,3,1,0,0.25,0.75,33.33,27.22,-41.53,79.23,1,0,2,0,"
        "1,1,,,,,,\n");
    const ProgramResult matrix =
        run({path("c.npy"), path("a.npy"), path("b.npy"), "--agreement", "-"});
    EXPECT_EQ(matrix.out, "model,c,a,b\nc,100.00,0.00,25.00\na,0.00,100.00,25.00\nb,25.00,25.00,"
                          "100.00\n");
}

TEST_F(Compare, json_is_the_same_for_any_number_of_threads)
{
    const std::vector<std::string> base = {path("a.npy"), path("b.npy"), "--bootstrap", "1000",
                                           "--json",      "-",           "-j"};
    std::vector<std::string> one = base, three = base;
    one.push_back("1");
    three.push_back("3");
    const ProgramResult result = run(one);
    EXPECT_EQ(result.exit_status, 0) << result.err;
    EXPECT_EQ(result.out, run(three).out);
    for (const char *part :
         {"{\"schema\":\"reassess.compare/1\",\"tool\":{\"version\":\"",
          "\"images\":4,\"bootstrap\":{\"replicates\":1000,\"seed\":1,\"generator\":\"xoshiro256** "
          "seeded by splitmix64, a stream a replicate\",\"patterns\":4}",
          "\"models\":[{\"model\":\"a\",\"metrics\":{\"imagenet_top1\":{\"value\":0.25,\"correct\":"
          "1,"
          "\"total\":4,",
          "\"significant_pairs\":{\"imagenet_top1\":0,\"real_top1\":0}",
          "\"pairs\":[{\"model\":\"a\",\"other\":\"b\",\"imagenet_top1\":{\"difference\":-0.75,",
          "\"both\":1,\"model_only\":0,\"other_only\":3,\"neither\":0,\"p\":0.25",
          "\"p_holm\":0.25", "\"same_prediction\":1,\"agreement\":0.25}]"}) {
        EXPECT_NE(result.out.find(part), std::string::npos) << part << "\n" << result.out;
    }
}

TEST_F(Compare, same_numbers_without_openblas)
{
    const std::string with = path("with.json"), without = path("without.json");
    EXPECT_EQ(run({path("a.npy"), path("c.npy"), "--bootstrap", "1000", "-q", "--json", with})
                  .exit_status,
              0);
    const ProgramResult plain = RunProgram(
        {RS_TEST_PROGRAM, "compare", "--real", task.real, "--labels", task.labels, path("a.npy"),
         path("c.npy"), "--bootstrap", "1000", "-q", "--json", without},
        "", {"REASSESS_OPENBLAS=" + path("none.so")});
    EXPECT_EQ(plain.exit_status, 0) << plain.err;
    const std::string a = ReadFile(with), b = ReadFile(without);
    EXPECT_NE(b.find("\"engine\":{\"name\":\"cpu\",\"products\":\"plain C\"}"), std::string::npos);
    EXPECT_EQ(a.substr(0, a.find("\"engine\"")), b.substr(0, b.find("\"engine\"")));
}

TEST_F(Compare, a_model_and_itself)
{
    const ProgramResult result = run({path("a.npy"), path("a.npy"), "--json", "-"});
    EXPECT_EQ(result.exit_status, 0);
    EXPECT_EQ(result.err, "");
    EXPECT_NE(result.out.find("\"difference\":0,\"stderr\":0,\"ci95\":[-0.4898"),
              std::string::npos)
        << result.out;
    EXPECT_NE(result.out.find("\"p\":1,\"log10_p\":0,\"p_holm\":1,\"significant\":false}"),
              std::string::npos);
}

TEST_F(Compare, without_a_measure)
{
    const ProgramResult result = RunProgram(
        {RS_TEST_PROGRAM, "compare", "--real", "none", "--labels", task.labels, path("a.npy"),
         path("b.npy"), "--json", "-"});
    EXPECT_EQ(result.exit_status, 0) << result.err;
    EXPECT_NE(result.out.find("\"real_top1\":{\"difference\":null,\"reason\":\"no image has a ReaL "
                              "label\"}"),
              std::string::npos)
        << result.out;
}

TEST_F(Compare, usage_and_bad_input)
{
    const ProgramResult one = run({path("a.npy")});
    EXPECT_EQ(one.exit_status, 2);
    EXPECT_EQ(one.err, "reassess: name at least two models, or a folder with the results of two; "
                       "see reassess help compare\n");
    EXPECT_EQ(run({}).exit_status, 2);
    EXPECT_EQ(run({path("a.npy"), path("b.npy"), "--bootstrap", "x"}).exit_status, 2);
    const ProgramResult missing = run({path("a.npy"), path("none.npy")});
    EXPECT_EQ(missing.exit_status, 1);
    EXPECT_NE(missing.err.find("none.npy"), std::string::npos);
    task.folder.write("short.npy", Npy("'<f4'", "(3, 3)", Bytes<float>(std::vector<float>(9))));
    const ProgramResult rows = run({path("a.npy"), path("short.npy")});
    EXPECT_EQ(rows.exit_status, 1);
    EXPECT_EQ(rows.out, "");
    const ProgramResult other = run({task.folder.path()}); // a folder of other things
    EXPECT_EQ(other.exit_status, 1);
    EXPECT_NE(other.err.find("real.json: this is no result of a sweep"), std::string::npos);
}

// A folder like a sweep's: records and kept predictions, by eval.
class CompareFolder : public Compare {
protected:
    CompareFolder() : out(path("results"))
    {
        EXPECT_EQ(RunProgram({"mkdir", out}).exit_status, 0);
        // rows of a and c in another order
        order = task.folder.write("order.txt", "3\n1\n0\n2\n");
        task.folder.write(
            "a.npy", Npy("'<f4'", "(4, 3)", Bytes<float>({2, 2, 1, 0, 1, 5, 3, 1, 2, 1, 0, 0})));
        eval("a", order);
        eval("b", "file");
        eval("c", order);
    }
    void eval(const std::string &name, const std::string &rows)
    {
        const ProgramResult result =
            task.eval({path(name + ".npy"), "--order", rows, "--json", out + "/" + name + ".json",
                       "--keep-topk", "2", "--keep-dir", out});
        EXPECT_EQ(result.exit_status, 0) << result.err;
        EXPECT_EQ(RunProgram({"mv", out + "/" + name + ".top2.npz", out + "/" + name + ".topk.npz"})
                      .exit_status,
                  0);
    }
    std::string out, order;
};

TEST_F(CompareFolder, gives_what_the_files_give)
{
    const ProgramResult folder = run({out, "-o", "-"});
    EXPECT_EQ(folder.exit_status, 0) << folder.err;
    // the files in file-name order
    model("a", {3, 1, 2, 0, 1, 5, 1, 0, 0, 2, 2, 1});
    EXPECT_EQ(folder.out, run({path("a.npy"), path("b.npy"), path("c.npy"), "-o", "-"}).out);
    EXPECT_EQ(run({out, "c", "a", "-o", "-"}).out,
              run({path("c.npy"), path("a.npy"), "-o", "-"}).out);
}

TEST_F(CompareFolder, what_does_not_fit)
{
    EXPECT_EQ(run({out, "a", "x"}).exit_status, 2);
    EXPECT_EQ(run({out, "a", "x"}).err, "reassess: " + out +
                                            ": there is no result of x in it; name models as their "
                                            "result files are named\n");
    EXPECT_EQ(
        run({out, "--order", "file"}).err,
        "reassess: --order is for files; a folder of results knows it already; leave it out\n");
    EXPECT_EQ(run({out, "a"}).exit_status, 2);
    // predictions of another run beside a record
    EXPECT_EQ(RunProgram({"cp", out + "/b.topk.npz", out + "/a.topk.npz"}).exit_status, 0);
    const ProgramResult stale = run({out});
    EXPECT_EQ(stale.exit_status, 1);
    EXPECT_NE(stale.err.find("a.topk.npz: "), std::string::npos) << stale.err;
    EXPECT_NE(
        stale.err.find(" predictions are right, but the record counts 1; run reassess sweep again"),
        std::string::npos)
        << stale.err;
    EXPECT_EQ(RunProgram({"rm", out + "/a.topk.npz"}).exit_status, 0);
    EXPECT_EQ(run({out}).err, "reassess: " + out +
                                  "/a.json: its kept predictions, a.topk.npz, are not there; run "
                                  "reassess sweep again\n");
    // other labels
    const std::string labels = task.folder.write("other.txt", "0\n1\n2\n1\n");
    const ProgramResult apart = RunProgram(
        {RS_TEST_PROGRAM, "compare", "--real", task.real, "--labels", labels, out, "b", "c"});
    EXPECT_EQ(apart.exit_status, 1);
    EXPECT_EQ(apart.err, "reassess: " + out + "/b.json: it was scored with other labels than " +
                             task.real +
                             "; name the labels it was scored with by --real and --labels\n");
}

TEST_F(Compare, the_folder_of_a_sweep)
{
    const std::string out = path("swept");
    const ProgramResult swept =
        RunProgram({RS_TEST_PROGRAM, "sweep", "--real", task.real, "--labels", task.labels, "--out",
                    out, path("a.npy"), path("b.npy"), path("c.npy")});
    ASSERT_EQ(swept.exit_status, 0) << swept.err;
    const ProgramResult folder = run({out, "-o", "-"});
    EXPECT_EQ(folder.exit_status, 0) << folder.err;
    EXPECT_EQ(folder.out, run({path("a.npy"), path("b.npy"), path("c.npy"), "-o", "-"}).out);
}

// Kept predictions do not show what their logits were: the records of a folder say it, and a line
// says it of all models.
TEST_F(Compare, warns_of_what_the_records_of_a_folder_warn_of)
{
    const std::string out = path("swept");
    model("a", {1, 1, 1, 0, 1, 5, 1, 0, 0, 2, 2, 1});
    model("b", {0, 0, 0, 0, 9, 0, 0, 0, 9, 0, 0, 9});
    ASSERT_EQ(RunProgram({RS_TEST_PROGRAM, "sweep", "-q", "--real", task.real, "--labels",
                          task.labels, "--out", out, path("a.npy"), path("b.npy"), path("c.npy")})
                  .exit_status,
              0);
    const std::string warning =
        "reassess: warning: a, b: 1 of 4 rows hold the same value in every column, which makes "
        "class 0 their prediction: were they never written?\n";
    EXPECT_EQ(run({out, "-o", "-"}).err, warning);
    EXPECT_EQ(run({path("a.npy"), path("b.npy"), path("c.npy"), "-o", "-"}).err, warning);
    // other labels: what was said of the first ones does not count, what is seen does
    const std::string other = task.folder.write("other.txt", "0\n1\n2\n1\n");
    const ProgramResult mistakes = RunProgram({RS_TEST_PROGRAM, "mistakes", "-o", "-", "--real",
                                               task.real, "--labels", task.labels, out});
    EXPECT_EQ(mistakes.err, warning);
    EXPECT_EQ(RunProgram({RS_TEST_PROGRAM, "mistakes", "-o", "-", "--real", task.real, "--labels",
                          other, out})
                  .err,
              "");
}

// Flips of two real models, counted the obvious way.
TEST(CompareReal, flips_of_real_models)
{
    RS_NEED_DATA();
    const RealLabels labels = ReadRealLabels();
    const std::vector<std::string> names = {"resnet50", "vgg16", "alexnet"};
    std::vector<std::vector<int>> first; // by image
    std::vector<std::string> command = {RS_TEST_PROGRAM, "compare", "--order", "imagefolder",
                                        "--pred-scores", "top5preds=top5probs", "-o", "-"};
    for (const std::string &option : RealLabelOptions()) {
        command.push_back(option);
    }
    for (const std::string &name : names) {
        const auto ranked = ReadRankedPredictions(name);
        std::vector<int> predictions(ranked.size());
        for (size_t row = 0; row < ranked.size(); ++row) {
            predictions[static_cast<size_t>(labels.imagefolder[row])] = ranked[row][0];
        }
        first.push_back(predictions);
        command.push_back(PredictionsPath(name));
        command.push_back("--name");
        command.push_back(name);
    }
    const ProgramResult result = RunProgram(command);
    ASSERT_EQ(result.exit_status, 0) << result.err;
    EXPECT_EQ(result.err, "");
    const std::vector<std::string> lines = SplitLines(result.out);
    ASSERT_EQ(lines.size(), 4u);
    size_t line = 1;
    for (size_t a = 0; a < 3; ++a) {
        for (size_t b = a + 1; b < 3; ++b, ++line) {
            int64_t counts[2][4] = {};
            int64_t same = 0;
            for (size_t i = 0; i < 50000; ++i) {
                const auto &set = labels.real[i];
                const auto in_set = [&](int c) {
                    return std::count(set.begin(), set.end(), c) > 0;
                };
                const bool x = first[a][i] == labels.original[i];
                const bool y = first[b][i] == labels.original[i];
                ++counts[0][x && !y ? 0 : y && !x ? 1 : x ? 2 : 3];
                if (!set.empty()) {
                    const bool p = in_set(first[a][i]);
                    const bool q = in_set(first[b][i]);
                    ++counts[1][p && !q ? 0 : q && !p ? 1 : p ? 2 : 3];
                }
                same += first[a][i] == first[b][i];
            }
            std::vector<std::string> cells = {""};
            for (const char c : lines[line]) {
                if (c == ',') {
                    cells.emplace_back();
                } else {
                    cells.back() += c;
                }
            }
            ASSERT_EQ(cells.size(), 30u);
            EXPECT_EQ(cells[0] + cells[1], names[a] + names[b]);
            EXPECT_NEAR(std::stod(cells[3]), 100.0 * static_cast<double>(same) / 50000, 0.006);
            for (size_t measure = 0; measure < 2; ++measure) {
                for (size_t k = 0; k < 4; ++k) {
                    EXPECT_EQ(cells[8 + 10 * measure + k], std::to_string(counts[measure][k]));
                }
            }
        }
    }
}

} // namespace
