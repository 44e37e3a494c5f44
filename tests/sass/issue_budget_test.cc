/* What a row costs in issue slots, in all and on the pipe of integers and comparisons, on rows as
 * they are: 1,000 columns, 1.2 labels, 82 in a hundred the best column, in groups as on an H200.
 * The same numbers on every machine: what is executed depends on the rows alone. issue_budget.txt
 * holds them. */
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <sstream>

#include "cuda_case.h"
#include "row_kernels.h"
#include "support/paths.h"

extern "C" {
#include "cuda/device_labels.h"
}

namespace {

using rs_test::ExamCase;
using rs_test::Outcome;
using rs_test::RowKind;

/* 50,000 rows over the 2,640 warps of 132 multiprocessors are 19 a warp, in groups of 10. */
constexpr uint32_t kBlocks = 2, kWarpRows = 19, kGroupRows = 10;
constexpr uint64_t kRows = kBlocks * RS_BLOCK_WARPS * kWarpRows;
constexpr uint32_t kColumns = 1000, kKeep = 5;
constexpr uint64_t kImages = 50000; /* of which ties are looked for in a sample */

enum class Mode { kRanks, kPredictions, kCalibration, kFlags, kMap };

struct Measured {
    const char *name;
    rs_dtype dtype;
    Mode mode;
};

void PrintTo(const Measured &measured, std::ostream *out)
{
    *out << measured.name;
}

const Measured kMeasured[] = {
    {"f32.ranks", RS_DTYPE_F32, Mode::kRanks},
    {"f32.predictions", RS_DTYPE_F32, Mode::kPredictions},
    {"f32.calibration", RS_DTYPE_F32, Mode::kCalibration},
    {"f32.flags", RS_DTYPE_F32, Mode::kFlags},
    {"f32.map", RS_DTYPE_F32, Mode::kMap},
    {"f16.ranks", RS_DTYPE_F16, Mode::kRanks},
    {"f16.predictions", RS_DTYPE_F16, Mode::kPredictions},
    {"f16.calibration", RS_DTYPE_F16, Mode::kCalibration},
    {"f16.flags", RS_DTYPE_F16, Mode::kFlags},
    {"f16.map", RS_DTYPE_F16, Mode::kMap},
    {"bf16.ranks", RS_DTYPE_BF16, Mode::kRanks},
    {"bf16.predictions", RS_DTYPE_BF16, Mode::kPredictions},
    {"bf16.calibration", RS_DTYPE_BF16, Mode::kCalibration},
    {"bf16.flags", RS_DTYPE_BF16, Mode::kFlags},
    {"bf16.map", RS_DTYPE_BF16, Mode::kMap},
    {"f64.ranks", RS_DTYPE_F64, Mode::kRanks},
    {"f64.predictions", RS_DTYPE_F64, Mode::kPredictions},
    {"f64.calibration", RS_DTYPE_F64, Mode::kCalibration},
    {"f64.flags", RS_DTYPE_F64, Mode::kFlags},
    {"f64.map", RS_DTYPE_F64, Mode::kMap},
};

/* Rows of logits, and labels that are what a good model finds. */
void MakeCase(ExamCase *made, const Measured &measured)
{
    rs_random random = rs_random_make(13, 2);
    /* Behind a class map there are as many positions: every third column has no class. */
    const bool mapped = measured.mode == Mode::kMap;
    const uint32_t columns = mapped ? kColumns + kColumns / 2 : kColumns;
    MakeRows(made, measured.dtype, kRows, columns, 0, {RowKind::kLogits}, &random);
    if (mapped) {
        std::vector<int32_t> class_of(columns);
        for (uint32_t j = 0; j < columns; ++j) {
            class_of[j] = j % 3 == 2 ? -1 : static_cast<int32_t>(j - j / 3);
        }
        made->exam.classes = kColumns;
        made->UseMap(class_of);
    }
    for (uint64_t i = 0; i < kRows; ++i) {
        const rs_test::RowTruth truth =
            rs_test::JudgeRow(made->exam.rows[i], made->exam.class_of_column);
        const uint32_t place =
            rs_random_below(&random, 100) < 82 ? 0 : 1 + rs_random_below(&random, 20);
        std::vector<int32_t> set = {truth.prediction[place]};
        if (i % 5 == 0) {
            set.push_back(truth.prediction[place + 1]);
        }
        std::sort(set.begin(), set.end());
        made->exam.original.push_back(truth.prediction[place]);
        made->exam.real.push_back(set);
        made->real_class.insert(made->real_class.end(), set.begin(), set.end());
        made->real_begin.push_back(static_cast<uint32_t>(made->real_class.size()));
    }
    made->exam.row_flags = measured.mode == Mode::kFlags;
    made->exam.calibration = measured.mode == Mode::kCalibration;
}

class OnDevice {
  public:
    explicit OnDevice(size_t bytes)
    {
        EXPECT_EQ(cudaMalloc(&memory_, bytes), cudaSuccess);
    }
    ~OnDevice()
    {
        EXPECT_EQ(cudaFree(memory_), cudaSuccess);
    }
    OnDevice(const OnDevice &) = delete;
    OnDevice &operator=(const OnDevice &) = delete;
    void *get() const
    {
        return memory_;
    }

