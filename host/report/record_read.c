/* record_read.c - from the JSON of a record to its numbers.
 *
 * A record is checked as it is read: what is here was counted, so shares lie between 0 and 1, no
 * count exceeds its total, and each value comes with its error bars. Whoever reads the struct need
 * not ask again.
 */
#include "report/record_read.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/checked.h"
#include "base/error.h"
#include "base/file_read.h"
#include "report/record_member.h"

/* Of what has no other limit: finite, and sums of many still are. */
static const double largest = 1e300;

static rs_dtype take_dtype(rs_reading *work, rs_section in, const char *name)
{
    const rs_dtype dtype = rs_dtype_parse(rs_take_text(work, in, name));
    if (dtype == RS_DTYPE_NONE) {
        rs_member_refuse(work, in, name, "is no type");
    }
    return dtype;
}

static void read_member(rs_reading *work, const rs_json *json, rs_saved_member *member)
{
    const rs_section in = {json, "members"};
    member->path = rs_take_text(work, in, "path");
    member->format = rs_take_text(work, in, "format");
    member->dtype = take_dtype(work, in, "dtype");
    member->weight = rs_take_value(work, in, "weight", 0, largest);
}

static void read_ensemble(rs_reading *work, rs_section input, rs_saved_input *to)
{
    const rs_section in = rs_take_section(work, input, "ensemble");
    const char *space = rs_take_text(work, in, "space");
    const rs_json *const members = rs_member_get(work, in, "members");
    void *memory = NULL;
    if (strcmp(space, "prob") == 0) {
        to->space = RS_SPACE_PROB;
    } else if (strcmp(space, "logit") != 0) {
        rs_member_refuse(work, in, "space", "is neither logit nor prob");
    }
    if (members != NULL && (!rs_json_is_array(members) || rs_json_size(members) == 0)) {
        rs_member_refuse(work, in, "members", "is no array of models");
    }
    if (work->status == RS_OK) {
        work->status = rs_alloc(&memory, rs_json_size(members), sizeof(rs_saved_member),
                                "the members of an ensemble", work->error);
    }
    if (work->status != RS_OK) {
        return;
    }
    to->member = memory;
    for (const rs_json *json = rs_json_first(members); json != NULL; json = rs_json_next(json)) {
        read_member(work, json, &to->member[to->member_count++]);
    }
}

static void read_head(rs_reading *work, rs_section input, rs_record_head *head)
{
    const rs_section in = rs_take_section(work, input, "head");
    head->weight = rs_take_text(work, in, "weight");
    head->bias = rs_take_text_or_null(work, in, "bias");
    head->dtype = take_dtype(work, in, "dtype");
    head->features = rs_take_count_up_to(work, in, "features", RS_MAX_COLUMNS);
    head->features_dtype = take_dtype(work, in, "features_dtype");
}

static void read_input(rs_reading *work, rs_section root, rs_saved_record *record)
{
    rs_saved_input *const input = &record->input;
    const rs_section in = rs_take_section(work, root, "input");
    input->path = rs_take_text(work, in, "path");
    if (rs_member_find(in, "parts") != NULL) {
        rs_take_texts(work, in, "parts", &input->parts, &input->part_count);
    }
    if (rs_member_find(in, "ensemble") != NULL) {
        read_ensemble(work, in, input);
    }
    if (rs_member_find(in, "head") != NULL) {
        read_head(work, in, &input->head);
    }
    input->format = rs_take_text(work, in, "format");
    const char *content = rs_take_text(work, in, "content");
    if (strcmp(content, "predictions") == 0) {
        input->content = RS_CONTENT_PREDICTIONS;
    } else if (strcmp(content, "logits") != 0) {
        rs_member_refuse(work, in, "content", "is neither logits nor predictions");
    }
    input->dtype = take_dtype(work, in, "dtype");
    input->rows = rs_take_count_up_to(work, in, "rows", RS_MAX_ROWS);
    input->classes = (uint32_t)rs_take_count_up_to(work, in, "classes", RS_MAX_COLUMNS);
    input->bytes = rs_take_count(work, in, "bytes");
    input->order = rs_take_text(work, in, "order");
    if (rs_member_find(in, "row_range") != NULL) {
        double range[2] = {0, 0};
        rs_take_pair(work, in, "row_range", range);
        if (range[0] >= 0 && range[0] <= range[1] && range[1] <= (double)RS_MAX_ROWS &&
            range[0] == floor(range[0]) && range[1] == floor(range[1])) {
            input->has_row_range = true;
            input->row_range = (rs_row_range){(uint64_t)range[0], (uint64_t)range[1]};
        } else {
            rs_member_refuse(work, in, "row_range", "is no range of rows");
        }
    }
    input->hash = rs_take_hash(work, in, "hash", &input->has_hash);
}

