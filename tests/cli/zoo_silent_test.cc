// The zoo of what costs a good model less than a point, or a few: some columns that are others',
// images that class folders lack, the end of a file that is of another run. Beside each what is too
// near to a sound model to be told.
#include "cli/zoo_models.h"

namespace {

using zoo::classes;
using zoo::images;
using zoo::Rows;
using zoo::Shuffled;

class ZooSilent : public zoo::Zoo {
  protected:
    static Rows Identity()
    {
        Rows columns(classes);
        std::iota(columns.begin(), columns.end(), 0);
        return columns;
    }
    // Some columns in a ring: each holds the class of the next one.
    static Rows Ring(const Rows &members)
    {
        Rows columns = Identity();
        for (size_t i = 0; i < members.size(); ++i) {
            columns[static_cast<size_t>(members[(i + 1) % members.size()])] = members[i];
        }
        return columns;
    }
    static Rows Some(size_t count, unsigned seed)
    {
        Rows some = Shuffled(classes, seed);
        some.resize(count);
        return some;
    }
    // Without the images at these rows; the rows that are missing then are the last ones again.
    static Rows Without(Rows rows, std::vector<size_t> lost)
    {
        const Rows whole = rows;
        for (size_t i = lost.size(); i-- > 0;) {
            rows.erase(rows.begin() + static_cast<std::ptrdiff_t>(lost[i]));
        }
        rows.insert(rows.end(), whole.end() - static_cast<std::ptrdiff_t>(lost.size()),
                    whole.end());
        return rows;
    }
    static Rows Replaced(Rows rows, size_t begin, size_t count, size_t from)
    {
        const Rows whole = rows;
        std::copy(whole.begin() + static_cast<std::ptrdiff_t>(from),
                  whole.begin() + static_cast<std::ptrdiff_t>(from + count),
                  rows.begin() + static_cast<std::ptrdiff_t>(begin));
        return rows;
    }
    static Rows Mirrored(Rows rows, size_t batch)
    {
        for (size_t begin = 0; begin < rows.size(); begin += batch) {
            const size_t end = std::min(rows.size(), begin + batch);
            std::reverse(rows.begin() + static_cast<std::ptrdiff_t>(begin),
                         rows.begin() + static_cast<std::ptrdiff_t>(end));
        }
        return rows;
    }
};

// What is said of columns, and the accuracy that their right classes give.
TEST_P(ZooSilent, columns_that_are_each_others)
{
    const struct {
        const char *name;
        Rows columns;
        const char *words;
    } cases[] = {
        {"sound", {}, ""},
        {"pair", Ring({281, 900}), ", but columns 281 and 900 look exchanged; that gives "},
        {"other_pair", Ring({3, 700}), ", but columns 3 and 700 look exchanged; that gives "},
        {"ten", Ring(Some(10, 21)), ", but 10 columns look like other classes than their own: "},
        {"forty", Ring(Some(40, 22)), " columns look like other classes than their own: "},
        {"hundred", Ring(Some(100, 23)), " columns look like other classes than their own: "},
    };
    for (const auto &one : cases) {
        Add(one.name, by_file, one.columns);
        Add(std::string(one.name) + "_folders", labels.imagefolder, one.columns);
    }
    for (const char *used : {"file", "imagefolder"}) {
        // of the other order the order is said, and what the columns cost comes out of sight
        std::vector<std::string> mine;
        for (size_t i = 0; i < 2 * std::size(cases); ++i) {
            if (i % 2 == (std::string(used) == "file" ? 0U : 1U)) {
                mine.push_back(folder.path(std::string(cases[i / 2].name) +
                                           (i % 2 == 0 ? "" : "_folders") + ".npy"));
            }
        }
        paths = mine;
        const std::vector<Record> records = Run({"--order", used});
        const double sound = 100 * records[0].number("metrics.imagenet_top1.value");
        for (size_t i = 0; i < records.size(); ++i) {
            const std::string warning = Warning(records[i]);
            SCOPED_TRACE(std::string(cases[i].name) + " as " + used + ": " + warning);
            if (cases[i].words[0] == '\0') {
                EXPECT_EQ(warning, "");
                continue;
            }
            EXPECT_NE(warning.find(cases[i].words), std::string::npos);
            const size_t gives = warning.find("that gives ");
            ASSERT_NE(gives, std::string::npos);
            EXPECT_NEAR(std::stod(warning.substr(gives + 11)), sound, 0.3);
        }
    }
}

TEST_P(ZooSilent, rows_that_are_a_few_in_a_hundred)
{
    const Rows random = Shuffled(images, 31);
    Rows tail = by_file, black = by_file, no_images = labels.imagefolder;
    std::copy(random.begin(), random.begin() + 80, tail.end() - 80);
    Rows tail_of_files = labels.imagefolder; // two classes, and answers of any
    std::copy(by_file.end() - 80, by_file.end(), tail_of_files.end() - 80);
    for (size_t i = 0; i < black.size(); ++i) {
        black[i] = random[i] % 10 < 6 ? 17 : black[i]; // one image in the place of most
    }
    const struct {
        const char *name, *order;
        Rows rows;
        const char *words;
    } cases[] = {
        {"lost_31000", "imagefolder", Without(labels.imagefolder, {31000}),
         "without that of the image at row 3"},
        {"lost_45000", "imagefolder", Without(labels.imagefolder, {45000}),
         "without that of the image at row 4"},
        {"lost_three", "imagefolder", Without(labels.imagefolder, {10000, 20000, 40000}),
         "rows look like ImageFolder order with images missing or twice: row 100"},
        {"lost_together", "imagefolder",
         Without(labels.imagefolder, {30000, 30001, 30002, 30003, 30004}),
         "rows look like ImageFolder order with images missing or twice: row 3"},
        {"stale_batch", "file", Replaced(by_file, 25600, 256, 25344),
         "in 3 pieces that are not in their places: row 25600 is of the image that is number"},
        {"stale_folders", "imagefolder", Replaced(labels.imagefolder, 30000, 512, 20000),
         "in 3 pieces that are not in their places: row 30000 is of the image that is number 2000"},
        {"stale_tail", "file", Replaced(by_file, 49500, 500, 0),
         "in 2 pieces that are not in their places: row 49500 is of the image that is number 0"},
        {"other_tail", "file", tail, ", but rows 499"},
        {"other_tail_of_folders", "imagefolder", tail_of_files, ", but rows 499"},
        {"black", "file", black, "is the first prediction in "},
        {"mirrored", "file", Mirrored(by_file, 64),
         "rows look like file-name order in batches of 64, the last row of each first"},
        {"mirrored_folders", "file", Mirrored(labels.imagefolder, 250),
         "rows look like ImageFolder order in batches of 250, the last row of each first"},
    };
    for (const char *used : {"file", "imagefolder"}) {
        std::vector<size_t> mine;
        for (size_t i = 0; i < std::size(cases); ++i) {
            if (std::string(cases[i].order) == used) {
                Add(cases[i].name, cases[i].rows);
                mine.push_back(i);
            }
        }
        const std::vector<Record> records = Run({"--order", used});
        for (size_t k = 0; k < mine.size(); ++k) {
            const std::string warning = Warning(records[k]);
            const char *const words = cases[mine[k]].words;
            EXPECT_TRUE(words[0] == '\0' ? warning.empty()
                                         : warning.find(words) != std::string::npos)
                << cases[mine[k]].name << ": " << warning;
        }
    }
}

// Tabby and tiger cat are said of each other's images as often as of their own: exchanged, they are
// another model of the same accuracy. Nor is anything said of one wrong row in a hundred.
TEST_P(ZooSilent, what_is_as_a_sound_model_is)
{
    const Rows random = Shuffled(images, 41);
    Rows few = by_file;
    for (size_t i = 0; i < few.size(); ++i) {
        few[i] = random[i] % 100 == 0 ? random[i] : few[i];
    }
    Add("cats", by_file, Ring({281, 282}));
    Add("few", few);
    for (const Record &record : Run({})) {
        EXPECT_EQ(Warning(record), "") << record.text("model");
    }
}

INSTANTIATE_TEST_SUITE_P(Models, ZooSilent, testing::Values("resnet50", "alexnet"),
                         [](const auto &of) { return of.param; });

} // namespace
