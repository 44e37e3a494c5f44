/* record_fields.h - the table of a record's fields, as record_fields.def says them.
 *
 * Not in it: `schema` and `model`, which stand before and between the sections; `metrics`, as many
 * as were asked for; and `warnings`.
 */
#ifndef RS_RECORD_FIELDS_H
#define RS_RECORD_FIELDS_H

#include "report/record.h"

/* In the order of the record; a head lies within the input. */
typedef enum rs_record_section {
    RS_SECTION_TOOL = 0,
    RS_SECTION_INPUT,
    RS_SECTION_HEAD,
    RS_SECTION_LABELS,
    RS_SECTION_ORACLE,
    RS_SECTION_CHOICE,
    RS_SECTION_BRACKET,
    RS_SECTION_DISAGREEMENTS,
    RS_SECTION_CALIBRATION,
    RS_SECTION_AVERAGE_PRECISION,
    RS_SECTION_ROWS,
    RS_SECTION_TIMING,
    RS_SECTION_ENGINE,
    RS_SECTIONS
} rs_record_section;

/* What lies at the place of a field, and how it stands in the record. */
typedef enum rs_field_kind {
    RS_FIELD_TEXT = 0, /* const char * */
    RS_FIELD_TEXT_OR_NULL,
    RS_FIELD_COUNT,          /* uint64_t */
    RS_FIELD_COUNT32,        /* uint32_t */
    RS_FIELD_NUMBER,         /* double */
    RS_FIELD_NUMBER_OR_NULL, /* null where `reason` is not NULL */
    RS_FIELD_INTERVAL_OR_NULL, /* double[2] between 0 and 1, null likewise; does not set `reason` */
    RS_FIELD_MEAN,           /* double, null where `rows` is 0, or, if it has a `has`, unless that:
                                over at least `rows`, and it sets `has` when read */
    RS_FIELD_METRIC, /* rs_metric with a value, called as the field is */
    RS_FIELD_ERROR_BAR, /* rs_error_bar; left out of records of before */
    RS_FIELD_BOOL,
    RS_FIELD_DTYPE,        /* rs_dtype */
    RS_FIELD_HASH,         /* uint64_t */
    RS_FIELD_HASH_OR_NULL, /* null unless `has` */
    RS_FIELD_FLAG,         /* uint64_t, null unless `has`, which it sets when read */
    RS_FIELD_LATER_FLAG,   /* uint64_t, left out unless `has`, which it sets when read */
    RS_FIELD_EMPTY_SETS,   /* images without a set: follows from the others */
    /* those below are each of one field */
    RS_FIELD_PARTS,
    RS_FIELD_ENSEMBLE,
    RS_FIELD_HEAD,
    RS_FIELD_CONTENT,
    RS_FIELD_ROW_RANGE,
    RS_FIELD_SUBSET,
    RS_FIELD_THRESHOLDS /* rs_metric[RS_RATED_THRESHOLDS] */
} rs_field_kind;

/* Places are offsets in rs_record; 0: none. */
typedef struct rs_record_field {
    rs_record_section section;
    rs_field_kind kind;
    const char *name;
    size_t at;
    double least;
    double most;          /* 0: what fits */
    size_t within;        /* a uint64_t that this one does not exceed */
    size_t within32;      /* a uint32_t, likewise */
    size_t has;           /* a bool */
    size_t rows;          /* a uint64_t */
    size_t reason;        /* a const char * */
    const char *why_null; /* what `reason` is when a null was read */
} rs_record_field;

typedef enum rs_column_form {
    RS_COLUMN_PLAIN = 0, /* counts and texts as they are, numbers with six decimals */
    RS_COLUMN_PERCENT    /* a fraction in percent, four decimals */
} rs_column_form;

/* A column of the merged CSV. */
typedef struct rs_record_column {
    const char *name;
    rs_column_form form;
    rs_record_section section;
    const char *field;
} rs_record_column;

/* What is the same for all fields of a section. */
typedef struct rs_section_rule {
    const char *name;
    size_t reason;   /* a const char *: where it is not NULL, the section holds only the reason */
    size_t measured; /* a bool: where it is false, the section is null, or, if optional, missing */
    bool optional;   /* may be missing */
} rs_section_rule;

const rs_section_rule *rs_record_section_rule(rs_record_section section);
const rs_record_field *rs_record_fields(size_t *count);
const rs_record_column *rs_record_columns(size_t *count);
/* NULL: there is none of this name. */
const rs_record_field *rs_record_field_find(rs_record_section section, const char *name);

/* Whether the field of this record is more than null: its section was measured, and it as well. */
bool rs_record_field_has(const rs_record *record, const rs_record_field *field);

/* What lies at a place. */
const void *rs_record_at(const rs_record *record, size_t place);

#endif
