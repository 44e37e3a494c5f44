/* table_models.c - several models under each other. */
#include <stdio.h>
#include <string.h>

#include "report/table.h"
#include "report/table_parts.h"

/* ---- accuracies ---- */

void rs_table_heading(bool bracket, rs_text *out)
{
    rs_text_add(out, "accuracy, % [95 % interval]\n");
    rs_table_begin(out, 0);
    RS_TABLE_COLUMNS(out, RS_TABLE_KEY, "model", "labels");
    RS_TABLE_COLUMNS(out, RS_TABLE_RANGE, "top-1", "top-5");
    rs_table_column(out, RS_TABLE_NUMBER | RS_TABLE_BELOW, "second");
    RS_TABLE_COLUMNS(out, RS_TABLE_NUMBER, "third", "choice", "chance");
    if (bracket) {
        rs_table_column(out, RS_TABLE_NUMBER, "at most");
    }
}

static void add_top(const rs_record *record, const char *kind, uint32_t k, rs_text *out)
{
    char share[40];
    char mean[40];
    (void)snprintf(share, sizeof share, "%s_top%u", kind, (unsigned)k);
    (void)snprintf(mean, sizeof mean, "%s_macro_top%u", kind, (unsigned)k);
    const rs_metric *const metric = rs_record_metric(record, share);
    const bool original = strcmp(kind, "imagenet") == 0;
    rs_table_metric(
        original ? rs_table_error_of_classes(metric, rs_record_metric(record, mean)) : metric, out);
}

static void add_choice(const rs_label_choice *choice, rs_text *out)
{
    if (choice->measured && choice->reason == NULL) {
        rs_table_value(&choice->original, out);
        rs_table_put(out, "%.2f", 100.0 * choice->expected);
    } else {
        rs_table_none(out);
        rs_table_none(out);
    }
}

static void add_real(const rs_record *by, rs_text *out)
{
    add_top(by, "real", 1, out);
    add_top(by, "real", 5, out);
    rs_table_value(rs_record_metric(by, "real_second"), out);
    rs_table_value(rs_record_metric(by, "real_third"), out);
}

static void add_sets(const rs_record *record, rs_text *out)
{
    for (size_t s = 0; s < record->set_count; ++s) {
        const rs_record *const by = &record->set[s].record;
        rs_table_row(out);
        rs_table_same(out);
        rs_table_name(out, record->set[s].name);
        add_real(by, out);
        add_choice(&by->choice, out);
    }
}

/* Nothing of it is known by these labels. */
static void add_empty(size_t cells, rs_text *out)
{
    for (size_t i = 0; i < cells; ++i) {
        rs_table_cell(out);
    }
}

void rs_table_lines(const rs_record *record, rs_text *out)
{
    rs_table_row(out);
    rs_table_name(out, record->model);
    rs_table_put(out, "original");
    add_top(record, "imagenet", 1, out);
    add_top(record, "imagenet", 5, out);
    add_empty(2, out);
    add_choice(&record->choice, out);
    rs_table_row(out);
    rs_table_same(out);
    rs_table_put(out, "ReaL");
    add_real(record, out);
    if (record->bracket.measured) {
        add_empty(2, out);
        if (record->bracket.reason == NULL) {
            rs_table_put(out, "%.2f", 100.0 * record->bracket.high);
        } else {
            rs_table_none(out);
        }
    }
    add_sets(record, out);
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

void rs_table_calibration_heading(rs_text *out)
{
    rs_text_add(out, "\ncalibration [95 % interval]\n");
    rs_table_begin(out, 0);
    RS_TABLE_COLUMNS(out, RS_TABLE_KEY, "model", "labels");
    RS_TABLE_COLUMNS(out, RS_TABLE_RANGE, "confidence, %", "ECE, %");
    rs_table_column(out, RS_TABLE_RANGE | RS_TABLE_BELOW, "NLL");
}

static void add_likelihood(double nll, uint64_t rows, const rs_error_bar *bar, rs_text *out)
{
    if (rows == 0) {
        rs_table_none(out);
        return;
    }
    rs_table_put(out, "%.4f", nll);
    rs_table_add_bar(bar, 1.0, 4, out);
}

static void add_ece(bool has, double ece, const rs_error_bar *bar, rs_text *out)
{
    if (has) {
        rs_table_put(out, "%5.2f", 100.0 * ece);
        rs_table_add_bar(bar, 100.0, 2, out);
    } else {
        rs_table_none(out);
    }
}

void rs_table_calibration_lines(const rs_record *record, rs_text *out)
{
    const rs_calibration *const c = &record->calibration;
    if (!c->measured || c->rows == 0) {
        return;
    }
    rs_table_row(out);
    rs_table_name(out, record->model);
    rs_table_put(out, "original");
    rs_table_put(out, "%5.2f", 100.0 * c->confidence);
    rs_table_add_bar(&c->confidence_error, 100.0, 2, out);
    add_ece(c->has_ece, c->ece, &c->ece_error, out);
    add_likelihood(c->nll, c->nll_rows, &c->nll_error, out);
    rs_table_row(out);
    rs_table_same(out);
    rs_table_put(out, "ReaL");
    rs_table_cell(out);
    add_ece(c->has_real_ece, c->real_ece, &c->real_ece_error, out);
    add_likelihood(c->real_nll, c->real_nll_rows, &c->real_nll_error, out);
}
