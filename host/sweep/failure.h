/* failure.h - NAME.error.json: why a model's last run failed (schema reassess.error/1). */
#ifndef RS_FAILURE_H
#define RS_FAILURE_H

#include "reassess/status.h"

#define RS_FAILURE_SCHEMA "reassess.error/1"

/* Writes what `failed` says of `model`, whose first file is `input`, to `path`, whole or not at
 * all. */
rs_status rs_failure_write(const char *path, const char *model, const char *input,
                           const rs_error *failed, rs_error *error);

/* *model and *reason (one line, as the program says errors) are freed with free(), also after a
 * failure. */
rs_status rs_failure_read(const char *path, char **model, char **reason, rs_error *error);

#endif
