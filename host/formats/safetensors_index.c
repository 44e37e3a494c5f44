/* safetensors_index.c - a model that is cut into shards: a JSON object whose "weight_map" says in
 * which .safetensors file beside it each tensor lies. The tensor that is wanted is read from there.
 */
#include "formats/safetensors_index.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/checked.h"
#include "base/error.h"
#include "base/json.h"
#include "formats/choose.h"
#include "formats/format_table.h"

enum { INDEX_BYTES_MAX = 16 << 20, TENSORS_MAX = 65536, HEAD_BYTES = 512 };

static const char map_name[] = "weight_map";

bool rs_safetensors_index_is_magic(const uint8_t *data, size_t size)
{
    size_t at = 0;
    size = size < HEAD_BYTES ? size : HEAD_BYTES;
    while (at < size && data[at] != '\0' && strchr(" \t\r\n", data[at]) != NULL) {
        ++at;
    }
    return at < size && data[at] == '{' &&
           memmem(data + at, size - at, "\"weight_map\"", sizeof map_name + 1) != NULL;
}

static rs_status fail_many(const char *file, rs_error *error)
{
    return rs_fail(error, RS_RANGE, file, rs_nowhere(), "name the .safetensors file itself",
                   "at most %d tensors are read from an index", TENSORS_MAX);
}

/* A value takes two bytes of JSON and a hundred of memory: an index of nothing but commas is
 * refused before it is parsed. Each tensor has one comma, and what else is said has a few. */
static bool lists_too_many(const rs_input *input)
{
    size_t commas = 0;
    for (size_t i = 0; i < input->head_bytes; ++i) {
        commas += input->head[i] == ',' ? 1 : 0;
    }
    return commas > 2 * (size_t)TENSORS_MAX;
}

static rs_status read_map(rs_input *input, rs_json **json, const rs_json **map, rs_error *error)
{
    const char *const file = input->name;
    if (!input->regular || strcmp(input->path, "-") == 0) {
        return rs_fail(error, RS_UNSUPPORTED, file, rs_nowhere(), "give the path of the index",
                       "an index names files beside it, which a stream does not have");
    }
    if (input->size > INDEX_BYTES_MAX) {
        return rs_fail(error, RS_RANGE, file, rs_nowhere(), "name the .safetensors file itself",
                       "an index of at most %d bytes is read", INDEX_BYTES_MAX);
    }
    RS_TRY(rs_input_peek(input, (size_t)input->size, error));
    if (lists_too_many(input)) {
        return fail_many(file, error);
    }
    RS_TRY(rs_json_parse(file, (const char *)input->head, input->head_bytes, json, error));
    *map = rs_json_get(*json, map_name);
    if (!rs_json_is_object(*map) || rs_json_size(*map) == 0) {
        return rs_fail(error, RS_FORMAT, file, rs_nowhere(), "copy the index again",
                       "\"weight_map\" is no object of tensors and the files they are in");
    }
    if (rs_json_size(*map) > TENSORS_MAX) {
        return fail_many(file, error);
    }
    return RS_OK;
}

/* A file beside the index: a stranger's index names no other, and not standard input. */
static rs_status check_shard(const char *file, const rs_json *entry, rs_error *error)
{
    const char *const shard = rs_json_text(entry);
    if (shard == NULL || shard[0] == '\0' || strchr(shard, '/') != NULL ||
        strcmp(shard, "..") == 0 || strcmp(shard, "-") == 0) {
        return rs_fail(error, RS_FORMAT, file, rs_nowhere(), "copy the index again",
                       "tensor \"%.100s\": its file is not named as one beside the index",
                       rs_json_name(entry));
    }
    return RS_OK;
}

static rs_status list_tensors(const char *file, const rs_json *map, rs_listed_array *list,
                              rs_error *error)
{
    size_t count = 0;
    for (const rs_json *entry = rs_json_first(map); entry != NULL; entry = rs_json_next(entry)) {
        RS_TRY(check_shard(file, entry, error));
        list[count].name = rs_json_name(entry);
        (void)snprintf(list[count].text, sizeof list[count].text, "in %s", rs_json_text(entry));
        ++count;
    }
    return RS_OK;
}

