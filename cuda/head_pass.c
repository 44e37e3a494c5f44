/* head_pass.c - tiles of features go to whichever device is free; each holds all heads.
 *
 * So features cross a bus once, whatever the number of devices; heads are small beside them and are
 * sent to each. Tiles are those of one device: their size follows from the memory alone.
 */
#include "cuda/head_pass.h"

#include <stdlib.h>

#include "base/checked.h"
#include "cuda/device_error.h"
#include "cuda/device_heads.h"

typedef struct head_pass {
    const rs_heads_task *task;
    rs_heads_run *run; /* of each lane */
    rs_read_ahead reader;
    rs_under_way under_way;
    uint64_t done_rows;
} head_pass;

static rs_heads_run *run_of(const head_pass *pass, const rs_ring_slot *slot)
{
    size_t i = 0;
    while (pass->run[i].lane != slot->lane) {
        ++i;
    }
    return &pass->run[i];
}

/* Waits for a slot under way and gives it back to the readers. */
static rs_status finish_tile(head_pass *pass, rs_error *error)
{
    const rs_watch *const watch = pass->task->watch;
    unsigned chosen = 0;
    uint64_t rows = 0;
    RS_TRY(rs_under_way_choose(&pass->under_way, pass->task->lanes, &chosen, error));
    rs_ring_slot *const slot = pass->under_way.slot[chosen];
    RS_TRY(rs_heads_finish(run_of(pass, slot), slot, &rows, error));
    pass->done_rows += rows;
    rs_under_way_remove(&pass->under_way, chosen);
    rs_read_ahead_give_back(&pass->reader, slot);
    if (watch != NULL && watch->rows_done != NULL) {
        watch->rows_done(watch->context, pass->done_rows);
    }
    return RS_OK;
}

static rs_status stream_tiles(head_pass *pass, rs_error *error)
{
    const rs_watch *const watch = pass->task->watch;
    for (;;) {
        if (watch != NULL && watch->stop != NULL && *watch->stop != 0) {
            return rs_fail(error, RS_INTERRUPTED, rs_source_get_info(pass->task->features)->path,
                           rs_nowhere(), "run the same command again",
                           "stopped before all rows were scored");
        }
        rs_ring_slot *const slot = rs_read_ahead_take(&pass->reader, pass->under_way.count == 0);
        if (slot != NULL) {
            RS_TRY(rs_heads_send(run_of(pass, slot), slot, error));
            pass->under_way.slot[pass->under_way.count++] = slot;
        } else if (pass->under_way.count > 0) {
            RS_TRY(finish_tile(pass, error));
        } else {
            return RS_OK;
        }
    }
}

/* Tiles of one size: that of the device with the least room. */
static rs_status prepare(const head_pass *pass, rs_error *error)
{
    const rs_lane_set *const lanes = pass->task->lanes;
    for (size_t i = 0; i < lanes->count; ++i) {
        rs_heads_run *const run = &pass->run[i];
        RS_TRY(rs_heads_prepare(run, error));
        for (size_t before = 0; before < i; ++before) {
            const uint64_t rows = pass->run[before].plan.rows;
            run->plan.rows = rows < run->plan.rows ? rows : run->plan.rows;
        }
        for (size_t before = 0; before < i; ++before) {
            pass->run[before].plan.rows = run->plan.rows;
        }
    }
    return RS_OK;
}

static rs_status run_tiles(head_pass *pass, rs_error *error)
{
    const rs_heads_task *const task = pass->task;
    const rs_row_range *const range = &task->pass->rows;
    const rs_heads_run *const run = &pass->run[0];
    const rs_row_range rows = {range->begin / run->plan.rows * run->plan.rows, range->end};
    const rs_read_plan plan = {
        .rows = rows,
        .chunk_rows = run->plan.rows,
        .threads = task->threads,
        .ranges = task->ranges,
        .page_lock = task->page_lock,
    };
    RS_TRY(rs_lane_set_read(task->lanes, &pass->reader, task->features, &plan, error));
    const rs_status status = stream_tiles(pass, error);
    const rs_status read = rs_read_ahead_stop(&pass->reader, status == RS_OK ? error : NULL);
    return status == RS_OK ? read : status;
}

static rs_status fetch(const head_pass *pass, rs_error *error)
{
    const rs_heads_task *const task = pass->task;
    rs_status status = RS_OK;
    rs_range_begin(task->ranges, "reduce");
    for (size_t i = 0; status == RS_OK && i < task->lanes->count; ++i) {
        status = rs_heads_fetch(&pass->run[i], error);
    }
    rs_range_end(task->ranges);
    return status == RS_OK ? RS_OK : rs_lane_set_settle(task->lanes, status, NULL);
}

rs_status rs_device_score_group(const rs_heads_task *task, uint64_t *rows_scored, rs_error *error)
{
    head_pass pass = {.task = task};
    void *memory = NULL;
    RS_TRY(rs_alloc(&memory, task->lanes->count, sizeof(rs_heads_run), "heads", error));
    pass.run = memory;
    for (size_t i = 0; i < task->lanes->count; ++i) {
        rs_lane *const lane = task->lanes->lane[i];
        pass.run[i] = (rs_heads_run){
            .lane = lane,
            .task = task,
            .info = rs_source_get_info(task->features),
            .stream = lane->ring.stream[0],
        };
    }
    rs_status status = prepare(&pass, error);
    if (status == RS_OK) {
        status = run_tiles(&pass, error);
    }
    status = rs_lane_set_settle(task->lanes, status, error);
    if (status == RS_OK) {
        status = fetch(&pass, error);
    }
    for (size_t i = 0; i < task->lanes->count; ++i) {
        rs_heads_release(&pass.run[i]);
    }
    free(pass.run);
    *rows_scored = pass.done_rows;
    return status;
}
