// reassess sweep: names without the end that all of them have, and results that keep their names
// whatever the next sweep is of.
#include <gtest/gtest.h>

#include <algorithm>

#include "sweep_task.h"

namespace {

// The models that have a record.
Words Records(const Sweep &sweep)
{
    Words models;
    for (const auto &entry : fs::directory_iterator(sweep.out)) {
        if (entry.path().extension() == ".json") {
            models.push_back(Record(ReadFile(entry.path())).text("model"));
        }
    }
    std::sort(models.begin(), models.end());
    return models;
}

struct Named {
    const char *what;
    Words files;
    Words names;
    const char *left_out; // "": nothing
};

TEST(SweepNames, LoseTheEndThatAllHave)
{
    const Named cases[] = {
        {"words", {"a_val_logits", "b_x_val_logits"}, {"a", "b_x"}, "_val_logits"},
        {"hyphens", {"a-logits", "b-logits"}, {"a", "b"}, "-logits"},
        {"half a word", {"a_xlogits", "b_ylogits"}, {"a_xlogits", "b_ylogits"}, ""},
        {"one file", {"a_logits"}, {"a_logits"}, ""},
        {"not all", {"a_logits", "b_logits", "c"}, {"a_logits", "b_logits", "c"}, ""},
        {"nothing would be left", {"x_logits", "logits"}, {"logits", "x_logits"}, ""},
        {"digits in a word", {"a_top5preds", "b_top5preds"}, {"a", "b"}, "_top5preds"},
        {"a size", {"vit_224_probs", "deit_224_probs"}, {"deit_224", "vit_224"}, "_probs"},
        {"tags of timm",
         {"r50.a1_in1k_probs", "r18.a1_in1k_probs"},
         {"r18.a1_in1k", "r50.a1_in1k"},
         "_probs"},
        {"behind a dot", {"r50.openai", "r18.openai"}, {"r18.openai", "r50.openai"}, ""},
        {"a name that would be none", {"a.error_p", "b_p"}, {"a.error_p", "b_p"}, ""},
    };
    for (const Named &c : cases) {
        const Sweep sweep;
        Words files;
        for (const std::string &file : c.files) {
            files.push_back(sweep.write(file + ".npy", kOther));
        }
        const ProgramResult result = sweep(files);
        EXPECT_EQ(result.exit_status, 0) << c.what << "\n" << result.err;
        EXPECT_EQ(Records(sweep), c.names) << c.what;
        const std::string said = "all names end in \"" + std::string(c.left_out) +
                                 "\", which is left out\n";
        EXPECT_EQ(result.err.find(said) == 0, c.left_out[0] != '\0') << c.what << result.err;
        EXPECT_EQ(result.err.find("which is left out") != std::string::npos, c.left_out[0] != '\0');
        // the same again finds all of it
        const ProgramResult again = sweep(files);
        EXPECT_NE(again.err.find("0 models to score, " + std::to_string(files.size())),
                  std::string::npos)
            << c.what << "\n" << again.err;
    }
}

TEST(SweepNames, LoseFoldersToo)
{
    const Sweep sweep;
    fs::create_directories(sweep.folder.path("r50/val"));
    fs::create_directories(sweep.folder.path("vgg/val"));
    const ProgramResult result = sweep({sweep.write("r50/val/logits.npy", kOther),
                                        sweep.write("vgg/val/logits.npy", kOther)});
    ASSERT_EQ(result.exit_status, 0) << result.err;
    EXPECT_EQ(Records(sweep), (Words{"r50", "vgg"}));
    EXPECT_EQ(result.err.find("all names end in \"/val/logits\", which is left out\n"), 0u)
        << result.err;
}

TEST(SweepNames, SayNothingWhenQuiet)
{
    const Sweep sweep;
    const ProgramResult result =
        sweep({"--quiet", sweep.write("a_x.npy", kOther), sweep.write("b_x.npy", kOther)});
    EXPECT_EQ(result.exit_status, 0);
    EXPECT_EQ(result.err, "");
    EXPECT_EQ(Records(sweep), (Words{"a", "b"}));
}

// A sweep that goes on with more files, with fewer, or with the same ones elsewhere.
TEST(SweepNames, OfResultsStayWhatTheyAre)
{
    const Sweep sweep;
    const std::string a = sweep.write("a_logits.npy", kOther);
    const std::string b = sweep.write("b_logits.npy", kOther);
    ASSERT_EQ(sweep({a, b}).exit_status, 0);
    ASSERT_EQ(Records(sweep), (Words{"a", "b"}));

    const ProgramResult one = sweep({b}); // alone it has no end in common
    EXPECT_NE(one.err.find("0 models to score, 1 up to date"), std::string::npos) << one.err;

    const std::string c = sweep.write("c_probs.npy", kOther);
    const ProgramResult more = sweep({a, b, c});
    EXPECT_NE(more.err.find("1 model to score, 2 up to date"), std::string::npos) << more.err;
    EXPECT_EQ(Records(sweep), (Words{"a", "b", "c_probs"}));

    fs::create_directories(sweep.folder.path("moved"));
    fs::rename(a, sweep.folder.path("moved/a_logits.npy"));
    const ProgramResult moved = sweep({sweep.folder.path("moved/a_logits.npy"), c});
    EXPECT_NE(moved.err.find("a: ImageNet 75.00, ReaL 33.33 (redone: the input is another file"),
              std::string::npos)
        << moved.err;
    EXPECT_EQ(Records(sweep), (Words{"a", "b", "c_probs"}));

    fs::create_symlink(b, sweep.folder.path("link_logits.npy"));
    const ProgramResult link = sweep({sweep.folder.path("link_logits.npy"), c});
    EXPECT_NE(link.err.find("1 model to score, 1 up to date"), std::string::npos) << link.err;
    EXPECT_EQ(Records(sweep),
              (Words{"a", "b", "c_probs", "link_logits"})); // another name, another model
}

TEST(SweepNames, AreWholeWhereResultsHaveThem)
{
    const Sweep sweep;
    const std::string a = sweep.write("a_logits.npy", kOther);
    ASSERT_EQ(sweep({a}).exit_status, 0);
    ASSERT_EQ(Records(sweep), (Words{"a_logits"}));
    const ProgramResult result = sweep({a, sweep.write("b_logits.npy", kOther)});
    EXPECT_NE(result.err.find("1 model to score, 1 up to date"), std::string::npos) << result.err;
    EXPECT_EQ(result.err.find("which is left out"), std::string::npos) << result.err;
    EXPECT_EQ(Records(sweep), (Words{"a_logits", "b_logits"}));
}

// Two ends of one beginning are two models, and no result takes another's place.
TEST(SweepNames, TakeNoOtherModelsPlace)
{
    const Sweep sweep;
    ASSERT_EQ(sweep({sweep.write("a_raw.npy", kOther), sweep.write("b_raw.npy", kOther)})
                  .exit_status,
              0);
    const std::string before = ReadFile(sweep.out + "/a.json");
    const Words averaged = {sweep.write("a_ema.npy", kOther), sweep.write("b_ema.npy", kOther)};
    const ProgramResult result = sweep(averaged);
    EXPECT_EQ(result.exit_status, 0) << result.err;
    EXPECT_EQ(Records(sweep), (Words{"a", "a_ema", "b", "b_ema"}));
    EXPECT_EQ(ReadFile(sweep.out + "/a.json"), before);
    // nor that of a model of the list
    const Sweep listed;
    const std::string list = listed.folder.write(
        "list.txt", "a " + listed.write("other.npy", kOther) + "\n");
    const ProgramResult both = listed({"--list", list, listed.write("a_x.npy", kOther),
                                       listed.write("b_x.npy", kOther)});
    EXPECT_EQ(both.exit_status, 0) << both.err;
    EXPECT_EQ(Records(listed), (Words{"a", "a_x", "b_x"}));
}

// --name is taken as it is, and the others need no end in common with it.
TEST(SweepNames, ThatAreGivenStay)
{
    const Sweep sweep;
    ASSERT_EQ(sweep({"--name", "first_logits", sweep.write("a_logits.npy", kOther),
                     sweep.write("b_logits.npy", kOther), sweep.write("c_logits.npy", kOther)})
                  .exit_status,
              0);
    EXPECT_EQ(Records(sweep), (Words{"b", "c", "first_logits"}));
}

// What a shard sees depends on when it comes, and its names do not; a record that is cut short is
// that of its model.
TEST(SweepNames, AreTheSameInEveryShard)
{
    const Sweep sweep;
    Words files;
    for (const char *name : {"a_x.npy", "b_x.npy", "c_x.npy"}) {
        files.push_back(sweep.write(name, kOther));
    }
    for (const char *shard : {"2/3", "0/3", "1/3"}) {
        Words words = {"--shard", shard};
        words.insert(words.end(), files.begin(), files.end());
        ASSERT_EQ(sweep(words).exit_status, 0);
    }
    EXPECT_EQ(Records(sweep), (Words{"a", "b", "c"}));
    fs::resize_file(sweep.out + "/b.json", 40);
    const ProgramResult again = sweep(files);
    EXPECT_NE(again.err.find("b: ImageNet 75.00, ReaL 33.33 (redone: its record cannot be read"),
              std::string::npos)
        << again.err;
    EXPECT_EQ(Records(sweep), (Words{"a", "b", "c"}));
}

// Parts by rows are of one model by its name.
TEST(SweepNames, OfPartsAddUp)
{
    const Sweep sweep;
    const std::string a = sweep.write("a_x.npy", kOther);
    const std::string b = sweep.write("b_x.npy", kOther);
    ASSERT_EQ(sweep({"--row-range", "0:2", a, b}).exit_status, 0);
    ASSERT_EQ(sweep({"--row-range", "2:4", a, b}).exit_status, 0);
    const ProgramResult merged =
        RunProgram({RS_TEST_PROGRAM, "merge", "--format", "csv", sweep.out});
    EXPECT_EQ(merged.exit_status, 0) << merged.err;
    EXPECT_NE(merged.out.find("\na,"), std::string::npos) << merged.out;
    EXPECT_NE(merged.out.find("\nb,"), std::string::npos) << merged.out;
    // the names are those that compare takes
    const Sweep whole;
    ASSERT_EQ(whole({a, b}).exit_status, 0);
    const ProgramResult compared =
        RunProgram({RS_TEST_PROGRAM, "compare", "--real", whole.real, "--labels", whole.labels,
                    whole.out, "a", "b"});
    EXPECT_EQ(compared.exit_status, 0) << compared.err;
}

} // namespace
