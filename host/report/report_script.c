/* report_script.c - the data of the models as JSON, and the script that reads it. */
#include <math.h>
#include <string.h>

#include "base/json.h"
#include "report/report_parts.h"

static double percent_of(const rs_metric *metric)
{
    return metric == NULL ? NAN : 100.0 * metric->value;
}

static void print_data(const rs_report *report, rs_text *out)
{
    rs_json *const models = rs_json_array();
    for (size_t i = 0; i < report->count; ++i) {
        rs_json *const model = rs_json_add_object(models, NULL);
        rs_json_add_text(model, "name", report->model[i].record.model);
        rs_json_add_number(model, "real", percent_of(report->model[i].real));
        rs_json_add_number(model, "imagenet", percent_of(report->model[i].imagenet));
    }
    rs_json_print(models, out);
    rs_json_free(models);
}

/* Nothing in a name may end the element or be a tag, whoever reads it. */
static void add_data(rs_text *page, const rs_report *report)
{
    rs_text data = {0};
    print_data(report, &data);
    rs_text_pass_loss(&data, page);
    rs_text_printf(page, "<script type=\"application/json\" id=\"data\">");
    for (const char *at = data.lost == NULL ? data.data : ""; *at != '\0'; ++at) {
        if (strchr("<>&", *at) != NULL) {
            rs_text_printf(page, "\\u%04x", (unsigned)*at);
        } else {
            rs_text_append(page, at, 1);
        }
    }
    rs_text_printf(page, "</script>\n");
    rs_text_clear(&data);
}

/* Line by line. A comment has lines of its own. */
static void add_code(rs_text *page, const char *code)
{
    bool comment = false;
    while (*code != '\0') {
        code += strspn(code, " \n");
        const size_t length = strcspn(code, "\n");
        comment = comment || strncmp(code, "/*", 2) == 0;
        if (!comment && length > 0) {
            rs_text_append(page, code, length);
            rs_text_add(page, "\n");
        }
        comment = comment && (length < 2 || strncmp(code + length - 2, "*/", 2) != 0);
        code += length;
    }
}

void rs_report_script(rs_text *page, const rs_report *report)
{
    add_data(page, report);
    rs_text_printf(page, "<script>\n");
    add_code(page, rs_report_js);
    rs_text_printf(page, "</script>\n");
}
