/* row_kernel.cuh - what a warp does with a row: it is in registers, and everything is one pass.
 *
 * A warp takes a group of up to 32 rows. Row by row all lanes work on the row: keys into registers,
 * the rank of each label by counting what is ahead of it, the rest only where it is asked for. What
 * a row gave is kept by the lane of its number, so that at the end of the group the lanes count
 * their rows side by side instead of one lane at a time.
 *
 * kTiled: rows that do not fit into the registers of a warp come through them in tiles, and are
 * read once more for each further question (calibration, predictions, the values of labels).
 * Otherwise every value is read once.
 */
#ifndef RS_ROW_KERNEL_CUH
#define RS_ROW_KERNEL_CUH

#include <stdint.h>

#include "cuda/row_labels.cuh"
#include "cuda/row_task.h"
#include "cuda/row_tile.cuh"
#include "reassess/evaluator.h"

/* Ties are looked for in this row of the labels. */
__device__ __forceinline__ bool rs_is_looked_at(const rs_row_task &task, uint64_t number)
{
    return (number & task.look_mask) == 0;
}

/* What is known of a row when its group is counted. */
struct rs_row_found {
    rs_row_outcome outcome;
    rs_calibration_outcome calibration;
    uint8_t flags;
    bool calibrated;
};

template <class Type, int kVectors, bool kTiled, bool kCalibration> struct rs_row_reader {
    using Key = typename Type::Key;
    using Real = typename Type::Real;
    using Tile = rs_tile<Type, kVectors>;

    const rs_row_task &task;
    const uint32_t lane;
    const bool whole_vectors;
    Tile tile; /* the row, unless kTiled */

    __device__ __forceinline__ rs_row_reader(const rs_row_task &given, uint32_t my_lane)
        : task(given), lane(my_lane),
          whole_vectors((reinterpret_cast<uintptr_t>(given.rows) | given.stride_bytes) % 16 == 0 &&
                        given.columns % Type::kPerVector == 0)
    {
    }

    __device__ __forceinline__ void load(const unsigned char *row, uint32_t first)
    {
        if (whole_vectors) {
            tile.load_vectors(row, first, task.columns, lane);
        } else {
            tile.load_elements(row, first, task.columns, lane);
        }
    }

    /* Calls work(first column) with each stretch of the row in `tile`. */
    template <class Work>
    __device__ __forceinline__ void for_each_tile(const unsigned char *row, Work work)
    {
        uint32_t first = 0;
        do {
            if (kTiled) {
                load(row, first);
            }
            work(first);
            first += Tile::kColumns;
        } while (kTiled && first < task.columns);
    }

    /* ---- ranks ---- */

    /* Columns ahead of the lane's own label, and that label's key. */
    struct LabelRank {
        uint32_t ahead;
        Key key;
    };

    __device__ __forceinline__ LabelRank rank_labels(const unsigned char *row,
                                                     const rs_label_lanes &labels)
    {
        LabelRank mine = {0, 0};
        if (kTiled && labels.column != RS_NO_COLUMN) {
            mine.key = Type::load(row, labels.column);
        }
        if (kTiled && labels.present == 0) {
            return mine;
        }
        for_each_tile(row, [&](uint32_t first) {
            unsigned left = labels.present;
            while (left != 0) {
                const uint32_t owner = rs_take_lane(&left);
                const uint32_t column = rs_warp_from(labels.column, owner);
                const Key key =
                    kTiled ? rs_warp_from(mine.key, owner) : tile.pick(first, column);
                const uint32_t ahead =
                    rs_warp_add(tile.count_ahead(first, lane, column, key));
                if (lane == owner) {
                    mine.ahead += ahead;
                    mine.key = key;
                }
            }
        });
        return mine;
    }

    /* Ranks of all labels of the row. True when they prove it sound: a NaN is ahead of every
     * number, and in a row of equal values every column before a label is ahead of it. */
    __device__ __forceinline__ bool rank_row(const unsigned char *row,
                                             const rs_labels_of_row &labels,
                                             rs_row_outcome *outcome)
    {
        bool sound = false;
        uint32_t best = RS_NO_COLUMN;
        outcome->original = labels.original;
        outcome->set_size = labels.size;
        for (uint32_t first = 0; first <= labels.size; first += RS_WARP_LANES) {
            const rs_label_lanes lanes =
                rs_take_labels(task, labels, first, lane, &outcome->original_in_set);
            const LabelRank mine = rank_labels(row, lanes);
            const bool ranked = lanes.column != RS_NO_COLUMN;
            const uint32_t rank = ranked ? mine.ahead + 1u : 0u;
            const bool real = ranked && lanes.in_set;
            outcome->rank |= rs_warp_max(lanes.is_original ? rank : 0u);
            const uint32_t nearest = rs_warp_min(real ? rank : RS_NO_COLUMN);
            best = nearest < best ? nearest : best;
            outcome->real_rank_mask |=
                rs_warp_or(real && rank <= 3u ? 1u << (rank - 1u) : 0u);
            const bool proof = rank == 1u && lanes.column != 0u && mine.key < Type::kInfinity;
            sound = sound || __any_sync(RS_WHOLE_WARP, proof) != 0;
        }
        outcome->best_real_rank = best == RS_NO_COLUMN ? 0u : best;
        return sound;
    }

    /* ---- the largest value ---- */

    __device__ __forceinline__ Key find_largest(const unsigned char *row)
    {
        Key largest = 0;
        for_each_tile(row, [&](uint32_t) {
            tile.for_each([&](Key key, int) { largest = key > largest ? key : largest; });
        });
        return rs_warp_max(largest);
    }

    __device__ __forceinline__ uint8_t find_flags(const unsigned char *row, Key largest)
    {
        uint32_t equal = 0;
        for_each_tile(row, [&](uint32_t) {
            tile.for_each([&](Key key, int) { equal += key == largest; });
        });
        equal = rs_warp_add(equal);
        return static_cast<uint8_t>((largest == Type::kInfinity ? RS_ROW_INF : 0) |
                                    (equal > 1u ? RS_ROW_TIED : 0) |
                                    (equal > 1u && equal == task.columns ? RS_ROW_CONSTANT : 0));
    }

    /* ---- predictions ---- */

    /* The best of what comes after the last one found, again and again. No thread queue: small K is
     * what is asked for, and any K is right. */
    __device__ __forceinline__ void write_predictions(const unsigned char *row, uint64_t number,
                                                      bool valid)
    {
        const rs_device_results &out = task.results;
        Key last = Type::kNan; /* every value of a valid row comes after it */
        uint32_t last_column = 0;
        for (uint32_t k = 0; k < out.keep; ++k) {
            Key best = 0;
            uint32_t best_column = RS_NO_COLUMN;
            if (valid && k < task.columns) {
                for_each_tile(row, [&](uint32_t first) {
                    const uint32_t origin = Tile::origin(first, lane);
                    const int last_at = static_cast<int>(last_column) - static_cast<int>(origin);
                    tile.for_each([&](Key key, int at) {
                        const bool after = key < last || (key == last && at > last_at);
                        if (after && key > best) {
                            best = key;
                            best_column = origin + static_cast<uint32_t>(at);
                        }
                    });
                });
                last = rs_warp_max(best);
                last_column = rs_warp_min(best == last ? best_column : RS_NO_COLUMN);
                best_column = last_column;
            }
            if (lane == 0) {
                write_prediction(row, number * out.keep + k, best_column);
            }
        }
    }

    __device__ __forceinline__ void write_prediction(const unsigned char *row, uint64_t at,
                                                     uint32_t column)
    {
        const bool there = column < task.columns;
        if (task.results.prediction != nullptr) {
            int32_t class_index = there ? static_cast<int32_t>(column) : -1;
            if (there && task.position_class != nullptr) {
                class_index = task.position_class[column];
            }
            task.results.prediction[at] = class_index;
        }
        if (task.results.value != nullptr) { /* read again: a key does not know -0 */
            task.results.value[at] = there ? Type::exact(row, column) : 0.0;
        }
    }

    /* ---- calibration ---- */

    __device__ __forceinline__ void remove_labels(uint32_t first, const rs_labels_of_row &labels)
    {
        bool found = false;
        for (uint32_t label = 0; label <= labels.size; label += RS_WARP_LANES) {
            const rs_label_lanes lanes = rs_take_labels(task, labels, label, lane, &found);
            unsigned left = lanes.present;
            while (left != 0) {
                tile.remove(first, lane, rs_warp_from(lanes.column, rs_take_lane(&left)));
            }
        }
    }

    /* Sum of exp(x_j - largest) over all columns but the labels: the little mass beside a confident
     * label keeps its digits. Four values at a time in Real, those sums in double. */
    __device__ __forceinline__ double mass_of_rest(const unsigned char *row,
                                                   const rs_labels_of_row &labels, Real largest)
    {
        double rest = 0.0;
        for_each_tile(row, [&](uint32_t first) {
            remove_labels(first, labels);
            Real sum = 0;
            tile.for_each([&](Key key, int at) {
                sum += key != 0 ? rs_exp(Type::value(key) - largest) : Real(0);
                if (at % 4 == 3 || Type::kPerVector < 4) {
                    rest += static_cast<double>(sum);
                    sum = 0;
                }
            });
        });
        return rs_warp_add(rest);
    }

    /* ---- probabilities, and yes-or-no questions ---- */

    /* True when the row is a distribution; otherwise its number is left for the host. */
    __device__ __forceinline__ bool is_distribution(const unsigned char *row, double top,
                                                    uint64_t number)
    {
        double sum = 0.0;
        Key below = 0; /* of the least key the complement is the largest */
        for_each_tile(row, [&](uint32_t) {
            tile.for_each([&](Key key, int) {
                const Key complement = key != 0 ? static_cast<Key>(~key) : Key(0);
                sum += key != 0 ? static_cast<double>(Type::value(key)) : 0.0;
                below = complement > below ? complement : below;
            });
        });
        const Key smallest = static_cast<Key>(~rs_warp_max(below));
        const double least = static_cast<double>(Type::value(smallest));
        double seen = 0.0;
        const int fault =
            rs_distribution_fault(&task.limits, least, top, rs_warp_add(sum), &seen);
        if (fault != RS_FAULT_NONE && lane == 0) {
            atomicMax(task.fault,
                      static_cast<unsigned long long>(rs_pack_fault(number, fault, seen)));
        }
        return fault == RS_FAULT_NONE;
    }

    /* Sum of log(1 + exp(x_j)) over all columns but the labels, as host/engine/average_row_plain.h:
     * of the parts below 1 a product, at most 2^32 in a tile, and one logarithm. */
    __device__ __forceinline__ double softplus_of_rest(const unsigned char *row,
                                                       const rs_labels_of_row &labels)
    {
        double sum = 0.0;
        for_each_tile(row, [&](uint32_t first) {
            remove_labels(first, labels);
            double product = 1.0;
            tile.for_each([&](Key key, int) {
                const Real value = key != 0 ? Type::value(key) : Real(0);
                const Real tail = rs_exp(value > 0 ? -value : value);
                product *= key != 0 ? 1.0 + static_cast<double>(tail) : 1.0;
                sum += value > 0 ? static_cast<double>(value) : 0.0;
            });
            sum += log(product);
        });
        return rs_warp_add(sum);
    }

    __device__ __forceinline__ void answer_questions(const unsigned char *row,
                                                     const rs_labels_of_row &labels, double top,
                                                     rs_calibration_outcome *out)
    {
        double original = 0.0;
        double set = 0.0;
        bool found = false;
        bool missing = false;
        for (uint32_t first = 0; first <= labels.size; first += RS_WARP_LANES) {
            const rs_label_lanes lanes = rs_take_labels(task, labels, first, lane, &found);
            const bool there = lanes.column != RS_NO_COLUMN;
            const double x = there ? Type::exact(row, lanes.column) : 0.0;
            original += there ? rs_softplus(lanes.is_original ? -x : x) : 0.0;
            set += there ? rs_softplus(lanes.in_set ? -x : x) : 0.0;
            missing = missing || __any_sync(RS_WHOLE_WARP, lanes.in_set && !there) != 0;
        }
        const double rest = softplus_of_rest(row, labels);
        original = rs_warp_add(original);
        set = rs_warp_add(set);
        out->confidence = rs_sigmoid(top);
        out->nll = rest + original;
        out->real_nll = missing ? HUGE_VAL : rest + set;
    }

    /* Masses of the labels relative to exp(reference); as host/engine/score_calibration.c. */
    struct LabelMass {
        double set_top; /* largest value of the set, and its sum relative to that */
        double set_sum;
        double set_but_original; /* relative to the reference */
        double original;         /* y's value; -inf when it has none */
        double set_values;       /* plain sum: for probabilities */
    };

    __device__ __forceinline__ LabelMass weigh_labels(const unsigned char *row,
                                                      const rs_labels_of_row &labels,
                                                      double reference)
    {
        LabelMass mass = {-HUGE_VAL, 0.0, 0.0, -HUGE_VAL, 0.0};
        bool found = false;
        for (uint32_t first = 0; first <= labels.size; first += RS_WARP_LANES) {
            const rs_label_lanes lanes = rs_take_labels(task, labels, first, lane, &found);
            const double mine =
                lanes.column != RS_NO_COLUMN ? Type::exact(row, lanes.column) : -HUGE_VAL;
            unsigned left = lanes.present;
            while (left != 0) {
                const uint32_t owner = rs_take_lane(&left);
                const double value = rs_warp_from(mine, owner);
                const bool original = rs_warp_from(lanes.is_original ? 1 : 0, owner) != 0;
                if (original) {
                    mass.original = value;
                }
                if (rs_warp_from(lanes.in_set ? 1 : 0, owner) != 0) {
                    add_to_set(&mass, value, original, reference);
                }
            }
        }
        return mass;
    }

    __device__ __forceinline__ void add_to_set(LabelMass *mass, double value, bool original,
                                               double reference) const
    {
        mass->set_values += value;
        mass->set_but_original += original ? 0.0 : exp(value - reference);
        if (value > mass->set_top) {
            mass->set_sum = mass->set_sum * exp(mass->set_top - value) + 1.0;
            mass->set_top = value;
        } else if (value > -HUGE_VAL) {
            mass->set_sum += exp(value - mass->set_top);
        }
    }

    /* False when the row, number `number`, has no finite largest value or is no distribution though
     * it should be one. */
    __device__ __forceinline__ bool calibrate(const unsigned char *row, uint64_t number,
                                              const rs_labels_of_row &labels, Key largest,
                                              const rs_row_outcome &outcome,
                                              rs_calibration_outcome *out)
    {
        const double top = static_cast<double>(Type::value(largest));
        const bool has_column = outcome.rank != 0u; /* y is known and has one */
        out->known = outcome.original >= 0;
        out->nonempty = outcome.set_size > 0u;
        out->correct = outcome.rank == 1u;
        out->real_correct = outcome.best_real_rank == 1u;
        out->nll = HUGE_VAL;
        if (task.values == RS_VALUES_PROBS && !is_distribution(row, top, number)) {
            return false;
        }
        if (task.values != RS_VALUES_PROBS && !(fabs(top) < HUGE_VAL)) {
            return false;
        }
        if (task.values == RS_VALUES_SIGMOID) {
            answer_questions(row, labels, top, out);
            out->nll = has_column ? out->nll : HUGE_VAL;
            return true;
        }
        const LabelMass mass = weigh_labels(row, labels, top);
        if (task.values == RS_VALUES_PROBS) {
            out->confidence = top;
            out->real_nll = rs_nll_of_probability(mass.set_values);
            if (has_column) {
                out->nll = rs_nll_of_probability(mass.original);
            }
            return true;
        }
        const double rest = mass_of_rest(row, labels, Type::value(largest));
        const double original = has_column ? exp(mass.original - top) : 0.0;
        const double set_log = mass.set_sum > 0.0 ? mass.set_top - top + log(mass.set_sum)
                                                  : -HUGE_VAL;
        const double set_other = outcome.original_in_set ? rest : rest + original;
        out->confidence = 1.0 / (rest + mass.set_but_original + original);
        out->confidence = out->confidence < 1.0 ? out->confidence : 1.0;
        out->real_nll = rs_nll_of_mass(set_log, set_other);
        if (has_column) {
            out->nll = rs_nll_of_mass(mass.original - top, rest + mass.set_but_original);
        }
        return true;
    }

    /* ---- one row ---- */

    /* All lanes together; `at` is where the row lies in the task, `number` which row of the labels
     * it is. */
    __device__ __forceinline__ void read_row(uint64_t at, uint64_t number,
                                             const rs_labels_of_row &labels, rs_row_found *found)
    {
        const rs_device_results &out = task.results;
        const unsigned char *const row =
            static_cast<const unsigned char *>(task.rows) + at * task.stride_bytes;
        const bool flags = task.row_flags || out.flags != nullptr || rs_is_looked_at(task, number);
        const bool predictions = out.prediction != nullptr || out.value != nullptr;
        if (!kTiled) {
            load(row, 0);
        }
        const bool sound = rank_row(row, labels, &found->outcome);
        bool valid = sound;
        if (!sound || flags || kCalibration) {
            const Key largest = find_largest(row);
            valid = largest != Type::kNan;
            if (valid && (!sound || flags)) {
                found->flags = find_flags(row, largest);
            }
            if (predictions) { /* before calibration takes the labels out of the tile */
                write_predictions(row, number - task.first_row, valid);
            }
            if (kCalibration && valid) {
                found->calibrated =
                    calibrate(row, number, labels, largest, found->outcome, &found->calibration);
            }
        } else if (predictions) {
            write_predictions(row, number - task.first_row, true);
        }
        if (!valid) {
            found->flags = RS_ROW_NAN;
            found->outcome.rank = 0;
            found->outcome.best_real_rank = 0;
            found->outcome.real_rank_mask = 0;
        }
    }
};

#endif
