/* clean_report.c - what `reassess clean` prints and writes. */
#include "report/clean_report.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "base/error.h"
#include "base/json.h"
#include "report/count_text.h"
#include "report/short_name.h"

enum { CLASSES_SHOWN = 5 };

static double percent(uint64_t part, uint64_t whole)
{
    return whole == 0 ? 0.0 : 100.0 * (double)part / (double)whole;
}

static uint64_t dropped_of(const rs_clean_count *count)
{
    return count->rows - count->kept;
}

/* ---- the table ---- */

static rs_status add_heading(const rs_clean_summary *summary, rs_text *out, rs_error *error)
{
    char rows[RS_COUNT_TEXT_BYTES];
    const rs_clean_input *const first = &summary->inputs[0];
    uint64_t bytes = 0;
    RS_TRY(rs_text_printf(out, error, "%s", first->path));
    for (size_t i = 0; i < summary->input_count; ++i) {
        bytes += summary->inputs[i].bytes;
    }
    if (summary->input_count > 1) {
        RS_TRY(rs_text_printf(out, error, " and %zu more", summary->input_count - 1));
    }
    RS_TRY(rs_text_printf(out, error,
                          "\n  %s rows of %" PRIu32 " classes, %s %s; %s (%s, %u threads), "
                          "pass %.1f ms",
                          rs_count_text(summary->clean->rows, rows), summary->clean->classes,
                          first->format, first->file_dtype, summary->engine->name,
                          summary->engine->device, summary->engine->threads, summary->pass_ms));
    if (bytes > 0 && summary->pass_ms > 0.0) {
        RS_TRY(
            rs_text_printf(out, error, ", %.0f MB/s", (double)bytes / 1000.0 / summary->pass_ms));
    }
    return rs_text_append(out, "\n\n", 2, error);
}

static rs_status add_verdicts(const rs_clean *clean, rs_text *out, rs_error *error)
{
    static const char *const why[RS_CLEAN_VERDICTS] = {
        [RS_CLEAN_UNLABELLED] = "without a label",
        [RS_CLEAN_INVALID] = "invalid: the row holds a NaN",
        [RS_CLEAN_DIFFERS] = "the prediction is another class",
        [RS_CLEAN_MARGIN] = "the label is less than the margin ahead",
    };
    char text[RS_COUNT_TEXT_BYTES];
    const uint64_t kept = clean->verdicts[RS_CLEAN_KEPT];
    RS_TRY(rs_text_printf(out, error, "  kept     %12s  %6.2f %%\n", rs_count_text(kept, text),
                          percent(kept, clean->rows)));
    RS_TRY(rs_text_printf(out, error, "  dropped  %12s  %6.2f %%\n",
                          rs_count_text(clean->rows - kept, text),
                          percent(clean->rows - kept, clean->rows)));
    for (int v = RS_CLEAN_UNLABELLED; v < RS_CLEAN_VERDICTS; ++v) {
        if (clean->verdicts[v] > 0) {
            RS_TRY(rs_text_printf(out, error, "           %12s  %6.2f %%  %s\n",
                                  rs_count_text(clean->verdicts[v], text),
                                  percent(clean->verdicts[v], clean->rows), why[v]));
        }
    }
    return RS_OK;
}

static rs_status add_folds(const rs_clean *clean, rs_text *out, rs_error *error)
{
    char rows[RS_COUNT_TEXT_BYTES];
    char kept[RS_COUNT_TEXT_BYTES];
    if (clean->folds < 2) {
        return RS_OK;
    }
    RS_TRY(rs_text_printf(out, error, "\n  fold          rows          kept\n"));
    for (uint32_t fold = 0; fold < clean->folds; ++fold) {
        const rs_clean_count *const count = &clean->per_fold[fold];
        RS_TRY(rs_text_printf(out, error, "  %4" PRIu32 "  %12s  %12s  %6.2f %%\n", fold,
                              rs_count_text(count->rows, rows), rs_count_text(count->kept, kept),
                              percent(count->kept, count->rows)));
    }
    return RS_OK;
}

