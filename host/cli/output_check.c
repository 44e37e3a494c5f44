/* output_check.c - by device and inode, and by first bytes. */
#include "cli/output_check.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file_read.h"
#include "cli/real_option.h"
#include "formats/format_table.h"
#include "labels/label_files.h"

enum { HEAD_BYTES = 4096 };

/* ---- which file a path means ---- */

typedef struct place {
    bool exists;
    bool is_plain; /* a regular file, or nothing yet: not a terminal, a pipe or a folder */
    dev_t device;  /* of the file, or of the folder that it would be in */
    ino_t inode;
    const char *name; /* of a file that does not exist */
} place;

static place look_at_folder(const char *path, const char *slash)
{
    struct stat info;
    place found = {.is_plain = true, .name = slash == NULL ? path : slash + 1};
    char *const folder = slash == NULL ? strdup(".") : strndup(path, (size_t)(slash - path) + 1);
    if (folder != NULL && stat(folder, &info) == 0) {
        found.device = info.st_dev;
        found.inode = info.st_ino;
    }
    free(folder);
    return found;
}

/* Nothing where there is no path. */
static place look_at(const char *path)
{
    struct stat info;
    if (path == NULL) {
        return (place){0};
    }
    if (stat(path, &info) != 0) {
        return look_at_folder(path, strrchr(path, '/'));
    }
    return (place){true, S_ISREG(info.st_mode) != 0, info.st_dev, info.st_ino, NULL};
}

static bool same_place(const place *a, const place *b)
{
    return a->is_plain && b->is_plain && a->exists == b->exists && a->device == b->device &&
           a->inode == b->inode && (a->exists || strcmp(a->name, b->name) == 0);
}

/* ---- what is read ---- */

/* "imagefolder" of "file|imagefolder|LIST" is no path. */
static bool is_word(const rs_option *option, const char *value)
{
    const size_t length = strlen(value);
    for (const char *at = option->argument; at != NULL; at = strchr(at, '|')) {
        at += *at == '|' ? 1 : 0;
        if (strncmp(at, value, length) == 0 && (at[length] == '|' || at[length] == '\0')) {
            return true;
        }
    }
    return false;
}

static bool ends_with(const char *text, const char *end)
{
    const size_t length = strlen(text);
    const size_t end_length = strlen(end);
    return length >= end_length && strcmp(text + length - end_length, end) == 0;
}

/* Is the output one of a folder's results? Other files of it are no input. */
static bool is_result_in(const char *folder, const char *path)
{
    struct stat info;
    const place above = look_at_folder(path, strrchr(path, '/'));
    return (ends_with(path, ".json") || ends_with(path, ".tally") ||
            ends_with(path, ".topk.npz")) &&
           stat(folder, &info) == 0 && S_ISDIR(info.st_mode) && info.st_dev == above.device &&
           info.st_ino == above.inode;
}

static bool is_in_list(const rs_argument_list *list, const rs_option *option, const char *path,
                       const place *output)
{
    for (size_t i = 0; i < list->count; ++i) {
        const bool sets = option == &rs_options[RS_OPT_REAL];
        const place input = look_at(sets ? rs_set_path(list->value[i]) : list->value[i]);
        if (option != NULL ? !is_word(option, list->value[i]) && same_place(&input, output)
                           : same_place(&input, output) || is_result_in(list->value[i], path)) {
            return true;
        }
    }
    return false;
}

static bool is_of_label_folder(const place *output)
{
    rs_label_files files = {0};
    rs_error unimportant; /* without a folder there are no files in it */
    bool found = false;
    if (rs_label_files_find(&files, &unimportant) == RS_OK) {
        const char *const paths[] = {files.real, files.original, files.synsets, files.names};
        for (size_t i = 0; i < sizeof paths / sizeof paths[0]; ++i) {
            if (paths[i] != NULL) {
                const place input = look_at(paths[i]);
                found = found || same_place(&input, output);
            }
        }
    }
    rs_label_files_clear(&files);
    return found;
}

