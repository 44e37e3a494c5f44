// A zoo of what pipelines leave behind: the first predictions of real models, their rows and
// columns in every order we know people to have, each with the words that must come and those that
// must not.
#include "cli/zoo_models.h"

namespace {

using zoo::classes;
using zoo::Dealt;
using zoo::dealt_cases;
using zoo::DealtCase;
using zoo::images;
using zoo::Rows;
using zoo::Shuffled;
using zoo::SortedAsTexts;
using zoo::Zoo;

// Each dealt way, of rows by file name and by class folder, read in the right order before it was
// dealt out and in the wrong one: the advice makes it right, and what it says is what comes of it.
TEST_P(Zoo, rows_dealt_out)
{
    for (const bool by_folder : {false, true}) {
        for (const char *used : {"file", "imagefolder"}) {
            for (const DealtCase &one : dealt_cases) {
                Add(std::to_string(paths.size()), Dealt(by_folder ? labels.imagefolder : by_file,
                                                 one.ranks, one.batch, one.kind));
            }
            const std::vector<Record> records = Run({"--order", used});
            const bool said = by_folder == (std::string(used) == "imagefolder");
            for (size_t i = 0; i < records.size(); ++i) {
                SCOPED_TRACE(std::string(dealt_cases[i].said) + " of " +
                             (by_folder ? "folders" : "files") + " as " + used);
                const std::string warning = Warning(records[i]);
                const std::string advice = said        ? ": use --deal "
                                           : by_folder ? ": use --order imagefolder --deal "
                                                       : ": leave --order out and use --deal ";
                EXPECT_NE(warning.find(advice + dealt_cases[i].said), std::string::npos)
                    << warning;
            }
        }
    }
}

TEST_P(Zoo, what_is_dealt_out_is_read_as_the_advice_says)
{
    const std::string scores = DataFolder() + "/reassessed-imagenet/scores.npz";
    Add("plain", by_file);
    const Record plain = Run({"--rater-scores", scores}).at(0);
    const int64_t right = plain.integer("metrics.real_top1.correct");
    const struct {
        const Rows *base;
        int ranks, batch;
        const char *kind, *deal, *order;
    } cases[] = {
        {&labels.imagefolder, 8, 8, "rows", "8:8", "imagefolder"},
        {&by_file, 4, 128, "batches", "4:128:batches", "file"},
        {&labels.imagefolder, 3, 17, "padded", "3:17:padded", "imagefolder"},
        {&by_file, 64, 0, "padded", "64:padded", "file"},
        {&labels.imagefolder, 5, 3, "blocks", "5:3:blocks", "imagefolder"},
    };
    for (const auto &one : cases) {
        SCOPED_TRACE(one.deal);
        Add("dealt", Dealt(*one.base, one.ranks, one.batch, one.kind));
        const Record record =
            Run({"--order", one.order, "--deal", one.deal, "--rater-scores", scores}).at(0);
        EXPECT_EQ(record.integer("real_bracket.unasked"), plain.integer("real_bracket.unasked"));
        EXPECT_EQ(record.integer("metrics.real_top1.correct"), right);
        EXPECT_EQ(record.integer("metrics.imagenet_top1.total"), images);
        EXPECT_EQ(record.text("input.order"), std::string(one.order) + " dealt " + one.deal);
        const bool pads = std::string(one.kind) == "padded";
        EXPECT_EQ(Warning(record).find("rows are images that came before") != std::string::npos,
                  pads)
            << Warning(record);
    }
}

// What a sweep keeps of dealt rows is read again in their order, also where images come again.
TEST_P(Zoo, results_of_dealt_rows_are_compared_and_reported)
{
    Add("padded", Dealt(labels.imagefolder, 3, 17, "padded"));
    Add("plain", labels.imagefolder);
    const std::vector<std::string> files = paths;
    const std::string list = folder.write(
        "list", "padded " + files[0] + " --deal 3:17:padded\nplain " + files[1] + "\n");
    const auto run = [&](std::vector<std::string> words) {
        words.insert(words.begin(), RS_TEST_PROGRAM);
        for (const std::string &word : RealLabelOptions()) {
            words.push_back(word);
        }
        return RunProgram(words);
    };
    const std::string out = folder.path("out");
    const std::vector<std::string> sweep = {"sweep", "--order", "imagefolder", "--out",
                                            out,     "--list",  list};
    ASSERT_EQ(run(sweep).exit_status, 0);
    const ProgramResult compared = run({"compare", "--json", "-", out});
    ASSERT_EQ(compared.exit_status, 0) << compared.err;
    EXPECT_NE(compared.out.find("\"both\":"), std::string::npos);
    EXPECT_EQ(compared.out.find("_only\":0"), compared.out.find("_only\":")) << compared.out;
    const ProgramResult reported = run({"report", out, "-o", folder.path("report.html")});
    EXPECT_EQ(reported.exit_status, 0) << reported.err;
    const ProgramResult again = run(sweep);
    EXPECT_NE(again.err.find("0 models to score, 2 up to date"), std::string::npos) << again.err;
    const ProgramResult refused =
        run({"mistakes", "--order", "imagefolder", "--deal", "3:17:padded", files[0]});
    EXPECT_EQ(refused.exit_status, 1);
    EXPECT_NE(refused.err.find("rows are images that came before"), std::string::npos)
        << refused.err;
}

// A deal that was said and is none, or another.
TEST_P(Zoo, rows_that_were_not_dealt_out_so)
{
    Add("plain", labels.imagefolder);
    Add("other", Dealt(labels.imagefolder, 4, 64, "rows"));
    const std::vector<Record> records = Run({"--order", "imagefolder", "--deal", "8:8"});
    EXPECT_NE(Warning(records[0]).find("rows look like ImageFolder order; "), std::string::npos);
    EXPECT_NE(Warning(records[0]).find(": use --order imagefolder, leave --deal out"),
              std::string::npos)
        << Warning(records[0]);
    EXPECT_NE(Warning(records[1]).find(": use --order imagefolder --deal 4:64"), std::string::npos)
        << Warning(records[1]);
}

TEST_P(Zoo, rows_and_columns_in_other_orders)
{
    const Rows text = SortedAsTexts();
    Rows place(classes), one_up(classes);
    for (int c = 0; c < classes; ++c) {
        place[static_cast<size_t>(text[static_cast<size_t>(c)])] = c;
        one_up[static_cast<size_t>(c)] = c + 1;
    }
    one_up[classes - 1] = 0;
    const Rows any = Shuffled(classes, 5);
    const Rows text_folders = Folders(text);
    const struct {
        const char *name;
        Rows rows, columns;
        const char *words, *words_of_folders; // as file-name order, as ImageFolder order
    } cases[] = {
        {"folders", labels.imagefolder, {}, "rows look like ImageFolder order;", ""},
        {"files", by_file, {}, "", "rows look like file-name order;"},
        {"text_columns", by_file, place, "but columns look like classes sorted as texts|"
         "chance: columns look like classes sorted as texts", "rows look like file-name order and "
         "columns look like classes sorted as texts"},
        {"text_folders", text_folders, {}, "ImageFolder order of folders named 0, 1, 10, 100",
         "ImageFolder order of folders named 0, 1, 10, 100"},
        // Right by every label, and each image another's: only the sets tell.
        {"text_both", text_folders, place, "folders named 0, 1, 10, 100, ... and columns look like "
         "classes sorted as texts", "folders named 0, 1, 10, 100, ... and columns look like "
         "classes sorted as texts"},
        {"shifted", by_file, one_up, "columns look shifted by one class; that gives",
         "rows look like file-name order and columns look shifted by one class"},
        {"any_columns", by_file, any, "chance: columns look like another class order",
         "rows look like file-name order and columns look like another class order"},
        {"any_columns_folders", labels.imagefolder, any,
         "rows look like ImageFolder order and columns look like another class order",
         "chance: columns look like another class order"},
        {"read_as_listed", Folders(Shuffled(classes, 6)), {},
         "rows look like class folders that were read in an order of their own",
         "rows look like class folders that were read in an order of their own"},
        {"shuffled", Shuffled(images, 7), {}, "is near chance", "is near chance"},
    };
    for (const char *used : {"file", "imagefolder"}) {
        for (const auto &one : cases) {
            Add(one.name, one.rows, one.columns);
        }
        const std::vector<Record> records = Run({"--order", used});
        for (size_t i = 0; i < records.size(); ++i) {
            SCOPED_TRACE(std::string(cases[i].name) + " as " + used);
            const std::string warning = Warning(records[i]);
            const std::string words =
                std::string(used) == "file" ? cases[i].words : cases[i].words_of_folders;
            if (words.empty()) {
                EXPECT_EQ(warning, "");
                continue;
            }
            const size_t bar = words.find('|');
            EXPECT_TRUE(warning.find(words.substr(0, bar)) != std::string::npos ||
                        (bar != std::string::npos &&
                         warning.find(words.substr(bar + 1)) != std::string::npos))
                << warning;
        }
        EXPECT_EQ(Warning(records[9]).find("look like"), std::string::npos);
    }
}

// Rows of either order, read as what they were before: turned round, with one lost or one too many
// near the beginning or in the middle, and by the texts of numbers without leading zeros.
TEST_P(Zoo, rows_turned_round_moved_by_one_or_sorted_as_texts)
{
    const auto without = [](Rows rows, size_t at) {
        rows.erase(rows.begin() + static_cast<std::ptrdiff_t>(at));
        rows.push_back(rows.front()); // that of an image that is elsewhere
        return rows;
    };
    const auto twice = [](Rows rows, size_t at) {
        rows.insert(rows.begin() + static_cast<std::ptrdiff_t>(at), rows[at]);
        rows.pop_back();
        return rows;
    };
    for (const char *used : {"file", "imagefolder"}) {
        const bool by_name = std::string(used) == "file";
        const Rows &base = by_name ? by_file : labels.imagefolder;
        // inside a folder a row moved by one is right by the label, and what is seen is the sets:
        // more rows have to be moved
        const size_t extra = by_name ? 31000 : 8000;
        struct {
            const char *name;
            Rows rows;
            std::string words;
            int at = -1;
        } cases[] = {
            {"reversed", Rows(base.rbegin(), base.rend()), ", the last one first; that gives "},
            {"first_lost", without(base, 0), "without that of the image at row ", 0},
            {"lost", without(base, 20000), "without that of the image at row ", 20000},
            {"header_too_many", twice(base, 0), "with one too many at row ", 0},
            {"too_many", twice(base, extra), "with one too many at row ", static_cast<int>(extra)},
            {"from_0", {}, "names of the rows look like numbers without leading zeros, from 0, "},
            {"from_1", {}, "names of the rows look like numbers without leading zeros, from 1, "},
            {"of_labels",
             {},
             "names of the labels look like numbers without leading zeros, from 0"},
        };
        for (int from = 0; from < 2; ++from) {
            Rows &sorted = cases[5 + from].rows = by_file;
            std::sort(sorted.begin(), sorted.end(), [&](int a, int b) {
                return std::to_string(a + from) < std::to_string(b + from);
            });
        }
        cases[7].rows.resize(images);
        for (int i = 0; i < images; ++i) {
            cases[7].rows[static_cast<size_t>(cases[5].rows[static_cast<size_t>(i)])] = i;
        }
        for (const auto &one : cases) {
            Add(one.name, one.rows);
        }
        const std::vector<Record> records = Run({"--order", used});
        for (size_t i = 0; i < records.size(); ++i) {
            const std::string warning = Warning(records[i]);
            const size_t found = warning.find(cases[i].words);
            ASSERT_NE(found, std::string::npos)
                << cases[i].name << " as " << used << ": " << warning;
            if (cases[i].at >= 0) {
                const int row = std::stoi(warning.substr(found + cases[i].words.size()));
                EXPECT_GE(row, cases[i].at) << cases[i].name << " as " << used;
                EXPECT_LE(row, cases[i].at + 150) << cases[i].name << " as " << used;
            }
        }
    }
}

// Nothing explains it, and no sound model is like it.
TEST_P(Zoo, images_mixed_inside_their_classes)
{
    Rows rows;
    for (int c = 0; c < classes; ++c) {
        for (const int i : Shuffled(50, static_cast<unsigned>(c))) {
            rows.push_back(labels.imagefolder[static_cast<size_t>(50 * c + i)]);
        }
    }
    Add("mixed", rows);
    const std::string warning = Warning(Run({"--order", "imagefolder"}).at(0));
    EXPECT_EQ(warning.find("ReaL accuracy, "), 0u) << warning;
    EXPECT_NE(warning.find("is hardly above or below that by the original labels"),
              std::string::npos);
}

TEST_P(Zoo, the_labels_in_place_of_predictions)
{
    first = labels.original;
    Add("labels", by_file);
    EXPECT_NE(Warning(Run({}).at(0)).find("every first prediction is the original label"),
              std::string::npos);
}

// Of the model as it is, and of the model with more and more answers replaced by noise, by labels,
// and by valid labels: no warning at all.
TEST_P(Zoo, sound_models_are_left_alone)
{
    std::mt19937 random(11);
    const std::vector<int> model = first;
    for (const int percent : {0, 5, 20, 40, 60, 80, 95, 98}) {
        for (int kind = 0; kind < 3; ++kind) {
            for (size_t i = 0; i < first.size(); ++i) {
                const std::vector<int> &set = labels.real[i];
                const bool replace = static_cast<int>(random() % 100) < percent;
                const int noise = static_cast<int>(random() % classes);
                const int valid = set.empty() ? labels.original[i]
                                              : set[random() % set.size()];
                first[i] = !replace ? model[i] : kind == 0 ? noise : valid;
                if (kind == 2 && random() % 100 < 30) {
                    first[i] = noise;
                }
            }
            Add(std::to_string(percent) + "_" + std::to_string(kind), labels.imagefolder);
        }
    }
    for (const Record &record : Run({"--order", "imagefolder"})) {
        EXPECT_EQ(Warning(record), "") << record.text("model");
    }
}

INSTANTIATE_TEST_SUITE_P(Models, Zoo, testing::Values("resnet50", "alexnet"),
                         [](const auto &of) { return of.param; });

}  // namespace