static rs_status add_balance_line(const char *when, const rs_class_balance *balance, rs_text *out,
                                  rs_error *error)
{
    char least[RS_COUNT_TEXT_BYTES];
    char most[RS_COUNT_TEXT_BYTES];
    return rs_text_printf(out, error, "  %-16s  %9s  %10.1f  %9s  %9.4f\n", when,
                          rs_count_text(balance->least, least), balance->median,
                          rs_count_text(balance->most, most), balance->variation);
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
        const double share = percent(count->kept, count->rows);
        if (previous >= 0) {
            const rs_clean_count *const last = &clean->per_class[previous];
            const double floor = percent(last->kept, last->rows);
            if (share < floor || (share == floor && c <= previous)) {
                continue;
            }
        }
        if (best < 0 || share < percent(clean->per_class[best].kept, clean->per_class[best].rows)) {
            best = c;
        }
    }
    return best;
}

static rs_status add_lowest(const rs_clean *clean, rs_text *out, rs_error *error)
{
    int64_t c = next_lowest(clean, -1);
    RS_TRY(rs_text_printf(out, error, "\n  classes that lose most\n"));
    for (int shown = 0; c >= 0 && shown < CLASSES_SHOWN; ++shown) {
        const rs_clean_count *const count = &clean->per_class[c];
        RS_TRY(rs_text_printf(out, error, "  %6.2f %% kept, %" PRIu64 " of %" PRIu64 "  ",
                              percent(count->kept, count->rows), count->kept, count->rows));
        RS_TRY(rs_short_name_add(clean->options.labels, (uint32_t)c, out, error));
        RS_TRY(rs_text_append(out, "\n", 1, error));
        c = next_lowest(clean, c);
    }
    return RS_OK;
}

rs_status rs_clean_table(const rs_clean_summary *summary, rs_text *out, rs_error *error)
{
    const rs_clean *const clean = summary->clean;
    rs_class_balance before;
    rs_class_balance after;
    RS_TRY(rs_clean_balance(clean, &before, &after, error));
    RS_TRY(add_heading(summary, out, error));
    RS_TRY(add_verdicts(clean, out, error));
    RS_TRY(add_folds(clean, out, error));
    RS_TRY(rs_text_printf(out, error,
                          "\n  images a class        least      median       most  variation\n"));
    RS_TRY(add_balance_line("before", &before, out, error));
    RS_TRY(add_balance_line("after", &after, out, error));
    if (after.emptied > 0) {
        RS_TRY(rs_text_printf(out, error,
                              "  %" PRIu32 " of %" PRIu32 " classes keep no image at all\n",
                              after.emptied, after.classes));
    }
    return add_lowest(clean, out, error);
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

rs_status rs_clean_json(const rs_clean_summary *summary, rs_text *out, rs_error *error)
{
    rs_class_balance before;
    rs_class_balance after;
    RS_TRY(rs_clean_balance(summary->clean, &before, &after, error));
    rs_json *const json = rs_json_object();
    add_record(json, summary, &before, &after);
    rs_status status = rs_json_print(json, out, error);
    rs_json_free(json);
    return status == RS_OK ? rs_text_append(out, "\n", 1, error) : status;
}

/* ---- CSV ---- */

rs_status rs_clean_class_csv(const rs_clean_summary *summary, rs_text *out, rs_error *error)
{
    const rs_clean *const clean = summary->clean;
    const rs_labels *const labels = clean->options.labels;
    RS_TRY(rs_text_printf(out, error, "class,wnid,name,rows,kept,dropped,kept_share\n"));
    for (uint32_t c = 0; c < clean->classes; ++c) {
        const rs_clean_count *const count = &clean->per_class[c];
        const char *const synset = rs_labels_synset(labels, c);
        const char *const name = rs_labels_name(labels, c);
        RS_TRY(rs_text_printf(out, error, "%" PRIu32 ",%s,", c, synset == NULL ? "" : synset));
        RS_TRY(rs_text_csv_cell(out, name == NULL ? "" : name, error));
        RS_TRY(rs_text_printf(out, error, ",%" PRIu64 ",%" PRIu64 ",%" PRIu64 ",", count->rows,
                              count->kept, dropped_of(count)));
        if (count->rows > 0) {
            RS_TRY(rs_text_printf(out, error, "%.2f", percent(count->kept, count->rows)));
        }
        RS_TRY(rs_text_append(out, "\n", 1, error));
    }
    return RS_OK;
}

/* ---- lists ---- */

/* The line goes out and is emptied for the next one. */
static rs_status put_line(rs_text *line, rs_file_writer *out, rs_error *error)
{
    RS_TRY(rs_text_append(line, "\n", 1, error));
    RS_TRY(rs_file_put(out, line->data, line->length, error));
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
        RS_TRY(name.length > 0 ? rs_text_append(line, name.text, name.length, error)
                               : rs_text_printf(line, error, "%" PRIu64, row));
        RS_TRY(put_line(line, out, error));
    }
    return RS_OK;
}

