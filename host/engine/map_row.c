/* map_row.c - a row of columns becomes a row of positions, which stand for classes in order.
 *
 * Afterwards the kernels need not know that there was a class map: comparing positions compares
 * classes, and a NaN in any column of a class becomes the value of its position, so that the row is
 * invalid. Columns without a class are not looked at.
 */
#include <string.h>

#include "base/row_value.h"
#include "engine/score_rows.h"

/* A position of a single column is copied as it is; of several, the one with the largest key. */
#define DEFINE_MAP_ROW(ID, name, bits, infinity, normal)                                           \
    static void map_##name(const rs_class_map *map, const void *row, unsigned char *mapped)        \
    {                                                                                              \
        for (uint32_t p = 0; p < map->positions; ++p) {                                            \
            uint32_t at = map->column_begin[p];                                                    \
            uint##bits##_t best = rs_load_u##bits(row, map->column[at]);                           \
            while (++at < map->column_begin[p + 1]) {                                              \
                const uint##bits##_t other = rs_load_u##bits(row, map->column[at]);                \
                best = rs_key_##name(other) > rs_key_##name(best) ? other : best;                  \
            }                                                                                      \
            memcpy(mapped + (size_t)p * sizeof best, &best, sizeof best);                          \
        }                                                                                          \
    }
RS_FLOAT_MAP(DEFINE_MAP_ROW)

void rs_map_row(const rs_class_map *map, rs_dtype dtype, const void *row, void *mapped)
{
    switch (dtype) {
#define MAP_ROW(ID, name, bits, infinity, normal) \
    case RS_DTYPE_##ID:                           \
        map_##name(map, row, mapped);             \
        break;
        RS_FLOAT_MAP(MAP_ROW)
#undef MAP_ROW
    default:
        break;
    }
}
