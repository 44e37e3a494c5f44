/* row_masses.cuh - what calibration asks of all columns of a row: a sum over those that are no
 * label. What it asks of the labels is left to a lane (row_calibration.cuh).
 */
#ifndef RS_ROW_MASSES_CUH
#define RS_ROW_MASSES_CUH

#include "cuda/row_reader.cuh"

__device__ __forceinline__ float rs_exp(float x)
{
    return rs_exp2_f32(x * 1.44269504f);
}

__device__ __forceinline__ double rs_exp(double x)
{
    return exp(x);
}

/* Takes the labels of a row out of the tile that begins at column `first`. `lanes` are the first
 * ones. */
template <class Reader>
__device__ __forceinline__ void rs_remove_labels(Reader &reader, const rs_labels_of_row &labels,
                                                 rs_label_lanes lanes, uint32_t first)
{
    bool found = lanes.original != 0;
    for (uint32_t label = 0;;) {
        unsigned left = lanes.present;
        while (left != 0) {
            const uint32_t owner = rs_take_lane(&left);
            reader.tile.remove(first, reader.lane, rs_warp_from(lanes.column, owner));
        }
        label += RS_WARP_LANES;
        if (label > labels.size) {
            return;
        }
        lanes = rs_take_labels(reader.task, reader.group, labels, label, reader.lane, &found);
    }
}

/* Sum of exp(x_j - largest) over all columns but the labels: the little mass beside a confident
 * label keeps its digits. Eight values at a time in Real, those sums in double. */
template <class Reader>
__device__ __forceinline__ double rs_mass_of_rest(Reader &reader, const unsigned char *row,
                                                  const rs_labels_of_row &labels,
                                                  const rs_label_lanes &lanes,
                                                  typename Reader::Real largest)
{
    using Type = typename Reader::Type;
    double rest = 0.0;
    reader.for_each_tile(row, [&](uint32_t first) {
        rs_remove_labels(reader, labels, lanes, first);
        typename Reader::Real sum = 0;
        uint32_t summed = 0;
        reader.tile.for_each([&](typename Reader::Word held, int) {
            sum += rs_exp(Type::number(held) - largest); /* of -inf: 0 */
            if (++summed % 8 == 0) {
                rest += static_cast<double>(sum);
                sum = 0;
            }
        });
        rest += static_cast<double>(sum);
    });
    return rs_warp_add(rest);
}

/* Sum of log(1 + exp(x_j)) over all columns but the labels, as host/engine/average_row_plain.h: of
 * the parts below 1 a product, at most 2^32 in a tile, and one logarithm. */
template <class Reader>
__device__ __forceinline__ double rs_softplus_of_rest(Reader &reader, const unsigned char *row,
                                                      const rs_labels_of_row &labels,
                                                      const rs_label_lanes &lanes)
{
    using Type = typename Reader::Type;
    double sum = 0.0;
    reader.for_each_tile(row, [&](uint32_t first) {
        rs_remove_labels(reader, labels, lanes, first);
        double product = 1.0;
        reader.tile.for_each([&](typename Reader::Word held, int) {
            const auto value = Type::number(held); /* of -inf: log 1 */
            const auto tail = rs_exp(value > 0 ? -value : value);
            product *= 1.0 + static_cast<double>(tail);
            sum += value > 0 ? static_cast<double>(value) : 0.0;
        });
        sum += log(product);
    });
    return rs_warp_add(sum);
}

/* True when the row is a distribution; otherwise its number is left for the host. */
template <class Reader>
__device__ __forceinline__ bool rs_is_distribution(Reader &reader, const unsigned char *row,
                                                   double top, uint64_t number)
{
    using Type = typename Reader::Type;
    using Key = typename Reader::Key;
    const rs_row_task &task = reader.task;
    double sum = 0.0;
    Key below = 0; /* of the least key the complement is the largest */
    reader.for_each_tile(row, [&](uint32_t first) {
        const uint32_t origin = Reader::Tile::origin(first, reader.lane);
        const int end = static_cast<int>(task.columns) - static_cast<int>(origin);
        reader.tile.for_each([&](typename Reader::Word held, int at) {
            const Key complement = at < end ? static_cast<Key>(~Type::key(held)) : Key(0);
            sum += at < end ? static_cast<double>(Type::number(held)) : 0.0;
            below = complement > below ? complement : below;
        });
    });
    const Key smallest = static_cast<Key>(~rs_warp_max(below));
    const double least = static_cast<double>(Type::value(smallest));
    double seen = 0.0;
    const int fault = rs_distribution_fault(&task.limits, least, top, rs_warp_add(sum), &seen);
    if (fault != RS_FAULT_NONE && reader.lane == 0) {
        atomicMax(task.fault,
                  static_cast<unsigned long long>(rs_pack_fault(number, fault, seen)));
    }
    return fault == RS_FAULT_NONE;
}

/* What is summed over the rest of a row whose largest value is `top`, into *rest. False when the
 * row, number `number` of the labels, has no finite largest value or is no distribution though it
 * should be one. */
template <class Reader>
__device__ __forceinline__ bool rs_weigh_rest(Reader &reader, const unsigned char *row,
                                              uint64_t number, const rs_labels_of_row &labels,
                                              const rs_label_lanes &lanes,
                                              typename Reader::Real top, double *rest)
{
    const rs_values values = reader.task.values;
    if (values == RS_VALUES_PROBS) {
        return rs_is_distribution(reader, row, static_cast<double>(top), number);
    }
    if (!(fabs(static_cast<double>(top)) < HUGE_VAL)) {
        return false;
    }
    *rest = values == RS_VALUES_SIGMOID ? rs_softplus_of_rest(reader, row, labels, lanes)
                                        : rs_mass_of_rest(reader, row, labels, lanes, top);
    return true;
}

#endif
