/* point_names.c - each name tries eight places about its point. */
#include "report/point_names.h"

#include <math.h>

#include "report/markup.h"

/* Of the letters, in the drawing's units; on the wide side. */
static const double letter_width = 6.7;
static const double letter_height = 12.0;
enum { NAME_CHARACTERS = 26 };

typedef enum side { BEGIN, MIDDLE, END } side;

/* From the point to the text's anchor and baseline. */
static const struct {
    double x, y;
    side anchor;
} places[] = {
    {8, 4, BEGIN},  {-8, 4, END},  {0, -9, MIDDLE}, {0, 18, MIDDLE},
    {7, -6, BEGIN}, {-7, -6, END}, {7, 14, BEGIN},  {-7, 14, END},
};

void rs_point_names_init(rs_point_names *names, const rs_plot *plot)
{
    names->plot = *plot;
    names->count = 0;
}

static void take(rs_point_names *names, rs_box box)
{
    if (names->count < RS_POINT_NAMES_MAX) {
        names->taken[names->count++] = box;
    }
}

void rs_point_names_avoid(rs_point_names *names, double x, double y, double radius)
{
    take(names, (rs_box){x - radius, y - radius, x + radius, y + radius});
}

void rs_point_names_avoid_whisker(rs_point_names *names, double x, double y_low, double y_high)
{
    take(names, (rs_box){x - 1, fmin(y_low, y_high), x + 1, fmax(y_low, y_high)});
}

static bool is_free(const rs_point_names *names, rs_box box)
{
    const rs_plot *plot = &names->plot;
    if (names->count == RS_POINT_NAMES_MAX || box.left < plot->left + 2 ||
        box.right > plot->left + plot->width || box.top < plot->top ||
        box.bottom > plot->top + plot->height - 2) {
        return false;
    }
    for (size_t i = 0; i < names->count; ++i) {
        const rs_box *other = &names->taken[i];
        if (box.left < other->right && other->left < box.right && box.top < other->bottom &&
            other->top < box.bottom) {
            return false;
        }
    }
    return true;
}

void rs_point_names_add(rs_point_names *names, rs_text *page, double x, double y, const char *name)
{
    static const char *const anchors[] = {"start", "middle", "end"};
    const double width = letter_width * (double)rs_markup_length(name, NAME_CHARACTERS);
    for (size_t i = 0; i < sizeof places / sizeof places[0]; ++i) {
        const double at_x = x + places[i].x;
        const double at_y = y + places[i].y;
        const double left = at_x - width * (double)places[i].anchor / 2.0;
        const rs_box box = {left, at_y - letter_height + 1, left + width, at_y + 3};
        if (is_free(names, box)) {
            take(names, box);
            rs_text_printf(page, "<text class=\"point\" x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">",
                           at_x, at_y, anchors[places[i].anchor]);
            if (rs_markup_length(name, NAME_CHARACTERS + 1) > NAME_CHARACTERS) {
                rs_text_printf(page, "<title>");
                rs_markup_text(page, name);
                rs_text_printf(page, "</title>");
            }
            rs_markup_middle(page, name, NAME_CHARACTERS);
            rs_text_printf(page, "</text>\n");
            return;
        }
    }
}
