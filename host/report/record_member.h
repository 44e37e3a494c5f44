/* record_member.h - taking values out of the JSON of a record.
 *
 * The first thing found wrong is kept with the name of its member, and everything after it is
 * passed over: functions then return 0, "" or NULL. So whoever reads a record asks for one field
 * after the other and looks at the status once.
 */
#ifndef RS_RECORD_MEMBER_H
#define RS_RECORD_MEMBER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/json.h"

/* A record that is being read. */
typedef struct rs_members {
    const char *file;  /* as errors name it */
    char *texts;       /* as many bytes as the JSON has: where texts are kept */
    size_t text_bytes; /* of them in use */
    rs_status status;
    rs_error *error;
} rs_members;

/* An object of the record, and what errors call it; json is NULL after an error. */
typedef struct rs_section {
    const rs_json *json;
    const char *name;
} rs_section;

/* Keeps "SECTION.NAME REASON" as the error unless there is one. */
void rs_member_refuse(rs_members *work, rs_section in, const char *name, const char *reason);

/* NULL: there is no such member, which is for the caller to judge. */
const rs_json *rs_member_find(rs_section in, const char *name);
/* NULL only after an error. */
const rs_json *rs_member_get(rs_members *work, rs_section in, const char *name);

rs_section rs_take_section(rs_members *work, rs_section in, const char *name);
bool rs_take_bool(rs_members *work, rs_section in, const char *name);

/* Each text of the record may be taken once. */
const char *rs_take_text(rs_members *work, rs_section in, const char *name);
const char *rs_take_text_or_null(rs_members *work, rs_section in, const char *name);
/* An array of texts; *texts is freed with free(). */
void rs_take_texts(rs_members *work, rs_section in, const char *name, const char ***texts,
                   size_t *count);

uint64_t rs_take_count(rs_members *work, rs_section in, const char *name);
uint64_t rs_take_count_up_to(rs_members *work, rs_section in, const char *name, uint64_t limit);
double rs_take_value(rs_members *work, rs_section in, const char *name, double low, double high);
/* A number, or null: then *reason becomes `why_null`. */
double rs_take_value_or(rs_members *work, rs_section in, const char *name, double low, double high,
                        const char *why_null, const char **reason);
/* The two numbers of an array. */
void rs_take_pair(rs_members *work, rs_section in, const char *name, double pair[2]);

/* A hash; with `has` it may be null, and *has tells. */
uint64_t rs_take_hash(rs_members *work, rs_section in, const char *name, bool *has);

#endif
