/* votes_build.c - counting sort by pair, then each pair's few answers by rater; and an answer of
 * any text form: a class, an answer, a rater.
 */
#include "relabel/votes_build.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/checked.h"
#include "base/compare.h"
#include "base/error.h"
#include "base/utf8.h"

enum { FIRST_VOTES = 4096, SMALL_SORT = 24 };

const char *rs_answer_text(rs_answer answer)
{
    return answer == RS_ANSWER_YES ? "yes" : answer == RS_ANSWER_MAYBE ? "maybe" : "no";
}

void rs_votes_clear(rs_votes *votes)
{
    rs_pairs_clear(&votes->pairs);
    rs_name_table_clear(&votes->raters);
    free(votes->begin);
    free(votes->code);
    free(votes->path);
    *votes = (rs_votes){.pairs = rs_pairs_make()};
}

void rs_votes_builder_clear(rs_votes_builder *builder)
{
    free(builder->list);
    *builder = (rs_votes_builder){0};
}

rs_status rs_votes_add(rs_votes_builder *builder, uint32_t pair, uint32_t rater, rs_answer answer,
                       uint64_t line, rs_error *error)
{
    if (builder->count == builder->capacity) {
        if (builder->count >= RS_VOTES_MAX / 2) {
            return rs_fail(error, RS_RANGE, builder->file, rs_nowhere(),
                           "split the votes into several files", "there are too many answers");
        }
        const uint64_t capacity = builder->capacity == 0 ? FIRST_VOTES : 2 * builder->capacity;
        RS_TRY(RS_GROW(&builder->list, capacity, "answers", error));
        builder->capacity = capacity;
    }
    builder->list[builder->count++] = (rs_loose_vote){
        .pair = pair,
        .code = rater * RS_ANSWERS + (uint32_t)answer,
        .line = line > UINT32_MAX ? UINT32_MAX : (uint32_t)line,
    };
    return RS_OK;
}

/* ---- sorting ---- */

/* Keys are code << 32 | line. */
static void sort_keys(uint64_t *key, uint64_t count)
{
    if (count > SMALL_SORT) {
        qsort(key, (size_t)count, sizeof *key, rs_ascending_u64);
        return;
    }
    for (uint64_t i = 1; i < count; ++i) {
        const uint64_t moved = key[i];
        uint64_t at = i;
        for (; at > 0 && key[at - 1] > moved; --at) {
            key[at] = key[at - 1];
        }
        key[at] = moved;
    }
}

static rs_status fail_twice(const rs_votes_builder *builder, uint32_t pair, uint64_t first,
                            uint64_t second, rs_error *error)
{
    const rs_votes *votes = builder->votes;
    char also[64] = "";
    const uint32_t first_line = (uint32_t)first;
    const uint32_t second_line = (uint32_t)second;
    const uint32_t early = first_line < second_line ? first_line : second_line;
    const uint32_t late = first_line < second_line ? second_line : first_line;
    if (early != 0) {
        (void)snprintf(also, sizeof also, ", first on line %" PRIu32, early);
    }
    const uint32_t code = (uint32_t)(first >> 32);
    return rs_fail(
        error, RS_FORMAT, builder->file, late != 0 ? rs_at_line(late) : rs_at_row(pair),
        "keep one answer of each rater",
        "rater %s answers twice on class %" PRId32 " of image %s (%s and %s%s)",
        RS_SHOW_SPAN(rs_name_table_get(&votes->raters, rs_vote_rater(code))),
        votes->pairs.class_index[pair], RS_SHOW_SPAN(rs_pairs_image(&votes->pairs, pair)),
        rs_answer_text(rs_vote_answer(first_line <= second_line ? code : (uint32_t)(second >> 32))),
        rs_answer_text(rs_vote_answer(first_line <= second_line ? (uint32_t)(second >> 32) : code)),
        also);
}

/* begin[i] is where pair i starts and is moved behind its last answer as they are dealt out. */
static void deal_out(const rs_votes_builder *builder, uint64_t *begin, uint64_t *key)
{
    for (uint64_t i = 0; i < builder->count; ++i) {
        const rs_loose_vote *vote = &builder->list[i];
        key[begin[vote->pair]++] = (uint64_t)vote->code << 32 | vote->line;
    }
    for (uint32_t pair = builder->votes->pairs.count; pair > 0; --pair) {
        begin[pair] = begin[pair - 1];
    }
    begin[0] = 0;
}

