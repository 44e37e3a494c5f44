// Which images the rows are: by the names in the file, those of a list, the first ones; and images
// that come again.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <functional>
#include <numeric>
#include <random>

#include "support/real_data.h"
#include "sweep_task.h"

namespace {

std::string ImageName(int image)
{
    char name[40];
    (void)snprintf(name, sizeof name, "ILSVRC2012_val_%08d", image + 1);
    return name;
}

// ResNet-50's predictions in file-name order, and what they count on any images.
class Resnet50 {
public:
    static const Resnet50 &Get()
    {
        static const Resnet50 model;
        return model;
    }
    struct Counts {
        int64_t images = 0, top1 = 0, sets = 0, real = 0;
    };
    Counts count(const std::vector<int> &images) const
    {
        Counts counts;
        for (const int image : images) {
            const auto &set = labels.real[image];
            counts.images += 1;
            counts.top1 += ranked[image][0] == labels.original[image];
            counts.sets += !set.empty();
            counts.real += std::count(set.begin(), set.end(), ranked[image][0]);
        }
        return counts;
    }
    std::string npy(const std::vector<int> &images) const
    {
        std::vector<int32_t> rows;
        for (const int image : images) {
            rows.insert(rows.end(), ranked[image].begin(), ranked[image].end());
        }
        return Npy("'<i4'", "(" + std::to_string(images.size()) + ", 5)", Bytes(rows));
    }
    std::string csv(const std::vector<int> &images,
                    const std::function<std::string(int)> &name) const
    {
        std::string text = "file_name,predicted_class,predicted_probability\n";
        for (const int image : images) {
            for (int k = 0; k < 5; ++k) {
                text += name(image) + "," + std::to_string(ranked[image][k]) + ",0." +
                        std::to_string(9 - k) + "\n";
            }
        }
        return text;
    }

