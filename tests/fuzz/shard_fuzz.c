/* shard_fuzz.c - any bytes as what SLURM says of an array: the five variables, each ended by a zero
 * byte, "-" for one that is not set; and the whole as the value of --shard. */
#include <stdlib.h>
#include <string.h>

#include "sweep/shard.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { VARIABLES = 5 };

static void require(int condition)
{
    if (!condition) {
        abort();
    }
}

static void check(rs_status status, const rs_shard *shard, const rs_error *error)
{
    if (status == RS_OK) {
        require(shard->count >= 1 && shard->index < shard->count);
    } else {
        require(status == RS_USAGE && error->status == status && error->reason[0] != '\0');
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *value[VARIABLES] = {NULL, NULL, NULL, NULL, NULL};
    rs_shard shard = {0, 1};
    rs_error error = {.status = RS_OK};
    char *const text = malloc(size + 1);
    require(text != NULL);
    if (size > 0) {
        memcpy(text, data, size);
    }
    text[size] = '\0';
    const char *at = text;
    for (int i = 0; i < VARIABLES && at < text + size; ++i) {
        value[i] = strcmp(at, "-") == 0 ? NULL : at;
        at += strlen(at) + 1;
    }
    const rs_slurm_array array = {value[0], value[1], value[2], value[3], value[4]};
    for (size_t models = 0; models <= 3; ++models) {
        error = (rs_error){.status = RS_OK};
        const rs_status status = rs_shard_of_array(&array, models, &shard, &error);
        check(status, &shard, &error);
        require(status != RS_OK || models == 1 || shard.count == 1 || shard.count <= models);
    }
    error = (rs_error){.status = RS_OK};
    check(rs_shard_of_array(&array, SIZE_MAX, &shard, &error), &shard, &error);
    error = (rs_error){.status = RS_OK};
    check(rs_shard_parse(text, &shard, &error), &shard, &error);
    free(text);
    return 0;
}
