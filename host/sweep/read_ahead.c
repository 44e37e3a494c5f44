/* read_ahead.c - see read_ahead.h. */
#include "sweep/read_ahead.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include "base/checked.h"
#include "base/error.h"

/* Asked for at a time, so that a request for a large file can be given up. */
enum { STEP_BYTES = 8 << 20 };

struct rs_read_ahead {
    size_t count;
    size_t distance;
    uint64_t limit_bytes;
    rs_read_ahead_path path;
    const void *context;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    size_t begun; /* items before this one were begun */
    bool ending;
};

static bool is_ending(rs_read_ahead *ahead)
{
    (void)pthread_mutex_lock(&ahead->lock);
    const bool ending = ahead->ending;
    (void)pthread_mutex_unlock(&ahead->lock);
    return ending;
}

/* Whether the byte can be had at once: then it is in memory already. */
static bool is_cached(int fd, uint64_t at)
{
    char byte;
    const struct iovec to = {&byte, 1};
    return preadv2(fd, &to, 1, (off_t)at, RWF_NOWAIT) == 1;
}

/* Whatever goes wrong here shows again, with words, when the file is read. */
static void ask_for(rs_read_ahead *ahead, const char *path)
{
    struct stat info;
    const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0) {
        return;
    }
    if (fstat(fd, &info) == 0 && S_ISREG(info.st_mode)) {
        const uint64_t size = (uint64_t)info.st_size;
        const uint64_t end = size < ahead->limit_bytes ? size : ahead->limit_bytes;
        for (uint64_t at = 0; at < end && !is_ending(ahead); at += STEP_BYTES) {
            const uint64_t step = end - at < STEP_BYTES ? end - at : STEP_BYTES;
            if (!is_cached(fd, at) || !is_cached(fd, at + step - 1)) {
                (void)posix_fadvise(fd, (off_t)at, (off_t)step, POSIX_FADV_WILLNEED);
            }
        }
    }
    (void)close(fd);
}

/* Waits until item `index` is near enough; false: no more are wanted. */
static bool wait_for(rs_read_ahead *ahead, size_t index)
{
    (void)pthread_mutex_lock(&ahead->lock);
    while (!ahead->ending && index >= ahead->begun + ahead->distance) {
        (void)pthread_cond_wait(&ahead->changed, &ahead->lock);
    }
    const bool wanted = !ahead->ending;
    (void)pthread_mutex_unlock(&ahead->lock);
    return wanted;
}

static bool is_begun(rs_read_ahead *ahead, size_t index)
{
    (void)pthread_mutex_lock(&ahead->lock);
    const bool begun = index < ahead->begun;
    (void)pthread_mutex_unlock(&ahead->lock);
    return begun;
}

static void *run(void *argument)
{
    rs_read_ahead *const ahead = argument;
    for (size_t i = 0; i < ahead->count && wait_for(ahead, i); ++i) {
        const char *path = NULL;
        for (size_t f = 0; !is_begun(ahead, i) && !is_ending(ahead) &&
                           (path = ahead->path(ahead->context, i, f)) != NULL;
             ++f) {
            ask_for(ahead, path);
        }
    }
    return NULL;
}

rs_status rs_read_ahead_begin(size_t count, size_t distance, uint64_t limit_bytes,
                              rs_read_ahead_path path, const void *context, rs_read_ahead **ahead,
                              rs_error *error)
{
    *ahead = NULL;
    rs_read_ahead *made = NULL;
    RS_TRY(RS_NEW(&made, 1, "a reader", error));
    made->count = count;
    made->distance = distance;
    made->limit_bytes = limit_bytes;
    made->path = path;
    made->context = context;
    (void)pthread_mutex_init(&made->lock, NULL);
    (void)pthread_cond_init(&made->changed, NULL);
    if (pthread_create(&made->thread, NULL, run, made) != 0) {
        (void)pthread_cond_destroy(&made->changed);
        (void)pthread_mutex_destroy(&made->lock);
        free(made);
        return RS_OK;
    }
    *ahead = made;
    return RS_OK;
}

void rs_read_ahead_advance(rs_read_ahead *ahead, size_t index)
{
    if (ahead == NULL) {
        return;
    }
    (void)pthread_mutex_lock(&ahead->lock);
    ahead->begun = index >= ahead->begun ? index + 1 : ahead->begun;
    (void)pthread_cond_signal(&ahead->changed);
    (void)pthread_mutex_unlock(&ahead->lock);
}

void rs_read_ahead_end(rs_read_ahead *ahead)
{
    if (ahead == NULL) {
        return;
    }
    (void)pthread_mutex_lock(&ahead->lock);
    ahead->ending = true;
    (void)pthread_cond_signal(&ahead->changed);
    (void)pthread_mutex_unlock(&ahead->lock);
    (void)pthread_join(ahead->thread, NULL);
    (void)pthread_cond_destroy(&ahead->changed);
    (void)pthread_mutex_destroy(&ahead->lock);
    free(ahead);
}