static void read_labels(rs_reading *work, rs_section root, rs_saved_record *record)
{
    rs_saved_labels *const labels = &record->labels;
    const rs_section in = rs_take_section(work, root, "labels");
    labels->real = rs_take_text_or_null(work, in, "real");
    labels->original = rs_take_text_or_null(work, in, "original");
    labels->images = rs_take_count_up_to(work, in, "images", RS_MAX_ROWS);
    labels->evaluated = rs_take_count_up_to(work, in, "evaluated", labels->images);
    labels->hash = rs_take_hash(work, in, "hash", NULL);
    labels->synthetic = rs_take_bool(work, in, "synthetic");
}

static void read_metric(rs_reading *work, const rs_json *json, rs_metric *metric)
{
    const rs_section in = {rs_json_is_object(json) ? json : NULL, rs_json_name(json)};
    if (in.json == NULL || in.name[0] == '\0' || strlen(in.name) >= sizeof metric->name) {
        rs_member_refuse(work, (rs_section){NULL, "metrics"}, in.name, "is no metric");
        return;
    }
    memcpy(metric->name, in.name, strlen(in.name) + 1);
    metric->value = rs_take_value_or(work, in, "value", 0, 1, "", &metric->reason);
    if (metric->reason != NULL) {
        metric->reason = rs_take_text(work, in, "reason");
        return;
    }
    metric->total = rs_take_count(work, in, "total");
    const rs_json *correct = rs_member_get(work, in, "correct");
    metric->macro = correct != NULL && rs_json_is_null(correct);
    if (!metric->macro) {
        metric->correct = rs_take_count_up_to(work, in, "correct", metric->total);
    }
    metric->stderr_value = rs_take_value(work, in, "stderr", 0, 1);
    double interval[2] = {0, 1};
    rs_take_pair(work, in, "ci95", interval);
    if (!(interval[0] >= 0 && interval[0] <= interval[1] && interval[1] <= 1)) {
        rs_member_refuse(work, in, "ci95", "is no interval between 0 and 1");
    }
    metric->ci95_low = interval[0];
    metric->ci95_high = interval[1];
}

static void read_metrics(rs_reading *work, rs_section root, rs_saved_record *record)
{
    const rs_section in = rs_take_section(work, root, "metrics");
    void *memory = NULL;
    if (work->status == RS_OK) {
        work->status = rs_alloc(&memory, rs_json_size(in.json), sizeof(rs_metric),
                                "the metrics of a record", work->error);
    }
    if (work->status != RS_OK) {
        return;
    }
    record->metric = memory;
    for (const rs_json *json = rs_json_first(in.json); json != NULL; json = rs_json_next(json)) {
        read_metric(work, json, &record->metric[record->metric_count++]);
    }
}

/* True when the section has no numbers, and *reason says why. */
static bool has_reason(rs_reading *work, rs_section in, const char **reason)
{
    const rs_json *value = rs_member_find(in, "value");
    if (value == NULL || !rs_json_is_null(value)) {
        return false;
    }
    *reason = rs_take_text(work, in, "reason");
    return true;
}

