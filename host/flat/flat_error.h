/* flat_error.h - errors and options as JSON texts. */
#ifndef RS_FLAT_ERROR_H
#define RS_FLAT_ERROR_H

#include "base/json.h"
#include "reassess/status.h"

/* Puts `made` into *error as JSON where status is a failure; returns the status. */
int rs_flat_end(rs_status status, const rs_error *made, char **error);

/* Members of options: left as they are where there is none or it is null; RS_USAGE where it is of
 * another kind. Texts live as long as the options. */
rs_status rs_flat_take_text(const rs_json *options, const char *name, const char **value,
                            rs_error *error);
rs_status rs_flat_take_bool(const rs_json *options, const char *name, bool *value, rs_error *error);
rs_status rs_flat_take_u32(const rs_json *options, const char *name, uint32_t *value,
                           rs_error *error);
/* The options themselves: an object, whose members are among `names`, which ends with NULL. */
rs_status rs_flat_parse(const char *text, const char *const *names, rs_json **options,
                        rs_error *error);

#endif
