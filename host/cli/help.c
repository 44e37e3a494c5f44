/* help.c - help for a terminal of 80 columns. */
#include "cli/help.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "reassess/version.h"

enum { WIDTH = 80, HELP_COLUMN = 30 };

const char *rs_help_examples(const rs_command *command)
{
    const char *examples = rs_command_text(command);
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

static void add_option(const rs_option *option, unsigned command, rs_text *out)
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
    char said[RS_OPTION_HELP_BYTES];
    char help[sizeof said + sizeof choices + 4];
    (void)snprintf(help, sizeof help, "%s%s%s%s", rs_option_help(option, command, said),
                   chosen ? " [" : "", choices, chosen ? "]" : "");
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
        add_option(option, command, out);
    }
}

/* An example is its line "# ..." and what follows to the next. */
static void add_examples(const rs_command *command, size_t most, rs_text *out)
{
    size_t begun = 0;
    rs_text_printf(out, "\nExamples:\n");
    for (const char *line = rs_help_examples(command); *line != '\0';) {
        const size_t length = strcspn(line, "\n");
        begun += *line == '#';
        if (begun > most) {
            return;
        }
        rs_text_printf(out, "  %s%.*s\n", *line == '#' ? "" : "  ", (int)length, line);
        line += length + (line[length] == '\n');
    }
}

void rs_help_command(const rs_command *command, rs_text *out)
{
    rs_text_printf(out, "Usage: reassess %s %s\n\n", command->name, command->arguments);
    add_wrapped(out, rs_command_text(command), rs_help_examples(command) - 2, 0, 0);
    for (int group = 0; group < RS_GROUPS; ++group) {
        add_group(command->bit, group, out);
    }
    add_examples(command, SIZE_MAX, out);
}

/* ---- in short ---- */

enum { SHORT_OPTIONS = 8, SHORT_EXAMPLES = 3 };

/* What matters most of the commands that have many options. */
static const struct short_list {
    unsigned command;
    rs_option_id option[SHORT_OPTIONS];
} short_lists[] = {
    {RS_CMD_EVAL,
     {RS_OPT_ORDER, RS_OPT_CLASS_MAP, RS_OPT_PRED_SCORES, RS_OPT_REAL, RS_OPT_LABELS,
      RS_OPT_CALIBRATION, RS_OPT_JSON, RS_OPT_PER_CLASS}},
    {RS_CMD_SWEEP,
     {RS_OPT_OUT_DIR, RS_OPT_LIST, RS_OPT_ORDER, RS_OPT_CLASS_MAP, RS_OPT_REAL, RS_OPT_LABELS,
      RS_OPT_SHARD, RS_OPT_SLURM}},
    {RS_CMD_COMPARE,
     {RS_OPT_ORDER, RS_OPT_NAME, RS_OPT_PRED_SCORES, RS_OPT_REAL, RS_OPT_LABELS, RS_OPT_FACTORIAL,
      RS_OPT_OUT, RS_OPT_JSON}},
    {RS_CMD_MISTAKES,
     {RS_OPT_ORDER, RS_OPT_RATER_SCORES, RS_OPT_ANSWERS, RS_OPT_SAMPLE, RS_OPT_SHOW,
      RS_OPT_WRONG_BY, RS_OPT_HTML, RS_OPT_OUT}},
    {RS_CMD_PROPOSE,
     {RS_OPT_EXTRA, RS_OPT_GOLDEN, RS_OPT_MIN_RECALL, RS_OPT_ORDER, RS_OPT_LABELS, RS_OPT_SYNSETS,
      RS_OPT_ASK, RS_OPT_OUT}},
    {RS_CMD_TASKS,
     {RS_OPT_HTML, RS_OPT_IMAGES, RS_OPT_EXAMPLES, RS_OPT_RATERS, RS_OPT_PER_IMAGE, RS_OPT_GOLDEN,
      RS_OPT_PER_TASK, RS_OPT_OUT}},
    {RS_CMD_AGGREGATE,
     {RS_OPT_VOTES, RS_OPT_METHOD, RS_OPT_GOLDEN, RS_OPT_GOLDEN_VOTES, RS_OPT_LABELS,
      RS_OPT_THRESHOLD, RS_OPT_SCORES_OUT, RS_OPT_OUT}},
    {RS_CMD_CLEAN,
     {RS_OPT_LABELS, RS_OPT_FOLDS, RS_OPT_FILES, RS_OPT_MARGIN, RS_OPT_DROPPED, RS_OPT_PER_CLASS,
      RS_OPT_ORDER, RS_OPT_OUT}},
    {RS_CMD_RUN,
     {RS_OPT_DATA, RS_OPT_OUT_DIR, RS_OPT_LIST, RS_OPT_BATCH, RS_OPT_TOGETHER, RS_OPT_DTYPE,
      RS_OPT_DEVICE, RS_OPT_SHARD}},
    {RS_CMD_TREND,
     {RS_OPT_UNIT, RS_OPT_GROUP, RS_OPT_REAL, RS_OPT_LABELS, RS_OPT_BOOTSTRAP, RS_OPT_SEED,
      RS_OPT_OUT, RS_OPT_JSON}},
    {RS_CMD_REPORT,
     {RS_OPT_REAL, RS_OPT_LABELS, RS_OPT_SUBSET, RS_OPT_META, RS_OPT_RATER_SCORES, RS_OPT_ANSWERS,
      RS_OPT_TITLE, RS_OPT_OUT}},
    {RS_CMD_LABELS,
     {RS_OPT_FETCH, RS_OPT_REAL, RS_OPT_LABELS, RS_OPT_SYNSETS, RS_OPT_RATER_SCORES,
      RS_OPT_ORACLE_CUT, RS_OPT_PER_CLASS, RS_OPT_JSON}},
    {RS_CMD_CURVE,
     {RS_OPT_GOLDEN, RS_OPT_GOLDEN_VOTES, RS_OPT_VOTES, RS_OPT_LABELS, RS_OPT_THRESHOLD, RS_OPT_SVG,
      RS_OPT_OUT, RS_OPT_JSON}},
    {RS_CMD_FIT,
     {RS_OPT_FEATURES, RS_OPT_LABELS, RS_OPT_REAL, RS_OPT_LOSS, RS_OPT_KEEP, RS_OPT_GRID,
      RS_OPT_EPOCHS, RS_OPT_OUT}},
    {RS_CMD_SYNTH,
     {RS_OPT_SHAPE, RS_OPT_SEED, RS_OPT_ACCURACY, RS_OPT_LABELS, RS_OPT_REAL,
      RS_OPT_FROM_PREDICTIONS, RS_OPT_DTYPE, RS_OPT_OUT}},
};

