/* merge_parts.c - tallies add up; everything else is the same in every part. */
#include "sweep/merge_parts.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/file_read.h"
#include "evaluate/doubt.h"
#include "report/record_read.h"
#include "sweep/content_key.h"
#include "sweep/model_run.h"
#include "sweep/result_note.h"
#include "sweep/result_store.h"
#include "sweep/row_doubt.h"
#include "sweep/sweep_settings.h"

/* The first part stands for all in what they have in common; its numbers become those of all. */
typedef struct merging {
    rs_record record;
    rs_json *note; /* of the first part */
    rs_tally *sum;
    rs_tally *set_sum[RS_RECORD_SETS_MAX]; /* of the record's further label sets */
    double score_ms;
} merging;

static void clear(merging *work)
{
    rs_record_clear(&work->record);
    rs_json_free(work->note);
    rs_tally_free(work->sum);
    for (size_t s = 0; s < RS_RECORD_SETS_MAX; ++s) {
        rs_tally_free(work->set_sum[s]);
    }
}

static bool same_input(const rs_record_input *a, const rs_record_input *b)
{
    return strcmp(a->order, b->order) == 0 && a->bytes == b->bytes && a->dtype == b->dtype &&
           a->content == b->content && a->has_hash == b->has_hash && a->hash == b->hash;
}

static rs_status add_tally(const rs_result *part, merging *work, const rs_tally *tally,
                           const rs_json *note, bool hashed, rs_error *error)
{
    rs_key_difference difference;
    const rs_status status = rs_tally_add(work->sum, tally, error);
    if (status != RS_OK) {
        if (error != NULL) {
            (void)snprintf(error->file, sizeof error->file, "%s", part->files.record);
        }
        return status;
    }
    rs_content_key_compare_parts(note, work->note, hashed, &difference);
    if (difference.differs && difference.only_times) {
        return rs_fail(error, RS_MISMATCH, part->files.record, rs_nowhere(),
                       "sweep all parts from one file, or from copies with --hash",
                       "nothing says that this part is of the same bytes as the first one: %s",
                       difference.why);
    }
    return difference.differs
               ? rs_fail(error, RS_MISMATCH, part->files.record, rs_nowhere(),
                         "sweep all parts again in one way",
                         "this part was made in another way than the first one: %s", difference.why)
               : RS_OK;
}

static rs_status read_part(const rs_result *part, rs_record *record, rs_tally **tally,
                           rs_json **note, rs_error *error)
{
    rs_file_bytes bytes = {0};
    rs_status status = RS_OK;
    RS_TRY_DONE(rs_file_read_regular(part->files.record, RS_RECORD_BYTES_MAX, &bytes, error));
    const char *const text = (const char *)bytes.data;
    RS_TRY_DONE(rs_record_parse(part->files.record, text, bytes.size, record, error));
    RS_TRY_DONE(rs_result_load_tally(&part->files, text, bytes.size, tally, note, error));
done:
    rs_file_bytes_free(&bytes);
    return status;
}

/* The settings agree already, so only a record that was changed can say otherwise here. */
static rs_status add_bracket(const rs_result *part, const rs_bracket *bracket, rs_bracket *sum,
                             rs_error *error)
{
    if (bracket->measured != sum->measured || bracket->hash != sum->hash) {
        return rs_fail(error, RS_MISMATCH, part->files.record, rs_nowhere(),
                       "sweep all parts again with one --rater-scores FILE",
                       "this part was held against other raters' scores than the first one");
    }
    if (sum->measured) {
        rs_bracket_add(sum, bracket);
    }
    return RS_OK;
}

/* Every part has all groups, in one order; likewise. */
static rs_status add_slices(const rs_result *part, const rs_record *record, rs_record *sum,
                            rs_error *error)
{
    if (record->slices == NULL && sum->slices == NULL) {
        return RS_OK;
    }
    if (record->slices == NULL || sum->slices == NULL ||
        !rs_slice_counts_add(sum->read.counts, record->slices)) {
        return rs_fail(error, RS_MISMATCH, part->files.record, rs_nowhere(),
                       "sweep all parts again with one --slice",
                       "this part has other groups of images than the first one");
    }
    return RS_OK;
}

