/* table_models.c - several models under each other. */
#include <stdio.h>
#include <string.h>

#include "base/width.h"
#include "report/table.h"
#include "report/table_parts.h"

enum { WIDE = 22, NARROW = 6, LABELS = 8 };

static void trim_line(rs_text *out)
{
    while (out->length > 0 && out->data[out->length - 1] == ' ') {
        --out->length;
    }
    rs_text_add(out, "\n");
}

static void add_narrow(const rs_metric *metric, rs_text *out)
{
    if (metric == NULL || metric->reason != NULL) {
        rs_text_printf(out, "  %*s", NARROW, "-");
    } else {
        rs_text_printf(out, "  %*.2f", NARROW, 100.0 * metric->value);
    }
}

/* What the labels of a line are called takes at least as much as our own words. */
static size_t labels_width(rs_table_widths widths)
{
    return widths.labels < LABELS ? LABELS : widths.labels;
}

static void begin_line(const char *model, const char *labels, rs_table_widths widths, rs_text *out)
{
    rs_text_pad(out, model, widths.name);
    rs_text_add(out, "  ");
    rs_text_pad(out, labels, labels_width(widths));
}

/* ---- accuracies ---- */

void rs_table_heading(rs_table_widths widths, bool bracket, rs_text *out)
{
    rs_text_printf(out, "accuracy, %% [95 %% interval]\n%-*s  %-*s  %-*s  %-*s", (int)widths.name,
                   "model", (int)labels_width(widths), "labels", WIDE, "top-1", WIDE, "top-5");
    rs_text_printf(out, "  %*s  %*s  %*s  %*s%s\n", NARROW, "second", NARROW, "third", NARROW,
                   "choice", NARROW, "chance", bracket ? "  at most" : "");
}

static void add_top(const rs_record *record, const char *kind, uint32_t k, rs_text *out)
{
    char share[40];
    char mean[40];
    (void)snprintf(share, sizeof share, "%s_top%u", kind, (unsigned)k);
    (void)snprintf(mean, sizeof mean, "%s_macro_top%u", kind, (unsigned)k);
    const rs_metric *const metric = rs_record_metric(record, share);
    const bool original = strcmp(kind, "imagenet") == 0;
    rs_text_add(out, "  ");
    rs_table_add_cell(
        original ? rs_table_error_of_classes(metric, rs_record_metric(record, mean)) : metric, " ",
        WIDE, out);
}

static void add_choice(const rs_label_choice *choice, rs_text *out)
{
    if (choice->measured && choice->reason == NULL) {
        add_narrow(&choice->original, out);
        rs_text_printf(out, "  %*.2f", NARROW, 100.0 * choice->expected);
    } else {
        rs_text_printf(out, "  %*s  %*s", NARROW, "-", NARROW, "-");
    }
}

static void add_real(const rs_record *by, rs_text *out)
{
    add_top(by, "real", 1, out);
    add_top(by, "real", 5, out);
    add_narrow(rs_record_metric(by, "real_second"), out);
    add_narrow(rs_record_metric(by, "real_third"), out);
}

static void add_sets(const rs_record *record, rs_table_widths widths, rs_text *out)
{
    for (size_t s = 0; s < record->set_count; ++s) {
        const rs_record *const by = &record->set[s].record;
        begin_line("", record->set[s].name, widths, out);
        add_real(by, out);
        add_choice(&by->choice, out);
        trim_line(out);
    }
}

void rs_table_lines(const rs_record *record, rs_table_widths widths, rs_text *out)
{
    begin_line(record->model, "original", widths, out);
    add_top(record, "imagenet", 1, out);
    add_top(record, "imagenet", 5, out);
    rs_text_printf(out, "  %*s  %*s", NARROW, "", NARROW, "");
    add_choice(&record->choice, out);
    trim_line(out);
    begin_line("", "ReaL", widths, out);
    add_real(record, out);
    if (record->bracket.measured) {
        rs_text_printf(out, "  %*s  %*s", NARROW, "", NARROW, "");
        if (record->bracket.reason == NULL) {
            rs_text_printf(out, "  %7.2f", 100.0 * record->bracket.high);
        } else {
            rs_text_printf(out, "  %7s", "-");
        }
    }
    trim_line(out);
    add_sets(record, widths, out);
}

void rs_table_notes(bool bracket, rs_text *out)
{
    rs_text_add(out, "  second, third: the second and third prediction, where ReaL has as many "
                     "labels\n"
                     "  choice: where the model says one of several valid labels, how often the "
                     "original one; chance: who draws among them\n");
    if (bracket) {
        rs_text_add(out, "  at most: ReaL top-1 if what no rater was asked about is right, a bound "
                         "and no estimate\n");
    }
}

/* ---- calibration ---- */

void rs_table_calibration_heading(size_t name_width, rs_text *out)
{
    rs_text_printf(out, "\ncalibration [95 %% interval]\n%-*s  %-8s  %-*s  %-*s  %s\n",
                   (int)name_width, "model", "labels", WIDE, "confidence, %", WIDE + 2, "NLL",
                   "ECE, %");
}

static void add_likelihood(double nll, uint64_t rows, const rs_error_bar *bar, rs_text *out)
{
    rs_text_add(out, "  ");
    const size_t begin = out->length;
    if (rows == 0) {
        rs_text_add(out, "  -");
    } else {
        rs_text_printf(out, "%.4f", nll);
        rs_table_add_bar(bar, 1.0, 4, out);
    }
    rs_table_pad(begin, WIDE + 2, out);
}

static void add_ece(bool has, double ece, const rs_error_bar *bar, rs_text *out)
{
    if (has) {
        rs_text_printf(out, "  %5.2f", 100.0 * ece);
        rs_table_add_bar(bar, 100.0, 2, out);
    } else {
        rs_text_add(out, "    -");
    }
}

void rs_table_calibration_lines(const rs_record *record, size_t name_width, rs_text *out)
{
    const rs_calibration *const c = &record->calibration;
    if (!c->measured || c->rows == 0) {
        return;
    }
    begin_line(record->model, "original", (rs_table_widths){.name = name_width}, out);
    rs_text_add(out, "  ");
    const size_t begin = out->length;
    rs_text_printf(out, "%5.2f", 100.0 * c->confidence);
    rs_table_add_bar(&c->confidence_error, 100.0, 2, out);
    rs_table_pad(begin, WIDE, out);
    add_likelihood(c->nll, c->nll_rows, &c->nll_error, out);
    add_ece(c->has_ece, c->ece, &c->ece_error, out);
    trim_line(out);
    begin_line("", "ReaL", (rs_table_widths){.name = name_width}, out);
    rs_text_printf(out, "  %*s", WIDE, "");
    add_likelihood(c->real_nll, c->real_nll_rows, &c->real_nll_error, out);
    add_ece(c->has_real_ece, c->real_ece, &c->real_ece_error, out);
    trim_line(out);
}
