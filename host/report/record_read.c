/* record_read.c - from the JSON of a record to its numbers, by the table of its fields.
 *
 * A record is checked as it is read: what is here was counted, so shares lie between 0 and 1, no
 * count exceeds its total, each value comes with its error bars, and what follows from counts does
 * (record_check.h). Whoever reads the struct need not ask again.
 */
#include "report/record_read.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/checked.h"
#include "base/error.h"
#include "base/file_read.h"
#include "base/visible.h"
#include "report/record_check.h"
#include "report/record_fields.h"
#include "report/record_member.h"
#include "report/record_metric.h"
#include "report/slice_read.h"

/* Of what has no other limit: finite, and sums of many still are. */
static const double largest = 1e300;

static void read_section(rs_members *work, rs_section in, rs_record_section section,
                         rs_record *record);

static void *place(rs_record *record, size_t at)
{
    return (char *)record + at;
}

static rs_dtype take_dtype(rs_members *work, rs_section in, const char *name)
{
    const rs_dtype dtype = rs_dtype_parse(rs_take_text(work, in, name));
    if (dtype == RS_DTYPE_NONE) {
        rs_member_refuse(work, in, name, "is no type");
    }
    return dtype;
}

/* ---- fields of a kind of their own ---- */

static void read_member(rs_members *work, const rs_json *json, rs_record_member *member)
{
    const rs_section in = {json, "members"};
    member->path = rs_take_text(work, in, "path");
    member->format = rs_take_text(work, in, "format");
    member->dtype = take_dtype(work, in, "dtype");
    member->weight = rs_take_value(work, in, "weight", 0, largest);
}

static void read_ensemble(rs_members *work, rs_section input, const char *name, rs_record_input *to)
{
    const rs_section in = rs_take_section(work, input, name);
    const char *space = rs_take_text(work, in, "space");
    const rs_json *const members = rs_member_get(work, in, "members");
    if (strcmp(space, "prob") == 0) {
        to->space = RS_SPACE_PROB;
    } else if (strcmp(space, "logit") != 0) {
        rs_member_refuse(work, in, "space", "is neither logit nor prob");
    }
    if (members != NULL && (!rs_json_is_array(members) || rs_json_size(members) == 0)) {
        rs_member_refuse(work, in, "members", "is no array of models");
    }
    if (work->status == RS_OK) {
        work->status =
            RS_NEW(&to->member, rs_json_size(members), "the members of an ensemble", work->error);
    }
    if (work->status != RS_OK) {
        return;
    }
    for (const rs_json *json = rs_json_first(members); json != NULL; json = rs_json_next(json)) {
        read_member(work, json, &to->member[to->member_count++]);
    }
}

static void read_content(rs_members *work, rs_section in, const char *name, rs_record_input *to)
{
    const char *content = rs_take_text(work, in, name);
    if (strcmp(content, "predictions") == 0) {
        to->content = RS_CONTENT_PREDICTIONS;
    } else if (strcmp(content, "logits") != 0) {
        rs_member_refuse(work, in, name, "is neither logits nor predictions");
    }
}

static void read_row_range(rs_members *work, rs_section in, const char *name, rs_record_input *to)
{
    double range[2] = {0, 0};
    rs_take_pair(work, in, name, range);
    if (range[0] >= 0 && range[0] <= range[1] && range[1] <= (double)RS_MAX_ROWS &&
        range[0] == floor(range[0]) && range[1] == floor(range[1])) {
        to->has_row_range = true;
        to->row_range = (rs_row_range){(uint64_t)range[0], (uint64_t)range[1]};
    } else {
        rs_member_refuse(work, in, name, "is no range of rows");
    }
}

