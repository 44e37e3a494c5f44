/* warned.c - see warned.h. */
#include "report/warned.h"

#include <stdlib.h>
#include <string.h>

#include "base/checked.h"
#include "base/error.h"
#include "report/wording.h"

enum { NAMED_MODELS = 3 };

/* "top-1 accuracy of 2.05 %" -> "top-# accuracy of # %" */
static rs_status make_kind(const char *text, char **kind, rs_error *error)
{
    rs_text out = {0};
    while (*text != '\0') {
        const size_t number = strspn(text, "0123456789");
        const size_t plain = strcspn(text, "0123456789");
        rs_text_append(&out, number > 0 ? "#" : text, number > 0 ? 1 : plain);
        text += number > 0 ? number : plain;
        if (number > 0 && text[0] == '.' && strspn(text + 1, "0123456789") > 0) {
            text += 1 + strspn(text + 1, "0123456789");
        }
    }
    return rs_text_take(&out, kind, error);
}

/* The kind of a text, which is a new one where there was none. */
static rs_status find_kind(rs_warned *warned, const char *text, rs_warned_kind **found,
                           rs_error *error)
{
    char *kind = NULL;
    RS_TRY(make_kind(text, &kind, error));
    for (size_t i = 0; i < warned->count; ++i) {
        if (strcmp(warned->kind[i].kind, kind) == 0) {
            free(kind);
            *found = &warned->kind[i];
            (*found)->differs = (*found)->differs || strcmp((*found)->text, text) != 0;
            return RS_OK;
        }
    }
    const rs_status status = RS_GROW(&warned->kind, warned->count + 1, "warnings", error);
    if (status != RS_OK) {
        free(kind);
        return status;
    }
    *found = &warned->kind[warned->count++];
    **found = (rs_warned_kind){.kind = kind};
    return rs_copy_text(&(*found)->text, text, error);
}

static rs_status add_model(rs_warned_kind *kind, const char *model, rs_error *error)
{
    if (kind->count > 0 && strcmp(kind->model[kind->count - 1], model) == 0) {
        return RS_OK; /* two members of one ensemble */
    }
    RS_TRY(RS_GROW(&kind->model, kind->count + 1, "names of models", error));
    RS_TRY(rs_copy_text(&kind->model[kind->count], model, error));
    kind->count += 1;
    return RS_OK;
}

rs_status rs_warned_add(rs_warned *warned, const rs_record *record, rs_error *error)
{
    for (size_t i = 0; i < record->warnings.count; ++i) {
        rs_warned_kind *kind = NULL;
        RS_TRY(find_kind(warned, record->warnings.item[i].text, &kind, error));
        RS_TRY(add_model(kind, record->model, error));
    }
    return RS_OK;
}

void rs_warned_clear(rs_warned *warned)
{
    for (size_t i = 0; i < warned->count; ++i) {
        rs_warned_kind *const kind = &warned->kind[i];
        for (size_t m = 0; m < kind->count; ++m) {
            free(kind->model[m]);
        }
        free(kind->model);
        free(kind->kind);
        free(kind->text);
    }
    free(warned->kind);
    *warned = (rs_warned){0};
}

void rs_warned_models(const rs_warned_kind *kind, rs_text *out)
{
    const size_t named = kind->count <= NAMED_MODELS + 1 ? kind->count : NAMED_MODELS;
    for (size_t m = 0; m < named; ++m) {
        rs_text_printf(out, "%s%s", m > 0 ? ", " : "", kind->model[m]);
    }
    if (named < kind->count) {
        rs_text_printf(out, " and %s more", RS_COUNT_TEXT(kind->count - named));
    }
}

void rs_warned_text(const rs_warned_kind *kind, rs_text *out)
{
    rs_text_add(out, kind->text);
    if (kind->differs) {
        rs_text_printf(out, " (so of %s; the others have other numbers)", kind->model[0]);
    }
}

void rs_warned_json(const rs_warned *warned, rs_json *root)
{
    rs_json *const warnings = rs_json_add_array(root, "warnings");
    for (size_t i = 0; warned != NULL && i < warned->count; ++i) {
        const rs_warned_kind *const kind = &warned->kind[i];
        rs_json *const to = rs_json_add_object(warnings, NULL);
        rs_json_add_text(to, "text", kind->text);
        rs_json *const models = rs_json_add_array(to, "models");
        for (size_t m = 0; m < kind->count; ++m) {
            rs_json_add_text(models, NULL, kind->model[m]);
        }
    }
}
