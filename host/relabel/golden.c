/* golden.c - counts of experts' answers; which form a file has. */
#include "relabel/golden.h"

#include <stdlib.h>
#include <string.h>

#include "base/checked.h"
#include "base/error.h"
#include "base/json.h"
#include "formats/input.h"

enum { PEEK_BYTES = 1 << 16 };

void rs_golden_clear(rs_golden *golden)
{
    rs_pairs_clear(&golden->pairs);
    rs_name_table_clear(&golden->listed);
    free(golden->yes);
    free(golden->answers);
    free(golden->path);
    *golden = (rs_golden){.pairs = rs_pairs_make(), .listed = {.images = true}};
}

void rs_golden_count(const rs_golden *golden, uint64_t *judged, uint64_t *present)
{
    *judged = 0;
    *present = 0;
    for (uint32_t pair = 0; pair < golden->pairs.count; ++pair) {
        *judged += rs_golden_is_judged(golden, pair);
        *present += rs_golden_is_judged(golden, pair) && rs_golden_is_present(golden, pair);
    }
}

rs_status rs_golden_set(rs_golden *golden, rs_span image, int32_t class_index, uint32_t yes,
                        uint32_t answers, rs_error *error)
{
    uint32_t pair = 0;
    bool is_new = false;
    const uint32_t before = golden->pairs.capacity;
    RS_TRY(rs_pairs_add(&golden->pairs, image, class_index, &pair, &is_new, error));
    if (golden->pairs.capacity != before) { /* the counts grow with the list of pairs */
        void *memory = golden->yes;
        RS_TRY(rs_realloc(&memory, golden->pairs.capacity, sizeof *golden->yes, "pairs", error));
        golden->yes = memory;
        memory = golden->answers;
        RS_TRY(
            rs_realloc(&memory, golden->pairs.capacity, sizeof *golden->answers, "pairs", error));
        golden->answers = memory;
    }
    golden->yes[pair] = yes;
    golden->answers[pair] = answers;
    return RS_OK;
}

rs_status rs_golden_from_votes(const rs_votes *votes, rs_golden *golden, rs_error *error)
{
    *golden = (rs_golden){.pairs = rs_pairs_make(), .listed = {.images = true}};
    rs_status status = rs_copy_text(&golden->path, votes->path, error);
    for (uint32_t pair = 0; pair < votes->pairs.count && status == RS_OK; ++pair) {
        uint32_t yes = 0;
        for (uint64_t i = votes->begin[pair]; i < votes->begin[pair + 1]; ++i) {
            yes += rs_vote_answer(votes->code[i]) == RS_ANSWER_YES;
        }
        const uint64_t answers = votes->begin[pair + 1] - votes->begin[pair];
        status = rs_golden_set(golden, rs_pairs_image(&votes->pairs, pair),
                               votes->pairs.class_index[pair], yes, (uint32_t)answers, error);
    }
    if (status != RS_OK) {
        rs_golden_clear(golden);
    }
    return status;
}

rs_status rs_golden_complete(rs_golden *golden, const rs_pairs *candidates, rs_error *error)
{
    for (uint32_t pair = 0; golden->whole_images && pair < candidates->count; ++pair) {
        const rs_span image = rs_pairs_image(candidates, pair);
        if (rs_name_table_find(&golden->listed, image) >= 0 &&
            rs_pairs_find(&golden->pairs, image, candidates->class_index[pair]) < 0) {
            RS_TRY(rs_golden_set(golden, image, candidates->class_index[pair], 0, 1, error));
        }
    }
    return RS_OK;
}

/* ---- which form ---- */

static bool is_space(uint8_t c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* Behind white space from `at` on; `size` at the end. */
static size_t skip_space(const uint8_t *text, size_t size, size_t at)
{
    while (at < size && is_space(text[at])) {
        ++at;
    }
    return at;
}

/* Lists are one object of lists, or an array of them; answers are objects, in lines or an array. */
static bool holds_lists(const uint8_t *text, size_t size)
{
    const size_t mark = size >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
    const size_t first = skip_space(text, size, mark);
    if (first < size && text[first] == '[') {
        const size_t second = skip_space(text, size, first + 1);
        return second < size && text[second] != '{';
    }
    if (first == size || text[first] != '{') {
        return false;
    }
    const uint8_t *const end = memchr(text + first, '\n', size - first);
    const size_t length = end == NULL ? size - first : (size_t)(end - (text + first));
    rs_json *line = NULL;
    const bool is_answer =
        rs_json_parse("", (const char *)text + first, length, &line, NULL) == RS_OK &&
        rs_json_get(line, "answer") != NULL && rs_json_get(line, "rater") != NULL;
    rs_json_free(line);
    return !is_answer;
}

rs_status rs_golden_read(const char *path, const rs_labels *labels, const rs_image_rows *images,
                         rs_golden *golden, rs_error *error)
{
    rs_input input;
    *golden = (rs_golden){.pairs = rs_pairs_make(), .listed = {.images = true}};
    RS_TRY(rs_input_open(path, &input, error));
    rs_status status = rs_input_peek(&input, PEEK_BYTES, error);
    const bool lists = status == RS_OK && holds_lists(input.head, input.head_bytes);
    rs_input_close(&input);
    RS_TRY(status);
    if (lists) {
        return rs_golden_read_lists(path, labels, images, golden, error);
    }
    rs_votes votes;
    RS_TRY(rs_votes_read(path, labels, &votes, error));
    status = rs_golden_from_votes(&votes, golden, error);
    rs_votes_clear(&votes);
    return status;
}
