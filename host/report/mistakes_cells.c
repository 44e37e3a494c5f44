/* mistakes_cells.c - names, classes and label sets of images, for lines and for CSV. */
#include "report/mistakes_cells.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "analyse/proportion.h"
#include "base/csv_cell.h"
#include "report/cells.h"
#include "report/wording.h"

int32_t rs_mistakes_original(const rs_mistakes_summary *summary, uint32_t image)
{
    return rs_labels_get_view(summary->setup->labels)->original[image];
}

void rs_mistakes_share(uint64_t part, uint64_t whole, rs_text *out)
{
    if (whole == 0) {
        rs_table_none(out);
        return;
    }
    const rs_proportion share = rs_proportion_of(part, whole);
    rs_table_put(out, "%6.2f [%5.2f, %6.2f]", 100.0 * share.value, 100.0 * share.low,
                 100.0 * share.high);
}

void rs_mistakes_add_image(const rs_mistakes_summary *summary, uint32_t image, rs_text *out)
{
    char made_up[RS_IMAGE_NAME_BYTES];
    if (!summary->has_names) {
        rs_text_printf(out, "row %" PRIu64, rs_image_rows_number(summary->setup->images, image));
        return;
    }
    const rs_span name = rs_image_rows_name(summary->setup->images, image, made_up);
    rs_text_append(out, name.text, name.length);
}

void rs_mistakes_add_class(const rs_mistakes_summary *summary, int32_t class_index, rs_text *out)
{
    if (class_index < 0) {
        rs_text_add(out, "-");
    } else {
        rs_short_name_add(summary->setup->labels, (uint32_t)class_index, out);
    }
}

void rs_mistakes_add_real(const rs_mistakes_summary *summary, uint32_t image, const char *between,
                          rs_text *out)
{
    const rs_label_view *const view = rs_labels_get_view(summary->setup->labels);
    const uint32_t begin = view->real_begin[image];
    for (uint32_t i = begin; i < view->real_begin[image + 1]; ++i) {
        rs_text_append(out, between, i > begin ? strlen(between) : 0);
        rs_short_name_add(summary->setup->labels, (uint32_t)view->real_class[i], out);
    }
}

void rs_mistakes_put_cell(rs_text *cell, rs_text *out)
{
    rs_text_add(out, ",");
    rs_text_csv_text(out, cell);
    cell->length = 0;
}

void rs_mistakes_put_class(const rs_mistakes_summary *summary, int32_t class_index, rs_text *cell,
                           rs_text *out)
{
    if (class_index < 0) {
        rs_text_add(out, ",,");
        return;
    }
    rs_text_printf(out, ",%" PRId32, class_index);
    rs_short_name_add(summary->setup->labels, (uint32_t)class_index, cell);
    rs_mistakes_put_cell(cell, out);
}

void rs_mistakes_put_real(const rs_mistakes_summary *summary, uint32_t image, rs_text *cell,
                          rs_text *out)
{
    const rs_label_view *const view = rs_labels_get_view(summary->setup->labels);
    const uint32_t begin = view->real_begin[image];
    rs_text_add(out, ",");
    for (uint32_t i = begin; i < view->real_begin[image + 1]; ++i) {
        rs_text_printf(out, "%s%" PRId32, i > begin ? " " : "", view->real_class[i]);
    }
    rs_mistakes_add_real(summary, image, "; ", cell);
    rs_mistakes_put_cell(cell, out);
}

void rs_mistakes_put_number(double number, rs_text *out)
{
    if (isnan(number)) {
        rs_text_add(out, ",");
    } else {
        rs_text_printf(out, ",%.9g", number);
    }
}
