// The zoo where less is known: without ReaL sets, with few classes, and with first predictions that
// are none.
#include "cli/zoo_models.h"

namespace {

class ZooDoubts : public zoo::Zoo {};

// Without sets, what is mixed over ranks is found by the near misses that it lacks, or, where there
// is only a first prediction, by looking. Rows mixed inside their folders cost next to nothing
// then, and cannot be seen.
TEST_P(ZooDoubts, rows_dealt_out_without_sets)
{
    with_sets = false;
    AddRanked("plain", by_file);
    const double sound = Run({}).at(0).number("metrics.imagenet_top1.value");
    int found = 0;
    for (const bool by_folder : {false, true}) {
        for (const bool all_five : {false, true}) {
            for (const zoo::DealtCase &one : zoo::dealt_cases) {
                const zoo::Rows rows = zoo::Dealt(by_folder ? labels.imagefolder : by_file,
                                                  one.ranks, one.batch, one.kind);
                const std::string name = std::to_string(paths.size());
                all_five ? AddRanked(name, rows) : Add(name, rows);
            }
            const std::string used = by_folder ? "imagefolder" : "file";
            const std::vector<Record> records = Run({"--order", used});
            for (size_t i = 0; i < records.size(); ++i) {
                SCOPED_TRACE(std::string(zoo::dealt_cases[i].said) + " of " + used);
                const std::string warning = Warning(records[i]);
                const std::string advice = std::string(": use --deal ") + zoo::dealt_cases[i].said;
                if (records[i].number("metrics.imagenet_top1.value") < sound - 0.03) {
                    EXPECT_NE(warning.find(advice), std::string::npos) << warning;
                    ++found;
                } else if (!warning.empty()) {
                    EXPECT_NE(warning.find(advice), std::string::npos) << warning;
                }
            }
        }
    }
    EXPECT_GE(found, 60);
}

TEST_P(ZooDoubts, sound_models_without_sets_are_left_alone)
{
    with_sets = false;
    Add("first", labels.imagefolder);
    AddRanked("five", labels.imagefolder);
    for (const Record &record : Run({"--order", "imagefolder"})) {
        EXPECT_EQ(Warning(record), "") << record.text("model");
    }
}

// Rows that are sorted worst first, in an order that was not said: the fifth prediction is right in
// one or two rows of a hundred, as its neighbours are. That is no explanation; that the last one is
// the first, is.
TEST_P(ZooDoubts, near_misses_explain_nothing)
{
    AddRanked("worst_first", labels.imagefolder, {4, 3, 2, 1, 0});
    AddRanked("second", labels.imagefolder, {1});
    AddRanked("third", labels.imagefolder, {2});
    AddRanked("fourth", labels.imagefolder, {3});
    AddRanked("fifth", labels.imagefolder, {4});
    AddRanked("dealt", zoo::Dealt(labels.imagefolder, 4, 64, "rows"), {4});
    for (const Record &record : Run({})) {
        const std::string warning = Warning(record);
        EXPECT_NE(warning.find("is near chance"), std::string::npos) << warning;
        const bool second = record.text("model") == "second" && GetParam() == "resnet50";
        const char *const words = record.text("model") == "worst_first"
                                      ? "the last prediction of the rows looks like their first"
                                  : second ? ": in ImageFolder order "
                                           : "no order that is known explains it";
        EXPECT_NE(warning.find(words), std::string::npos) << warning;
    }
}

// What is left of rankings without their first predictions is right in a tenth of the rows. It
// looks like columns that are exchanged, like folders in another order and like pieces of rows, and
// is none of these: of a model whose pairs of classes tell it is said what it is, else nothing.
TEST_P(ZooDoubts, later_predictions_are_no_other_order)
{
    const std::vector<std::vector<size_t>> places = {{1},    {2},          {3},
                                                     {1, 2}, {1, 2, 3, 4}, {2, 3, 4}};
    for (const bool sets : {true, false}) {
        with_sets = sets;
        for (size_t i = 0; i < places.size(); ++i) {
            AddRanked("files" + std::to_string(i), by_file, places[i]);
        }
        AddRanked("dealt", zoo::Dealt(by_file, 8, 64, "rows"), {1});
        AddRanked("third_is_best", by_file, {2, 1, 0, 3});
        const std::vector<Record> records = Run({});
        for (size_t i = 0; i < places.size(); ++i) {
            const std::string warning = Warning(records[i]);
            if (places[i][0] == 1 && GetParam() == "resnet50") {
                EXPECT_NE(warning.find("as of second predictions: was the first one of each row "
                                       "left out?"),
                          std::string::npos)
                    << i << warning;
            } else {
                EXPECT_EQ(warning, "") << i;
            }
        }
        const std::string dealt = Warning(records[places.size()]);
        EXPECT_EQ(dealt.find("columns look"), std::string::npos) << dealt;
        EXPECT_EQ(dealt.find("folders that were read"), std::string::npos) << dealt;
        const std::vector<std::string> third = records[places.size() + 1].texts("warnings");
        ASSERT_FALSE(third.empty());
        EXPECT_NE(third.back().find("but prediction 3 of the rows, from 1, is the label in "),
                  std::string::npos)
            << third.back();
    }
}

INSTANTIATE_TEST_SUITE_P(Models, ZooDoubts, testing::Values("resnet50", "alexnet"),
                         [](const auto &of) { return of.param; });

// Some of the classes stand where they would in any case, up to a fifth: the accuracy is not near
// chance.
TEST(ZooFewClasses, columns_sorted_as_texts)
{
    for (const int classes : {11, 12, 20, 37, 100, 101, 150, 365}) {
        zoo::Rows by_text(static_cast<size_t>(classes));
        std::iota(by_text.begin(), by_text.end(), 0);
        std::sort(by_text.begin(), by_text.end(),
                  [](int a, int b) { return std::to_string(a) < std::to_string(b); });
        zoo::Rows column(by_text.size());
        for (size_t j = 0; j < by_text.size(); ++j) {
            column[static_cast<size_t>(by_text[j])] = static_cast<int>(j);
        }
        const int images = 40 * classes;
        std::mt19937 random(static_cast<unsigned>(classes));
        std::string list;
        std::vector<float> sorted, places, sound;
        for (int i = 0; i < images; ++i) {
            const int label = 7 * i % classes;
            const auto noise = static_cast<float>(random() % 1000) / 1000;
            const bool right = random() % 10 < 8;
            const int answer = right ? label : static_cast<int>(random() % 1000) % classes;
            const int other = (answer + 1) % classes;
            std::vector<float> row(static_cast<size_t>(classes));
            for (float &value : row) {
                value = static_cast<float>(random() % 1000) / 1000;
            }
            row[static_cast<size_t>(answer)] = 5 + noise;
            row[static_cast<size_t>(other)] = 3;
            sound.insert(sound.end(), row.begin(), row.end());
            for (const int c : by_text) {
                sorted.push_back(row[static_cast<size_t>(c)]);
            }
            for (const int c : column) {
                places.push_back(row[static_cast<size_t>(c)]);
            }
            list += std::to_string(label) + "\n";
        }
        const TemporaryFolder folder;
        const std::string labels = folder.write("labels.txt", list);
        const std::string shape =
            "(" + std::to_string(images) + ", " + std::to_string(classes) + ")";
        const auto warned = [&](const std::vector<float> &rows) {
            const std::string model =
                folder.write("model.npy", Npy("'<f4'", shape, Bytes(rows)));
            return RunProgram({RS_TEST_PROGRAM, "eval", "-q", "--labels", labels, model}).err;
        };
        EXPECT_EQ(warned(sound), "") << classes;
        EXPECT_NE(warned(sorted).find("columns look like classes sorted as texts: 0, 1, 10"),
                  std::string::npos)
            << classes << warned(sorted);
        EXPECT_NE(warned(places).find("columns look like places of the classes where they are"),
                  std::string::npos)
            << classes << warned(places);
    }
}

} // namespace
