/* cmd_help.c - reassess help */
#include <string.h>

#include "base/error.h"
#include "cli/command.h"
#include "cli/help.h"

static rs_status render(const char *topic, rs_text *out, rs_error *error)
{
    if (topic == NULL) {
        return rs_help_overview(out, error);
    }
    if (strcmp(topic, "man") == 0) {
        return rs_help_man(out, error);
    }
    if (strcmp(topic, "completion") == 0) {
        return rs_help_completion(out, error);
    }
    const rs_command *command = rs_command_find(topic);
    if (command == NULL) {
        return rs_fail(error, RS_USAGE, NULL, rs_nowhere(), "see reassess --help",
                       "%s is not a command", topic);
    }
    return rs_help_command(command, out, error);
}

rs_status rs_command_help(const rs_context *context, rs_error *error)
{
    const rs_argument_list *topics = &context->arguments->positional;
    if (topics->count > 1) {
        return rs_fail(error, RS_USAGE, NULL, rs_nowhere(), NULL, "help takes one topic");
    }
    rs_text text = {0};
    rs_status status = render(topics->count == 1 ? topics->value[0] : NULL, &text, error);
    if (status == RS_OK) {
        status = rs_print(&text, error);
    }
    rs_text_clear(&text);
    return status;
}
