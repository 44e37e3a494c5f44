/* candidates.c - reads candidates, a line at a time. */
#include "relabel/candidates.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/checked.h"
#include "base/error.h"
#include "base/json.h"
#include "formats/convert_advice.h"
#include "labels/label_text.h"
#include "reassess/labels.h"
#include "reassess/logits.h"
#include "relabel/line_reader.h"

enum { FIRST_ENTRIES = 1024 };

static const char *const form_advice = "give the file that reassess propose -o writes";

typedef struct candidate_reader {
    const char *file;
    uint64_t line;
    uint64_t images; /* as the first line states */
    rs_candidates *candidates;
    uint32_t *seen; /* [classes] the last image, from 1, of which a class was a candidate */
    rs_error *error;
} candidate_reader;

static rs_status fail(const candidate_reader *reader, const char *what)
{
    return rs_fail(reader->error, RS_FORMAT, reader->file, rs_at_line(reader->line), form_advice,
                   "%s", what);
}

static rs_candidates no_candidates(void)
{
    rs_candidates none = {0};
    none.images.images = true;
    return none;
}

/* A whole number below `limit`. */
static bool take_below(const rs_json *value, uint64_t limit, uint64_t *out)
{
    int64_t number = 0;
    if (!rs_json_integer(value, &number) || number < 0 || (uint64_t)number >= limit) {
        return false;
    }
    *out = (uint64_t)number;
    return true;
}

/* ---- the first line ---- */

static rs_status take_head(candidate_reader *reader, const rs_json *line)
{
    rs_candidates *const candidates = reader->candidates;
    const char *schema = rs_json_text(rs_json_get(line, "schema"));
    uint64_t classes = 0;
    if (schema == NULL || strcmp(schema, RS_CANDIDATES_SCHEMA) != 0) {
        return fail(reader, "the first line does not say \"schema\": \"" RS_CANDIDATES_SCHEMA "\"");
    }
    if (!take_below(rs_json_get(line, "classes"), RS_CLASSES_MAX + 1, &classes) || classes == 0 ||
        !take_below(rs_json_get(line, "images"), RS_MAX_ROWS + 1, &reader->images)) {
        return fail(reader, "\"images\" or \"classes\" is missing or no number within the limits");
    }
    const rs_json *models = rs_json_get(line, "models");
    if (!rs_json_is_array(models) || rs_json_size(models) == 0 ||
        rs_json_size(models) > RS_PROPOSE_MODELS_MAX) {
        return fail(reader, "\"models\" is no list of 1 to 30 names");
    }
    candidates->classes = (uint32_t)classes;
    candidates->models = (uint32_t)rs_json_size(models);
    RS_TRY(RS_NEW(&candidates->id, classes, "classes", reader->error));
    RS_TRY(RS_NEW(&candidates->name, classes, "classes", reader->error));
    RS_TRY(RS_NEW(&reader->seen, classes, "classes", reader->error));
    return RS_OK;
}

/* ---- a class ---- */

static rs_status take_class(const candidate_reader *reader, const rs_json *line)
{
    const rs_candidates *candidates = reader->candidates;
    uint64_t c = 0;
    if (!take_below(rs_json_get(line, "class"), candidates->classes, &c)) {
        return fail(reader, "\"class\" is no class");
    }
    if (candidates->images.count > 0 || candidates->id[c] != NULL || candidates->name[c] != NULL) {
        return fail(reader, "a class is described twice, or behind an image");
    }
    const char *id = rs_json_text(rs_json_get(line, "synset"));
    const char *name = rs_json_text(rs_json_get(line, "name"));
    RS_TRY(rs_copy_text(&candidates->id[c], id, reader->error));
    return rs_copy_text(&candidates->name[c], name, reader->error);
}

/* ---- an image ---- */

