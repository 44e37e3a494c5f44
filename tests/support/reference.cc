#include "support/reference.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <map>
#include <set>

namespace rs_test {

/* ---- values ---- */

static double DecodeParts(uint64_t bits, int exponent_bits, int fraction_bits)
{
    const uint64_t fraction = bits & ((uint64_t{1} << fraction_bits) - 1);
    const int exponent_max = (1 << exponent_bits) - 1;
    const int exponent = static_cast<int>(bits >> fraction_bits) & exponent_max;
    const bool negative = (bits >> (fraction_bits + exponent_bits)) & 1;
    const int bias = exponent_max / 2;
    double value = 0;
    if (exponent == exponent_max) {
        value = fraction != 0 ? std::numeric_limits<double>::quiet_NaN()
                              : std::numeric_limits<double>::infinity();
    } else if (exponent == 0) {
        value = std::ldexp(static_cast<double>(fraction), 1 - bias - fraction_bits);
    } else {
        value = std::ldexp(static_cast<double>(fraction + (uint64_t{1} << fraction_bits)),
                           exponent - bias - fraction_bits);
    }
    return negative ? -value : value;
}

double DecodeValue(rs_dtype dtype, const void *bits)
{
    uint16_t half = 0;
    uint32_t single = 0;
    double wide = 0;
    switch (dtype) {
    case RS_DTYPE_F16:
        std::memcpy(&half, bits, sizeof half);
        return DecodeParts(half, 5, 10);
    case RS_DTYPE_BF16:
        std::memcpy(&half, bits, sizeof half);
        return DecodeParts(half, 8, 7);
    case RS_DTYPE_F32:
        std::memcpy(&single, bits, sizeof single);
        return DecodeParts(single, 8, 23);
    default:
        std::memcpy(&wide, bits, sizeof wide);
        return wide;
    }
}

std::vector<double> DecodeRow(rs_dtype dtype, const void *row, uint32_t columns)
{
    const size_t bytes = rs_dtype_bytes(dtype);
    std::vector<double> values;
    values.reserve(columns);
    for (uint32_t j = 0; j < columns; ++j) {
        values.push_back(DecodeValue(dtype, static_cast<const char *>(row) + j * bytes));
    }
    return values;
}

double AddProducts(double sum, const double *a, const double *b, uint32_t count)
{
    for (uint32_t i = 0; i < count; ++i) {
        sum += a[i] * b[i];
    }
    return sum;
}

/* ---- the order of a row ---- */

uint32_t RowTruth::Rank(int32_t class_index) const
{
    for (size_t k = 0; k < prediction.size(); ++k) {
        if (prediction[k] == class_index) {
            return static_cast<uint32_t>(k + 1);
        }
    }
    return 0;
}

RowTruth JudgeRow(const std::vector<double> &values, const std::vector<int32_t> &class_of_column)
{
    RowTruth truth;
    std::vector<std::pair<int32_t, double>> ranked;
    std::map<int32_t, double> of_class; /* with a map: the better of the columns of each class */
    for (size_t j = 0; j < values.size(); ++j) {
        const int32_t c = class_of_column.empty() ? static_cast<int32_t>(j) : class_of_column[j];
        if (c < 0) {
            continue;
        }
        if (std::isnan(values[j])) {
            truth.nan = true;
            return truth;
        }
        if (class_of_column.empty()) {
            ranked.emplace_back(c, values[j]);
            continue;
        }
        const auto found = of_class.find(c);
        if (found == of_class.end() || values[j] > found->second) {
            of_class[c] = values[j];
        }
    }
    ranked.insert(ranked.end(), of_class.begin(), of_class.end());
    std::stable_sort(ranked.begin(), ranked.end(),
                     [](const auto &a, const auto &b) { return a.second > b.second; });
    for (const auto &entry : ranked) {
        truth.prediction.push_back(entry.first);
        truth.value.push_back(entry.second);
    }
    truth.inf = truth.value[0] == std::numeric_limits<double>::infinity();
    truth.tied = truth.value.size() > 1 && truth.value[0] == truth.value[1];
    truth.constant = truth.value.size() > 1 && truth.value.front() == truth.value.back();
    return truth;
}

/* ---- calibration ---- */

static void AddToBin(CalibrationTruth::Bin *bin, bool correct, double confidence)
{
    const int index = std::min(14, static_cast<int>(std::floor(15 * confidence)));
    bin[index].rows += 1;
    bin[index].correct += correct ? 1 : 0;
    bin[index].confidence += confidence;
}

/* -log of the probability of the columns for which `counts` holds, in long double. */
template <typename Predicate>
static double NegativeLog(const RowTruth &truth, bool probabilities, const Predicate &counts)
{
    long double mass = 0;
    long double other = 0;
    long double top = -std::numeric_limits<long double>::infinity(); /* of those that count */
    for (size_t k = 0; k < truth.value.size(); ++k) {
        if (counts(truth.prediction[k])) {
            top = std::max<long double>(top, truth.value[k]);
        }
    }
    for (size_t k = 0; k < truth.value.size(); ++k) {
        const long double x = truth.value[k];
        long double &sum = counts(truth.prediction[k]) ? mass : other;
        sum += probabilities ? x : std::exp(x - top);
    }
    if (std::isinf(top) || (probabilities && mass <= 0)) {
        return std::numeric_limits<double>::infinity();
    }
    if (probabilities) {
        return static_cast<double>(std::max<long double>(0, -std::log(mass)));
    }
    if (std::isinf(other)) { /* the labels are thousands below: relative to the best column */
        const long double best = truth.value[0];
        long double total = 0;
        for (const double x : truth.value) {
            total += std::exp(x - best);
        }
        return static_cast<double>((best - top) + std::log(total) - std::log(mass));
    }
    return static_cast<double>(std::log1p(other / mass));
}

/* Binary cross-entropy against the labels: every class is a question, all labels are a yes. */
static double CrossEntropy(const RowTruth &truth, const std::set<int32_t> &labels)
{
    long double sum = 0;
    size_t met = 0;
    for (size_t k = 0; k < truth.value.size(); ++k) {
        const bool yes = labels.count(truth.prediction[k]) > 0;
        const long double x = yes ? -static_cast<long double>(truth.value[k]) : truth.value[k];
        met += yes;
        sum += x > 0 ? x + std::log1p(std::exp(-x)) : std::log1p(std::exp(x));
    }
    return met == labels.size() ? static_cast<double>(sum)
                                : std::numeric_limits<double>::infinity();
}

static double NegativeLogOf(const Exam &exam, const RowTruth &truth,
                            const std::set<int32_t> &labels)
{
    if (exam.sigmoid) {
        return CrossEntropy(truth, labels);
    }
    return NegativeLog(truth, exam.probabilities,
                       [&labels](int32_t c) { return labels.count(c) > 0; });
}

static void AddSquare(double nll, double *sum, uint64_t *far_rows)
{
    if (nll * nll < 2147483648.0) {
        *sum += nll * nll;
    } else {
        *far_rows += 1;
    }
}

static void Calibrate(const Exam &exam, const RowTruth &truth, int32_t y,
                      const std::set<int32_t> &real, CalibrationTruth *sums)
{
    const double best = truth.value[0];
    if (std::isinf(best) || (exam.probabilities && best < 0)) {
        return;
    }
    long double total = 0;
    for (const double x : truth.value) {
        total += std::exp(static_cast<long double>(x) - best);
    }
    const double certain = static_cast<double>(1 / (1 + std::exp(-static_cast<long double>(best))));
    const double confidence = exam.probabilities ? best
                              : exam.sigmoid     ? certain
                                                 : static_cast<double>(1 / total);
    const double limit = 2147483648.0;
    if (confidence >= limit) {
        return;
    }
    sums->rows += 1;
    sums->confidence += confidence;
    if (y >= 0) {
        AddToBin(sums->bin, truth.prediction[0] == y, confidence);
        const double nll = NegativeLogOf(exam, truth, {y});
        if (nll < limit) {
            sums->nll_rows += 1;
            sums->nll += nll;
            AddSquare(nll, &sums->nll_square, &sums->nll_far);
        }
    }
    if (!real.empty()) {
        AddToBin(sums->real_bin, real.count(truth.prediction[0]) > 0, confidence);
        const double nll = NegativeLogOf(exam, truth, real);
        if (nll < limit) {
            sums->real_nll_rows += 1;
            sums->real_nll += nll;
            AddSquare(nll, &sums->real_nll_square, &sums->real_nll_far);
        }
    }
}

/* ---- counters ---- */

namespace {

/* The first K answers of a row, whether from values or from a list; fewer when there are fewer. */
std::vector<int32_t> Answers(const Exam &exam, uint64_t i, const RowTruth &truth)
{
    if (exam.predictions.empty()) {
        return truth.prediction;
    }
    const std::vector<int32_t> &list = exam.predictions[i];
    return {list.begin(), std::find_if(list.begin(), list.end(), [](int32_t c) { return c < 0; })};
}

bool Among(const std::vector<int32_t> &answers, size_t k, const std::set<int32_t> &labels)
{
    for (size_t j = 0; j < k && j < answers.size(); ++j) {
        if (labels.count(answers[j]) > 0) {
            return true;
        }
    }
    return false;
}

bool AtPlace(const std::vector<int32_t> &answers, size_t place, const std::set<int32_t> &labels)
{
    return answers.size() >= place && labels.count(answers[place - 1]) > 0;
}

uint32_t BestRank(const std::vector<int32_t> &answers, const std::set<int32_t> &labels)
{
    for (size_t j = 0; j < answers.size(); ++j) {
        if (labels.count(answers[j]) > 0) {
            return static_cast<uint32_t>(j + 1);
        }
    }
    return 0;
}

void CountRow(const Exam &exam, const std::vector<int32_t> &answers, int32_t y,
              const std::set<int32_t> &real, std::vector<uint64_t> *counters)
{
    uint64_t *const scalar = counters->data();
    const size_t per_class = RS_CLASS_FIXED + 2 * exam.topk.size();
    const size_t block = RS_COUNT_SCALARS + per_class * (y < 0 ? exam.classes : size_t(y));
    uint64_t *const of_class = counters->data() + block;
    const std::set<int32_t> only_y = {y};
    const bool known = y >= 0;

    for (size_t k = 0; k < exam.topk.size(); ++k) {
        of_class[RS_CLASS_FIXED + k] += known && Among(answers, exam.topk[k], only_y);
        of_class[RS_CLASS_FIXED + exam.topk.size() + k] += Among(answers, exam.topk[k], real);
    }
    if (real.empty()) {
        return;
    }
    const bool first = AtPlace(answers, 1, real);
    const bool second = AtPlace(answers, 2, real);
    const bool third = AtPlace(answers, 3, real);
    if (known) {
        const bool right = !answers.empty() && answers[0] == y;
        const bool y_in_real = real.count(y) > 0;
        of_class[RS_CLASS_NONEMPTY_CORRECT] += right;
        of_class[RS_CLASS_ORACLE_CORRECT] += right && y_in_real;
        of_class[RS_CLASS_ORACLE_SHARE] +=
            right && y_in_real ? static_cast<uint64_t>(std::llround(
                                     4294967296.0 / static_cast<double>(real.size())))
                               : 0;
        scalar[RS_COUNT_DIFFER_PREDICTION] += !right && first && !y_in_real;
        scalar[RS_COUNT_DIFFER_LABEL] += !right && !first && y_in_real;
        scalar[RS_COUNT_DIFFER_BOTH] += !right && first && y_in_real;
        scalar[RS_COUNT_DIFFER_NEITHER] += !right && !first && !y_in_real;
    }
    if (y >= 0 && real.size() >= 2 && real.count(y) > 0 && first) {
        uint64_t *const choice = counters->data() + RS_COUNT_SCALARS +
                                 per_class * (exam.classes + 1) + 16 * static_cast<size_t>(y);
        choice[std::min<size_t>(real.size(), 16) - 1] += 1;
        choice[0] += answers[0] == y;
    }
    if (real.size() >= 2) {
        scalar[RS_COUNT_2_FIRST] += first;
        scalar[RS_COUNT_2_SECOND] += second;
        scalar[RS_COUNT_2_FIRST_SECOND] += first && second;
    }
    if (real.size() >= 3) {
        scalar[RS_COUNT_3_FIRST] += first;
        scalar[RS_COUNT_3_THIRD] += third;
        scalar[RS_COUNT_3_FIRST_THIRD] += first && third;
        scalar[RS_COUNT_3_FIRST_SECOND] += first && second;
        scalar[RS_COUNT_3_FIRST_SECOND_THIRD] += first && second && third;
    }
}

} // namespace

Verdict Judge(const Exam &exam)
{
    Verdict verdict;
    const size_t counters =
        RS_COUNT_SCALARS + (exam.classes + 1) * (RS_CLASS_FIXED + 2 * exam.topk.size()) +
        exam.classes * 16 +
        (exam.calibration ? RS_CALIB_SCALARS + RS_CALIBRATION_BINS * RS_BIN_COUNTERS : 0);
    verdict.counters.assign(counters, 0);
    for (uint64_t i = exam.begin; i < exam.end; ++i) {
        const int32_t y = exam.original[i];
        const std::set<int32_t> real(exam.real[i].begin(), exam.real[i].end());
        RowTruth truth;
        if (exam.predictions.empty()) {
            truth = JudgeRow(exam.rows[i], exam.class_of_column);
        } else {
            truth.nan = exam.predictions[i][0] < 0; /* a row without an answer is invalid */
        }
        const std::vector<int32_t> answers = Answers(exam, i, truth);
        CountRow(exam, answers, y, real, &verdict.counters);
        verdict.counters[RS_COUNT_NAN_ROWS] += truth.nan;
        verdict.counters[RS_COUNT_INF_ROWS] += truth.inf;
        verdict.counters[RS_COUNT_CONSTANT_ROWS] += truth.constant;
        verdict.counters[RS_COUNT_TIED_ROWS] += exam.row_flags && truth.tied;
        /* 513 to 1,024 rows are looked at, or all */
        uint64_t step = 1;
        while ((exam.original.size() + step - 1) / step > 1024) { /* as many are multiples */
            step *= 2;
        }
        if (exam.predictions.empty() && !truth.nan && i % step == 0) {
            verdict.counters[RS_COUNT_LOOKED_ROWS] += 1;
            verdict.counters[RS_COUNT_LOOKED_TIED_ROWS] += truth.tied;
        }
        if (exam.calibration && !truth.nan) {
            Calibrate(exam, truth, y, real, &verdict.calibration);
        }
        verdict.rank.push_back(y < 0 ? 0 : BestRank(answers, {y}));
        verdict.real_rank.push_back(BestRank(answers, real));
        verdict.flags.push_back(static_cast<uint8_t>((truth.nan ? RS_ROW_NAN : 0) |
                                                     (truth.inf ? RS_ROW_INF : 0) |
                                                     (truth.constant ? RS_ROW_CONSTANT : 0) |
                                                     (truth.tied ? RS_ROW_TIED : 0)));
        verdict.truth.push_back(truth);
    }
    return verdict;
}

/* ---- comparison ---- */

static bool SumAgrees(double truth, const uint64_t *pair, uint64_t rows, double relative)
{
    const double sum = static_cast<double>(pair[0]) + static_cast<double>(pair[1]) / 4294967296.0;
    const double units =
        static_cast<double>(rows) / 4294967296.0; /* each row may round by a half */
    return std::fabs(sum - truth) <= relative * std::fabs(truth) + units;
}

const char *CompareCalibration(const CalibrationTruth &truth, const uint64_t *c, double relative)
{
    if (c[RS_CALIB_ROWS] != truth.rows || c[RS_CALIB_NLL_ROWS] != truth.nll_rows ||
        c[RS_CALIB_REAL_NLL_ROWS] != truth.real_nll_rows) {
        return "the numbers of rows differ";
    }
    if (!SumAgrees(truth.nll, c + RS_CALIB_NLL_WHOLE, truth.rows, relative)) {
        return "the NLL differs";
    }
    if (!SumAgrees(truth.real_nll, c + RS_CALIB_REAL_NLL_WHOLE, truth.rows, relative)) {
        return "the NLL against the sets differs";
    }
    if (!SumAgrees(truth.confidence, c + RS_CALIB_CONFIDENCE_WHOLE, truth.rows, relative)) {
        return "the confidence differs";
    }
    if (c[RS_CALIB_NLL_FAR] != truth.nll_far || c[RS_CALIB_REAL_NLL_FAR] != truth.real_nll_far) {
        return "the numbers of far rows differ";
    }
    if (!SumAgrees(truth.nll_square, c + RS_CALIB_NLL_SQUARE_WHOLE, truth.rows, 2 * relative)) {
        return "the squares of the NLL differ";
    }
    if (!SumAgrees(truth.real_nll_square, c + RS_CALIB_REAL_NLL_SQUARE_WHOLE, truth.rows,
                   2 * relative)) {
        return "the squares of the NLL against the sets differ";
    }
    for (int i = 0; i < RS_CALIBRATION_BINS; ++i) {
        const uint64_t *const b = c + RS_CALIB_SCALARS + i * RS_BIN_COUNTERS;
        const CalibrationTruth::Bin &bin = truth.bin[i];
        const CalibrationTruth::Bin &real = truth.real_bin[i];
        if (b[RS_BIN_ROWS] != bin.rows || b[RS_BIN_CORRECT] != bin.correct ||
            !SumAgrees(bin.confidence, b + RS_BIN_CONFIDENCE_WHOLE, bin.rows, relative)) {
            return "a bin against the original labels differs";
        }
        if (b[RS_BIN_REAL_ROWS] != real.rows || b[RS_BIN_REAL_CORRECT] != real.correct ||
            !SumAgrees(real.confidence, b + RS_BIN_REAL_CONFIDENCE_WHOLE, real.rows, relative)) {
            return "a bin against the sets differs";
        }
    }
    return "";
}

} // namespace rs_test
