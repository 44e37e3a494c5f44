/* clock.h - monotonic time in milliseconds. */
#ifndef RS_CLOCK_H
#define RS_CLOCK_H

#include <time.h>

static inline double rs_clock_ms(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec * 1e-6;
}

#endif
