/* bench_data.c - see bench_data.h */
#include "bench_data.h"

#include <stdlib.h>
#include <string.h>

#include "base/checked.h"
#include "base/error.h"
#include "base/row_value.h"
#include "base/random.h"

enum { SET_MAX = 9 };

/* Of 50,000 images, how many have a set of 0 .. 9 labels. */
static const uint32_t set_sizes[SET_MAX + 1] = {3163, 39394, 5408, 1319, 411, 161, 88, 41, 13, 2};

/* About normal with deviation 1: four bytes of one number added up. */
static float about_normal(uint64_t bits)
{
    const uint32_t sum = (uint32_t)(bits & 255u) + (uint32_t)((bits >> 8) & 255u) +
                         (uint32_t)((bits >> 16) & 255u) + (uint32_t)((bits >> 24) & 255u);
    return ((float)sum - 510.0f + (float)(bits >> 40 & 255u) / 256.0f) / 147.8f;
}

static void make_row(rs_bench_data *data, uint64_t row, rs_random *random)
{
    unsigned char *const values = data->values;
    void *const at = values + row * data->columns * rs_dtype_bytes(data->dtype);
    for (uint32_t j = 0; j < data->columns; ++j) {
        rs_row_set(data->dtype, at, j, (double)(1.8f * about_normal(rs_random_u64(random))));
    }
    const float top = rs_random_below(random, 100) < 76 ? 14.0f : 5.0f;
    rs_row_set(data->dtype, at, (uint32_t)data->original[row],
               (double)(top + about_normal(rs_random_u64(random))));
}

static uint32_t draw_set_size(rs_random *random)
{
    uint32_t drawn = rs_random_below(random, 50000);
    uint32_t size = 0;
    while (size < SET_MAX && drawn >= set_sizes[size]) {
        drawn -= set_sizes[size++];
    }
    return size;
}

/* The original label is in nine sets of ten; the others are anywhere. Ascending, none twice. */
static void make_labels(rs_bench_data *data, rs_random *random)
{
    for (uint64_t row = 0; row < data->rows; ++row) {
        const int32_t y = (int32_t)rs_random_below(random, data->columns);
        const uint32_t begin = data->real_begin[row];
        const uint32_t wanted = draw_set_size(random);
        uint32_t size = 0;
        int32_t *const set = data->real_class + begin;
        data->original[row] = y;
        for (uint32_t i = 0; i < wanted; ++i) {
            const bool own = i == 0 && rs_random_below(random, 10) != 0;
            const int32_t label = own ? y : (int32_t)rs_random_below(random, data->columns);
            uint32_t at = size;
            while (at > 0 && set[at - 1] > label) {
                --at;
            }
            if (at > 0 && set[at - 1] == label) {
                continue;
            }
            memmove(set + at + 1, set + at, (size - at) * sizeof *set);
            set[at] = label;
            ++size;
        }
        data->real_begin[row + 1] = begin + size;
    }
}

rs_status rs_bench_data_make(rs_bench_data *data, rs_dtype dtype, uint64_t rows, uint32_t columns,
                             rs_error *error)
{
    rs_random random = rs_random_make(1, 0);
    void *memory = NULL;
    rs_status status = RS_OK;
    *data = (rs_bench_data){.rows = rows, .columns = columns, .dtype = dtype};
    RS_TRY_DONE(rs_alloc_aligned(&memory, rows * columns, rs_dtype_bytes(dtype), "rows", error));
    data->values = memory;
    RS_TRY_DONE(rs_alloc(&memory, rows, sizeof(int32_t), "labels", error));
    data->original = memory;
    RS_TRY_DONE(rs_alloc(&memory, rows + 1, sizeof(uint32_t), "labels", error));
    data->real_begin = memory;
    RS_TRY_DONE(rs_alloc(&memory, rows * (SET_MAX + 1), sizeof(int32_t), "labels", error));
    data->real_class = memory;
    make_labels(data, &random);
    for (uint64_t row = 0; row < rows; ++row) {
        make_row(data, row, &random);
    }
    return RS_OK;
done:
    rs_bench_data_free(data);
    return status;
}

void rs_bench_data_free(rs_bench_data *data)
{
    free(data->values);
    free(data->original);
    free(data->real_begin);
    free(data->real_class);
    *data = (rs_bench_data){.rows = 0};
}

bool rs_bench_listed(const char *list, const char *name)
{
    const size_t length = strlen(name);
    if (list == NULL) {
        return true;
    }
    for (const char *at = list; at != NULL; at = strchr(at, ',')) {
        at += *at == ',';
        if (strncmp(at, name, length) == 0 && (at[length] == ',' || at[length] == '\0')) {
            return true;
        }
    }
    return false;
}
