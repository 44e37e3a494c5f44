/* report_notes.c - what the report was made from, what is missing in it, what to doubt. */
#include <string.h>

#include "base/error.h"
#include "base/hash.h"
#include "reassess/version.h"
#include "report/report_parts.h"
#include "report/warned.h"
#include "report/wording.h"

/* A page is mailed: where its labels lay is nobody else's business. */
static const char *last_part(const char *path)
{
    const char *const slash = strrchr(path, '/');
    return slash == NULL || slash[1] == '\0' ? path : slash + 1;
}

static void add_path(rs_text *page, const char *what, const char *path)
{
    if (path != NULL) {
        rs_text_printf(page, "<dt>%s</dt><dd><code>", what);
        rs_markup_name(page, last_part(path));
        rs_text_printf(page, "</code></dd>\n");
    }
}

static void add_labels(rs_text *page, const rs_report *report)
{
    rs_text_printf(page, "<dl>\n");
    add_path(page, "ReaL sets", rs_labels_real_path(report->labels));
    add_path(page, "original labels", rs_labels_original_path(report->labels));
    rs_text_printf(page, "<dt>hash of the labels</dt><dd><code>%s</code></dd>\n",
                   RS_HASH_TEXT(rs_labels_hash(report->labels)));
    rs_text_printf(page, "<dt>made by</dt><dd>reassess " RS_VERSION "</dd>\n</dl>\n");
}

static rs_status gather_warnings(const rs_report *report, rs_warned *warned, rs_error *error)
{
    for (size_t i = 0; i < report->count; ++i) {
        RS_TRY(rs_warned_add(warned, &report->model[i].record, error));
    }
    return RS_OK;
}

static void add_warning(rs_text *page, const rs_warned_kind *kind)
{
    rs_text models = {0};
    rs_text text = {0};
    rs_warned_models(kind, &models);
    rs_warned_text(kind, &text);
    rs_text_pass_loss(&models, page);
    rs_text_pass_loss(&text, page);
    if (models.lost == NULL && text.lost == NULL) {
        rs_text_printf(page, "<li><b>");
        rs_markup_text(page, models.data);
        rs_text_printf(page, "</b>: ");
        rs_markup_public(page, text.data);
        rs_text_printf(page, "</li>\n");
    }
    rs_text_clear(&models);
    rs_text_clear(&text);
}

static void add_warnings(rs_text *page, const rs_report *report)
{
    rs_warned warned = {0};
    if (gather_warnings(report, &warned, NULL) != RS_OK) {
        rs_text_lose(page, sizeof warned, "warnings");
    }
    if (warned.count > 0) {
        rs_text_printf(page, "<h3>To read before the numbers are believed</h3>\n<ul>\n");
        for (size_t i = 0; i < warned.count; ++i) {
            add_warning(page, &warned.kind[i]);
        }
        rs_text_printf(page, "</ul>\n");
    }
    rs_warned_clear(&warned);
}

static void add_failures(rs_text *page, const rs_report *report)
{
    if (report->failure_count == 0) {
        return;
    }
    rs_text_printf(page, "<h3>Models whose last run failed</h3>\n<ul>\n");
    for (size_t i = 0; i < report->failure_count; ++i) {
        rs_text_printf(page, "<li><b>");
        rs_markup_name(page, report->failure[i].model);
        rs_text_printf(page, "</b>: ");
        rs_markup_public(page, report->failure[i].reason);
        rs_text_printf(page, "</li>\n");
    }
    rs_text_printf(page, "</ul>\n");
}

static void add_missing(rs_text *page, const rs_report *report)
{
    size_t without = 0;
    for (size_t i = 0; i < report->count; ++i) {
        without += report->model[i].real_right == NULL;
    }
    if (without > 0) {
        rs_text_printf(page,
                       "<p>Of %zu model%s the predictions were not in the folder: ranks, "
                       "confusions (without a tally classes too) are about the others.</p>\n",
                       without, rs_plural(without));
    }
    if (report->parts_left_out > 0) {
        rs_text_printf(page,
                       "<p>%zu record%s, not of whole models, %s left out: "
                       "<code>reassess merge</code> adds them up.</p>\n",
                       report->parts_left_out,
                       report->parts_left_out == 1 ? " of a row range" : "s of row ranges",
                       report->parts_left_out == 1 ? "is" : "are");
    }
}

void rs_report_notes(rs_text *page, const rs_report *report)
{
    rs_html_section(page, "notes", "Notes");
    rs_text_printf(
        page, "<p><b>ImageNet accuracy</b> is the share of images whose first prediction is the "
              "original label; <b>ReaL accuracy</b> the share of images with labels whose first "
              "prediction is any of them. Every number is defined in docs/METRICS.md. The "
              "measures are those of Beyer, H&#233;naff, Kolesnikov, Zhai and van den Oord, "
              "<i>Are we done with ImageNet?</i>, 2020, arXiv:2006.07159.</p>\n");
    add_warnings(page, report);
    add_failures(page, report);
    add_missing(page, report);
    add_labels(page, report);
    rs_html_section_end(page);
}
