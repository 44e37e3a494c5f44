/* arguments.c - getopt_long driven by the option table. */
#include "cli/arguments.h"

#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/checked.h"
#include "base/decimal.h"
#include "base/error.h"
#include "cli/nearest.h"

enum { FIRST_OPTION_CODE = 256 };

/* ---- getopt's own form of the table ---- */

typedef struct getopt_tables {
    struct option longs[RS_OPTIONS + 1];
    char letters[2 * RS_OPTIONS + 3];
} getopt_tables;

static void build_tables(unsigned command, getopt_tables *tables)
{
    size_t filled = 0;
    size_t letters = 0;
    *tables = (getopt_tables){0};
    tables->letters[letters++] = ':'; /* a missing argument is told apart from an unknown option */
    for (int id = 0; id < RS_OPTIONS; ++id) {
        const rs_option *option = &rs_options[id];
        if ((option->commands & command) == 0) {
            continue;
        }
        const bool takes = option->kind != RS_OPTION_FLAG;
        tables->longs[filled++] = (struct option){
            option->name, takes ? required_argument : no_argument, NULL, FIRST_OPTION_CODE + id};
        if (option->letter != 0) {
            tables->letters[letters++] = option->letter;
            if (takes) {
                tables->letters[letters++] = ':';
            }
        }
    }
}

static int option_of_code(unsigned command, int code)
{
    if (code >= FIRST_OPTION_CODE) {
        return code - FIRST_OPTION_CODE;
    }
    for (int id = 0; id < RS_OPTIONS; ++id) {
        if ((rs_options[id].commands & command) != 0 && rs_options[id].letter == code) {
            return id;
        }
    }
    return -1;
}

/* ---- choices ---- */

/* The number of the choice equal to `value`, or -1. */
static int find_choice(const rs_option *option, const char *value)
{
    for (int i = 0; option->choices[i] != NULL; ++i) {
        if (strcmp(option->choices[i], value) == 0) {
            return i;
        }
    }
    return -1;
}

rs_status rs_fail_option(rs_error *error, rs_option_id id, const char *value, const char *wanted)
{
    return rs_usage(error, "--%s %s: expected %s", rs_options[id].name, value, wanted);
}

static rs_status check_choice(int id, const char *value, rs_error *error)
{
    const rs_option *option = &rs_options[id];
    if (option->choices == NULL || find_choice(option, value) >= 0) {
        return RS_OK;
    }
    char choices[RS_CHOICES_BYTES];
    char wanted[RS_CHOICES_BYTES + 8];
    (void)snprintf(wanted, sizeof wanted, "one of %s", rs_choices_text(option, '|', choices));
    return rs_fail_option(error, (rs_option_id)id, value, wanted);
}

/* A variable of a shell that is not set. A title may be none. */
static rs_status check_emptiness(int id, const char *value, rs_error *error)
{
    RS_REFUSE(value != NULL && *value == '\0' && id != RS_OPT_TITLE, error,
              "is the variable set that it comes from?", "the value of --%s is empty",
              rs_options[id].name);
    return RS_OK;
}

/* ---- parsing ---- */

/* What "--ordr" or "--ordr=LIST" could have been; NULL: nothing near. */
static const char *nearest_option(const rs_command *command, const char *typed)
{
    if (strncmp(typed, "--", 2) != 0) {
        return NULL;
    }
    rs_nearest nearest = {.typed = typed + 2, .typed_bytes = strcspn(typed + 2, "=")};
    for (int id = 0; id < RS_OPTIONS; ++id) {
        if ((rs_options[id].commands & command->bit) != 0) {
            rs_nearest_offer(&nearest, rs_options[id].name);
        }
    }
    /* One that is right is refused for something else. */
    return nearest.word != NULL && nearest.distance > 0 ? nearest.word : NULL;
}

static rs_status fail_getopt(const rs_command *command, int code, char **argv, rs_error *error)
{
    char advice[96];
    (void)snprintf(advice, sizeof advice, "see reassess help %s", command->name);
    RS_REFUSE(code == ':', error, advice, "%s needs a value", argv[optind - 1]);
    const char *const nearest = nearest_option(command, argv[optind - 1]);
    if (nearest != NULL) {
        (void)snprintf(advice, sizeof advice, "did you mean --%s? See reassess help %s", nearest,
                       command->name);
    }
    return rs_fail(error, RS_USAGE, NULL, rs_nowhere(), advice,
                   "%s is not an option of reassess %s, or is ambiguous, or takes no value",
                   argv[optind - 1], command->name);
}