rs_status rs_clean_write_kept(const rs_clean_summary *summary, rs_file_writer *out, rs_error *error)
{
    rs_text line = {0};
    const rs_status status = put_kept(summary, &line, out, error);
    rs_text_clear(&line);
    return status;
}

/* A number, or nothing where it is not known. */
static rs_status add_known(int64_t value, bool known, rs_text *line, rs_error *error)
{
    return known ? rs_text_printf(line, error, ",%" PRId64, value)
                 : rs_text_append(line, ",", 1, error);
}

static rs_status add_drop(const rs_clean_summary *summary, const rs_clean_drop *drop,
                          rs_text *name_text, rs_text *line, rs_error *error)
{
    const rs_span name = rs_row_names_get(summary->names, drop->row);
    RS_TRY(rs_text_printf(line, error, "%" PRIu32 ",", drop->row));
    if (name.length > 0) {
        name_text->length = 0;
        RS_TRY(rs_text_append(name_text, name.text, name.length, error));
        RS_TRY(rs_text_csv_cell(line, name_text->data, error));
    }
    RS_TRY(
        rs_text_printf(line, error, ",%s", rs_clean_verdict_name((rs_clean_verdict)drop->verdict)));
    RS_TRY(add_known(drop->label, drop->label >= 0, line, error));
    RS_TRY(add_known(drop->prediction, drop->prediction >= 0, line, error));
    RS_TRY(add_known(drop->rank, drop->rank > 0, line, error));
    RS_TRY(isnan(drop->margin) ? rs_text_append(line, ",", 1, error)
                               : rs_text_printf(line, error, ",%.9g", drop->margin));
    return rs_text_printf(line, error, ",%" PRIu16, drop->fold);
}

static rs_status put_dropped(const rs_clean_summary *summary, rs_text *name_text, rs_text *line,
                             rs_file_writer *out, rs_error *error)
{
    const rs_clean *const clean = summary->clean;
    RS_TRY(rs_text_printf(line, error, "row,image,reason,label,prediction,rank,margin,fold"));
    RS_TRY(put_line(line, out, error));
    for (uint64_t i = 0; i < clean->drop_count; ++i) {
        RS_TRY(add_drop(summary, &clean->drop[i], name_text, line, error));
        RS_TRY(put_line(line, out, error));
    }
    return RS_OK;
}

rs_status rs_clean_write_dropped(const rs_clean_summary *summary, rs_file_writer *out,
                                 rs_error *error)
{
    rs_text name_text = {0};
    rs_text line = {0};
    const rs_status status = put_dropped(summary, &name_text, &line, out, error);
    rs_text_clear(&name_text);
    rs_text_clear(&line);
    return status;
}
