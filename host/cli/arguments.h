/* arguments.h - a parsed command line, and values taken from it with their checks. */
#ifndef RS_ARGUMENTS_H
#define RS_ARGUMENTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cli/options.h"
#include "reassess/evaluator.h"
#include "reassess/status.h"

typedef struct rs_argument_list {
    const char **value;
    size_t count;
} rs_argument_list;

typedef struct rs_arguments {
    const rs_command *command;
    rs_argument_list option[RS_OPTIONS]; /* a flag that was given has count > 0 */
    rs_argument_list positional;
    const char **pool; /* what the lists point into */
} rs_arguments;

/* Parses argv[1 ..] of `command` (argv[0] is not looked at). Strings are not copied. Choices are
 * checked here. *arguments must be cleared with rs_arguments_clear, also after a failure. */
rs_status rs_arguments_parse(const rs_command *command, int argc, char **argv,
                             rs_arguments *arguments, rs_error *error);
void rs_arguments_clear(rs_arguments *arguments);

bool rs_given(const rs_arguments *arguments, rs_option_id id);
/* The last value given, or `otherwise`. */
const char *rs_value(const rs_arguments *arguments, rs_option_id id, const char *otherwise);
/* Refuses the first of the options that was given: "--NAME " and the reason. */
#define RS_REFUSE_GIVEN(arguments, error, advice, reason, ...)                                     \
    RS_TRY(rs_refuse_given((arguments), (const rs_option_id[]){__VA_ARGS__, RS_OPTIONS}, (advice), \
                           (reason), (error)))
rs_status rs_refuse_given(const rs_arguments *arguments, const rs_option_id *ids,
                          const char *advice, const char *reason, rs_error *error);
/* Which of the option's choices was given, as the enum that options.c makes of them; `otherwise`
 * when none was. */
unsigned rs_choice(const rs_arguments *arguments, rs_option_id id, unsigned otherwise);

/* Each takes an option's value, and leaves *out alone when the option was not given. */
rs_status rs_take_u64(const rs_arguments *arguments, rs_option_id id, uint64_t low, uint64_t high,
                      uint64_t *out, rs_error *error);
rs_status rs_take_fraction(const rs_arguments *arguments, rs_option_id id, double *out,
                           rs_error *error); /* in [0, 1] */
/* A number from 0 to `high`; `wanted` says so in the error. */
rs_status rs_take_number(const rs_arguments *arguments, rs_option_id id, double high,
                         const char *wanted, double *out, rs_error *error);
rs_status rs_take_topk(const rs_arguments *arguments, uint32_t topk[RS_TOPK_MAX], uint32_t *count,
                       rs_error *error);
rs_status rs_take_row_range(const rs_arguments *arguments, rs_row_range *range, rs_error *error);
rs_status rs_take_shape(const rs_arguments *arguments, uint64_t *rows, uint64_t *columns,
                        rs_error *error);
/* Numbers above 0, "2,1,0.5". *weights is made here and NULL when the option was not given. */
rs_status rs_take_weights(const rs_arguments *arguments, size_t count, double **weights,
                          rs_error *error);
/* Ranges of classes, "0-397,500": sets excluded[c] of `classes`. "none" sets nothing. */
rs_status rs_take_classes(const rs_arguments *arguments, rs_option_id id, uint32_t classes,
                          bool *excluded, rs_error *error);

/* A number of bytes; K, M, G and T stand for powers of 1024. */
rs_status rs_take_bytes(const rs_arguments *arguments, rs_option_id id, uint64_t low, uint64_t high,
                        uint64_t *out, rs_error *error);
/* Numbers of devices, "0,1", or "all", as rs_evaluator_options.devices has them. */
rs_status rs_take_devices(const rs_arguments *arguments, uint64_t *devices, rs_error *error);

/* A usage error about an option. */
rs_status rs_fail_option(rs_error *error, rs_option_id id, const char *value, const char *wanted);

#endif