static void read_oracle(rs_reading *work, rs_section root, rs_saved_record *record)
{
    rs_oracle *const oracle = &record->oracle;
    const rs_section in = rs_take_section(work, root, "oracle");
    if (has_reason(work, in, &oracle->reason)) {
        return;
    }
    oracle->rows = rs_take_count_up_to(work, in, "rows", RS_MAX_ROWS);
    oracle->expected = rs_take_value(work, in, "expected", 0, 1);
    oracle->stddev = rs_take_value(work, in, "stddev", 0, 1);
    oracle->model = rs_take_value(work, in, "model", 0, 1);
    oracle->model_correct = rs_take_count_up_to(work, in, "model_correct", oracle->rows);
    const uint32_t classes =
        (uint32_t)rs_take_count_up_to(work, in, "classes_below_cut", RS_MAX_COLUMNS);
    oracle->classes_below_cut = classes;
    oracle->classes_model_above =
        (uint32_t)rs_take_count_up_to(work, in, "classes_model_above", classes);
    oracle->classes_expected_above = rs_take_value(work, in, "classes_expected_above", 0, classes);
    oracle->classes_significant =
        (uint32_t)rs_take_count_up_to(work, in, "classes_significant", classes);
    oracle->mean_gap = rs_take_value_or(work, in, "mean_gap", -1, 1, "no class is below the cut",
                                        &oracle->mean_gap_reason);
}

static void read_disagreements(rs_reading *work, rs_section root, rs_saved_record *record)
{
    rs_disagreements *const found = &record->disagreements;
    const rs_section in = rs_take_section(work, root, "disagreements");
    if (has_reason(work, in, &found->reason)) {
        return;
    }
    found->total = rs_take_count_up_to(work, in, "total", RS_MAX_ROWS);
    found->prediction_only = rs_take_count_up_to(work, in, "prediction_only", found->total);
    found->label_only = rs_take_count_up_to(work, in, "label_only", found->total);
    found->both = rs_take_count_up_to(work, in, "both", found->total);
    found->neither = rs_take_count_up_to(work, in, "neither", found->total);
    if (work->status == RS_OK &&
        found->prediction_only + found->label_only + found->both + found->neither != found->total) {
        rs_member_refuse(work, in, "total", "is not the sum of its parts");
    }
    found->preference = rs_take_value_or(work, in, "preference", 0, 1, "no disagreement is decided",
                                         &found->preference_reason);
}

/* A mean over `rows`, null where there are none. */
static double take_mean(rs_reading *work, rs_section in, const char *name, uint64_t rows,
                        double high)
{
    const char *reason = NULL;
    const double mean = rs_take_value_or(work, in, name, 0, high, "there are no rows", &reason);
    if (reason != NULL && rows > 0) {
        rs_member_refuse(work, in, name, "is null although there are rows");
    }
    return mean;
}

static void read_calibration(rs_reading *work, rs_section root, rs_saved_record *record)
{
    rs_calibration *const found = &record->calibration;
    const rs_json *json = rs_member_get(work, root, "calibration");
    if (json == NULL || rs_json_is_null(json)) {
        return;
    }
    const rs_section in = rs_take_section(work, root, "calibration");
    found->measured = true;
    found->rows = rs_take_count_up_to(work, in, "rows", RS_MAX_ROWS);
    found->left_out = rs_take_count_up_to(work, in, "left_out", RS_MAX_ROWS);
    found->nll_rows = rs_take_count_up_to(work, in, "nll_rows", found->rows);
    found->real_nll_rows = rs_take_count_up_to(work, in, "real_nll_rows", found->rows);
    found->nll = take_mean(work, in, "nll", found->nll_rows, largest);
    found->real_nll = take_mean(work, in, "real_nll", found->real_nll_rows, largest);
    found->confidence = take_mean(work, in, "confidence", found->rows, 1);
    found->ece = take_mean(work, in, "ece", found->nll_rows, 1);
    found->real_ece = take_mean(work, in, "real_ece", found->real_nll_rows, 1);
}

static void read_rows(rs_reading *work, rs_section root, rs_saved_record *record)
{
    const rs_section in = rs_take_section(work, root, "rows");
    record->nan_rows = rs_take_count_up_to(work, in, "nan", record->input.rows);
    const rs_json *inf = rs_member_get(work, in, "inf");
    if (inf != NULL && !rs_json_is_null(inf)) {
        record->has_row_flags = true;
        record->inf_rows = rs_take_count_up_to(work, in, "inf", record->input.rows);
        record->tied_rows = rs_take_count_up_to(work, in, "tied", record->input.rows);
    }
}

