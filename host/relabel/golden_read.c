/* golden_read.c - which form a file has. */
#include "relabel/golden_read.h"

#include <stdlib.h>
#include <string.h>

#include "base/checked.h"
#include "base/error.h"
#include "base/json.h"
#include "base/utf8.h"
#include "formats/input.h"
#include "relabel/golden_lists.h"

enum { PEEK_BYTES = 1 << 16 };

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
    const size_t mark = (size_t)(rs_after_bom(text, text + size) - text);
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

static rs_status read_votes(rs_input *input, const rs_labels *labels, rs_golden *golden,
                            rs_error *error)
{
    rs_votes *votes = NULL;
    RS_TRY(RS_NEW(&votes, 1, "golden votes", error));
    rs_status status = rs_votes_read_input(input, labels, votes, error);
    if (status == RS_OK) {
        status = rs_golden_from_votes(votes, golden, error);
    }
    if (status == RS_OK) {
        golden->experts = votes;
        return RS_OK;
    }
    rs_votes_clear(votes);
    free(votes);
    return status;
}

rs_status rs_golden_read(const char *path, const rs_labels *labels, const rs_image_rows *images,
                         rs_golden *golden, rs_error *error)
{
    rs_input input;
    *golden = (rs_golden){.pairs = rs_pairs_make(), .listed = {.images = true}};
    RS_TRY(rs_input_open(path, &input, error));
    rs_status status = rs_input_peek(&input, PEEK_BYTES, error);
    if (status == RS_OK && holds_lists(input.head, input.head_bytes)) {
        status = rs_golden_read_lists(&input, labels, images, golden, error);
    } else if (status == RS_OK) {
        status = read_votes(&input, labels, golden, error);
    }
    rs_input_close(&input);
    return status;
}
