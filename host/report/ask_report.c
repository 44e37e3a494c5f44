/* ask_report.c - a line a model, then what closes the brackets of all. */
#include "report/ask_report.h"

#include "base/json.h"
#include "base/visible.h"
#include "report/cells.h"
#include "report/wording.h"

static uint64_t count_images(const rs_asked *asked)
{
    uint64_t images = 0;
    for (uint64_t at = 0; at < asked->count; at = rs_asked_image_end(asked, at)) {
        ++images;
    }
    return images;
}

static void add_model(const rs_ask_model *model, rs_text *out)
{
    const rs_bracket *const bracket = &model->bracket;
    rs_table_row(out);
    rs_table_name(out, model->name);
    if (bracket->reason != NULL) {
        rs_table_none(out);
        rs_table_none(out);
    } else {
        rs_table_put(out, "%.2f", 100.0 * bracket->low);
        rs_table_put(out, "%.2f", 100.0 * bracket->high);
    }
    rs_table_count(out, bracket->unasked);
}

void rs_ask_table(const rs_ask_summary *summary, rs_text *out)
{
    const uint64_t image_count = count_images(summary->asked);
    rs_text_add(out, "first predictions that no rater was asked about, by\n  ");
    rs_text_name(out, summary->scores);
    rs_text_add(out, "\n\n");
    rs_table_begin(out, 2);
    rs_table_column(out, RS_TABLE_KEY, "model");
    RS_TABLE_COLUMNS(out, RS_TABLE_NUMBER, "ReaL", "at most", "not asked");
    for (size_t i = 0; i < summary->model_count; ++i) {
        add_model(&summary->models[i], out);
    }
    rs_table_end(out);
    rs_text_printf(out, "\n  to be rated: %s pair%s of an image and a class, on %s image%s",
                   RS_COUNT_TEXT(summary->asked->count), rs_plural(summary->asked->count),
                   RS_COUNT_TEXT(image_count), rs_plural(image_count));
    if (summary->has_tasks) {
        rs_text_printf(out, ", in %s task%s", RS_COUNT_TEXT(summary->tasks),
                       rs_plural(summary->tasks));
    }
    rs_text_add(out, "\n");
}

void rs_ask_json(const rs_ask_summary *summary, rs_text *out)
{
    rs_json *root = rs_json_object();
    rs_json_add_text(root, "schema", RS_ASK_SCHEMA);
    rs_json_add_text(root, "rater_scores", summary->scores);
    rs_json *models = rs_json_add_array(root, "models");
    for (size_t i = 0; i < summary->model_count; ++i) {
        const rs_ask_model *const model = &summary->models[i];
        const rs_bracket *const bracket = &model->bracket;
        rs_json *to = rs_json_add_object(models, NULL);
        rs_json_add_text(to, "model", model->name);
        rs_json_add_text(to, "path", model->path);
        rs_json_add_integer(to, "total", bracket->total);
        rs_json_add_integer(to, "correct", bracket->correct);
        rs_json_add_integer(to, "unasked", bracket->unasked);
    }
    rs_json_add_integer(root, "pairs", summary->asked->count);
    rs_json_add_integer(root, "images", count_images(summary->asked));
    if (summary->has_tasks) {
        rs_json_add_integer(root, "tasks", summary->tasks);
    } else {
        rs_json_add_null(root, "tasks");
    }
    rs_json_finish(root, out);
}
