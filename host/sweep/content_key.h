/* content_key.h - what a result was made from, and whether it would be made anew from the same.
 *
 * The key is a JSON object that a sweep keeps in the note of a model's tally:
 *
 *     {"schema": of the record, "tool": version, "labels": hash,
 *      "files": [FILE...], "scores": FILE or null,
 *      "head": {"weight": FILE, "bias": FILE or null}, only of a head
 *      "settings": {option: text, ...}}
 *
 * A FILE is {"bytes", "modified", "path"}: its size, its time of modification in nanoseconds, and
 * where it is, without links. Only all three together say that it is the file that was scored: tar,
 * cp -p and package managers give different files the same time. Where the record has a hash of the
 * bytes of `files`, that may decide instead of time and path.
 */
#ifndef RS_CONTENT_KEY_H
#define RS_CONTENT_KEY_H

#include "base/json.h"
#include "evaluate/model.h"

/* The setting that only an ensemble has: the space of its average. */
#define RS_SETTING_ENSEMBLE "--ensemble"

/* An option that counts for the result, and its value as text. */
typedef struct rs_key_setting {
    const char *name;
    const char *value;
} rs_key_setting;

/* *key is NULL on failure; free it with rs_json_free. RS_IO when a file is not there, RS_USAGE when
 * one is no regular file: its content could not be known again. */
rs_status rs_content_key_make(const rs_model *model, uint64_t labels_hash,
                              const rs_key_setting *settings, size_t setting_count, rs_json **key,
                              rs_error *error);

typedef struct rs_key_difference {
    bool differs;
    bool only_times; /* nothing differs but times of modification and paths */
    char why[160];   /* "the input is 10 bytes, was 20" */
} rs_key_difference;

/* The first thing in which `now` differs from `then`, a key that was read from a file. */
void rs_content_key_compare(const rs_json *now, const rs_json *then, rs_key_difference *difference);

/* The same for two parts of a model: all but their rows. `hashed`: the bytes of their inputs were
 * found to be equal, so that these may be copies at other times and places. */
void rs_content_key_compare_parts(const rs_json *one, const rs_json *other, bool hashed,
                                  rs_key_difference *difference);

#endif
