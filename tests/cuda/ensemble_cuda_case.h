/* ensemble_cuda_case.h - ways to average, and what the CUDA engine makes of an ensemble beside the
 * CPU's.
 */
#ifndef RS_TEST_ENSEMBLE_CUDA_CASE_H
#define RS_TEST_ENSEMBLE_CUDA_CASE_H

#include <vector>

#include "cuda_case.h"
#include "evaluate/ensemble_case.h"
#include "simt/simt.h"

namespace rs_test {

/* One way to average. */
struct Way {
    const char *name;
    rs_space space;
    rs_values values;
    std::vector<double> weights;

    bool softmax() const
    {
        return space == RS_SPACE_PROB && values == RS_VALUES_LOGITS;
    }
    rs_ensemble_options Options() const
    {
        rs_ensemble_options options = {};
        options.space = space;
        options.values = values;
        options.weights = weights.empty() ? nullptr : weights.data();
        return options;
    }
};

inline const std::vector<Way> &Ways()
{
    static const std::vector<Way> ways = {
        {"logits", RS_SPACE_LOGIT, RS_VALUES_LOGITS, {}},
        {"logits, weighted", RS_SPACE_LOGIT, RS_VALUES_LOGITS, {1, 2.5, 0.25}},
        {"softmax", RS_SPACE_PROB, RS_VALUES_LOGITS, {}},
        {"softmax, weighted", RS_SPACE_PROB, RS_VALUES_LOGITS, {3, 1, 0.5}},
        {"probabilities, weighted", RS_SPACE_PROB, RS_VALUES_PROBS, {0.5, 2, 1}},
    };
    return ways;
}

/* A map of `columns` columns: some dropped, the others each of a class of its own in another order,
 * or also several of one class. */
struct MemberMap {
    MemberMap(uint32_t columns, bool one_each)
    {
        std::vector<int32_t> class_of(columns);
        for (uint32_t j = 0; j < columns; ++j) {
            const uint32_t of_class = one_each ? columns - 1 - j : (j * 5 + 2) % columns / 2;
            class_of[j] = j % 7 == 3 ? -1 : static_cast<int32_t>(of_class);
        }
        EXPECT_EQ(rs_class_map_create(class_of.data(), columns, columns, &map, nullptr), RS_OK);
    }
    ~MemberMap()
    {
        rs_class_map_free(map);
    }
    MemberMap(const MemberMap &) = delete;
    MemberMap &operator=(const MemberMap &) = delete;

    rs_class_map *map = nullptr;
};

/* Averages of softmaxes are made of doubles alone by it, as by devices: equal to the last bit. */
constexpr rs_isa kInDouble = RS_ISA_PORTABLE;

class EnsembleOnCuda : public testing::Test {
  protected:
    void SetUp() override
    {
        simt_reset();
    }
    void TearDown() override
    {
        rs_test::ExpectNothingLeft();
        simt_reset();
    }

    /* Labels for the rows that `ensemble` gives, whose members went through the map if there is
     * one. */
    static void MakeExam(ExamCase *made, Ensemble *ensemble, const Way &way,
                         const rs_class_map *map = nullptr)
    {
        const rs_source_info &info = ensemble->info();
        ASSERT_EQ(ensemble->status, RS_OK) << ensemble->error.reason;
        made->columns = static_cast<uint32_t>(info.columns);
        made->rows = info.rows;
        made->exam.classes = made->columns;
        made->exam.end = made->rows;
        made->exam.row_flags = true;
        made->exam.probabilities = way.space == RS_SPACE_PROB;
        made->exam.checked = info.averaged;
        made->exam.rows = ensemble->Rows(0, made->rows);
        if (map != nullptr) {
            made->exam.classes = map->classes;
            made->UseMap({map->position_class, map->position_class + map->positions});
        }
        rs_random random = rs_random_make(made->columns, 4);
        DrawLabels(made, &random);
    }

    /* All that a pass gives, but for the sums of reals. */
    static void ExpectSame(const Outcome &outcome, const Outcome &expected, size_t counters)
    {
        ASSERT_EQ(outcome.status, RS_OK) << outcome.error.reason;
        ASSERT_EQ(expected.status, RS_OK) << expected.error.reason;
        EXPECT_EQ(outcome.scored, expected.scored);
        for (size_t i = 0; i < counters; ++i) {
            ASSERT_EQ(outcome.counters[i], expected.counters[i]) << "counter " << i;
        }
        EXPECT_EQ(outcome.rank, expected.rank);
        EXPECT_EQ(outcome.real_rank, expected.real_rank);
        EXPECT_EQ(outcome.flags, expected.flags);
        EXPECT_EQ(outcome.prediction, expected.prediction);
        EXPECT_EQ(outcome.value, expected.value);
    }
};

}  // namespace rs_test

#endif
