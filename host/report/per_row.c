/* per_row.c - --per-row.
 *
 * Lines are formatted by hand, not through a JSON tree: everything but the model's name is a
 * number, and there are as many lines as images.
 */
#include "report/per_row.h"

#include <inttypes.h>
#include <math.h>

#include "base/error.h"
#include "base/json.h"

typedef struct writer {
    const rs_label_view *labels;
    const rs_order *order;
    const rs_row_results *results;
    uint64_t first_row;
    bool has_values;
    rs_text model; /* the name as a JSON string */
} writer;

static rs_status add_rank(rs_text *line, const char *name, uint32_t rank, rs_error *error)
{
    if (rank == 0) {
        return rs_text_printf(line, error, ",\"%s\":null", name);
    }
    return rs_text_printf(line, error, ",\"%s\":%" PRIu32, name, rank);
}

static rs_status add_labels(const writer *w, uint64_t row, rs_text *line, rs_error *error)
{
    const rs_label_view *labels = w->labels;
    if (labels->original[row] < 0) {
        RS_TRY(rs_text_printf(line, error, ",\"original\":null"));
    } else {
        RS_TRY(rs_text_printf(line, error, ",\"original\":%" PRId32, labels->original[row]));
    }
    RS_TRY(rs_text_printf(line, error, ",\"real\":["));
    for (uint32_t i = labels->real_begin[row]; i < labels->real_begin[row + 1]; ++i) {
        RS_TRY(rs_text_printf(line, error, "%s%" PRId32, i > labels->real_begin[row] ? "," : "",
                              labels->real_class[i]));
    }
    return rs_text_append(line, "]", 1, error);
}

static rs_status add_predictions(const writer *w, uint64_t at, rs_text *line, rs_error *error)
{
    const rs_row_results *results = w->results;
    const int32_t *prediction = results->prediction + at * results->keep;
    const double *value = results->value + at * results->keep;
    uint32_t count = 0;
    while (count < results->keep && prediction[count] >= 0) {
        ++count;
    }
    RS_TRY(rs_text_printf(line, error, ",\"predictions\":["));
    for (uint32_t k = 0; k < count; ++k) {
        RS_TRY(rs_text_printf(line, error, "%s%" PRId32, k > 0 ? "," : "", prediction[k]));
    }
    if (!w->has_values) {
        return rs_text_append(line, "]", 1, error);
    }
    RS_TRY(rs_text_printf(line, error, "],\"values\":["));
    for (uint32_t k = 0; k < count; ++k) {
        /* JSON has no infinities. */
        if (isfinite(value[k])) {
            RS_TRY(rs_text_printf(line, error, "%s%.9g", k > 0 ? "," : "", value[k]));
        } else {
            RS_TRY(rs_text_printf(line, error, "%snull", k > 0 ? "," : ""));
        }
    }
    return rs_text_append(line, "]", 1, error);
}

static rs_status add_row(const writer *w, uint64_t at, rs_text *line, rs_error *error)
{
    const uint64_t row = w->first_row + at;
    const uint64_t image = w->order == NULL ? row : rs_order_get(w->order)[row];
    const rs_row_results *results = w->results;
    const bool has_set = w->labels->real_begin[row] < w->labels->real_begin[row + 1];
    RS_TRY(rs_text_printf(line, error, "{\"model\":%s,\"row\":%" PRIu64 ",\"image\":%" PRIu64,
                          w->model.data, row, image));
    RS_TRY(add_labels(w, row, line, error));
    RS_TRY(add_predictions(w, at, line, error));
    RS_TRY(add_rank(line, "rank", results->rank[at], error));
    RS_TRY(add_rank(line, "real_rank", results->real_rank[at], error));
    return rs_text_printf(
        line, error, ",\"imagenet_correct\":%s,\"real_correct\":%s,\"nan\":%s}\n",
        w->labels->original[row] < 0 ? "null" : (results->rank[at] == 1 ? "true" : "false"),
        has_set ? (results->real_rank[at] == 1 ? "true" : "false") : "null",
        (results->flags[at] & RS_ROW_NAN) != 0 ? "true" : "false");
}

static rs_status quote_model(const char *model, rs_text *quoted, rs_error *error)
{
    rs_json *holder = rs_json_array();
    rs_json_add_text(holder, NULL, model);
    rs_text text = {0};
    rs_status status = rs_json_print(holder, &text, error);
    rs_json_free(holder);
    if (status == RS_OK) { /* without the brackets of the array */
        status = rs_text_append(quoted, text.data + 1, text.length - 2, error);
    }
    rs_text_clear(&text);
    return status;
}

rs_status rs_per_row_write(const rs_record *record, const rs_label_view *labels,
                           const rs_order *order, rs_row_range rows,
                           const rs_row_results *results, rs_file_writer *out, rs_error *error)
{
    writer w = {
        .labels = labels,
        .order = order,
        .results = results,
        .first_row = rows.begin,
        .has_values = record->input.content == RS_CONTENT_LOGITS,
    };
    rs_text line = {0};
    rs_status status = quote_model(record->model, &w.model, error);
    for (uint64_t at = 0; status == RS_OK && at < rows.end - rows.begin; ++at) {
        line.length = 0;
        status = add_row(&w, at, &line, error);
        if (status == RS_OK) {
            status = rs_file_put(out, line.data, line.length, error);
        }
    }
    rs_text_clear(&line);
    rs_text_clear(&w.model);
    return status;
}
