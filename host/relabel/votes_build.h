/* votes_build.h - from answers in any order to rs_votes; for the readers of votes. */
#ifndef RS_VOTES_BUILD_H
#define RS_VOTES_BUILD_H

#include <stdbool.h>
#include <stddef.h>

#include "formats/byte_stream.h"
#include "relabel/class_names.h"
#include "relabel/votes.h"

typedef struct rs_loose_vote {
    uint32_t pair;
    uint32_t code;
    uint32_t line; /* where it stands, or 0 */
} rs_loose_vote;

/* Zero-initialise. Pairs and raters are added by the reader itself. */
typedef struct rs_votes_builder {
    rs_votes *votes;
    const char *file; /* for messages */
    rs_loose_vote *list;
    uint64_t count;
    uint64_t capacity;
} rs_votes_builder;

rs_status rs_votes_add(rs_votes_builder *builder, uint32_t pair, uint32_t rater, rs_answer answer,
                       uint64_t line, rs_error *error);

/* Sorts the answers by pair, refuses second answers, and frees the list. */
rs_status rs_votes_finish(rs_votes_builder *builder, rs_error *error);

void rs_votes_builder_clear(rs_votes_builder *builder);

/* ---- the readers ---- */

rs_status rs_votes_read_npz(const char *path, const rs_class_names *classes, rs_votes *votes,
                            rs_error *error);

/* CSV, JSON lines or a JSON array from a stream that stays the caller's; `file` names it. On
 * failure *votes is empty. */
rs_status rs_votes_read_text(rs_byte_stream *stream, const char *file,
                             const rs_class_names *classes, rs_votes *votes, rs_error *error);

/* One answer of a text form. */
typedef struct rs_vote_text {
    rs_span rater;
    rs_span image;
    rs_span label;
    rs_span answer;
} rs_vote_text;

rs_status rs_votes_add_text(rs_votes_builder *builder, const rs_class_names *classes,
                            const rs_vote_text *vote, rs_place place, rs_error *error);

/* One line of JSON, or a whole array. */
rs_status rs_votes_add_json_line(rs_votes_builder *builder, const rs_class_names *classes,
                                 rs_span line, uint64_t number, rs_error *error);
rs_status rs_votes_add_json_array(rs_votes_builder *builder, const rs_class_names *classes,
                                  rs_span text, rs_error *error);

#endif
