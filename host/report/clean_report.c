/* clean_report.c - what `reassess clean` prints and writes. */
#include "report/clean_report.h"

#include <inttypes.h>
#include <math.h>

#include "base/csv_cell.h"
#include "base/error.h"
#include "base/json.h"
#include "base/visible.h"
#include "report/cells.h"
#include "report/wording.h"

enum { CLASSES_SHOWN = 5 };

static uint64_t dropped_of(const rs_clean_count *count)
{
    return count->rows - count->kept;
}

/* ---- the table ---- */

static void add_heading(const rs_clean_summary *summary, rs_text *out)
{
    const rs_clean_input *const first = &summary->inputs[0];
    uint64_t bytes = 0;
    rs_text_name(out, first->path);
    for (size_t i = 0; i < summary->input_count; ++i) {
        bytes += summary->inputs[i].bytes;
    }
    if (summary->input_count > 1) {
        rs_text_printf(out, " and %zu more", summary->input_count - 1);
    }
    rs_text_printf(out,
                   "\n  %s rows of %" PRIu32 " classes, %s %s\n"
                   "  %s (%s, %u thread%s), pass %.1f ms",
                   RS_COUNT_TEXT(summary->clean->rows), summary->clean->classes, first->format,
                   first->file_dtype, summary->engine->name, summary->engine->device,
                   summary->engine->threads, rs_plural(summary->engine->threads), summary->pass_ms);
    if (bytes > 0 && summary->pass_ms > 0.0) {
        rs_text_printf(out, ", %.0f MB/s", (double)bytes / 1000.0 / summary->pass_ms);
    }
    rs_text_add(out, "\n\n");
}

static void add_verdict(const char *what, uint64_t rows, uint64_t all, const char *why,
                        rs_text *out)
{
    rs_table_row(out);
    rs_table_put(out, "%s", what);
    rs_table_count(out, rows);
    rs_table_put(out, "%.2f", rs_percent(rows, all));
    rs_table_put(out, "%s", why);
}

static void add_verdicts(const rs_clean *clean, rs_text *out)
{
    static const char *const why[RS_CLEAN_VERDICTS] = {
        [RS_CLEAN_UNLABELLED] = "without a label",
        [RS_CLEAN_INVALID] = "invalid: the row holds a NaN",
        [RS_CLEAN_DIFFERS] = "the prediction is another class",
        [RS_CLEAN_MARGIN] = "the label is less than the margin ahead",
    };
    const uint64_t kept = clean->verdicts[RS_CLEAN_KEPT];
    rs_table_begin(out, 2);
    rs_table_column(out, RS_TABLE_KEY, "");
    RS_TABLE_COLUMNS(out, RS_TABLE_NUMBER, "rows", "%");
    rs_table_column(out, RS_TABLE_PROSE, "why");
    add_verdict("kept", kept, clean->rows, "", out);
    add_verdict("dropped", clean->rows - kept, clean->rows, "", out);
    for (int v = RS_CLEAN_UNLABELLED; v < RS_CLEAN_VERDICTS; ++v) {
        if (clean->verdicts[v] > 0) {
            add_verdict("  of these", clean->verdicts[v], clean->rows, why[v], out);
        }
    }
    rs_table_end(out);
}

static void add_folds(const rs_clean *clean, rs_text *out)
{
    if (clean->folds < 2) {
        return;
    }
    rs_text_add(out, "\n");
    rs_table_begin(out, 2);
    RS_TABLE_COLUMNS(out, RS_TABLE_NUMBER, "fold", "rows", "kept", "%");
    for (uint32_t fold = 0; fold < clean->folds; ++fold) {
        const rs_clean_count *const count = &clean->per_fold[fold];
        rs_table_row(out);
        rs_table_put(out, "%" PRIu32, fold);
        rs_table_count(out, count->rows);
        rs_table_count(out, count->kept);
        rs_table_put(out, "%.2f", rs_percent(count->kept, count->rows));
    }
    rs_table_end(out);
}

static void add_balance_line(const char *when, const rs_class_balance *balance, rs_text *out)
{
    rs_table_row(out);
    rs_table_put(out, "%s", when);
    rs_table_count(out, balance->least);
    rs_table_put(out, "%.1f", balance->median);
    rs_table_count(out, balance->most);
    rs_table_put(out, "%.4f", balance->variation);
}

static void add_balances(const rs_class_balance *before, const rs_class_balance *after,
                         rs_text *out)
{
    rs_text_add(out, "\n");
    rs_table_begin(out, 2);
    rs_table_column(out, RS_TABLE_KEY, "images a class");
    RS_TABLE_COLUMNS(out, RS_TABLE_NUMBER, "least", "median", "most", "variation");
    add_balance_line("before", before, out);
    add_balance_line("after", after, out);
    rs_table_end(out);
}

