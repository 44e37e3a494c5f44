/* candidates.h - the file between `propose` and `tasks`: which classes each image may show.
 *
 * JSON lines. The first says what follows, then comes a line a class where ids or names are known,
 * then a line an image, in the order of the labels:
 *
 *     {"schema": "reassess.candidates/1", "images": 50000, "classes": 1000, "models": ["a", "b"]}
 *     {"class": 65, "synset": "n01751748", "name": "sea snake"}
 *     {"image": "a.jpg", "original": 65, "candidates": [{"class": 65, "first": [0, 1]}, ...]}
 *
 * `first` are the models, by their numbers in `models`, whose first prediction a class is; further
 * members (who else proposes it, and why) are not looked at. `original` is null where there is no
 * label.
 */
#ifndef RS_CANDIDATES_H
#define RS_CANDIDATES_H

#include <stdbool.h>
#include <stdint.h>

#include "formats/byte_stream.h"
#include "reassess/status.h"
#include "relabel/name_table.h"

#define RS_CANDIDATES_SCHEMA "reassess.candidates/1"

/* A set of models is the bits of an uint32_t, and one is left for "none". */
enum { RS_PROPOSE_MODELS_MAX = 30 };

/* Image i may show classes class_index[begin[i] .. begin[i + 1]). Free with
 * rs_candidates_clear. */
typedef struct rs_candidates {
    char *path;
    uint32_t classes;
    uint32_t models;
    char **id;   /* [classes] synset ids; NULL where not known */
    char **name; /* [classes] likewise */
    rs_name_table images;
    int32_t *original; /* [images.count] RS_CLASS_UNKNOWN where there is none */
    uint64_t *begin;   /* [images.count + 1] */
    int32_t *class_index;
    uint32_t *first; /* whose first prediction it is: bit m stands for model m */
    uint64_t image_capacity;
    uint64_t candidate_capacity;
} rs_candidates;

/* PATH may be "-". On failure *candidates is empty. */
rs_status rs_candidates_read(const char *path, rs_candidates *candidates, rs_error *error);

/* The same from a stream that stays the caller's; `file` names it. */
rs_status rs_candidates_read_stream(rs_byte_stream *stream, const char *file,
                                    rs_candidates *candidates, rs_error *error);

/* True when every model answers the original label first: then nobody need be asked. */
bool rs_candidates_agree(const rs_candidates *candidates, uint32_t image);

void rs_candidates_clear(rs_candidates *candidates);

#endif