static rs_status check_pairs(const rs_votes_builder *builder, uint64_t *key, rs_error *error)
{
    const rs_votes *votes = builder->votes;
    for (uint32_t pair = 0; pair < votes->pairs.count; ++pair) {
        const uint64_t begin = votes->begin[pair];
        const uint64_t end = votes->begin[pair + 1];
        sort_keys(key + begin, end - begin);
        for (uint64_t i = begin + 1; i < end; ++i) {
            if (rs_vote_rater((uint32_t)(key[i - 1] >> 32)) ==
                rs_vote_rater((uint32_t)(key[i] >> 32))) {
                return fail_twice(builder, pair, key[i - 1], key[i], error);
            }
        }
    }
    return RS_OK;
}

rs_status rs_votes_finish(rs_votes_builder *builder, rs_error *error)
{
    rs_votes *const votes = builder->votes;
    const uint64_t count = builder->count;
    RS_TRY(RS_NEW(&votes->begin, (uint64_t)votes->pairs.count + 1, "answers", error));
    for (uint64_t i = 0; i < count; ++i) {
        ++votes->begin[builder->list[i].pair + 1];
    }
    for (uint32_t pair = 0; pair < votes->pairs.count; ++pair) {
        votes->begin[pair + 1] += votes->begin[pair];
    }
    uint64_t *key = NULL;
    RS_TRY(RS_NEW(&key, count, "answers", error));
    deal_out(builder, votes->begin, key);
    free(builder->list);
    builder->list = NULL;
    rs_status status = RS_OK;
    RS_TRY_DONE(check_pairs(builder, key, error));
    RS_TRY_DONE(RS_NEW(&votes->code, count, "answers", error));
    for (uint64_t i = 0; i < count; ++i) {
        votes->code[i] = (uint32_t)(key[i] >> 32);
    }
done:
    free(key);
    return status;
}

/* ---- answers of the text forms ---- */

static bool find_answer(rs_span text, rs_answer *answer)
{
    static const rs_answer answers[] = {RS_ANSWER_NO, RS_ANSWER_MAYBE, RS_ANSWER_YES};
    for (size_t i = 0; i < RS_ANSWERS; ++i) {
        const char *word = rs_answer_text(answers[i]);
        if (strlen(word) == text.length && strncasecmp(word, text.text, text.length) == 0) {
            *answer = answers[i];
            return true;
        }
    }
    return false;
}

/* What the rating page exports for a picture that did not load. */
static bool is_broken(rs_span text)
{
    static const char word[] = "broken";
    return text.length == strlen(word) && strncasecmp(word, text.text, text.length) == 0;
}

static rs_status check_name(const char *file, rs_place place, const char *what, rs_span name,
                            rs_error *error)
{
    size_t bad_at = 0;
    if (name.length == 0) {
        return rs_fail(error, RS_FORMAT, file, place, "name the rater and the image of each answer",
                       "the %s is empty", what);
    }
    if (!rs_utf8_is_valid((const uint8_t *)name.text, name.length, &bad_at)) {
        return rs_fail(error, RS_FORMAT, file, place, "save the file as UTF-8",
                       "the %s %s is not valid UTF-8", what, RS_SHOW_SPAN(name));
    }
    return RS_OK;
}

rs_status rs_votes_add_text(rs_votes_builder *builder, const rs_class_names *classes,
                            const rs_vote_text *vote, rs_place place, rs_error *error)
{
    rs_votes *const votes = builder->votes;
    rs_answer answer = RS_ANSWER_NO;
    int32_t class_index = 0;
    uint32_t rater = 0;
    uint32_t pair = 0;
    bool is_new = false;
    const bool broken = is_broken(vote->answer);
    if (!broken && !find_answer(vote->answer, &answer)) {
        return rs_fail(error, RS_FORMAT, builder->file, place, "answers are yes, maybe or no",
                       "%s is no answer", RS_SHOW_SPAN(vote->answer));
    }
    RS_TRY(check_name(builder->file, place, "rater", vote->rater, error));
    RS_TRY(check_name(builder->file, place, "image", vote->image, error));
    RS_TRY(rs_class_names_find(classes, builder->file, place, vote->label, &class_index, error));
    if (broken) {
        ++votes->broken;
        return RS_OK;
    }
    RS_TRY(rs_name_table_add(&votes->raters, vote->rater, &rater, error));
    if (rater >= RS_RATERS_MAX) {
        return rs_fail(error, RS_RANGE, builder->file, place, "is the first column the rater?",
                       "there are more than %" PRIu32 " raters", RS_RATERS_MAX);
    }
    RS_TRY(rs_pairs_add(&votes->pairs, vote->image, class_index, &pair, &is_new, error));
    return rs_votes_add(builder, pair, rater, answer, place.kind == RS_PLACE_LINE ? place.at : 0,
                        error);
}