static void read_subset(rs_members *work, rs_section outer, const char *name,
                        rs_record_labels *to)
{
    const rs_section in = rs_take_section(work, outer, name);
    to->subset.of = rs_take_count_up_to(work, in, "of", RS_MAX_ROWS);
    to->subset.list = rs_take_text_or_null(work, in, "list");
    if (to->subset.of < to->images || to->subset.of == 0) {
        rs_member_refuse(work, in, "of", "is less than the images of its part");
    }
}

static void read_thresholds(rs_members *work, rs_section outer, const char *name,
                            rs_bracket *bracket)
{
    const rs_section in = rs_take_section(work, outer, name);
    for (uint32_t t = 0; t < RS_RATED_THRESHOLDS; ++t) {
        char threshold[RS_BRACKET_NAME_BYTES];
        rs_bracket_threshold_name(t, threshold);
        const rs_json *const json = rs_member_get(work, in, threshold);
        if (json != NULL) {
            rs_take_metric(work, json, &bracket->threshold[t]);
        }
    }
}

static void read_own_kind(rs_members *work, rs_section in, const rs_record_field *field,
                          rs_record *record)
{
    rs_record_input *const input = &record->input;
    const char *const name = field->name;
    if (field->kind == RS_FIELD_CONTENT) {
        read_content(work, in, name, input);
    } else if (field->kind == RS_FIELD_THRESHOLDS) {
        read_thresholds(work, in, name, &record->bracket);
    } else if (rs_member_find(in, name) == NULL) {
        return;
    } else if (field->kind == RS_FIELD_PARTS) {
        rs_take_texts(work, in, name, &input->parts, &input->part_count);
    } else if (field->kind == RS_FIELD_ENSEMBLE) {
        read_ensemble(work, in, name, input);
    } else if (field->kind == RS_FIELD_HEAD) {
        read_section(work, rs_take_section(work, in, name), RS_SECTION_HEAD, record);
    } else if (field->kind == RS_FIELD_SUBSET) {
        read_subset(work, in, name, &record->labels);
    } else {
        read_row_range(work, in, name, input);
    }
}

/* ---- by the table ---- */

/* The most a field can be, by what was read before it. */
static double most_of(const rs_record_field *field, const rs_record *record, double otherwise)
{
    if (field->within != 0) {
        return (double)*(const uint64_t *)rs_record_at(record, field->within);
    }
    if (field->within32 != 0) {
        return *(const uint32_t *)rs_record_at(record, field->within32);
    }
    return field->most != 0 ? field->most : otherwise;
}

static uint64_t take_count(rs_members *work, rs_section in, const rs_record_field *field,
                           const rs_record *record, uint64_t fits)
{
    const double most = most_of(field, record, -1);
    return rs_take_count_up_to(work, in, field->name, most < 0 ? fits : (uint64_t)most);
}

static void read_flag(rs_members *work, rs_section in, const rs_record_field *field,
                      rs_record *record)
{
    bool *const has = place(record, field->has);
    const rs_json *const value = field->kind == RS_FIELD_FLAG ? rs_member_get(work, in, field->name)
                                                              : rs_member_find(in, field->name);
    *has = value != NULL && !rs_json_is_null(value);
    if (*has) {
        *(uint64_t *)place(record, field->at) = take_count(work, in, field, record, UINT64_MAX);
    }
}

static void read_hash(rs_members *work, rs_section in, const rs_record_field *field,
                      rs_record *record)
{
    bool *const has = field->kind == RS_FIELD_HASH ? NULL : place(record, field->has);
    *(uint64_t *)place(record, field->at) = rs_take_hash(work, in, field->name, has);
}

static void read_number(rs_members *work, rs_section in, const rs_record_field *field,
                        rs_record *record)
{
    const double most = most_of(field, record, largest);
    double *const to = place(record, field->at);
    if (field->kind == RS_FIELD_NUMBER) {
        *to = rs_take_value(work, in, field->name, field->least, most);
    } else {
        *to = rs_take_value_or(work, in, field->name, field->least, most, field->why_null,
                               place(record, field->reason));
    }
}

