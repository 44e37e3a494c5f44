/* error.h - how an error is made and handed up. */
#ifndef RS_BASE_ERROR_H
#define RS_BASE_ERROR_H

#include <stddef.h>
#include <stdint.h>

#include "reassess/status.h"

#ifdef RS_TRACE
#include <stdio.h>

/* A build with RS_TRACE (cmake -DREASSESS_TRACE=ON) says on standard error every frame that a
 * failure passes on its way up, the innermost first. */
#define RS_TRACED(status, text)                                                           \
    ((status) == RS_OK                                                                    \
         ? (void)0                                                                        \
         : (void)fprintf(stderr, "%s:%d: %s: %s: %s\n", __FILE__, __LINE__, __func__,     \
                         rs_status_name(status), text))
#else
#define RS_TRACED(status, text) ((void)0)
#endif

/* Returns from the calling function when `expression` is not RS_OK. */
#define RS_TRY(expression)                      \
    do {                                        \
        const rs_status rs_try_ = (expression); \
        RS_TRACED(rs_try_, #expression);        \
        if (rs_try_ != RS_OK) {                 \
            return rs_try_;                     \
        }                                       \
    } while (0)

/* An argument of the API that may not be NULL. */
#define RS_NEED(argument, error) RS_TRY(rs_need(argument, #argument, error))

/* An argument of the API that has to be one of an enum's values, which go from 0 to `last`. */
#define RS_ONE_OF(argument, last, error)                                                           \
    RS_TRY(rs_one_of((unsigned)(argument), (unsigned)(last), #argument, error))

/* For functions with something to free: sets `status` and jumps to the label `done`, from where all
 * of them leave. */
#define RS_TRY_DONE(expression)         \
    do {                                \
        status = (expression);          \
        RS_TRACED(status, #expression); \
        if (status != RS_OK) {          \
            goto done;                  \
        }                               \
    } while (0)

static inline rs_place rs_nowhere(void)
{
    const rs_place place = {RS_PLACE_NONE, 0};
    return place;
}

static inline rs_place rs_at_byte(uint64_t offset)
{
    const rs_place place = {RS_PLACE_BYTE, offset};
    return place;
}

static inline rs_place rs_at_line(uint64_t line)
{
    const rs_place place = {RS_PLACE_LINE, line};
    return place;
}

static inline rs_place rs_at_row(uint64_t row)
{
    const rs_place place = {RS_PLACE_ROW, row};
    return place;
}

static inline rs_place rs_at_column(uint64_t column)
{
    const rs_place place = {RS_PLACE_COLUMN, column};
    return place;
}

/* Fills *error (when not NULL) and returns `status`. `file` and `advice` may be NULL; `reason` is a
 * printf format. Reason and advice start in lower case and end without a full stop. */
rs_status rs_fail(rs_error *error, rs_status status, const char *file, rs_place place,
                  const char *advice, const char *reason, ...)
    __attribute__((format(printf, 6, 7)));

/* RS_USAGE of no file, at no place and without advice: the reason says what to write instead. */
rs_status rs_usage(rs_error *error, const char *reason, ...) __attribute__((format(printf, 2, 3)));

/* Returns RS_USAGE of no file from the calling function when `condition` holds; then `advice`, or
 * NULL, and the reason. */
#define RS_REFUSE(condition, error, advice, ...)                                                   \
    do {                                                                                           \
        if (condition) {                                                                           \
            return rs_fail((error), RS_USAGE, NULL, rs_nowhere(), (advice), __VA_ARGS__);          \
        }                                                                                          \
    } while (0)

/* RS_IO with the text of `errno_value`; `action` is what was tried: "open", "read", "rename to". */
rs_status rs_fail_errno(rs_error *error, const char *file, const char *action, int errno_value);

/* "FILE: byte 128: REASON; ADVICE", as rs_error_format gives it, but with the advice as it is: in
 * the words of the command line. */
const char *rs_error_text(const rs_error *error, char *out, size_t out_bytes);

/* RS_USAGE, which names the argument, when `pointer` is NULL. */
rs_status rs_need(const void *pointer, const char *argument, rs_error *error);

/* RS_USAGE, which names the argument, when `value` is above `last`: none of an enum's. */
rs_status rs_one_of(unsigned value, unsigned last, const char *argument, rs_error *error);

/* RS_RANGE for a count of elements that no array has: a negative number that was made a size. */
rs_status rs_countable(size_t count, const char *argument, rs_error *error);

/* RS_MEMORY: `bytes` could not be allocated for `purpose`. */
rs_status rs_fail_memory(rs_error *error, uint64_t bytes, const char *purpose);

#endif
