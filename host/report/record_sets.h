/* record_sets.h - the further label sets of records, by name. */
#ifndef RS_RECORD_SETS_H
#define RS_RECORD_SETS_H

#include "report/record.h"

/* What the record says by it; NULL: there is none of the name. */
const rs_record *rs_record_find_set(const rs_record *record, const char *name);

/* "NAME.METRIC", as columns are called: that metric by that set. NULL: the record has none. */
const rs_metric *rs_record_set_metric(const rs_record *record, const char *name);

/* Names stand in tables, in records and as columns: plain ones, of so many bytes. */
enum { RS_SET_NAME_MAX = 40 };
bool rs_set_name_is_plain(const char *name, size_t bytes);

/* What the sets are called in any record, each once. */
typedef struct rs_set_names {
    const char *name[RS_RECORD_SETS_MAX]; /* beyond these they are in the records alone */
    size_t count;
} rs_set_names;

rs_set_names rs_records_sets(const rs_record *const *records, size_t count);

#endif
