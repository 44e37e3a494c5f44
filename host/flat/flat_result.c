/* flat_result.c - the record, the table and the files of what a scorer has seen. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/checked.h"
#include "base/error.h"
#include "base/json.h"
#include "base/width.h"
#include "flat/flat_error.h"
#include "flat/flat_impl.h"
#include "report/table.h"
#include "report/table_show.h"
#include "sweep/result_store.h"

struct rs_flat_result {
    const rs_flat_scorer *scorer;
    char *model;
    rs_json *about; /* NULL: nothing was said of it */
    rs_run_result run;
    rs_scorer_counts counts;
    char *json;
    char *table;
};

/* ---- making ---- */

/* Those of now: what is added later is not theirs. */
static rs_status copy_results(const rs_row_results *from, uint64_t rows, rs_row_results *to,
                              rs_error *error)
{
    const uint64_t count = rows * from->keep;
    to->keep = from->keep;
    RS_TRY(RS_NEW_ALIGNED(&to->prediction, count, "predictions", error));
    RS_TRY(RS_NEW_ALIGNED(&to->value, count, "prediction values", error));
    memcpy(to->prediction, from->prediction, count * sizeof from->prediction[0]);
    memcpy(to->value, from->value, count * sizeof from->value[0]);
    return RS_OK;
}

/* What makes the numbers other than those of all images once. */
static rs_status tell_counts(const rs_flat_result *result, rs_warnings *warnings, rs_error *error)
{
    const rs_scorer_counts *const counts = &result->counts;
    if (counts->repeats > 0) {
        RS_TRY(rs_warnings_add(warnings, RS_WARNING_COUNTS, error,
                               "rows are images that came before, which count once: %" PRIu64,
                               counts->repeats));
    }
    if (counts->missing > 0) {
        RS_TRY(rs_warnings_add(warnings, RS_WARNING_COUNTS, error,
                               "%" PRIu64 " of %" PRIu64
                               " images never came: the numbers are of the others",
                               counts->missing, counts->missing + counts->images));
    }
    return RS_OK;
}

/* What the caller says of the rows: where they come from, and what makes them doubtful. */
static rs_status parse_about(rs_flat_result *result, const char *about, rs_error *error)
{
    static const char *const names[] = {"input", "warnings", NULL};
    return about == NULL ? RS_OK : rs_flat_parse(about, names, &result->about, error);
}

static rs_status tell_about(const rs_flat_result *result, rs_warnings *warnings, rs_error *error)
{
    const rs_json *const list = rs_json_get(result->about, "warnings");
    for (const rs_json *at = rs_json_first(list); at != NULL; at = rs_json_next(at)) {
        const char *const text = rs_json_text(at);
        RS_REFUSE(text == NULL, error, NULL, "the warnings of a result are to be texts");
        RS_TRY(rs_warnings_add_text(warnings, RS_WARNING_COUNTS, text, error));
    }
    return RS_OK;
}

static rs_status begin(rs_flat_result *result, rs_error *error)
{
    const rs_flat_scorer *const scorer = result->scorer;
    const rs_labels *const labels = scorer->scorer->labels;
    const rs_class_map *const map = scorer->reading.class_map;
    const rs_label_view *const view = rs_labels_get_view(labels);
    const uint64_t columns = map != NULL ? map->columns : view->classes;
    const rs_dtype dtype =
        result->counts.dtype != RS_DTYPE_NONE ? result->counts.dtype : RS_DTYPE_F32;
    const char *input = "memory";
    RS_TRY(rs_flat_take_text(result->about, "input", &input, error));
    const rs_source_info info = {
        .path = input,
        .format = "memory",
        .dtype = dtype,
        .content = RS_CONTENT_LOGITS,
        .columns = columns,
        .bytes = result->counts.images * columns * rs_dtype_bytes(dtype),
    };
    const rs_model model = {.name = result->model};
    rs_run_result *const run = &result->run;
    RS_TRY(rs_run_begin(&scorer->setup, &model, &info, run, error));
    rs_record_take_engine(&run->record, rs_scorer_engine(scorer->scorer));
    RS_TRY(copy_results(rs_scorer_results(scorer->scorer), view->rows, &run->results, error));
    return rs_scorer_tally(scorer->scorer, &run->tally, error);
}

