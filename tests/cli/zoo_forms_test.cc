// The zoo of forms: one sound model in every form in which tools save outputs. Each gives the right
// number without a word, or words that say what was seen and what mends it.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>

#include "cli/small_task.h"
#include "support/records.h"

namespace {

constexpr int rows = 400;
constexpr int classes = 20;

using Row = std::vector<float>;

class ZooForms : public testing::Test {
  protected:
    ZooForms()
    {
        std::string list, from_1;
        for (int i = 0; i < rows; ++i) {
            list += std::to_string(Label(i)) + "\n";
            from_1 += std::to_string(Label(i) + 1) + "\n";
            Row row(classes);
            for (int c = 0; c < classes; ++c) {
                row[static_cast<size_t>(c)] = static_cast<float>((31 * i + 17 * c) % 97) / 97;
            }
            const int first = i % 5 == 0 ? (Label(i) + i) % classes : Label(i);
            row[static_cast<size_t>(first)] += 4;
            row[static_cast<size_t>(Label(i))] += 3;
            logits.push_back(row);
            right += std::max_element(row.begin(), row.end()) - row.begin() == Label(i);
        }
        labels = folder.write("labels.txt", list);
        labels_from_1 = folder.write("labels_from_1.txt", from_1);
    }
    static int Label(int image)
    {
        return 7 * image % classes;
    }
    static std::vector<int> Ranking(const Row &row)
    {
        std::vector<int> order(row.size());
        std::iota(order.begin(), order.end(), 0);
        std::stable_sort(order.begin(), order.end(), [&](int a, int b) {
            return row[static_cast<size_t>(a)] > row[static_cast<size_t>(b)];
        });
        return order;
    }
    // An array of what becomes of each row.
    template <class T>
    std::string Array(const std::string &descr,
                      const std::function<std::vector<T>(const Row &)> &make) const
    {
        std::vector<T> all;
        size_t columns = 0;
        for (const Row &row : logits) {
            const std::vector<T> made = make(row);
            columns = made.size();
            all.insert(all.end(), made.begin(), made.end());
        }
        return Npy(descr, "(" + std::to_string(rows) + ", " + std::to_string(columns) + ")",
                   Bytes(all));
    }
    std::string Floats(const std::function<Row(const Row &)> &make) const
    {
        return Array<float>("'<f4'", make);
    }
    std::string Classes(const std::function<std::vector<int32_t>(const Row &)> &make) const
    {
        return Array<int32_t>("'<i4'", make);
    }
    static Row Probabilities(Row row, float whole = 1)
    {
        float sum = 0;
        for (float &value : row) {
            value = std::exp(value);
            sum += value;
        }
        for (float &value : row) {
            value *= whole / sum;
        }
        return row;
    }
    ProgramResult Eval(const std::string &bytes, const std::vector<std::string> &more = {},
                       const std::string &name = "model.npy") const
    {
        std::vector<std::string> command = {RS_TEST_PROGRAM, "eval", "-q", "--json", "-",
                                            "--labels",      labels};
        command.insert(command.end(), more.begin(), more.end());
        command.push_back(folder.write(name, bytes));
        return RunProgram(command, "", {"REASSESS_LABELS="});
    }
    void ExpectRight(const std::string &what, const ProgramResult &result) const
    {
        ASSERT_EQ(result.exit_status, 0) << what << result.err;
        EXPECT_EQ(result.err, "") << what;
        EXPECT_EQ(Record(result.out).integer("metrics.imagenet_top1.correct"), right) << what;
    }
    static void ExpectWords(const std::string &what, const ProgramResult &result,
                            const std::string &words, int exit_status)
    {
        EXPECT_EQ(result.exit_status, exit_status) << what << result.err;
        EXPECT_NE(result.err.find(words), std::string::npos) << what << ": " << result.err;
    }

