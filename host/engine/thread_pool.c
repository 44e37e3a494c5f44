/* thread_pool.c - pinned threads that sleep until there is work.
 *
 * Each worker has a semaphore of its own, so that a run wakes exactly the threads it needs. To wake
 * one takes as long as scoring some hundred rows. So a worker whose run has ended, and a caller who
 * has to wait for others, stay awake for a moment: a loop that hands in batch after batch finds the
 * threads awake. Who is about to sleep says so and looks once more; of the two sides one takes that
 * flag back, and a semaphore is posted only when it was the other.
 *
 * Workers block all signals: the thread that called the library, or the program's own choice, gets
 * them. A process that was forked has none of the threads of its parent: its pool makes its own.
 */
#include "engine/thread_pool.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/checked.h"
#include "base/clock.h"
#include "base/error.h"

enum { PROCESSORS_MAX = 65536, THREADS_MAX = 4096, LOOKS = 32 /* between those at the clock */ };
#define AWAKE_MS 0.1

typedef struct worker {
    rs_thread_pool *pool;
    unsigned index;
    pthread_t thread;
    atomic_uint runs;   /* that it was asked for */
    atomic_bool sleeps; /* or is about to: who sets it to false posts `start`, or need not sleep */
    sem_t start;
} worker;

struct rs_thread_pool {
    unsigned threads;
    unsigned made;   /* workers 1 .. made have a thread */
    pid_t process;   /* in this one */
    worker *workers; /* [threads]; [0] is the caller */
    int *processor;  /* [threads], or NULL when threads are not pinned */

    cpu_set_t *mask;        /* what the process may use */
    cpu_set_t *caller_mask; /* the caller's before a run pinned it; NULL without pins */
    size_t mask_bytes;

    rs_worker_function function; /* of the run; written before the semaphores are posted */
    void *context;
    bool closing;
    bool stays_awake;    /* there is a processor for each thread */
    double ended_ms;     /* the last run */
    atomic_uint running; /* helpers that have not ended theirs */
    atomic_bool sleeps;  /* the caller, until `done` is posted */
    sem_t done;
};

static void wait_for(sem_t *semaphore)
{
    while (sem_wait(semaphore) != 0 && errno == EINTR) {
    }
}

/* ---- processors ---- */

/* The affinity mask of the calling thread; machines with more than 1024 processors need a larger
 * set than cpu_set_t. Without one (very old kernels, sandboxes) mask is NULL and nothing is
 * pinned. */
static rs_status get_mask(rs_thread_pool *pool, rs_error *error)
{
    for (unsigned processors = CPU_SETSIZE; processors <= PROCESSORS_MAX; processors *= 2) {
        const size_t bytes = CPU_ALLOC_SIZE(processors);
        cpu_set_t *mask = CPU_ALLOC(processors);
        if (mask == NULL) {
            return rs_fail_memory(error, bytes, "an affinity mask");
        }
        if (sched_getaffinity(0, bytes, mask) == 0) {
            pool->mask = mask;
            pool->mask_bytes = bytes;
            return RS_OK;
        }
        CPU_FREE(mask);
        if (errno != EINVAL) {
            break;
        }
    }
    return RS_OK;
}

static unsigned count_processors(const rs_thread_pool *pool)
{
    const int count = pool->mask != NULL ? CPU_COUNT_S(pool->mask_bytes, pool->mask) : 1;
    return count > 0 ? (unsigned)count : 1u;
}

/* One processor a worker; the caller keeps the one it is on, which saves it a move. */
static rs_status choose_processors(rs_thread_pool *pool, rs_error *error)
{
    if (pool->mask == NULL || pool->threads < 2 || pool->threads != count_processors(pool)) {
        return RS_OK;
    }
    RS_TRY(RS_NEW(&pool->processor, pool->threads, "processor numbers", error));
    pool->caller_mask = CPU_ALLOC(pool->mask_bytes * 8);
    if (pool->caller_mask == NULL) {
        return rs_fail_memory(error, pool->mask_bytes, "an affinity mask");
    }
    const int here = sched_getcpu();
    unsigned next = 0;
    if (here >= 0 && CPU_ISSET_S((size_t)here, pool->mask_bytes, pool->mask)) {
        pool->processor[next++] = here;
    }
    for (int i = 0; next < pool->threads && (size_t)i < pool->mask_bytes * 8; ++i) {
        if (i != here && CPU_ISSET_S((size_t)i, pool->mask_bytes, pool->mask)) {
            pool->processor[next++] = i;
        }
    }
    return RS_OK;
}