/* The settings, which agree, say the names too, so only what was changed can differ here. */
static rs_status add_sets(const rs_result *part, merging *work, const rs_record *record,
                          const rs_json *note, rs_error *error)
{
    const char *const path = part->files.tally;
    if (record->set_count != work->record.set_count || record->set_count > RS_RECORD_SETS_MAX) {
        return rs_fail(error, RS_MISMATCH, part->files.record, rs_nowhere(),
                       "sweep all parts again by the same label sets",
                       "this part has %zu further label sets, the first one %zu",
                       record->set_count, work->record.set_count);
    }
    for (size_t s = 0; s < record->set_count; ++s) {
        rs_tally *tally = NULL;
        RS_TRY(rs_result_note_take_set(note, work->record.set[s].name, path, &tally, error));
        if (work->set_sum[s] == NULL) {
            work->set_sum[s] = tally;
            continue;
        }
        const rs_status status = rs_tally_add(work->set_sum[s], tally, error);
        rs_tally_free(tally);
        RS_TRY(status);
    }
    return RS_OK;
}

/* One part more. */
static rs_status add_part(const rs_result *part, merging *work, rs_error *error)
{
    rs_record record = {0};
    rs_tally *tally = NULL;
    rs_json *note = NULL;
    rs_status status = RS_OK;
    if (part->files.tally == NULL) {
        return rs_fail(error, RS_FORMAT, part->files.record, rs_nowhere(), "run the sweep again",
                       "the tally of this part is missing, so it cannot be added");
    }
    RS_TRY_DONE(read_part(part, &record, &tally, &note, error));
    work->score_ms += record.timing.score_ms;
    if (work->sum == NULL) { /* the first one is what the others are added to */
        work->record = record;
        work->note = note;
        work->sum = tally;
        return add_sets(part, work, &work->record, note, error);
    }
    if (!same_input(&work->record.input, &record.input)) {
        status = rs_fail(error, RS_MISMATCH, part->files.record, rs_nowhere(),
                         "sweep all parts again from one input",
                         "this part is of another input than the one before it");
        goto done;
    }
    RS_TRY_DONE(add_tally(part, work, tally, note, record.input.has_hash, error));
    RS_TRY_DONE(add_slices(part, &record, &work->record, error));
    RS_TRY_DONE(add_bracket(part, &record.bracket, &work->record.bracket, error));
    RS_TRY_DONE(add_sets(part, work, &record, note, error));
done:
    rs_record_clear(&record);
    rs_json_free(note);
    rs_tally_free(tally);
    return status;
}