    TemporaryFolder folder;
    std::string labels, labels_from_1;
    std::vector<Row> logits;
    int right = 0;
};

// What is advised for columns works for predictions, too: line j is the class of what is called j.
TEST_F(ZooForms, predictions_that_number_columns)
{
    static constexpr int first = 5;
    std::string turned = "19\n", behind = "-1\n", swapped = "1\n0\n", halved;
    for (int c = 0; c < classes; ++c) {
        turned += c + 1 < classes ? std::to_string(c) + "\n" : "";
        behind += std::to_string(c) + "\n";
        swapped += c > 1 ? std::to_string(c) + "\n" : "";
        halved += std::to_string(c) + "\n" + std::to_string(c) + "\n";
    }
    const struct {
        const char *what, *seen;
        std::function<std::vector<int>(const std::vector<int> &)> columns;
        std::string map;
    } each[] = {
        {"shifted by one",
         "class 0 seems to be in column 1: say with --class-map which class each "
         "column is",
         [](std::vector<int> ranking) {
             for (int &c : ranking) {
                 c = (c + 1) % classes;
             }
             return ranking;
         },
         turned},
        {"two exchanged", "columns 0 and 1 look exchanged; that gives",
         [](std::vector<int> ranking) {
             for (int &c : ranking) {
                 c = c < 2 ? 1 - c : c;
             }
             return ranking;
         },
         swapped},
        {"a background class, among the first", "classes go from 0 to 19",
         [](std::vector<int> ranking) {
             for (int &c : ranking) {
                 c += 1;
             }
             ranking.insert(ranking.begin() + ranking.back() % 3, 0);
             return ranking;
         },
         behind},
        {"two columns of each class", "classes go from 0 to 19",
         [](const std::vector<int> &ranking) {
             std::vector<int> twice;
             for (const int c : ranking) {
                 twice.insert(twice.end(), {2 * c + c % 2, 2 * c + (c + 1) % 2});
             }
             return twice;
         },
         halved},
    };
    const auto ranked = [&](const auto &of, size_t count) {
        return Classes([&](const Row &row) {
            const std::vector<int> all = of(Ranking(row));
            return std::vector<int32_t>(all.begin(), all.begin() + static_cast<long>(count));
        });
    };
    const ProgramResult plain =
        Eval(ranked([](auto all) { return all; }, first), {"--topk", "1,2,5"});
    for (const auto &one : each) {
        const size_t count = 2 * first; // of which so many are left where columns are of one class
        const std::string file = ranked(one.columns, count);
        const ProgramResult doubted = Eval(file);
        EXPECT_NE(doubted.err.find(one.seen), std::string::npos) << one.what << doubted.err;
        const ProgramResult mended =
            Eval(file, {"--topk", "1,2,5", "--class-map", folder.write("map.txt", one.map)});
        ExpectRight(one.what, mended);
        for (const char *metric :
             {"metrics.imagenet_top2.correct", "metrics.imagenet_top5.correct"}) {
            EXPECT_EQ(Record(mended.out).integer(metric), Record(plain.out).integer(metric))
                << one.what;
        }
    }
}

TEST_F(ZooForms, that_are_read_as_they_are)
{
    const auto turned = [](const Row &row) { // big endian
        std::string bytes = Bytes(row);
        for (size_t at = 0; at < bytes.size(); at += 4) {
            std::reverse(bytes.begin() + static_cast<std::ptrdiff_t>(at),
                         bytes.begin() + static_cast<std::ptrdiff_t>(at + 4));
        }
        Row same(row.size());
        std::memcpy(same.data(), bytes.data(), bytes.size());
        return same;
    };
    Row by_column;
    for (size_t c = 0; c < classes; ++c) {
        for (const Row &row : logits) {
            by_column.push_back(row[c]);
        }
    }
    ExpectRight("plain", Eval(Floats([](const Row &row) { return row; })));
    ExpectRight("column after column", Eval(Npy("'<f4'", "(400, 20)", Bytes(by_column), "True")));
    ExpectRight("big endian", Eval(Array<float>("'>f4'", turned)));
    ExpectRight("probabilities", Eval(Floats([](const Row &row) { return Probabilities(row); })));
    ExpectRight("percents", Eval(Floats([](const Row &row) { return Probabilities(row, 100); })));
    ExpectRight("logarithms", Eval(Floats([](const Row &row) {
                    Row logs = Probabilities(row);
                    for (float &value : logs) {
                        value = std::log(value);
                    }
                    return logs;
                })));
    ExpectRight("background first", Eval(Floats([](const Row &row) {
                                             Row wide = {-9};
                                             wide.insert(wide.end(), row.begin(), row.end());
                                             return wide;
                                         }),
                                         {"--class-map", folder.write("map.txt", [] {
                                              std::string map = "-1\n";
                                              for (int c = 0; c < classes; ++c) {
                                                  map += std::to_string(c) + "\n";
                                              }
                                              return map;
                                          }())}));
    ExpectRight("whole rankings", Eval(Classes([](const Row &row) { return Ranking(row); })));
}

// What they say is right, and what else is counted would not be.
TEST_F(ZooForms, that_say_less_than_they_seem_to)
{
    const std::string one_hot = Floats([](const Row &row) {
        Row hot(row.size());
        hot[static_cast<size_t>(Ranking(row)[0])] = 1;
        return hot;
    });
    ExpectWords("one-hot", Eval(one_hot), "hold one value for all classes but one", 0);
    const std::string sorted = Floats([](const Row &row) {
        Row values = row;
        std::sort(values.begin(), values.end(), std::greater<>());
        return values;
    });
    ExpectWords("sorted", Eval(sorted),
                "are sorted by value: which class each value is of was "
                "lost",
                0);
    const std::string percents = Floats([](const Row &row) { return Probabilities(row, 100); });
    ExpectWords("percents", Eval(percents, {"--calibration"}),
                "look like probabilities in percent, but were taken for logits", 0);
    ExpectWords("percents for probabilities",
                Eval(percents, {"--calibration", "--values", "probs"}),
                "divide percents, which add up to 100, by 100", 1);
    const auto places = [](const Row &row, int best) {
        const std::vector<int> ranking = Ranking(row);
        std::vector<int32_t> place(row.size());
        for (size_t k = 0; k < ranking.size(); ++k) {
            const int from_best = static_cast<int>(k);
            place[static_cast<size_t>(ranking[k])] = best == 0 ? from_best : best - from_best;
        }
        return place;
    };
    ExpectWords("places", Eval(Classes([&](const Row &row) { return places(row, 0); })),
                "near chance: column j seems to hold the place of class j, where", 0);
    ExpectWords("places, best last",
                Eval(Classes([&](const Row &row) { return places(row, classes - 1); })),
                "Save argsort(-places), or the logits", 0);
}

TEST_F(ZooForms, that_are_refused_with_what_mends_them)
{
    Row twice;
    for (const Row &row : logits) {
        for (int k = 0; k < 2; ++k) {
            twice.insert(twice.end(), row.begin(), row.end());
        }
    }
    ExpectWords("views in rows", Eval(Npy("'<f4'", "(800, 20)", Bytes(twice))),
                "800 rows, but the labels have 400, which is 2 for each; every image needs one "
                "row: where these are views of each image (flips, crops), average them first",
                1);
    ExpectWords("views", Eval(Npy("'<f4'", "(400, 2, 20)", Bytes(twice))),
                "where the dimension in the middle is views of an image, x=x.mean(1) is their "
                "average",
                1);
    ExpectWords(
        "classes from 1",
        Eval(Classes([](const Row &row) { return std::vector<int32_t>{Ranking(row)[0] + 1}; })),
        "holds 20, classes go from 0 to 19; classes are numbered from 0: where these are "
        "numbered from 1, or 0 is a background class, subtract 1",
        1);
    const std::string plain = Floats([](const Row &row) { return row; });
    ExpectWords("labels from 1", Eval(plain, {"--labels", labels_from_1}),
                "20 columns, but the labels have 21 classes; no label is class 0: are they "
                "numbered from 1?",
                1);
    ExpectWords("a column more", Eval(Floats([](const Row &row) {
                    Row wide = row;
                    wide.push_back(0);
                    return wide;
                })),
                "or, where it is the last column, of 0, 1, 2, ..., -1", 1);
}

} // namespace
