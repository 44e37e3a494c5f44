/* calibration_case.h - likelihood and calibration error of a pass against the reference, as a user
 * reads them, and calibration counters of two engines against each other.
 */
#ifndef RS_TEST_CALIBRATION_CASE_H
#define RS_TEST_CALIBRATION_CASE_H

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

extern "C" {
#include "analyse/calibration_error.h"
#include "tally/tally_impl.h"
}
#include "support/reference.h"

namespace rs_test {

constexpr double kRelative = 1e-6; /* of likelihood and calibration to those of the reference */

/* What `counters` say, of a pass with two values of K. */
inline rs_calibration CalibrationOf(uint32_t classes, const std::vector<uint64_t> &counters)
{
    rs_tally_shape shape = {};
    rs_tally *tally = nullptr;
    shape.classes = classes;
    shape.topk_count = 2;
    shape.topk[0] = 1;
    shape.topk[1] = 5;
    shape.depth = classes;
    shape.calibration = true;
    EXPECT_EQ(rs_tally_create(&shape, &tally, nullptr), RS_OK);
    EXPECT_EQ(tally->layout.counters, counters.size());
    std::copy(counters.begin(), counters.end(), rs_tally_counters(tally));
    const rs_calibration calibration = rs_calibration_compute(tally);
    rs_tally_free(tally);
    return calibration;
}

/* The expected calibration error, by its definition. */
inline double ErrorOf(const CalibrationTruth::Bin *bin)
{
    double sum = 0;
    double rows = 0;
    for (int b = 0; b < RS_CALIBRATION_BINS; ++b) {
        sum += std::fabs(static_cast<double>(bin[b].correct) - bin[b].confidence);
        rows += static_cast<double>(bin[b].rows);
    }
    return rows > 0 ? sum / rows : 0;
}

inline void ExpectCalibration(const CalibrationTruth &truth, uint32_t classes,
                              const std::vector<uint64_t> &counters)
{
    const rs_calibration found = CalibrationOf(classes, counters);
    const auto expect = [](const char *what, double value, double expected) {
        EXPECT_NEAR(value, expected, kRelative * expected) << what;
    };
    ASSERT_TRUE(found.measured);
    EXPECT_EQ(found.rows, truth.rows);
    EXPECT_EQ(found.nll_rows, truth.nll_rows);
    EXPECT_EQ(found.real_nll_rows, truth.real_nll_rows);
    expect("NLL", found.nll, truth.nll / static_cast<double>(truth.nll_rows));
    expect("NLL of the sets", found.real_nll,
           truth.real_nll / static_cast<double>(truth.real_nll_rows));
    expect("confidence", found.confidence, truth.confidence / static_cast<double>(truth.rows));
    expect("calibration error", found.ece, ErrorOf(truth.bin));
    expect("calibration error of the sets", found.real_ece, ErrorOf(truth.real_bin));
}

/* Every calibration counter that is a count. */
inline void ExpectSameCalibrationCounts(const rs_tally_layout &layout,
                                        const std::vector<uint64_t> &counters,
                                        const std::vector<uint64_t> &expected)
{
    const uint64_t *const a = counters.data() + layout.calibration;
    const uint64_t *const b = expected.data() + layout.calibration;
    for (const int rows : {RS_CALIB_ROWS, RS_CALIB_NLL_ROWS, RS_CALIB_REAL_NLL_ROWS}) {
        EXPECT_EQ(a[rows], b[rows]) << "counter " << rows;
    }
    for (int bin = 0; bin < RS_CALIBRATION_BINS; ++bin) {
        for (const int count :
             {RS_BIN_ROWS, RS_BIN_CORRECT, RS_BIN_REAL_ROWS, RS_BIN_REAL_CORRECT}) {
            const int at = RS_CALIB_SCALARS + bin * RS_BIN_COUNTERS + count;
            EXPECT_EQ(a[at], b[at]) << "bin " << bin << ", counter " << count;
        }
    }
}

} // namespace rs_test

#endif
