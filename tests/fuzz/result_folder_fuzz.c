/* result_folder_fuzz.c - any bytes as the files of a folder of results.
 *
 * Zero bytes part them: the first one becomes a.json, the second b.json, the third c.error.json.
 * What is listed must be sorted and named; what is refused must be named too.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sweep/failure.h"
#include "sweep/result_folder.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(int condition)
{
    if (!condition) {
        abort();
    }
}

enum { FILES = 3 };

/* Of this process, gone with it. */
static char folder[] = "/tmp/reassess-fuzz-XXXXXX";
static char path_of[FILES][sizeof folder + 20];

static void remove_folder(void)
{
    for (int i = 0; i < FILES; ++i) {
        (void)unlink(path_of[i]);
    }
    (void)rmdir(folder);
}

static void need_folder(void)
{
    static const char *const name[FILES] = {"a.json", "b.json", "c.error.json"};
    if (path_of[0][0] != '\0') {
        return;
    }
    require(mkdtemp(folder) != NULL);
    for (int i = 0; i < FILES; ++i) {
        (void)snprintf(path_of[i], sizeof path_of[i], "%s/%s", folder, name[i]);
    }
    require(atexit(remove_folder) == 0);
}

static void write_file(const char *path, const uint8_t *data, size_t size)
{
    FILE *const file = fopen(path, "wb");
    require(file != NULL && (size == 0 || fwrite(data, 1, size, file) == size));
    require(fclose(file) == 0);
}

/* A file for each piece; returns how many there are. */
static int write_files(const uint8_t *data, size_t size)
{
    int files = 0;
    for (const uint8_t *const end = data + size; files < FILES; ++files) {
        const uint8_t *const zero = size == 0 ? NULL : memchr(data, 0, (size_t)(end - data));
        const int last = zero == NULL || files + 1 == FILES;
        write_file(path_of[files], data, (size_t)((last ? end : zero) - data));
        if (last) {
            return files + 1;
        }
        data = zero + 1;
    }
    return files;
}

static void check_list(const rs_result_folder *list)
{
    for (size_t i = 0; i < list->count; ++i) {
        const rs_result *const result = &list->result[i];
        require(result->model != NULL && access(result->files.record, F_OK) == 0);
        require(!result->has_row_range || result->rows.begin < result->rows.end);
        require(i == 0 || strcmp(list->result[i - 1].model, result->model) <= 0);
    }
    for (size_t i = 0; i < list->failed_count; ++i) {
        const rs_failed_result *const failed = &list->failed[i];
        require(failed->model != NULL && failed->reason != NULL && !failed->has_record);
        require(strcmp(failed->path, path_of[FILES - 1]) == 0);
    }
}

static void list_folder(int files)
{
    rs_result_folder list;
    rs_error error = {.status = RS_OK};
    if (rs_result_folder_list(folder, &list, &error) == RS_OK) {
        require(list.count + list.failed_count == (size_t)files);
        check_list(&list);
    } else {
        require(error.status != RS_OK && error.reason[0] != '\0' && error.file[0] != '\0');
    }
    rs_result_folder_clear(&list);
}

static void read_failure(const char *path)
{
    char *model = NULL;
    char *reason = NULL;
    rs_error error = {.status = RS_OK};
    if (rs_failure_read(path, &model, &reason, &error) == RS_OK) {
        require(model != NULL && reason != NULL);
    } else {
        require(error.status != RS_OK && error.reason[0] != '\0');
    }
    free(model);
    free(reason);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    need_folder();
    const int files = write_files(data, size);
    list_folder(files);
    read_failure(path_of[0]);
    for (int i = 0; i < files; ++i) {
        require(unlink(path_of[i]) == 0);
    }
    return 0;
}
