/* help.c - help for a terminal of 80 columns. */
#include "cli/help.h"

#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "reassess/version.h"

enum { WIDTH = 80, HELP_COLUMN = 30 };

/* Words of `text` in lines of WIDTH, each after the first indented; the first starts at `column`. A
 * line break in the text is kept. */
static rs_status add_wrapped(rs_text *out, const char *text, size_t indent, size_t column,
                             rs_error *error)
{
    const char *at = text;
    while (*at != '\0') {
        if (*at == '\n') {
            RS_TRY(rs_text_printf(out, error, "\n%*s", (int)indent, ""));
            column = indent;
            ++at;
            continue;
        }
        const size_t word = strcspn(at, " \n");
        if (column > indent && column + 1 + word > WIDTH) {
            RS_TRY(rs_text_printf(out, error, "\n%*s", (int)indent, ""));
            column = indent;
        } else if (column > indent) {
            RS_TRY(rs_text_append(out, " ", 1, error));
            column += 1;
        }
        RS_TRY(rs_text_append(out, at, word, error));
        column += word;
        at += word;
        at += *at == ' ';
    }
    return rs_text_append(out, "\n", 1, error);
}

static rs_status add_option(const rs_option *option, rs_text *out, rs_error *error)
{
    char left[96];
    char letter[8] = "";
    if (option->letter != 0) {
        (void)snprintf(letter, sizeof letter, "-%c, ", option->letter);
    }
    const int length =
        snprintf(left, sizeof left, "  %s--%s%s%s", letter, option->name,
                 option->argument != NULL ? " " : "", option->argument ? option->argument : "");
    if (length + 2 > HELP_COLUMN) {
        RS_TRY(rs_text_printf(out, error, "%s\n%*s", left, HELP_COLUMN, ""));
    } else {
        RS_TRY(rs_text_printf(out, error, "%-*s", HELP_COLUMN, left));
    }
    char choices[RS_CHOICES_BYTES];
    const bool chosen = rs_choices_text(option, '|', choices)[0] != '\0';
    char help[640];
    (void)snprintf(help, sizeof help, "%s%s%s%s", option->help, chosen ? " [" : "", choices,
                   chosen ? "]" : "");
    return add_wrapped(out, help, HELP_COLUMN, HELP_COLUMN, error);
}

static rs_status add_group(unsigned command, int group, rs_text *out, rs_error *error)
{
    bool headed = false;
    for (int id = 0; id < RS_OPTIONS; ++id) {
        const rs_option *option = &rs_options[id];
        if ((int)option->group != group || (option->commands & command) == 0) {
            continue;
        }
        if (!headed) {
            RS_TRY(rs_text_printf(out, error, "\n%s:\n", rs_option_groups[group]));
            headed = true;
        }
        RS_TRY(add_option(option, out, error));
    }
    return RS_OK;
}

static rs_status add_examples(const rs_command *command, rs_text *out, rs_error *error)
{
    RS_TRY(rs_text_printf(out, error, "\nExamples:\n"));
    for (const char *line = command->examples; *line != '\0';) {
        const size_t length = strcspn(line, "\n");
        RS_TRY(rs_text_printf(out, error, "  %s%.*s\n", *line == '#' ? "" : "  ", (int)length,
                              line));
        line += length + (line[length] == '\n');
    }
    return RS_OK;
}

rs_status rs_help_command(const rs_command *command, rs_text *out, rs_error *error)
{
    RS_TRY(rs_text_printf(out, error, "Usage: reassess %s %s\n\n", command->name,
                          command->arguments));
    RS_TRY(add_wrapped(out, command->text, 0, 0, error));
    for (int group = 0; group < RS_GROUPS; ++group) {
        RS_TRY(add_group(command->bit, group, out, error));
    }
    return add_examples(command, out, error);
}

rs_status rs_help_overview(rs_text *out, rs_error *error)
{
    RS_TRY(rs_text_printf(out, error,
                          "Usage: reassess COMMAND [options] ...\n\n"
                          "reassess %s scores image classifiers against the reassessed (ReaL) "
                          "labels of\nImageNet: \"Are we done with ImageNet?\", Beyer et al., "
                          "2020, arXiv:2006.07159.\n\nCommands:\n",
                          RS_VERSION));
    for (size_t i = 0; i < RS_COMMANDS; ++i) {
        RS_TRY(rs_text_printf(out, error, "  %-10s %s\n", rs_commands[i].name,
                              rs_commands[i].summary));
    }
    return rs_text_printf(out, error,
                          "\nreassess help COMMAND shows the options of a command and examples.\n"
                          "Exit status: 0 good; 1 bad data, I/O, memory or device failure, or a "
                          "strict check\nfailed; 2 usage; 75 stopped early by a signal, run again "
                          "to resume.\n");
}