/* Calls getopt over the whole line; `sink` is NULL on the first run, which only counts. */
static rs_status scan(const rs_command *command, int argc, char **argv, rs_arguments *arguments,
                      bool store, rs_error *error)
{
    getopt_tables tables;
    build_tables(command->bit, &tables);
    optind = 0; /* glibc: start afresh, also for its permuting of argv */
    opterr = 0;
    for (;;) {
        const int code = getopt_long(argc, argv, tables.letters, tables.longs, NULL);
        if (code == -1) {
            return RS_OK;
        }
        const int id = code == '?' || code == ':' ? -1 : option_of_code(command->bit, code);
        if (id < 0) {
            return fail_getopt(command, code, argv, error);
        }
        const char *value = optarg != NULL ? optarg : "";
        RS_TRY(check_emptiness(id, optarg, error));
        RS_TRY(check_choice(id, value, error));
        rs_argument_list *list = &arguments->option[id];
        if (store) {
            list->value[list->count] = value;
        }
        list->count += 1;
    }
}

rs_status rs_arguments_parse(const rs_command *command, int argc, char **argv,
                             rs_arguments *arguments, rs_error *error)
{
    *arguments = (rs_arguments){.command = command};
    RS_TRY(scan(command, argc, argv, arguments, false, error));
    uint64_t room = (uint64_t)argc + 1;
    for (int id = 0; id < RS_OPTIONS; ++id) { /* one argument may be several letters: -qqq */
        room += arguments->option[id].count;
    }
    RS_TRY(RS_NEW(&arguments->pool, room, "arguments", error));
    const char **next = arguments->pool;
    for (int id = 0; id < RS_OPTIONS; ++id) {
        arguments->option[id].value = next;
        next += arguments->option[id].count;
        arguments->option[id].count = 0;
    }
    RS_TRY(scan(command, argc, argv, arguments, true, error));
    arguments->positional.value = next;
    for (int i = optind; i < argc; ++i) {
        RS_REFUSE(argv[i][0] == '\0', error, "is the variable set that it comes from?",
                  "an argument of reassess %s is empty", command->name);
        arguments->positional.value[arguments->positional.count++] = argv[i];
    }
    return RS_OK;
}

void rs_arguments_clear(rs_arguments *arguments)
{
    free(arguments->pool);
    *arguments = (rs_arguments){0};
}

/* ---- values ---- */

bool rs_given(const rs_arguments *arguments, rs_option_id id)
{
    return arguments->option[id].count > 0;
}

const char *rs_value(const rs_arguments *arguments, rs_option_id id, const char *otherwise)
{
    const rs_argument_list *list = &arguments->option[id];
    return list->count > 0 ? list->value[list->count - 1] : otherwise;
}

rs_status rs_refuse_given(const rs_arguments *arguments, const rs_option_id *ids,
                          const char *advice, const char *reason, rs_error *error)
{
    for (; *ids != RS_OPTIONS; ++ids) {
        RS_REFUSE(rs_given(arguments, *ids), error, advice, "--%s %s", rs_options[*ids].name,
                  reason);
    }
    return RS_OK;
}

unsigned rs_choice(const rs_arguments *arguments, rs_option_id id, unsigned otherwise)
{
    const char *value = rs_value(arguments, id, NULL);
    return value == NULL ? otherwise : (unsigned)find_choice(&rs_options[id], value);
}

rs_status rs_take_u64(const rs_arguments *arguments, rs_option_id id, uint64_t low, uint64_t high,
                      uint64_t *out, rs_error *error)
{
    const char *value = rs_value(arguments, id, NULL);
    if (value == NULL) {
        return RS_OK;
    }
    const char *end = value;
    uint64_t number = 0;
    if (!rs_decimal(&end, &number) || *end != '\0' || number < low || number > high) {
        char wanted[80];
        (void)snprintf(wanted, sizeof wanted, "a whole number from %" PRIu64 " to %" PRIu64, low,
                       high);
        return rs_fail_option(error, id, value, wanted);
    }
    *out = number;
    return RS_OK;
}

rs_status rs_take_fraction(const rs_arguments *arguments, rs_option_id id, double *out,
                           rs_error *error)
{
    return rs_take_number(arguments, id, 1.0, "a fraction from 0 to 1", out, error);
}

rs_status rs_take_number(const rs_arguments *arguments, rs_option_id id, double high,
                         const char *wanted, double *out, rs_error *error)
{
    const char *value = rs_value(arguments, id, NULL);
    if (value == NULL) {
        return RS_OK;
    }
    char *end = NULL;
    const double number = strtod(value, &end);
    if (end == value || *end != '\0' || !(number >= 0.0 && number <= high)) {
        return rs_fail_option(error, id, value, wanted);
    }
    *out = number;
    return RS_OK;
}

rs_status rs_take_weights(const rs_arguments *arguments, size_t count, double **weights,
                          rs_error *error)
{
    const char *const value = rs_value(arguments, RS_OPT_WEIGHTS, NULL);
    double *taken = NULL;
    *weights = NULL;
    if (value == NULL) {
        return RS_OK;
    }
    RS_TRY(RS_NEW(&taken, count, "weights", error));
    const char *at = value;
    for (size_t i = 0; i < count; ++i) {
        char *end = NULL;
        taken[i] = strtod(at, &end);
        const bool last = i + 1 == count;
        if (end == at || !(taken[i] > 0.0 && taken[i] <= 1e9) || *end != (last ? '\0' : ',')) {
            free(taken);
            return rs_fail_option(error, RS_OPT_WEIGHTS, value,
                                  "one number above 0 for each model, as in 2,1,1");
        }
        at = end + 1;
    }
    *weights = taken;
    return RS_OK;
}

