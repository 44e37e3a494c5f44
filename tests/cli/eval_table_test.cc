// The tables that reassess eval prints, against the records of the same run.
#include <gtest/gtest.h>

#include "cli/small_task.h"
#include "support/records.h"

namespace {

// "LOW, HIGH" of the ci95 that follows `key` in a record, in the table's digits.
std::string Interval(const std::string &json, const std::string &key, const char *format,
                     double scale)
{
    const size_t at = json.find("\"ci95\":[", json.find("\"" + key + "\":{")) + 8;
    const double low = std::stod(json.substr(at));
    const double high = std::stod(json.substr(json.find(',', at) + 1));
    char text[80];
    (void)snprintf(text, sizeof text, format, scale * low, scale * high);
    return text;
}

std::string Number(const char *format, double value)
{
    char text[80];
    (void)snprintf(text, sizeof text, format, value);
    return text;
}

// What the table of several models says is what their records say, with intervals.
TEST(Eval, table_of_several_models)
{
    const SmallTask task;
    const std::string other = task.folder.write(
        "other.npy", Npy("'<f4'", "(4, 3)", Bytes<float>({0, 5, 1, 0, 4, 3, 0, 2, 9, 1, 0, 2})));
    std::vector<std::string> command = {"--calibration", task.logits, other};
    const ProgramResult table = task.eval(command);
    command.insert(command.end(), {"--json", "-"});
    const ProgramResult records = task.eval(command);
    ASSERT_EQ(table.exit_status, 0) << table.err;
    ASSERT_EQ(records.exit_status, 0) << records.err;
    const std::vector<std::string> lines = SplitLines(table.out);
    ASSERT_EQ(lines.size(), 28u) << table.out;
    EXPECT_EQ(lines[6], "");
    EXPECT_EQ(table.out.find("oracle"), std::string::npos); // mistakes decide that comparison
    const char *const share = " [%5.2f, %5.2f]";
    for (size_t i = 0; i < 2; ++i) {
        const std::string json = SplitLines(records.out)[i];
        const Record record(json);
        const auto percent = [&](const std::string &path) {
            return Number("%5.2f", 100.0 * record.number(path));
        };
        const std::string &original = lines[3 + 2 * i - 1], &real = lines[3 + 2 * i];
        EXPECT_EQ(original.rfind(record.text("model"), 0), 0u);
        for (const std::string k : {"1", "5"}) {
            const std::string label = "imagenet_top" + k, set = "real_top" + k;
            EXPECT_NE(original.find(percent("metrics." + label + ".value") +
                                    Interval(json, label, share, 100)),
                      std::string::npos)
                << original;
            EXPECT_NE(
                real.find(percent("metrics." + set + ".value") + Interval(json, set, share, 100)),
                std::string::npos)
                << real;
        }
        const std::string &below = lines[8 + 2 * i];
        EXPECT_EQ(below.substr(below.size() - 16),
                  Number("  %6.2f", 100.0 * record.number("choice.original.value")) +
                      Number("  %6.2f", 100.0 * record.number("choice.expected")));
        EXPECT_NE(lines[18 + 2 * i].find(percent("calibration.confidence")), std::string::npos);
        for (const std::string kind : {"", "real_"}) {
            const std::string &line = lines[(kind.empty() ? 24 : 25) + 2 * i];
            const std::string &shares = lines[(kind.empty() ? 18 : 19) + 2 * i];
            const std::string nll = Number("%.4f", record.number("calibration." + kind + "nll"));
            EXPECT_NE(
                line.find("  " + nll + Interval(json, kind + "nll_error", " [%.4f, %.4f]", 1)),
                std::string::npos)
                << line;
            const double ece = record.number("calibration." + kind + "ece");
            EXPECT_NE(shares.find(Number("%5.2f", 100 * ece)), std::string::npos) << shares;
        }
    }
}

} // namespace
