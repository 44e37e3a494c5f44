/* watch.h - the two things a long work does for who watches it: it says how far it is, and asks
 * whether to stop. A watch and each of its members may be NULL. */
#ifndef RS_WATCH_H
#define RS_WATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "reassess/evaluator.h"

static inline void rs_watch_tell(const rs_watch *watch, uint64_t rows_done)
{
    if (watch != NULL && watch->rows_done != NULL) {
        watch->rows_done(watch->context, rows_done);
    }
}

static inline bool rs_watch_stops(const rs_watch *watch)
{
    return watch != NULL && watch->stop != NULL && *watch->stop != 0;
}

#endif