/* What merged records may lack: it depends on the machine. */
static void read_run(rs_reading *work, rs_section root, rs_saved_record *record)
{
    if (rs_member_find(root, "timing") != NULL) {
        const rs_section in = rs_take_section(work, root, "timing");
        record->timing.labels_ms = rs_take_value(work, in, "labels_ms", 0, largest);
        record->timing.open_ms = rs_take_value(work, in, "open_ms", 0, largest);
        record->timing.score_ms = rs_take_value(work, in, "score_ms", 0, largest);
        record->timing.total_ms = rs_take_value(work, in, "total_ms", 0, largest);
    }
    if (rs_member_find(root, "engine") != NULL) {
        const rs_section in = rs_take_section(work, root, "engine");
        record->engine_name = rs_take_text(work, in, "name");
        record->engine_device = rs_take_text_or_null(work, in, "device");
        record->engine_threads = (uint32_t)rs_take_count_up_to(work, in, "threads", UINT32_MAX);
    }
}

static void check_schema(rs_reading *work, const rs_json *json)
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

static void read_record(rs_reading *work, const rs_json *json, rs_saved_record *record)
{
    const rs_section root = {json, ""};
    check_schema(work, json);
    if (work->status != RS_OK) {
        return;
    }
    const rs_section tool = rs_take_section(work, root, "tool");
    record->tool_version = rs_take_text(work, tool, "version");
    record->tool_commit = rs_take_text_or_null(work, tool, "commit");
    record->model = rs_take_text(work, root, "model");
    read_input(work, root, record);
    read_labels(work, root, record);
    read_metrics(work, root, record);
    read_oracle(work, root, record);
    read_disagreements(work, root, record);
    read_calibration(work, root, record);
    read_rows(work, root, record);
    rs_take_texts(work, root, "warnings", &record->warning, &record->warning_count);
    read_run(work, root, record);
}

rs_status rs_saved_record_parse(const char *file, const char *data, size_t size,
                                rs_saved_record *record, rs_error *error)
{
    *record = (rs_saved_record){0};
    if (size > RS_RECORD_BYTES_MAX) {
        return rs_fail(error, RS_RANGE, file, rs_nowhere(), "is this a result record?",
                       "a record of %zu bytes is larger than can be", size);
    }
    rs_json *json = NULL;
    RS_TRY(rs_json_parse(file, data, size, &json, error));
    void *memory = NULL;
    rs_reading work = {.file = file, .error = error};
    work.status = rs_alloc(&memory, size, 1, "the texts of a record", error);
    record->texts = work.texts = memory;
    if (work.status == RS_OK) {
        read_record(&work, json, record);
    }
    rs_json_free(json);
    if (work.status != RS_OK) {
        rs_saved_record_clear(record);
    }
    return work.status;
}

rs_status rs_saved_record_load(const char *path, rs_saved_record *record, rs_error *error)
{
    *record = (rs_saved_record){0};
    rs_file_bytes bytes = {0};
    RS_TRY(rs_file_read(path, RS_RECORD_BYTES_MAX, &bytes, error));
    const rs_status status =
        rs_saved_record_parse(path, (const char *)bytes.data, bytes.size, record, error);
    rs_file_bytes_free(&bytes);
    return status;
}

void rs_saved_record_clear(rs_saved_record *record)
{
    free(record->input.parts);
    free(record->input.member);
    free(record->metric);
    free(record->warning);
    free(record->texts);
    *record = (rs_saved_record){0};
}

const rs_metric *rs_saved_metric(const rs_saved_record *record, const char *name)
{
    for (uint32_t i = 0; i < record->metric_count; ++i) {
        if (strcmp(record->metric[i].name, name) == 0) {
            return record->metric[i].reason == NULL ? &record->metric[i] : NULL;
        }
    }
    return NULL;
}
