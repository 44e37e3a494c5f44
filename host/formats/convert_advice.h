/* convert_advice.h - files that are recognised and not read: what to run to convert them. */
#ifndef RS_CONVERT_ADVICE_H
#define RS_CONVERT_ADVICE_H

#include "formats/input.h"
#include "reassess/status.h"

typedef enum rs_advice {
#define RS_ADVICE(ID, at, magic, reason, line) RS_ADVICE_##ID,
#include "formats/convert_advice.def"
} rs_advice;

/* The line to run for this file, in `text`, which is returned. */
const char *rs_convert_line(rs_advice advice, const char *path, char text[RS_ERROR_TEXT_BYTES]);

/* RS_UNSUPPORTED: the advice is the line that converts the file, or that leads to it. */
rs_status rs_fail_convert(rs_advice advice, const char *path, rs_place where, rs_error *error);

/* RS_UNSUPPORTED of what stands in the place of a file: a pointer of Git LFS, a web page, a text in
 * UTF-16, a workbook. By its first `bytes`, or those of an input. */
rs_status rs_refuse_mistaken(const char *name, const uint8_t *head, size_t bytes, rs_error *error);
rs_status rs_refuse_mistaken_input(rs_input *input, rs_error *error);

/* The error for an input that is none of the formats that are read, from its first bytes. */
rs_status rs_fail_unknown(const rs_input *input, rs_error *error);

#endif
