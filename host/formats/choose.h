/* choose.h - which of the arrays in a file is the model's output. */
#ifndef RS_CHOOSE_H
#define RS_CHOOSE_H

#include <stdbool.h>
#include <stddef.h>

#include "formats/array.h"
#include "reassess/status.h"

enum { RS_LISTED_TEXT_BYTES = 96 };

/* An array of an .npz or .safetensors. */
typedef struct rs_listed_array {
    const char *name; /* as --tensor names it */
    bool fits;        /* `array` is rows that can be scored */
    rs_array array;
    char text[RS_LISTED_TEXT_BYTES]; /* type and shape, for messages: "<f4 50000 x 1000" */
} rs_listed_array;

/* The only array of floats that fits, or else the only one of integers: there must be no doubt.
 * `kind` is what one is called: "member", "tensor". */
rs_status rs_choose_array(const char *file, const char *kind, const rs_listed_array *list,
                          size_t count, size_t *chosen, rs_error *error);

/* There is no array called `wanted`: an error that lists those there are. */
rs_status rs_fail_no_array(const char *file, const char *kind, const char *wanted,
                           const rs_listed_array *list, size_t count, rs_error *error);

/* Several could be meant: an error that lists them. */
rs_status rs_fail_which_array(const char *file, const char *kind, const rs_listed_array *list,
                              size_t count, rs_error *error);

#endif
