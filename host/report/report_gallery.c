/* report_gallery.c - pictures of the images to look at. Only where the page was asked to show them:
 * they are the one thing that it does not hold itself. */
#include "labels/class_titles.h"
#include "relabel/tasks.h"
#include "report/report_parts.h"
#include "report/wording.h"

/* More of a set are counted. */
enum { SHOWN_LABELS = 5 };

static void add_class(rs_text *page, const rs_report *report, int32_t class_index)
{
    if (class_index < 0) {
        rs_text_add(page, "nothing");
    } else {
        rs_markup_text(page, rs_class_title(report->titles, (uint32_t)class_index));
    }
}

static void add_set(rs_text *page, const rs_report *report, uint64_t row)
{
    const rs_label_view *const view = rs_labels_get_view(report->labels);
    const uint32_t count = view->real_begin[row + 1] - view->real_begin[row];
    for (uint32_t i = 0; i < count && i < SHOWN_LABELS; ++i) {
        rs_text_add(page, i == 0 ? "" : ", ");
        add_class(page, report, view->real_class[view->real_begin[row] + i]);
    }
    if (count > SHOWN_LABELS) {
        rs_text_printf(page, " and %u more", (unsigned)(count - SHOWN_LABELS));
    }
}

static void add_address(rs_text *page, const rs_report *report, uint64_t row, rs_span name)
{
    const int32_t original = rs_labels_get_view(report->labels)->original[row];
    rs_text url = {0};
    rs_image_url(report->gallery->url, name, original,
                 original < 0 ? NULL : rs_labels_synset(report->labels, (uint32_t)original), &url);
    rs_text_add(&url, "");
    if (url.length > 0) {
        rs_markup_append(page, url.data, url.length);
    }
    rs_text_pass_loss(&url, page);
    rs_text_clear(&url);
}

static void add_picture(rs_text *page, const rs_report *report, const rs_gallery_image *image)
{
    const rs_label_view *const view = rs_labels_get_view(report->labels);
    char made[RS_IMAGE_NAME_BYTES];
    const rs_span name = rs_image_rows_name(report->gallery->images, image->row, made);
    rs_text_add(page, "<li><a href=\"");
    add_address(page, report, image->row, name);
    rs_text_add(page, "\"><img loading=\"lazy\" decoding=\"async\" referrerpolicy=\"no-referrer\" "
                      "src=\"");
    add_address(page, report, image->row, name);
    rs_text_add(page, "\" alt=\"");
    rs_markup_append(page, name.text, name.length);
    rs_text_add(page, "\"/></a><dl><dt>label</dt><dd class=\"imagenet\">");
    add_class(page, report, view->original[image->row]);
    rs_text_add(page, "</dd><dt>ReaL</dt><dd class=\"real\">");
    add_set(page, report, image->row);
    rs_text_printf(page, "</dd><dt>%zu of %zu say</dt><dd>", image->saying,
                   report->gallery->models);
    add_class(page, report, image->said);
    if (image->wrong > 0) {
        rs_text_printf(page, "</dd><dt>wrong by ReaL</dt><dd>%zu of %zu", image->wrong,
                       report->gallery->models);
    }
    rs_text_add(page, "</dd></dl></li>\n");
}

static void add_list(rs_text *page, const rs_report *report, const rs_gallery_list *list,
                     const char *heading)
{
    rs_text_printf(page, "<h3>%s: ", heading);
    rs_html_count(page, list->found);
    rs_text_printf(page, " image%s", rs_plural(list->found));
    if (list->found > list->count) {
        rs_text_printf(page, ", the first %zu", list->count);
    }
    rs_text_add(page, "</h3>\n");
    if (list->count == 0) {
        return;
    }
    rs_text_add(page, "<ul class=\"gallery\">\n");
    for (size_t i = 0; i < list->count; ++i) {
        add_picture(page, report, &list->image[i]);
    }
    rs_text_add(page, "</ul>\n");
}

static void add_heading(rs_text *page, const rs_gallery *gallery)
{
    rs_html_section_begin(page, "gallery");
    if (gallery->models == 0) {
        rs_text_add(page, "Images to look at");
    } else {
        rs_text_add(page, "On ");
        rs_html_count(page, gallery->all_wrong);
        rs_text_printf(page, " image%s every model is wrong by ReaL; on ",
                       rs_plural(gallery->all_wrong));
        rs_html_count(page, gallery->against.found);
        rs_text_add(page, " ReaL and every model are against the label");
    }
    rs_html_section_titled(page);
}

void rs_report_gallery(rs_text *page, const rs_report *report)
{
    const rs_gallery *const gallery = report->gallery;
    if (gallery == NULL) {
        return;
    }
    add_heading(page, gallery);
    if (gallery->models == 0) {
        rs_text_add(page, "<p>The models' predictions are not in the folder: <code>reassess "
                          "sweep</code> writes them.</p>\n");
    } else {
        rs_text_add(page, "<p>The pictures are not in this page: it loads them from where "
                          "<code>--images</code> says. Where most models are wrong, those whose "
                          "models say the same come first: there the label sets may lack a "
                          "class.</p>\n");
        add_list(page, report, &gallery->wrong, "More than half of the models are wrong by ReaL");
        add_list(page, report, &gallery->against, "ReaL and all models against the label");
    }
    rs_html_section_end(page);
}
