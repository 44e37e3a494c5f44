/* real_option.c - NAME=FILE taken apart. */
#include "cli/real_option.h"

#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "report/record_sets.h"

int rs_set_name_length(const char *value)
{
    const char *const equals = strchr(value, '=');
    return equals == NULL || access(value, F_OK) == 0 ? -1 : (int)(equals - value);
}

const char *rs_set_path(const char *value)
{
    return value + rs_set_name_length(value) + 1;
}

const char *rs_real_path(const rs_arguments *arguments)
{
    const rs_argument_list *const given = &arguments->option[RS_OPT_REAL];
    return given->count == 0 ? NULL : rs_set_path(given->value[0]);
}

static rs_status check_name(const char *value, rs_error *error)
{
    const int length = rs_set_name_length(value);
    if (length < 0) {
        return RS_OK;
    }
    RS_REFUSE(!rs_set_name_is_plain(value, (size_t)length), error,
              "NAME=FILE takes a name of up to 40 letters, digits and . _ + -; a file "
              "with = in its name is taken whole where it is there",
              "--real %s: there is no such file, and before = is no name", value);
    RS_REFUSE(value[length + 1] == '\0', error, NULL, "--real %s: name the file behind =", value);
    return RS_OK;
}

static bool same_name(const char *a, const char *b)
{
    const int length = rs_set_name_length(a);
    return length >= 0 && length == rs_set_name_length(b) && memcmp(a, b, (size_t)length) == 0;
}

static rs_status check_further(const rs_argument_list *given, size_t at, rs_error *error)
{
    const char *const value = given->value[at];
    RS_REFUSE(rs_set_name_length(value) < 0, error,
              "--real FILE --real NAME=FILE: the first label set may be without a name",
              "--real %s is a further label set and has no name", value);
    RS_REFUSE(strcmp(rs_set_path(value), "none") == 0, error, NULL,
              "--real %s: a further label set is a file", value);
    for (size_t i = 0; i < at; ++i) {
        RS_REFUSE(same_name(value, given->value[i]), error, "give each a name of its own",
                  "--real %s and --real %s have the same name", given->value[i], value);
    }
    return RS_OK;
}

rs_status rs_check_label_sets(const rs_arguments *arguments, rs_error *error)
{
    const rs_argument_list *const given = &arguments->option[RS_OPT_REAL];
    RS_REFUSE(given->count > 1 && (arguments->command->bit & RS_CMD_EVALS) == 0, error,
              "name one; eval and sweep take several",
              "reassess %s is by one label set, but --real was given %zu times",
              arguments->command->name, given->count);
    RS_REFUSE(given->count > RS_RECORD_SETS_MAX, error, NULL,
              "--real was given %zu times: at most %d label sets are counted in one pass",
              given->count, RS_RECORD_SETS_MAX);
    for (size_t i = 0; i < given->count; ++i) {
        RS_TRY(check_name(given->value[i], error));
        if (i > 0) {
            RS_TRY(check_further(given, i, error));
        }
    }
    return RS_OK;
}
