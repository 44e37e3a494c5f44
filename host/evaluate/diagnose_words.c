/* diagnose_words.c - a diagnosis for programs of others: in the words of the headers, as the advice
 * of errors is.
 */
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/text.h"
#include "evaluate/doubt.h"

/* The first that fits counts: longer ones stand before those that they begin with. */
static const struct {
    const char *said;
    const char *word;
} words[] = {
    {"leave --order out", "use RS_ORDER_FILE"},
    {", leave --deal out", " and no rs_order_deal"},
    {"use --order LIST", "use RS_ORDER_LIST"},
    {"--order with a list of the file names", "RS_ORDER_LIST with a list of the file names"},
    {"--order imagefolder", "RS_ORDER_IMAGEFOLDER"},
    {"--deal", "rs_order_deal"},
    {"say with --class-map", "say with class_map"},
    {" with --subset LIST", ""},
};

static void add_word(rs_text *text, const char **from)
{
    for (size_t i = 0; i < sizeof words / sizeof words[0]; ++i) {
        const size_t length = strlen(words[i].said);
        if (strncmp(*from, words[i].said, length) == 0) {
            rs_text_add(text, words[i].word);
            *from += length;
            return;
        }
    }
    rs_text_append(text, *from, 1);
    *from += 1;
}

rs_status rs_diagnose(const rs_labels *labels, const rs_doubted_pass *pass, rs_diagnosis *diagnosis,
                      rs_error *error)
{
    RS_TRY(rs_diagnose_pass(labels, pass, diagnosis, error));
    rs_text text = {0};
    for (const char *from = diagnosis->text; *from != '\0';) {
        add_word(&text, &from);
    }
    const rs_status status = rs_text_check(&text, error);
    if (status == RS_OK && text.data != NULL) {
        (void)snprintf(diagnosis->text, sizeof diagnosis->text, "%s", text.data);
    }
    rs_text_clear(&text);
    return status;
}
