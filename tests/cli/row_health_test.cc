// Rows that were never written, infinities and ties are counted and told without being asked for,
// in every type and by every kernel; what only looks like them is not.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>

extern "C" {
#include "base/float_type.h"
}
#include "cli/small_task.h"
#include "support/records.h"

namespace {

enum { IMAGES = 400, CLASSES = 20 };

using Rows = std::vector<std::vector<double>>;

int Label(int image)
{
    return 7 * image % CLASSES;
}

// Four of five rows are right, and no two values of a row are equal.
Rows Sound()
{
    Rows rows(IMAGES, std::vector<double>(CLASSES));
    for (int i = 0; i < IMAGES; ++i) {
        std::vector<double> &row = rows[static_cast<size_t>(i)];
        for (int c = 0; c < CLASSES; ++c) {
            row[static_cast<size_t>(c)] = 0.125 * ((3 * c + i) % CLASSES) - 1.5;
        }
        row[static_cast<size_t>((Label(i) + (i % 5 == 0)) % CLASSES)] = 8.0;
    }
    return rows;
}

void FillRows(Rows *rows, size_t begin, size_t end, double value)
{
    for (size_t i = begin; i < end; ++i) {
        (*rows)[i].assign(CLASSES, value);
    }
}

// Six of seven rows are right, whatever their class, before columns get one value.
void FillColumns(Rows *rows, size_t begin, size_t end, double value)
{
    for (int i = 0; i < IMAGES; ++i) {
        std::vector<double> &row = (*rows)[static_cast<size_t>(i)];
        *std::find(row.begin(), row.end(), 8.0) = -1.25;
        row[static_cast<size_t>((Label(i) + (i % 7 == 0)) % CLASSES)] = 8.0;
        std::fill(row.begin() + static_cast<std::ptrdiff_t>(begin),
                  row.begin() + static_cast<std::ptrdiff_t>(end), value);
    }
}

struct Kind {
    const char *name;
    std::function<void(Rows *)> change;
    const char *words; // "": nothing is said
    int64_t inf, constant, tied;
};

const Kind kinds[] = {
    {"sound", [](Rows *) {}, "", 0, 0, 0},
    {"one row of zeros", [](Rows *r) { FillRows(r, 5, 6, 0.0); },
     "1 of 400 rows hold the same value in every column", 0, 1, 1},
    {"half written", [](Rows *r) { FillRows(r, 220, IMAGES, 0.0); },
     "180 of 400 rows hold the same value in every column, which makes class 0 their prediction: "
     "were they never written?", 0, 180, 180},
    {"filled with -1", [](Rows *r) { FillRows(r, 0, 30, -1.0); },
     "30 of 400 rows hold the same value", 0, 30, 30},
    {"zeros of both signs",
     [](Rows *r) {
         FillRows(r, 9, 12, 0.0);
         (*r)[9][3] = -0.0;
         (*r)[10][0] = -0.0;
         (*r)[11][CLASSES - 1] = -0.0;
     },
     "3 of 400 rows hold the same value", 0, 3, 3},
    {"all but the last column", [](Rows *r) {
         FillRows(r, 0, 1, 1.0);
         (*r)[0][CLASSES - 1] = 1.5;
     }, "", 0, 0, 0},
    {"all but the first column", [](Rows *r) {
         FillRows(r, 0, 1, 1.0);
         (*r)[0][0] = 0.5;
     }, "", 0, 0, 1},
    {"overflow of the prediction", [](Rows *r) {
         for (size_t i = 0; i < 162; ++i) {
             const size_t predicted = 7 * i % CLASSES + (i % 5 == 0);
             (*r)[i][predicted % CLASSES] = HUGE_VAL;
         }
     }, "162 of 400 rows have +inf as their largest value: logits beyond 65504 overflow in float16",
     162, 0, 0},
    {"overflow beside the label", [](Rows *r) { (*r)[1][10] = HUGE_VAL; },
     "1 of 400 rows have +inf", 1, 0, 0},
    {"classes that are masked out", [](Rows *r) {
         for (std::vector<double> &row : *r) {
             for (size_t c = 0; c < 6; ++c) {
                 row[c] = row[c] == 8.0 ? 8.0 : -HUGE_VAL;
             }
         }
     }, "", 0, 0, 0},
    {"columns that were never written", [](Rows *r) { FillColumns(r, 10, CLASSES, 0.0); },
     "columns 10 to 19 hold one value in every row that was looked at, 0, and 0 of the 200 images "
     "of their classes are right: were they never written?", 0, 0, 0},
    {"columns filled with -1", [](Rows *r) { FillColumns(r, 0, 2, -1.0); },
     "columns 0 to 1 hold one value in every row that was looked at, -1, and 0 of the 40 images",
     0, 0, 0},
    {"a column below all", [](Rows *r) { FillColumns(r, 3, 4, -64.0); },
     "the column of class 3 holds one value in every row that was looked at, -64, and 0 of the 20 "
     "images of the class are right", 0, 0, 0},
    {"a class that is never said where most values are nothing", [](Rows *r) {
         for (std::vector<double> &row : *r) {
             for (double &value : row) {
                 value = value == 8.0 ? 8.0 : 0.0;
             }
             const auto best = std::find(row.begin(), row.end(), 8.0) - row.begin();
             row[best == 1 ? 5 : static_cast<size_t>((best + 2) % CLASSES)] = 4.0; // no one-hot row
             std::swap(row[3], row[3] == 8.0 ? row[4] : row[3]);
         }
     }, "", 0, 0, 0},
    {"a tenth tied", [](Rows *r) {
         for (size_t i = 0; i < IMAGES; i += 10) {
             (*r)[i][(7 * i + 2) % CLASSES] = 8.0;
         }
     }, "in 40 of 400 rows that were looked at another class has the value of the first prediction",
     0, 0, 40},
    {"a few tied", [](Rows *r) {
         for (size_t i = 0; i < IMAGES; i += 20) {
             (*r)[i][(7 * i + 2) % CLASSES] = 8.0;
         }
     }, "", 0, 0, 20},
};

class RowHealth : public testing::TestWithParam<const char *> {
  protected:
    RowHealth()
    {
        std::string sets = "[", list;
        for (int i = 0; i < IMAGES; ++i) {
            sets += (i > 0 ? ", [" : "[") + std::to_string(Label(i)) + "]";
            list += std::to_string(Label(i)) + "\n";
        }
        real = folder.write("real.json", sets + "]");
        labels = folder.write("labels.txt", list);
    }

