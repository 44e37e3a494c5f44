/* candidates_write.c - a line a class, a line an image. */
#include "relabel/candidates_write.h"

#include <inttypes.h>

#include "base/error.h"
#include "base/file_write.h"
#include "base/json.h"
#include "base/text.h"
#include "base/utf8.h"

typedef struct candidate_writer {
    const rs_candidates_head *head;
    const rs_proposals *proposals;
    rs_file_writer *file;
    rs_text line;
    rs_error *error;
} candidate_writer;

/* Frees `root`. */
static rs_status put_line(candidate_writer *writer, rs_json *root)
{
    writer->line.length = 0;
    rs_json_finish(root, &writer->line);
    return rs_file_put_text(writer->file, &writer->line, writer->error);
}

static rs_status put_head(candidate_writer *writer)
{
    const rs_label_view *view = rs_labels_get_view(writer->head->labels);
    rs_json *root = rs_json_object();
    rs_json_add_text(root, "schema", RS_CANDIDATES_SCHEMA);
    rs_json_add_integer(root, "images", view->rows);
    rs_json_add_integer(root, "classes", view->classes);
    rs_json_add_integer(root, "extra", writer->head->extra);
    rs_json *models = rs_json_add_array(root, "models");
    for (uint32_t m = 0; m < writer->proposals->models; ++m) {
        rs_json_add_text(models, NULL, writer->head->models[m]);
    }
    return put_line(writer, root);
}

static rs_status put_classes(candidate_writer *writer)
{
    const rs_labels *labels = writer->head->labels;
    for (uint32_t c = 0; c < rs_labels_get_view(labels)->classes; ++c) {
        const char *id = rs_labels_synset(labels, c);
        const char *name = rs_labels_name(labels, c);
        if (id == NULL && name == NULL) {
            continue;
        }
        rs_json *root = rs_json_object();
        rs_json_add_integer(root, "class", c);
        if (id != NULL) {
            rs_json_add_text(root, "synset", id);
        }
        if (name != NULL) {
            rs_json_add_text(root, "name", name);
        }
        RS_TRY(put_line(writer, root));
    }
    return RS_OK;
}

/* The models of a set, by their numbers; nothing for an empty one. */
static void add_models(rs_json *to, const char *name, uint32_t models)
{
    if (models == 0) {
        return;
    }
    rs_json *list = rs_json_add_array(to, name);
    for (; models != 0; models &= models - 1) {
        rs_json_add_integer(list, NULL, (uint64_t)__builtin_ctz(models));
    }
}

static rs_status add_image(candidate_writer *writer, uint32_t row, rs_json *root)
{
    char made[RS_IMAGE_NAME_BYTES];
    size_t bad_at = 0;
    const int32_t original = writer->proposals->labels->original[row];
    const rs_span name = rs_image_rows_name(writer->head->images, row, made);
    if (!rs_utf8_is_valid((const uint8_t *)name.text, name.length, &bad_at)) {
        return rs_fail(writer->error, RS_FORMAT, writer->head->images->path, rs_at_row(row),
                       "save the list as UTF-8", "the image %s is not valid UTF-8",
                       RS_SHOW_SPAN(name));
    }
    writer->line.length = 0;
    rs_text_append(&writer->line, name.text, name.length);
    rs_json_add_text(root, "image", writer->line.data);
    if (original < 0) {
        rs_json_add_null(root, "original");
    } else {
        rs_json_add_integer(root, "original", (uint64_t)original);
    }
    return RS_OK;
}

/* Proposals from *at on, as far as they are for this row. */
static rs_status put_image(candidate_writer *writer, uint32_t row, uint64_t *at)
{
    const rs_proposals *proposals = writer->proposals;
    rs_json *root = rs_json_object();
    const rs_status status = add_image(writer, row, root);
    if (status != RS_OK) {
        rs_json_free(root);
        return status;
    }
    rs_json *list = rs_json_add_array(root, "candidates");
    for (; *at < proposals->count && rs_place_image(proposals->list[*at].place) == row; ++*at) {
        const rs_proposal *proposal = &proposals->list[*at];
        rs_json *candidate = rs_json_add_object(list, NULL);
        rs_json_add_integer(candidate, "class", (uint64_t)rs_place_class(proposal->place));
        add_models(candidate, "first", proposal->first);
        add_models(candidate, "logits", proposal->logits);
        add_models(candidate, "probs", proposal->probs);
    }
    return put_line(writer, root);
}

static rs_status put_all(candidate_writer *writer)
{
    uint64_t at = 0;
    RS_TRY(put_head(writer));
    RS_TRY(put_classes(writer));
    for (uint32_t row = 0; row < writer->proposals->labels->rows; ++row) {
        RS_TRY(put_image(writer, row, &at));
    }
    return RS_OK;
}

rs_status rs_candidates_write(const rs_candidates_head *head, const rs_proposals *proposals,
                              rs_file_writer *file, rs_error *error)
{
    candidate_writer writer = {
        .head = head, .proposals = proposals, .file = file, .error = error};
    const rs_status status = put_all(&writer);
    rs_text_clear(&writer.line);
    return status;
}
