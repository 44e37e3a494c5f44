/* map_row.c - a row of columns becomes a row of positions, which stand for classes in order.
 *
 * Afterwards the kernels need not know that there was a class map: comparing positions compares
 * classes, and a NaN in any column of a class becomes the value of its position, so that the row is
 * invalid. Columns without a class are not looked at.
 */
#include <string.h>

#include "engine/row_value.h"
#include "engine/score_rows.h"

/* A position of a single column is copied as it is; of several, the one with the largest key. */
#define DEFINE_MAP_ROW(name, type, load)                                                           \
    static void map_##name(const rs_class_map *map, const void *row, unsigned char *mapped)        \
    {                                                                                              \
        for (uint32_t p = 0; p < map->positions; ++p) {                                            \
            uint32_t at = map->column_begin[p];                                                    \
            type best = load(row, map->column[at]);                                                \
            while (++at < map->column_begin[p + 1]) {                                              \
                const type other = load(row, map->column[at]);                                     \
                best = rs_key_##name(other) > rs_key_##name(best) ? other : best;                  \
            }                                                                                      \
            memcpy(mapped + (size_t)p * sizeof best, &best, sizeof best);                          \
        }                                                                                          \
    }

DEFINE_MAP_ROW(f32, uint32_t, rs_load_u32)
DEFINE_MAP_ROW(f16, uint16_t, rs_load_u16)
DEFINE_MAP_ROW(bf16, uint16_t, rs_load_u16)
DEFINE_MAP_ROW(f64, uint64_t, rs_load_u64)

void rs_map_row(const rs_class_map *map, rs_dtype dtype, const void *row, void *mapped)
{
    switch (dtype) {
    case RS_DTYPE_F32:
        map_f32(map, row, mapped);
        break;
    case RS_DTYPE_F16:
        map_f16(map, row, mapped);
        break;
    case RS_DTYPE_BF16:
        map_bf16(map, row, mapped);
        break;
    case RS_DTYPE_F64:
        map_f64(map, row, mapped);
        break;
    default:
        break;
    }
}