/* Which rows no part has. */
static rs_status check_whole(const rs_result *part, size_t count, const merging *work,
                             rs_error *error)
{
    uint64_t next = 0;
    for (size_t i = 0; i <= count; ++i) {
        const uint64_t begin = i < count ? part[i].rows.begin : work->record.labels.images;
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

static rs_values values_of(const rs_json *settings)
{
    const char *values = rs_json_text(rs_json_get(settings, "--values"));
    const char *space = rs_json_text(rs_json_get(settings, RS_SETTING_ENSEMBLE));
    if (values != NULL && strcmp(values, rs_values_name(RS_VALUES_SIGMOID)) == 0) {
        return RS_VALUES_SIGMOID;
    }
    return (values != NULL && strcmp(values, rs_values_name(RS_VALUES_PROBS)) == 0) ||
                   (space != NULL && strcmp(space, "prob") == 0)
               ? RS_VALUES_PROBS
               : RS_VALUES_LOGITS;
}

/* Warnings of the first part that are true of every part, as they stand in its note. */
static rs_status keep_warnings(const rs_warnings *of_part, rs_warning_kind kind,
                               rs_warnings *warnings, rs_error *error)
{
    for (size_t i = 0; i < of_part->count; ++i) {
        if (of_part->item[i].kind == kind) {
            RS_TRY(rs_warnings_add_text(warnings, kind, of_part->item[i].text, error));
        }
    }
    return RS_OK;
}

/* As the pass over all rows would have doubted them. */
static rs_status doubt(merging *work, const rs_warnings *of_part, uint32_t classes, rs_error *error)
{
    rs_record *const record = &work->record;
    const rs_metric *const top1 = rs_record_metric(record, "imagenet_top1");
    bool doubtful = false; /* a merge has no strict check */
    RS_TRY(rs_doubt_counts(record, error));
    RS_TRY(rs_doubt_rows(record, false, &doubtful, error));
    RS_TRY(keep_warnings(of_part, RS_WARNING_MEMBER, &record->warnings, error));
    RS_TRY(keep_warnings(of_part, RS_WARNING_RATERS, &record->warnings, error));
    if (top1 != NULL && rs_near_chance(top1->correct, top1->total, classes)) {
        RS_TRY(rs_warnings_add(&record->warnings, RS_WARNING_CHANCE, error,
                               "top-1 accuracy of %.2f %% is near chance", 100.0 * top1->value));
    } else {
        RS_TRY(rs_doubt_values(record, values_of(rs_json_get(work->note, "settings")), error));
    }
    return keep_warnings(of_part, RS_WARNING_PRODUCTS, &record->warnings, error);
}

/* ---- the whole ---- */

static rs_status complete_record(merging *work, const rs_metrics *metrics, rs_error *error)
{
    rs_record *const record = &work->record;
    rs_warnings of_part = record->warnings;
    rs_result_note_kinds(work->note, &of_part);
    rs_record_take_tool(record);
    record->warnings = (rs_warnings){0};
    record->input.has_row_range = false;
    record->timing = (rs_timing){.score_ms = work->score_ms};
    rs_status status = RS_OK;
    RS_TRY_DONE(rs_record_take_metrics(record, metrics, error));
    RS_TRY_DONE(doubt(work, &of_part, metrics->classes, error));
done:
    rs_warnings_clear(&of_part);
    return status;
}

static rs_status make_record(merging *work, rs_error *error)
{
    rs_metrics_options options = {0};
    rs_metrics metrics = {0};
    bool *excluded = NULL;
    rs_status status = RS_OK;
    RS_TRY_DONE(rs_sweep_settings_oracle(rs_json_get(work->note, "settings"),
                                         rs_tally_get_shape(work->sum)->classes, &options,
                                         &excluded, error));
    RS_TRY_DONE(rs_metrics_compute(work->sum, &options, &metrics, error));
    RS_TRY_DONE(complete_record(work, &metrics, error));
    for (size_t s = 0; s < work->record.set_count; ++s) {
        rs_metrics_clear(&metrics);
        RS_TRY_DONE(rs_metrics_compute(work->set_sum[s], &options, &metrics, error));
        RS_TRY_DONE(rs_record_take_metrics(&work->record.set[s].record, &metrics, error));
    }
done:
    rs_metrics_clear(&metrics);
    free(excluded);
    return status;
}

/* What one run over all rows would be made from. */
static rs_status make_key(merging *work, const char *record, rs_error *error)
{
    rs_json *const settings = rs_json_member(work->note, "settings");
    rs_result_note_remove(work->note);
    return rs_json_change_text(settings, "--row-range", "all")
               ? RS_OK
               : rs_fail(error, RS_FORMAT, record, rs_nowhere(), "run the sweep again",
                         "the tally of this part does not say which rows it is of");
}

rs_status rs_merge_parts(const rs_result *part, size_t count, rs_joined *joined, rs_error *error)
{
    merging work = {0};
    rs_status status = RS_OK;
    size_t stable_bytes;
    *joined = (rs_joined){0};
    for (size_t i = 0; i < count; ++i) {
        RS_TRY_DONE(add_part(&part[i], &work, error));
    }
    RS_TRY_DONE(check_whole(part, count, &work, error));
    RS_TRY_DONE(make_record(&work, error));
    RS_TRY_DONE(make_key(&work, part[0].files.record, error));
    rs_record_write(&work.record, &joined->line, &stable_bytes);
    RS_TRY_DONE(rs_text_check(&joined->line, error));
    rs_result_note_add(work.note, joined->line.data, stable_bytes, &work.record.warnings);
    joined->record = work.record;
    joined->tally = work.sum;
    joined->note = work.note;
    for (size_t s = 0; s < RS_RECORD_SETS_MAX; ++s) {
        rs_tally_free(work.set_sum[s]);
    }
    return RS_OK;
done:
    clear(&work);
    return status;
}

void rs_joined_clear(rs_joined *joined)
{
    rs_record_clear(&joined->record);
    rs_text_clear(&joined->line);
    rs_tally_free(joined->tally);
    rs_json_free(joined->note);
    *joined = (rs_joined){0};
}