/* Pinning is for speed alone, so a refusal does no harm. */
static void pin(const rs_thread_pool *pool, unsigned index)
{
    cpu_set_t *one = pool->processor != NULL ? CPU_ALLOC(pool->mask_bytes * 8) : NULL;
    if (one != NULL) {
        CPU_ZERO_S(pool->mask_bytes, one);
        CPU_SET_S((size_t)pool->processor[index], pool->mask_bytes, one);
        (void)sched_setaffinity(0, pool->mask_bytes, one);
        CPU_FREE(one);
    }
}

/* The caller's thread is not ours: it gets back the processors it had. */
static bool pin_caller(const rs_thread_pool *pool)
{
    if (pool->processor == NULL || sched_getaffinity(0, pool->mask_bytes, pool->caller_mask) != 0) {
        return false;
    }
    pin(pool, 0);
    return true;
}

static void unpin_caller(const rs_thread_pool *pool)
{
    (void)sched_setaffinity(0, pool->mask_bytes, pool->caller_mask);
}

/* ---- waiting ---- */

static inline void pause_briefly(void)
{
#if defined(__x86_64__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("yield");
#endif
}

/* Whether *number is `value`, or is not, within the time that a thread stays awake. */
static bool comes_soon(const rs_thread_pool *pool, const atomic_uint *number, unsigned value,
                       bool equal)
{
    if (!pool->stays_awake) {
        return false;
    }
    const double until = rs_clock_ms() + AWAKE_MS;
    do {
        for (unsigned i = 0; i < LOOKS; ++i) {
            if ((atomic_load(number) == value) == equal) {
                return true;
            }
            pause_briefly();
        }
    } while (rs_clock_ms() < until);
    return false;
}

/* ---- workers ---- */

static void call(worker *helper)
{
    (void)atomic_fetch_add(&helper->runs, 1u);
    if (atomic_exchange(&helper->sleeps, false)) {
        (void)sem_post(&helper->start);
    }
}

/* Until it is asked for a run more than `runs`. Who called for a run that is over may only now find
 * that it sleeps, and post: so it asks again. */
static void await_call(worker *self, unsigned runs)
{
    if (comes_soon(self->pool, &self->runs, runs, false)) {
        return;
    }
    while (atomic_load(&self->runs) == runs) {
        atomic_store(&self->sleeps, true);
        if (atomic_load(&self->runs) == runs || !atomic_exchange(&self->sleeps, false)) {
            wait_for(&self->start);
        }
    }
}

static void *work(void *argument)
{
    worker *const self = argument;
    rs_thread_pool *const pool = self->pool;
    pin(pool, self->index);
    for (unsigned runs = 0;; ++runs) {
        await_call(self, runs);
        if (pool->closing) {
            return NULL;
        }
        pool->function(pool->context, self->index);
        if (atomic_fetch_sub(&pool->running, 1u) == 1u && atomic_exchange(&pool->sleeps, false)) {
            (void)sem_post(&pool->done);
        }
    }
}

/* Likewise, for a helper that was the last of a run before. */
static void await_helpers(rs_thread_pool *pool)
{
    if (comes_soon(pool, &pool->running, 0, true)) {
        return;
    }
    while (atomic_load(&pool->running) != 0) {
        atomic_store(&pool->sleeps, true);
        if (atomic_load(&pool->running) != 0 || !atomic_exchange(&pool->sleeps, false)) {
            wait_for(&pool->done);
        }
    }
}

/* Threads of the process that this one was forked from are not here. What they waited on is left as
 * it is: nobody waits there any more, and it is initialised anew with the next thread. */
