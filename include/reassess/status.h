/* status.h - what every fallible call returns, and what it says when it fails.
 *
 * Each fallible function returns an rs_status and takes an `rs_error *` as its last argument. The
 * pointer may be NULL; otherwise the error is written only when the status is not RS_OK. No
 * function of the library prints, exits or keeps global state.
 *
 * NULL arguments, for every function of these headers: what options, ranges, results, watches,
 * notes and whatever is said to be optional point to may be left out by NULL, which for options is
 * all of them 0. What frees, closes or clears takes NULL. A function that returns an rs_status
 * answers any other NULL with RS_USAGE and names the argument; what it makes is NULL then. One that
 * returns something else answers with NULL, 0 or false.
 *
 * A number that is none of an enum's values is RS_USAGE and names the argument as well, and so is a
 * NULL that is needed inside of what is passed: the weight of a head, a matrix of a product.
 */
#ifndef REASSESS_STATUS_H
#define REASSESS_STATUS_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* code, name, the exit status of the command line, one line of text */
#define RS_STATUS_MAP(X)                                                              \
    X(OK, 0, 0, "success")                                                            \
    X(USAGE, 1, 2, "an option or argument that cannot be")                            \
    X(IO, 2, 1, "the operating system refused a file operation")                      \
    X(FORMAT, 3, 1, "a file that is not what it claims to be")                        \
    X(UNSUPPORTED, 4, 1, "a file or request that is valid but not handled here")      \
    X(MISMATCH, 5, 1, "inputs that do not belong together (row or class counts)")     \
    X(RANGE, 6, 1, "a number outside the limits")                                     \
    X(MEMORY, 7, 1, "memory could not be had")                                        \
    X(DEVICE, 8, 1, "an accelerator or its library failed")                           \
    X(STRICT, 9, 1, "a check asked for with --strict did not hold")                   \
    X(INTERRUPTED, 10, 75, "stopped early by a signal; run again to resume")

typedef enum rs_status {
#define RS_STATUS_ENUM(name, code, exit_status, text) RS_##name = (code),
    RS_STATUS_MAP(RS_STATUS_ENUM)
#undef RS_STATUS_ENUM
} rs_status;

enum { RS_ERROR_FILE_BYTES = 1024, RS_ERROR_TEXT_BYTES = 640 };

/* Where in the file an error lies. */
typedef enum rs_place_kind {
    RS_PLACE_NONE = 0, /* the file as a whole */
    RS_PLACE_BYTE,     /* offset from the start, from 0 */
    RS_PLACE_LINE,     /* line of a text file, from 1 */
    RS_PLACE_ROW,      /* image, from 0 */
    RS_PLACE_COLUMN    /* class or column, from 0 */
} rs_place_kind;

typedef struct rs_place {
    rs_place_kind kind;
    uint64_t at;
} rs_place;

typedef struct rs_error {
    rs_status status;
    rs_place place;
    char file[RS_ERROR_FILE_BYTES];   /* path as the caller gave it; "" when no file is concerned */
    char reason[RS_ERROR_TEXT_BYTES]; /* what is wrong */
    char advice[RS_ERROR_TEXT_BYTES]; /* what to do, with the options of the command line; "" when
                                         there is nothing to add */
} rs_error;

/* "FILE: byte 128: REASON; ADVICE" in `out`, cut to `out_bytes` (NUL included). Returns `out`. The
 * advice is in the words of these headers: "say with class_map which class each column is". */
const char *rs_error_format(const rs_error *error, char *out, size_t out_bytes);

/* One line on what the status means; "unknown status" for a number that is none. */
const char *rs_status_text(rs_status status);

/* The name of the enumerator without its prefix, for example "FORMAT". */
const char *rs_status_name(rs_status status);

/* The exit status the command line ends with. */
int rs_status_exit(rs_status status);

#ifdef __cplusplus
}
#endif
#endif
