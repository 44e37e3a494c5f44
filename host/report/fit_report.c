/* fit_report.c - what `reassess fit` prints and writes beside the heads. */
#include "report/fit_report.h"

#include <inttypes.h>

#include "base/hash.h"
#include "base/json.h"
#include "base/visible.h"
#include "report/cells.h"
#include "report/json_begin.h"
#include "report/wording.h"

/* The only head has no name of its own. */
static const char *shown_name(const rs_fit_options *options, size_t head)
{
    const char *const name = options->heads[head].name;
    return name[0] == '\0' ? rs_loss_name(options->heads[head].loss) : name;
}

/* ---- the table ---- */

static void add_engine(const rs_fit_summary *summary, rs_text *out)
{
    const rs_engine *const engine = summary->options->engine;
    const unsigned threads = rs_fit_threads(summary->fit);
    if (engine == NULL) {
        rs_text_printf(out, "cpu (%s, %u thread%s)", rs_fit_products(summary->fit), threads,
                       rs_plural(threads));
    } else {
        rs_text_printf(out, "%s (%s, %s, features %s)", engine->info.name, engine->info.device,
                       rs_fit_products(summary->fit),
                       rs_fit_resident(summary->fit) ? "on the device" : "sent by the batch");
    }
}

static void add_heading(const rs_fit_summary *summary, rs_text *out)
{
    const rs_fit_options *const options = summary->options;
    const rs_source_info *const info = summary->features->info;
    rs_text_name(out, summary->path);
    rs_text_printf(out, "\n  %zu head%s of %" PRIu32 " classes, trained on ", options->head_count,
                   rs_plural(options->head_count), summary->classes);
    rs_text_name(out, info->path);
    rs_text_printf(out, "\n  %s rows of %" PRIu32 " features, %s %s\n  ",
                   RS_COUNT_TEXT(summary->features->rows), summary->features->columns, info->format,
                   info->file_dtype);
    add_engine(summary, out);
    rs_text_printf(out, ", trained in %.1f s\n", summary->fit_ms / 1e3);
    rs_text_printf(out, "  batches of %" PRIu64 ", %s rate from %.4g, momentum %g", options->batch,
                   rs_schedule_name(options->schedule), options->heads[0].lr, options->momentum);
    if (options->weight_decay > 0.0) {
        rs_text_printf(out, ", weight decay %g", options->weight_decay);
    }
    rs_text_printf(out, ", seed %" PRIu64 "\n\n", options->seed);
}

void rs_fit_table(const rs_fit_summary *summary, rs_text *out)
{
    const rs_fit_options *const options = summary->options;
    add_heading(summary, out);
    rs_table_begin(out, 2);
    rs_table_column(out, RS_TABLE_KEY, "head");
    RS_TABLE_COLUMNS(out, RS_TABLE_NUMBER, "epoch", "rows", "loss");
    for (size_t h = 0; h < options->head_count; ++h) {
        for (size_t e = 0; e < options->epoch_count; ++e) {
            rs_table_row(out);
            rs_table_name(out, shown_name(options, h));
            rs_table_put(out, "%" PRIu64, options->epochs[e]);
            rs_table_count(out, rs_fit_head_rows(summary->fit, h));
            rs_table_put(out, "%.4f", rs_fit_get(summary->fit, h, e)->loss);
        }
    }
    rs_table_end(out);
}

/* ---- JSON ---- */

static void add_features(rs_json *to, const rs_fit_features *features)
{
    rs_json *const json = rs_json_add_object(to, "features");
    rs_json_add_text(json, "path", features->info->path);
    rs_json_add_text(json, "format", features->info->format);
    rs_json_add_text(json, "dtype", features->info->file_dtype);
    rs_json_add_integer(json, "rows", features->rows);
    rs_json_add_integer(json, "columns", features->columns);
    rs_json_add_text(json, "hash", RS_HASH_TEXT(features->hash));
}

static void add_options(rs_json *to, const rs_fit_options *options)
{
    rs_json *const json = rs_json_add_object(to, "options");
    rs_json_add_integer(json, "batch", options->batch);
    rs_json_add_text(json, "schedule", rs_schedule_name(options->schedule));
    rs_json_add_number(json, "momentum", options->momentum);
    rs_json_add_number(json, "weight_decay", options->weight_decay);
    rs_json_add_text(json, "init", rs_init_name(options->init));
    rs_json_add_integer(json, "seed", options->seed);
}

/* The head's name is what --head takes behind the '#'; null where the file alone will do. */
static void add_head(rs_json *to, const rs_fit_summary *summary, size_t h, size_t e)
{
    char name[RS_FIT_TENSOR_BYTES];
    const rs_fit_head *const head = &summary->options->heads[h];
    rs_json *const json = rs_json_add_object(to, NULL);
    (void)rs_fit_saved_name(summary->options, h, e, name);
    rs_json_add_text(json, "name", name[0] == '\0' ? NULL : name);
    rs_json_add_text(json, "loss", rs_loss_name(head->loss));
    rs_json_add_text(json, "rows_of", head->kept ? "kept" : "all");
    rs_json_add_number(json, "lr", head->lr);
    rs_json_add_integer(json, "epoch", summary->options->epochs[e]);
    rs_json_add_integer(json, "rows", rs_fit_head_rows(summary->fit, h));
    rs_json_add_number(json, "training_loss", rs_fit_get(summary->fit, h, e)->loss);
}

void rs_fit_json(const rs_fit_summary *summary, rs_text *out)
{
    rs_json *const json = rs_json_begin(RS_FIT_SCHEMA);
    rs_json_add_text(json, "path", summary->path);
    add_features(json, summary->features);
    rs_json_add_integer(json, "classes", summary->classes);
    add_options(json, summary->options);
    rs_json *const heads = rs_json_add_array(json, "heads");
    for (size_t h = 0; h < summary->options->head_count; ++h) {
        for (size_t e = 0; e < summary->options->epoch_count; ++e) {
            add_head(heads, summary, h, e);
        }
    }
    rs_json *const timing = rs_json_add_object(json, "timing");
    rs_json_add_number(timing, "fit_ms", summary->fit_ms);
    rs_json_add_integer(timing, "resumed_rows", summary->resumed_rows);
    rs_json *const engine = rs_json_add_object(json, "engine");
    const rs_engine *const there = summary->options->engine;
    rs_json_add_text(engine, "name", there != NULL ? there->info.name : "cpu");
    if (there != NULL) {
        rs_json_add_text(engine, "device", there->info.device);
        rs_json_add_text(engine, "features", rs_fit_resident(summary->fit) ? "resident" : "sent");
    }
    rs_json_add_text(engine, "products", rs_fit_products(summary->fit));
    rs_json_add_integer(engine, "threads", rs_fit_threads(summary->fit));
    rs_json_finish(json, out);
}