/* It follows from two others. */
static void read_empty_sets(rs_members *work, rs_section in, const rs_record_field *field,
                            const rs_record *record)
{
    const uint64_t empty = rs_take_count(work, in, field->name);
    if (empty != record->labels.images - record->labels.evaluated) {
        rs_member_refuse(work, in, field->name, "contradicts the counts of the record");
    }
}

static void read_field(rs_members *work, rs_section in, const rs_record_field *field,
                       rs_record *record)
{
    void *const to = place(record, field->at);
    switch (field->kind) {
    case RS_FIELD_TEXT:
        *(const char **)to = rs_take_text(work, in, field->name);
        break;
    case RS_FIELD_TEXT_OR_NULL:
        *(const char **)to = rs_take_text_or_null(work, in, field->name);
        break;
    case RS_FIELD_COUNT:
        *(uint64_t *)to = take_count(work, in, field, record, UINT64_MAX);
        break;
    case RS_FIELD_COUNT32:
        *(uint32_t *)to = (uint32_t)take_count(work, in, field, record, UINT32_MAX);
        break;
    case RS_FIELD_NUMBER:
    case RS_FIELD_NUMBER_OR_NULL:
        read_number(work, in, field, record);
        break;
    case RS_FIELD_INTERVAL_OR_NULL:
        if (*(const char *const *)rs_record_at(record, field->reason) == NULL) {
            rs_take_interval(work, in, field->name, to);
        }
        break;
    case RS_FIELD_METRIC:
        rs_take_metric_with_value(work, in, field->name, to);
        break;
    case RS_FIELD_ERROR_BAR:
        rs_take_error_bar(work, in, field->name,
                          (double[2]){field->least, most_of(field, record, largest)}, to);
        break;
    case RS_FIELD_BOOL:
        *(bool *)to = rs_take_bool(work, in, field->name);
        break;
    case RS_FIELD_DTYPE:
        *(rs_dtype *)to = take_dtype(work, in, field->name);
        break;
    case RS_FIELD_HASH:
    case RS_FIELD_HASH_OR_NULL:
        read_hash(work, in, field, record);
        break;
    case RS_FIELD_FLAG:
    case RS_FIELD_LATER_FLAG:
        read_flag(work, in, field, record);
        break;
    case RS_FIELD_EMPTY_SETS:
        read_empty_sets(work, in, field, record);
        break;
    case RS_FIELD_MEAN: /* after the others */
        break;
    default:
        read_own_kind(work, in, field, record);
        break;
    }
}

/* Null where there are no rows, whose number may stand behind it. */
static void read_mean(rs_members *work, rs_section in, const rs_record_field *field,
                      rs_record *record)
{
    const char *reason = NULL;
    *(double *)place(record, field->at) =
        rs_take_value_or(work, in, field->name, field->least, most_of(field, record, largest),
                         "there are no rows", &reason);
    if (field->has != 0) {
        *(bool *)place(record, field->has) = reason == NULL;
    }
    if (reason != NULL && *(const uint64_t *)rs_record_at(record, field->rows) > 0) {
        rs_member_refuse(work, in, field->name, "is null although there are rows");
    }
}

static void read_section(rs_members *work, rs_section in, rs_record_section section,
                         rs_record *record)
{
    size_t count;
    const rs_record_field *const field = rs_record_fields(&count);
    for (size_t i = 0; i < count; ++i) {
        if (field[i].section == section) {
            read_field(work, in, &field[i], record);
        }
    }
    for (size_t i = 0; i < count; ++i) {
        if (field[i].section == section && field[i].kind == RS_FIELD_MEAN) {
            read_mean(work, in, &field[i], record);
        }
    }
}

/* True when the section has no numbers, and *reason says why. */
static bool has_reason(rs_members *work, rs_section in, const char **reason)
{
    const rs_json *value = rs_member_find(in, "value");
    if (value == NULL || !rs_json_is_null(value)) {
        return false;
    }
    *reason = rs_take_text(work, in, "reason");
    return true;
}

