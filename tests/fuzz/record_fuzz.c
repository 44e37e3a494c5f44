/* record_fuzz.c - any bytes as a result record.
 *
 * What is accepted must keep the promises of a record: shares between 0 and 1, counts within their
 * totals, texts that are there.
 */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "report/record_line.h"
#include "report/record_read.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(int condition)
{
    if (!condition) {
        abort();
    }
}

static int is_share(double value)
{
    return isfinite(value) && value >= 0 && value <= 1;
}

static void check_metric(const rs_record *record, const rs_metric *metric)
{
    require(strlen(metric->name) < sizeof metric->name);
    if (metric->reason != NULL) {
        require(strlen(metric->reason) < RS_RECORD_BYTES_MAX);
        require(rs_record_metric(record, metric->name) == NULL);
        return;
    }
    require(rs_record_metric(record, metric->name) == metric);
    require(is_share(metric->value) && is_share(metric->stderr_value));
    require(is_share(metric->ci95_low) && is_share(metric->ci95_high));
    require(metric->ci95_low <= metric->ci95_high);
    require(metric->macro || metric->correct <= metric->total);
}

static void check(const rs_record *record)
{
    require(record->model != NULL && record->tool_version != NULL);
    require(record->input.path != NULL && record->input.format != NULL);
    require(record->input.dtype != RS_DTYPE_NONE && record->input.order != NULL);
    require(record->input.rows <= RS_MAX_ROWS && record->input.classes <= RS_MAX_COLUMNS);
    require(record->input.row_range.begin <= record->input.row_range.end);
    require(record->labels.evaluated <= record->labels.images);
    for (size_t i = 0; i < record->input.part_count; ++i) {
        require(strlen(record->input.parts[i]) < RS_RECORD_BYTES_MAX);
    }
    for (size_t i = 0; i < record->input.member_count; ++i) {
        const rs_record_member *member = &record->input.member[i];
        require(strlen(member->path) + strlen(member->format) < RS_RECORD_BYTES_MAX);
        require(member->dtype != RS_DTYPE_NONE && isfinite(member->weight) && member->weight >= 0);
    }
    if (record->input.head.weight != NULL) {
        require(strlen(record->input.head.weight) < RS_RECORD_BYTES_MAX);
        require(record->input.head.dtype != RS_DTYPE_NONE);
        require(record->input.head.features <= RS_MAX_COLUMNS);
    }
    for (size_t i = 0; i < record->warnings.count; ++i) {
        require(strlen(record->warnings.item[i].text) < RS_RECORD_BYTES_MAX);
    }
    for (uint32_t i = 0; i < record->metric_count; ++i) {
        check_metric(record, &record->metric[i]);
    }
    const rs_oracle *oracle = &record->oracle;
    require(is_share(oracle->expected) && is_share(oracle->model));
    require(oracle->classes_model_above <= oracle->classes_below_cut);
    const rs_disagreements *found = &record->disagreements;
    require(found->prediction_only + found->label_only + found->both + found->neither ==
            found->total);
    require(record->nan_rows <= record->input.rows);
}

/* With `model` moved to the front it is the same record. */
static void check_line(const uint8_t *data, size_t size, const rs_record *record)
{
    rs_text text = {0};
    rs_text line = {0};
    rs_record again;
    rs_text_append(&text, (const char *)data, size);
    rs_record_line(&text, &line);
    require(rs_text_check(&text, NULL) == RS_OK && rs_text_check(&line, NULL) == RS_OK);
    require(rs_record_parse("line", line.data, line.length, &again, NULL) == RS_OK);
    require(strcmp(again.model, record->model) == 0);
    require(again.metric_count == record->metric_count && again.nan_rows == record->nan_rows);
    rs_record_clear(&again);
    rs_text_clear(&line);
    rs_text_clear(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    rs_record record;
    rs_error error;
    memset(&error, 0, sizeof error);
    if (rs_record_parse("record.json", (const char *)data, size, &record, &error) == RS_OK) {
        check(&record);
        check_line(data, size, &record);
    } else {
        require(error.status != RS_OK && error.reason[0] != '\0');
        require(record.texts == NULL && record.metric == NULL && record.metric_count == 0);
    }
    rs_record_clear(&record);
    return 0;
}
