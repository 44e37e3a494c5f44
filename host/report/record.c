/* record.c - the JSON record of one model. */
#include "report/record.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/checked.h"
#include "base/error.h"
#include "base/hash.h"
#include "base/json.h"
#include "build_info.h"
#include "reassess/version.h"

rs_status rs_warnings_add(rs_warnings *warnings, rs_error *error, const char *format, ...)
{
    char text[RS_ERROR_TEXT_BYTES];
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    void *memory = warnings->text;
    RS_TRY(rs_realloc(&memory, warnings->count + 1, sizeof(char *), "warnings", error));
    warnings->text = memory;
    RS_TRY(rs_copy_text(&warnings->text[warnings->count], text, error));
    warnings->count += 1;
    return RS_OK;
}

void rs_warnings_clear(rs_warnings *warnings)
{
    for (size_t i = 0; i < warnings->count; ++i) {
        free(warnings->text[i]);
    }
    free(warnings->text);
    *warnings = (rs_warnings){0};
}

static void add_hash(rs_json *to, const char *name, bool has, uint64_t hash)
{
    char text[RS_HASH_TEXT_BYTES];
    rs_json_add_text(to, name, has ? rs_hash_text(hash, text) : NULL);
}

static void add_tool(rs_json *root)
{
    rs_json *tool = rs_json_add_object(root, "tool");
    rs_json_add_text(tool, "version", RS_VERSION);
    rs_json_add_text(tool, "commit", RS_BUILD_COMMIT);
}

static void add_ensemble(rs_json *input, const rs_ensemble_info *ensemble)
{
    rs_json *to = rs_json_add_object(input, "ensemble");
    rs_json_add_text(to, "space", ensemble->space == RS_SPACE_PROB ? "prob" : "logit");
    rs_json *members = rs_json_add_array(to, "members");
    for (size_t m = 0; m < ensemble->member_count; ++m) {
        const rs_source_info *const info = ensemble->member[m];
        rs_json *member = rs_json_add_object(members, NULL);
        rs_json_add_text(member, "path", info->path);
        rs_json_add_text(member, "format", info->format);
        rs_json_add_text(member, "dtype", rs_dtype_name(info->dtype));
        rs_json_add_number(member, "weight", ensemble->weight[m]);
    }
}

static void add_head(rs_json *input, const rs_record_head *head)
{
    rs_json *to = rs_json_add_object(input, "head");
    rs_json_add_text(to, "weight", head->weight);
    rs_json_add_text(to, "bias", head->bias);
    rs_json_add_text(to, "dtype", rs_dtype_name(head->dtype));
    rs_json_add_integer(to, "features", head->features);
    rs_json_add_text(to, "features_dtype", rs_dtype_name(head->features_dtype));
}

static void add_input(rs_json *root, const rs_record *record)
{
    const rs_source_info *info = record->input;
    rs_json *input = rs_json_add_object(root, "input");
    rs_json_add_text(input, "path", info->path);
    if (record->parts != NULL) {
        rs_json *parts = rs_json_add_array(input, "parts");
        for (size_t i = 0; i < record->part_count; ++i) {
            rs_json_add_text(parts, NULL, record->parts[i]);
        }
    }
    if (record->ensemble != NULL) {
        add_ensemble(input, record->ensemble);
    }
    if (record->head != NULL) {
        add_head(input, record->head);
    }
    rs_json_add_text(input, "format", info->format);
    rs_json_add_text(input, "content",
                     info->content == RS_CONTENT_LOGITS ? "logits" : "predictions");
    rs_json_add_text(input, "dtype", rs_dtype_name(info->dtype));
    rs_json_add_integer(input, "rows", record->metrics->rows);
    rs_json_add_integer(input, "classes", info->columns);
    rs_json_add_integer(input, "bytes", info->bytes);
    rs_json_add_text(input, "order", record->order);
    if (record->has_row_range) {
        rs_json *range = rs_json_add_array(input, "row_range");
        rs_json_add_integer(range, NULL, record->row_range.begin);
        rs_json_add_integer(range, NULL, record->row_range.end);
    }
    add_hash(input, "hash", record->has_input_hash, record->input_hash);
}

static rs_label_facts facts_of(const rs_record *record)
{
    const rs_labels *const labels = record->labels;
    if (labels == NULL) {
        return record->facts;
    }
    return (rs_label_facts){rs_labels_real_path(labels), rs_labels_original_path(labels),
                            rs_labels_hash(labels), rs_labels_are_synthetic(labels)};
}

static void add_labels(rs_json *root, const rs_record *record)
{
    const rs_label_facts facts = facts_of(record);
    rs_json *labels = rs_json_add_object(root, "labels");
    rs_json_add_text(labels, "real", facts.real);
    rs_json_add_text(labels, "original", facts.original);
    rs_json_add_integer(labels, "images", record->images);
    rs_json_add_integer(labels, "evaluated", record->evaluated);
    rs_json_add_integer(labels, "empty", record->images - record->evaluated);
    add_hash(labels, "hash", true, facts.hash);
    rs_json_add_bool(labels, "synthetic", facts.synthetic);
}

/* A number, or null where `reason` says why there is none. */
static void add_value(rs_json *to, const char *name, const char *reason, double value)
{
    if (reason != NULL) {
        rs_json_add_null(to, name);
    } else {
        rs_json_add_number(to, name, value);
    }
}

