/* thread_pool.h - the threads of the CPU engine.
 *
 * Threads are made when first needed and then kept: a pass over a small file never pays for them,
 * and a process that scores many models pays once. The thread that calls is one of the workers.
 */
#ifndef RS_THREAD_POOL_H
#define RS_THREAD_POOL_H

#include <stdbool.h>

#include "reassess/status.h"

typedef struct rs_thread_pool rs_thread_pool;

/* What every worker runs; `worker` is 0 for the caller, then 1, 2, ... */
typedef void (*rs_worker_function)(void *context, unsigned worker);

/* `threads` is the most that will work at once; 0: as many as the process may use processors. When
 * it is exactly that many, each is pinned to a processor of its own while it works. With fewer,
 * pinning would choose processors that another job on the node may have chosen too, so the kernel
 * chooses. */
rs_status rs_thread_pool_create(unsigned threads, rs_thread_pool **pool, rs_error *error);

/* The most workers a run can have. */
unsigned rs_thread_pool_threads(const rs_thread_pool *pool);

/* Runs `function` on `workers` threads (1 .. threads) and returns when all of them are done. Should
 * the system refuse a thread, fewer run: the function must not count on a particular number. */
void rs_thread_pool_run(rs_thread_pool *pool, unsigned workers, rs_worker_function function,
                        void *context);

/* Whether the last run ended just now: the threads stay awake for a moment, and another run,
 * however small, need not wake them. Never where there are more threads than processors. */
bool rs_thread_pool_is_awake(const rs_thread_pool *pool);

void rs_thread_pool_free(rs_thread_pool *pool); /* NULL is fine */

#endif
