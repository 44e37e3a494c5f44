/* options.c - the table of options, and the words of those that take one of a few. */
#include "cli/options.h"

#include <string.h>

#include "analyse/trend_csv.h"
#include "base/float_type.h"
#include "fit/fit.h"
#include "formats/write.h"
#include "reassess/ensemble.h"
#include "reassess/evaluator.h"
#include "reassess/logits.h"
#include "reassess/metrics.h"
#include "relabel/aggregate.h"
#include "relabel/mistakes.h"
#include "report/table_show.h"
#include "synth/synth_logits.h"

/* ---- choices: each stands at its enumerator's place, so that rs_choice is that enumerator ---- */

#define WORDS(name, ...) static const char *const name[] = {__VA_ARGS__, NULL}

WORDS(backends, [RS_BACKEND_AUTO] = "auto", [RS_BACKEND_CPU] = "cpu", [RS_BACKEND_CUDA] = "cuda");
WORDS(isas, [RS_ISA_AUTO] = "auto", [RS_ISA_PORTABLE] = "portable", [RS_ISA_AVX2] = "avx2",
      [RS_ISA_AVX512] = "avx512", [RS_ISA_NEON] = "neon");
WORDS(ios, [RS_IO_AUTO] = "auto", [RS_IO_MMAP] = "mmap", [RS_IO_PREAD] = "pread");
WORDS(values, [RS_VALUES_LOGITS] = "logits", [RS_VALUES_PROBS] = "probs",
      [RS_VALUES_SIGMOID] = "sigmoid");
WORDS(spaces, [RS_SPACE_LOGIT] = "logit", [RS_SPACE_PROB] = "prob");
WORDS(oracle_rows, [RS_ORACLE_ROWS_IN_SET] = "in-set", [RS_ORACLE_ROWS_NONEMPTY] = "nonempty");
static const char *const write_formats[] = {
#define RS_WRITE_FORMAT(ID, name, header) name,
#include "formats/formats.def"
    NULL,
};
WORDS(table_formats, [RS_TABLE_PLAIN] = "table", [RS_TABLE_MARKDOWN] = "md", [RS_TABLE_CSV] = "csv",
      [RS_TABLE_LATEX] = "latex");
WORDS(synth_targets, [RS_SYNTH_BY_ORIGINAL] = "original", [RS_SYNTH_BY_REAL] = "real");
WORDS(aggregate_methods, [RS_AGGREGATE_GOLDEN] = "golden", [RS_AGGREGATE_EM] = "em",
      [RS_AGGREGATE_MAJORITY] = "majority");
WORDS(unjudged, [RS_UNJUDGED_ABSENT] = "absent", [RS_UNJUDGED_SKIP] = "skip");
WORDS(hierarchies, [RS_HIERARCHY_WORDNET] = "wordnet", [RS_HIERARCHY_NONE] = "none");
WORDS(trend_units, [RS_TREND_UNIT_AUTO] = "auto", [RS_TREND_UNIT_PERCENT] = "percent",
      [RS_TREND_UNIT_FRACTION] = "fraction");
WORDS(wrong_bys, [RS_WRONG_BY_REAL] = "real", [RS_WRONG_BY_ORIGINAL] = "original",
      [RS_WRONG_BY_BOTH] = "both", [RS_WRONG_BY_EITHER] = "either");
WORDS(losses, [RS_LOSS_SOFTMAX] = "softmax", [RS_LOSS_SIGMOID] = "sigmoid");
WORDS(schedules, [RS_SCHEDULE_COSINE] = "cosine", [RS_SCHEDULE_LINEAR] = "linear",
      [RS_SCHEDULE_CONSTANT] = "constant");
WORDS(inits, [RS_INIT_PRIOR] = "prior", [RS_INIT_ZERO] = "zero", [RS_INIT_UNIFORM] = "uniform");
#define DTYPE_WORD(ID, name, bits, infinity, normal) #name,
WORDS(dtypes, RS_FLOATS_16(DTYPE_WORD) RS_FLOATS_32(DTYPE_WORD) RS_FLOATS_64(DTYPE_WORD) "i32",
      "i64"); /* not in order: rs_dtype_parse */

/* ---- options ---- */

#define TAKES_NOTHING       RS_PATH_NONE, NULL
#define TAKES_ANY           RS_PATH_NONE, NULL
#define TAKES_READS         RS_PATH_READS, NULL
#define TAKES_WRITES        RS_PATH_WRITES, NULL
#define TAKES_FOLDER        RS_PATH_FOLDER, NULL
#define TAKES_ONE_OF(words) RS_PATH_NONE, words

const rs_option rs_options[] = {
#define RS_OPTION(ID, name, letter, kind, argument, takes, commands, group, help) \
    {name,           letter,   RS_OPTION_##kind, argument,                        \
     TAKES_##takes, commands, RS_GROUP_##group, help},
#include "cli/options.def"
#undef RS_OPTION
};

const char *const rs_option_groups[] = {
#define GROUP_HEADING(id, heading) heading,
    RS_GROUP_MAP(GROUP_HEADING)
#undef GROUP_HEADING
};

const char *rs_choices_text(const rs_option *option, char between, char out[RS_CHOICES_BYTES])
{
    size_t used = 0;
    for (size_t i = 0; option->choices != NULL && option->choices[i] != NULL; ++i) {
        const size_t length = strlen(option->choices[i]);
        if (used + length + 2 > RS_CHOICES_BYTES) {
            break; /* a test holds that all fit */
        }
        if (i > 0) {
            out[used++] = between;
        }
        memcpy(out + used, option->choices[i], length);
        used += length;
    }
    out[used] = '\0';
    return out;
}

/* ---- help ---- */

/* Whether the command is one of "A,B,C", which end at `end`. */
static bool is_among(const char *names, const char *end, unsigned command)
{
    while (names < end) {
        const size_t length = strcspn(names, ",>");
        for (size_t i = 0; i < RS_COMMANDS; ++i) {
            if ((unsigned)rs_commands[i].bit == command && strlen(rs_commands[i].name) == length &&
                strncmp(rs_commands[i].name, names, length) == 0) {
                return true;
            }
        }
        names += length + 1;
    }
    return false;
}

/* Where what the part says to a reader of this command begins; NULL: it says nothing. */
static const char *part_text(const char *part, const char *end, unsigned command)
{
    const bool others = *part == '!';
    const char *const names = part + others;
    const char *const mark = names + strspn(names, "abcdefghijklmnopqrstuvwxyz,");
    if (mark == names || end - mark < 2 || strncmp(mark, "> ", 2) != 0) {
        return part;
    }
    return is_among(names, mark, command) == others ? NULL : mark + 2;
}

const char *rs_option_help(const rs_option *option, unsigned command,
                           char out[RS_OPTION_HELP_BYTES])
{
    size_t used = 0;
    for (const char *part = option->help; *part != '\0';) {
        const char *const end = part + strcspn(part, "\n");
        const char *const text = part_text(part, end, command);
        if (text != NULL && text < end && used + (size_t)(end - text) + 2 <= RS_OPTION_HELP_BYTES) {
            if (used > 0 && strchr(".,;:)", *text) == NULL) {
                out[used++] = ' ';
            }
            memcpy(out + used, text, (size_t)(end - text));
            used += (size_t)(end - text);
        }
        part = end + (*end == '\n');
    }
    out[used] = '\0';
    return out;
}
