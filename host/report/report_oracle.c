/* report_oracle.c - Figure 6 and Table 1: classes in which no unbiased model can do well.
 *
 * Where images carry several valid labels, who picks one of them at random (the oracle) agrees with
 * the original label only so often. A model above it knows more than which labels are valid;
 * mistakes hide that in models below, whose choices report_choice.c tells of. That some classes are
 * above says little: an oracle is above its own expectation in many.
 */
#include <math.h>

#include "report/report_parts.h"
#include "report/wording.h"

enum { TOP_CLASSES = 12 };

/* ---- the best model of each class ---- */

static void add_top_row(rs_text *page, const rs_report *report, const rs_class_row *row)
{
    const double best = rs_percent(row->best.correct, row->rows);
    rs_text_printf(page, "<tr><th scope=\"row\">");
    rs_markup_text(page, rs_class_title(report->titles, row->class_index));
    rs_text_printf(page,
                   "</th><td class=\"number\">%llu</td><td class=\"number\">%.1f "
                   "<small>&#177;&#8201;%.1f</small></td><td class=\"number\"><b>%.1f</b></td>"
                   "<td class=\"name\">",
                   (unsigned long long)row->rows, 100.0 * row->oracle, 100.0 * row->spread, best);
    rs_markup_name(page, report->model[row->best.model].record.model);
    rs_text_printf(page, "</td><td class=\"number\">%+.1f</td><td class=\"number\">%.1f</td>",
                   best - 100.0 * row->oracle, 100.0 * row->sum / (double)report->classes.models);
    rs_text_printf(page, "<td class=\"number\">%u <small>of %zu</small></td><td class=\"number\">",
                   row->above, report->classes.models);
    rs_html_probability(page, log(row->best_p));
    rs_text_printf(page, "%s</td></tr>\n", row->best_significant ? "&#8201;*" : "");
}

static void add_table(rs_text *page, const rs_report *report)
{
    size_t place[TOP_CLASSES];
    const size_t count = rs_class_summary_top(&report->classes, TOP_CLASSES, place);
    if (count == 0) {
        rs_text_printf(page, "<p>No model is above the oracle in any of these classes.</p>\n");
        return;
    }
    rs_html_table(page, NULL,
                  "class|#images|#oracle, %|#best model, %|which|#gap|#mean of models|"
                  "#models above|#best oracle as good");
    for (size_t i = 0; i < count; ++i) {
        add_top_row(page, report, &report->classes.row[place[i]]);
    }
    rs_html_table_end(page);
    rs_text_printf(
        page,
        "<p class=\"quiet\">&#177; is the standard deviation of an unbiased oracle. "
        "The model is the best of %zu in its class, so the last column is the probability "
        "that the best of as many oracles does at least as well (at most); * where that "
        "holds up among all %zu classes (Holm, 5&#160;%%).</p>\n",
        report->classes.models, report->classes.count);
}

/* ---- the section ---- */

static void add_reading(rs_text *page, const rs_report *report)
{
    const rs_report_model *const shown = &report->model[report->classes.shown];
    const rs_oracle *const oracle = &shown->record.oracle;
    const bool hidden = shown->imagenet != NULL && rs_mistakes_hide_oracle(shown->imagenet->value);
    rs_text_printf(
        page,
        "<p>Some images have several valid labels, of which the original labels name one. "
        "An <i>oracle</i> that knows the valid ones but not which was chosen can agree with "
        "the original label only so often: in %zu %sclasses less than %.0f&#160;%% of the "
        "time. %s</p>\n",
        report->classes.count, report->animals_excluded ? "non-animal " : "",
        100.0 * report->oracle_cut, hidden ? rs_oracle_hidden : rs_oracle_reading);
    if (oracle->reason == NULL) {
        rs_text_printf(page, "<p>");
        rs_markup_name(page, report->model[report->classes.shown].record.model);
        rs_text_printf(page,
                       " is above the oracle in <b>%u</b> of %u classes; in %u of them it cannot "
                       "be luck (Holm, 5&#160;%%). An unbiased oracle, which makes no mistakes, "
                       "would be above its own expectation in <b>%.1f</b>.</p>\n",
                       oracle->classes_model_above, oracle->classes_below_cut,
                       oracle->classes_significant, oracle->classes_expected_above);
    }
}

void rs_report_oracle(rs_text *page, const rs_report *report)
{
    rs_html_section_begin(page, "oracle");
    if (report->classes.count == 0) {
        rs_text_printf(page, "Classes with several valid labels");
    } else {
        rs_text_printf(page, "In %zu classes who knows all valid labels agrees with the original "
                             "one less than %.0f&#160;%% of the time",
                       report->classes.count, 100.0 * report->oracle_cut);
    }
    rs_html_section_titled(page);
    if (!report->classes.has_shown || report->classes.count == 0) {
        rs_text_printf(page, "<p>%s</p>\n",
                       report->classes.models == 0
                           ? "The models' counts by class are not in the folder: "
                             "<code>reassess sweep</code> writes them."
                           : "No class has an oracle below the cut.");
    } else {
        add_reading(page, report);
        rs_report_classes(page, report);
        rs_report_class_dots(page, report);
        add_table(page, report);
        rs_report_class_table(page, report);
    }
    rs_html_section_end(page);
}
