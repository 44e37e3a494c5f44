/* convert_advice.c - finds the row of convert_advice.def for a file, and fills in its line. Python
 * is only named, never run: unpickling a stranger's file runs the stranger's code.
 */
#include "formats/convert_advice.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/error.h"
#include "formats/format_table.h"

typedef struct foreign_format {
    size_t at; /* where the magic stands */
    const char *magic;
    size_t magic_bytes;
    const char *reason;
    const char *advice; /* with {in} and {out} */
} foreign_format;

#define RS_MAGIC(text) (text), sizeof(text) - 1
#define RS_NO_MAGIC NULL, 0
#define RS_ADVICE(ID, at, magic, reason, line) [RS_ADVICE_##ID] = {at, magic, reason, line},

static const foreign_format foreign_formats[] = {
#include "formats/convert_advice.def"
};

/* Without a path that is worth showing, every line fits in an error. */
#define RS_ADVICE(ID, at, magic, reason, line)                                                     \
    _Static_assert(sizeof(line) + sizeof "logits.npy'FILE'" <= RS_ERROR_TEXT_BYTES, #ID);
#include "formats/convert_advice.def"

#undef RS_MAGIC
#undef RS_NO_MAGIC

enum { FORMAT_COUNT = sizeof foreign_formats / sizeof foreign_formats[0] };

/* What a line writes, which is not what it reads. */
static const char *written_name(const char *path)
{
    static const char usual[] = "logits.npy";
    const char *const slash = strrchr(path, '/');
    return strcmp(slash == NULL ? path : slash + 1, usual) != 0 ? usual : "rows.npy";
}

/* The line with its marks filled in; false where it does not fit. */
static bool fill_in(const char *line, const char *path, char *out, size_t size)
{
    static const char in_mark[] = "{in}";
    static const char out_mark[] = "{out}";
    size_t length = 0;
    while (*line != '\0') {
        int wrote = 0;
        if (strncmp(line, in_mark, sizeof in_mark - 1) == 0) {
            wrote = snprintf(out + length, size - length, "'%s'", path);
            line += sizeof in_mark - 1;
        } else if (strncmp(line, out_mark, sizeof out_mark - 1) == 0) {
            wrote = snprintf(out + length, size - length, "%s", written_name(path));
            line += sizeof out_mark - 1;
        } else {
            wrote = snprintf(out + length, size - length, "%c", *line++);
        }
        if (wrote < 0 || (size_t)wrote >= size - length) {
            return false;
        }
        length += (size_t)wrote;
    }
    return true;
}

/* A member of an archive ("model.npz: name") and a pipe cannot be named to Python. */
static bool is_showable(const char *path)
{
    return strpbrk(path, "'\n") == NULL && strstr(path, ": ") == NULL && strcmp(path, "-") != 0 &&
           strcmp(path, rs_shown_path("-")) != 0;
}

const char *rs_convert_line(rs_advice advice, const char *path, char text[RS_ERROR_TEXT_BYTES])
{
    const char *const line = foreign_formats[advice].advice;
    if (!is_showable(path) || !fill_in(line, path, text, RS_ERROR_TEXT_BYTES)) {
        (void)fill_in(line, "FILE", text, RS_ERROR_TEXT_BYTES);
    }
    return text;
}

rs_status rs_fail_convert(rs_advice advice, const char *path, rs_place where, rs_error *error)
{
    char text[RS_ERROR_TEXT_BYTES];
    return rs_fail(error, RS_UNSUPPORTED, rs_shown_path(path), where,
                   rs_convert_line(advice, path, text), "%s", foreign_formats[advice].reason);
}

static bool is_text(const rs_input *input)
{
    const uint8_t first = input->head_bytes > 0 ? input->head[0] : 0;
    if ((first >= 0x80 && first < 0xc2) || first > 0xf4) { /* begins no letter */
        return false;
    }
    for (size_t i = 0; i < input->head_bytes; ++i) {
        const uint8_t c = input->head[i];
        if (c < 0x20 && strchr("\t\r\n\f", c) == NULL) {
            return false;
        }
        if (c == 0) {
            return false;
        }
    }
    return input->head_bytes > 0;
}

static bool holds(const rs_input *input, size_t within, const char *text, size_t bytes)
{
    const size_t size = input->head_bytes < within ? input->head_bytes : within;
    return memmem(input->head, size, text, bytes) != NULL;
}

/* Of what begins as a pickle: frames say their class first; torch.save before its archives began
 * with a number of its own. */
static rs_advice which_pickle(const rs_input *input)
{
    enum { FIRST_BYTES = 64 };
    static const char frame[] = "DataFrame";
    static const char torch_number[] = "\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19";
    if (holds(input, FIRST_BYTES, frame, sizeof frame - 1)) {
        return RS_ADVICE_FRAME;
    }
    return holds(input, FIRST_BYTES, torch_number, sizeof torch_number - 1) ? RS_ADVICE_TORCH
                                                                            : RS_ADVICE_PICKLE;
}

/* Of a text: by its first line, or as much of it as is here. */
static rs_advice which_text(const rs_input *input)
{
    static const char in_numbers[] = "+-.,;0123456789eEnNaAiIfF \t\r";
    const char *text = (const char *)input->head;
    const char *const end = text + input->head_bytes;
    while (text < end && strchr("\xef\xbb\xbf \t\r\n", *text) != NULL) {
        ++text;
    }
    const char *const line_end = memchr(text, '\n', (size_t)(end - text));
    const char *const stop = line_end == NULL ? end : line_end;
    if (text < end && (*text == '[' || *text == '{')) {
        const char *last = stop; /* a value that ends where its line does, and another one */
        while (last > text && strchr(" \t\r", last[-1]) != NULL) {
            --last;
        }
        const bool ends = last > text + 1 && last[-1] == (*text == '[' ? ']' : '}');
        return line_end != NULL && line_end + 1 < end && ends ? RS_ADVICE_JSON_LINES
                                                              : RS_ADVICE_JSON;
    }
    while (text < stop && strchr(in_numbers, *text) != NULL) {
        ++text;
    }
    return text == stop || *text == '#' ? RS_ADVICE_TEXT : RS_ADVICE_TABLE;
}

rs_status rs_refuse_mistaken(const char *name, const uint8_t *head, size_t bytes, rs_error *error)
{
    static const struct {
        const char *begin;
        const char *reason, *advice;
    } mistaken[] = {
        {"version https://git-lfs", "this is a pointer of Git LFS, not the file that it stands for",
         "fetch that with git lfs pull"},
        {"<!doctype html", "this is a web page",
         "was it saved in place of the file? Fetch it again"},
        {"<html", "this is a web page", "was it saved in place of the file? Fetch it again"},
        {"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "this is an old workbook of Excel",
         "save its sheet as CSV"},
    };
    for (size_t i = 0; i < sizeof mistaken / sizeof mistaken[0]; ++i) {
        const size_t length = strlen(mistaken[i].begin);
        if (bytes >= length && strncasecmp((const char *)head, mistaken[i].begin, length) == 0) {
            return rs_fail(error, RS_UNSUPPORTED, name, rs_at_byte(0), mistaken[i].advice, "%s",
                           mistaken[i].reason);
        }
    }
    if (bytes >= 4 && ((head[0] == 0xff && head[1] == 0xfe && head[3] == 0) ||
                       (head[0] == 0xfe && head[1] == 0xff && head[2] == 0))) {
        return rs_fail(error, RS_UNSUPPORTED, name, rs_at_byte(0), "save the file as UTF-8",
                       "the text is in UTF-16");
    }
    return RS_OK;
}

rs_status rs_refuse_mistaken_input(rs_input *input, rs_error *error)
{
    enum { PEEK_BYTES = 64 };
    RS_TRY(rs_input_peek(input, PEEK_BYTES, error));
    return rs_refuse_mistaken(input->name, input->head, input->head_bytes, error);
}

/* Less than what a format is known by. */
static rs_status fail_cut_magic(const rs_input *input, rs_error *error)
{
    static const struct {
        const char *magic, *called;
    } known[] = {{"\x93NUMPY", ".npy"}, {"PK\x03\x04", ".npz"}, {"\x89HDF\r\n\x1a\n", "HDF5"}};
    for (size_t i = 0; i < sizeof known / sizeof known[0]; ++i) {
        if (input->head_bytes < strlen(known[i].magic) &&
            memcmp(input->head, known[i].magic, input->head_bytes) == 0) {
            return rs_fail(error, RS_FORMAT, input->name, rs_at_byte(input->head_bytes),
                           "the file is truncated; copy it again",
                           "the file ends in the first bytes of what begins as %s does",
                           known[i].called);
        }
    }
    return RS_OK;
}

rs_status rs_fail_unknown(const rs_input *input, rs_error *error)
{
    char formats[160];
    if (input->head_bytes == 0) {
        return rs_fail(error, RS_FORMAT, input->name, rs_at_byte(0),
                       "save the model's outputs again", "there is nothing in it");
    }
    RS_TRY(rs_refuse_mistaken(input->name, input->head, input->head_bytes, error));
    RS_TRY(fail_cut_magic(input, error));
    for (size_t i = 0; i < FORMAT_COUNT; ++i) {
        const foreign_format *format = &foreign_formats[i];
        if (format->magic != NULL && input->head_bytes >= format->at + format->magic_bytes &&
            memcmp(input->head + format->at, format->magic, format->magic_bytes) == 0) {
            const rs_advice advice = i == RS_ADVICE_PICKLE ? which_pickle(input) : (rs_advice)i;
            return rs_fail_convert(advice, input->path, rs_at_byte(0), error);
        }
    }
    if (is_text(input)) {
        return rs_fail_convert(which_text(input), input->path, rs_at_byte(0), error);
    }
    return rs_fail(error, RS_UNSUPPORTED, input->name, rs_at_byte(0),
                   "save it with numpy.save; for bare numbers say what they are with --shape and "
                   "--dtype",
                   "this is %s", rs_read_formats_text(formats, sizeof formats));
}
