/* record_line.h - a record as one line among those of other models (merge -o FILE.jsonl).
 *
 * Files of many models start with `model`, CSV and JSON lines alike: so a line tells at once whose
 * it is. Everything else of the record stays as it is, to the byte.
 */
#ifndef RS_RECORD_LINE_H
#define RS_RECORD_LINE_H

#include "base/text.h"

/* Appends the record, which was read before, with its member `model` first. A text without such a
 * member is appended as it is. */
void rs_record_line(const rs_text *record, rs_text *out);

#endif