static void read_named(rs_members *work, rs_section root, rs_record_section section,
                       rs_record *record)
{
    const rs_section_rule *const rule = rs_record_section_rule(section);
    if (rule->optional && rs_member_find(root, rule->name) == NULL) {
        return;
    }
    if (rule->measured != 0) {
        const rs_json *const json = rs_member_get(work, root, rule->name);
        if (json == NULL || rs_json_is_null(json)) {
            return;
        }
        *(bool *)place(record, rule->measured) = true;
    }
    const rs_section in = rs_take_section(work, root, rule->name);
    if (rule->reason == 0 || !has_reason(work, in, place(record, rule->reason))) {
        read_section(work, in, section, record);
    }
}

/* ---- what is no field ---- */

static void read_metrics(rs_members *work, rs_section root, rs_record *record)
{
    const rs_section in = rs_take_section(work, root, "metrics");
    if (work->status == RS_OK) {
        work->status =
            RS_NEW(&record->metric, rs_json_size(in.json), "the metrics of a record", work->error);
    }
    if (work->status != RS_OK) {
        return;
    }
    for (const rs_json *json = rs_json_first(in.json); json != NULL; json = rs_json_next(json)) {
        rs_take_metric(work, json, &record->metric[record->metric_count++]);
    }
}

enum { WARNINGS_MAX = 16384 }; /* each is compared with all (warned.h): more take hours */

static void read_warnings(rs_members *work, rs_section root, rs_record *record)
{
    const char **texts = NULL;
    size_t count = 0;
    rs_take_texts(work, root, "warnings", &texts, &count);
    if (count > WARNINGS_MAX) { /* no pass has as many, nor an ensemble's members */
        rs_member_refuse(work, root, "warnings", "are more than can be");
    }
    for (size_t i = 0; work->status == RS_OK && i < count; ++i) {
        work->status =
            rs_warnings_add_text(&record->warnings, RS_WARNING_COUNTS, texts[i], work->error);
    }
    free(texts);
}

static void check_schema(rs_members *work, const rs_json *json)
{
    const char *schema = rs_json_text(rs_json_get(json, "schema"));
    if (!rs_json_is_object(json) || schema == NULL) {
        work->status = rs_fail(work->error, RS_FORMAT, work->file, rs_nowhere(), NULL,
                               "this is no result record: it has no schema");
    } else if (strcmp(schema, RS_RECORD_SCHEMA) != 0) {
        work->status =
            rs_fail(work->error, RS_UNSUPPORTED, work->file, rs_nowhere(),
                    "score the model again with this version of reassess",
                    "the schema is %.80s, but only %s is read", schema, RS_RECORD_SCHEMA);
    }
}

/* Names stand in lines of tables: none of ours holds anything hidden. */
static void check_name(rs_members *work, rs_section in, const char *of, const char *name)
{
    const size_t length = strlen(name);
    size_t taken = 0;
    for (size_t at = 0; at < length; at += taken) {
        uint32_t code = 0;
        taken = rs_character_at(name + at, length - at, &code);
        if (rs_is_hidden(code)) {
            rs_member_refuse(work, in, of, "holds a control character");
        }
    }
}

static void read_set(rs_members *work, rs_section in, uint64_t rows, rs_record_set *set)
{
    *set = (rs_record_set){.record.input.rows = rows};
    if (in.json == NULL || in.name[0] == '\0') {
        rs_member_refuse(work, (rs_section){NULL, "real_sets"}, in.name, "is no label set");
        return;
    }
    check_name(work, (rs_section){NULL, "real_sets"}, "name", in.name);
    if (work->status == RS_OK) {
        work->status = rs_copy_text(&set->name, in.name, work->error);
    }
    read_named(work, in, RS_SECTION_LABELS, &set->record);
    read_metrics(work, in, &set->record);
    read_named(work, in, RS_SECTION_ORACLE, &set->record);
    read_named(work, in, RS_SECTION_CHOICE, &set->record);
    read_named(work, in, RS_SECTION_DISAGREEMENTS, &set->record);
    rs_record_check(work, &set->record);
}

