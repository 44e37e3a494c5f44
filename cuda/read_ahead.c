/* read_ahead.c - the readers. */
#include "cuda/read_ahead.h"

#include <inttypes.h>
#include <string.h>

#include "base/clock.h"
#include "base/error.h"
#include "cuda/lane.h"

static void record_failure(rs_read_ahead *reader, uint64_t row, const rs_error *error)
{
    if (reader->status == RS_OK || row < reader->failed_row) {
        reader->status = error->status;
        reader->failed_row = row;
        reader->error = *error;
    }
    reader->ended = true;
}

/* Under the lock: waits for a free slot and gives it the next rows; NULL when there are none. */
static rs_ring_slot *take_chunk(rs_read_ahead *reader)
{
    while (!reader->ended && reader->next_row < reader->plan.rows.end && reader->free_count == 0) {
        (void)pthread_cond_wait(&reader->changed, &reader->lock);
    }
    if (reader->ended || reader->next_row >= reader->plan.rows.end) {
        return NULL;
    }
    rs_ring_slot *const slot = reader->free_slot[--reader->free_count];
    const uint64_t left = reader->plan.rows.end - reader->next_row;
    slot->first_row = reader->next_row;
    slot->row_count = left < reader->plan.chunk_rows ? left : reader->plan.chunk_rows;
    reader->next_row += slot->row_count;
    return slot;
}

static void copy_rows(unsigned char *out, const unsigned char *first, uint64_t stride,
                      uint64_t row_bytes, uint64_t rows)
{
    if (stride == row_bytes) {
        memcpy(out, first, (size_t)(rows * row_bytes));
        return;
    }
    for (uint64_t i = 0; i < rows; ++i) {
        memcpy(out + i * row_bytes, first + i * stride, (size_t)row_bytes);
    }
}

/* Piece by piece: from views where there are some, else by reading. */
static rs_status fill_slot(const rs_read_ahead *reader, rs_ring_slot *slot, rs_error *error)
{
    const rs_source_info *const info = rs_source_get_info(reader->source);
    unsigned char *out = slot->host;
    uint64_t row = slot->first_row;
    const uint64_t end = row + slot->row_count;
    while (row < end) {
        uint64_t rows = 0;
        uint64_t stride = 0;
        const void *const first = rs_source_view(reader->source, row, &rows, &stride);
        if (first != NULL) {
            rows = rows < end - row ? rows : end - row;
            copy_rows(out, first, stride, info->row_bytes, rows);
        } else {
            RS_TRY(rs_source_read(reader->source, row, end - row, out, &rows, error));
        }
        if (rows == 0) {
            return rs_fail(error, RS_FORMAT, info->path, rs_at_row(row),
                           "the file was cut while it was read; copy it again",
                           "the input ends before row %" PRIu64 " of %" PRIu64, row, info->rows);
        }
        row += rows;
        out += rows * info->row_bytes;
    }
    return RS_OK;
}

/* All rows of the slot from one view, without a copy if pages are to be locked. *done is false when
 * the view does not hold them in one piece. */
static void fill_from_view(rs_read_ahead *reader, rs_ring_slot *slot, bool *done)
{
    const uint64_t row_bytes = rs_source_get_info(reader->source)->row_bytes;
    const uint64_t bytes = slot->row_count * row_bytes;
    uint64_t rows = 0;
    uint64_t stride = 0;
    const void *const first = rs_source_view(reader->source, slot->first_row, &rows, &stride);
    *done = first != NULL && rows >= slot->row_count && stride == row_bytes;
    if (!*done) {
        return;
    }
    (void)pthread_mutex_lock(&reader->lock);
    const bool lock = rs_page_lock_choose(reader->plan.page_lock, bytes);
    (void)pthread_mutex_unlock(&reader->lock);
    const double begin_ms = rs_clock_ms();
    const bool locked =
        lock && rs_lane_use(slot->lane, NULL) == RS_OK && rs_slot_lock(slot, first, bytes);
    if (!locked) {
        memcpy(slot->host, first, (size_t)bytes);
    }
    slot->lock_ms = rs_clock_ms() - begin_ms;
    (void)pthread_mutex_lock(&reader->lock);
    if (lock && !locked) {
        rs_page_lock_refuse(reader->plan.page_lock);
    } else if (!locked) {
        rs_page_lock_learn(reader->plan.page_lock, false, slot->lock_ms, bytes);
    }
    (void)pthread_mutex_unlock(&reader->lock);
}

/* The device is done with the slot: pages it still holds are let go. */
static void empty_slot(rs_read_ahead *reader, rs_ring_slot *slot)
{
    if (slot->locked == NULL) {
        return;
    }
    const double begin_ms = rs_clock_ms();
    (void)rs_lane_use(slot->lane, NULL);
    rs_slot_unlock(slot);
    const double ms = slot->lock_ms + (rs_clock_ms() - begin_ms);
    (void)pthread_mutex_lock(&reader->lock);
    rs_page_lock_learn(reader->plan.page_lock, true, ms, slot->locked_bytes);
    (void)pthread_mutex_unlock(&reader->lock);
}

/* Rows that can be had at any place. */
static rs_status fill_by_row(rs_read_ahead *reader, rs_ring_slot *slot, rs_error *error)
{
    bool done = false;
    fill_from_view(reader, slot, &done);
    return done ? RS_OK : fill_slot(reader, slot, error);
}

