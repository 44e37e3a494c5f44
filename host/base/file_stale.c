/* file_stale.c - see file_stale.h. */
#include "base/file_stale.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#include "base/file_read.h"
#include "base/hash.h"
#include "base/text.h"

enum { WEEK_SECONDS = 7 * 24 * 3600, NUMBER_DIGITS = 8 };

static const char ending[] = ".tmp";

/* ---- whose it is ---- */

/* Appends the first bytes of a file of /proc; false: there is none. */
static bool add_file(rs_text *text, const char *path)
{
    char bytes[64];
    const int fd = rs_open_again(path, O_RDONLY, 0);
    if (fd < 0) {
        return false;
    }
    const ssize_t got = read(fd, bytes, sizeof bytes);
    (void)close(fd);
    if (got > 0) {
        rs_text_append(text, bytes, (size_t)got);
    }
    return got > 0;
}

static bool add_link(rs_text *text, const char *path)
{
    char bytes[64];
    const ssize_t got = readlink(path, bytes, sizeof bytes);
    if (got > 0) {
        rs_text_append(text, bytes, (size_t)got);
    }
    return got > 0;
}

/* 0: it cannot be told, and no process may be called gone. */
static uint32_t find_place(void)
{
    struct utsname machine;
    rs_text text = {0};
    uint32_t place = 0;
    if (uname(&machine) == 0) {
        rs_text_add(&text, machine.nodename);
        if (add_file(&text, "/proc/sys/kernel/random/boot_id") &&
            add_link(&text, "/proc/self/ns/pid") && text.lost == NULL) {
            place = (uint32_t)rs_hash(text.data, text.length);
        }
    }
    rs_text_clear(&text);
    return place;
}

/* ---- names ---- */

static uint32_t draw_number(void)
{
    struct timespec now;
    uint32_t number = 0;
    if (getrandom(&number, sizeof number, GRND_NONBLOCK) == (ssize_t)sizeof number) {
        return number;
    }
    (void)clock_gettime(CLOCK_REALTIME, &now);
    return (uint32_t)now.tv_sec * 1000000000U + (uint32_t)now.tv_nsec;
}

rs_status rs_temporary_name(const char *target, char **name, rs_error *error)
{
    const char *const slash = strrchr(target, '/');
    const int folder_length = slash == NULL ? 0 : (int)(slash - target) + 1;
    return rs_format_text(name, error, "%.*s.%.200s.%08" PRIx32 ".%ld.%08" PRIx32 "%s",
                          folder_length, target, target + folder_length, find_place(),
                          (long)getpid(), draw_number(), ending);
}

/* What stands behind the last dot of a name, which is cut off there; NULL: there is no dot. */
static const char *cut_last(char *name)
{
    char *const dot = strrchr(name, '.');
    if (dot == NULL) {
        return NULL;
    }
    *dot = '\0';
    return dot + 1;
}

static bool is_hex(const char *text, uint32_t *value)
{
    if (text == NULL || strlen(text) != NUMBER_DIGITS ||
        strspn(text, "0123456789abcdef") != NUMBER_DIGITS) {
        return false;
    }
    *value = (uint32_t)strtoul(text, NULL, 16);
    return true;
}

static bool is_process(const char *text, pid_t *process)
{
    enum { DIGITS_MAX = 9 };
    if (text == NULL || text[0] < '1' || text[0] > '9' || strlen(text) > DIGITS_MAX ||
        strspn(text, "0123456789") != strlen(text)) {
        return false;
    }
    *process = (pid_t)strtol(text, NULL, 10);
    return true;
}

/* Whether rs_temporary_name made it, and for whom. */
static bool parse(const char *file_name, uint32_t *place, pid_t *process)
{
    char name[256];
    uint32_t number = 0;
    if (file_name[0] != '.' || strlen(file_name) >= sizeof name) {
        return false;
    }
    (void)snprintf(name, sizeof name, "%s", file_name);
    const char *const last = cut_last(name);
    return last != NULL && strcmp(last, ending + 1) == 0 && is_hex(cut_last(name), &number) &&
           is_process(cut_last(name), process) && is_hex(cut_last(name), place) &&
           strlen(name) > 1;
}

/* ---- what is left ---- */

static bool is_stale(int folder, const char *name, uint32_t here)
{
    uint32_t place = 0;
    pid_t process = 0;
    struct stat file;
    if (!parse(name, &place, &process) ||
        fstatat(folder, name, &file, AT_SYMLINK_NOFOLLOW) != 0 || !S_ISREG(file.st_mode)) {
        return false;
    }
    const bool gone = place == here && here != 0 && kill(process, 0) != 0 && errno == ESRCH;
    return gone || file.st_mtime < time(NULL) - WEEK_SECONDS;
}

void rs_remove_stale(const char *folder)
{
    DIR *const stream = opendir(folder);
    if (stream == NULL) {
        return;
    }
    const uint32_t here = find_place();
    const int fd = dirfd(stream);
    for (const struct dirent *entry = readdir(stream); entry != NULL; entry = readdir(stream)) {
        if (entry->d_name[0] == '.' && is_stale(fd, entry->d_name, here)) {
            (void)unlinkat(fd, entry->d_name, 0);
        }
    }
    (void)closedir(stream);
}
