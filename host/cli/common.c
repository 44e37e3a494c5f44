/* common.c - what several commands do: print, warn, prepare a folder. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "cli/command.h"

rs_status rs_print(rs_text *text, rs_error *error)
{
    rs_status status = rs_text_check(text, error);
    if (status == RS_OK && text->length > 0 &&
        fwrite(text->data, 1, text->length, stdout) != text->length) {
        status =
            rs_fail(error, RS_IO, NULL, rs_nowhere(), NULL, "standard output cannot be written");
    }
    rs_text_clear(text);
    return status;
}

bool rs_is_folder(const char *path)
{
    struct stat about;
    return stat(path, &about) == 0 && S_ISDIR(about.st_mode);
}

rs_status rs_prepare_folder(const char *folder, rs_error *error)
{
    struct stat info;
    if (mkdir(folder, 0777) != 0 && errno != EEXIST) {
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

void rs_warn(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    (void)fflush(stdout);
    (void)fputs("reassess: warning: ", stderr);
    /* NOLINTNEXTLINE(clang-analyzer-valist.Uninitialized): va_start is right above */
    (void)vfprintf(stderr, format, arguments);
    (void)fputc('\n', stderr);
    va_end(arguments);
}
