/* candidates_fuzz.c - any bytes as a file of candidates; what was read is split into tasks. */
#include <stdlib.h>
#include <string.h>

#include "relabel/candidates.h"
#include "relabel/tasks.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(int condition)
{
    if (!condition) {
        abort();
    }
}

typedef struct memory_stream {
    rs_byte_stream base;
    const uint8_t *at;
    size_t left;
} memory_stream;

static rs_status memory_read(rs_byte_stream *stream, void *out, size_t size, size_t *got,
                             rs_error *error)
{
    memory_stream *const from = (memory_stream *)stream;
    (void)error;
    *got = size < from->left ? size : from->left;
    memcpy(out, from->at, *got);
    from->at += *got;
    from->left -= *got;
    return RS_OK;
}

static void memory_close(rs_byte_stream *stream)
{
    (void)stream;
}

static void split(const rs_candidates *candidates)
{
    rs_class_texts texts;
    rs_task_splitter *splitter = NULL;
    rs_tasks tasks = rs_tasks_make();
    const rs_status made =
        rs_class_texts_make(candidates->classes, (const char *const *)candidates->id,
                            (const char *const *)candidates->name, NULL, &texts, NULL);
    require(made == RS_OK);
    require(rs_task_splitter_make(&texts, NULL, RS_TASK_CANDIDATES, &splitter, NULL) == RS_OK);
    for (uint32_t i = 0; i < candidates->images.count; ++i) {
        const uint64_t begin = candidates->begin[i];
        require(candidates->begin[i + 1] >= begin);
        (void)rs_candidates_agree(candidates, i);
        require(rs_tasks_add(&tasks, splitter, rs_name_table_get(&candidates->images, i),
                             candidates->original[i], candidates->class_index + begin,
                             (uint32_t)(candidates->begin[i + 1] - begin), NULL) == RS_OK);
    }
    for (uint32_t t = 0; t < tasks.count; ++t) {
        const uint64_t asked = tasks.begin[t + 1] - tasks.begin[t];
        require(asked > 0 && asked <= RS_TASK_CANDIDATES);
    }
    require(tasks.count == 0 ||
            tasks.begin[tasks.count] == candidates->begin[candidates->images.count]);
    rs_tasks_clear(&tasks);
    rs_task_splitter_free(splitter);
    rs_class_texts_clear(&texts);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    rs_candidates candidates;
    rs_error error = {.status = RS_OK};
    memory_stream stream = {{memory_read, memory_close}, data, size};
    const rs_status status =
        rs_candidates_read_stream(&stream.base, "candidates", &candidates, &error);
    if (status == RS_OK) {
        split(&candidates);
    } else {
        require(error.status == status && error.reason[0] != '\0');
        require(candidates.class_index == NULL);
    }
    rs_candidates_clear(&candidates);
    return 0;
}