static void forget_threads_of_parent(rs_thread_pool *pool)
{
    if (pool->made > 0 && pool->process != getpid()) {
        pool->made = 0;
        atomic_store(&pool->sleeps, false);
        (void)sem_init(&pool->done, 0, 0);
    }
}

/* Makes threads until `wanted` workers (the caller included) are there, or the system refuses. */
static void make_threads(rs_thread_pool *pool, unsigned wanted)
{
    sigset_t all;
    sigset_t before;
    if (pool->made + 1 >= wanted) {
        return;
    }
    pool->process = getpid();
    (void)sigfillset(&all);
    (void)sigdelset(&all, SIGBUS); /* of the thread that reads a file which was cut */
    (void)pthread_sigmask(SIG_SETMASK, &all, &before);
    while (pool->made + 1 < wanted) {
        worker *const next = &pool->workers[pool->made + 1];
        next->pool = pool;
        next->index = pool->made + 1;
        atomic_store(&next->runs, 0);
        atomic_store(&next->sleeps, false);
        if (sem_init(&next->start, 0, 0) != 0) {
            break;
        }
        if (pthread_create(&next->thread, NULL, work, next) != 0) {
            (void)sem_destroy(&next->start);
            break;
        }
        ++pool->made;
    }
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
}

rs_status rs_thread_pool_create(unsigned threads, rs_thread_pool **pool, rs_error *error)
{
    *pool = NULL;
    RS_REFUSE(threads > THREADS_MAX, error, "ask for fewer",
              "%u threads were asked for, at most %d can be used", threads, (int)THREADS_MAX);
    rs_thread_pool *made = NULL;
    RS_TRY(RS_NEW(&made, 1, "a thread pool", error));
    rs_status status = sem_init(&made->done, 0, 0) == 0
                           ? RS_OK
                           : rs_fail_errno(error, NULL, "make a semaphore", errno);
    if (status != RS_OK) {
        free(made);
        return status;
    }
    RS_TRY_DONE(get_mask(made, error));
    made->threads = threads != 0 ? threads : count_processors(made);
    made->stays_awake = made->threads <= count_processors(made);
    RS_TRY_DONE(choose_processors(made, error));
    RS_TRY_DONE(RS_NEW(&made->workers, made->threads, "worker threads", error));
    *pool = made;
    return RS_OK;
done:
    rs_thread_pool_free(made);
    return status;
}

unsigned rs_thread_pool_threads(const rs_thread_pool *pool)
{
    return pool->threads;
}

void rs_thread_pool_run(rs_thread_pool *pool, unsigned workers, rs_worker_function function,
                        void *context)
{
    forget_threads_of_parent(pool);
    make_threads(pool, workers);
    const unsigned helpers = workers - 1 < pool->made ? workers - 1 : pool->made;
    pool->function = function;
    pool->context = context;
    atomic_store(&pool->running, helpers);
    for (unsigned i = 1; i <= helpers; ++i) {
        call(&pool->workers[i]);
    }
    const bool pinned = helpers > 0 && pin_caller(pool);
    function(context, 0);
    await_helpers(pool);
    if (pinned) {
        unpin_caller(pool);
    }
    pool->ended_ms = rs_clock_ms();
}

bool rs_thread_pool_is_awake(const rs_thread_pool *pool)
{
    return pool->stays_awake && rs_clock_ms() - pool->ended_ms < AWAKE_MS;
}

void rs_thread_pool_free(rs_thread_pool *pool)
{
    if (pool == NULL) {
        return;
    }
    forget_threads_of_parent(pool);
    pool->closing = true;
    for (unsigned i = 1; i <= pool->made; ++i) {
        call(&pool->workers[i]);
    }
    for (unsigned i = 1; i <= pool->made; ++i) {
        (void)pthread_join(pool->workers[i].thread, NULL);
        (void)sem_destroy(&pool->workers[i].start);
    }
    (void)sem_destroy(&pool->done);
    CPU_FREE(pool->mask);
    CPU_FREE(pool->caller_mask);
    free(pool->workers);
    free(pool->processor);
    free(pool);
}