static const rs_option_id *find_short(const rs_command *command)
{
    for (size_t i = 0; i < sizeof short_lists / sizeof short_lists[0]; ++i) {
        if (short_lists[i].command == (unsigned)command->bit) {
            return short_lists[i].option;
        }
    }
    return NULL;
}

void rs_help_short(const rs_command *command, rs_text *out)
{
    const rs_option_id *const option = find_short(command);
    if (option == NULL) { /* it has no more than that */
        rs_help_command(command, out);
        return;
    }
    rs_text_printf(out, "Usage: reassess %s %s\n\nWhat matters most:\n", command->name,
                   command->arguments);
    for (size_t i = 0; i < SHORT_OPTIONS; ++i) {
        add_option(&rs_options[option[i]], (unsigned)command->bit, out);
    }
    add_examples(command, SHORT_EXAMPLES, out);
    rs_text_printf(out, "\nAll options: reassess help %s\n", command->name);
}

/* ---- all commands ---- */

/* What begins a group of commands, in their order. */
static const struct command_group {
    unsigned first;
    const char *title;
} command_groups[] = {{RS_CMD_EVAL, "Score models"},
                      {RS_CMD_MERGE, "Compare and show"},
                      {RS_CMD_LABELS, "Labels and raters"},
                      {RS_CMD_CLEAN, "Training"},
                      {RS_CMD_SYNTH, "Other"}};

static void add_group_title(const rs_command *command, rs_text *out)
{
    for (size_t i = 0; i < sizeof command_groups / sizeof command_groups[0]; ++i) {
        if (command_groups[i].first == (unsigned)command->bit) {
            rs_text_printf(out, "\n%s:\n", command_groups[i].title);
        }
    }
}

void rs_help_overview(rs_text *out)
{
    rs_text_printf(out,
                   "Usage: reassess COMMAND [options] ...\n\n"
                   "reassess %s scores image classifiers against the reassessed (ReaL) "
                   "labels of\nImageNet: \"Are we done with ImageNet?\", Beyer et al., "
                   "2020, arXiv:2006.07159.\n\n"
                   "    reassess eval model.npy\n"
                   "    reassess sweep --out results logits/ && "
                   "reassess report results -o page.html\n",
                   RS_VERSION);
    for (size_t i = 0; i < RS_COMMANDS; ++i) {
        add_group_title(&rs_commands[i], out);
        rs_text_printf(out, "  %-10s %s\n", rs_commands[i].name, rs_commands[i].summary);
    }
    rs_text_printf(out, "\nreassess help COMMAND shows the options of a command and examples, "
                        "COMMAND -h\nthose that matter most.\n"
                        "Exit status: 0 good; 1 bad data, I/O, memory or device failure, or a "
                        "strict check\nfailed; 2 usage; 75 stopped early by a signal, run again "
                        "to resume.\n");
}
