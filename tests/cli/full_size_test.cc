// Full-size logits that carry a real model's predictions: the same counts from every dtype, file
// format, stream, split, instruction set and number of threads.
#include <gtest/gtest.h>

#include <filesystem>

#include "support/program.h"
#include "support/real_data.h"
#include "support/records.h"
#include "support/sanitized.h"
#include "support/tier.h"

namespace {

class FullSize : public testing::Test {
protected:
    void SetUp() override
    {
        RS_NEED_DATA();
        RS_SKIP_IF_SANITIZED("hundreds of megabytes per file: run by the optimised build only");
    }

    // Writes the model's logits and returns their path.
    std::string Make(const std::string &model, const std::string &dtype, const std::string &format)
    {
        const std::string path = folder.path(model + "_" + dtype + "." + format);
        const ProgramResult result =
            RunProgram({RS_TEST_PROGRAM, "synth", "logits", "--quiet", "--from-predictions",
                        PredictionsPath(model), "--pred-scores", ProbabilitiesPath(model),
                        "--shape",
                        "0,1000", "--dtype", dtype, "--file-format", format, "-o", path});
        EXPECT_EQ(result.exit_status, 0) << result.err;
        return path;
    }

    static std::vector<std::string> Command(const std::vector<std::string> &more)
    {
        std::vector<std::string> command = {RS_TEST_PROGRAM, "eval", "--quiet", "--json", "-",
                                            "--order", "imagefolder"};
        for (const std::string &option : RealLabelOptions()) {
            command.push_back(option);
        }
        command.insert(command.end(), more.begin(), more.end());
        return command;
    }

    // Everything of a record that counting decides: from "metrics" to "rows".
    static std::string Counted(const ProgramResult &result)
    {
        EXPECT_EQ(result.exit_status, 0) << result.err;
        const size_t begin = result.out.find("\"metrics\"");
        const size_t end = result.out.find("\"calibration\"");
        return begin == std::string::npos ? result.out : result.out.substr(begin, end - begin);
    }

    TemporaryFolder folder;
};

void ExpectTop5Counts(const std::string &json, const ModelCounts &counts)
{
    const Record record(SplitLines(json).at(0));
    EXPECT_EQ(record.integer("metrics.imagenet_top1.correct"), counts.top1);
    EXPECT_EQ(record.integer("metrics.imagenet_top5.correct"), counts.top5);
    EXPECT_EQ(record.integer("metrics.real_top1.correct"), counts.real1);
    EXPECT_EQ(record.integer("metrics.real_top5.correct"), counts.real5);
    EXPECT_EQ(record.integer("metrics.real_second.correct"), counts.second);
    EXPECT_EQ(record.integer("disagreements.prediction_only"), counts.prediction_only);
    EXPECT_EQ(record.integer("oracle.model_correct"), counts.oracle_correct);
    EXPECT_EQ(record.integer("rows.nan"), 0);
}

TEST_F(FullSize, one_model_in_every_dtype_format_isa_and_thread_count)
{
    const std::string model = "resnet50";
    const ModelCounts counts = CountModel(ReadRealLabels(), ReadRankedPredictions(model));
    struct {
        const char *dtype, *format;
        std::vector<std::string> options;
    } const files[] = {{"f32", "npy", {}},
                       {"f16", "npz", {}},
                       {"bf16", "safetensors", {}},
                       {"bf16", "npy", {"--dtype", "bf16"}},
                       {"f64", "npy", {}},
                       {"f16", "raw", {"--dtype", "f16", "--shape", "50000,1000"}}};
    std::string first;
    for (const auto &file : files) {
        const std::string path = Make(model, file.dtype, file.format);
        for (const char *isa : {"portable", "avx2", "avx512", "neon"}) {
            for (const char *threads : {"1", "2", "3", "16"}) {
                SCOPED_TRACE(path + " " + isa + " " + threads);
                std::vector<std::string> more = {"--isa", isa, "--threads", threads, path};
                more.insert(more.end(), file.options.begin(), file.options.end());
                const ProgramResult result = RunProgram(Command(more));
                if (result.err.find("this processor") != std::string::npos) {
                    continue; /* it lacks the instruction set, and says so */
                }
                first = first.empty() ? Counted(result) : first;
                EXPECT_EQ(Counted(result), first);
                ExpectTop5Counts(result.out, counts);
            }
        }
        std::filesystem::remove(path);
    }
}

TEST_F(FullSize, one_model_as_stream_parts_pread_and_row_ranges)
{
    const std::string path = Make("resnet50", "f32", "npy");
    const std::string mapped = Counted(RunProgram(Command({"--io", "mmap", path})));
    EXPECT_EQ(Counted(RunProgram(Command({"--io", "pread", path}))), mapped);

    const std::string bytes = ReadFile(path);
    EXPECT_EQ(Counted(RunProgram(Command({"-"}), bytes)), mapped);
    const std::string payload = bytes.substr(bytes.size() - 50000u * 1000u * 4u);
    EXPECT_EQ(Counted(RunProgram(Command({"--dtype", "f32", "--shape", "0,1000", "-"}), payload)),
              mapped);

    std::vector<std::string> parts = {"--parts", "--dtype", "f32", "--shape", "0,1000"};
    const size_t cuts[] = {0, 1, 20000, 20001, 50000};
    for (size_t i = 0; i + 1 < 5; ++i) {
        parts.push_back(
            folder.write("part" + std::to_string(i) + ".raw",
                         payload.substr(cuts[i] * 4000, (cuts[i + 1] - cuts[i]) * 4000)));
    }
    EXPECT_EQ(Counted(RunProgram(Command(parts))), mapped);

    int64_t correct = 0;
    for (const char *range : {"0:17", "17:30000", "30000:50000"}) {
        const ProgramResult result = RunProgram(Command({"--row-range", range, path}));
        correct += Record(SplitLines(result.out).at(0)).integer("metrics.real_top5.correct");
    }
    EXPECT_EQ(correct, Record("{" + mapped + "\"x\":0}").integer("metrics.real_top5.correct"));
}

TEST_F(FullSize, sidecar_and_class_map_give_the_counts_of_the_logits)
{
    const std::string path = Make("vgg16", "f16", "npy");
    const std::string plain = Counted(RunProgram(
        Command({"--topk", "1,2,5,10", "--keep-topk", "10", "--keep-dir", folder.path(), path})));
    EXPECT_EQ(Counted(RunProgram(
                  Command({"--topk", "1,2,5,10", folder.path("vgg16_f16.top10.npz")}))),
              plain);
    std::string identity;
    for (int column = 0; column < 1000; ++column) {
        identity += std::to_string(column) + "\n";
    }
    const std::string map = folder.write("map.txt", identity);
    EXPECT_EQ(Counted(RunProgram(Command({"--topk", "1,2,5,10", "--class-map", map, path}))),
              plain);
}

// Every fourth of them, but for the long tests.
TEST_F(FullSize, all_21_models_in_f32)
{
    const RealLabels labels = ReadRealLabels();
    const std::vector<std::string> models = RealModels();
    ASSERT_EQ(models.size(), 21u);
    const size_t step = rs_test::LongTier() ? 1 : 4;
    for (size_t i = 0; i < models.size(); i += step) {
        const std::string &model = models[i];
        SCOPED_TRACE(model);
        const std::string path = Make(model, "f32", "npy");
        const ProgramResult result = RunProgram(Command({path}));
        ASSERT_EQ(result.exit_status, 0) << result.err;
        ExpectTop5Counts(result.out, CountModel(labels, ReadRankedPredictions(model)));
        std::filesystem::remove(path);
    }
}

}  // namespace