    std::string Written(const Rows &rows) const
    {
        const std::string type = GetParam();
        std::string bytes;
        for (const std::vector<double> &row : rows) {
            for (const double value : row) {
                if (type == "f64") {
                    bytes += Bytes<double>({value});
                } else if (type == "f32") {
                    bytes += Bytes<float>({static_cast<float>(value)});
                } else {
                    bytes += Bytes<uint16_t>(
                        {type == "f16" ? rs_f16_encode(value) : rs_bf16_encode(value)});
                }
            }
        }
        return folder.write("rows.bin", bytes);
    }

    ProgramResult Run(const std::string &path, const std::vector<std::string> &more) const
    {
        std::vector<std::string> line = {RS_TEST_PROGRAM, "eval", "--json", "-", "--real", real,
                                         "--labels", labels, "--shape", "400,20", "--dtype",
                                         GetParam(), path};
        line.insert(line.end(), more.begin(), more.end());
        return RunProgram(line);
    }

    TemporaryFolder folder;
    std::string real, labels;
};

TEST_P(RowHealth, is_told_of_every_kind_of_row)
{
    for (const Kind &kind : kinds) {
        Rows rows = Sound();
        kind.change(&rows);
        const std::string path = Written(rows);
        for (const std::vector<std::string> &more :
             {std::vector<std::string>{}, {"--isa", "portable"}, {"--calibration"}}) {
            SCOPED_TRACE(std::string(kind.name) + (more.empty() ? "" : " " + more[0]));
            const ProgramResult plain = Run(path, more);
            ASSERT_EQ(plain.exit_status, 0) << plain.err;
            const Record record(SplitLines(plain.out).at(0));
            EXPECT_EQ(record.integer("rows.inf"), kind.inf);
            EXPECT_EQ(record.integer("rows.constant"), kind.constant);
            EXPECT_EQ(record.integer("rows.looked"), IMAGES);
            EXPECT_EQ(record.integer("rows.looked_tied"), kind.tied);
            const std::vector<std::string> warnings = record.texts("warnings");
            ASSERT_EQ(warnings.size(), kind.words[0] == '\0' ? 0u : 1u) << plain.err;
            if (!warnings.empty()) {
                EXPECT_EQ(warnings[0].substr(0, std::string(kind.words).size()), kind.words);
            }
        }
        EXPECT_EQ(Run(path, {"--strict"}).exit_status, kind.words[0] == '\0' ? 0 : 1) << kind.name;
    }
}

INSTANTIATE_TEST_SUITE_P(Types, RowHealth, testing::Values("f32", "f16", "bf16", "f64"),
                         [](const auto &of) { return std::string(of.param); });

} // namespace
