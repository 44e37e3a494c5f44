/* cmd_help.c - reassess help */
#include <string.h>

#include "base/error.h"
#include "cli/command.h"
#include "cli/help.h"
#include "cli/output.h"

static rs_status render(const char *topic, rs_text *out, rs_error *error)
{
    if (topic == NULL) {
        rs_help_overview(out);
        return RS_OK;
    }
    if (strcmp(topic, "man") == 0) {
        rs_help_man(out);
        return RS_OK;
    }
    if (strcmp(topic, "completion") == 0) {
        rs_help_completion(out);
        return RS_OK;
    }
    const rs_command *command = rs_command_find(topic);
    if (command == NULL) {
        return rs_fail(error, RS_USAGE, NULL, rs_nowhere(), "see reassess --help",
                       "%s is not a command", topic);
    }
    rs_help_command(command, out);
    return RS_OK;
}

rs_status rs_command_help(const rs_context *context, rs_error *error)
{
    const rs_argument_list *topics = &context->arguments->positional;
    if (topics->count > 1) {
        return rs_usage(error, "help takes one topic");
    }
    rs_text text = {0};
    RS_TRY(render(topics->count == 1 ? topics->value[0] : NULL, &text, error));
    return rs_print(&text, error);
}
