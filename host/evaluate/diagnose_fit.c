/* diagnose_fit.c - how well an explanation explains. */
#include <math.h>

#include "evaluate/diagnose_impl.h"
#include "tally/set_counts.h"

enum { LEAST_GAIN = 25 }; /* rows; fewer are no reason to say anything */

rs_fit rs_fit_of(const rs_trial *trial, const uint32_t *image, const int32_t *class_of)
{
    return rs_fit_of_some(trial, image, class_of, 1);
}

rs_fit rs_fit_of_some(const rs_trial *trial, const uint32_t *image, const int32_t *class_of,
                      uint64_t step)
{
    const rs_label_view *const labels = trial->labels;
    rs_fit fit = {0};
    for (uint64_t i = 0; i < labels->rows; i += step) {
        const uint64_t at = image == NULL ? i : image[i];
        const int32_t answer = rs_answer(trial, i, class_of);
        const bool has_set = labels->real_begin[at + 1] > labels->real_begin[at];
        fit.known += labels->original[at] >= 0;
        fit.right += answer >= 0 && answer == labels->original[at];
        fit.sets += has_set;
        fit.in_set += answer >= 0 && has_set && rs_set_holds(labels, at, answer);
    }
    return fit;
}

double rs_fit_accuracy(const rs_fit *fit)
{
    return fit->known == 0 ? 0.0 : (double)fit->right / (double)fit->known;
}

double rs_fit_real(const rs_fit *fit)
{
    return fit->sets == 0 ? -1.0 : (double)fit->in_set / (double)fit->sets;
}

double rs_fit_score(const rs_fit *fit)
{
    return (double)fit->right + (double)fit->in_set;
}

bool rs_fit_is_better(const rs_fit *fit, const rs_fit *than)
{
    const double gain = rs_fit_score(fit) - rs_fit_score(than);
    const double once = fit->sets > 0 ? 2.0 : 1.0; /* a row counts by its label and by its set */
    const double spread = sqrt(once * (rs_fit_score(fit) + rs_fit_score(than)) + 1.0);
    return gain > 8.0 * spread || (gain > 5.0 * spread && gain > 0.02 * (double)fit->known);
}

rs_contest rs_contest_of(const rs_trial *trial, const uint32_t *image, const int32_t *class_of,
                         const uint32_t *used)
{
    const rs_label_view *const labels = trial->labels;
    rs_contest contest = {{0}, {0}};
    for (uint64_t i = 0; i < labels->rows; ++i) {
        const uint64_t at = image == NULL ? i : image[i];
        const uint64_t was = used == NULL ? i : used[i];
        const int32_t answer = rs_predicted(trial, i);
        const int32_t mapped = rs_answer(trial, i, class_of);
        if (answer < 0 || (at == was && mapped == answer)) {
            continue;
        }
        const bool right = mapped >= 0 && mapped == labels->original[at];
        const bool was_right = answer == labels->original[was];
        const bool in_set = mapped >= 0 && rs_set_holds(labels, at, mapped);
        const bool was_in_set = rs_set_holds(labels, was, answer);
        contest.by_label[0] += right && !was_right;
        contest.by_label[1] += was_right && !right;
        contest.by_set[0] += in_set && !was_in_set;
        contest.by_set[1] += was_in_set && !in_set;
    }
    return contest;
}

static bool is_clear(double more, double fewer)
{
    return more - fewer > (double)LEAST_GAIN && more - fewer > 6.0 * sqrt(more + fewer + 1.0);
}

bool rs_contest_is_won(const rs_contest *contest)
{
    const double labels[2] = {(double)contest->by_label[0], (double)contest->by_label[1]};
    const double sets[2] = {(double)contest->by_set[0], (double)contest->by_set[1]};
    return (is_clear(labels[0], labels[1]) && sets[0] >= sets[1]) ||
           (is_clear(sets[0], sets[1]) && labels[0] >= labels[1]);
}
