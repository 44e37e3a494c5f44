/* content_key.h - what a result was made from, and whether it would be made anew from the same.
 *
 * The key is a JSON object that a sweep keeps in the note of a model's tally:
 *
 *     {"schema": of the record, "tool": version, "labels": hash,
 *      "files": [{"bytes", "modified"}...], "scores": {"bytes", "modified"} or null,
 *      "head": {"weight": {"bytes", "modified"}, "bias": likewise or null}, only of a head
 *      "settings": {option: text, ...}}
 *
 * Files are known by size and time of modification, not by path: a moved folder is the same
 * folder. Where the record has a hash of the bytes of `files`, that may decide instead of the time.
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
    bool only_times; /* the only difference are times of modification */
    char why[160];   /* "the input is 10 bytes, was 20" */
} rs_key_difference;

/* The first thing in which `now` differs from `then`, a key that was read from a file. */
void rs_content_key_compare(const rs_json *now, const rs_json *then, rs_key_difference *difference);

/* The same for two parts of a model, which may have been made from copies of one input at other
 * times: all but their rows and times of modification. */
void rs_content_key_compare_parts(const rs_json *one, const rs_json *other,
                                  rs_key_difference *difference);

#endif
