/* warned.h - the warnings that the records of many models carry, a line for each kind.
 *
 * A sweep says its doubts when it scores; months later somebody merges the folder, and a thousand
 * models of which all say the same are a thousand lines that nobody reads. Two warnings are of one
 * kind when they differ in nothing but numbers.
 */
#ifndef RS_WARNED_H
#define RS_WARNED_H

#include "base/json.h"
#include "report/record.h"

typedef struct rs_warned_kind {
    char *kind;    /* the text without its numbers */
    char *text;    /* of the first model */
    bool differs;  /* others have other numbers */
    char **model;  /* in the order in which they came */
    size_t count;
} rs_warned_kind;

typedef struct rs_warned {
    rs_warned_kind *kind; /* in the order in which they came */
    size_t count;
} rs_warned;

/* Clear in any case. */
rs_status rs_warned_add(rs_warned *warned, const rs_record *record, rs_error *error);
void rs_warned_clear(rs_warned *warned);

/* Appends whom a kind is about: "a, b, c and 18 more". */
void rs_warned_models(const rs_warned_kind *kind, rs_text *out);
/* Appends what it says, and of which model the numbers are when they differ. */
void rs_warned_text(const rs_warned_kind *kind, rs_text *out);

/* "warnings": [{"text", "models"}]; none for NULL */
void rs_warned_json(const rs_warned *warned, rs_json *root);

#endif