  private:
    void *memory_ = nullptr;
};

/* Scores them, and holds what came out against the reference. */
void Execute(ExamCase &made, const Measured &measured)
{
    const OnDevice rows(made.bits.size()), best(kRows * kKeep * sizeof(int32_t));
    ASSERT_EQ(cudaMemcpy(rows.get(), made.bits.data(), made.bits.size(), cudaMemcpyHostToDevice),
              cudaSuccess);
    const rs_pass pass = made.Pass();
    rs_device_labels labels = {};
    ASSERT_EQ(rs_device_labels_prepare(&labels, &pass, nullptr, nullptr), RS_OK);
    rs_row_task task = rs_device_labels_task(&labels, &pass, made.dtype);
    task.rows = rows.get();
    task.stride_bytes = made.stride;
    task.row_count = kRows;
    task.look_mask = rs_look_mask(kImages);
    if (measured.mode == Mode::kPredictions) {
        task.results.keep = kKeep;
        task.results.prediction = static_cast<int32_t *>(best.get());
    }
    ASSERT_EQ(rs_launch_rows(&task, {kBlocks, kWarpRows, kGroupRows}, nullptr), cudaSuccess);
    Outcome outcome;
    outcome.counters.assign(task.layout.counters, 0);
    outcome.scored = kRows;
    outcome.status =
        rs_device_labels_fetch(&labels, &pass, nullptr, outcome.counters.data(), nullptr);
    rs_device_labels_free(&labels);
    const rs_test::Verdict verdict = Judge(made.exam);
    for (const int sampled : {RS_COUNT_LOOKED_ROWS, RS_COUNT_LOOKED_TIED_ROWS}) {
        outcome.counters[static_cast<size_t>(sampled)] =
            verdict.counters[static_cast<size_t>(sampled)];
    }
    ExpectCounters(made, verdict, outcome);
    if (measured.mode == Mode::kPredictions) {
        std::vector<int32_t> found(kRows * kKeep);
        ASSERT_EQ(cudaMemcpy(found.data(), best.get(), found.size() * 4, cudaMemcpyDeviceToHost),
                  cudaSuccess);
        for (uint64_t i = 0; i < found.size(); ++i) {
            ASSERT_EQ(found[i], verdict.truth[i / kKeep].prediction[i % kKeep])
                << "row " << i / kKeep;
        }
    }
}

struct Budget {
    uint64_t slots, alu;
};

/* name, then slots and those of the ALU for each architecture in turn. */
std::map<std::string, Budget> ReadBudget(int compute_capability)
{
    std::map<std::string, Budget> budget;
    std::ifstream file(std::string(RS_TEST_SOURCES) + "/tests/sass/issue_budget.txt");
    std::string line;
    while (std::getline(file, line)) {
        std::istringstream fields(line);
        std::string name;
        int architecture = 0;
        Budget row = {};
        if (fields >> name >> architecture >> row.slots >> row.alu && name[0] != '#' &&
            architecture == compute_capability) {
            budget[name] = row;
        }
    }
    return budget;
}

class IssueBudget : public testing::TestWithParam<Measured>
{
};

TEST_P(IssueBudget, HoldsWithEveryKernel)
{
    const Measured &measured = GetParam();
    const std::map<std::string, Budget> budget = ReadBudget(sass::compute_capability());
    sass::set_order(0);
    ExamCase made;
    MakeCase(&made, measured);
    (void)sass::take_counts();
    Execute(made, measured);
    const std::map<std::string, sass::Count> counts = sass::take_counts();
    sass::set_order(1);
    ASSERT_EQ(counts.size(), 1u);
    const sass::Count &count = counts.begin()->second;
    ASSERT_EQ(count.rows, kRows);
    std::printf("sm_%d %-17s %5.1f slots a row:", sass::compute_capability(), measured.name,
                static_cast<double>(count.slots) / kRows);
    for (size_t pipe = 0; pipe < sass::kPipes; ++pipe) {
        std::printf(" %s %.1f", sass::name_of(static_cast<sass::Pipe>(pipe)),
                    static_cast<double>(count.pipe[pipe]) / kRows);
    }
    std::printf("\n");
    const uint64_t alu = count.pipe[static_cast<size_t>(sass::Pipe::kAlu)];
    const auto allowed = budget.find(measured.name);
    ASSERT_NE(allowed, budget.end()) << "it is not in issue_budget.txt";
    EXPECT_LE(count.slots, allowed->second.slots * kRows);
    EXPECT_LE(alu, allowed->second.alu * kRows);
}

std::string NameOf(const testing::TestParamInfo<Measured> &measured)
{
    std::string name = measured.param.name;
    std::replace(name.begin(), name.end(), '.', '_');
    return name;
}

INSTANTIATE_TEST_SUITE_P(All, IssueBudget, testing::ValuesIn(kMeasured), NameOf);

} // namespace
