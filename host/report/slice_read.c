/* slice_read.c - from what rs_slice_json wrote to the counts that it was written from. */
#include "report/slice_read.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/checked.h"
#include "report/record_check.h"
#include "report/record_metric.h"

/* K of the metric's name, which is that of its place: ImageNet and ReaL by turns. 0: it is not. */
static uint32_t depth_of(const rs_metric *metric, uint32_t at)
{
    const char *const stem = at % 2 == 0 ? "imagenet_top" : "real_top";
    const size_t length = strlen(stem);
    char wanted[sizeof metric->name];
    if (strncmp(metric->name, stem, length) != 0) {
        return 0;
    }
    const unsigned long depth = strtoul(metric->name + length, NULL, 10);
    (void)snprintf(wanted, sizeof wanted, "%s%lu", stem, depth);
    return depth <= UINT32_MAX && strcmp(wanted, metric->name) == 0 ? (uint32_t)depth : 0;
}

/* The first group says which K there are. */
static bool take_depth(rs_slice_counts *counts, uint32_t group, uint32_t at, uint32_t depth)
{
    const uint32_t k = at / 2;
    if (group == 0 && at % 2 == 0 && k < RS_TOPK_MAX) {
        counts->topk[k] = depth;
        counts->topk_count = k + 1;
        return depth > (k == 0 ? 0 : counts->topk[k - 1]);
    }
    return k < counts->topk_count && counts->topk[k] == depth;
}

/* A group has no more right and no more wrong rows than all have together. */
static bool is_part_of(const rs_metric *metric, const rs_metric *whole)
{
    return whole == NULL || (metric->correct <= whole->correct &&
                             metric->total - metric->correct <= whole->total - whole->correct);
}

static void read_metric(rs_members *work, const rs_json *json, uint32_t group, uint32_t at,
                        const rs_record *record)
{
    rs_slice_counts *const counts = record->read.counts;
    const rs_section in = {json, "slices"};
    rs_slice_count *const to = &counts->count[group];
    const bool real = at % 2 != 0;
    rs_metric metric = {.total = 0};
    rs_take_metric(work, json, &metric);
    if (work->status != RS_OK) {
        return;
    }
    if (metric.macro || !take_depth(counts, group, at, depth_of(&metric, at))) {
        rs_member_refuse(work, in, metric.name, "is none of the accuracies of groups");
        return;
    }
    if (metric.reason == NULL) {
        rs_record_check_metric(work, record->input.rows, &metric);
        if (!is_part_of(&metric, rs_record_metric(record, metric.name))) {
            rs_member_refuse(work, in, metric.name, "is more than the record counts of all rows");
        }
    }
    uint64_t *const total = real ? &to->nonempty : &to->known;
    uint64_t *const correct = (real ? to->real : to->imagenet) + at / 2;
    if (at >= 2 && *total != metric.total) {
        rs_member_refuse(work, in, metric.name, "is of other images than the one before");
    }
    if (at >= 2 && metric.correct < correct[-1]) {
        rs_member_refuse(work, in, metric.name, "is right less often than with fewer predictions");
    }
    *total = metric.total;
    *correct = metric.correct;
}

static void read_group(rs_members *work, const rs_json *json, uint32_t at, rs_record *record)
{
    const rs_section in = {rs_json_is_object(json) ? json : NULL, "slices"};
    const char *const by = rs_take_text(work, in, "by");
    const char *const name = rs_take_text(work, in, "group");
    const rs_section metrics = rs_take_section(work, in, "metrics");
    uint32_t group = 0;
    uint32_t number = 0;
    if (work->status == RS_OK) {
        work->status =
            rs_slices_group(record->read.groups, (rs_span){by, strlen(by)},
                            (rs_span){name, strlen(name)}, &group, work->error);
    }
    if (work->status == RS_OK && group != at) {
        rs_member_refuse(work, in, name, "is there twice");
    }
    const rs_json *metric = work->status == RS_OK ? rs_json_first(metrics.json) : NULL;
    for (; metric != NULL && work->status == RS_OK; metric = rs_json_next(metric)) {
        read_metric(work, metric, group, number++, record);
    }
    if (work->status == RS_OK && number != 2 * record->read.counts->topk_count) {
        rs_member_refuse(work, in, name, "has not the accuracies of the others");
    }
}

void rs_slice_read(rs_members *work, rs_section root, rs_record *record)
{
    const rs_json *const list = rs_member_find(root, "slices");
    uint32_t at = 0;
    if (list == NULL || work->status != RS_OK) {
        return;
    }
    const size_t count = rs_json_is_array(list) ? rs_json_size(list) : 0;
    if (count == 0 || count > RS_SLICE_GROUPS_MAX) {
        rs_member_refuse(work, root, "slices", "is no array of groups");
        return;
    }
    rs_slices room = {.count = (uint32_t)count}; /* the groups come one by one */
    work->status = RS_NEW(&record->read.groups, 1, "groups", work->error);
    if (work->status == RS_OK) {
        work->status = rs_slice_counts_create(&room, &record->read.counts, work->error);
    }
    for (const rs_json *json = rs_json_first(list); json != NULL && work->status == RS_OK;
         json = rs_json_next(json)) {
        read_group(work, json, at++, record);
    }
    if (work->status == RS_OK) {
        record->read.counts->slices = record->read.groups;
        record->slices = record->read.counts;
    }
}
