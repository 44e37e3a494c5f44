/* record.c - a record's arrays, and what a pass puts into them. */
#include "report/record.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/checked.h"
#include "base/error.h"
#include "build_info.h"
#include "labels/label_part.h"
#include "reassess/version.h"

rs_status rs_warnings_add_text(rs_warnings *warnings, rs_warning_kind kind, const char *text,
                               rs_error *error)
{
    RS_TRY(RS_GROW(&warnings->item, warnings->count + 1, "warnings", error));
    rs_warning *const item = &warnings->item[warnings->count];
    item->kind = kind;
    RS_TRY(rs_copy_text(&item->text, text, error));
    warnings->count += 1;
    return RS_OK;
}

rs_status rs_warnings_add(rs_warnings *warnings, rs_warning_kind kind, rs_error *error,
                          const char *format, ...)
{
    char text[RS_ERROR_TEXT_BYTES];
    va_list arguments;
    va_start(arguments, format);
    /* NOLINTNEXTLINE(clang-analyzer-valist.Uninitialized): va_start is right above */
    (void)vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    return rs_warnings_add_text(warnings, kind, text, error);
}

void rs_warnings_clear(rs_warnings *warnings)
{
    for (size_t i = 0; i < warnings->count; ++i) {
        free(warnings->item[i].text);
    }
    free(warnings->item);
    *warnings = (rs_warnings){0};
}

void rs_record_begin(rs_record *record, const char *model)
{
    *record = (rs_record){.model = model};
    rs_record_take_tool(record);
}

void rs_record_take_tool(rs_record *record)
{
    record->tool_version = RS_VERSION;
    record->tool_commit = RS_BUILD_COMMIT;
}

void rs_record_take_source(rs_record *record, const rs_source_info *info)
{
    rs_record_input *const input = &record->input;
    input->path = info->path;
    input->format = info->format;
    input->content = info->content;
    input->dtype = info->dtype;
    input->classes = info->columns;
    input->bytes = info->bytes;
}

rs_status rs_record_take_parts(rs_record *record, const char *const *paths, size_t count,
                               rs_error *error)
{
    RS_TRY(RS_NEW(&record->input.parts, count, "the parts of a model", error));
    record->input.part_count = count;
    memcpy(record->input.parts, paths, count * sizeof paths[0]);
    return RS_OK;
}

rs_status rs_record_take_ensemble(rs_record *record, const rs_ensemble_info *info, rs_error *error)
{
    rs_record_input *const input = &record->input;
    if (info == NULL) {
        return RS_OK;
    }
    RS_TRY(RS_NEW(&input->member, info->member_count, "the models of an ensemble", error));
    input->member_count = info->member_count;
    input->space = info->space;
    for (size_t m = 0; m < info->member_count; ++m) {
        const rs_source_info *const member = info->member[m];
        input->member[m] =
            (rs_record_member){member->path, member->format, member->dtype, info->weight[m]};
    }
    return RS_OK;
}

void rs_record_take_labels(rs_record *record, const rs_labels *labels, uint64_t evaluated)
{
    const rs_labels *const whole = rs_labels_whole(labels);
    record->labels = (rs_record_labels){
        .real = rs_labels_real_path(labels),
        .original = rs_labels_original_path(labels),
        .images = rs_labels_get_view(labels)->rows,
        .subset.of = whole == NULL ? 0 : rs_labels_get_view(whole)->rows,
        .subset.list = rs_labels_list_path(labels),
        .evaluated = evaluated,
        .hash = rs_labels_hash(labels),
        .synthetic = rs_labels_are_synthetic(labels),
    };
}

void rs_record_take_engine(rs_record *record, const rs_engine_info *info)
{
    record->engine = (rs_record_engine){info->name, info->device, info->threads};
}

rs_status rs_record_take_metrics(rs_record *record, const rs_metrics *metrics, rs_error *error)
{
    RS_TRY(RS_GROW(&record->metric, metrics->metric_count, "metrics", error));
    record->metric_count = metrics->metric_count;
    memcpy(record->metric, metrics->metric, metrics->metric_count * sizeof(rs_metric));
    record->input.rows = metrics->rows;
    record->oracle = metrics->oracle;
    record->choice = metrics->choice;
    record->disagreements = metrics->disagreements;
    record->calibration = metrics->calibration;
    record->nan_rows = metrics->nan_rows;
    record->has_inf_rows = metrics->has_inf_rows;
    record->has_row_health = metrics->has_row_health;
    record->has_row_flags = metrics->has_row_flags;
    record->inf_rows = metrics->inf_rows;
    record->constant_rows = metrics->constant_rows;
    record->looked_rows = metrics->looked_rows;
    record->looked_tied_rows = metrics->looked_tied_rows;
    record->tied_rows = metrics->tied_rows;
    return RS_OK;
}

rs_status rs_record_take_set(rs_record *record, const char *name, const rs_labels *labels,
                             uint64_t evaluated, const rs_metrics *metrics, rs_error *error)
{
    RS_TRY(RS_GROW(&record->set, record->set_count + 1, "label sets", error));
    rs_record_set *const set = &record->set[record->set_count];
    *set = (rs_record_set){.name = NULL};
    record->set_count += 1;
    RS_TRY(rs_copy_text(&set->name, name, error));
    rs_record_take_labels(&set->record, labels, evaluated);
    return rs_record_take_metrics(&set->record, metrics, error);
}

static void clear_sets(rs_record *record)
{
    for (size_t s = 0; s < record->set_count; ++s) {
        free(record->set[s].name);
        free(record->set[s].record.metric);
    }
    free(record->set);
}

void rs_record_clear(rs_record *record)
{
    clear_sets(record);
    rs_slice_counts_free(record->read.counts);
    if (record->read.groups != NULL) {
        rs_slices_clear(record->read.groups);
        free(record->read.groups);
    }
    free(record->input.parts);
    free(record->input.member);
    free(record->metric);
    rs_warnings_clear(&record->warnings);
    free(record->texts);
    *record = (rs_record){0};
}

const rs_metric *rs_record_metric(const rs_record *record, const char *name)
{
    for (uint32_t i = 0; i < record->metric_count; ++i) {
        if (strcmp(record->metric[i].name, name) == 0) {
            return record->metric[i].reason == NULL ? &record->metric[i] : NULL;
        }
    }
    return NULL;
}

double rs_record_covariance(const rs_record *record)
{
    const rs_metric *const imagenet = rs_record_metric(record, "imagenet_top1");
    const rs_metric *const real = rs_record_metric(record, "real_top1");
    const rs_disagreements *const differ = &record->disagreements;
    if (imagenet == NULL || real == NULL || differ->reason != NULL ||
        imagenet->total != record->labels.images) { /* of others the counts leave some out */
        return 0.0;
    }
    const double counted = (double)real->total; /* by ReaL; the other images have no part in it */
    const double by_both = (double)real->correct - (double)(differ->both + differ->prediction_only);
    const double by_label = counted - (double)differ->total;
    return (by_both / counted - by_label / counted * real->value) / (double)imagenet->total;
}
