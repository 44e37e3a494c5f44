/* merge_parts.c - tallies add up; everything else is the same in every part. */
#include "sweep/merge_parts.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/checked.h"
#include "base/error.h"
#include "base/file_read.h"
#include "evaluate/diagnose.h"
#include "report/record_read.h"
#include "sweep/content_key.h"
#include "sweep/model_run.h"
#include "sweep/result_store.h"
#include "sweep/sweep_settings.h"

/* The first part stands for all in what they have in common. */
typedef struct merging {
    rs_saved_record first;
    rs_json *note; /* of the first part */
    rs_tally *sum;
    double score_ms;
} merging;

static void clear(merging *work)
{
    rs_saved_record_clear(&work->first);
    rs_json_free(work->note);
    rs_tally_free(work->sum);
}

static bool same_input(const rs_saved_record *a, const rs_saved_record *b)
{
    return strcmp(a->input.order, b->input.order) == 0 && a->input.bytes == b->input.bytes &&
           a->input.dtype == b->input.dtype && a->input.content == b->input.content &&
           a->input.has_hash == b->input.has_hash && a->input.hash == b->input.hash;
}

static rs_status add_tally(const rs_result *part, merging *work, const rs_tally *tally,
                           const rs_json *note, rs_error *error)
{
    rs_key_difference difference;
    const rs_status status = rs_tally_add(work->sum, tally, error);
    if (status != RS_OK) {
        if (error != NULL) {
            (void)snprintf(error->file, sizeof error->file, "%s", part->files.record);
        }
        return status;
    }
    rs_content_key_compare_parts(note, work->note, &difference);
    return difference.differs
               ? rs_fail(error, RS_MISMATCH, part->files.record, rs_nowhere(),
                         "sweep all parts again in one way",
                         "this part was made in another way than the first one: %s", difference.why)
               : RS_OK;
}

/* One part more. */
static rs_status add_part(const rs_result *part, merging *work, rs_error *error)
{
    rs_file_bytes bytes = {0};
    rs_saved_record record = {0};
    rs_tally *tally = NULL;
    rs_json *note = NULL;
    const bool is_first = work->sum == NULL;
    rs_status status = rs_file_read(part->files.record, RS_RECORD_BYTES_MAX, &bytes, error);
    if (status == RS_OK && part->files.tally == NULL) {
        status = rs_fail(error, RS_FORMAT, part->files.record, rs_nowhere(), "run the sweep again",
                         "the tally of this part is missing, so it cannot be added");
    }
    if (status == RS_OK) {
        status = rs_saved_record_parse(part->files.record, (const char *)bytes.data, bytes.size,
                                       &record, error);
    }
    if (status == RS_OK) {
        status = rs_result_load_tally(&part->files, (const char *)bytes.data, bytes.size, &tally,
                                      &note, error);
    }
    if (status == RS_OK && !is_first && !same_input(&work->first, &record)) {
        status = rs_fail(error, RS_MISMATCH, part->files.record, rs_nowhere(),
                         "sweep all parts again from one input",
                         "this part is of another input than the one before it");
    }
    if (status == RS_OK && !is_first) {
        status = add_tally(part, work, tally, note, error);
    }
    work->score_ms += record.timing.score_ms;
    if (status == RS_OK && is_first) {
        work->first = record;
        work->note = note;
        work->sum = tally;
    } else {
        rs_saved_record_clear(&record);
        rs_json_free(note);
        rs_tally_free(tally);
    }
    rs_file_bytes_free(&bytes);
    return status;
}

/* Which rows no part has. */
static rs_status check_whole(const rs_result *part, size_t count, const merging *work,
                             rs_error *error)
{
    uint64_t next = 0;
    for (size_t i = 0; i <= count; ++i) {
        const uint64_t begin = i < count ? part[i].rows.begin : work->first.labels.images;
        if (begin > next) {
            return rs_fail(error, RS_MISMATCH, part[0].files.record, rs_nowhere(),
                           "sweep them with --row-range, or merge their folder too",
                           "rows %" PRIu64 ":%" PRIu64 " of %s are in no part", next, begin,
                           part[0].model);
        }
        next = i < count ? part[i].rows.end : next;
    }
    return RS_OK;
}