/* The class with the smallest kept share after `previous` in that order; -1: none left. */
static int64_t next_lowest(const rs_clean *clean, int64_t previous)
{
    int64_t best = -1;
    for (int64_t c = 0; c < clean->classes; ++c) {
        const rs_clean_count *const count = &clean->per_class[c];
        if (count->rows == 0) {
            continue;
        }
        const double share = rs_percent(count->kept, count->rows);
        if (previous >= 0) {
            const rs_clean_count *const last = &clean->per_class[previous];
            const double floor = rs_percent(last->kept, last->rows);
            if (share < floor || (share == floor && c <= previous)) {
                continue;
            }
        }
        if (best < 0 ||
            share < rs_percent(clean->per_class[best].kept, clean->per_class[best].rows)) {
            best = c;
        }
    }
    return best;
}

static void add_lowest(const rs_clean *clean, rs_text *out)
{
    int64_t c = next_lowest(clean, -1);
    rs_text_add(out, "\n  classes that lose most\n");
    rs_table_begin(out, 2);
    RS_TABLE_COLUMNS(out, RS_TABLE_NUMBER, "kept, %", "kept", "of");
    rs_table_column(out, RS_TABLE_PROSE, "class");
    for (int shown = 0; c >= 0 && shown < CLASSES_SHOWN; ++shown) {
        const rs_clean_count *const count = &clean->per_class[c];
        rs_table_row(out);
        rs_table_put(out, "%.2f", rs_percent(count->kept, count->rows));
        rs_table_count(out, count->kept);
        rs_table_count(out, count->rows);
        rs_table_cell(out);
        rs_short_name_add(clean->options.labels, (uint32_t)c, out);
        c = next_lowest(clean, c);
    }
    rs_table_end(out);
}

/* False: there was no memory, and the text is lost. */
static bool take_balance(const rs_clean *clean, rs_class_balance *before, rs_class_balance *after,
                         rs_text *out)
{
    if (rs_clean_balance(clean, before, after, NULL) == RS_OK) {
        return true;
    }
    rs_text_lose(out, clean->classes * sizeof(uint64_t), "classes");
    return false;
}

void rs_clean_table(const rs_clean_summary *summary, rs_text *out)
{
    const rs_clean *const clean = summary->clean;
    rs_class_balance before;
    rs_class_balance after;
    if (!take_balance(clean, &before, &after, out)) {
        return;
    }
    add_heading(summary, out);
    add_verdicts(clean, out);
    add_folds(clean, out);
    add_balances(&before, &after, out);
    if (after.emptied > 0) {
        rs_text_printf(out, "  %" PRIu32 " of %" PRIu32 " classes keep no image at all\n",
                       after.emptied, after.classes);
    }
    add_lowest(clean, out);
}

/* ---- JSON ---- */

static void add_balance(rs_json *to, const char *name, const rs_class_balance *balance)
{
    rs_json *const json = rs_json_add_object(to, name);
    rs_json_add_integer(json, "classes", balance->classes);
    rs_json_add_integer(json, "emptied", balance->emptied);
    rs_json_add_integer(json, "least", balance->least);
    rs_json_add_number(json, "median", balance->median);
    rs_json_add_integer(json, "most", balance->most);
    rs_json_add_number(json, "variation", balance->variation);
}

static void add_inputs(rs_json *to, const rs_clean_summary *summary)
{
    rs_json *const inputs = rs_json_add_array(to, "inputs");
    for (size_t i = 0; i < summary->input_count; ++i) {
        rs_json *const input = rs_json_add_object(inputs, NULL);
        rs_json_add_text(input, "path", summary->inputs[i].path);
        rs_json_add_text(input, "format", summary->inputs[i].format);
        rs_json_add_text(input, "dtype", summary->inputs[i].file_dtype);
    }
}

static void add_record(rs_json *json, const rs_clean_summary *summary,
                       const rs_class_balance *before, const rs_class_balance *after)
{
    const rs_clean *const clean = summary->clean;
    rs_json_add_text(json, "schema", RS_CLEAN_SCHEMA);
    add_inputs(json, summary);
    rs_json_add_integer(json, "rows", clean->rows);
    rs_json_add_integer(json, "classes", clean->classes);
    rs_json_add_number(json, "margin", clean->options.margin);
    rs_json_add_integer(json, "kept", clean->verdicts[RS_CLEAN_KEPT]);
    rs_json_add_integer(json, "dropped", clean->rows - clean->verdicts[RS_CLEAN_KEPT]);
    rs_json *const reasons = rs_json_add_object(json, "reasons");
    for (int v = RS_CLEAN_UNLABELLED; v < RS_CLEAN_VERDICTS; ++v) {
        rs_json_add_integer(reasons, rs_clean_verdict_name((rs_clean_verdict)v),
                            clean->verdicts[v]);
    }
    rs_json *const folds = rs_json_add_array(json, "folds");
    for (uint32_t fold = 0; fold < clean->folds; ++fold) {
        rs_json *const count = rs_json_add_object(folds, NULL);
        rs_json_add_integer(count, "rows", clean->per_fold[fold].rows);
        rs_json_add_integer(count, "kept", clean->per_fold[fold].kept);
    }
    rs_json *const balance = rs_json_add_object(json, "balance");
    add_balance(balance, "before", before);
    add_balance(balance, "after", after);
}

