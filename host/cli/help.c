/* help.c - help for a terminal of 80 columns. */
#include "cli/help.h"

#include <stdio.h>
#include <string.h>

#include "reassess/version.h"

enum { WIDTH = 80, HELP_COLUMN = 30 };

const char *rs_help_examples(const rs_command *command)
{
    const char *examples = command->text;
    for (const char *gap = examples; (gap = strstr(gap, "\n\n")) != NULL; gap += 2) {
        examples = gap + 2;
    }
    return examples;
}

/* Words up to `end` in lines of WIDTH, each after the first indented; the first starts at `column`.
 * Blank lines are kept. */
static void add_wrapped(rs_text *out, const char *text, const char *end, size_t indent,
                        size_t column)
{
    const char *at = text;
    while (at < end) {
        if (*at == '\n') {
            rs_text_printf(out, "\n\n%*s", (int)indent, "");
            column = indent;
            at += 2;
            continue;
        }
        const size_t word = strcspn(at, " \n");
        if (column > indent && column + 1 + word > WIDTH) {
            rs_text_printf(out, "\n%*s", (int)indent, "");
            column = indent;
        } else if (column > indent) {
            rs_text_add(out, " ");
            column += 1;
        }
        rs_text_append(out, at, word);
        column += word;
        at += word;
        at += *at == ' ' || (*at == '\n' && at[1] != '\n');
    }
    rs_text_add(out, "\n");
}

static void add_option(const rs_option *option, rs_text *out)
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
        rs_text_printf(out, "%s\n%*s", left, HELP_COLUMN, "");
    } else {
        rs_text_printf(out, "%-*s", HELP_COLUMN, left);
    }
    char choices[RS_CHOICES_BYTES];
    const bool chosen = rs_choices_text(option, '|', choices)[0] != '\0';
    char help[640];
    (void)snprintf(help, sizeof help, "%s%s%s%s", option->help, chosen ? " [" : "", choices,
                   chosen ? "]" : "");
    add_wrapped(out, help, help + strlen(help), HELP_COLUMN, HELP_COLUMN);
}

static void add_group(unsigned command, int group, rs_text *out)
{
    bool headed = false;
    for (int id = 0; id < RS_OPTIONS; ++id) {
        const rs_option *option = &rs_options[id];
        if ((int)option->group != group || (option->commands & command) == 0) {
            continue;
        }
        if (!headed) {
            rs_text_printf(out, "\n%s:\n", rs_option_groups[group]);
            headed = true;
        }
        add_option(option, out);
    }
}

static void add_examples(const rs_command *command, rs_text *out)
{
    rs_text_printf(out, "\nExamples:\n");
    for (const char *line = rs_help_examples(command); *line != '\0';) {
        const size_t length = strcspn(line, "\n");
        rs_text_printf(out, "  %s%.*s\n", *line == '#' ? "" : "  ", (int)length, line);
        line += length + (line[length] == '\n');
    }
}

void rs_help_command(const rs_command *command, rs_text *out)
{
    rs_text_printf(out, "Usage: reassess %s %s\n\n", command->name, command->arguments);
    add_wrapped(out, command->text, rs_help_examples(command) - 2, 0, 0);
    for (int group = 0; group < RS_GROUPS; ++group) {
        add_group(command->bit, group, out);
    }
    add_examples(command, out);
}

void rs_help_overview(rs_text *out)
{
    rs_text_printf(out,
                   "Usage: reassess COMMAND [options] ...\n\n"
                   "reassess %s scores image classifiers against the reassessed (ReaL) "
                   "labels of\nImageNet: \"Are we done with ImageNet?\", Beyer et al., "
                   "2020, arXiv:2006.07159.\n\nCommands:\n",
                   RS_VERSION);
    for (size_t i = 0; i < RS_COMMANDS; ++i) {
        rs_text_printf(out, "  %-10s %s\n", rs_commands[i].name, rs_commands[i].summary);
    }
    rs_text_printf(out, "\nreassess help COMMAND shows the options of a command and examples.\n"
                        "Exit status: 0 good; 1 bad data, I/O, memory or device failure, or a "
                        "strict check\nfailed; 2 usage; 75 stopped early by a signal, run again "
                        "to resume.\n");
}