static rs_status grow_images(rs_candidates *candidates, rs_error *error)
{
    if (candidates->images.count + UINT64_C(2) <= candidates->image_capacity) {
        return RS_OK;
    }
    const uint64_t capacity =
        candidates->image_capacity == 0 ? FIRST_ENTRIES : 2 * candidates->image_capacity;
    RS_TRY(RS_GROW(&candidates->original, capacity, "images", error));
    RS_TRY(RS_GROW(&candidates->begin, capacity, "images", error));
    candidates->begin[0] = 0;
    candidates->image_capacity = capacity;
    return RS_OK;
}

static rs_status grow_candidates(rs_candidates *candidates, uint64_t needed, rs_error *error)
{
    if (needed <= candidates->candidate_capacity) {
        return RS_OK;
    }
    const uint64_t doubled = 2 * candidates->candidate_capacity + FIRST_ENTRIES;
    const uint64_t capacity = doubled > needed ? doubled : needed;
    RS_TRY(RS_GROW(&candidates->class_index, capacity, "candidates", error));
    RS_TRY(RS_GROW(&candidates->first, capacity, "candidates", error));
    candidates->candidate_capacity = capacity;
    return RS_OK;
}

static rs_status take_models(const candidate_reader *reader, const rs_json *list, uint32_t *models)
{
    *models = 0;
    if (list != NULL && !rs_json_is_array(list)) {
        return fail(reader, "\"first\" is no list of models");
    }
    for (const rs_json *item = rs_json_first(list); item != NULL; item = rs_json_next(item)) {
        uint64_t model = 0;
        if (!take_below(item, reader->candidates->models, &model)) {
            return fail(reader, "\"first\" names a model that there is not");
        }
        *models |= UINT32_C(1) << model;
    }
    return RS_OK;
}

static rs_status take_candidates(const candidate_reader *reader, const rs_json *list,
                                 uint64_t begin)
{
    rs_candidates *const candidates = reader->candidates;
    uint64_t at = begin;
    RS_TRY(grow_candidates(candidates, begin + rs_json_size(list), reader->error));
    for (const rs_json *item = rs_json_first(list); item != NULL; item = rs_json_next(item)) {
        uint64_t c = 0;
        if (!take_below(rs_json_get(item, "class"), candidates->classes, &c)) {
            return fail(reader, "a candidate's \"class\" is no class");
        }
        if (reader->seen[c] == candidates->images.count) {
            return fail(reader, "a class is a candidate twice");
        }
        reader->seen[c] = candidates->images.count;
        candidates->class_index[at] = (int32_t)c;
        RS_TRY(take_models(reader, rs_json_get(item, "first"), &candidates->first[at]));
        ++at;
    }
    candidates->begin[candidates->images.count] = at;
    return RS_OK;
}

static rs_status take_image(const candidate_reader *reader, const rs_json *line)
{
    rs_candidates *const candidates = reader->candidates;
    const char *image = rs_json_text(rs_json_get(line, "image"));
    const rs_json *original = rs_json_get(line, "original");
    const rs_json *list = rs_json_get(line, "candidates");
    uint64_t c = 0;
    uint32_t number = 0;
    if (image == NULL || *image == '\0' || !rs_json_is_array(list)) {
        return fail(reader, "this is neither an image with \"candidates\" nor a class");
    }
    const bool known = !rs_json_is_null(original);
    if (known && !take_below(original, candidates->classes, &c)) {
        return fail(reader, "\"original\" is neither a class nor null");
    }
    if (candidates->images.count == reader->images) {
        return fail(reader, "there are more images than the first line states");
    }
    RS_TRY(grow_images(candidates, reader->error));
    const uint32_t before = candidates->images.count;
    RS_TRY(rs_name_table_add(&candidates->images, (rs_span){image, strlen(image)}, &number,
                             reader->error));
    if (candidates->images.count == before) {
        return fail(reader, "an image comes twice");
    }
    candidates->original[before] = known ? (int32_t)c : RS_CLASS_UNKNOWN;
    return take_candidates(reader, list, candidates->begin[before]);
}

