/* row_calibration.cuh - confidence and likelihood of a row, by one lane: a group of rows has its
 * logarithms and quotients in double side by side, not each in 32 lanes alike.
 *
 * The definitions are in tally/count_calibration.h; host/engine/score_calibration.c is the same in
 * C.
 */
#ifndef RS_ROW_CALIBRATION_CUH
#define RS_ROW_CALIBRATION_CUH

#include "cuda/row_columns.cuh"
#include "cuda/row_labels.cuh"

/* What a lane knows of its row. */
struct rs_row_weight {
    double top;  /* the largest value */
    double rest; /* rs_weigh_rest */
};

/* Calls visit(value, in the set, y) for each label of the row that has a column. False when one of
 * the set has none. */
template <class Type, class Visit>
__device__ __forceinline__ bool rs_for_each_label(const rs_row_task &task,
                                                  const unsigned char *row,
                                                  const rs_labels_of_row &labels, Visit visit)
{
    bool complete = true;
    bool found = false;
    for (uint32_t i = 0; i <= labels.size; ++i) {
        const bool in_set = i < labels.size;
        if (!in_set && found) {
            break;
        }
        const int32_t class_index =
            in_set ? __ldg(task.real_class + (static_cast<size_t>(labels.begin) + i))
                   : labels.original;
        const uint32_t column = rs_column_of_class(task, class_index);
        const bool original = class_index == labels.original;
        found = found || original;
        if (column != RS_NO_COLUMN) {
            visit(Type::exact(rs_bits_at<Type>(task.map, row, column)), in_set, original);
        }
        complete = complete && (!in_set || column != RS_NO_COLUMN);
    }
    return complete;
}

template <class Type>
__device__ __forceinline__ void rs_answer_questions(const rs_row_task &task,
                                                    const unsigned char *row,
                                                    const rs_labels_of_row &labels,
                                                    const rs_row_weight &weight,
                                                    rs_calibration_outcome *out)
{
    double nll = weight.rest;
    double real_nll = weight.rest;
    const bool complete =
        rs_for_each_label<Type>(task, row, labels, [&](double x, bool in_set, bool original) {
            nll += rs_softplus(original ? -x : x);
            real_nll += rs_softplus(in_set ? -x : x);
        });
    out->confidence = rs_sigmoid(weight.top);
    out->nll = nll;
    out->real_nll = complete ? real_nll : HUGE_VAL;
}

template <class Type>
__device__ __forceinline__ void rs_take_probabilities(const rs_row_task &task,
                                                      const unsigned char *row,
                                                      const rs_labels_of_row &labels,
                                                      const rs_row_weight &weight,
                                                      rs_calibration_outcome *out)
{
    double mine = 0.0;
    double set = 0.0;
    (void)rs_for_each_label<Type>(task, row, labels, [&](double x, bool in_set, bool original) {
        mine = original ? x : mine;
        set += in_set ? x : 0.0;
    });
    out->confidence = weight.top;
    out->nll = rs_nll_of_probability(mine);
    out->real_nll = rs_nll_of_probability(set);
}

/* A set this far below the largest value is weighed relative to its own largest. */
#define RS_FAR_BELOW (-600.0)

template <class Type>
__device__ __forceinline__ void rs_take_softmax(const rs_row_task &task, const unsigned char *row,
                                                const rs_labels_of_row &labels,
                                                const rs_row_weight &weight,
                                                rs_calibration_outcome *out)
{
    double original = -HUGE_VAL; /* y's value, relative to the largest */
    double original_mass = 0.0;
    double set_top = -HUGE_VAL;
    double set_mass = 0.0;
    double set_but_original = 0.0;
    bool original_in_set = false;
    (void)rs_for_each_label<Type>(task, row, labels, [&](double x, bool in_set, bool is_original) {
        const double value = x - weight.top;
        const double mass = exp(value);
        original = is_original ? value : original;
        original_mass = is_original ? mass : original_mass;
        original_in_set = original_in_set || (is_original && in_set);
        set_top = in_set && value > set_top ? value : set_top;
        set_mass += in_set ? mass : 0.0;
        set_but_original += in_set && !is_original ? mass : 0.0;
    });
    double set_log = -HUGE_VAL;
    if (set_top > RS_FAR_BELOW) {
        set_log = log(set_mass);
    } else if (set_top > -HUGE_VAL) {
        double mass = 0.0;
        (void)rs_for_each_label<Type>(task, row, labels, [&](double x, bool in_set, bool) {
            mass += in_set ? exp(x - weight.top - set_top) : 0.0;
        });
        set_log = set_top + log(mass);
    }
    out->confidence = 1.0 / (weight.rest + set_but_original + original_mass);
    out->confidence = out->confidence < 1.0 ? out->confidence : 1.0;
    out->real_nll =
        rs_nll_of_mass(set_log, original_in_set ? weight.rest : weight.rest + original_mass);
    out->nll = rs_nll_of_mass(original, weight.rest + set_but_original);
}

template <class Type>
__device__ __forceinline__ rs_calibration_outcome
rs_calibrate(const rs_row_task &task, const unsigned char *row, const rs_labels_of_row &labels,
             const rs_row_outcome &outcome, const rs_row_weight &weight)
{
    rs_calibration_outcome out = {};
    if (task.values == RS_VALUES_SIGMOID) {
        rs_answer_questions<Type>(task, row, labels, weight, &out);
    } else if (task.values == RS_VALUES_PROBS) {
        rs_take_probabilities<Type>(task, row, labels, weight, &out);
    } else {
        rs_take_softmax<Type>(task, row, labels, weight, &out);
    }
    out.known = outcome.original >= 0;
    out.nonempty = outcome.set_size > 0u;
    out.correct = outcome.rank == 1u;
    out.real_correct = outcome.best_real_rank == 1u;
    out.nll = outcome.rank != 0u ? out.nll : HUGE_VAL; /* y is unknown, or has no column */
    return out;
}

#endif
