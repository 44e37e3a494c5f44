/* per_row.c - --per-row.
 *
 * Lines are formatted by hand, not through a JSON tree: everything but the model's name is a
 * number, and there are as many lines as images.
 */
#include "report/per_row.h"

#include <inttypes.h>
#include <math.h>

#include "base/json.h"
#include "labels/label_part.h"

typedef struct writer {
    const rs_label_view *labels;
    const rs_order *order;
    const rs_labels *images;
    const rs_row_results *results;
    uint64_t first_row;
    bool has_values;
    rs_text model; /* the name as a JSON string */
} writer;

static void add_rank(rs_text *line, const char *name, uint32_t rank)
{
    if (rank == 0) {
        rs_text_printf(line, ",\"%s\":null", name);
        return;
    }
    rs_text_printf(line, ",\"%s\":%" PRIu32, name, rank);
}

static void add_labels(const writer *w, uint64_t row, rs_text *line)
{
    const rs_label_view *labels = w->labels;
    if (labels->original[row] < 0) {
        rs_text_printf(line, ",\"original\":null");
    } else {
        rs_text_printf(line, ",\"original\":%" PRId32, labels->original[row]);
    }
    rs_text_printf(line, ",\"real\":[");
    for (uint32_t i = labels->real_begin[row]; i < labels->real_begin[row + 1]; ++i) {
        rs_text_printf(line, "%s%" PRId32, i > labels->real_begin[row] ? "," : "",
                       labels->real_class[i]);
    }
    rs_text_add(line, "]");
}

static void add_predictions(const writer *w, uint64_t at, rs_text *line)
{
    const rs_row_results *results = w->results;
    const int32_t *prediction = results->prediction + at * results->keep;
    const double *value = results->value + at * results->keep;
    uint32_t count = 0;
    while (count < results->keep && prediction[count] >= 0) {
        ++count;
    }
    rs_text_printf(line, ",\"predictions\":[");
    for (uint32_t k = 0; k < count; ++k) {
        rs_text_printf(line, "%s%" PRId32, k > 0 ? "," : "", prediction[k]);
    }
    if (!w->has_values) {
        rs_text_add(line, "]");
        return;
    }
    rs_text_printf(line, "],\"values\":[");
    for (uint32_t k = 0; k < count; ++k) {
        /* JSON has no infinities. */
        if (isfinite(value[k])) {
            rs_text_printf(line, "%s%.9g", k > 0 ? "," : "", value[k]);
        } else {
            rs_text_printf(line, "%snull", k > 0 ? "," : "");
        }
    }
    rs_text_add(line, "]");
}

static void add_row(const writer *w, uint64_t at, rs_text *line)
{
    const uint64_t row = w->first_row + at;
    const uint64_t place = w->order == NULL ? row : rs_order_get(w->order)[row];
    const uint32_t image = rs_labels_image(w->images, place);
    const rs_row_results *results = w->results;
    const bool has_set = w->labels->real_begin[row] < w->labels->real_begin[row + 1];
    rs_text_printf(line, "{\"model\":%s,\"row\":%" PRIu64 ",\"image\":%" PRIu32, w->model.data, row,
                   image);
    add_labels(w, row, line);
    add_predictions(w, at, line);
    add_rank(line, "rank", results->rank[at]);
    add_rank(line, "real_rank", results->real_rank[at]);
    rs_text_printf(line, ",\"imagenet_correct\":%s,\"real_correct\":%s,\"nan\":%s}\n",
                   w->labels->original[row] < 0 ? "null"
                                                : (results->rank[at] == 1 ? "true" : "false"),
                   has_set ? (results->real_rank[at] == 1 ? "true" : "false") : "null",
                   (results->flags[at] & RS_ROW_NAN) != 0 ? "true" : "false");
}

static void quote_model(const char *model, rs_text *quoted)
{
    rs_json *holder = rs_json_array();
    rs_json_add_text(holder, NULL, model);
    rs_text text = {0};
    rs_json_print(holder, &text);
    rs_json_free(holder);
    rs_text_pass_loss(&text, quoted);
    if (text.length > 0) { /* without the brackets of the array */
        rs_text_append(quoted, text.data + 1, text.length - 2);
    }
    rs_text_clear(&text);
}

rs_status rs_per_row_write(const rs_per_row *of, rs_file_writer *out, rs_error *error)
{
    const rs_row_range rows = of->rows;
    writer w = {
        .labels = of->labels,
        .order = of->order,
        .images = of->images,
        .results = of->results,
        .first_row = rows.begin,
        .has_values = of->record->input.content == RS_CONTENT_LOGITS,
    };
    rs_text line = {0};
    quote_model(of->record->model, &w.model);
    rs_status status = rs_text_check(&w.model, error);
    for (uint64_t at = 0; status == RS_OK && at < rows.end - rows.begin; ++at) {
        line.length = 0;
        add_row(&w, at, &line);
        status = rs_file_put_text(out, &line, error);
    }
    rs_text_clear(&line);
    rs_text_clear(&w.model);
    return status;
}
