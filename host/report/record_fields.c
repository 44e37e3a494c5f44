/* record_fields.c - the table, and what can be asked of it. */
#include "report/record_fields.h"

#include <string.h>

#define RS_AT(member) offsetof(rs_record, member)

static const rs_section_rule rules[RS_SECTIONS] = {
    [RS_SECTION_TOOL] = {.name = "tool"},
    [RS_SECTION_INPUT] = {.name = "input"},
    [RS_SECTION_HEAD] = {.name = "head"},
    [RS_SECTION_LABELS] = {.name = "labels"},
    [RS_SECTION_ORACLE] = {.name = "oracle", .reason = RS_AT(oracle.reason)},
    [RS_SECTION_CHOICE] = {.name = "choice",
                           .reason = RS_AT(choice.reason),
                           .measured = RS_AT(choice.measured),
                           .optional = true},
    [RS_SECTION_BRACKET] = {.name = "real_bracket",
                            .measured = RS_AT(bracket.measured),
                            .optional = true},
    [RS_SECTION_DISAGREEMENTS] = {.name = "disagreements", .reason = RS_AT(disagreements.reason)},
    [RS_SECTION_CALIBRATION] = {.name = "calibration", .measured = RS_AT(calibration.measured)},
    [RS_SECTION_AVERAGE_PRECISION] = {.name = "average_precision",
                                      .reason = RS_AT(precision.reason),
                                      .measured = RS_AT(precision.measured),
                                      .optional = true},
    [RS_SECTION_ROWS] = {.name = "rows"},
    [RS_SECTION_TIMING] = {.name = "timing", .optional = true},
    [RS_SECTION_ENGINE] = {.name = "engine", .optional = true},
};

#define RS_FIELD(in, field, what, member) RS_LIMITED(in, field, what, member, .least = 0)
#define RS_LIMITED(in, field, what, member, ...)                                                   \
    {.section = RS_SECTION_##in,                                                                   \
     .name = field,                                                                                \
     .kind = RS_FIELD_##what,                                                                      \
     .at = RS_AT(member),                                                                          \
     __VA_ARGS__},
#define RS_COLUMN(column, how, in, of)
static const rs_record_field fields[] = {
#include "report/record_fields.def"
};
#undef RS_FIELD
#undef RS_LIMITED
#undef RS_COLUMN

#define RS_FIELD(in, field, what, member)
#define RS_LIMITED(in, field, what, member, ...)
#define RS_COLUMN(column, how, in, of)                                                             \
    {.name = (column), .form = RS_COLUMN_##how, .section = RS_SECTION_##in, .field = (of)},
static const rs_record_column columns[] = {
#include "report/record_fields.def"
};
#undef RS_FIELD
#undef RS_LIMITED
#undef RS_COLUMN

const rs_section_rule *rs_record_section_rule(rs_record_section section)
{
    return &rules[section];
}

const rs_record_field *rs_record_fields(size_t *count)
{
    *count = sizeof fields / sizeof fields[0];
    return fields;
}

const rs_record_column *rs_record_columns(size_t *count)
{
    *count = sizeof columns / sizeof columns[0];
    return columns;
}

const rs_record_field *rs_record_field_find(rs_record_section section, const char *name)
{
    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; ++i) {
        if (fields[i].section == section && strcmp(fields[i].name, name) == 0) {
            return &fields[i];
        }
    }
    return NULL;
}

const void *rs_record_at(const rs_record *record, size_t place)
{
    return (const char *)record + place;
}

static bool is_true(const rs_record *record, size_t place)
{
    return *(const bool *)rs_record_at(record, place);
}

/* Reasons are texts, and so are fields: NULL where there is none. */
static bool is_null(const rs_record *record, size_t place)
{
    return *(const char *const *)rs_record_at(record, place) == NULL;
}

bool rs_record_field_has(const rs_record *record, const rs_record_field *field)
{
    const rs_section_rule *const rule = &rules[field->section];
    if ((rule->reason != 0 && !is_null(record, rule->reason)) ||
        (rule->measured != 0 && !is_true(record, rule->measured))) {
        return false;
    }
    switch (field->kind) {
    case RS_FIELD_TEXT:
    case RS_FIELD_TEXT_OR_NULL:
        return !is_null(record, field->at);
    case RS_FIELD_NUMBER_OR_NULL:
    case RS_FIELD_INTERVAL_OR_NULL:
        return is_null(record, field->reason);
    case RS_FIELD_ERROR_BAR:
        return ((const rs_error_bar *)rs_record_at(record, field->at))->has_stderr;
    case RS_FIELD_MEAN:
        return field->has != 0 ? is_true(record, field->has)
                               : *(const uint64_t *)rs_record_at(record, field->rows) > 0;
    case RS_FIELD_HASH_OR_NULL:
    case RS_FIELD_FLAG:
    case RS_FIELD_LATER_FLAG:
        return is_true(record, field->has);
    default:
        return true;
    }
}