void rs_clean_json(const rs_clean_summary *summary, rs_text *out)
{
    rs_class_balance before;
    rs_class_balance after;
    if (!take_balance(summary->clean, &before, &after, out)) {
        return;
    }
    rs_json *const json = rs_json_object();
    add_record(json, summary, &before, &after);
    rs_json_finish(json, out);
}

/* ---- CSV ---- */

void rs_clean_class_csv(const rs_clean_summary *summary, rs_text *out)
{
    const rs_clean *const clean = summary->clean;
    const rs_labels *const labels = clean->options.labels;
    rs_text_printf(out, "class,wnid,name,rows,kept,dropped,kept_share\n");
    for (uint32_t c = 0; c < clean->classes; ++c) {
        const rs_clean_count *const count = &clean->per_class[c];
        const char *const synset = rs_labels_synset(labels, c);
        const char *const name = rs_labels_name(labels, c);
        rs_text_printf(out, "%" PRIu32 ",%s,", c, synset == NULL ? "" : synset);
        rs_text_csv_cell(out, name == NULL ? "" : name);
        rs_text_printf(out, ",%" PRIu64 ",%" PRIu64 ",%" PRIu64 ",", count->rows, count->kept,
                       dropped_of(count));
        if (count->rows > 0) {
            rs_text_printf(out, "%.2f", rs_percent(count->kept, count->rows));
        }
        rs_text_add(out, "\n");
    }
}

/* ---- lists ---- */

/* The line goes out and is emptied for the next one. */
static rs_status put_line(rs_text *line, rs_file_writer *out, rs_error *error)
{
    rs_text_add(line, "\n");
    RS_TRY(rs_file_put_text(out, line, error));
    line->length = 0;
    return RS_OK;
}

static rs_status put_kept(const rs_clean_summary *summary, rs_text *line, rs_file_writer *out,
                          rs_error *error)
{
    const rs_clean *const clean = summary->clean;
    uint64_t next_drop = 0;
    for (uint64_t row = 0; row < clean->rows; ++row) {
        if (next_drop < clean->drop_count && clean->drop[next_drop].row == row) {
            ++next_drop;
            continue;
        }
        const rs_span name = rs_row_names_get(summary->names, row);
        if (name.length > 0) {
            rs_text_append(line, name.text, name.length);
        } else {
            rs_text_printf(line, "%" PRIu64, row);
        }
        RS_TRY(put_line(line, out, error));
    }
    return RS_OK;
}

/* A number, or nothing where it is not known. */
static void add_known(int64_t value, bool known, rs_text *line)
{
    if (known) {
        rs_text_printf(line, ",%" PRId64, value);
    } else {
        rs_text_add(line, ",");
    }
}

static void add_drop(const rs_clean_summary *summary, const rs_clean_drop *drop, rs_text *line)
{
    rs_text name_text = {0};
    const rs_span name = rs_row_names_get(summary->names, drop->row);
    rs_text_printf(line, "%" PRIu32 ",", drop->row);
    if (name.length > 0) {
        rs_text_append(&name_text, name.text, name.length);
        rs_text_csv_text(line, &name_text);
        rs_text_clear(&name_text);
    }
    rs_text_printf(line, ",%s", rs_clean_verdict_name((rs_clean_verdict)drop->verdict));
    add_known(drop->label, drop->label >= 0, line);
    add_known(drop->prediction, drop->prediction >= 0, line);
    add_known(drop->rank, drop->rank > 0, line);
    if (isnan(drop->margin)) {
        rs_text_add(line, ",");
    } else {
        rs_text_printf(line, ",%.9g", drop->margin);
    }
    rs_text_printf(line, ",%" PRIu16, drop->fold);
}

static rs_status put_dropped(const rs_clean_summary *summary, rs_text *line, rs_file_writer *out,
                             rs_error *error)
{
    const rs_clean *const clean = summary->clean;
    rs_text_printf(line, "row,image,reason,label,prediction,rank,margin,fold");
    RS_TRY(put_line(line, out, error));
    for (uint64_t i = 0; i < clean->drop_count; ++i) {
        add_drop(summary, &clean->drop[i], line);
        RS_TRY(put_line(line, out, error));
    }
    return RS_OK;
}

rs_status rs_clean_write_kept(const rs_clean_summary *summary, rs_file_writer *file,
                              rs_error *error)
{
    rs_text line = {0};
    const rs_status status = put_kept(summary, &line, file, error);
    rs_text_clear(&line);
    return status;
}

rs_status rs_clean_write_dropped(const rs_clean_summary *summary, rs_file_writer *file,
                                 rs_error *error)
{
    rs_text line = {0};
    const rs_status status = put_dropped(summary, &line, file, error);
    rs_text_clear(&line);
    return status;
}
