/* wording.h - counts, probabilities and classes as people read them. */
#ifndef RS_WORDING_H
#define RS_WORDING_H

#include <stdint.h>

#include "base/text.h"
#include "reassess/labels.h"
#include "reassess/metrics.h"

enum { RS_COUNT_TEXT_BYTES = 32, RS_P_TEXT_BYTES = 24 };

/* 1234567 -> "1,234,567". RS_COUNT_TEXT brings room of its own, which is there until the block ends
 * in which it stands: for the arguments of a printf. */
const char *rs_count_text(uint64_t count, char out[RS_COUNT_TEXT_BYTES]);
#define RS_COUNT_TEXT(count) rs_count_text((count), (char[RS_COUNT_TEXT_BYTES]){0})

/* "1 model", "2 models": what ends the noun behind a count. */
static inline const char *rs_plural(uint64_t count)
{
    return count == 1 ? "" : "s";
}

/* From the natural logarithm of p: "0.0312", "1.2e-07", and below what a double holds "10^-325". */
const char *rs_p_text(double log_p, char out[RS_P_TEXT_BYTES]);
#define RS_P_TEXT(log_p) rs_p_text((log_p), (char[RS_P_TEXT_BYTES]){0})

/* Appends the class's name up to its first comma, else the synset id; "class 5" stands for
 * neither. */
void rs_short_name_add(const rs_labels *labels, uint32_t class_index, rs_text *out);

/* "says the original label more often than chance", where the choice among valid labels carries it:
 * who draws among them would say it as often in at most 2.5 % of draws. Else "does not say ...".
 * The choice must have numbers. */
extern const char rs_choice_shown_words[];
const char *rs_choice_words(const rs_label_choice *choice);
bool rs_choice_is_shown(const rs_label_choice *choice);

/* What each of the two comparisons with who draws among the valid labels can show, and what not. */
extern const char rs_choice_reading[];
extern const char rs_oracle_reading[];

/* Whether a model is so inaccurate that its mistakes decide the comparison with the oracle: the
 * article sees models come up to it from 85 to 88 % by the original labels. */
bool rs_mistakes_hide_oracle(double imagenet_top1);
extern const char rs_oracle_hidden[];

static inline double rs_percent(uint64_t part, uint64_t whole)
{
    return whole == 0 ? 0.0 : 100.0 * (double)part / (double)whole;
}

/* A difference of accuracies in percentage points, as two decimals show it: what they would show as
 * 0.00 is 0, so that nothing is ever "-0.00". */
static inline double rs_points(double fraction)
{
    const double points = 100.0 * fraction;
    return points > -0.005 && points < 0.005 ? 0.0 : points;
}

#endif
