/* options.h - every option of every command, from one table: options.def.
 *
 * The parser, --help, the man page and the bash completion all read this table: an option that is
 * not here does not exist, and one that is here is documented everywhere.
 */
#ifndef RS_OPTIONS_H
#define RS_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cli/commands.h"

/* Which commands take an option, beside those of commands.h. */
enum {
    RS_CMD_RELABEL = RS_CMD_AGGREGATE | RS_CMD_CURVE,
    /* take models' files */
    RS_CMD_SCORES = RS_CMD_EVAL | RS_CMD_MISTAKES | RS_CMD_CLEAN | RS_CMD_COMPARE,
    RS_CMD_ASKING = RS_CMD_TASKS | RS_CMD_MISTAKES | RS_CMD_PROPOSE, /* write rating tasks */
    RS_CMD_MODEL_FILES = RS_CMD_SCORES | RS_CMD_PROPOSE | RS_CMD_SWEEP,
    RS_CMD_READS = RS_CMD_MODEL_FILES | RS_CMD_LIST,
    RS_CMD_AVERAGES = RS_CMD_EVAL | RS_CMD_LIST, /* take ensembles and heads */
    RS_CMD_EVALS = RS_CMD_EVAL | RS_CMD_SWEEP,
    RS_CMD_ALL = RS_CMD_LIST - 1,
    RS_CMD_COMPARED = RS_CMD_COMPARE | RS_CMD_TREND,
    RS_CMD_LABEL_FILES = RS_CMD_EVALS | RS_CMD_RUN | RS_CMD_LABELS | RS_CMD_SYNTH |
                         RS_CMD_MISTAKES | RS_CMD_COMPARED | RS_CMD_REPORT,
    RS_CMD_SUBSETS = RS_CMD_EVALS | RS_CMD_RUN | RS_CMD_COMPARE | RS_CMD_REPORT | RS_CMD_LABELS,
    RS_CMD_ORACLE = RS_CMD_EVALS | RS_CMD_LABELS | RS_CMD_REPORT,
    RS_CMD_TABLES = RS_CMD_SCORES | RS_CMD_RELABEL | RS_CMD_COMPARED | RS_CMD_LABELS |
                    RS_CMD_MERGE | RS_CMD_PROPOSE | RS_CMD_TASKS | RS_CMD_FIT, /* print them */
    RS_CMD_ORIGINAL_FILES = RS_CMD_LABEL_FILES | RS_CMD_RELABEL | RS_CMD_CLEAN | RS_CMD_PROPOSE |
                            RS_CMD_FIT
};

/* id, heading; in the order in which help shows them */
#define RS_GROUP_MAP(X)        \
    X(INPUT, "Input")          \
    X(LABELS, "Labels")        \
    X(METRICS, "Metrics")      \
    X(OUTPUT, "Output")        \
    X(ENGINE, "Engine")        \
    X(MATERIAL, "Material")    \
    X(RATERS, "Raters")        \
    X(CLEANING, "Cleaning")    \
    X(TRAINING, "Training")    \
    X(RANDOM, "Random numbers") \
    X(CANDIDATES, "Candidates") \
    X(GENERAL, "General")

typedef enum rs_option_group {
#define RS_GROUP_ENUM(id, heading) RS_GROUP_##id,
    RS_GROUP_MAP(RS_GROUP_ENUM)
#undef RS_GROUP_ENUM
    RS_GROUPS
} rs_option_group;

typedef enum rs_option_kind {
    RS_OPTION_FLAG = 0, /* takes no argument */
    RS_OPTION_ONCE,     /* takes an argument; the last one counts */
    RS_OPTION_MANY      /* takes an argument and may be repeated */
} rs_option_kind;

/* What the argument is the path of. No output is an input, or another output: output_check.h. */
typedef enum rs_option_path {
    RS_PATH_NONE = 0,
    RS_PATH_READS,
    RS_PATH_WRITES,
    RS_PATH_FOLDER /* is written into */
} rs_option_path;

typedef enum rs_option_id {
#define RS_OPTION(ID, ...) RS_OPT_##ID,
#include "cli/options.def"
#undef RS_OPTION
    RS_OPTIONS
} rs_option_id;

typedef struct rs_option {
    const char *name;
    char letter;
    rs_option_kind kind;
    const char *argument;
    rs_option_path path;
    const char *const *choices; /* nothing else is taken; NULL ends them. NULL: anything is */
    unsigned commands;
    rs_option_group group;
    const char *help; /* in parts, as options.def says: rs_option_help */
} rs_option;

/* What --seed and --bootstrap take at most: numbers that JSON holds exactly. */
#define RS_SEED_MAX ((UINT64_C(1) << 53) - 1)
#define RS_REPLICATES_MAX 10000000

extern const rs_option rs_options[];         /* [RS_OPTIONS] */
extern const char *const rs_option_groups[]; /* [RS_GROUPS] */

/* What --unjudged and --hierarchy take; the other choices are enums of the floors they are for. */
typedef enum rs_unjudged { RS_UNJUDGED_ABSENT = 0, RS_UNJUDGED_SKIP } rs_unjudged;
typedef enum rs_hierarchy { RS_HIERARCHY_WORDNET = 0, RS_HIERARCHY_NONE } rs_hierarchy;

enum { RS_CHOICES_BYTES = 120 };

/* The words that the option takes, `between` each two: "auto|cpu|cuda". "" where it has no choices.
 * Returns `out`. */
const char *rs_choices_text(const rs_option *option, char between, char out[RS_CHOICES_BYTES]);

enum { RS_OPTION_HELP_BYTES = 640 };

/* What the option's help says of the command whose bit is given. Returns `out`. */
const char *rs_option_help(const rs_option *option, unsigned command,
                           char out[RS_OPTION_HELP_BYTES]);

#endif