    RealLabels labels = ReadRealLabels();
    std::vector<std::vector<int>> ranked;
    std::vector<int> all;    // 0, 1, 2, ...
    std::vector<int> chosen; // 5,000 in an order of their own

private:
    Resnet50() : ranked(50000), all(50000)
    {
        const auto by_folder = ReadRankedPredictions("resnet50");
        for (size_t i = 0; i < by_folder.size(); ++i) {
            ranked[labels.imagefolder[i]] = by_folder[i];
        }
        std::iota(all.begin(), all.end(), 0);
        chosen = all;
        std::shuffle(chosen.begin(), chosen.end(), std::mt19937(7));
        chosen.resize(5000);
    }
};

ProgramResult Command(const std::string &command, const Words &more)
{
    Words words = {RS_TEST_PROGRAM, command};
    for (const std::string &option : RealLabelOptions()) {
        words.push_back(option);
    }
    words.insert(words.end(), more.begin(), more.end());
    return RunProgram(words);
}

ProgramResult Eval(Words more)
{
    more.insert(more.begin(), {"-q", "--json", "-"});
    return Command("eval", more);
}

void ExpectCounts(const ProgramResult &result, const std::vector<int> &images)
{
    ASSERT_EQ(result.exit_status, 0) << result.err;
    const Record record(result.out);
    const Resnet50::Counts counts = Resnet50::Get().count(images);
    EXPECT_EQ(record.integer("metrics.imagenet_top1.correct"), counts.top1);
    EXPECT_EQ(record.integer("metrics.imagenet_top1.total"), counts.images);
    EXPECT_EQ(record.integer("metrics.real_top1.correct"), counts.real);
    EXPECT_EQ(record.integer("metrics.real_top1.total"), counts.sets);
    EXPECT_EQ(record.integer("labels.images"), counts.images);
    EXPECT_EQ(record.has("labels.subset"), counts.images < 50000);
}

class Subset : public testing::Test {
protected:
    void SetUp() override
    {
        RS_NEED_DATA();
        list = folder.write("list.txt", lines(model().chosen));
    }
    static const Resnet50 &model()
    {
        return Resnet50::Get();
    }
    static std::string lines(const std::vector<int> &images)
    {
        std::string text;
        for (const int image : images) {
            text += ImageName(image) + ".JPEG\n";
        }
        return text;
    }
    std::string by_folder() const
    {
        return folder.write("by_folder.npy", model().npy(model().labels.imagefolder));
    }
    TemporaryFolder folder;
    std::string list;
};

TEST_F(Subset, OfAFileWithRowsForAllImages)
{
    const std::string all = folder.write("all.npy", model().npy(model().all));
    const ProgramResult result = Eval({"--subset", list, all});
    ExpectCounts(result, model().chosen);
    EXPECT_EQ(Record(result.out).integer("labels.subset.of"), 50000);
    EXPECT_EQ(Record(result.out).text("labels.subset.list"), list);
    EXPECT_EQ(Record(result.out).integer("input.rows"), 5000);
    ExpectCounts(Eval({"--subset", list, "--order", "imagefolder", by_folder()}), model().chosen);
    // a stream, which comes in its own order
    const Words options = RealLabelOptions();
    Words words = {RS_TEST_PROGRAM, "eval", "-q", "--json", "-", "--subset", list, "-"};
    words.insert(words.begin() + 2, options.begin(), options.end());
    ProgramResult streamed = RunProgram(words, ReadFile(all));
    ExpectCounts(streamed, model().chosen);
    words.insert(words.end() - 1, {"--order", "imagefolder"});
    streamed = RunProgram(words, ReadFile(by_folder()));
    EXPECT_EQ(streamed.exit_status, 1);
    EXPECT_NE(streamed.err.find("save it as an .npy file, of which any row can be read"),
              std::string::npos)
        << streamed.err;
}

TEST_F(Subset, OfAFileWithTheListedRowsAlone)
{
    const std::string rows = folder.write("rows.npy", model().npy(model().chosen));
    std::string json = "[";
    for (const int image : model().chosen) {
        json += (json.size() > 1 ? ", \"" : "\"") + ImageName(image) + ".png\"";
    }
    ExpectCounts(Eval({"--subset", list, rows}), model().chosen);
    ExpectCounts(Eval({"--subset", folder.write("list.json", json + "]"), rows}), model().chosen);
    // in the order of the class folders instead
    std::vector<int> folders;
    const std::vector<int> &chosen = model().chosen;
    for (const int image : model().labels.imagefolder) {
        if (std::find(chosen.begin(), chosen.end(), image) != chosen.end()) {
            folders.push_back(image);
        }
    }
    ExpectCounts(Eval({"--subset", list, "--order", "imagefolder",
                       folder.write("folders.npy", model().npy(folders))}),
                 chosen);
    // neither all nor the listed ones
    std::vector<int> fewer(chosen.begin(), chosen.end() - 1);
    const ProgramResult refused =
        Eval({"--subset", list, folder.write("fewer.npy", model().npy(fewer))});
    EXPECT_EQ(refused.exit_status, 1);
    EXPECT_NE(refused.err.find("4999 rows, but 5000 images are wanted, of the 50000 that the "
                               "labels have; every image needs its row, or every wanted image and "
                               "no other"),
              std::string::npos)
        << refused.err;
}

TEST_F(Subset, TheFirstRows)
{
    const std::vector<int> first(model().all.begin(), model().all.begin() + 1000);
    const std::string all = folder.write("all.npy", model().npy(model().all));
    ExpectCounts(Eval({"--limit", "1000", all}), first);
    ExpectCounts(Eval({"--limit", "1000", folder.write("first.npy", model().npy(first))}), first);
    const std::vector<int> folders(model().labels.imagefolder.begin(),
                                   model().labels.imagefolder.begin() + 1000);
    const ProgramResult result = Eval({"--limit", "1000", "--order", "imagefolder", by_folder()});
    ExpectCounts(result, folders);
    EXPECT_TRUE(Record(result.out).is_null("labels.subset.list"));
    ExpectCounts(Eval({"--limit", "1000", "--order", "imagefolder",
                       folder.write("folders.npy", model().npy(folders))}),
                 folders);
    const auto refused = [&](const Words &options, const std::string &why) {
        Words words = options;
        words.push_back(all);
        const ProgramResult failed = Eval(words);
        EXPECT_EQ(failed.exit_status, 2);
        EXPECT_NE(failed.err.find(why), std::string::npos) << failed.err;
    };
    refused({"--limit", "50001"}, "--limit 50001: there are only 50000 rows");
    refused({"--limit", "5", "--deal", "2"}, "--limit and --deal cannot be had together");
    refused({"--limit", "5", "--subset", list}, "--subset and --limit cannot be had together");
    refused({"--limit", "5", "--row-range", "0:5"},
            "--limit and --row-range cannot be had together");
}

TEST_F(Subset, TheAdviceLeadsThere)
{
    const ProgramResult npy = Eval({folder.write("rows.npy", model().npy(model().chosen))});
    EXPECT_EQ(npy.exit_status, 1);
    EXPECT_NE(npy.err.find("5000 rows, but the labels have 50000; every image needs its row: name "
                           "some images with --subset LIST, or --limit N"),
              std::string::npos)
        << npy.err;
    const ProgramResult order = Eval({"--order", list, folder.path("rows.npy")});
    EXPECT_NE(order.err.find("name the list with --subset to score these alone"), std::string::npos)
        << order.err;
    const std::string csv = folder.write("rows.csv", model().csv(model().chosen, ImageName));
    const ProgramResult named = Eval({csv});
    EXPECT_NE(named.err.find("45000 of the 50000 images of the labels are not in it, the first is"),
              std::string::npos)
        << named.err;
    EXPECT_NE(named.err.find("name this file as the list of --subset too"), std::string::npos);
    ExpectCounts(Eval({"--subset", csv, csv}), model().chosen);
    const ProgramResult every = Eval(
        {"--subset", folder.write("every.txt", lines(model().labels.imagefolder)), by_folder()});
    EXPECT_EQ(every.exit_status, 2);
    EXPECT_NE(every.err.find("say --order file, or --order LIST where"), std::string::npos);
}

TEST_F(Subset, SweepCompareAndReportKeepToIt)
{
    const std::string all = folder.write("all.npy", model().npy(model().all));
    const std::string rows = folder.write("rows.npy", model().npy(model().chosen));
    const std::string out = folder.path("out");
    const ProgramResult sweep = Command("sweep", {"--subset", list, "--out", out, all, rows});
    ASSERT_EQ(sweep.exit_status, 0) << sweep.err;
    const Record whole(ReadFile(out + "/all.json"));
    const Record listed(ReadFile(out + "/rows.json"));
    EXPECT_EQ(whole.integer("metrics.real_top1.correct"),
              model().count(model().chosen).real);
    EXPECT_EQ(listed.integer("metrics.real_top1.correct"),
              whole.integer("metrics.real_top1.correct"));
    EXPECT_EQ(RunProgram({RS_TEST_PROGRAM, "merge", out, "-o", folder.path("m.csv")}).exit_status,
              0);
    // the same images, whichever file they came from: no flips
    const ProgramResult compare =
        Command("compare", {"--subset", list, "--json", "-", out});
    ASSERT_EQ(compare.exit_status, 0) << compare.err;
    EXPECT_NE(compare.out.find("\"total\":" + std::to_string(model().count(model().chosen).sets)),
              std::string::npos)
        << compare.out;
    EXPECT_EQ(Command("compare", {"--subset", list, all, rows}).exit_status, 0);
    const ProgramResult report =
        Command("report", {"--subset", list, out, "-o", folder.path("report.html")});
    EXPECT_EQ(report.exit_status, 0) << report.err;
    // not with other images
    const ProgramResult other = Command("compare", {out});
    EXPECT_EQ(other.exit_status, 1);
    EXPECT_NE(other.err.find("it was scored with other labels"), std::string::npos) << other.err;
    // another list is another result
    const ProgramResult again = Command("sweep", {"--limit", "5000", "--out", out, all});
    EXPECT_NE(again.err.find("(redone: "), std::string::npos) << again.err;
}

TEST_F(Subset, PerRowSaysWhichImageOfAll)
{
    const std::string rows = folder.write("rows.npy", model().npy(model().chosen));
    const std::string lines_of = folder.path("rows.jsonl");
    ASSERT_EQ(Eval({"--subset", list, "--per-row", lines_of, rows}).exit_status, 0);
    const Words written = SplitLines(ReadFile(lines_of));
    ASSERT_EQ(written.size(), 5000u);
    EXPECT_EQ(Record(written[17]).integer("image"), model().chosen[17]);
    EXPECT_EQ(Record(written[17]).integer("row"), 17);
}

// ---- names in predictions ----

TEST_F(Subset, NamesAreJoinedInAnyOrderAndForm)
{
    std::vector<int> shuffled = model().all;
    std::shuffle(shuffled.begin(), shuffled.end(), std::mt19937(3));
    const auto join = [&](const char *file, const std::function<std::string(int)> &name) {
        return Eval({folder.write(file, model().csv(shuffled, name))});
    };
    ExpectCounts(join("paths.csv",
                      [](int image) { return "val/n0/" + ImageName(image) + ".JPEG"; }),
                 model().all);
    ExpectCounts(join("case.csv",
                      [](int image) { return "ilsvrc2012_VAL" + ImageName(image).substr(14); }),
                 model().all);
    ExpectCounts(Eval({"--subset", list, folder.path("paths.csv")}), model().chosen);
}

TEST_F(Subset, OneMissingAndOneForeignNameAreRefused)
{
    std::vector<int> rest(model().all.begin() + 1, model().all.end());
    std::string text = model().csv(rest, ImageName);
    const ProgramResult missing = Eval({folder.write("missing.csv", text)});
    EXPECT_EQ(missing.exit_status, 1);
    EXPECT_NE(missing.err.find("1 of the 50000 images of the labels are not in it, the first is "
                               "ILSVRC2012_val_00000001; predict them too"),
              std::string::npos)
        << missing.err;
    const ProgramResult foreign = Eval({folder.write("foreign.csv", text + "ab.JPEG,3,0.5\n")});
    EXPECT_EQ(foreign.exit_status, 1);
    EXPECT_NE(foreign.err.find("1 of 50000 images are none of the labels, the first is 'ab.JPEG'; "
                               "those of the labels are called as in ILSVRC2012_val_00000001"),
              std::string::npos)
        << foreign.err;
}

TEST(NamesOfPredictions, AreThoseOfTheLabelFile)
{
    const TemporaryFolder folder;
    const std::string labels =
        folder.write("labels.txt", "b.png 1\nC.png 2\na.png 0\n"); // sorted: C, a, b
    const auto eval = [&](const std::string &text) {
        return RunProgram({RS_TEST_PROGRAM, "eval", "-q", "--json", "-", "--real", "none",
                           "--labels", labels, folder.write("p.csv", text)});
    };
    const std::string header = "file_name,predicted_class,predicted_probability\n";
    const ProgramResult good = eval(header + "x/a,0,1\nx/b,1,1\nx/c,2,1\n"); // sorted: a, b, c
    ASSERT_EQ(good.exit_status, 0) << good.err;
    EXPECT_EQ(Record(good.out).integer("metrics.imagenet_top1.correct"), 3);
    const ProgramResult foreign = eval(header + "a,0,1\nb,1,1\nd,2,1\n");
    EXPECT_EQ(foreign.exit_status, 1);
    EXPECT_NE(foreign.err.find("1 of 3 images are none of the labels, the first is 'd'; those of "
                               "the labels are called as in 'C.png'"),
              std::string::npos)
        << foreign.err;
    // one image by two names comes twice
    const ProgramResult twice = eval(header + "a.png,0,1\na.jpg,1,1\nb,1,1\nc,2,1\n");
    ASSERT_EQ(twice.exit_status, 0) << twice.err;
    EXPECT_NE(twice.err.find("rows are images that came before, which count once: 1"),
              std::string::npos)
        << twice.err;
}

// Sorted as texts they would be 0, 1, 10, 2, ...
TEST(NamesOfPredictions, NumbersAreRowsOfTheLabels)
{
    const TemporaryFolder folder;
    std::string labels, lines = ",prediction\n", from_one = lines;
    for (int i = 11; i >= 0; --i) {
        lines += std::to_string(i) + "," + std::to_string(i) + "\n";
        from_one += std::to_string(i + 1) + "," + std::to_string(i) + "\n";
    }
    for (int i = 0; i < 12; ++i) {
        labels += std::to_string(i) + "\n";
    }
    const auto eval = [&](const std::string &text) {
        return RunProgram({RS_TEST_PROGRAM, "eval", "-q", "--json", "-", "--real", "none",
                           "--labels", folder.write("labels.txt", labels),
                           folder.write("p.csv", text)});
    };
    const ProgramResult good = eval(lines);
    ASSERT_EQ(good.exit_status, 0) << good.err;
    EXPECT_EQ(Record(good.out).integer("metrics.imagenet_top1.correct"), 12);
    const ProgramResult shifted = eval(from_one);
    EXPECT_EQ(shifted.exit_status, 1);
    EXPECT_NE(shifted.err.find("1 of 12 images are none of the labels, the first is '12'; "),
              std::string::npos)
        << shifted.err;
    EXPECT_NE(shifted.err.find("numbers are rows of the labels, counted from 0"),
              std::string::npos)
        << shifted.err;
}

// Images that are called 1.png, 2.png, ... are known by these numbers too, which are no rows then.
TEST(NamesOfPredictions, NumbersAreStemsWhereImagesAreCalledSo)
{
    const TemporaryFolder folder;
    const auto eval = [&](int first, int width, const char *ending) {
        std::string labels, lines = "image,prediction\n";
        for (int i = 0; i < 12; ++i) {
            const std::string digits = std::to_string(first + i);
            const std::string stem =
                std::string(digits.size() < size_t(width) ? width - digits.size() : 0, '0') +
                digits;
            labels += stem + ".png " + std::to_string(i) + "\n";
            lines += stem + ending + "," + std::to_string(i) + "\n";
        }
        return RunProgram({RS_TEST_PROGRAM, "eval", "-q", "--json", "-", "--real", "none",
                           "--labels", folder.write("labels.txt", labels),
                           folder.write("p.csv", lines)});
    };
    for (const ProgramResult &good :
         {eval(1, 0, ""), eval(1, 5, ""), eval(0, 5, ""), eval(7, 0, ""), eval(0, 0, ".png")}) {
        ASSERT_EQ(good.exit_status, 0) << good.err;
        EXPECT_EQ(Record(good.out).integer("metrics.imagenet_top1.correct"), 12);
    }
    // 10.png is the third of the labels: 10 may be it, or the row that is 8.png
    const ProgramResult either = eval(0, 0, "");
    EXPECT_EQ(either.exit_status, 1);
    EXPECT_NE(either.err.find("'10' is the name of one image of the labels and the row of another; "
                              "write the names as the labels do"),
              std::string::npos)
        << either.err;
}

// Those that are not of these labels are not put in the order of their texts.
TEST(NamesOfPredictions, NumbersBeyondTheLabelsAreRefused)
{
    const TemporaryFolder folder;
    const ProgramResult result =
        RunProgram({RS_TEST_PROGRAM, "eval", "--real", "none", "--labels",
                    folder.write("labels.txt", "0\n1\n"),
                    folder.write("p.csv", "id,prediction\n9,0\n10,1\n")});
    EXPECT_EQ(result.exit_status, 1);
    EXPECT_NE(result.err.find("2 of 2 images are none of the labels, the first is '10'; "),
              std::string::npos)
        << result.err;
}

// Labels without names, of other images than the first of the validation set: by sorted names.
TEST(NamesOfPredictions, OfLabelsThatHaveNoneAreSorted)
{
    const SmallTask task;
    const std::string header = "file_name,predicted_class,predicted_probability\n";
    const ProgramResult result = task.eval(
        {"-q", "--json", "-",
         task.folder.write("p.csv",
                           header + "z,2,1\nx,1,1\ny,2,1\nILSVRC2012_val_00000009,0,1\n")});
    ASSERT_EQ(result.exit_status, 0) << result.err;
    EXPECT_EQ(Record(result.out).integer("metrics.imagenet_top1.correct"), 4);
}

TEST_F(Subset, AnImageThatComesTwiceCountsOnce)
{
    std::vector<int> padded = model().all;
    padded.push_back(0);
    const std::string npy = folder.write("padded.npy", model().npy(padded));
    const ProgramResult result =
        Eval({"--order", folder.write("padded.txt", lines(padded)), npy});
    ASSERT_EQ(result.exit_status, 0) << result.err;
    EXPECT_NE(result.err.find("rows are images that came before, which count once: 1"),
              std::string::npos)
        << result.err;
    const Record record(result.out);
    EXPECT_EQ(record.integer("metrics.imagenet_top1.total"), 50000);
    EXPECT_EQ(record.integer("metrics.imagenet_top1.correct"), model().count(model().all).top1);
    // of a list as well
    std::vector<int> twice = model().chosen;
    twice.push_back(twice[3]);
    const ProgramResult listed =
        Eval({"--subset", folder.write("twice.txt", lines(twice)),
              folder.write("twice.npy", model().npy(twice))});
    ExpectCounts(listed, model().chosen);
    EXPECT_NE(listed.err.find("count once: 1"), std::string::npos);
    for (const ProgramResult &padded_as_it_was : {result, listed}) {
        EXPECT_EQ(padded_as_it_was.err.find("answer otherwise"), std::string::npos)
            << padded_as_it_was.err;
    }
}

// The last row of the file is that of another image, and said to be image 7 again.
TEST_F(Subset, AnImageThatComesTwiceWithAnotherAnswerIsTold)
{
    std::vector<int> padded = model().all;
    std::vector<int> rows = model().all;
    padded.push_back(7);
    rows.push_back(0);
    const std::string order = folder.write("padded.txt", lines(padded));
    const std::string npy = folder.write("padded.npy", model().npy(rows));
    const ProgramResult result = Eval({"--order", order, npy});
    ASSERT_EQ(result.exit_status, 0) << result.err;
    EXPECT_NE(result.err.find("1 of them answer otherwise than the row that counts, the first of "
                              "its image: image 7, class "),
              std::string::npos)
        << result.err;
    EXPECT_NE(result.err.find(" in row 50000 after class "), std::string::npos) << result.err;
    EXPECT_EQ(Record(result.out).integer("metrics.imagenet_top1.correct"),
              model().count(model().all).top1);
    EXPECT_EQ(Eval({"--strict", "--order", order, npy}).exit_status, 1);
}

} // namespace
