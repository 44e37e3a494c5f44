/* merge.c - folders into one sorted list. */
#include "sweep/merge.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/checked.h"
#include "base/error.h"
#include "base/file_read.h"
#include "sweep/merge_parts.h"
#include "sweep/merge_store.h"
#include "sweep/result_folder.h"
#include "sweep/result_store.h"

/* All results of all folders in one list, sorted as each folder's is. */
typedef struct rs_merge_source {
    rs_result_folder *folder; /* [folder_count] own the results */
    size_t folder_count;
    rs_result *result; /* [count] copies of them */
    size_t count;
} gathered;

static rs_status gather(const char *const *folders, size_t folder_count, gathered *all,
                        rs_error *error)
{
    RS_TRY(RS_NEW(&all->folder, folder_count, "folders", error));
    all->folder_count = folder_count;
    for (size_t i = 0; i < folder_count; ++i) {
        RS_TRY(rs_result_folder_list(folders[i], &all->folder[i], error));
        all->count += all->folder[i].count;
    }
    RS_TRY(RS_NEW(&all->result, all->count, "results", error));
    size_t filled = 0;
    for (size_t i = 0; i < folder_count; ++i) {
        for (size_t r = 0; r < all->folder[i].count; ++r) {
            all->result[filled++] = all->folder[i].result[r];
        }
    }
    if (all->count > 1) {
        qsort(all->result, all->count, sizeof all->result[0], rs_result_order);
    }
    return RS_OK;
}

static void clear_gathered(gathered *all)
{
    if (all == NULL) {
        return;
    }
    for (size_t i = 0; i < all->folder_count; ++i) {
        rs_result_folder_clear(&all->folder[i]);
    }
    free(all->folder);
    free(all->result);
    free(all);
}

/* The record of a whole model as its file has it. */
static rs_status take_whole(const rs_result *result, rs_merged_model *model, rs_error *error)
{
    rs_file_bytes bytes = {0};
    RS_TRY(rs_file_read_regular(result->files.record, RS_RECORD_BYTES_MAX, &bytes, error));
    rs_text_append(&model->line, (const char *)bytes.data, bytes.size);
    if (bytes.size > 0 && bytes.data[bytes.size - 1] != '\n') {
        rs_text_add(&model->line, "\n");
    }
    rs_status status = RS_OK;
    RS_TRY_DONE(rs_text_check(&model->line, error));
    RS_TRY_DONE(rs_result_parse_record(&result->files, (const char *)bytes.data, bytes.size,
                                       &model->record, error));
done:
    rs_file_bytes_free(&bytes);
    return status;
}

static rs_status take_parts(const rs_result *part, size_t count, rs_merged_model *model,
                            rs_error *error)
{
    rs_joined joined;
    rs_status status = RS_OK;
    RS_TRY_DONE(rs_merge_parts(part, count, &joined, error));
    model->line = joined.line;
    model->record = joined.record;
    joined.line = (rs_text){0};
    joined.record = (rs_record){0};
done:
    rs_joined_clear(&joined);
    return status;
}

static rs_status add_model(const rs_result *result, size_t count, rs_merged *merged,
                           rs_error *error)
{
    if (count > 1 && !result->has_row_range) {
        return rs_fail(error, RS_MISMATCH, result[1].files.record, rs_nowhere(),
                       "merge only one of the folders, or give the models other names",
                       "%s is also in %s", result->model, result->files.record);
    }
    RS_TRY(RS_GROW(&merged->model, merged->count + 1, "models", error));
    rs_merged_model *const model = &merged->model[merged->count];
    *model = (rs_merged_model){0};
    merged->count += 1;
    return result->has_row_range ? take_parts(result, count, model, error)
                                 : take_whole(result, model, error);
}

/* The result after the last one of the model that `first` is of. */
static size_t end_of_model(const gathered *all, size_t first)
{
    size_t end = first;
    while (end < all->count && strcmp(all->result[end].model, all->result[first].model) == 0) {
        ++end;
    }
    return end;
}

static rs_status add_models(const gathered *all, rs_merged *merged, rs_error *error)
{
    for (size_t first = 0, end = 0; first < all->count; first = end) {
        end = end_of_model(all, first);
        RS_TRY(add_model(&all->result[first], end - first, merged, error));
    }
    return RS_OK;
}

static rs_status check_alike(const rs_merged *merged, rs_error *error)
{
    for (size_t i = 1; i < merged->count; ++i) {
        const rs_record *const a = &merged->model[0].record;
        const rs_record *const b = &merged->model[i].record;
        if (a->labels.hash != b->labels.hash) {
            return rs_fail(error, RS_MISMATCH, NULL, rs_nowhere(),
                           "sweep them with the same labels, or say --mixed",
                           "%s and %s were scored by different labels", a->model, b->model);
        }
        if (a->bracket.measured && b->bracket.measured && a->bracket.hash != b->bracket.hash) {
            return rs_fail(error, RS_MISMATCH, NULL, rs_nowhere(),
                           "sweep them with the same --rater-scores, or say --mixed",
                           "%s and %s were held against different raters' scores", a->model,
                           b->model);
        }
        if (a->input.rows != b->input.rows) {
            return rs_fail(error, RS_MISMATCH, NULL, rs_nowhere(),
                           "sweep them on the same rows, or say --mixed",
                           "%s was scored on %" PRIu64 " rows, %s on %" PRIu64, a->model,
                           a->input.rows, b->model, b->input.rows);
        }
    }
    return RS_OK;
}

static void list_failures(const gathered *all, rs_merged *merged)
{
    for (size_t i = 0; i < all->folder_count; ++i) {
        for (size_t f = 0; f < all->folder[i].failed_count; ++f) {
            const rs_failed_result *const failed = &all->folder[i].failed[f];
            rs_text_printf(&merged->failures, "%s: %s%s\n", failed->model, failed->reason,
                           failed->has_record ? " (the result is of an earlier run)" : "");
        }
    }
}

rs_status rs_merge_folders(const char *const *folders, size_t folder_count, bool mixed,
                           rs_merged *merged, rs_error *error)
{
    *merged = (rs_merged){0};
    RS_TRY(RS_NEW(&merged->source, 1, "folders", error));
    RS_TRY(gather(folders, folder_count, merged->source, error));
    list_failures(merged->source, merged);
    RS_TRY(rs_text_check(&merged->failures, error));
    RS_TRY(add_models(merged->source, merged, error));
    return mixed ? RS_OK : check_alike(merged, error);
}

rs_status rs_merged_store(const rs_merged *merged, const char *folder,
                          const volatile sig_atomic_t *stop, rs_error *error)
{
    const gathered *const all = merged->source;
    for (size_t first = 0, end = 0; first < all->count; first = end) {
        end = end_of_model(all, first);
        if (stop != NULL && *stop != 0) {
            return rs_fail(error, RS_INTERRUPTED, folder, rs_nowhere(), "merge them again",
                           "stopped by a signal; only some models' results are there");
        }
        RS_TRY(rs_merge_store(folder, &all->result[first], end - first, error));
    }
    return RS_OK;
}

void rs_merged_clear(rs_merged *merged)
{
    for (size_t i = 0; i < merged->count; ++i) {
        rs_text_clear(&merged->model[i].line);
        rs_record_clear(&merged->model[i].record);
    }
    free(merged->model);
    clear_gathered(merged->source);
    rs_text_clear(&merged->failures);
    *merged = (rs_merged){0};
}
