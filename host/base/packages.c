/* packages.c - see packages.h. */
#include "base/packages.h"

#include <glob.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A line of the system's list is "FROM-TO RIGHTS OFFSET DEVICE INODE   PATH". */
void rs_own_folder(char out[RS_FOLDER_BYTES])
{
    static const char anchor = 0;
    const uintptr_t here = (uintptr_t)&anchor;
    char *line = NULL;
    size_t capacity = 0;
    FILE *const maps = fopen("/proc/self/maps", "re");
    out[0] = '\0';
    while (maps != NULL && getline(&line, &capacity, maps) > 0) {
        char *end = NULL;
        const uint64_t from = strtoull(line, &end, 16);
        const uint64_t to = *end == '-' ? strtoull(end + 1, NULL, 16) : 0;
        if (here < from || here >= to) {
            continue;
        }
        const char *const path = strchr(line, '/');
        const char *const slash = strrchr(line, '/');
        if (path != NULL && slash + 1 - path < RS_FOLDER_BYTES) {
            (void)snprintf(out, RS_FOLDER_BYTES, "%.*s", (int)(slash + 1 - path), path);
        }
        break;
    }
    free(line);
    if (maps != NULL) {
        (void)fclose(maps);
    }
}

/* The folder's own characters stand for themselves. */
static bool join(const char *folder, const char *pattern, char out[RS_FOLDER_BYTES])
{
    size_t length = 0;
    for (const char *at = folder; *at != '\0'; ++at) {
        if (length + 2 >= RS_FOLDER_BYTES) {
            return false;
        }
        if (strchr("*?[]\\", *at) != NULL) {
            out[length++] = '\\';
        }
        out[length++] = *at;
    }
    const int more = snprintf(out + length, RS_FOLDER_BYTES - length, "%s", pattern);
    return more >= 0 && (size_t)more < RS_FOLDER_BYTES - length;
}

static void *open_in(const char *folder, const char *const *patterns, void *(*open)(const char *),
                     char path[RS_FOLDER_BYTES])
{
    char pattern[RS_FOLDER_BYTES];
    void *opened = NULL;
    for (size_t i = 0; patterns[i] != NULL && opened == NULL; ++i) {
        glob_t found = {0};
        if (join(folder, patterns[i], pattern) && glob(pattern, 0, NULL, &found) == 0) {
            for (size_t k = 0; k < found.gl_pathc && opened == NULL; ++k) {
                (void)snprintf(path, RS_FOLDER_BYTES, "%s", found.gl_pathv[k]);
                opened = open(path);
            }
        }
        globfree(&found);
    }
    return opened;
}

/* Whether this is the folder of packages that the program came into: its own package is there. */
static bool has_own_package(const char *folder)
{
    char path[RS_FOLDER_BYTES];
    const int bytes = snprintf(path, sizeof path, "%sreassess/libreassess.so", folder);
    return bytes > 0 && (size_t)bytes < sizeof path && access(path, F_OK) == 0;
}

void *rs_open_packaged(const char *own, const char *const *patterns, void *(*open)(const char *),
                       char path[RS_FOLDER_BYTES])
{
    /* From bin/ of an environment or of `pip install --target`, and from the package itself. */
    static const char *const places[] = {"../lib/python3*/site-packages/",
                                         "../lib/python3*/dist-packages/",
                                         "../lib64/python3*/site-packages/", "../"};
    char pattern[RS_FOLDER_BYTES];
    void *opened = NULL;
    for (size_t i = 0; own[0] == '/' && i < sizeof places / sizeof places[0] && opened == NULL;
         ++i) {
        glob_t found = {0};
        if (join(own, places[i], pattern) && glob(pattern, 0, NULL, &found) == 0) {
            for (size_t k = 0; k < found.gl_pathc && opened == NULL; ++k) {
                if (has_own_package(found.gl_pathv[k])) {
                    opened = open_in(found.gl_pathv[k], patterns, open, path);
                }
            }
        }
        globfree(&found);
    }
    return opened;
}
