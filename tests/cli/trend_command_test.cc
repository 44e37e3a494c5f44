// reassess trend as a user runs it.
#include <gtest/gtest.h>

#include "support/program.h"

namespace {

const char *const kMerged = "model,imagenet_top1,real_top1\n"
                            "a,60.00,70.00\nb,62.00,72.10\nc,64.00,73.90\nd,66.00,76.00\n"
                            "e,70.00,80.05\nf,74.00,82.00\ng,78.00,83.95\nh,80.00,85.00\n"
                            "i,82.00,86.00\nj,84.00,87.10\n"
                            "failed,,\n";

ProgramResult Trend(std::vector<std::string> arguments, const TemporaryFolder &folder)
{
    arguments.insert(arguments.begin(), {RS_TEST_PROGRAM, "trend"});
    return RunProgram(arguments, "",
                      {"REASSESS_LABELS=", "XDG_CACHE_HOME=", "HOME=" + folder.path()});
}

TEST(TrendCommand, table)
{
    const TemporaryFolder folder;
    const std::string csv = folder.write("all.csv", kMerged);
    const ProgramResult result = Trend({csv, "--bootstrap", "999"}, folder);
    EXPECT_EQ(result.exit_status, 0) << result.err;
    EXPECT_EQ(result.err, "");
    EXPECT_EQ(result.out,
              "10 models from " + csv +
                  "\n  1 left out: they lack an accuracy\n"
                  R"(
  ReaL on ImageNet accuracy
  line                    models  slope [95 %]          stderr    R^2  scatter
  all models                  10  0.696 [0.600, 0.793]   0.042  0.978     0.98
  lower half, to 72.00 %       5  1.001 [0.961, 1.042]   0.013  1.000     0.09
  upper half                   5  0.509 [0.458, 0.560]   0.016  1.000     0.05
  stderr: the scatter may change along the line (HC3); models are taken for
    independent, see --group

  the slopes of the halves differ by 0.493 [0.442, 0.543]
    p = 6.2e-07 (t 24.08, 5.7 degrees of freedom)

  the break that fits best is at 70.00 % ImageNet accuracy, 95 % interval (at
    most 70.00, 70.73]
    slope 0.998 +- 0.022 up to it (5 models), 0.503 +- 0.011 above (5)
    against no break: F = 703.38, p = 0.0060 (5 of 999 bootstrap replicates bend
      as much, seed 1)

  what alone moves a slope most (*: by more than its error)
    line        slope   left      by  *  without
    all         0.696  0.665  -0.031     a
    lower half  1.001  0.990  -0.011     e
    upper half  0.509  0.523  +0.014     f

  the original labels themselves (as published): ImageNet 100, ReaL 90.02
    (42,164 of 46,837)
    models with a higher ReaL accuracy: 0

  gain less than the trend (the broken line)
    ImageNet   ReaL  residual  +- error  model
       64.00  73.90     -0.10      0.30  c
       78.00  83.95     -0.06      0.20  g
       82.00  86.00     -0.02      0.19  i
       80.00  85.00     -0.02      0.19  h
       60.00  70.00     -0.01      0.31  a

  gain more than the trend (the broken line)
    ImageNet   ReaL  residual  +- error  model
       62.00  72.10     +0.09      0.30  b
       84.00  87.10     +0.07      0.19  j
       70.00  80.05     +0.06      0.32  e
       66.00  76.00     +0.00      0.30  d
)");
}

TEST(TrendCommand, csv_json_and_quiet)
{
    const TemporaryFolder folder;
    const std::string csv = folder.write("all.csv", kMerged);
    const std::string out = folder.path("residuals.csv");
    const std::string json = folder.path("trend.json");
    const ProgramResult result =
        Trend({csv, "-q", "-o", out, "--json", json, "--bootstrap", "0", "--real", "none"}, folder);
    EXPECT_EQ(result.exit_status, 0) << result.err;
    EXPECT_EQ(result.out + result.err, "");
    const std::vector<std::string> lines = SplitLines(ReadFile(out));
    ASSERT_EQ(lines.size(), 11u);
    EXPECT_EQ(lines[0], "model,imagenet_top1,real_top1,half,line_residual,trend_residual,"
                        "line_residual_stderr,trend_residual_stderr,group");
    EXPECT_EQ(lines[1].substr(0, 20), "a,60.00,70.00,lower,");
    EXPECT_EQ(lines[8].substr(0, 20), "h,80.00,85.00,upper,");
    const std::string text = ReadFile(json);
    EXPECT_EQ(text.rfind("{\"schema\":\"reassess.trend/1\",\"tool\":{\"version\":", 0), 0u);
    EXPECT_NE(text.find("\"left_out\":1,\"warnings\":[],\"median\":0.7"), std::string::npos);
    EXPECT_NE(text.find("\"original_labels\":null"), std::string::npos);
    EXPECT_NE(text.find(",\"p\":null},"), std::string::npos); // no replicates, no test
    EXPECT_EQ(Trend({csv, "--json", "-", "--bootstrap", "0", "--real", "none"}, folder).out, text);
}

TEST(TrendCommand, labels_of_ones_own)
{
    const TemporaryFolder folder;
    const std::string csv = folder.write("all.csv", kMerged);
    const std::string real = folder.write("real.json", "[[0], [2, 1], [], [0]]");
    const std::string labels = folder.write("labels.txt", "0\n1\n2\n2\n");
    const ProgramResult result = Trend({csv, "--real", real, "--labels", labels}, folder);
    EXPECT_NE(result.out.find("the original labels themselves: ImageNet 100, ReaL 66.67 (2 of 3)\n"
                              "    models with a higher ReaL accuracy: 10\n"),
              std::string::npos)
        << result.out << result.err;
}

TEST(TrendCommand, usage_and_bad_files)
{
    const TemporaryFolder folder;
    const std::string csv = folder.write("all.csv", kMerged);
    EXPECT_EQ(Trend({}, folder).err,
              "reassess: name one merged CSV file, two of timm's, or a folder of results; see "
              "reassess help trend\n");
    EXPECT_EQ(Trend({}, folder).exit_status, 2);
    EXPECT_EQ(Trend({csv, csv, csv}, folder).exit_status, 2);
    EXPECT_EQ(Trend({csv, "--bootstrap", "-1"}, folder).exit_status, 2);
    EXPECT_EQ(Trend({csv, "--seed", "9007199254740992"}, folder).exit_status, 2);
    EXPECT_EQ(Trend({csv, "--unit", "permille"}, folder).exit_status, 2);
    const ProgramResult missing = Trend({folder.path("none.csv")}, folder);
    EXPECT_EQ(missing.exit_status, 1);
    EXPECT_EQ(missing.out, "");
    const ProgramResult empty = Trend({folder.path()}, folder); // a folder, but no results
    EXPECT_EQ(empty.exit_status, 1);
    EXPECT_NE(empty.err.find("no results are in it"), std::string::npos) << empty.err;
    const std::string bad = folder.write("bad.csv", "model,imagenet_top1,real_top1\na,1\n");
    const ProgramResult kept = Trend({bad, "-o", csv}, folder);
    EXPECT_EQ(kept.exit_status, 1);
    EXPECT_EQ(ReadFile(csv), kMerged); // an older file stays
}

TEST(TrendCommand, doubts_files_in_the_wrong_order)
{
    const TemporaryFolder folder;
    const std::string imagenet = folder.write("i.csv", "model,top1\na,60\nb,70\nc,75\n");
    const std::string real = folder.write("r.csv", "model,top1\na,68\nb,77\nc,82\nd,1\n");
    const ProgramResult right = Trend({imagenet, real, "-q"}, folder);
    EXPECT_EQ(right.err, "reassess: warning: 0 lines of " + imagenet + " and 1 of " + real +
                             " have no partner in the other file and are left out\n");
    const ProgramResult wrong = Trend({real, imagenet, "-q"}, folder);
    EXPECT_NE(wrong.err.find("3 of 3 models have a lower ReaL than ImageNet accuracy; is the first "
                             "file the ImageNet one?"),
              std::string::npos);
}

TEST(TrendCommand, a_folder_of_results)
{
    const TemporaryFolder folder;
    const std::string real = folder.write("real.json", "[[0], [2, 1], [], [0]]");
    const std::string labels = folder.write("labels.txt", "0\n1\n2\n2\n");
    const std::string out = folder.path("results");
    ASSERT_EQ(RunProgram({"mkdir", out}).exit_status, 0);
    const struct {
        const char *name;
        int classes[4];
    } models[] = {{"a", {0, 0, 0, 1}}, {"b", {0, 1, 0, 0}}, {"c", {0, 2, 2, 2}}};
    for (const auto &model : models) {
        std::string csv = "file_name,predicted_class,predicted_probability\n";
        for (int i = 0; i < 4; ++i) {
            csv += "ILSVRC2012_val_0000000" + std::to_string(i + 1) + ".JPEG," +
                   std::to_string(model.classes[i]) + ",1\n";
        }
        const std::string path = folder.write(std::string(model.name) + ".csv", csv);
        const ProgramResult scored =
            RunProgram({RS_TEST_PROGRAM, "eval", "--real", real, "--labels", labels, "--json",
                        out + "/" + model.name + ".json", path});
        ASSERT_EQ(scored.exit_status, 0) << scored.err;
    }
    const ProgramResult trend =
        Trend({out, "--real", real, "--labels", labels, "--json", "-"}, folder);
    EXPECT_EQ(trend.exit_status, 0) << trend.err;
    // by the labels a has 1 of 4 right, b 2, c 3; by ReaL 1, 3 and 2 of 3
    EXPECT_NE(
        trend.out.find("{\"model\":\"a\",\"imagenet_top1\":0.25,\"real_top1\":0.3333333333333333,"),
        std::string::npos)
        << trend.out;
    EXPECT_NE(trend.out.find("{\"model\":\"b\",\"imagenet_top1\":0.5,\"real_top1\":1,"),
              std::string::npos)
        << trend.out;
    // labels that are not those of the models
    const std::string other = folder.write("other.txt", "0\n1\n2\n0\n");
    const ProgramResult apart = Trend({out, "--real", real, "--labels", other}, folder);
    EXPECT_EQ(apart.exit_status, 1);
    EXPECT_EQ(apart.err, "reassess: " + real +
                             ": the models were scored with other labels; name their labels with "
                             "--real and --labels, or say --real none\n");
    EXPECT_EQ(Trend({out, "--real", "none", "-q"}, folder).exit_status, 0);
    // a record of other labels among them
    ASSERT_EQ(RunProgram({RS_TEST_PROGRAM, "eval", "--real", real, "--labels", other, "--json",
                          out + "/b.json", folder.path("b.csv")})
                  .exit_status,
              0);
    const ProgramResult mixed = Trend({out, "--real", "none"}, folder);
    EXPECT_EQ(mixed.exit_status, 1);
    EXPECT_EQ(mixed.err, "reassess: " + out +
                             "/b.json: b was scored with other labels than the models before; "
                             "models are compared on the same labels only\n");
}

// What sweep and merge write is what trend reads; a merged file only rounds.
TEST(TrendCommand, a_merged_file_and_its_folder)
{
    const TemporaryFolder folder;
    const std::string real = folder.write("real.json", "[[0], [2, 1], [], [0]]");
    const std::string labels = folder.write("labels.txt", "0\n1\n2\n2\n");
    std::vector<std::string> sweep = {RS_TEST_PROGRAM, "sweep", "--real", real, "--labels", labels,
                                      "--out", folder.path("swept")};
    for (const char *name : {"a", "b", "c"}) {
        std::string csv = "file_name,predicted_class,predicted_probability\n";
        for (int i = 0; i < 4; ++i) {
            const int right[] = {0, 1, 2, 2}; // a has one of them right, b two, c three
            csv += "ILSVRC2012_val_0000000" + std::to_string(i + 1) + ".JPEG," +
                   std::to_string(i <= name[0] - 'a' ? right[i] : (right[i] + 1) % 3) + ",1\n";
        }
        sweep.push_back(folder.write(std::string(name) + ".csv", csv));
    }
    ASSERT_EQ(RunProgram(sweep).exit_status, 0);
    const std::string merged = folder.path("all.csv");
    const ProgramResult merge =
        RunProgram({RS_TEST_PROGRAM, "merge", folder.path("swept"), "-o", merged});
    ASSERT_EQ(merge.exit_status, 0) << merge.err;
    const ProgramResult by_folder =
        Trend({folder.path("swept"), "--real", real, "--labels", labels, "-o", "-"}, folder);
    const ProgramResult by_file =
        Trend({merged, "--real", real, "--labels", labels, "-o", "-"}, folder);
    EXPECT_EQ(by_folder.exit_status, 0) << by_folder.err;
    EXPECT_EQ(by_file.exit_status, 0) << by_file.err;
    const std::vector<std::string> rows = SplitLines(by_file.out),
                                   others = SplitLines(by_folder.out);
    ASSERT_EQ(rows.size(), others.size());
    for (size_t i = 0; i < rows.size();
         ++i) { // up to the errors: only records say how accuracies move together
        const auto six = [](const std::string &line) {
            size_t at = 0;
            for (int comma = 0; comma < 6; ++comma) {
                at = line.find(',', at) + 1;
            }
            return line.substr(0, at);
        };
        EXPECT_EQ(six(rows[i]), six(others[i]));
    }
    EXPECT_NE(by_file.out.find("\na,25.00,"), std::string::npos) << by_file.out;
    EXPECT_NE(by_file.out.find("\nc,75.00,"), std::string::npos) << by_file.out;
}

TEST(TrendCommand, timms_results)
{
    RS_NEED_DATA();
    const TemporaryFolder folder;
    const std::string timm = DataFolder() + "/timm/";
    const ProgramResult result = Trend(
        {timm + "results-imagenet.csv", timm + "results-imagenet-real.csv", "--bootstrap", "99"},
        folder);
    EXPECT_EQ(result.exit_status, 0) << result.err;
    EXPECT_EQ(result.err, "");
    for (const char *line : {
             "1,556 results of 1,266 models from", // where paths are long they stand below
             "  all results               1,556  0.812 [0.780, 0.843]   0.016  0.969     0.77\n",
             "  lower half, to 81.86 %      781  0.920 [0.895, 0.944]   0.013  0.986     0.59\n",
             "  upper half                  775  0.554 [0.540, 0.567]   0.007  0.921     0.29\n",
             "    p = 1.5e-114 (t 25.39, 1219.8 degrees of freedom)\n",
             "  the break that fits best is at 76.11 % ImageNet accuracy, 95 % interval\n    "
             "[75.68, 76.43]\n",
             "    slope 1.007 +- 0.006 up to it (179 results), 0.645 +- 0.004 above (1,377)\n",
             "(0 of 99 bootstrap replicates bend\n      as much, seed 1)\n",
             "    results with a higher ReaL accuracy: 105\n",
             "       72.08  77.31     -1.94      0.28  mixer_l16_224.goog_in21k_ft_in1k\n",
         }) {
        EXPECT_NE(result.out.find(line), std::string::npos) << line << "\n" << result.out;
    }
}

// By family 13 toy networks turn out to decide slope and break.
TEST(TrendCommand, timms_families)
{
    RS_NEED_DATA();
    const TemporaryFolder folder;
    const std::string timm = DataFolder() + "/timm/";
    const ProgramResult result =
        Trend({timm + "results-imagenet.csv", timm + "results-imagenet-real.csv", "--group",
               "family", "--bootstrap", "99"},
              folder);
    EXPECT_EQ(result.exit_status, 0) << result.err;
    for (const char *line : {
             "  lower half, to 81.86 %      781  0.920 [0.845, 0.994]   0.038  0.986     0.59\n",
             "  stderr: results of one family are not independent (clustered, 238 of them)\n",
             "    lower half  0.920  0.833  -0.086  *  test (13)\n",
             "    the break would be at 78.53 % without test (13)\n",
         }) {
        EXPECT_NE(result.out.find(line), std::string::npos) << line << "\n" << result.out;
    }
}

TEST(TrendCommand, groups)
{
    const TemporaryFolder folder;
    const std::string csv =
        folder.write("all.csv", "model,imagenet_top1,real_top1,lab\n"
                                "vit_a,60,70,x\nvit_b,62,72.1,x\nres.c,64,73.9,y\n"
                                "res_d,66,76,y\nswin,70,80,\n");
    const ProgramResult column =
        Trend({csv, "--group", "lab", "-o", "-", "--real", "none"}, folder);
    EXPECT_EQ(column.exit_status, 0) << column.err;
    const std::vector<std::string> lines = SplitLines(column.out);
    ASSERT_EQ(lines.size(), 6u);
    EXPECT_EQ(lines[1].substr(lines[1].rfind(',')), ",x");
    EXPECT_EQ(lines[5].substr(lines[5].rfind(',')), ",swin"); // an empty cell: by itself
    const ProgramResult family =
        Trend({csv, "--group", "family", "-o", "-", "--real", "none"}, folder);
    const std::vector<std::string> families = SplitLines(family.out);
    ASSERT_EQ(families.size(), 6u);
    EXPECT_EQ(families[1].substr(families[1].rfind(',')), ",vit");
    EXPECT_EQ(families[3].substr(families[3].rfind(',')), ",res");
    const ProgramResult missing = Trend({csv, "--group", "size"}, folder);
    EXPECT_EQ(missing.exit_status, 2);
    EXPECT_EQ(missing.err,
              "reassess: --group size: " + csv + " has no such column; name one, or family\n");
}

} // namespace
