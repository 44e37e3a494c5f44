/* json.h - the one place that talks to cJSON.
 *
 * Writing: a tree of rs_json values whose members keep the order in which they were added. Adding
 * to a tree that ran out of memory does nothing; the text that it is printed to is lost then
 * (base/text.h), so callers check once.
 * Reading: strict, with the byte offset of an error; duplicate keys are refused.
 */
#ifndef RS_JSON_H
#define RS_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"
#include "reassess/status.h"

typedef struct cJSON rs_json;

/* ---- writing ---- */
rs_json *rs_json_object(void); /* NULL when memory is short: every function here takes that */
rs_json *rs_json_array(void);
void rs_json_free(rs_json *json);

/* `name` is NULL when `to` is an array. */
void rs_json_add(rs_json *to, const char *name, rs_json *value); /* takes ownership */
rs_json *rs_json_add_object(rs_json *to, const char *name);
rs_json *rs_json_add_array(rs_json *to, const char *name);
void rs_json_add_text(rs_json *to, const char *name, const char *value);  /* NULL: null */
void rs_json_add_integer(rs_json *to, const char *name, uint64_t value);  /* below 2^53 */
void rs_json_add_number(rs_json *to, const char *name, double value);     /* not finite: null */
/* [low, high]; null for one that is none (low is NaN). */
void rs_json_add_interval(rs_json *to, const char *name, double low, double high);
void rs_json_add_bool(rs_json *to, const char *name, bool value);
void rs_json_add_null(rs_json *to, const char *name);
/* null, and why in a member "reason" beside it. */
void rs_json_add_none(rs_json *to, const char *name, const char *reason);

/* Changing a tree that was read. */
rs_json *rs_json_member(rs_json *object, const char *name); /* NULL: no such member */
void rs_json_remove(rs_json *object, const char *name);
/* Another value for a text that is there; false: it is not, or memory is short. */
bool rs_json_change_text(rs_json *object, const char *name, const char *value);

/* Appends the value on one line, without a line end; the text is lost when building it failed. */
void rs_json_print(const rs_json *json, rs_text *out);
/* The same as a line of its own, and frees the value. */
void rs_json_finish(rs_json *json, rs_text *out);

/* ---- reading ---- */

/* `file` names the input in errors. *json is NULL on failure. */
rs_status rs_json_parse(const char *file, const char *data, size_t size, rs_json **json,
                        rs_error *error);
const rs_json *rs_json_get(const rs_json *object, const char *name); /* NULL: no such member */
const char *rs_json_text(const rs_json *value);                     /* NULL: not a string */
bool rs_json_integer(const rs_json *value, int64_t *out); /* false: no integer within +-2^53 */
bool rs_json_number(const rs_json *value, double *out);
bool rs_json_bool(const rs_json *value, bool *out); /* false: neither true nor false */
bool rs_json_is_null(const rs_json *value); /* the null of JSON, not a missing value */
bool rs_json_is_array(const rs_json *value);
bool rs_json_is_object(const rs_json *value);
size_t rs_json_size(const rs_json *value);                /* members or elements */
const rs_json *rs_json_first(const rs_json *value);       /* first member or element, or NULL */
const rs_json *rs_json_next(const rs_json *value);        /* the one after it, or NULL */
const char *rs_json_name(const rs_json *value);           /* of a member; NULL for an element */

#endif
