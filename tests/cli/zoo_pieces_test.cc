// The zoo where an order is right but for its pieces, and where only some of the rows are wrong.
#include "cli/zoo_models.h"

namespace {

using zoo::images;
using zoo::Rows;
using zoo::Shuffled;

class ZooPieces : public zoo::Zoo {
  protected:
    // Parts of a set, consecutive or every `parts`-th row, joined in another order.
    static Rows Joined(const Rows &base, int parts, bool consecutive, const std::vector<int> &order)
    {
        Rows joined;
        for (const int part : order) {
            for (int i = 0; i < images; ++i) {
                const int of = consecutive ? static_cast<int>(int64_t{i} * parts / images)
                                           : i % parts;
                if (of == part) {
                    joined.push_back(base[static_cast<size_t>(i)]);
                }
            }
        }
        return joined;
    }
    // 0, 1, 10, 11, ..., 2, ...
    static std::vector<int> NumbersAsTexts(int count)
    {
        std::vector<int> numbers(static_cast<size_t>(count));
        std::iota(numbers.begin(), numbers.end(), 0);
        std::sort(numbers.begin(), numbers.end(),
                  [](int a, int b) { return std::to_string(a) < std::to_string(b); });
        return numbers;
    }
};

// What the warning says comes out near what the model has, and names the first row that is moved.
TEST_P(ZooPieces, that_stand_in_another_order)
{
    for (const bool by_folder : {false, true}) {
        const Rows &base = by_folder ? labels.imagefolder : by_file;
        Rows doubled = base, lost = base, rolled = base, halves = base;
        std::copy(base.begin() + 20000, base.end() - 256, doubled.begin() + 20256);
        std::copy(base.begin() + 20256, base.end(), lost.begin() + 20000);
        std::rotate(rolled.begin(), rolled.begin() + 256, rolled.end());
        std::rotate(halves.begin(), halves.begin() + images / 2, halves.end());
        const struct {
            const char *name;
            Rows rows;
            const char *words;
        } cases[] = {
            {"blocks_as_texts", Joined(base, 16, true, NumbersAsTexts(16)),
             " pieces that are not in their places: row 62"},
            {"batches_as_texts", Joined(base, 195, true, NumbersAsTexts(195)),
             " pieces that are not in their places: row "},
            {"blocks_as_they_ended", Joined(base, 8, true, {3, 1, 0, 2, 5, 4, 7, 6}),
             " pieces that are not in their places: row 0 is of the image that is number 187"},
            {"a_batch_twice", doubled, " pieces that are not in their places: row 202"},
            {"a_batch_lost", lost, " pieces that are not in their places: row "},
            {"rolled", rolled, " pieces that are not in their places: row 0 is of the image that"},
            {"halves", halves, " pieces that are not in their places: row 0 is of the image that"},
            {"ranks_as_texts", Joined(base, 16, false, NumbersAsTexts(16)),
             "dealt out over 16 processes, one behind the other, but from process 0, 1, ... on"},
            {"ranks_as_they_ended", Joined(base, 8, false, {3, 1, 0, 2, 5, 4, 7, 6}),
             "dealt out over 8 processes, one behind the other, but from process 3, 1, ... on"},
        };
        Add("sound", base);
        for (const auto &one : cases) {
            Add(one.name, one.rows);
        }
        const std::vector<Record> records =
            Run({"--order", by_folder ? "imagefolder" : "file"});
        ASSERT_EQ(Warning(records[0]), "");
        const double sound = 100 * records[0].number("metrics.imagenet_top1.value");
        for (size_t i = 1; i < records.size(); ++i) {
            const std::string warning = Warning(records[i]);
            EXPECT_NE(warning.find(cases[i - 1].words), std::string::npos)
                << cases[i - 1].name << (by_folder ? " of folders: " : ": ") << warning;
            const size_t gives = warning.find("that gives ");
            ASSERT_NE(gives, std::string::npos) << cases[i - 1].name << warning;
            EXPECT_NEAR(std::stod(warning.substr(gives + 11)), sound, 0.5) << cases[i - 1].name;
        }
    }
}

// Crops of each image, one behind the other, as many as there are images.
TEST_P(ZooPieces, views_that_were_not_averaged)
{
    for (const size_t views : {2u, 5u, 10u}) {
        for (const bool by_folder : {false, true}) {
            const Rows &base = by_folder ? labels.imagefolder : by_file;
            Rows rows = base;
            for (size_t i = 0; i < rows.size(); ++i) {
                rows[i] = base[i / views];
            }
            Add("views", rows);
            const std::string warning =
                Warning(Run({"--order", by_folder ? "imagefolder" : "file"})[0]);
            EXPECT_NE(warning.find(std::string("rows look like ") +
                                   (by_folder ? "ImageFolder" : "file-name") + " order, " +
                                   std::to_string(views) +
                                   " of each image and none of the last ones; that gives "),
                      std::string::npos)
                << warning;
        }
    }
}

// No order explains them: which rows it is, is said.
TEST_P(ZooPieces, some_of_the_rows_are_of_other_images)
{
    const auto shuffled_from = [&](const Rows &base, size_t begin) {
        Rows rows = base;
        const Rows random = Shuffled(static_cast<int>(rows.size() - begin), 3);
        for (size_t i = begin; i < rows.size(); ++i) {
            rows[i] = base[begin + static_cast<size_t>(random[i - begin])];
        }
        return rows;
    };
    const Rows random = Shuffled(images, 4);
    const auto replaced = [&](size_t batch, size_t period, size_t part) {
        Rows rows = by_file;
        for (size_t i = 0; i < rows.size(); ++i) {
            rows[i] = i / batch % period == part ? random[i] : rows[i];
        }
        return rows;
    };
    Rows same = by_file;
    std::fill(same.begin() + 25000, same.end(), 24999);
    const struct {
        const char *name, *order;
        Rows rows;
        const char *words;
    } cases[] = {
        {"half", "file", shuffled_from(by_file, 25000), ", but rows 2"},
        {"tenth", "file", shuffled_from(by_file, 45000), ", but rows 4"},
        {"folders", "imagefolder", shuffled_from(labels.imagefolder, 40000), ", but rows "},
        {"same", "file", same, "(nearly all as class "},
        {"third", "file", replaced(1, 3, 0), "rows 0, 3, 6, ... are right in 0."},
        {"rank", "file", replaced(64, 8, 3),
         "the batches of 64 rows from 192, 704, 1216, ... on are right in 0."},
    };
    for (const auto &one : cases) {
        AddRanked(one.name, one.rows);
        const std::string warning = Warning(Run({"--order", one.order}).at(0));
        EXPECT_NE(warning.find(one.words), std::string::npos) << one.name << ": " << warning;
        EXPECT_NE(warning.find(", as guesses are, and the others in "), std::string::npos)
            << one.name << ": " << warning;
    }
}

TEST_P(ZooPieces, rankings_worst_first)
{
    const std::vector<std::vector<size_t>> places = {{4, 3, 2, 1, 0}, {2, 1, 0}, {1, 0}};
    for (size_t i = 0; i < places.size(); ++i) {
        AddRanked("worst" + std::to_string(i), by_file, places[i]);
        AddRanked("dealt" + std::to_string(i), zoo::Dealt(by_file, 8, 0, "rows"), places[i]);
    }
    AddRanked("sound", by_file);
    AddRanked("pair", by_file, {0, 1});
    const std::vector<Record> records = Run({});
    for (size_t i = 0; i < 2 * places.size(); ++i) {
        const std::vector<std::string> warnings = records[i].texts("warnings");
        ASSERT_FALSE(warnings.empty()) << records[i].text("model");
        const char *const words = i % 2 == 0 ? "the label is the last prediction in "
                                             : "looks like their first one, of a model whose rows";
        EXPECT_NE(warnings.back().find(words), std::string::npos) << warnings.back();
        EXPECT_EQ(warnings.back().find("use --deal 8") == std::string::npos, i % 2 == 0)
            << warnings.back();
        EXPECT_NE(warnings.back().find("turn each row round"), std::string::npos);
    }
    EXPECT_EQ(Warning(records[6]), "");
    EXPECT_EQ(Warning(records[7]), "");
}

TEST_P(ZooPieces, class_numbers_in_8_bits_and_sets_in_place_of_predictions)
{
    const std::vector<int> model = first;
    for (int &answer : first) {
        answer %= 256;
    }
    Add("bits", by_file);
    for (size_t i = 0; i < first.size(); ++i) {
        first[i] = labels.real[i].empty() ? model[i] : labels.real[i].back();
    }
    Add("sets", by_file);
    const std::vector<Record> records = Run({});
    EXPECT_NE(Warning(records[0]).find("no class from 256 on is ever predicted"),
              std::string::npos)
        << Warning(records[0]);
    EXPECT_NE(Warning(records[1]).find("every first prediction is a ReaL label"),
              std::string::npos)
        << Warning(records[1]);
}

INSTANTIATE_TEST_SUITE_P(Models, ZooPieces, testing::Values("resnet50", "alexnet"),
                         [](const auto &of) { return of.param; });

} // namespace
