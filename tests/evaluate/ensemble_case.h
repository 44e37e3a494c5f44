/* ensemble_case.h - members of an ensemble with rows made at random, and their average from the
 * definition, in long double.
 */
#ifndef RS_TEST_ENSEMBLE_CASE_H
#define RS_TEST_ENSEMBLE_CASE_H

#include <cmath>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "engine/exam_case.h"

extern "C" {
#include "reassess/ensemble.h"
}

namespace rs_test {

/* Rows in memory and a source of them. */
struct Member {
    Member(rs_dtype dtype, uint64_t rows, uint32_t columns, const std::vector<RowKind> &kinds,
           uint64_t seed)
    {
        rs_random random = rs_random_make(seed, 0);
        MakeRows(&made, dtype, rows, columns, 3 * (seed % 2), kinds, &random);
        Open();
    }
    explicit Member(const std::vector<std::vector<double>> &values, rs_dtype dtype = RS_DTYPE_F32)
    {
        made.dtype = dtype;
        made.rows = values.size();
        made.columns = static_cast<uint32_t>(values[0].size());
        made.stride = made.columns * rs_dtype_bytes(dtype);
        made.bits.resize(made.rows * made.stride);
        for (uint64_t i = 0; i < made.rows; ++i) {
            char *const row = made.bits.data() + i * made.stride;
            for (uint32_t j = 0; j < made.columns; ++j) {
                StoreBits(dtype, row, j, BitsOf(dtype, values[i][j]));
            }
            made.exam.rows.push_back(DecodeRow(dtype, row, made.columns));
        }
        Open();
    }
    /* Rows that are there already. */
    Member(rs_dtype dtype, uint64_t rows, uint32_t columns, std::vector<char> bits)
    {
        made.dtype = dtype;
        made.rows = rows;
        made.columns = columns;
        made.stride = columns * rs_dtype_bytes(dtype);
        made.bits = std::move(bits);
        for (uint64_t i = 0; i < rows; ++i) {
            made.exam.rows.push_back(DecodeRow(dtype, made.bits.data() + i * made.stride, columns));
        }
        Open();
    }
    void Open()
    {
        source.reset(
            new ScriptedSource(made.bits.data(), made.dtype, made.rows, made.columns, made.stride));
    }

    ExamCase made;
    std::unique_ptr<ScriptedSource> source;
};

using Members = std::vector<std::unique_ptr<Member>>;

struct Ensemble {
    Ensemble(const Members &members, const rs_ensemble_options &options)
    {
        std::vector<rs_source *> sources;
        for (const auto &member : members) {
            sources.push_back(member->source->get());
        }
        status = rs_source_open_ensemble(sources.data(), sources.size(), &options, &source, &error);
    }
    ~Ensemble()
    {
        rs_source_close(source);
    }
    Ensemble(const Ensemble &) = delete;
    Ensemble &operator=(const Ensemble &) = delete;

    const rs_source_info &info() const
    {
        return *rs_source_get_info(source);
    }
    /* Rows [first, first + rows), as bits. */
    std::string Read(uint64_t first, uint64_t rows)
    {
        uint64_t got = 0;
        std::string bits(rows * info().row_bytes, '\0');
        EXPECT_EQ(rs_source_read(source, first, rows, bits.data(), &got, &error), RS_OK)
            << error.reason;
        bits.resize(got * info().row_bytes);
        return bits;
    }
    std::vector<std::vector<double>> Rows(uint64_t first, uint64_t rows)
    {
        const std::string bits = Read(first, rows);
        std::vector<std::vector<double>> values;
        for (size_t at = 0; at < bits.size(); at += info().row_bytes) {
            values.push_back(
                DecodeRow(info().dtype, bits.data() + at, static_cast<uint32_t>(info().columns)));
        }
        return values;
    }

    rs_status status = RS_OK;
    rs_error error = {};
    rs_source *source = nullptr;
};

inline std::vector<long double> Softmax(const std::vector<double> &row)
{
    long double largest = -INFINITY;
    for (const double x : row) {
        largest = std::isnan(x) || std::isnan(largest) ? NAN : std::max<long double>(largest, x);
    }
    std::vector<long double> p;
    long double sum = 0;
    for (const double x : row) {
        p.push_back(x == largest ? 1.0L : std::exp(x - largest));
        sum += p.back();
    }
    for (long double &value : p) {
        value /= sum;
    }
    return p;
}

inline std::vector<long double> Average(const Members &members, size_t row, bool softmax,
                                        const std::vector<double> &weights)
{
    std::vector<long double> average(members[0]->made.columns, 0);
    long double total = 0;
    for (size_t m = 0; m < members.size(); ++m) {
        const long double weight = weights.empty() ? 1 : weights[m];
        const std::vector<double> &values = members[m]->made.exam.rows[row];
        const std::vector<long double> p =
            softmax ? Softmax(values) : std::vector<long double>(values.begin(), values.end());
        for (size_t j = 0; j < p.size(); ++j) {
            average[j] += weight * p[j];
        }
        total += weight;
    }
    for (long double &value : average) {
        value /= total;
    }
    return average;
}

inline Members MixedMembers(uint64_t rows, uint32_t columns, const std::vector<RowKind> &kinds)
{
    Members members;
    uint64_t seed = 1;
    for (const rs_dtype dtype : {RS_DTYPE_F32, RS_DTYPE_F16, RS_DTYPE_BF16}) {
        members.emplace_back(new Member(dtype, rows, columns, kinds, seed++));
    }
    return members;
}

} // namespace rs_test

#endif
