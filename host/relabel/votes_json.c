/* votes_json.c - votes as JSON: {"rater": "r1", "image": "a.jpg", "label": 65, "answer": "yes"}.
 *
 * Raters and labels may be numbers or texts; further members are not looked at, so that a rating
 * page can note more than the answer.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/json.h"
#include "relabel/votes_build.h"

enum { NUMBER_BYTES = 24 };

static const char *const form_advice =
    "an answer is {\"rater\": ..., \"image\": ..., \"label\": ..., \"answer\": \"yes\"}";

static rs_status fail_member(const char *file, rs_place place, const char *name,
                             const char *what, rs_error *error)
{
    return rs_fail(error, RS_FORMAT, file, place, form_advice, "the \"%s\" %s", name, what);
}

typedef struct json_vote {
    const rs_json *object;
    const char *file;
    rs_place place;
} json_vote;

/* A text, or an integer written into `digits`. */
static rs_status take_member(const json_vote *vote, const char *name, bool number_too,
                             char digits[NUMBER_BYTES], rs_span *out, rs_error *error)
{
    const rs_json *value = rs_json_get(vote->object, name);
    int64_t number = 0;
    if (value == NULL) {
        return fail_member(vote->file, vote->place, name, "is missing", error);
    }
    const char *text = rs_json_text(value);
    if (text == NULL && number_too && rs_json_integer(value, &number)) {
        (void)snprintf(digits, NUMBER_BYTES, "%" PRId64, number);
        text = digits;
    }
    if (text == NULL) {
        return fail_member(vote->file, vote->place, name,
                           number_too ? "is neither a text nor a whole number" : "is no text",
                           error);
    }
    *out = (rs_span){text, strlen(text)};
    return RS_OK;
}

static rs_status add_object(rs_votes_builder *builder, const rs_class_names *classes,
                            const json_vote *vote, rs_error *error)
{
    char rater[NUMBER_BYTES];
    char label[NUMBER_BYTES];
    rs_vote_text text;
    if (!rs_json_is_object(vote->object)) {
        return rs_fail(error, RS_FORMAT, vote->file, vote->place, form_advice,
                       "this is no JSON object");
    }
    RS_TRY(take_member(vote, "rater", true, rater, &text.rater, error));
    RS_TRY(take_member(vote, "image", false, NULL, &text.image, error));
    RS_TRY(take_member(vote, "label", true, label, &text.label, error));
    RS_TRY(take_member(vote, "answer", false, NULL, &text.answer, error));
    return rs_votes_add_text(builder, classes, &text, vote->place, error);
}

rs_status rs_votes_add_json_line(rs_votes_builder *builder, const rs_class_names *classes,
                                 rs_span line, uint64_t number, rs_error *error)
{
    rs_json *object = NULL;
    rs_status status = rs_json_parse(builder->file, line.text, line.length, &object, error);
    if (status != RS_OK) {
        if (error != NULL) {
            error->place = rs_at_line(number); /* which byte of the line counts less */
        }
        return status;
    }
    const json_vote vote = {object, builder->file, rs_at_line(number)};
    status = add_object(builder, classes, &vote, error);
    rs_json_free(object);
    return status;
}

rs_status rs_votes_add_json_array(rs_votes_builder *builder, const rs_class_names *classes,
                                  rs_span text, rs_error *error)
{
    rs_json *array = NULL;
    uint64_t number = 0;
    RS_TRY(rs_json_parse(builder->file, text.text, text.length, &array, error));
    rs_status status = RS_OK;
    for (const rs_json *item = rs_json_first(array); item != NULL && status == RS_OK;
         item = rs_json_next(item)) {
        const json_vote vote = {item, builder->file, rs_at_row(number)};
        status = add_object(builder, classes, &vote, error);
        ++number;
    }
    rs_json_free(array);
    return status;
}