static bool is_input(const rs_arguments *arguments, const char *path, const place *output)
{
    const unsigned command = arguments->command->bit;
    if (!output->exists) {
        return false;
    }
    for (int id = 0; id < RS_OPTIONS; ++id) {
        if (rs_options[id].path == RS_PATH_READS &&
            is_in_list(&arguments->option[id], &rs_options[id], path, output)) {
            return true;
        }
    }
    const bool takes_files = (command & (RS_CMD_SYNTH | RS_CMD_RUN | RS_CMD_HELP)) == 0; /* words */
    return (takes_files && is_in_list(&arguments->positional, NULL, path, output)) ||
           ((command & RS_CMD_ORIGINAL_FILES) != 0 && is_of_label_folder(output));
}

/* ---- what is there already ---- */

typedef enum file_kind {
    KIND_OTHER = 0,
    KIND_MODEL = 1,
    KIND_ARCHIVE = 2, /* a model's or scores */
    KIND_SETS = 4,    /* of labels, in real.json form or by name */
    KIND_LIST = 8,    /* of labels, synsets or rows, one a line */
    KIND_TENSORS = 16 /* a model's or heads */
} file_kind;

static size_t after_space(const char *text, size_t at)
{
    return at + strspn(text + at, " \t\r\n");
}

/* [[65, ... or {"name": [65, ... */
static bool begins_as_sets(const char *text)
{
    size_t at = after_space(text, 0);
    if (text[at] == '[') {
        return text[after_space(text, at + 1)] == '[';
    }
    if (text[at] != '{') {
        return false;
    }
    at = after_space(text, at + 1);
    const char *const quote = text[at] == '"' ? strchr(text + at + 1, '"') : NULL;
    if (quote == NULL) {
        return false;
    }
    at = after_space(quote, 1);
    return quote[at] == ':' && quote[after_space(quote, at + 1)] == '[';
}

/* The first line is a number, "file number" or a synset. */
static bool begins_as_list(const char *text)
{
    static const char digits[] = "0123456789";
    const char *line = text + after_space(text, 0);
    const size_t length = strcspn(line, "\r\n");
    const size_t word = strcspn(line, " \t\r\n");
    if (word == 9 && line[0] == 'n' && strspn(line + 1, digits) == 8) {
        return true;
    }
    line += word < length ? word + strspn(line + word, " \t") : 0;
    const size_t number = strspn(line, digits);
    return number > 0 && strchr("\r\n", line[number]) != NULL;
}

/* What a file begins as; pipes and what cannot be read are OTHER. */
static file_kind kind_of(const char *path)
{
    char head[HEAD_BYTES + 1];
    const int fd = rs_open_again(path, O_RDONLY | O_NONBLOCK, 0);
    const ssize_t got = fd < 0 ? -1 : pread(fd, head, HEAD_BYTES, 0);
    if (fd >= 0) {
        (void)close(fd);
    }
    if (got <= 0) {
        return KIND_OTHER;
    }
    head[got] = '\0';
    if (rs_zip_is_magic((const uint8_t *)head, (size_t)got)) {
        return KIND_ARCHIVE;
    }
    if (rs_safetensors_is_magic((const uint8_t *)head, (size_t)got)) {
        return KIND_TENSORS;
    }
    if (rs_read_format_of_bytes((const uint8_t *)head, (size_t)got) != NULL) {
        return KIND_MODEL;
    }
    return begins_as_sets(head) ? KIND_SETS : begins_as_list(head) ? KIND_LIST : KIND_OTHER;
}

/* An output may replace a file of its own form: that of an earlier run. */
static unsigned kinds_of_output(unsigned command, rs_option_id id)
{
    static const struct {
        unsigned command;
        rs_option_id id;
        unsigned kinds;
    } own[] = {
        {RS_CMD_SYNTH, RS_OPT_OUT, KIND_MODEL | KIND_ARCHIVE | KIND_TENSORS},
        {RS_CMD_AGGREGATE, RS_OPT_OUT, KIND_SETS},
        {RS_CMD_AGGREGATE, RS_OPT_SCORES_OUT, KIND_ARCHIVE},
        {RS_CMD_CLEAN, RS_OPT_OUT, KIND_LIST},
        {RS_CMD_EVAL, RS_OPT_KEEP_TOPK, KIND_ARCHIVE},
        {RS_CMD_FIT, RS_OPT_OUT, KIND_ARCHIVE | KIND_TENSORS},
    };
    for (size_t i = 0; i < sizeof own / sizeof own[0]; ++i) {
        if (own[i].command == command && own[i].id == id) {
            return own[i].kinds;
        }
    }
    return 0;
}

