// naive_em.h - the aggregation methods once more, as directly as they are written in
// docs/RELABEL.md: probabilities are multiplied, nothing is kept in logarithms, every count is
// taken anew.
#pragma once

#include <array>
#include <cmath>
#include <string>
#include <vector>

// answers[rater][pair]: 'n', 'm', 'y' or '.' for none.
using Answers = std::vector<std::string>;
// matrix[truth][answer]
using Matrix = std::array<std::array<double, 3>, 2>;

inline int AnswerOf(char c)
{
    return c == 'n' ? 0 : c == 'm' ? 1 : c == 'y' ? 2 : -1;
}

inline Matrix Normalised(const Matrix &counts, double smoothing)
{
    Matrix matrix{};
    for (size_t truth = 0; truth < 2; ++truth) {
        const double sum = counts[truth][0] + counts[truth][1] + counts[truth][2] + 3 * smoothing;
        for (size_t answer = 0; answer < 3; ++answer) {
            matrix[truth][answer] = sum > 0 ? (counts[truth][answer] + smoothing) / sum : 1.0 / 3;
        }
    }
    return matrix;
}

struct NaiveEm {
    std::vector<double> score;
    std::vector<Matrix> matrix;
    double prior = 0;
    double log_likelihood = 0;

    // known[pair]: 0, 1 or -1; golden[rater]: counts of answers whose truth is known.
    void Run(const Answers &answers, double smoothing, int iterations,
             const std::vector<int> &known = {}, const std::vector<Matrix> &golden = {})
    {
        const size_t pairs = answers[0].size();
        score.assign(pairs, 0.5);
        for (size_t i = 0; i < pairs; ++i) {
            double sum = 0;
            double count = 0;
            for (const std::string &row : answers) {
                if (AnswerOf(row[i]) >= 0) {
                    sum += 0.5 * AnswerOf(row[i]);
                    count += 1;
                }
            }
            score[i] = count > 0 ? sum / count : 0.5;
            Hold(known, i);
        }
        for (int iteration = 0; iteration < iterations; ++iteration) {
            Estimate(answers, smoothing, golden);
            Update(answers, known);
        }
    }

private:
    void Hold(const std::vector<int> &known, size_t i)
    {
        if (!known.empty() && known[i] >= 0) {
            score[i] = known[i];
        }
    }

    void Estimate(const Answers &answers, double smoothing, const std::vector<Matrix> &golden)
    {
        prior = 0;
        for (const double q : score) {
            prior += q / static_cast<double>(score.size());
        }
        matrix.clear();
        for (size_t r = 0; r < answers.size(); ++r) {
            Matrix counts{};
            if (!golden.empty()) {
                counts = golden[r];
            }
            for (size_t i = 0; i < score.size(); ++i) {
                const int answer = AnswerOf(answers[r][i]);
                if (answer >= 0) {
                    counts[0][static_cast<size_t>(answer)] += 1 - score[i];
                    counts[1][static_cast<size_t>(answer)] += score[i];
                }
            }
            matrix.push_back(Normalised(counts, smoothing));
        }
    }

    void Update(const Answers &answers, const std::vector<int> &known)
    {
        log_likelihood = 0;
        for (size_t i = 0; i < score.size(); ++i) {
            double product[2] = {1 - prior, prior};
            for (size_t r = 0; r < answers.size(); ++r) {
                const int answer = AnswerOf(answers[r][i]);
                if (answer >= 0) {
                    product[0] *= matrix[r][0][static_cast<size_t>(answer)];
                    product[1] *= matrix[r][1][static_cast<size_t>(answer)];
                }
            }
            score[i] = product[1] / (product[0] + product[1]);
            const bool held = !known.empty() && known[i] >= 0;
            log_likelihood += std::log(held ? product[known[i]] : product[0] + product[1]);
            Hold(known, i);
        }
    }
};
