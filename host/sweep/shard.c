/* shard.c - shards by hand and by SLURM array. */
#include "sweep/shard.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/decimal.h"
#include "base/error.h"

rs_status rs_shard_parse(const char *text, rs_shard *shard, rs_error *error)
{
    const char *at = text;
    RS_REFUSE(!rs_decimal(&at, &shard->index) || *at++ != '/' || !rs_decimal(&at, &shard->count) ||
                  *at != '\0' || shard->index >= shard->count,
              error, NULL, "--shard %s: expected I/N with I from 0 to N - 1, as in 0/4", text);
    return RS_OK;
}

rs_slurm_array rs_slurm_array_here(void)
{
    return (rs_slurm_array){
        .id = getenv("SLURM_ARRAY_TASK_ID"),
        .min = getenv("SLURM_ARRAY_TASK_MIN"),
        .max = getenv("SLURM_ARRAY_TASK_MAX"),
        .step = getenv("SLURM_ARRAY_TASK_STEP"),
        .count = getenv("SLURM_ARRAY_TASK_COUNT"),
    };
}

static rs_status take(const char *name, const char *text, uint64_t *out, rs_error *error)
{
    const char *at = text;
    RS_REFUSE(text == NULL || !rs_decimal(&at, out) || *at != '\0', error,
              "say --shard I/N; --shard 0/1 takes all models",
              "this is a task of a SLURM array, but SLURM_ARRAY_TASK_%s is %s%s", name,
              text == NULL ? "not set" : "no number: ", text == NULL ? "" : text);
    return RS_OK;
}

rs_status rs_shard_of_array(const rs_slurm_array *array, size_t models, rs_shard *shard,
                            rs_error *error)
{
    uint64_t id = 0;
    uint64_t min = 0;
    uint64_t max = 0;
    uint64_t step = 0;
    uint64_t count = 0;
    *shard = (rs_shard){0, 1};
    if (array->id == NULL || models == 1) {
        return RS_OK;
    }
    RS_TRY(take("ID", array->id, &id, error));
    RS_TRY(take("MIN", array->min, &min, error));
    RS_TRY(take("MAX", array->max, &max, error));
    RS_TRY(take("STEP", array->step, &step, error));
    RS_TRY(take("COUNT", array->count, &count, error));
    RS_REFUSE(step == 0 || count == 0 || id < min || id > max || (id - min) % step != 0 ||
                  (max - min) % step != 0 || (max - min) / step != count - 1,
              error, "submit a range, as in --array=0-15, or say --shard I/N",
              "task %" PRIu64 " is not one of a regular SLURM array (%" PRIu64
              " tasks from %" PRIu64 " to %" PRIu64 " in steps of %" PRIu64
              "), so it cannot tell which models are its own",
              id, count, min, max, step);
    RS_REFUSE(models < count, error,
              "say --shard 0/1 where each task names models of its own; to divide the "
              "same ones, submit no more tasks than models",
              "%zu models cannot be divided among the %" PRIu64
              " tasks of this SLURM array: some would have none",
              models, count);
    *shard = (rs_shard){(id - min) / step, count};
    return RS_OK;
}
