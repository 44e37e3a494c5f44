/* readers.c - the readers. */
#include "cuda/readers.h"

#include <inttypes.h>
#include <string.h>

#include "base/clock.h"
#include "base/error.h"
#include "formats/row_span.h"

static void record_failure(rs_readers *readers, uint64_t row, const rs_error *error)
{
    if (readers->status == RS_OK || row < readers->failed_row) {
        readers->status = error->status;
        readers->failed_row = row;
        readers->error = *error;
    }
    readers->ended = true;
}

/* Under the lock: waits for a free slot and gives it the next rows; NULL when there are none. */
static rs_slot *take_chunk(rs_readers *readers)
{
    while (!readers->ended && readers->next_row < readers->plan.rows.end &&
           readers->free_count == 0) {
        (void)pthread_cond_wait(&readers->changed, &readers->lock);
    }
    if (readers->ended || readers->next_row >= readers->plan.rows.end) {
        return NULL;
    }
    rs_slot *const slot = readers->free_slot[--readers->free_count];
    const uint64_t left = readers->plan.rows.end - readers->next_row;
    slot->first_row = readers->next_row;
    slot->row_count = left < readers->plan.chunk_rows ? left : readers->plan.chunk_rows;
    readers->next_row += slot->row_count;
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

/* The slot's rows of a source. Piece by piece: from views where there are some, else by reading. */
static rs_status fill_from(rs_source *source, const rs_slot *slot, unsigned char *out,
                           rs_error *error)
{
    const rs_source_info *const info = rs_source_get_info(source);
    uint64_t row = slot->first_row;
    const uint64_t end = row + slot->row_count;
    while (row < end) {
        rs_row_span span;
        RS_TRY(rs_row_span_take(source, row, end - row, out, &span, error));
        if (span.count == 0) {
            return rs_fail(error, RS_FORMAT, info->path, rs_at_row(row),
                           "the file was cut while it was read; copy it again",
                           "the input ends before row %" PRIu64 " of %" PRIu64, row, info->rows);
        }
        if (span.first != out) {
            copy_rows(out, span.first, span.stride_bytes, info->row_bytes, span.count);
        }
        row += span.count;
        out += span.count * info->row_bytes;
    }
    return RS_OK;
}

/* The rows of every member, to be averaged on the device. Each chunk begins with another member, so
 * that several are unpacked or summed up at a time. */
static rs_status fill_with_members(const rs_readers *readers, const rs_slot *slot, rs_error *error)
{
    const rs_averaging *const of = readers->plan.averaging;
    const uint64_t turn = slot->first_row / readers->plan.chunk_rows;
    unsigned char *const host = slot->host;
    for (size_t i = 0; i < of->count; ++i) {
        const size_t m = (size_t)((turn + i) % of->count);
        RS_TRY(fill_from(of->member[m], slot,
                         host + slot->row_count * rs_averaging_bytes_before(of, m), error));
    }
    return RS_OK;
}

/* All rows of the slot from one view, without a copy if pages are to be locked. *done is false when
 * the view does not hold them in one piece. */
static void fill_from_view(rs_readers *readers, rs_slot *slot, bool *done)
{
    const uint64_t row_bytes = rs_source_get_info(readers->source)->row_bytes;
    const uint64_t bytes = slot->row_count * row_bytes;
    uint64_t rows = 0;
    uint64_t stride = 0;
    const void *const first = rs_source_view(readers->source, slot->first_row, &rows, &stride);
    *done = first != NULL && rows >= slot->row_count && stride == row_bytes;
    if (!*done) {
        return;
    }
    (void)pthread_mutex_lock(&readers->lock);
    const bool lock = rs_page_lock_choose(readers->plan.page_lock, first, bytes);
    (void)pthread_mutex_unlock(&readers->lock);
    const double begin_ms = rs_clock_ms();
    bool locked = false;
    if (lock) {
        rs_range_begin(readers->plan.ranges, "lock pages");
        locked = rs_slot_lock(slot, first, bytes);
        rs_range_end(readers->plan.ranges);
    }
    if (!locked) {
        memcpy(slot->host, first, (size_t)bytes);
    }
    slot->lock_ms = rs_clock_ms() - begin_ms;
    (void)pthread_mutex_lock(&readers->lock);
    if (lock && !locked) {
        rs_page_lock_refuse(readers->plan.page_lock);
    } else if (!locked) {
        rs_page_lock_learn(readers->plan.page_lock, false, slot->lock_ms, bytes);
    }
    (void)pthread_mutex_unlock(&readers->lock);
}

/* The device is done with the slot: pages it still holds are let go. */
static void empty_slot(rs_readers *readers, rs_slot *slot)
{
    if (slot->locked == NULL) {
        return;
    }
    const double begin_ms = rs_clock_ms();
    rs_range_begin(readers->plan.ranges, "unlock pages");
    rs_slot_unlock(slot);
    rs_range_end(readers->plan.ranges);
    const double ms = slot->lock_ms + (rs_clock_ms() - begin_ms);
    (void)pthread_mutex_lock(&readers->lock);
    rs_page_lock_learn(readers->plan.page_lock, true, ms, slot->locked_bytes);
    (void)pthread_mutex_unlock(&readers->lock);
}

/* Rows that can be had at any place. */
static rs_status fill_by_row(rs_readers *readers, rs_slot *slot, rs_error *error)
{
    bool done = false;
    if (readers->plan.averaging != NULL) {
        return fill_with_members(readers, slot, error);
    }
    fill_from_view(readers, slot, &done);
    return done ? RS_OK : fill_from(readers->source, slot, slot->host, error);
}

/* A stream cannot be entered further on: rows before the range are read and dropped. */
static rs_status skip_rows(rs_readers *readers, void *buffer, uint64_t until, bool *ended,
                           rs_error *error)
{
    uint64_t row = 0;
    while (row < until && !*ended) {
        const uint64_t wanted =
            until - row < readers->plan.chunk_rows ? until - row : readers->plan.chunk_rows;
        uint64_t got = 0;
        RS_TRY(rs_source_read(readers->source, row, wanted, buffer, &got, error));
        *ended = got < wanted;
        row += got;
    }
    return RS_OK;
}

static rs_status fill_from_stream(rs_readers *readers, rs_slot *slot, bool *ended,
                                  rs_error *error)
{
    const uint64_t wanted = slot->row_count;
    slot->row_count = 0;
    if (slot->first_row == readers->plan.rows.begin) {
        RS_TRY(skip_rows(readers, slot->host, readers->plan.rows.begin, ended, error));
    }
    if (!*ended) {
        RS_TRY(rs_source_read(readers->source, slot->first_row, wanted, slot->host,
                              &slot->row_count, error));
        *ended = slot->row_count < wanted;
    }
    return RS_OK;
}

static void *run_reader(void *context)
{
    rs_readers *const readers = context;
    const bool random_access = rs_source_get_info(readers->source)->random_access;
    rs_error error;
    (void)pthread_mutex_lock(&readers->lock);
    rs_slot *slot = NULL;
    while ((slot = take_chunk(readers)) != NULL) {
        bool ended = false;
        const uint64_t first_row = slot->first_row;
        (void)pthread_mutex_unlock(&readers->lock);
        rs_range_begin(readers->plan.ranges, "read rows");
        empty_slot(readers, slot);
        const rs_status status = random_access ? fill_by_row(readers, slot, &error)
                                               : fill_from_stream(readers, slot, &ended, &error);
        rs_range_end(readers->plan.ranges);
        (void)pthread_mutex_lock(&readers->lock);
        if (status != RS_OK) {
            record_failure(readers, first_row, &error);
            break;
        }
        readers->ended = readers->ended || ended;
        if (slot->row_count > 0) {
            readers->filled_slot[readers->filled_count++] = slot;
        }
        (void)pthread_cond_broadcast(&readers->changed);
    }
    --readers->reading;
    (void)pthread_cond_broadcast(&readers->changed);
    (void)pthread_mutex_unlock(&readers->lock);
    return NULL;
}

rs_status rs_readers_start(rs_readers *readers, rs_slot *const *slot, size_t slots,
                              rs_source *source, const rs_read_plan *plan, rs_error *error)
{
    const bool random_access = rs_source_get_info(source)->random_access;
    const unsigned wanted = random_access ? plan->threads : 1;
    *readers = (rs_readers){
        .source = source,
        .plan = *plan,
        .lock = PTHREAD_MUTEX_INITIALIZER,
        .changed = PTHREAD_COND_INITIALIZER,
        .next_row = plan->rows.begin,
    };
    rs_page_lock_begin(plan->page_lock);
    while (readers->free_count < slots) {
        readers->free_slot[readers->free_count] = slot[readers->free_count];
        ++readers->free_count;
    }
    (void)pthread_mutex_lock(&readers->lock);
    while (readers->threads < wanted && pthread_create(&readers->thread[readers->threads], NULL,
                                                      run_reader, readers) == 0) {
        ++readers->threads;
        ++readers->reading;
    }
    (void)pthread_mutex_unlock(&readers->lock);
    if (readers->threads == 0) {
        (void)pthread_cond_destroy(&readers->changed);
        (void)pthread_mutex_destroy(&readers->lock);
        return rs_fail(error, RS_MEMORY, NULL, rs_nowhere(),
                       "raise the limit of processes (ulimit -u), or end some of yours",
                       "no thread to read rows could be started");
    }
    return RS_OK;
}

rs_slot *rs_readers_take(rs_readers *readers, bool wait)
{
    rs_slot *slot = NULL;
    (void)pthread_mutex_lock(&readers->lock);
    while (wait && readers->filled_count == 0 && readers->reading > 0) {
        (void)pthread_cond_wait(&readers->changed, &readers->lock);
    }
    if (readers->filled_count > 0) {
        slot = readers->filled_slot[0];
        --readers->filled_count;
        memmove(readers->filled_slot, readers->filled_slot + 1,
                readers->filled_count * sizeof(rs_slot *));
    }
    (void)pthread_mutex_unlock(&readers->lock);
    return slot;
}

void rs_readers_give_back(rs_readers *readers, rs_slot *slot)
{
    (void)pthread_mutex_lock(&readers->lock);
    readers->free_slot[readers->free_count++] = slot;
    (void)pthread_cond_broadcast(&readers->changed);
    (void)pthread_mutex_unlock(&readers->lock);
}

rs_status rs_readers_stop(rs_readers *readers, rs_error *error)
{
    (void)pthread_mutex_lock(&readers->lock);
    readers->ended = true;
    (void)pthread_cond_broadcast(&readers->changed);
    (void)pthread_mutex_unlock(&readers->lock);
    for (unsigned i = 0; i < readers->threads; ++i) {
        (void)pthread_join(readers->thread[i], NULL);
    }
    (void)pthread_cond_destroy(&readers->changed);
    (void)pthread_mutex_destroy(&readers->lock);
    if (readers->status != RS_OK && error != NULL) {
        *error = readers->error;
    }
    return readers->status;
}
