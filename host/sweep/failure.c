/* failure.c - errors of models as small JSON files. */
#include "sweep/failure.h"

#include <string.h>

#include "base/checked.h"
#include "base/error.h"
#include "base/file_read.h"
#include "base/file_write.h"
#include "base/json.h"
#include "reassess/version.h"

enum { LIMIT_BYTES = 1 << 20 };

rs_status rs_failure_write(const char *path, const char *model, const char *input,
                           const rs_error *failed, rs_error *error)
{
    char line[3 * RS_ERROR_TEXT_BYTES + RS_ERROR_FILE_BYTES];
    rs_text text = {0};
    RS_TRY(rs_file_need_regular(path, error));
    rs_json *root = rs_json_object();
    rs_json_add_text(root, "schema", RS_FAILURE_SCHEMA);
    rs_json_add_text(rs_json_add_object(root, "tool"), "version", RS_VERSION);
    rs_json_add_text(root, "model", model);
    rs_json_add_text(rs_json_add_object(root, "input"), "path", input);
    rs_json *what = rs_json_add_object(root, "error");
    rs_json_add_text(what, "status", rs_status_name(failed->status));
    rs_json_add_text(what, "file", failed->file[0] == '\0' ? NULL : failed->file);
    rs_json_add_text(what, "reason", failed->reason);
    rs_json_add_text(what, "advice", failed->advice[0] == '\0' ? NULL : failed->advice);
    rs_json_add_text(what, "text", rs_error_text(failed, line, sizeof line));
    rs_json_finish(root, &text);
    return rs_file_write_text(path, &text, error);
}

static rs_status take(const char *path, const rs_json *json, char **model, char **reason,
                      rs_error *error)
{
    const char *schema = rs_json_text(rs_json_get(json, "schema"));
    const char *name = rs_json_text(rs_json_get(json, "model"));
    const char *text = rs_json_text(rs_json_get(rs_json_get(json, "error"), "text"));
    if (schema == NULL || strcmp(schema, RS_FAILURE_SCHEMA) != 0 || name == NULL || text == NULL) {
        return rs_fail(error, RS_FORMAT, path, rs_nowhere(),
                       "remove it; a sweep that fails again writes it anew",
                       "this does not say why a model failed (schema " RS_FAILURE_SCHEMA ")");
    }
    RS_TRY(rs_copy_text(model, name, error));
    return rs_copy_text(reason, text, error);
}

rs_status rs_failure_read(const char *path, char **model, char **reason, rs_error *error)
{
    rs_file_bytes bytes = {0};
    rs_json *json = NULL;
    *model = NULL;
    *reason = NULL;
    RS_TRY(rs_file_read_regular(path, LIMIT_BYTES, &bytes, error));
    rs_status status = RS_OK;
    RS_TRY_DONE(rs_json_parse(path, (const char *)bytes.data, bytes.size, &json, error));
    RS_TRY_DONE(take(path, json, model, reason, error));
done:
    rs_json_free(json);
    rs_file_bytes_free(&bytes);
    return status;
}
