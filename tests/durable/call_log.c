/* call_log.c - appends what a program does with its files to the file named in CALL_LOG, a line a
 * call: "write PATH", "fsync PATH", "rename FROM TO", "unlink PATH". With CALL_INTERRUPT the first
 * creation of a file and the first fsync end with EINTR, as they may where a signal comes. */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static void append(const char *line)
{
    const char *const path = getenv("CALL_LOG");
    const int fd = path == NULL ? -1
                                : (int)syscall(SYS_openat, AT_FDCWD, path,
                                               O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
    if (fd >= 0) {
        (void)!syscall(SYS_write, fd, line, strlen(line));
        (void)syscall(SYS_close, fd);
    }
}

static void append_fd(const char *call, int fd)
{
    char link[64];
    char path[4096];
    char line[8192];
    (void)snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    const ssize_t length = readlink(link, path, sizeof path - 1);
    path[length < 0 ? 0 : length] = '\0';
    (void)snprintf(line, sizeof line, "%s %s\n", call, path);
    append(line);
}

static int is_interrupted(int *once)
{
    if (*once != 0 || getenv("CALL_INTERRUPT") == NULL) {
        return 0;
    }
    *once = 1;
    errno = EINTR;
    return 1;
}

int open(const char *path, int flags, ...)
{
    static int once;
    va_list more;
    va_start(more, flags);
    const int mode = (flags & O_CREAT) != 0 ? va_arg(more, int) : 0;
    va_end(more);
    if ((flags & O_CREAT) != 0 && is_interrupted(&once)) {
        append("interrupted open\n");
        return -1;
    }
    return (int)syscall(SYS_openat, AT_FDCWD, path, flags, mode);
}

ssize_t write(int fd, const void *data, size_t size)
{
    append_fd("write", fd);
    return (ssize_t)syscall(SYS_write, fd, data, size);
}

int fsync(int fd)
{
    static int once;
    if (is_interrupted(&once)) {
        append("interrupted fsync\n");
        return -1;
    }
    append_fd("fsync", fd);
    return (int)syscall(SYS_fsync, fd);
}

int rename(const char *from, const char *to)
{
    char line[8192];
    (void)snprintf(line, sizeof line, "rename %s %s\n", from, to);
    append(line);
    return (int)syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 0);
}

int unlink(const char *path)
{
    char line[8192];
    (void)snprintf(line, sizeof line, "unlink %s\n", path);
    append(line);
    return (int)syscall(SYS_unlinkat, AT_FDCWD, path, 0);
}
