/* reference.h - the judge of the engines: slow, obvious, and written from the definitions alone.
 *
 * It decodes every value to a double, sorts every row, and looks every label up in the sorted row.
 * It shares no code with the engines: not the order of a row, not the counting, not the
 * calibration; only the names of the counters (tally/tally_layout.h), to say which number is which.
 */
#ifndef RS_TEST_REFERENCE_H
#define RS_TEST_REFERENCE_H

#include <cstddef>
#include <cstdint>
#include <vector>

#include "reassess/evaluator.h"
#include "reassess/labels.h"
#include "reassess/logits.h"
#include "tally/tally_layout.h"

namespace rs_test {

/* One value of a floating type from its bits. */
double DecodeValue(rs_dtype dtype, const void *bits);
std::vector<double> DecodeRow(rs_dtype dtype, const void *row, uint32_t columns);

/* `sum` and the products of a and b, added one by one: here, where it is optimised. */
double AddProducts(double sum, const double *a, const double *b, uint32_t count);

/* What the definitions say about the order of one row. */
struct RowTruth {
    bool nan = false;
    bool inf = false;                /* the largest value is +inf */
    bool tied = false;               /* another column equals the first prediction */
    bool constant = false;           /* all columns are equal */
    std::vector<int32_t> prediction; /* classes, best first; empty when nan */
    std::vector<double> value;       /* theirs */

    uint32_t Rank(int32_t class_index) const; /* from 1; 0 when the class is not there */
};

/* `class_of_column` is empty when column j is class j; -1 drops a column. */
RowTruth JudgeRow(const std::vector<double> &values, const std::vector<int32_t> &class_of_column);

/* What is to be judged. Rows are decoded values; label arrays as in rs_label_view. */
struct Exam {
    uint32_t classes = 0;
    std::vector<uint32_t> topk{1, 5};
    bool row_flags = false;
    bool calibration = false;
    bool probabilities = false;
    bool sigmoid = false;
    bool checked = false;
    std::vector<int32_t> class_of_column;
    std::vector<int32_t> original;
    std::vector<std::vector<int32_t>> real;
    uint64_t begin = 0;
    uint64_t end = 0;

    std::vector<std::vector<double>> rows; /* values, or */
    std::vector<std::vector<int32_t>>
        predictions; /* ranked classes, -1 from the first missing on */
};

struct CalibrationTruth {
    uint64_t rows = 0, nll_rows = 0, real_nll_rows = 0;
    double nll = 0, real_nll = 0, confidence = 0; /* sums */
    double nll_square = 0, real_nll_square = 0;   /* of the squares below 2^31 */
    uint64_t nll_far = 0, real_nll_far = 0;       /* rows with larger ones */
    struct Bin {
        uint64_t rows = 0, correct = 0;
        double confidence = 0;
    };
    Bin bin[RS_CALIBRATION_BINS];
    Bin real_bin[RS_CALIBRATION_BINS];
};

struct Verdict {
    std::vector<uint64_t> counters; /* laid out as the tally's; calibration counters are zero */
    CalibrationTruth calibration;
    std::vector<uint32_t> rank, real_rank;
    std::vector<uint8_t> flags; /* INF and TIED too, asked for or not */
    std::vector<RowTruth> truth;
};

Verdict Judge(const Exam &exam);

/* A description of the first difference in the calibration counters, or "" when the counts are
 * equal and the sums agree to `relative`. */
const char *CompareCalibration(const CalibrationTruth &truth, const uint64_t *calibration_counters,
                               double relative);

} // namespace rs_test

#endif