/* A stream cannot be entered further on: rows before the range are read and dropped. */
static rs_status skip_rows(rs_read_ahead *reader, void *buffer, uint64_t until, bool *ended,
                           rs_error *error)
{
    uint64_t row = 0;
    while (row < until && !*ended) {
        const uint64_t wanted =
            until - row < reader->plan.chunk_rows ? until - row : reader->plan.chunk_rows;
        uint64_t got = 0;
        RS_TRY(rs_source_read(reader->source, row, wanted, buffer, &got, error));
        *ended = got < wanted;
        row += got;
    }
    return RS_OK;
}

static rs_status fill_from_stream(rs_read_ahead *reader, rs_ring_slot *slot, bool *ended,
                                  rs_error *error)
{
    const uint64_t wanted = slot->row_count;
    slot->row_count = 0;
    if (slot->first_row == reader->plan.rows.begin) {
        RS_TRY(skip_rows(reader, slot->host, reader->plan.rows.begin, ended, error));
    }
    if (!*ended) {
        RS_TRY(rs_source_read(reader->source, slot->first_row, wanted, slot->host,
                              &slot->row_count, error));
        *ended = slot->row_count < wanted;
    }
    return RS_OK;
}

static void *run_reader(void *context)
{
    rs_read_ahead *const reader = context;
    const bool random_access = rs_source_get_info(reader->source)->random_access;
    rs_error error;
    (void)pthread_mutex_lock(&reader->lock);
    rs_ring_slot *slot = NULL;
    while ((slot = take_chunk(reader)) != NULL) {
        bool ended = false;
        const uint64_t first_row = slot->first_row;
        (void)pthread_mutex_unlock(&reader->lock);
        rs_range_begin(reader->plan.ranges, "read");
        empty_slot(reader, slot);
        const rs_status status = random_access ? fill_by_row(reader, slot, &error)
                                               : fill_from_stream(reader, slot, &ended, &error);
        rs_range_end(reader->plan.ranges);
        (void)pthread_mutex_lock(&reader->lock);
        if (status != RS_OK) {
            record_failure(reader, first_row, &error);
            break;
        }
        reader->ended = reader->ended || ended;
        if (slot->row_count > 0) {
            reader->filled_slot[reader->filled_count++] = slot;
        }
        (void)pthread_cond_broadcast(&reader->changed);
    }
    --reader->reading;
    (void)pthread_cond_broadcast(&reader->changed);
    (void)pthread_mutex_unlock(&reader->lock);
    return NULL;
}

rs_status rs_read_ahead_start(rs_read_ahead *reader, rs_ring_slot *const *slot, size_t slots,
                              rs_source *source, const rs_read_plan *plan, rs_error *error)
{
    const bool random_access = rs_source_get_info(source)->random_access;
    const unsigned wanted = random_access ? plan->threads : 1;
    *reader = (rs_read_ahead){
        .source = source,
        .plan = *plan,
        .lock = PTHREAD_MUTEX_INITIALIZER,
        .changed = PTHREAD_COND_INITIALIZER,
        .next_row = plan->rows.begin,
    };
    while (reader->free_count < slots) {
        reader->free_slot[reader->free_count] = slot[reader->free_count];
        ++reader->free_count;
    }
    (void)pthread_mutex_lock(&reader->lock);
    while (reader->threads < wanted && pthread_create(&reader->thread[reader->threads], NULL,
                                                      run_reader, reader) == 0) {
        ++reader->threads;
        ++reader->reading;
    }
    (void)pthread_mutex_unlock(&reader->lock);
    if (reader->threads == 0) {
        (void)pthread_cond_destroy(&reader->changed);
        (void)pthread_mutex_destroy(&reader->lock);
        return rs_fail(error, RS_MEMORY, NULL, rs_nowhere(), "raise the limit of threads",
                       "no thread to read rows could be started");
    }
    return RS_OK;
}

rs_ring_slot *rs_read_ahead_take(rs_read_ahead *reader, bool wait)
{
    rs_ring_slot *slot = NULL;
    (void)pthread_mutex_lock(&reader->lock);
    while (wait && reader->filled_count == 0 && reader->reading > 0) {
        (void)pthread_cond_wait(&reader->changed, &reader->lock);
    }
    if (reader->filled_count > 0) {
        slot = reader->filled_slot[0];
        --reader->filled_count;
        memmove(reader->filled_slot, reader->filled_slot + 1,
                reader->filled_count * sizeof(rs_ring_slot *));
    }
    (void)pthread_mutex_unlock(&reader->lock);
    return slot;
}

void rs_read_ahead_give_back(rs_read_ahead *reader, rs_ring_slot *slot)
{
    (void)pthread_mutex_lock(&reader->lock);
    reader->free_slot[reader->free_count++] = slot;
    (void)pthread_cond_broadcast(&reader->changed);
    (void)pthread_mutex_unlock(&reader->lock);
}

rs_status rs_read_ahead_stop(rs_read_ahead *reader, rs_error *error)
{
    (void)pthread_mutex_lock(&reader->lock);
    reader->ended = true;
    (void)pthread_cond_broadcast(&reader->changed);
    (void)pthread_mutex_unlock(&reader->lock);
    for (unsigned i = 0; i < reader->threads; ++i) {
        (void)pthread_join(reader->thread[i], NULL);
    }
    (void)pthread_cond_destroy(&reader->changed);
    (void)pthread_mutex_destroy(&reader->lock);
    if (reader->status != RS_OK && error != NULL) {
        *error = reader->error;
    }
    return reader->status;
}
