/* json_scan.h - JSON from front to back, token by token, with the place of each.
 *
 * Label sets by file name are little else than names and numbers: a tree of them would take ten
 * times the file's memory, and could not say at which byte an image has a class that there is not.
 */
#ifndef RS_JSON_SCAN_H
#define RS_JSON_SCAN_H

#include "labels/label_text.h"

typedef struct rs_json_scan {
    const char *file;
    const uint8_t *data;
    const uint8_t *at;
    const uint8_t *end;
    const uint8_t *counted; /* line ends up to here are in `line` */
    uint64_t line;          /* from 1 */
    const char *advice;     /* what form is wanted, for errors */
    rs_error *error;
} rs_json_scan;

void rs_json_scan_begin(const char *file, const uint8_t *data, size_t size, const char *advice,
                        rs_json_scan *scan, rs_error *error);

/* The first byte of the next token; 0 at the end of the file. */
int rs_json_scan_peek(rs_json_scan *scan);
/* Where it stands. */
rs_place rs_json_scan_place(const rs_json_scan *scan);
uint64_t rs_json_scan_line(rs_json_scan *scan);

/* An array ('[') or an object ('{') begins: *more where it holds something; else it is passed. */
rs_status rs_json_scan_open(rs_json_scan *scan, char byte, bool *more);
/* Behind an element or a member: *more after a comma; `close` ends the array or the object. */
rs_status rs_json_scan_more(rs_json_scan *scan, char close, bool *more);
/* The text between two quotes; one that holds a backslash is refused. */
rs_status rs_json_scan_text(rs_json_scan *scan, rs_span *text);
/* The name of a member and its colon. */
rs_status rs_json_scan_name(rs_json_scan *scan, rs_span *name);
/* A text or a number, as it is written. */
rs_status rs_json_scan_scalar(rs_json_scan *scan, rs_span *scalar);
/* Any value, whatever it holds. */
rs_status rs_json_scan_skip(rs_json_scan *scan);
/* Nothing may follow. */
rs_status rs_json_scan_end(rs_json_scan *scan);

#endif
