/* choose.c - never guesses: where two arrays could be meant, the user says which. */
#include "formats/choose.h"

#include <stdio.h>
#include <string.h>

#include "base/error.h"

enum { LIST_TEXT_BYTES = 400, NAME_BYTES_SHOWN = 60 };

/* "logits (<f4 50000 x 1000), labels (<i8 50000)", cut where it gets long. */
static const char *list_text(const rs_listed_array *list, size_t count, char *out, size_t out_bytes)
{
    size_t used = 0;
    out[0] = '\0';
    for (size_t i = 0; i < count; ++i) {
        char item[NAME_BYTES_SHOWN + RS_LISTED_TEXT_BYTES + 8];
        const int length = snprintf(item, sizeof item, "%s%.*s (%s)", i > 0 ? ", " : "",
                                    NAME_BYTES_SHOWN, list[i].name, list[i].text);
        if (length < 0 || used + (size_t)length + 16 > out_bytes) {
            (void)snprintf(out + used, out_bytes - used, ", ...");
            break;
        }
        used += (size_t)snprintf(out + used, out_bytes - used, "%s", item);
    }
    return out;
}

rs_status rs_fail_no_array(const char *file, const char *kind, const char *wanted,
                           const rs_listed_array *list, size_t count, rs_error *error)
{
    char text[LIST_TEXT_BYTES];
    return rs_fail(error, RS_USAGE, file, rs_nowhere(), "give --tensor one of these names",
                   "no %s is called \"%.60s\"; there are: %s", kind, wanted,
                   list_text(list, count, text, sizeof text));
}

rs_status rs_fail_which_array(const char *file, const char *kind, const rs_listed_array *list,
                              size_t count, rs_error *error)
{
    char text[LIST_TEXT_BYTES];
    return rs_fail(error, RS_USAGE, file, rs_nowhere(), "say with --tensor NAME which one",
                   "several %ss could be meant: %s", kind,
                   list_text(list, count, text, sizeof text));
}

static bool is_float_array(const rs_listed_array *item)
{
    return rs_dtype_is_float(item->array.dtype);
}

/* Tables of Excel and of LibreOffice are archives too. */
static bool is_workbook(const rs_listed_array *list, size_t count)
{
    bool found = false;
    for (size_t i = 0; i < count; ++i) {
        found = found || strncmp(list[i].name, "xl/", 3) == 0 ||
                strcmp(list[i].name, "content.xml") == 0;
    }
    return found;
}

rs_status rs_choose_array(const char *file, const char *kind, const rs_listed_array *list,
                          size_t count, size_t *chosen, rs_error *error)
{
    char text[LIST_TEXT_BYTES];
    size_t fitting[2] = {0, 0}; /* integers, floats */
    size_t last[2] = {0, 0};
    for (size_t i = 0; i < count; ++i) {
        if (list[i].fits) {
            const size_t which = is_float_array(&list[i]) ? 1 : 0;
            ++fitting[which];
            last[which] = i;
        }
    }
    const size_t which = fitting[1] > 0 ? 1 : 0;
    if (fitting[which] == 1) {
        *chosen = last[which];
        return RS_OK;
    }
    if (fitting[which] == 0) {
        (void)list_text(list, count, text, sizeof text);
        return rs_fail(error, RS_FORMAT, file, rs_nowhere(),
                       is_workbook(list, count) ? "this is the workbook of a spreadsheet: save its "
                                                  "sheet as CSV"
                                                : "save the logits as a float array of N x C",
                       "no %s holds rows that can be scored; there are: %s", kind,
                       count > 0 ? text : "none");
    }
    return rs_fail_which_array(file, kind, list, count, error);
}
