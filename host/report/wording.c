/* wording.c - what is said in several places: counts, probabilities, classes, readings. */
#include "report/wording.h"

#include <inttypes.h>
#include <math.h>
#include <stddef.h>
#include <stdio.h>

const char *rs_count_text(uint64_t count, char out[RS_COUNT_TEXT_BYTES])
{
    char digits[24];
    const int length = snprintf(digits, sizeof digits, "%" PRIu64, count);
    size_t put = 0;
    for (int i = 0; i < length; ++i) {
        if (i > 0 && (length - i) % 3 == 0) {
            out[put++] = ',';
        }
        out[put++] = digits[i];
    }
    out[put] = '\0';
    return out;
}

enum { CHOICE_PERMILLE = 25, ORACLE_PERCENT = 85 };

const char rs_choice_shown_words[] = "says the original label more often than chance";

/* Lines of a table, which to HTML are one. */
const char rs_choice_reading[] =
    "Mistakes have no part in this. Why a model says the original label, by habit or "
    "because it names the most prominent object, it cannot tell.";

const char rs_oracle_reading[] =
    "Mistakes count here too: a model above the oracle knows more than which labels are "
    "valid, one below it may as well.";

const char rs_oracle_hidden[] =
    "Mistakes count here too: below 85 to 88 % by the original labels they are why a model is "
    "below the oracle, whatever its choices.";

bool rs_choice_is_shown(const rs_label_choice *choice)
{
    return choice->p <= (double)CHOICE_PERMILLE / 1000.0;
}

const char *rs_choice_words(const rs_label_choice *choice)
{
    return rs_choice_is_shown(choice)
               ? rs_choice_shown_words
               : "does not say the original label more often than chance";
}

bool rs_mistakes_hide_oracle(double imagenet_top1)
{
    return imagenet_top1 < (double)ORACLE_PERCENT / 100.0;
}

/* Four decimals, else a power of ten. */
const char *rs_p_text(double log_p, char out[RS_P_TEXT_BYTES])
{
    const double p = exp(log_p);
    if (p >= 0.00095) {
        (void)snprintf(out, RS_P_TEXT_BYTES, "%.4f", p);
    } else if (p >= 1e-300) {
        (void)snprintf(out, RS_P_TEXT_BYTES, "%.1e", p);
    } else if (isfinite(log_p)) {
        (void)snprintf(out, RS_P_TEXT_BYTES, "10^%.0f", log_p / log(10.0));
    } else {
        (void)snprintf(out, RS_P_TEXT_BYTES, "0");
    }
    return out;
}

void rs_short_name_add(const rs_labels *labels, uint32_t class_index, rs_text *out)
{
    const char *const name = rs_labels_name(labels, class_index);
    if (name != NULL) {
        rs_text_append(out, name, rs_labels_short_name_bytes(name));
        return;
    }
    const char *const synset = rs_labels_synset(labels, class_index);
    if (synset != NULL) {
        rs_text_add(out, synset);
    } else {
        rs_text_printf(out, "class %" PRIu32, class_index);
    }
}
