/* report_family.c - the colours of families of models: of the largest, told apart by their hue and
 * lightness, and used for nothing else on the page. */
#include "report/report_parts.h"

static const rs_ink inks[RS_FAMILIES + 1] = {
    {"quiet", "#8a8a8a"}, {"f1", "#b07f00"}, {"f2", "#c43d7c"}, {"f3", "#353d8f"},
    {"f4", "#6b4a2c"}};

rs_ink rs_report_family_ink(const rs_report_model *model)
{
    return inks[model->colour];
}

rs_ink rs_report_half_ink(const rs_report *report, size_t index, bool upper)
{
    if (report->families > 0 && index < report->count) {
        return rs_report_family_ink(&report->model[index]);
    }
    return upper ? rs_ink_upper : rs_ink_lower;
}

rs_shape rs_report_family_shape(const rs_report_model *model)
{
    static const rs_shape shapes[RS_FAMILIES + 1] = {
        RS_SHAPE_CIRCLE, RS_SHAPE_CIRCLE, RS_SHAPE_SQUARE, RS_SHAPE_TRIANGLE, RS_SHAPE_DIAMOND};
    return shapes[model->colour];
}

void rs_report_family_legend(rs_text *page, const rs_report *report, bool shapes)
{
    bool others = false;
    for (size_t f = 1; f <= report->families; ++f) {
        const rs_report_model one = {.colour = f};
        rs_html_legend_name(page, shapes ? rs_report_family_shape(&one) : RS_SHAPE_CIRCLE, false,
                            inks[f], report->family[f - 1]);
    }
    for (size_t i = 0; i < report->count; ++i) {
        others = others || report->model[i].colour == 0;
    }
    if (others) {
        rs_html_legend_mark(page, RS_SHAPE_CIRCLE, false, inks[0], "other families");
    }
}
