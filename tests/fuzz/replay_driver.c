/* replay_driver.c - runs a fuzz target over files, without a fuzzer.
 *
 *     replay_NAME PATH...      each PATH a file, or a folder of files
 *
 * So every input a fuzzer ever found stays a test under any compiler and sanitizer. Each input lies
 * in an allocation of exactly its size: a read past the end is seen by ASan. It fails when there is
 * nothing to replay: a corpus that got lost must not pass.
 */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int replay_stream(FILE *file, const char *path, size_t size)
{
    uint8_t *const data = malloc(size == 0 ? 1 : size);
    if (data == NULL || fread(data, 1, size, file) != size) {
        fprintf(stderr, "%s: cannot be read\n", path);
        free(data);
        return 1;
    }
    (void)LLVMFuzzerTestOneInput(data, size);
    free(data);
    return 0;
}

static int replay_file(const char *path, size_t size, unsigned *replayed)
{
    FILE *const file = fopen(path, "rb");
    if (file == NULL) {
        perror(path);
        return 1;
    }
    const int failed = replay_stream(file, path, size);
    (void)fclose(file);
    *replayed += 1;
    return failed;
}

static int replay_path(const char *path, unsigned *replayed);

static int replay_folder(const char *path, unsigned *replayed)
{
    struct dirent **entries = NULL;
    const int count = scandir(path, &entries, NULL, alphasort);
    if (count < 0) {
        perror(path);
        return 1;
    }
    int failed = 0;
    for (int i = 0; i < count; i++) {
        const char *const name = entries[i]->d_name;
        char *inner = NULL;
        if (name[0] != '.' && asprintf(&inner, "%s/%s", path, name) >= 0) {
            failed |= replay_path(inner, replayed);
            free(inner);
        }
        free(entries[i]);
    }
    free(entries);
    return failed;
}

static int replay_path(const char *path, unsigned *replayed)
{
    struct stat status;
    if (stat(path, &status) != 0) {
        perror(path);
        return 1;
    }
    return S_ISDIR(status.st_mode) ? replay_folder(path, replayed)
                                   : replay_file(path, (size_t)status.st_size, replayed);
}

int main(int argc, char **argv)
{
    unsigned replayed = 0;
    int failed = 0;
    for (int i = 1; i < argc; i++) {
        failed |= replay_path(argv[i], &replayed);
    }
    printf("replayed %u inputs\n", replayed);
    return failed != 0 || replayed == 0 ? 1 : 0;
}