/* Where the tensor is that was named; without a name, where all are. */
static rs_status find_shard(const char *file, const rs_json *map, const char *wanted,
                            const char **shard, rs_error *error)
{
    const size_t count = rs_json_size(map);
    rs_listed_array *list = NULL;
    bool others = false;
    rs_status status = RS_OK;
    *shard = wanted == NULL ? NULL : rs_json_text(rs_json_get(map, wanted));
    RS_TRY_DONE(RS_NEW(&list, count, "a list of tensors", error));
    RS_TRY_DONE(list_tensors(file, map, list, error));
    if (wanted == NULL) {
        *shard = rs_json_text(rs_json_first(map));
        for (const rs_json *entry = rs_json_first(map); entry != NULL;
             entry = rs_json_next(entry)) {
            others = others || strcmp(rs_json_text(entry), *shard) != 0;
        }
    }
    if (*shard == NULL) {
        status = rs_fail_no_array(file, "tensor", wanted, list, count, error);
    } else if (others) {
        status = rs_fail_which_array(file, "tensor", list, count, error);
    }
done:
    free(list);
    return status;
}

/* A file beside the index. Free with free(). */
static rs_status shard_path(const char *index_path, const char *shard, char **path, rs_error *error)
{
    const char *const slash = strrchr(index_path, '/');
    const size_t folder = slash == NULL ? 0 : (size_t)(slash - index_path) + 1;
    const size_t bytes = folder + strlen(shard) + 1;
    RS_TRY(RS_NEW(path, bytes, "a path", error));
    (void)snprintf(*path, bytes, "%.*s%s", (int)folder, index_path, shard);
    return RS_OK;
}

/* What is beside the index has to be a file: opening a pipe waits until somebody writes. */
static rs_status open_shard(const char *index_path, const char *shard,
                            const rs_source_options *options, rs_source **source, rs_error *error)
{
    char *path = NULL;
    rs_input input = {.fd = -1};
    struct stat info;
    rs_status status = RS_OK;
    RS_TRY(shard_path(index_path, shard, &path, error));
    if (stat(path, &info) == 0 && !S_ISREG(info.st_mode) && !S_ISDIR(info.st_mode)) {
        RS_TRY_DONE(rs_fail(error, RS_UNSUPPORTED, path, rs_nowhere(), "copy the shards again",
                            "the index names it, and it is no file but a pipe or a device"));
    }
    RS_TRY_DONE(rs_input_open(path, &input, error));
    input.stop = options->stop;
    RS_TRY_DONE(rs_input_peek(&input, HEAD_BYTES, error));
    if (!rs_safetensors_is_magic(input.head, input.head_bytes)) {
        RS_TRY_DONE(rs_fail(error, RS_FORMAT, path, rs_at_byte(0), "copy the shards again",
                            "the index names it, and it is no .safetensors file"));
    }
    status = rs_safetensors_open(&input, options, source, error);
done:
    rs_input_close(&input);
    free(path);
    return status;
}

/* The rows of options->tensor, or, where there is one shard alone, as of that file. */
rs_status rs_safetensors_index_open(rs_input *input, const rs_source_options *options,
                                    rs_source **source, rs_error *error)
{
    rs_json *json = NULL;
    const rs_json *map = NULL;
    const char *shard = NULL;
    rs_status status = RS_OK;
    *source = NULL;
    RS_TRY_DONE(read_map(input, &json, &map, error));
    RS_TRY_DONE(find_shard(input->name, map, options->tensor, &shard, error));
    status = open_shard(input->path, shard, options, source, error);
done:
    rs_json_free(json);
    return status;
}

/* ---- what a result was made from ---- */

static void take_in(const char *index_path, const char *shard, struct stat *file)
{
    char *path = NULL;
    struct stat of_shard;
    if (shard_path(index_path, shard, &path, NULL) == RS_OK && stat(path, &of_shard) == 0) {
        const struct timespec *const then = &of_shard.st_mtim;
        file->st_size += of_shard.st_size;
        if (then->tv_sec > file->st_mtim.tv_sec ||
            (then->tv_sec == file->st_mtim.tv_sec && then->tv_nsec > file->st_mtim.tv_nsec)) {
            file->st_mtim = *then;
        }
    }
    free(path);
}

void rs_take_shards_in(const char *path, struct stat *file)
{
    rs_input input = {.fd = -1};
    rs_json *json = NULL;
    const rs_json *map = NULL;
    if (!S_ISREG(file->st_mode) || file->st_size > INDEX_BYTES_MAX ||
        rs_input_open(path, &input, NULL) != RS_OK) {
        return;
    }
    if (rs_input_peek(&input, HEAD_BYTES, NULL) == RS_OK &&
        rs_safetensors_index_is_magic(input.head, input.head_bytes) &&
        read_map(&input, &json, &map, NULL) == RS_OK) {
        const char *before = "";
        for (const rs_json *entry = rs_json_first(map); entry != NULL;
             entry = rs_json_next(entry)) {
            if (check_shard(path, entry, NULL) == RS_OK &&
                strcmp(rs_json_text(entry), before) != 0) {
                before = rs_json_text(entry);
                take_in(path, before, file);
            }
        }
    }
    rs_json_free(json);
    rs_input_close(&input);
}