/* ---- the record ---- */

/* Members whose rows look different say so in every part, of which they all read the first rows. */
static bool is_of_member(const rs_saved_input *input, const char *warning)
{
    for (size_t m = 0; m < input->member_count; ++m) {
        const size_t length = strlen(input->member[m].path);
        if (strncmp(warning, input->member[m].path, length) == 0 && warning[length] == ':') {
            return true;
        }
    }
    return false;
}

/* Warnings of the first part that its files give, or how it was computed. */
static rs_status keep_warnings(const merging *work, bool of_members, rs_warnings *warnings,
                               rs_error *error)
{
    const rs_saved_record *const first = &work->first;
    for (size_t i = 0; i < first->warning_count; ++i) {
        const char *const text = first->warning[i];
        if (of_members ? is_of_member(&first->input, text) : strcmp(text, RS_PLAIN_PRODUCTS) == 0) {
            RS_TRY(rs_warnings_add(warnings, error, "%s", text));
        }
    }
    return RS_OK;
}

static bool holds_probabilities(const rs_json *settings)
{
    const char *values = rs_json_text(rs_json_get(settings, "--values"));
    const char *space = rs_json_text(rs_json_get(settings, RS_SETTING_ENSEMBLE));
    return (values != NULL && strcmp(values, "probs") == 0) ||
           (space != NULL && strcmp(space, "prob") == 0);
}

/* As the pass over all rows would have doubted them. */
static rs_status doubt(const merging *work, const rs_metrics *metrics, rs_warnings *warnings,
                       rs_error *error)
{
    const rs_saved_record *const first = &work->first;
    const rs_metric *const top1 = rs_metrics_find(metrics, "imagenet_top1");
    RS_TRY(rs_doubt_counts(first->labels.synthetic, metrics, warnings, error));
    RS_TRY(keep_warnings(work, true, warnings, error));
    if (top1 != NULL && top1->reason == NULL &&
        rs_near_chance(top1->correct, top1->total, metrics->classes)) {
        RS_TRY(rs_warnings_add(warnings, error, "top-1 accuracy of %.2f %% is near chance",
                               100.0 * top1->value));
    } else if (!holds_probabilities(rs_json_get(work->note, "settings"))) {
        RS_TRY(rs_doubt_values(metrics, first->input.classes, warnings, error));
    }
    return keep_warnings(work, false, warnings, error);
}

/* An ensemble as its record says it, in the form of one that is open. */
typedef struct saved_ensemble {
    rs_ensemble_info info;
    rs_source_info *source;
    const rs_source_info **member;
    double *weight;
} saved_ensemble;

static rs_status make_ensemble(const rs_saved_input *input, saved_ensemble *made, rs_error *error)
{
    void *memory = NULL;
    RS_TRY(rs_alloc(&memory, input->member_count, sizeof(rs_source_info), "members", error));
    made->source = memory;
    RS_TRY(rs_alloc(&memory, input->member_count, sizeof(rs_source_info *), "members", error));
    made->member = memory;
    RS_TRY(rs_alloc(&memory, input->member_count, sizeof(double), "members", error));
    made->weight = memory;
    for (size_t m = 0; m < input->member_count; ++m) {
        const rs_saved_member *const member = &input->member[m];
        made->source[m] = (rs_source_info){
            .path = member->path, .format = member->format, .dtype = member->dtype};
        made->member[m] = &made->source[m];
        made->weight[m] = member->weight;
    }
    made->info = (rs_ensemble_info){.space = input->space,
                                    .member_count = input->member_count,
                                    .member = made->member,
                                    .weight = made->weight};
    return RS_OK;
}

static void clear_ensemble(saved_ensemble *made)
{
    free(made->source);
    free(made->member);
    free(made->weight);
}

