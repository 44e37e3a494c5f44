/* record_write.c - from a record to its JSON form, by the table of its fields. */
#include <math.h>

#include "base/hash.h"
#include "report/record_fields.h"
#include "report/slice_report.h"

static void add_section(rs_json *to, const rs_record *record, rs_record_section section);

static void add_hash(rs_json *to, const char *name, uint64_t hash)
{
    rs_json_add_text(to, name, RS_HASH_TEXT(hash));
}

/* ---- fields of a kind of their own: left out where the record has none ---- */

static void add_parts(rs_json *to, const char *name, const rs_record_input *input)
{
    if (input->parts != NULL) {
        rs_json *parts = rs_json_add_array(to, name);
        for (size_t i = 0; i < input->part_count; ++i) {
            rs_json_add_text(parts, NULL, input->parts[i]);
        }
    }
}

static void add_ensemble(rs_json *to, const char *name, const rs_record_input *input)
{
    if (input->member == NULL) {
        return;
    }
    rs_json *ensemble = rs_json_add_object(to, name);
    rs_json_add_text(ensemble, "space", input->space == RS_SPACE_PROB ? "prob" : "logit");
    rs_json *members = rs_json_add_array(ensemble, "members");
    for (size_t m = 0; m < input->member_count; ++m) {
        rs_json *member = rs_json_add_object(members, NULL);
        rs_json_add_text(member, "path", input->member[m].path);
        rs_json_add_text(member, "format", input->member[m].format);
        rs_json_add_text(member, "dtype", rs_dtype_name(input->member[m].dtype));
        rs_json_add_number(member, "weight", input->member[m].weight);
    }
}

static void add_row_range(rs_json *to, const char *name, const rs_record_input *input)
{
    if (input->has_row_range) {
        rs_json *range = rs_json_add_array(to, name);
        rs_json_add_integer(range, NULL, input->row_range.begin);
        rs_json_add_integer(range, NULL, input->row_range.end);
    }
}

static void add_subset(rs_json *to, const char *name, const rs_record_labels *labels)
{
    if (labels->subset.of > 0) {
        rs_json *subset = rs_json_add_object(to, name);
        rs_json_add_integer(subset, "of", labels->subset.of);
        rs_json_add_text(subset, "list", labels->subset.list);
    }
}

static void add_thresholds(rs_json *to, const char *name, const rs_bracket *bracket)
{
    rs_json *thresholds = rs_json_add_object(to, name);
    for (uint32_t t = 0; t < RS_RATED_THRESHOLDS; ++t) {
        rs_record_add_metric(thresholds, &bracket->threshold[t]);
    }
}

static void add_own_kind(rs_json *to, const rs_record *record, const rs_record_field *field)
{
    const rs_record_input *const input = &record->input;
    switch (field->kind) {
    case RS_FIELD_PARTS:
        add_parts(to, field->name, input);
        break;
    case RS_FIELD_ENSEMBLE:
        add_ensemble(to, field->name, input);
        break;
    case RS_FIELD_HEAD:
        if (input->head.weight != NULL) {
            add_section(rs_json_add_object(to, field->name), record, RS_SECTION_HEAD);
        }
        break;
    case RS_FIELD_THRESHOLDS:
        add_thresholds(to, field->name, &record->bracket);
        break;
    case RS_FIELD_CONTENT:
        rs_json_add_text(to, field->name,
                         input->content == RS_CONTENT_LOGITS ? "logits" : "predictions");
        break;
    case RS_FIELD_SUBSET:
        add_subset(to, field->name, &record->labels);
        break;
    default:
        add_row_range(to, field->name, input);
        break;
    }
}

/* ---- error bars ---- */

static void add_error_bar(rs_json *to, const char *name, const rs_error_bar *bar)
{
    if (bar->reason == NULL && !bar->has_stderr) {
        return;
    }
    rs_json *error = rs_json_add_object(to, name);
    rs_json_add_number(error, "stderr", bar->has_stderr ? bar->stderr_value : NAN);
    if (bar->reason == NULL) {
        rs_json_add_interval(error, "ci95", bar->ci95_low, bar->ci95_high);
    } else {
        rs_json_add_none(error, "ci95", bar->reason);
    }
}

/* ---- by the table ---- */

static void add_field(rs_json *to, const rs_record *record, const rs_record_field *field)
{
    const void *const at = rs_record_at(record, field->at);
    if (field->kind >= RS_FIELD_PARTS) {
        add_own_kind(to, record, field);
        return;
    }
    if (field->kind == RS_FIELD_ERROR_BAR) {
        add_error_bar(to, field->name, at);
        return;
    }
    if (field->kind == RS_FIELD_LATER_FLAG && !rs_record_field_has(record, field)) {
        return;
    }
    if (!rs_record_field_has(record, field)) {
        rs_json_add_null(to, field->name);
        return;
    }
    switch (field->kind) {
    case RS_FIELD_TEXT:
    case RS_FIELD_TEXT_OR_NULL:
        rs_json_add_text(to, field->name, *(const char *const *)at);
        break;
    case RS_FIELD_COUNT32:
        rs_json_add_integer(to, field->name, *(const uint32_t *)at);
        break;
    case RS_FIELD_NUMBER:
    case RS_FIELD_NUMBER_OR_NULL:
    case RS_FIELD_MEAN:
        rs_json_add_number(to, field->name, *(const double *)at);
        break;
    case RS_FIELD_METRIC:
        rs_record_add_metric(to, at);
        break;
    case RS_FIELD_INTERVAL_OR_NULL:
        rs_json_add_interval(to, field->name, ((const double *)at)[0], ((const double *)at)[1]);
        break;
    case RS_FIELD_BOOL:
        rs_json_add_bool(to, field->name, *(const bool *)at);
        break;
    case RS_FIELD_DTYPE:
        rs_json_add_text(to, field->name, rs_dtype_name(*(const rs_dtype *)at));
        break;
    case RS_FIELD_HASH:
    case RS_FIELD_HASH_OR_NULL:
        add_hash(to, field->name, *(const uint64_t *)at);
        break;
    case RS_FIELD_EMPTY_SETS:
        rs_json_add_integer(to, field->name, record->labels.images - record->labels.evaluated);
        break;
    default: /* counts */
        rs_json_add_integer(to, field->name, *(const uint64_t *)at);
        break;
    }
}