void rs_record_add_metric(rs_json *metrics, const rs_metric *metric)
{
    rs_json *to = rs_json_add_object(metrics, metric->name);
    add_value(to, "value", metric->reason, metric->value);
    if (metric->reason != NULL) {
        rs_json_add_text(to, "reason", metric->reason);
        return;
    }
    if (metric->macro) {
        rs_json_add_null(to, "correct");
    } else {
        rs_json_add_integer(to, "correct", metric->correct);
    }
    rs_json_add_integer(to, "total", metric->total);
    rs_json_add_number(to, "stderr", metric->stderr_value);
    rs_json *interval = rs_json_add_array(to, "ci95");
    rs_json_add_number(interval, NULL, metric->ci95_low);
    rs_json_add_number(interval, NULL, metric->ci95_high);
}

static void add_oracle(rs_json *root, const rs_oracle *oracle)
{
    rs_json *to = rs_json_add_object(root, "oracle");
    if (oracle->reason != NULL) {
        rs_json_add_null(to, "value");
        rs_json_add_text(to, "reason", oracle->reason);
        return;
    }
    rs_json_add_integer(to, "rows", oracle->rows);
    rs_json_add_number(to, "expected", oracle->expected);
    rs_json_add_number(to, "stddev", oracle->stddev);
    rs_json_add_number(to, "model", oracle->model);
    rs_json_add_integer(to, "model_correct", oracle->model_correct);
    rs_json_add_integer(to, "classes_below_cut", oracle->classes_below_cut);
    rs_json_add_integer(to, "classes_model_above", oracle->classes_model_above);
    rs_json_add_number(to, "classes_expected_above", oracle->classes_expected_above);
    rs_json_add_integer(to, "classes_significant", oracle->classes_significant);
    add_value(to, "mean_gap", oracle->mean_gap_reason, oracle->mean_gap);
}

static void add_disagreements(rs_json *root, const rs_disagreements *disagreements)
{
    rs_json *to = rs_json_add_object(root, "disagreements");
    if (disagreements->reason != NULL) {
        rs_json_add_null(to, "value");
        rs_json_add_text(to, "reason", disagreements->reason);
        return;
    }
    rs_json_add_integer(to, "total", disagreements->total);
    rs_json_add_integer(to, "prediction_only", disagreements->prediction_only);
    rs_json_add_integer(to, "label_only", disagreements->label_only);
    rs_json_add_integer(to, "both", disagreements->both);
    rs_json_add_integer(to, "neither", disagreements->neither);
    add_value(to, "preference", disagreements->preference_reason, disagreements->preference);
}

static void add_calibration(rs_json *root, const rs_calibration *calibration)
{
    if (!calibration->measured) {
        rs_json_add_null(root, "calibration");
        return;
    }
    const char *no_rows = calibration->rows == 0 ? "no rows" : NULL;
    const char *no_labels = calibration->nll_rows == 0 ? "no rows" : NULL;
    const char *no_sets = calibration->real_nll_rows == 0 ? "no rows" : NULL;
    rs_json *to = rs_json_add_object(root, "calibration");
    rs_json_add_integer(to, "rows", calibration->rows);
    rs_json_add_integer(to, "left_out", calibration->left_out);
    add_value(to, "nll", no_labels, calibration->nll);
    rs_json_add_integer(to, "nll_rows", calibration->nll_rows);
    add_value(to, "real_nll", no_sets, calibration->real_nll);
    rs_json_add_integer(to, "real_nll_rows", calibration->real_nll_rows);
    add_value(to, "confidence", no_rows, calibration->confidence);
    add_value(to, "ece", no_labels, calibration->ece);
    add_value(to, "real_ece", no_sets, calibration->real_ece);
}

static void add_rows(rs_json *root, const rs_metrics *metrics)
{
    rs_json *rows = rs_json_add_object(root, "rows");
    rs_json_add_integer(rows, "nan", metrics->nan_rows);
    if (metrics->has_row_flags) {
        rs_json_add_integer(rows, "inf", metrics->inf_rows);
        rs_json_add_integer(rows, "tied", metrics->tied_rows);
    } else {
        rs_json_add_null(rows, "inf");
        rs_json_add_null(rows, "tied");
    }
}

static void add_run(rs_json *root, const rs_record *record)
{
    rs_json *timing = rs_json_add_object(root, "timing");
    rs_json_add_number(timing, "labels_ms", record->timing.labels_ms);
    rs_json_add_number(timing, "open_ms", record->timing.open_ms);
    rs_json_add_number(timing, "score_ms", record->timing.score_ms);
    rs_json_add_number(timing, "total_ms", record->timing.total_ms);
    rs_json *engine = rs_json_add_object(root, "engine");
    rs_json_add_text(engine, "name", record->engine->name);
    rs_json_add_text(engine, "device", record->engine->device);
    rs_json_add_integer(engine, "threads", record->engine->threads);
}

rs_status rs_record_json(const rs_record *record, rs_text *out, rs_error *error)
{
    rs_json *root = rs_json_object();
    rs_json_add_text(root, "schema", RS_RECORD_SCHEMA);
    add_tool(root);
    rs_json_add_text(root, "model", record->model);
    add_input(root, record);
    add_labels(root, record);
    rs_json *metrics = rs_json_add_object(root, "metrics");
    for (uint32_t i = 0; i < record->metrics->metric_count; ++i) {
        rs_record_add_metric(metrics, &record->metrics->metric[i]);
    }
    add_oracle(root, &record->metrics->oracle);
    add_disagreements(root, &record->metrics->disagreements);
    add_calibration(root, &record->metrics->calibration);
    add_rows(root, record->metrics);
    rs_json *warnings = rs_json_add_array(root, "warnings");
    for (size_t i = 0; i < record->warnings.count; ++i) {
        rs_json_add_text(warnings, NULL, record->warnings.text[i]);
    }
    add_run(root, record);
    rs_status status = rs_json_print(root, out, error);
    rs_json_free(root);
    if (status == RS_OK) {
        status = rs_text_append(out, "\n", 1, error);
    }
    return status;
}
