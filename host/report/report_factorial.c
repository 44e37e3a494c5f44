/* report_factorial.c - the article's Table 2, where a folder holds four models of two losses on two
 * sets of labels; nothing where it holds none.
 */
#include <stdlib.h>

#include "analyse/bits.h"
#include "analyse/factorial.h"
#include "base/checked.h"
#include "report/report_parts.h"
#include "report/wording.h"

static const char *const cells[RS_CELLS] = {"softmax, all", "sigmoid, all", "softmax, clean",
                                            "sigmoid, clean"};
static const char *const effects[RS_EFFECTS] = {"sigmoid loss", "clean labels", "interaction"};

/* By ReaL: which images a model has right is known of these alone. */
static bool compare_four(const rs_report *report, const rs_four *four, rs_factorial *found)
{
    const uint64_t *right[RS_CELLS];
    *found = (rs_factorial){0};
    for (size_t cell = 0; cell < RS_CELLS; ++cell) {
        right[cell] = report->model[four->model[cell]].real_right;
        if (right[cell] == NULL) {
            return false;
        }
    }
    return report->stats->evaluated > 0 &&
           rs_factorial_of_bits(NULL, right,
                                rs_bit_words(rs_labels_get_view(report->labels)->rows),
                                report->stats->evaluated, RS_BY_REAL, found, NULL) == RS_OK;
}

static void add_cells(rs_text *page, const rs_report *report, const rs_four *four)
{
    rs_text_printf(page, "<div class=\"scroll\"><table>\n<thead><tr><th>");
    rs_markup_text(page, four->name[0] == '\0' ? "loss, labels" : four->name);
    rs_text_printf(page, "</th><th>model</th><th class=\"number\">ImageNet, %%</th>"
                         "<th class=\"number\">ReaL, %%</th></tr></thead>\n<tbody>\n");
    for (size_t cell = 0; cell < RS_CELLS; ++cell) {
        const rs_report_model *const model = &report->model[four->model[cell]];
        rs_text_printf(page, "<tr><td>%s</td><td>", cells[cell]);
        rs_markup_name(page, model->record.model);
        rs_text_printf(page, "</td><td class=\"number\">");
        rs_html_percent(page, model->imagenet);
        rs_text_printf(page, "</td><td class=\"number\">");
        rs_html_percent(page, model->real);
        rs_text_printf(page, "</td></tr>\n");
    }
    rs_html_table_end(page);
}

static void add_effects(rs_text *page, const rs_factorial *found)
{
    rs_html_table(page, NULL, "by ReaL|#points|#95&#160;% interval|#p, exact");
    for (int effect = 0; effect < RS_EFFECTS; ++effect) {
        const rs_contrast *const by = &found->by[RS_BY_REAL][effect];
        rs_text_printf(page, "<tr><td>%s</td><td class=\"number\">%+.2f</td>"
                             "<td class=\"number\">",
                       effects[effect], rs_points(by->effect));
        rs_html_points(page, &by->score);
        rs_text_printf(page, "</td><td class=\"number\">");
        rs_html_probability(page, by->log_p);
        rs_text_printf(page, "</td></tr>\n");
    }
    rs_html_table_end(page);
}

static void add_fours(rs_text *page, const rs_report *report, const rs_four *four, size_t count)
{
    bool begun = false;
    for (size_t i = 0; i < count; ++i) {
        rs_factorial found;
        if (!compare_four(report, &four[i], &found)) {
            continue;
        }
        if (!begun) {
            rs_html_section(page, "factorial", "What the loss and the labels change");
        }
        begun = true;
        add_cells(page, report, &four[i]);
        add_effects(page, &found);
    }
    if (begun) {
        rs_text_printf(page,
                       "<p class=\"quiet\">The gain by each, averaged over both levels of the "
                       "other, and how much more the one gains where the other is there. By the "
                       "original labels too: <code>reassess compare --factorial</code>.</p>\n");
        rs_html_section_end(page);
    }
}

void rs_report_factorial(rs_text *page, const rs_report *report)
{
    const char **names = NULL;
    rs_four *four = NULL;
    if (report->count >= RS_CELLS && RS_NEW(&names, report->count, "names", NULL) == RS_OK &&
        RS_NEW(&four, report->count / RS_CELLS, "fours of models", NULL) == RS_OK) {
        for (size_t i = 0; i < report->count; ++i) {
            names[i] = report->model[i].record.model;
        }
        add_fours(page, report, four, rs_fours_find(names, report->count, four));
    }
    free(names);
    free(four);
}