static void add_section(rs_json *to, const rs_record *record, rs_record_section section)
{
    size_t count;
    const rs_record_field *const field = rs_record_fields(&count);
    for (size_t i = 0; i < count; ++i) {
        if (field[i].section == section) {
            add_field(to, record, &field[i]);
        }
    }
}

static void add(rs_json *root, const rs_record *record, rs_record_section section)
{
    const rs_section_rule *const rule = rs_record_section_rule(section);
    if (rule->measured != 0 && !*(const bool *)rs_record_at(record, rule->measured)) {
        if (!rule->optional) {
            rs_json_add_null(root, rule->name);
        }
        return;
    }
    rs_json *to = rs_json_add_object(root, rule->name);
    const char *const reason =
        rule->reason == 0 ? NULL : *(const char *const *)rs_record_at(record, rule->reason);
    if (reason != NULL) {
        rs_json_add_none(to, "value", reason);
    } else {
        add_section(to, record, section);
    }
}

void rs_record_add_metric(rs_json *metrics, const rs_metric *metric)
{
    rs_json *to = rs_json_add_object(metrics, metric->name);
    if (metric->reason != NULL) {
        rs_json_add_none(to, "value", metric->reason);
        return;
    }
    rs_json_add_number(to, "value", metric->value);
    if (metric->macro) {
        rs_json_add_null(to, "correct");
    } else {
        rs_json_add_integer(to, "correct", metric->correct);
    }
    rs_json_add_integer(to, "total", metric->total);
    if (metric->error_reason != NULL) {
        rs_json_add_null(to, "stderr");
        rs_json_add_null(to, "ci95");
        rs_json_add_text(to, "error_reason", metric->error_reason);
        return;
    }
    rs_json_add_number(to, "stderr", metric->stderr_value);
    rs_json_add_interval(to, "ci95", metric->ci95_low, metric->ci95_high);
}

static void add_metrics(rs_json *to, const rs_record *record)
{
    rs_json *metrics = rs_json_add_object(to, "metrics");
    for (uint32_t i = 0; i < record->metric_count; ++i) {
        rs_record_add_metric(metrics, &record->metric[i]);
    }
}

/* What a record by this set alone would say. */
static void add_sets(rs_json *root, const rs_record *record)
{
    rs_json *const sets = record->set_count == 0 ? NULL : rs_json_add_object(root, "real_sets");
    for (size_t s = 0; s < record->set_count; ++s) {
        const rs_record *const by = &record->set[s].record;
        rs_json *const to = rs_json_add_object(sets, record->set[s].name);
        add(to, by, RS_SECTION_LABELS);
        add_metrics(to, by);
        add(to, by, RS_SECTION_ORACLE);
        add(to, by, RS_SECTION_CHOICE);
        add(to, by, RS_SECTION_DISAGREEMENTS);
        if (record->calibration.measured) {
            rs_json_add_none(rs_json_add_object(to, "calibration"), "value",
                             "calibration is measured by the first label set alone");
        }
    }
}

/* What identical runs have in common. */
static void add_stable(rs_json *root, const rs_record *record)
{
    rs_json_add_text(root, "schema", RS_RECORD_SCHEMA);
    add(root, record, RS_SECTION_TOOL);
    rs_json_add_text(root, "model", record->model);
    add(root, record, RS_SECTION_INPUT);
    add(root, record, RS_SECTION_LABELS);
    add_metrics(root, record);
    add(root, record, RS_SECTION_ORACLE);
    add(root, record, RS_SECTION_CHOICE);
    add(root, record, RS_SECTION_BRACKET);
    add(root, record, RS_SECTION_DISAGREEMENTS);
    add(root, record, RS_SECTION_CALIBRATION);
    add(root, record, RS_SECTION_AVERAGE_PRECISION);
    add(root, record, RS_SECTION_ROWS);
    add_sets(root, record);
    if (record->slices != NULL) {
        rs_slice_json(root, record->slices);
    }
    rs_json *warnings = rs_json_add_array(root, "warnings");
    for (size_t i = 0; i < record->warnings.count; ++i) {
        rs_json_add_text(warnings, NULL, record->warnings.item[i].text);
    }
}

void rs_record_write(const rs_record *record, rs_text *out, size_t *stable_bytes)
{
    rs_text stable = {0};
    rs_json *root = rs_json_object();
    add_stable(root, record);
    /* Printed by itself it is as long as within the whole: a brace stands where a comma will. */
    rs_json_print(root, &stable);
    *stable_bytes = stable.length == 0 ? 0 : stable.length - 1;
    add(root, record, RS_SECTION_TIMING);
    add(root, record, RS_SECTION_ENGINE);
    rs_json_finish(root, out);
    rs_text_pass_loss(&stable, out);
    rs_text_clear(&stable);
}

void rs_record_json(const rs_record *record, rs_text *out)
{
    size_t stable_bytes;
    rs_record_write(record, out, &stable_bytes);
}
