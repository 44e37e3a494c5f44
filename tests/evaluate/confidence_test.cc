// A confidence is no more than 1, though it is a quotient of sums that are rounded apart.
#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "reassess/evaluator.h"
#include "reassess/labels.h"
#include "reassess/logits.h"
#include "reassess/metrics.h"
#include "support/isas.h"

namespace {

// The mean confidence and the rows of one model of `rows` x `columns` whose every label is class 0.
rs_calibration Calibrate(const std::vector<float> &logits, uint64_t rows, uint32_t columns,
                         rs_isa isa)
{
    const std::vector<int32_t> original(rows, 0);
    rs_labels *labels = nullptr;
    rs_source *source = nullptr;
    rs_evaluator *evaluator = nullptr;
    rs_tally *tally = nullptr;
    rs_metrics metrics = {};
    rs_evaluator_options options = {};
    options.backend = RS_BACKEND_CPU;
    options.isa = isa;
    options.threads = 1;
    options.calibration = true;
    rs_calibration got = {};
    EXPECT_EQ(rs_labels_create(rows, columns, original.data(), nullptr, nullptr, &labels, nullptr),
              RS_OK);
    EXPECT_EQ(rs_source_open_memory(logits.data(), RS_DTYPE_F32, rows, columns, columns * 4,
                                    &source, nullptr),
              RS_OK);
    if (rs_evaluator_create(&options, &evaluator, nullptr) == RS_OK) {
        EXPECT_EQ(rs_evaluator_score(evaluator, labels, source, nullptr, nullptr, nullptr, &tally,
                                     nullptr),
                  RS_OK);
        EXPECT_EQ(rs_metrics_compute(tally, nullptr, &metrics, nullptr), RS_OK);
        got = metrics.calibration;
    }
    rs_metrics_clear(&metrics);
    rs_tally_free(tally);
    rs_evaluator_free(evaluator);
    rs_source_close(source);
    rs_labels_free(labels);
    return got;
}

// One column takes all, the label is `depth` below it: the quotient is of two numbers that are
// equal but for their rounding.
TEST(Confidence, IsNeverAboveOne)
{
    const uint32_t columns = 40;
    uint64_t measured = 0, at_one = 0;
    for (const rs_isa isa : rs_test::Isas()) {
        for (float depth = 20; depth < 60; depth += 0.37f) {
            std::vector<float> row(columns, -200.0f);
            row[7] = depth / 7; // whose exponential is now rounded up and now down
            row[0] = row[7] - depth;
            const rs_calibration got = Calibrate(row, 1, columns, isa);
            measured += got.rows;
            at_one += got.confidence == 1.0;
            EXPECT_LE(got.confidence, 1.0) << "label " << depth << " below";
        }
    }
    EXPECT_GE(measured, 100u); // the portable kernels at least
    EXPECT_GE(at_one, 30u); // where it would be above
}

} // namespace