/* Only in records by several label sets. */
static void read_sets(rs_members *work, rs_section root, rs_record *record)
{
    if (work->status != RS_OK || rs_member_find(root, "real_sets") == NULL) {
        return;
    }
    const rs_section in = rs_take_section(work, root, "real_sets");
    if (rs_json_size(in.json) > RS_RECORD_SETS_MAX) {
        rs_member_refuse(work, root, "real_sets", "holds more label sets than can be");
    }
    if (work->status == RS_OK) {
        work->status = RS_NEW(&record->set, rs_json_size(in.json), "label sets", work->error);
    }
    const rs_json *json = work->status == RS_OK ? rs_json_first(in.json) : NULL;
    for (; json != NULL; json = rs_json_next(json)) {
        const rs_section set = {rs_json_is_object(json) ? json : NULL, rs_json_name(json)};
        read_set(work, set, record->input.rows, &record->set[record->set_count++]);
    }
}

static void read_record(rs_members *work, const rs_json *json, rs_record *record)
{
    const rs_section root = {json, ""};
    check_schema(work, json);
    if (work->status != RS_OK) {
        return;
    }
    read_named(work, root, RS_SECTION_TOOL, record);
    record->model = rs_take_text(work, root, "model");
    check_name(work, root, "model", record->model);
    read_named(work, root, RS_SECTION_INPUT, record);
    read_named(work, root, RS_SECTION_LABELS, record);
    read_metrics(work, root, record);
    read_named(work, root, RS_SECTION_ORACLE, record);
    read_named(work, root, RS_SECTION_CHOICE, record);
    read_named(work, root, RS_SECTION_BRACKET, record);
    read_named(work, root, RS_SECTION_DISAGREEMENTS, record);
    read_named(work, root, RS_SECTION_CALIBRATION, record);
    read_named(work, root, RS_SECTION_AVERAGE_PRECISION, record);
    read_named(work, root, RS_SECTION_ROWS, record);
    read_sets(work, root, record);
    rs_slice_read(work, root, record);
    read_warnings(work, root, record);
    read_named(work, root, RS_SECTION_TIMING, record);
    read_named(work, root, RS_SECTION_ENGINE, record);
    rs_record_check(work, record);
    for (size_t s = 0; s < record->set_count; ++s) {
        rs_record_check_set(work, record, &record->set[s]);
    }
}

rs_status rs_record_parse(const char *file, const char *data, size_t size, rs_record *record,
                          rs_error *error)
{
    *record = (rs_record){0};
    if (size > RS_RECORD_BYTES_MAX) {
        return rs_fail(error, RS_RANGE, file, rs_nowhere(), "is this a result record?",
                       "a record of %zu bytes is larger than can be", size);
    }
    rs_json *json = NULL;
    RS_TRY(rs_json_parse(file, data, size, &json, error));
    rs_members work = {.file = file, .error = error};
    work.status = RS_NEW(&record->texts, size, "the texts of a record", error);
    work.texts = record->texts;
    if (work.status == RS_OK) {
        read_record(&work, json, record);
    }
    rs_json_free(json);
    if (work.status != RS_OK) {
        rs_record_clear(record);
    }
    return work.status;
}

rs_status rs_record_load(const char *path, rs_record *record, rs_error *error)
{
    *record = (rs_record){0};
    rs_file_bytes bytes = {0};
    RS_TRY(rs_file_read_regular(path, RS_RECORD_BYTES_MAX, &bytes, error));
    const rs_status status =
        rs_record_parse(path, (const char *)bytes.data, bytes.size, record, error);
    rs_file_bytes_free(&bytes);
    return status;
}