static rs_status write_record(const merging *work, const rs_metrics *metrics, rs_text *out,
                              rs_error *error)
{
    const rs_saved_record *const first = &work->first;
    const rs_source_info input = {
        .path = first->input.path,
        .format = first->input.format,
        .dtype = first->input.dtype,
        .content = first->input.content,
        .columns = first->input.classes,
        .bytes = first->input.bytes,
    };
    rs_engine_info engine = {.name = first->engine_name, .threads = first->engine_threads};
    (void)snprintf(engine.device, sizeof engine.device, "%s",
                   first->engine_device == NULL ? "" : first->engine_device);
    rs_record record = {
        .model = first->model,
        .input = &input,
        .parts = (const char *const *)first->input.parts,
        .part_count = first->input.part_count,
        .head = first->input.head.weight != NULL ? &first->input.head : NULL,
        .order = first->input.order,
        .has_input_hash = first->input.has_hash,
        .input_hash = first->input.hash,
        .facts = {first->labels.real, first->labels.original, first->labels.hash,
                  first->labels.synthetic},
        .images = first->labels.images,
        .evaluated = first->labels.evaluated,
        .metrics = metrics,
        .engine = &engine,
        .timing = {.score_ms = work->score_ms},
    };
    saved_ensemble ensemble = {.source = NULL};
    rs_status status = RS_OK;
    if (first->input.member_count > 0) {
        status = make_ensemble(&first->input, &ensemble, error);
        record.ensemble = &ensemble.info;
    }
    if (status == RS_OK) {
        status = doubt(work, metrics, &record.warnings, error);
    }
    if (status == RS_OK) {
        status = rs_record_json(&record, out, error);
    }
    rs_warnings_clear(&record.warnings);
    clear_ensemble(&ensemble);
    return status;
}

/* ---- the whole ---- */

static rs_status make_record(const merging *work, rs_text *record, rs_error *error)
{
    rs_metrics_options options = {0};
    rs_metrics metrics = {0};
    bool *excluded = NULL;
    rs_status status = rs_sweep_settings_oracle(rs_json_get(work->note, "settings"),
                                                rs_tally_get_shape(work->sum)->classes, &options,
                                                &excluded, error);
    if (status == RS_OK) {
        status = rs_metrics_compute(work->sum, &options, &metrics, error);
    }
    if (status == RS_OK) {
        status = write_record(work, &metrics, record, error);
    }
    rs_metrics_clear(&metrics);
    free(excluded);
    return status;
}

/* What one run over all rows would be made from. */
static rs_status make_key(merging *work, const char *record, rs_error *error)
{
    rs_json *const settings = rs_json_member(work->note, "settings");
    rs_json_remove(work->note, "record");
    rs_json_remove(work->note, "sidecar_bytes");
    return rs_json_change_text(settings, "--row-range", "all")
               ? RS_OK
               : rs_fail(error, RS_FORMAT, record, rs_nowhere(), "run the sweep again",
                         "the tally of this part does not say which rows it is of");
}

rs_status rs_merge_parts(const rs_result *part, size_t count, rs_joined *joined, rs_error *error)
{
    merging work = {0};
    rs_status status = RS_OK;
    *joined = (rs_joined){0};
    for (size_t i = 0; status == RS_OK && i < count; ++i) {
        status = add_part(&part[i], &work, error);
    }
    if (status == RS_OK) {
        status = check_whole(part, count, &work, error);
    }
    if (status == RS_OK) {
        status = make_record(&work, &joined->record, error);
    }
    if (status == RS_OK) {
        status = make_key(&work, part[0].files.record, error);
    }
    if (status == RS_OK) {
        joined->tally = work.sum;
        joined->key = work.note;
        work.sum = NULL;
        work.note = NULL;
    }
    clear(&work);
    return status;
}

void rs_joined_clear(rs_joined *joined)
{
    rs_text_clear(&joined->record);
    rs_tally_free(joined->tally);
    rs_json_free(joined->key);
    *joined = (rs_joined){0};
}
