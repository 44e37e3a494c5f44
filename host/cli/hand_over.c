/* hand_over.c - see hand_over.h. */
#include "cli/hand_over.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/text.h"

rs_status rs_drop_folders(const char *variable, bool (*kept)(const char *folder, size_t length),
                          rs_error *error)
{
    const char *at = getenv(variable);
    rs_text text = {0};
    rs_status status = RS_OK;
    if (at == NULL) {
        return RS_OK;
    }
    while (*at != '\0') {
        const size_t length = strcspn(at, ":");
        if (kept(at, length)) {
            rs_text_add(&text, text.length > 0 ? ":" : "");
            rs_text_append(&text, at, length);
        }
        at += at[length] == ':' ? length + 1 : length;
    }
    rs_text_add(&text, "");
    RS_TRY_DONE(rs_text_check(&text, error));
    if (setenv(variable, text.data, 1) != 0) {
        rs_text_lose(&text, text.length, "the environment");
        status = rs_text_check(&text, error);
    }
done:
    rs_text_clear(&text);
    return status;
}
