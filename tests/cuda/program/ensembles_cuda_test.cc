/* An ensemble by the program on simulated devices. */
#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "calibration_case.h"
#include "cuda_program.h"
#include "support/hard_rows.h"
#include "support/records.h"
#include "support/reference.h"

namespace {

class EnsembleProgram : public testing::Test {
  protected:
    ProgramResult Eval(const Words &options, const Words &environment) const
    {
        Words command = {RS_TEST_PROGRAM, "eval", "--real", task_.real, "--labels", task_.labels};
        command.insert(command.end(), options.begin(), options.end());
        ProgramResult result = RunProgram(command, "", environment);
        EXPECT_EQ(result.exit_status, 0) << result.err;
        return result;
    }

    SmallTask task_;
};

/* The averages of three models by their definition. */
std::vector<double> AverageByHand(const std::vector<std::vector<double>> &models, size_t row,
                                  bool softmax, const std::vector<double> &weights)
{
    std::vector<double> average(3, 0);
    double total = 0;
    for (size_t m = 0; m < models.size(); ++m) {
        const double *const value = models[m].data() + row * 3;
        const double sum = std::exp(value[0]) + std::exp(value[1]) + std::exp(value[2]);
        for (size_t j = 0; j < 3; ++j) {
            average[j] += weights[m] * (softmax ? std::exp(value[j]) / sum : value[j]);
        }
        total += weights[m];
    }
    for (double &value : average) {
        value /= total;
    }
    return average;
}

/* Every count is that of the CPU; likelihood and calibration are those of the definitions. */
TEST_F(EnsembleProgram, AnEnsembleIsThatOfTheCpuAndOfTheDefinition)
{
    const std::vector<std::vector<double>> models = {{3, 1, 2, 0, 1, 5, 1, 0, 0, 2, 2, 1},
                                                     {3, 1, 2, 0, 7, 1, 0, 0, 2, 2, 1, 1},
                                                     {0.5, 1, 0, 2, 3, 3.5, 0, 1, 4, 1, 0, 2}};
    const std::string wide =
        task_.folder.write("wide.npy", Npy("'<f8'", "(4, 3)", Bytes<double>(models[1])));
    std::vector<uint16_t> bits;
    for (const double value : models[2]) {
        bits.push_back(static_cast<uint16_t>(rs_test::BitsOf(RS_DTYPE_F16, value)));
    }
    const std::string half =
        task_.folder.write("half.npy", Npy("'<f2'", "(4, 3)", Bytes<uint16_t>(bits)));
    for (const char *space : {"logit", "prob"}) {
        SCOPED_TRACE(space);
        const Words what = {"--ensemble", "--weights",     "2,1,0.5",     "--space",
                            space,        "--calibration", "--row-flags", "--json",
                            "-",          task_.logits,    wide,          half};
        Words cuda = {"--backend", "cuda", "--device", "all"};
        cuda.insert(cuda.end(), what.begin(), what.end());
        const std::string expected = Eval(what, {}).out;
        const std::string found = Eval(cuda, SimulatedDevices("2")).out;
        const size_t counts = expected.find("\"calibration\":{");
        ASSERT_NE(counts, std::string::npos);
        EXPECT_EQ(found.substr(0, counts), expected.substr(0, counts));
        ExpectSays(found, "\"format\":\"ensemble\"");

        rs_test::Exam exam;
        exam.classes = 3;
        exam.calibration = true;
        exam.probabilities = std::string(space) == "prob";
        exam.original = {0, 1, 2, 2};
        exam.real = {{0}, {1, 2}, {}, {0}};
        exam.end = 4;
        for (size_t row = 0; row < 4; ++row) {
            exam.rows.push_back(AverageByHand(models, row, exam.probabilities, {2, 1, 0.5}));
        }
        const rs_test::CalibrationTruth truth = Judge(exam).calibration;
        const Record record(found);
        const auto expect = [&record](const std::string &name, double value) {
            EXPECT_NEAR(record.number("calibration." + name), value, rs_test::kRelative * value)
                << name;
        };
        EXPECT_EQ(record.integer("calibration.rows"), 4);
        expect("nll", truth.nll / 4);
        expect("real_nll", truth.real_nll / 3);
        expect("confidence", truth.confidence / 4);
        expect("ece", rs_test::ErrorOf(truth.bin));
        expect("real_ece", rs_test::ErrorOf(truth.real_bin));
    }
}

/* The members go through it, and the rows of their average are of classes in its order. */
TEST_F(EnsembleProgram, BehindAClassMapTheCountsAreThoseOfTheCpu)
{
    const std::string map = task_.folder.write("map.txt", "2\n-1\n0\n");
    const std::string other = task_.folder.write(
        "other.npy", Npy("'<f8'", "(4, 3)", Bytes<double>({3, 1, 2, 0, 7, 1, 0, 0, 2, 2, 1, 1})));
    for (const char *space : {"logit", "prob"}) {
        SCOPED_TRACE(space);
        const Words what = {"--ensemble", "--space", space,           "--class-map", map,
                            "--json",     "-",       "--calibration", task_.logits,  other};
        Words cuda = {"--backend", "cuda"};
        cuda.insert(cuda.end(), what.begin(), what.end());
        const std::string expected = Eval(what, {}).out;
        const size_t counts = expected.find("\"calibration\":{");
        ASSERT_NE(counts, std::string::npos);
        EXPECT_EQ(Eval(cuda, SimulatedDevices("1")).out.substr(0, counts),
                  expected.substr(0, counts));
        EXPECT_NE(Eval({"--ensemble", "--space", space, "--json", "-", task_.logits, other}, {})
                      .out.substr(0, counts),
                  expected.substr(0, counts));
    }
}

} // namespace