/* ---- refusing ---- */

static rs_status fail_input(rs_option_id id, const char *path, rs_error *error)
{
    return rs_fail(error, RS_USAGE, path, rs_nowhere(),
                   "name another file for it: the word behind the option is its FILE",
                   "--%s would replace this, which the command reads", rs_options[id].name);
}

static rs_status check_kind(const rs_arguments *arguments, rs_option_id id, const char *path,
                            rs_error *error)
{
    const file_kind kind = kind_of(path);
    if (kind == KIND_OTHER || (kind & kinds_of_output(arguments->command->bit, id)) != 0) {
        return RS_OK;
    }
    return rs_fail(error, RS_USAGE, path, rs_nowhere(),
                   "name another file for it, or remove this one first",
                   "--%s would replace this, which begins as %s do", rs_options[id].name,
                   kind == KIND_SETS || kind == KIND_LIST ? "label files" : "models' files");
}

static const char *output_of(const rs_arguments *arguments, int id)
{
    return rs_options[id].path == RS_PATH_WRITES ? rs_value(arguments, (rs_option_id)id, NULL)
                                                 : NULL;
}

static bool is_stream(const char *path)
{
    return strcmp(path, "-") == 0;
}

/* Against the outputs of the options below `limit`. */
static rs_status check_outputs_below(const rs_arguments *arguments, int limit, rs_option_id id,
                                     const char *path, rs_error *error)
{
    const place output = look_at(path);
    for (int other = 0; other < limit; ++other) {
        const char *const other_path = output_of(arguments, other);
        if (other_path == NULL || is_stream(path) != is_stream(other_path)) {
            continue;
        }
        RS_REFUSE(is_stream(path), error, NULL,
                  "--%s and --%s both go to standard output; give one a file",
                  rs_options[other].name, rs_options[id].name);
        const place other_output = look_at(other_path);
        if (same_place(&output, &other_output)) {
            return rs_fail(error, RS_USAGE, path, rs_nowhere(), "give each a file of its own",
                           "--%s and --%s name the same file", rs_options[other].name,
                           rs_options[id].name);
        }
    }
    return RS_OK;
}

static rs_status check(const rs_arguments *arguments, int limit, rs_option_id id, const char *path,
                       rs_error *error)
{
    const place output = look_at(path);
    RS_TRY(check_outputs_below(arguments, limit, id, path, error));
    if (is_stream(path) || !output.exists || !output.is_plain) {
        return RS_OK;
    }
    return is_input(arguments, path, &output) ? fail_input(id, path, error)
                                              : check_kind(arguments, id, path, error);
}

/* "reassess eval a.npy >> a.npy": tables and what "-" names go there too. */
static rs_status check_standard_output(const rs_arguments *arguments, rs_error *error)
{
    struct stat info;
    if (fstat(STDOUT_FILENO, &info) != 0 || !S_ISREG(info.st_mode)) {
        return RS_OK;
    }
    const place output = {true, true, info.st_dev, info.st_ino, NULL};
    if (!is_input(arguments, "-", &output)) {
        return RS_OK;
    }
    return rs_fail(error, RS_USAGE, "standard output", rs_nowhere(), "send it to another file",
                   "this goes to a file that the command reads");
}

rs_status rs_check_outputs(const rs_arguments *arguments, rs_error *error)
{
    RS_TRY(check_standard_output(arguments, error));
    for (int id = 0; id < RS_OPTIONS; ++id) {
        const char *const path = output_of(arguments, id);
        if (path != NULL) {
            RS_TRY(check(arguments, id, (rs_option_id)id, path, error));
        }
    }
    return RS_OK;
}

rs_status rs_check_output(const rs_arguments *arguments, rs_option_id id, const char *path,
                          rs_error *error)
{
    return check(arguments, RS_OPTIONS, id, path, error);
}

rs_status rs_check_input(const rs_arguments *arguments, const char *path, rs_error *error)
{
    const place input = look_at(path);
    for (int id = 0; id < RS_OPTIONS && input.exists; ++id) {
        const char *const output_path = output_of(arguments, id);
        const place output = look_at(output_path);
        if (same_place(&input, &output)) {
            return fail_input((rs_option_id)id, output_path, error);
        }
    }
    return RS_OK;
}
