/* subset_bench.c - how long the search over all subsets takes, as lines
 * "models,milliseconds,points".
 *
 *     subset_bench PAIRS.u32 MODELS ROUNDS
 *
 * PAIRS.u32: two numbers a pair, the set of its models and whether it is there (bench/relabel/
 * subset_bench.py writes it, and times NumPy on the same pairs). The front goes to standard error.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/checked.h"
#include "base/clock.h"
#include "base/file_read.h"
#include "relabel/subset_search.h"

static int fail(const rs_error *error)
{
    char text[2048];
    (void)fprintf(stderr, "subset_bench: %s\n", rs_error_format(error, text, sizeof text));
    return 1;
}

static rs_status search(const rs_subset_task *task, unsigned rounds, rs_error *error)
{
    for (unsigned round = 0; round < rounds; ++round) {
        rs_subset_point *front = NULL;
        size_t count = 0;
        const double begin_ms = rs_clock_ms();
        const rs_status status = rs_subset_front(task, &front, &count, error);
        if (status != RS_OK) {
            return status;
        }
        (void)printf("%" PRIu32 ",%.3f,%zu\n", task->models, rs_clock_ms() - begin_ms, count);
        for (size_t i = 0; round == 0 && i < count; ++i) {
            (void)fprintf(stderr, "%" PRIu32 ",%" PRIu32 ",%" PRIu32 "\n", front[i].subset,
                          front[i].proposed, front[i].right);
        }
        free(front);
    }
    return RS_OK;
}

int main(int argc, char **argv)
{
    rs_error error = {.status = RS_OK};
    rs_file_bytes bytes = {0};
    if (argc != 4) {
        (void)fputs("usage: subset_bench PAIRS.u32 MODELS ROUNDS\n", stderr);
        return 2;
    }
    if (rs_file_read(argv[1], UINT64_C(1) << 30, &bytes, &error) != RS_OK) {
        return fail(&error);
    }
    const uint32_t *const numbers = (const uint32_t *)(const void *)bytes.data;
    const uint32_t pairs = (uint32_t)(bytes.size / 8);
    void *masks = NULL;
    void *rights = NULL;
    if (rs_alloc(&masks, pairs, sizeof(uint32_t), "pairs", &error) != RS_OK ||
        rs_alloc(&rights, pairs, 1, "pairs", &error) != RS_OK) {
        return fail(&error);
    }
    rs_subset_task task = {.models = (uint32_t)strtoul(argv[2], NULL, 10),
                           .count = pairs,
                           .mask = masks,
                           .is_right = rights};
    for (uint32_t i = 0; i < pairs; ++i) {
        ((uint32_t *)masks)[i] = numbers[2 * (size_t)i];
        ((uint8_t *)rights)[i] = numbers[2 * (size_t)i + 1] != 0;
        task.present += numbers[2 * (size_t)i + 1] != 0;
    }
    const rs_status status = search(&task, (unsigned)strtoul(argv[3], NULL, 10), &error);
    free(masks);
    free(rights);
    rs_file_bytes_free(&bytes);
    return status == RS_OK ? 0 : fail(&error);
}
