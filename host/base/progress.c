/* progress.c - one rewritten line on a terminal. */
#include "base/progress.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/checked.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/visible.h"

#define FIRST_LINE_MS 500.0
#define REWRITE_MS 100.0

struct rs_progress {
    int fd;
    bool active;
    bool shown;
    uint64_t total;
    double begin_ms;
    double last_ms;
    pthread_mutex_t lock;
    char what[80];
};

rs_status rs_progress_begin(int fd, bool wanted, const char *what, uint64_t total,
                            rs_progress **progress, rs_error *error)
{
    *progress = NULL;
    rs_progress *made = NULL;
    RS_TRY(RS_NEW(&made, 1, "a progress line", error));
    made->fd = fd;
    made->active = wanted && isatty(fd) == 1;
    made->total = total;
    made->begin_ms = rs_clock_ms();
    rs_text shown = {0};
    rs_text_name(&shown, what);
    (void)snprintf(made->what, sizeof made->what, "%s", shown.length > 0 ? shown.data : "");
    rs_text_clear(&shown);
    (void)pthread_mutex_init(&made->lock, NULL);
    *progress = made;
    return RS_OK;
}

static void write_line(rs_progress *progress, uint64_t done, const char *note, double now_ms)
{
    const char *const between = note[0] == '\0' ? "" : "  ";
    char line[200];
    const double seconds = (now_ms - progress->begin_ms) / 1e3;
    const double rate = (double)done / seconds;
    int length = 0;
    if (progress->total > 0 && done > 0) {
        length = snprintf(line, sizeof line, "\r\033[K%s  %3.0f %%  %.0f rows/s  %.0f s left%s%s",
                          progress->what, 100.0 * (double)done / (double)progress->total, rate,
                          (double)(progress->total - done) / rate, between, note);
    } else {
        length = snprintf(line, sizeof line, "\r\033[K%s  %" PRIu64 " rows  %.0f rows/s%s%s",
                          progress->what, done, rate, between, note);
    }
    if (length > 0) {
        /* A terminal that cannot be written to costs nothing but the line. */
        const ssize_t written = write(progress->fd, line, strlen(line));
        progress->shown = written > 0;
    }
}

void rs_progress_update(rs_progress *progress, uint64_t done)
{
    rs_progress_note(progress, done, "");
}

static void update(void *progress, uint64_t done)
{
    rs_progress_update(progress, done);
}

rs_watch rs_progress_watch(rs_progress *progress, const volatile sig_atomic_t *stop)
{
    return (rs_watch){update, progress, stop};
}

void rs_progress_note(rs_progress *progress, uint64_t done, const char *note)
{
    if (!progress->active || pthread_mutex_trylock(&progress->lock) != 0) {
        return;
    }
    const double now_ms = rs_clock_ms();
    if (now_ms - progress->begin_ms >= FIRST_LINE_MS && now_ms - progress->last_ms >= REWRITE_MS) {
        progress->last_ms = now_ms;
        write_line(progress, done, note, now_ms);
    }
    (void)pthread_mutex_unlock(&progress->lock);
}

void rs_progress_end(rs_progress *progress)
{
    if (progress == NULL) {
        return;
    }
    if (progress->shown) {
        const ssize_t written = write(progress->fd, "\r\033[K", 4);
        (void)written;
    }
    (void)pthread_mutex_destroy(&progress->lock);
    free(progress);
}
