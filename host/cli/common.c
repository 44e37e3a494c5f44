/* common.c - what several commands do: warn, prepare a folder. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "cli/command.h"

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
