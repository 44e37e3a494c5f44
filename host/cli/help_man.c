/* help_man.c - the manual page reassess(1) from the option table. */
#include <string.h>

#include "cli/help.h"
#include "reassess/version.h"

/* Text as one line, with what roff would take for its own escaped: backslashes, minus signs, a
 * leading dot. */
static void add_roff(rs_text *out, const char *text, size_t length)
{
    for (size_t i = 0; i < length; ++i) {
        const char c = text[i];
        if (c == '\\') {
            rs_text_add(out, "\\e");
        } else if (c == '-') {
            rs_text_add(out, "\\-");
        } else if ((c == '.' || c == '\'') && i == 0) {
            rs_text_printf(out, "\\&%c", c);
        } else {
            rs_text_append(out, c == '\n' ? " " : &c, 1);
        }
    }
}

static void add_line(rs_text *out, const char *text)
{
    add_roff(out, text, strlen(text));
    rs_text_add(out, "\n");
}

static void add_paragraphs(rs_text *out, const char *text, const char *end)
{
    for (const char *at = text; at < end;) {
        const size_t length = (size_t)(strstr(at, "\n\n") - at);
        rs_text_printf(out, ".PP\n");
        add_roff(out, at, length);
        rs_text_add(out, "\n");
        at += length + 2;
    }
}

static void add_option(const rs_option *option, unsigned command, rs_text *out)
{
    char help[RS_OPTION_HELP_BYTES];
    rs_text_printf(out, ".TP\n.B ");
    if (option->letter != 0) {
        rs_text_printf(out, "\\-%c, ", option->letter);
    }
    rs_text_printf(out, "\\-\\-");
    add_roff(out, option->name, strlen(option->name));
    if (option->argument != NULL) {
        rs_text_printf(out, " \\fI");
        add_roff(out, option->argument, strlen(option->argument));
        rs_text_printf(out, "\\fR");
    }
    rs_text_add(out, "\n");
    add_line(out, rs_option_help(option, command, help));
    if (option->choices != NULL) {
        char choices[RS_CHOICES_BYTES];
        (void)rs_choices_text(option, '|', choices);
        rs_text_printf(out, "One of ");
        add_roff(out, choices, strlen(choices));
        rs_text_printf(out, ".\n");
    }
}

static void add_examples(const rs_command *command, rs_text *out)
{
    rs_text_printf(out, ".PP\n.nf\n");
    for (const char *line = rs_help_examples(command); *line != '\0';) {
        const size_t length = strcspn(line, "\n");
        add_roff(out, line, length);
        rs_text_add(out, "\n");
        line += length + (line[length] == '\n');
    }
    rs_text_printf(out, ".fi\n");
}

static void add_command(const rs_command *command, rs_text *out)
{
    rs_text_printf(out, ".SS reassess %s ", command->name);
    add_line(out, command->arguments);
    add_paragraphs(out, rs_command_text(command), rs_help_examples(command));
    for (int group = 0; group < RS_GROUPS; ++group) {
        for (int id = 0; id < RS_OPTIONS; ++id) {
            const rs_option *option = &rs_options[id];
            if ((int)option->group == group && (option->commands & command->bit) != 0 &&
                group != RS_GROUP_GENERAL) {
                add_option(option, (unsigned)command->bit, out);
            }
        }
    }
    add_examples(command, out);
}

const rs_variable rs_variables[] = {
    {"REASSESS_LABELS", "the label folder (default: reassess/labels in the user's cache folder)"},
    {"REASSESS_WORDNET", "WordNet's data.noun, or the folder it is in"},
    {"REASSESS_OPENBLAS", "the OpenBLAS library that multiplies matrices of heads"},
    {"REASSESS_PYTHON",
     "the Python that run becomes (default: the python3 beside the program, else that of PATH)"},
    {"PATH", "where run looks for python3, labels --fetch for bash and its tools, in folders "
             "named from the root alone"},
    {"PYTHONPATH", "where the Python of run looks for its modules; empty folders are left out"},
    {"REASSESS_CUDA_PLUGIN", "the module of the CUDA engine, where it is not beside the program"},
    {"REASSESS_CUBLAS", "the cuBLAS library that multiplies matrices of heads on devices"},
    {"REASSESS_PAGE_LOCKING",
     "what may be sent to a device from where it lies: arrays (the default), files or never"},
    {"XDG_CACHE_HOME", "the user's cache folder, an absolute path (default: .cache in HOME)"},
    {"HOME", "the user's folder"},
    {"NO_COLOR", "when it holds anything: neither bold nor colour on a terminal"},
    {"TERM", "the kind of the terminal; dumb has neither bold nor colour"},
    {"SLURM_ARRAY_TASK_ID", "set by SLURM in an array: which task this is"},
    {"SLURM_ARRAY_TASK_MIN", "likewise: the least number of a task"},
    {"SLURM_ARRAY_TASK_MAX", "likewise: the largest"},
    {"SLURM_ARRAY_TASK_STEP", "likewise: the step between numbers"},
    {"SLURM_ARRAY_TASK_COUNT", "likewise: how many tasks there are"},
    {"REASSESS", "the program that the scripts for SLURM run (default: reassess)"},
    {"REASSESS_MAX_RESTARTS", "after how many restarts a task of an array gives up (default: 100)"},
    {"SLURM_JOB_ID", "set by SLURM: the job that array.sh puts back into the queue"},
    {"SLURM_ARRAY_JOB_ID", "likewise: the array that it is a task of"},
    {"SLURM_RESTART_COUNT", "likewise: how often it was put back"},
    {NULL, NULL},
};

void rs_help_man(rs_text *out)
{
    rs_text_printf(out,
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
                   RS_VERSION);
    for (size_t i = 0; i < RS_COMMANDS; ++i) {
        add_command(&rs_commands[i], out);
    }
    rs_text_printf(
        out,
        ".SH EXIT STATUS\n"
        ".TP\n0\ngood\n"
        ".TP\n1\nbad data, I/O, memory or device failure, or a strict check failed\n"
        ".TP\n2\nusage\n"
        ".TP\n75\nstopped early by a signal; run again to resume\n"
        ".SH ENVIRONMENT\n");
    for (const rs_variable *variable = rs_variables; variable->name != NULL; ++variable) {
        rs_text_printf(out, ".TP\n.B %s\n%s\n", variable->name, variable->help);
    }
    rs_text_printf(
        out,
        ".SH FILES\n"
        "real.json, original.txt, synsets.txt and names.txt in the label folder.\n");
}
