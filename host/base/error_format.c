/* error_format.c - errors of the library for whoever calls it: in the words of the headers, and as
 * they may be shown on a terminal. */
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/text.h"
#include "base/visible.h"

/* What an option of the command line is called in the headers; NULL: nothing there. */
static const char *name_in_api(const char *option, size_t length)
{
    static const struct {
        const char *option;
        const char *name;
    } names[] = {
        {"--backend", "backend"},
        {"--calibration", "calibration"},
        {"--class-map", "class_map"},
        {"--classes", "classes"},
        {"--deal", "rs_order_deal"},
        {"--device", "device"},
        {"--dtype", "dtype"},
        {"--head", "rs_head_load"},
        {"--io", "io"},
        {"--isa", "isa"},
        {"--labels", "original_path"},
        {"--memory", "memory_bytes"},
        {"--names", "names_path"},
        {"--order", "rs_order_create"},
        {"--parts", "rs_source_open_parts"},
        {"--pred-scores", "scores_path"},
        {"--real", "real_path"},
        {"--real-threshold", "real_threshold"},
        {"--row-flags", "row_flags"},
        {"--row-range", "a range of rows"},
        {"--shape", "raw_rows and raw_columns"},
        {"--space", "space"},
        {"--synsets", "synsets_path"},
        {"--tensor", "tensor"},
        {"--threads", "threads"},
        {"--topk", "topk"},
        {"--values", "values"},
        {"--weights", "weights"},
    };
    for (size_t i = 0; i < sizeof names / sizeof names[0]; ++i) {
        if (strlen(names[i].option) == length && memcmp(option, names[i].option, length) == 0) {
            return names[i].name;
        }
    }
    return NULL;
}

/* Advice in the words of the headers. */
static void translate(const char *advice, char *out, size_t out_bytes)
{
    static const char option_letters[] = "abcdefghijklmnopqrstuvwxyz-";
    size_t used = 0;
    while (*advice != '\0' && used + 1 < out_bytes) {
        const size_t length = advice[0] == '-' && advice[1] == '-' ? strspn(advice, option_letters)
                                                                   : 0;
        const char *const name = length > 0 ? name_in_api(advice, length) : NULL;
        if (name == NULL) {
            out[used++] = *advice++;
            continue;
        }
        const int written = snprintf(out + used, out_bytes - used, "%s", name);
        used += written > 0 ? (size_t)written : 0;
        advice += length;
    }
    out[used < out_bytes ? used : out_bytes - 1] = '\0';
}

/* As a terminal may be shown it: callers print it, and it holds names out of files. */
static void show(char *out, size_t out_bytes)
{
    rs_text shown = {0};
    if (out == NULL || out_bytes == 0) {
        return;
    }
    rs_text_visible(&shown, out, strlen(out), false);
    if (shown.data != NULL) {
        (void)snprintf(out, out_bytes, "%s", shown.data);
    }
    rs_text_clear(&shown);
}

const char *rs_error_format(const rs_error *error, char *out, size_t out_bytes)
{
    if (error == NULL) {
        return rs_error_text(error, out, out_bytes);
    }
    rs_error translated = *error;
    translate(error->advice, translated.advice, sizeof translated.advice);
    (void)rs_error_text(&translated, out, out_bytes);
    show(out, out_bytes);
    return out;
}