rs_status rs_take_topk(const rs_arguments *arguments, uint32_t topk[RS_TOPK_MAX], uint32_t *count,
                       rs_error *error)
{
    static const char wanted[] = "up to 16 values of K from 1 to 65536, as in 1,5";
    const char *value = rs_value(arguments, RS_OPT_TOPK, NULL);
    if (value == NULL) {
        return RS_OK;
    }
    *count = 0;
    for (const char *at = value;; ++at) {
        uint64_t k = 0;
        if (*count == RS_TOPK_MAX || !rs_decimal(&at, &k) || k < 1 || k > RS_MAX_COLUMNS ||
            (*at != ',' && *at != '\0')) {
            return rs_fail_option(error, RS_OPT_TOPK, value, wanted);
        }
        topk[(*count)++] = (uint32_t)k;
        if (*at == '\0') {
            return RS_OK;
        }
    }
}

rs_status rs_take_row_range(const rs_arguments *arguments, rs_row_range *range, rs_error *error)
{
    const char *value = rs_value(arguments, RS_OPT_ROW_RANGE, NULL);
    if (value == NULL) {
        return RS_OK;
    }
    const char *at = value;
    if (!rs_decimal(&at, &range->begin) || *at++ != ':' || !rs_decimal(&at, &range->end) ||
        *at != '\0' || range->begin >= range->end || range->end > RS_MAX_ROWS) {
        return rs_fail_option(error, RS_OPT_ROW_RANGE, value,
                              "BEGIN:END with BEGIN < END, as in 0:25000");
    }
    return RS_OK;
}

rs_status rs_take_shape(const rs_arguments *arguments, uint64_t *rows, uint64_t *columns,
                        rs_error *error)
{
    const char *value = rs_value(arguments, RS_OPT_SHAPE, NULL);
    if (value == NULL) {
        return RS_OK;
    }
    const char *at = value;
    if (!rs_decimal(&at, rows) || (*at != ',' && *at != 'x') || (++at, !rs_decimal(&at, columns)) ||
        *at != '\0' || *rows > RS_MAX_ROWS || *columns < 1 || *columns > RS_MAX_COLUMNS) {
        return rs_fail_option(
            error, RS_OPT_SHAPE, value,
            "ROWS,COLUMNS as in 50000,1000 (ROWS may be 0: as many as there are)");
    }
    return RS_OK;
}

rs_status rs_take_bytes(const rs_arguments *arguments, rs_option_id id, uint64_t low, uint64_t high,
                        uint64_t *out, rs_error *error)
{
    static const char units[] = "KMGT";
    const char *value = rs_value(arguments, id, NULL);
    if (value == NULL) {
        return RS_OK;
    }
    const char *end = value;
    uint64_t number = 0;
    bool good = rs_decimal(&end, &number);
    if (good && *end != '\0') {
        const char *const unit = strchr(units, *end);
        const unsigned shift = unit != NULL ? 10u * (unsigned)(unit - units + 1) : 0;
        good = unit != NULL && end[1] == '\0' && number <= UINT64_MAX >> shift;
        number <<= good ? shift : 0;
    }
    if (!good || number < low || number > high) {
        return rs_fail_option(error, id, value, "a size from 1M to 1T, as in 512M or 2G");
    }
    *out = number;
    return RS_OK;
}

rs_status rs_take_devices(const rs_arguments *arguments, uint64_t *devices, rs_error *error)
{
    const char *value = rs_value(arguments, RS_OPT_DEVICE, NULL);
    if (value == NULL) {
        return RS_OK;
    }
    *devices = RS_DEVICES_ALL;
    if (strcmp(value, "all") == 0) {
        return RS_OK;
    }
    *devices = 0;
    for (const char *at = value;; ++at) {
        uint64_t device = 0;
        if (!rs_decimal(&at, &device) || device > RS_DEVICE_LAST || (*at != ',' && *at != '\0')) {
            return rs_fail_option(error, RS_OPT_DEVICE, value,
                                  "numbers of devices from 0 to 62, as in 0,1, or all");
        }
        *devices |= UINT64_C(1) << device;
        if (*at == '\0') {
            return RS_OK;
        }
    }
}

rs_status rs_take_classes(const rs_arguments *arguments, rs_option_id id, uint32_t classes,
                          bool *excluded, rs_error *error)
{
    const char *value = rs_value(arguments, id, "none");
    return rs_decimal_ranges(value, classes, excluded)
               ? RS_OK
               : rs_fail_option(error, id, value,
                                "classes and ranges of them that exist, as in 0-397,500, or none");
}
