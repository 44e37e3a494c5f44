/* record_read.h - a result record as it was written, read back.
 *
 * For whatever looks at many results: merge, compare, trend, report. The fields are those of
 * docs/RECORD.md; numbers that a record leaves out have the same reasons as in metrics.h. A record
 * may hold fields that are not known here: they are passed over.
 */
#ifndef RS_RECORD_READ_H
#define RS_RECORD_READ_H

#include "report/record.h"

/* A record is a few thousand bytes; more parts or metrics than this no one has. */
enum { RS_RECORD_BYTES_MAX = 16 * 1024 * 1024 };

/* One record from `size` bytes; `file` names it in errors, which name the member too. Clear
 * *record in any case. RS_UNSUPPORTED: JSON, but of another schema. */
rs_status rs_record_parse(const char *file, const char *data, size_t size, rs_record *record,
                          rs_error *error);

/* The record in the file PATH. */
rs_status rs_record_load(const char *path, rs_record *record, rs_error *error);

#endif
