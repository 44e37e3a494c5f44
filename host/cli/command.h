/* command.h - what a command gets, and what several of them do. */
#ifndef RS_COMMAND_H
#define RS_COMMAND_H

#include <signal.h>
#include <stdbool.h>

#include "cli/arguments.h"
#include "report/warned.h"

typedef struct rs_context {
    const rs_arguments *arguments;
    double start_ms; /* when the program began, on rs_clock_ms */
    /* From now on a signal that is to stop the program only sets this flag, at which the caller
     * looks again and again, and returns RS_INTERRUPTED. Until then it ends the program at once. */
    const volatile sig_atomic_t *(*catch_signals)(void);
} rs_context;

bool rs_is_folder(const char *path);

/* Makes the folder of results where it is missing (*made, unless NULL), and finds out before hours
 * of work that nothing could be written into it. */
rs_status rs_prepare_folder(const char *folder, bool *made, rs_error *error);

/* After a failure: a folder that was made for results, and has none, goes again. Not after a
 * signal, as others may be about to write into it. */
void rs_drop_folder(const char *folder, bool made, rs_status status);

/* A line on standard error: `begin`, and the rest as it may be shown (base/visible.h). */
void rs_say(const char *begin, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* "reassess: warning: ..." likewise. */
void rs_warn(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* A warning for each kind that records carry. */
void rs_warn_of_records(const rs_warned *warned);

#endif
