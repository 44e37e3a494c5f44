/* cmd_help.c - reassess help */
#include <string.h>

#include "base/error.h"
#include "cli/command.h"
#include "cli/help.h"
#include "cli/output.h"

/* `more` is the word behind the topic, or NULL. */
static rs_status render(const char *topic, const char *more, rs_text *out, rs_error *error)
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
        const char *const shell = more == NULL ? "bash" : more;
        return rs_help_completion(shell, out)
                   ? RS_OK
                   : rs_usage(error, "%s: completions are for bash, zsh and fish", shell);
    }
    const rs_command *command = rs_command_find(topic);
    RS_REFUSE(command == NULL, error, "see reassess --help", "%s is not a command", topic);
    rs_help_command(command, out);
    return RS_OK;
}

rs_status rs_command_help(const rs_context *context, rs_error *error)
{
    const rs_argument_list *topics = &context->arguments->positional;
    const char *const topic = topics->count > 0 ? topics->value[0] : NULL;
    RS_REFUSE(topics->count > (topic != NULL && strcmp(topic, "completion") == 0 ? 2 : 1), error,
              NULL, "help takes one topic");
    rs_text text = {0};
    RS_TRY(render(topic, topics->count > 1 ? topics->value[1] : NULL, &text, error));
    return rs_print(&text, error);
}