static rs_status write_texts(rs_flat_result *result, rs_error *error)
{
    rs_text json = {0};
    rs_text marked = {0};
    rs_text table = {0};
    rs_record_json(&result->run.record, &json);
    rs_table_model(&result->run.record, &marked);
    rs_tables_show(&marked, (rs_table_look){.columns = RS_PLAIN_COLUMNS}, &table);
    rs_text_clear(&marked);
    const rs_status status = rs_text_take(&json, &result->json, error);
    if (status != RS_OK) {
        rs_text_clear(&table);
        return status;
    }
    return rs_text_take(&table, &result->table, error);
}

static rs_status fill(rs_flat_result *result, const char *model, const char *about,
                      rs_error *error)
{
    RS_TRY(rs_copy_text(&result->model, model, error));
    RS_TRY(parse_about(result, about, error));
    RS_TRY(rs_scorer_wait(result->scorer->scorer, error));
    result->counts = rs_scorer_get_counts(result->scorer->scorer);
    RS_TRY(begin(result, error));
    RS_TRY(tell_about(result, &result->run.record.warnings, error));
    RS_TRY(tell_counts(result, &result->run.record.warnings, error));
    RS_TRY(rs_run_end(&result->scorer->setup, &result->run, error));
    RS_TRY(rs_flat_sets_take(result->scorer, &result->run.record, error));
    return write_texts(result, error);
}

static rs_status make(const rs_flat_scorer *scorer, const char *model, const char *about,
                      rs_flat_result **result, rs_error *error)
{
    rs_flat_result *made = NULL;
    RS_NEED(result, error);
    *result = NULL;
    RS_NEED(scorer, error);
    RS_NEED(model, error);
    RS_TRY(RS_NEW(&made, 1, "a result", error));
    made->scorer = scorer;
    const rs_status status = fill(made, model, about, error);
    if (status != RS_OK) {
        rs_flat_result_free(made);
        return status;
    }
    *result = made;
    return RS_OK;
}

int rs_flat_scorer_result(rs_flat_scorer *scorer, const char *model, const char *about,
                          rs_flat_result **result, char **error)
{
    rs_error made = {0};
    return rs_flat_end(make(scorer, model, about, result, &made), &made, error);
}

void rs_flat_result_free(rs_flat_result *result)
{
    if (result == NULL) {
        return;
    }
    rs_run_result_clear(&result->run);
    rs_json_free(result->about);
    free(result->model);
    free(result->json);
    free(result->table);
    free(result);
}

const char *rs_flat_result_json(const rs_flat_result *result)
{
    return result != NULL ? result->json : NULL;
}

const char *rs_flat_result_table(const rs_flat_result *result)
{
    return result != NULL ? result->table : NULL;
}

/* ---- saving ---- */

static rs_status save(const rs_flat_result *result, const char *folder, const char *from,
                      rs_error *error)
{
    RS_NEED(result, error);
    RS_NEED(folder, error);
    if (result->counts.missing > 0) {
        return rs_fail(error, RS_MISMATCH, folder, rs_nowhere(),
                       "merge the scorers of all processes, then save",
                       "%" PRIu64 " images never came: a folder of results holds whole ones",
                       result->counts.missing);
    }
    rs_result_files files = {0};
    rs_json *key = NULL;
    rs_run_result run = result->run; /* a view: without values, there is no sidecar */
    rs_status status = RS_OK;
    if (result->scorer->keep == 0) {
        run.results.value = NULL;
    }
    RS_TRY_DONE(rs_result_files_make(folder, result->model, NULL, &files, error));
    RS_TRY_DONE(rs_flat_make_key(result->scorer, from, &key, error));
    RS_TRY_DONE(rs_result_store(&files, &run, key, error));
done:
    rs_result_files_clear(&files);
    return status;
}

int rs_flat_result_save(const rs_flat_result *result, const char *folder, const char *from,
                        char **error)
{
    rs_error made = {0};
    return rs_flat_end(save(result, folder, from, &made), &made, error);
}
