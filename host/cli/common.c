/* common.c - what several commands do: warn, prepare a folder. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/visible.h"
#include "cli/command.h"
#include "cli/terminal.h"

bool rs_is_folder(const char *path)
{
    struct stat about;
    return strcmp(path, "-") != 0 && stat(path, &about) == 0 && S_ISDIR(about.st_mode);
}

rs_status rs_prepare_folder(const char *folder, bool *made, rs_error *error)
{
    struct stat info;
    const bool is_new = mkdir(folder, 0777) == 0;
    if (made != NULL) {
        *made = is_new;
    }
    if (!is_new && errno != EEXIST) {
        return errno == ENOENT
                   ? rs_fail(error, RS_IO, folder, rs_nowhere(), "make the folder above it first",
                             "the folder that it is to be in does not exist")
                   : rs_fail_errno(error, folder, "make the folder", errno);
    }
    if (stat(folder, &info) != 0) {
        return rs_fail_errno(error, folder, "look at", errno);
    }
    if (!S_ISDIR(info.st_mode)) {
        return rs_fail(error, RS_IO, folder, rs_nowhere(), "name a folder with --out",
                       "this is no folder");
    }
    if (access(folder, R_OK | W_OK | X_OK) != 0) {
        return rs_fail_errno(error, folder, "write results into", errno);
    }
    return RS_OK;
}

void rs_drop_folder(const char *folder, bool made, rs_status status)
{
    if (made && status != RS_OK && status != RS_INTERRUPTED) {
        (void)rmdir(folder); /* which leaves one that has anything in it */
    }
}

/* What a warning begins with is yellow on a terminal, what else the program says of itself bold. */
static const char warning[] = "reassess: warning: ";

static const char *look_of(const char *begin)
{
    return begin == warning ? "\x1b[33m" : "\x1b[1m";
}

static void say(const char *begin, const char *format, va_list arguments)
    __attribute__((format(printf, 2, 0)));

static void say(const char *begin, const char *format, va_list arguments)
{
    rs_text text = {0};
    rs_text line = {0};
    rs_text_vprintf(&text, format, arguments);
    rs_text_pass_loss(&text, &line);
    if (text.length > 0) {
        rs_text_visible(&line, text.data, text.length, false);
    }
    const bool colours = rs_terminal_colours(STDERR_FILENO) && begin[0] != '\0';
    (void)fflush(stdout);
    (void)fprintf(stderr, "%s%s%s%s\n", colours ? look_of(begin) : "", begin,
                  colours ? "\x1b[0m" : "", line.length > 0 ? line.data : "");
    rs_text_clear(&line);
    rs_text_clear(&text);
}

void rs_say(const char *begin, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    say(begin, format, arguments);
    va_end(arguments);
}

void rs_warn(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    say(warning, format, arguments);
    va_end(arguments);
}

void rs_warn_of_records(const rs_warned *warned)
{
    for (size_t i = 0; i < warned->count; ++i) {
        rs_text line = {0};
        rs_warned_models(&warned->kind[i], &line);
        rs_text_add(&line, ": ");
        rs_warned_text(&warned->kind[i], &line);
        if (line.lost == NULL) {
            rs_warn("%s", line.data);
        }
        rs_text_clear(&line);
    }
}
