/* help_man.c - the manual page reassess(1) from the option table. */
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "cli/help.h"
#include "reassess/version.h"

/* Text with what roff would take for its own escaped: backslashes, minus signs, leading dots. */
static rs_status add_roff(rs_text *out, const char *text, size_t length, rs_error *error)
{
    for (size_t i = 0; i < length; ++i) {
        const char c = text[i];
        if (c == '\\') {
            RS_TRY(rs_text_append(out, "\\e", 2, error));
        } else if (c == '-') {
            RS_TRY(rs_text_append(out, "\\-", 2, error));
        } else if ((c == '.' || c == '\'') && (i == 0 || text[i - 1] == '\n')) {
            RS_TRY(rs_text_printf(out, error, "\\&%c", c));
        } else {
            RS_TRY(rs_text_append(out, &c, 1, error));
        }
    }
    return RS_OK;
}

static rs_status add_line(rs_text *out, const char *text, rs_error *error)
{
    RS_TRY(add_roff(out, text, strlen(text), error));
    return rs_text_append(out, "\n", 1, error);
}

static rs_status add_paragraphs(rs_text *out, const char *text, rs_error *error)
{
    for (const char *at = text; *at != '\0';) {
        const char *end = strstr(at, "\n\n");
        const size_t length = end == NULL ? strlen(at) : (size_t)(end - at);
        RS_TRY(rs_text_printf(out, error, ".PP\n"));
        RS_TRY(add_roff(out, at, length, error));
        RS_TRY(rs_text_append(out, "\n", 1, error));
        at += length;
        at += strspn(at, "\n");
    }
    return RS_OK;
}

static rs_status add_option(const rs_option *option, rs_text *out, rs_error *error)
{
    RS_TRY(rs_text_printf(out, error, ".TP\n.B "));
    if (option->letter != 0) {
        RS_TRY(rs_text_printf(out, error, "\\-%c, ", option->letter));
    }
    RS_TRY(rs_text_printf(out, error, "\\-\\-"));
    RS_TRY(add_roff(out, option->name, strlen(option->name), error));
    if (option->argument != NULL) {
        RS_TRY(rs_text_printf(out, error, " \\fI"));
        RS_TRY(add_roff(out, option->argument, strlen(option->argument), error));
        RS_TRY(rs_text_printf(out, error, "\\fR"));
    }
    RS_TRY(rs_text_append(out, "\n", 1, error));
    RS_TRY(add_line(out, option->help, error));
    if (option->choices != NULL) {
        char choices[RS_CHOICES_BYTES];
        (void)rs_choices_text(option, '|', choices);
        RS_TRY(rs_text_printf(out, error, "One of "));
        RS_TRY(add_roff(out, choices, strlen(choices), error));
        RS_TRY(rs_text_printf(out, error, ".\n"));
    }
    return RS_OK;
}

static rs_status add_examples(const rs_command *command, rs_text *out, rs_error *error)
{
    RS_TRY(rs_text_printf(out, error, ".PP\n.nf\n"));
    for (const char *line = command->examples; *line != '\0';) {
        const size_t length = strcspn(line, "\n");
        RS_TRY(add_roff(out, line, length, error));
        RS_TRY(rs_text_append(out, "\n", 1, error));
        line += length + (line[length] == '\n');
    }
    return rs_text_printf(out, error, ".fi\n");
}

static rs_status add_command(const rs_command *command, rs_text *out, rs_error *error)
{
    RS_TRY(rs_text_printf(out, error, ".SS reassess %s ", command->name));
    RS_TRY(add_line(out, command->arguments, error));
    RS_TRY(add_paragraphs(out, command->text, error));
    for (int group = 0; group < RS_GROUPS; ++group) {
        for (int id = 0; id < RS_OPTIONS; ++id) {
            const rs_option *option = &rs_options[id];
            if ((int)option->group == group && (option->commands & command->bit) != 0 &&
                group != RS_GROUP_GENERAL) {
                RS_TRY(add_option(option, out, error));
            }
        }
    }
    return add_examples(command, out, error);
}

rs_status rs_help_man(rs_text *out, rs_error *error)
{
    RS_TRY(rs_text_printf(out, error,
                          ".TH REASSESS 1 \"\" \"reassess %s\" \"User Commands\"\n"
                          ".SH NAME\n"
                          "reassess \\- score image classifiers against reassessed labels\n"
                          ".SH SYNOPSIS\n"
                          ".B reassess\n.I command\n[\\fIoptions\\fR] ...\n"
                          ".SH DESCRIPTION\n"
                          "Scores image classifiers against the reassessed (ReaL) labels of "
                          "ImageNet:\n\\(lqAre we done with ImageNet?\\(rq, Beyer et al., 2020, "
                          "arXiv:2006.07159.\n"
                          ".SH COMMANDS\n",
                          RS_VERSION));
    for (size_t i = 0; i < RS_COMMANDS; ++i) {
        RS_TRY(add_command(&rs_commands[i], out, error));
    }
    return rs_text_printf(
        out, error,
        ".SH EXIT STATUS\n"
        ".TP\n0\ngood\n"
        ".TP\n1\nbad data, I/O, memory or device failure, or a strict check failed\n"
        ".TP\n2\nusage\n"
        ".TP\n75\nstopped early by a signal; run again to resume\n"
        ".SH ENVIRONMENT\n"
        ".TP\n.B REASSESS_LABELS\nthe label folder (default: reassess/labels in the user's cache "
        "folder)\n"
        ".SH FILES\n"
        "real.json, original.txt, synsets.txt and names.txt in the label folder.\n");
}