/* ---- the file ---- */

static rs_status take_line(candidate_reader *reader, const char *text, size_t length)
{
    rs_json *line = NULL;
    rs_status status = rs_json_parse(reader->file, text, length, &line, reader->error);
    if (status != RS_OK) {
        if (reader->error != NULL) {
            reader->error->place = rs_at_line(reader->line); /* which byte of it counts less */
        }
        return status;
    }
    if (reader->candidates->models == 0) {
        status = take_head(reader, line);
    } else if (rs_json_get(line, "class") != NULL) {
        status = take_class(reader, line);
    } else {
        status = take_image(reader, line);
    }
    rs_json_free(line);
    return status;
}

static rs_status take_lines(candidate_reader *reader, rs_line_reader *lines)
{
    for (;;) {
        char *line = NULL;
        size_t length = 0;
        bool more = false;
        RS_TRY(rs_line_reader_next(lines, &line, &length, &more, reader->error));
        if (!more) {
            break;
        }
        reader->line = lines->number;
        if (length > 0) {
            RS_TRY(take_line(reader, line, length));
        }
    }
    const uint32_t found = reader->candidates->images.count;
    if (reader->candidates->models == 0 || found == 0) {
        return rs_fail(reader->error, RS_FORMAT, reader->file, rs_nowhere(), form_advice,
                       "there are no candidates in it");
    }
    if (found != reader->images) {
        return rs_fail(reader->error, RS_FORMAT, reader->file, rs_nowhere(), "the file is cut off",
                       "%" PRIu32 " images, but the first line states %" PRIu64, found,
                       reader->images);
    }
    return RS_OK;
}

rs_status rs_candidates_read_stream(rs_byte_stream *stream, const char *file,
                                    rs_candidates *candidates, rs_error *error)
{
    *candidates = no_candidates();
    candidate_reader reader = {.file = file, .candidates = candidates, .error = error};
    rs_line_reader lines = {.stream = stream, .file = file};
    rs_status status = RS_OK;
    RS_TRY_DONE(rs_copy_text(&candidates->path, file, error));
    RS_TRY_DONE(take_lines(&reader, &lines));
done:
    rs_line_reader_clear(&lines);
    free(reader.seen);
    if (status != RS_OK) {
        rs_candidates_clear(candidates);
    }
    return status;
}

rs_status rs_candidates_read(const char *path, rs_candidates *candidates, rs_error *error)
{
    rs_input input;
    rs_byte_stream *stream = NULL;
    *candidates = no_candidates();
    RS_TRY(rs_input_open(path, &input, error));
    rs_status status = RS_OK;
    RS_TRY_DONE(rs_refuse_mistaken_input(&input, error));
    RS_TRY_DONE(rs_input_stream_open(&input, &stream, error));
    status = rs_candidates_read_stream(stream, rs_shown_path(path), candidates, error);
    stream->close(stream);
done:
    rs_input_close(&input);
    return status;
}

bool rs_candidates_agree(const rs_candidates *candidates, uint32_t image)
{
    const uint32_t all = (UINT32_C(1) << candidates->models) - 1;
    const int32_t original = candidates->original[image];
    for (uint64_t i = candidates->begin[image]; i < candidates->begin[image + 1]; ++i) {
        if (candidates->class_index[i] == original) {
            return candidates->first[i] == all;
        }
    }
    return false;
}

static void free_texts(char **texts, uint32_t count)
{
    for (uint32_t c = 0; texts != NULL && c < count; ++c) {
        free(texts[c]);
    }
    free(texts);
}

void rs_candidates_clear(rs_candidates *candidates)
{
    free_texts(candidates->id, candidates->classes);
    free_texts(candidates->name, candidates->classes);
    rs_name_table_clear(&candidates->images);
    free(candidates->path);
    free(candidates->original);
    free(candidates->begin);
    free(candidates->class_index);
    free(candidates->first);
    *candidates = no_candidates();
}
