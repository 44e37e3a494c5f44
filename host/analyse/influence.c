/* influence.c - a line without some of its points, from sums. */
#include "analyse/influence.h"

#include <math.h>

/* Sums around the means of all points. */
typedef struct sums {
    double points;
    double x;
    double y;
    double xx;
    double xy;
} sums;

/* false: without these there is no line. */
static bool slope_without(const rs_line_fit *line, const sums *out, double *slope)
{
    const double left = (double)line->points - out->points;
    if (left < 3.0) {
        return false;
    }
    const double spread = line->spread_x - out->xx - out->x * out->x / left;
    const double product = line->slope * line->spread_x - out->xy - out->x * out->y / left;
    if (!(spread > 1e-12 * line->spread_x)) {
        return false;
    }
    *slope = product / spread;
    return true;
}

static void consider(const rs_line_fit *line, const rs_line_errors *errors, size_t item,
                     const sums *out, rs_influences *found)
{
    double slope = 0.0;
    if (out->points == 0.0 || !slope_without(line, out, &slope)) {
        return;
    }
    const double shift = slope - line->slope;
    const bool beyond = errors->reason == NULL && fabs(shift) > errors->slope_stderr;
    found->beyond += beyond;
    if (found->count == RS_INFLUENCES &&
        fabs(shift) <= fabs(found->most[RS_INFLUENCES - 1].shift)) {
        return;
    }
    size_t at = found->count < RS_INFLUENCES ? found->count++ : RS_INFLUENCES - 1;
    for (; at > 0 && fabs(found->most[at - 1].shift) < fabs(shift); --at) {
        found->most[at] = found->most[at - 1];
    }
    found->most[at] = (rs_influence){item, (size_t)out->points, slope, shift, beyond};
}

rs_influences rs_influences_make(const rs_line_fit *line, const rs_line_errors *errors,
                                 const double *x, const double *y, const rs_groups *groups)
{
    rs_influences found = {.count = 0};
    const bool grouped = groups != NULL && groups->of != NULL;
    if (line->reason != NULL || line->rss == 0.0) {
        return found;
    }
    for (size_t i = 0; grouped && i < RS_GROUP_ROOM * groups->count; ++i) {
        groups->room[i] = 0.0;
    }
    for (size_t i = 0; i < line->points; ++i) {
        const double dx = x[i] - line->mean_x;
        const double dy = y[i] - line->mean_y;
        if (!grouped) {
            const sums one = {1.0, dx, dy, dx * dx, dx * dy};
            consider(line, errors, i, &one, &found);
            continue;
        }
        double *const room = groups->room + RS_GROUP_ROOM * (size_t)groups->of[i];
        room[0] += 1.0;
        room[1] += dx;
        room[2] += dy;
        room[3] += dx * dx;
        room[4] += dx * dy;
    }
    for (size_t g = 0; grouped && g < groups->count; ++g) {
        const double *const room = groups->room + RS_GROUP_ROOM * g;
        const sums all = {room[0], room[1], room[2], room[3], room[4]};
        consider(line, errors, g, &all, &found);
    }
    return found;
}
