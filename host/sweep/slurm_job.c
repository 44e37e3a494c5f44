/* slurm_job.c - each command is made once, as a text of words that end with a NUL; printing quotes
 * the words, submitting runs them. */
#include "sweep/slurm_job.h"

#include <ctype.h>
#include <errno.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/checked.h"
#include "base/error.h"
#include "base/file_read.h"
#include "base/file_write.h"
#include "base/visible.h"

/* scripts/slurm/, so that the program can hand them in wherever it is installed. */
extern const char rs_slurm_array_script[];
extern const char rs_slurm_merge_script[];

#define DEPENDENCY "--dependency=afterany:"

/* ---- the commands ---- */

/* One word: the three texts put together. */
static void add_word(rs_text *words, const char *begin, const char *middle, const char *end)
{
    rs_text_add(words, begin);
    rs_text_add(words, middle);
    rs_text_append(words, end, strlen(end) + 1);
}

static void add_words(rs_text *words, const char *const *word, size_t count)
{
    for (size_t i = 0; i < count; ++i) {
        add_word(words, word[i], "", "");
    }
}

static void begin_sbatch(const rs_slurm_job *job, rs_text *words)
{
    add_word(words, "env", "", "");
    add_word(words, "REASSESS=", job->program, "");
    add_word(words, "sbatch", "", "");
    add_word(words, "--parsable", "", "");
}

static void make_array(const rs_slurm_job *job, rs_text *words)
{
    begin_sbatch(job, words);
    rs_text_printf(words, "--array=0-%u", job->tasks - 1);
    add_word(words, "", "", "");
    add_word(words, "--output=", job->folder, "/slurm/%A_%a.log");
    add_words(words, job->options, job->option_count);
    add_word(words, job->folder, "/slurm/array.sh", "");
    add_words(words, job->arguments, job->argument_count);
}

/* What follows the array's id. */
static void add_merge(const rs_slurm_job *job, rs_text *words)
{
    add_word(words, "--output=", job->folder, "/slurm/merge_%j.log");
    add_word(words, job->folder, "/slurm/merge.sh", "");
    add_word(words, "--output=", job->folder, "/merged.csv");
    rs_text_printf(words, "--expect=%zu", job->models);
    add_word(words, "", "", "");
    add_word(words, job->folder, "", "");
}

static void make_merge(const rs_slurm_job *job, const char *array_id, rs_text *words)
{
    begin_sbatch(job, words);
    add_word(words, DEPENDENCY, array_id, "");
    add_merge(job, words);
}

/* ---- printing ---- */

/* A word that a terminal must not be given, as any shell makes it: what is printed is pasted or
 * piped, and has to be the same word. Line ends at its end, which a shell would drop, follow. */
static void quote_hidden(const char *word, rs_text *text)
{
    size_t left = strlen(word);
    const size_t whole = left;
    while (left > 0 && word[left - 1] == '\n') {
        --left;
    }
    const size_t ends = whole - left;
    rs_text_add(text, "\"$(printf -- '");
    for (size_t taken = 0; left > 0; word += taken, left -= taken) {
        uint32_t code = 0;
        taken = rs_character_at(word, left, &code);
        if (code != UINT32_MAX && !rs_is_hidden(code) && strchr("'\\%", *word) == NULL) {
            rs_text_append(text, word, taken);
            continue;
        }
        for (size_t i = 0; i < taken; ++i) {
            rs_text_printf(text, "\\%03o", (unsigned)(unsigned char)word[i]);
        }
    }
    rs_text_printf(text, "')%.*s\"", (int)ends, word);
}

/* A word as a shell reads it back. */
static void quote_word(const char *word, rs_text *text)
{
    static const char safe[] = "%+,-./:=@_";
    bool plain = *word != '\0';
    if (!rs_is_visible(word)) {
        quote_hidden(word, text);
        return;
    }
    for (const char *c = word; *c != '\0'; ++c) {
        plain = plain && (isalnum((unsigned char)*c) || strchr(safe, *c) != NULL);
    }
    if (plain) {
        rs_text_add(text, word);
        return;
    }
    rs_text_add(text, "'");
    for (const char *c = word; *c != '\0'; ++c) {
        rs_text_append(text, *c == '\'' ? "'\\''" : c, *c == '\'' ? 4 : 1);
    }
    rs_text_add(text, "'");
}

static void quote_words(const rs_text *words, rs_text *text)
{
    rs_text_pass_loss(words, text);
    for (size_t i = 0; i < words->length; i += strlen(words->data + i) + 1) {
        if (i > 0) {
            rs_text_add(text, " ");
        }
        quote_word(words->data + i, text);
    }
}

/* The array's id is not known yet: its word alone is left to the shell, where the cluster's name
 * may follow the id. */
static void print_merge(const rs_slurm_job *job, rs_text *text)
{
    rs_text before = {0};
    rs_text after = {0};
    begin_sbatch(job, &before);
    add_merge(job, &after);
    quote_words(&before, text);
    rs_text_printf(text, " \"" DEPENDENCY "${array%%%%;*}\" ");
    quote_words(&after, text);
    rs_text_add(text, "\n");
    rs_text_clear(&before);
    rs_text_clear(&after);
}

void rs_slurm_job_print(const rs_slurm_job *job, rs_text *text)
{
    rs_text array = {0};
    make_array(job, &array);
    rs_text_add(text, "array=$(");
    quote_words(&array, text);
    rs_text_add(text, ")\n");
    print_merge(job, text);
    rs_text_clear(&array);
}

/* ---- submitting ---- */

/* Starts words as a program whose standard output is `output`. The signals which this program
 * ignores are again what a program expects. */
static rs_status spawn(const rs_text *words, int output, pid_t *pid, rs_error *error)
{
    size_t count = 0;
    char **argument = NULL;
    RS_TRY(RS_NEW(&argument, words->length + 1, "a command", error));
    for (size_t i = 0; i < words->length; i += strlen(words->data + i) + 1) {
        argument[count++] = words->data + i;
    }
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t signals;
    (void)sigemptyset(&signals);
    (void)sigaddset(&signals, SIGPIPE);
    (void)sigaddset(&signals, SIGXFSZ);
    int problem = posix_spawn_file_actions_init(&actions);
    if (problem == 0) {
        problem = posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
        if (problem == 0) {
            problem = posix_spawnattr_init(&attributes);
        }
        if (problem == 0) {
            (void)posix_spawnattr_setsigdefault(&attributes, &signals);
            (void)posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);
            problem = posix_spawnp(pid, argument[0], &actions, &attributes, argument, environ);
            (void)posix_spawnattr_destroy(&attributes);
        }
        (void)posix_spawn_file_actions_destroy(&actions);
    }
    free(argument);
    return problem == 0 ? RS_OK : rs_fail_errno(error, "sbatch", "start", problem);
}

/* The first RS_SLURM_ID_BYTES - 1 bytes; the rest is read and dropped. */
static rs_status read_output(int fd, char text[RS_SLURM_ID_BYTES], rs_error *error)
{
    size_t length = 0;
    for (;;) {
        char block[256];
        const ssize_t got = read(fd, block, sizeof block);
        if (got == 0) {
            break;
        }
        if (got < 0 && errno != EINTR) {
            return rs_fail_errno(error, "sbatch", "read", errno);
        }
        for (ssize_t i = 0; i < got && length + 1 < RS_SLURM_ID_BYTES; ++i) {
            text[length++] = block[i];
        }
    }
    text[length] = '\0';
    text[strcspn(text, "\n")] = '\0';
    return RS_OK;
}

static rs_status wait_for(pid_t pid, rs_error *error)
{
    int ended = 0;
    while (waitpid(pid, &ended, 0) < 0) {
        if (errno != EINTR) {
            return rs_fail_errno(error, "sbatch", "wait for", errno);
        }
    }
    if (!WIFEXITED(ended) || WEXITSTATUS(ended) != 0) {
        return rs_fail(error, RS_IO, NULL, rs_nowhere(),
                       WIFEXITED(ended) && WEXITSTATUS(ended) == 127
                           ? "run this where SLURM's commands are, or see --dry-run"
                           : "see above what it says; --dry-run prints the commands",
                       "sbatch did not take the job");
    }
    return RS_OK;
}

static rs_status submit(const rs_text *words, char id[RS_SLURM_ID_BYTES], rs_error *error)
{
    int ends[2];
    pid_t pid = 0;
    if (pipe(ends) != 0) {
        return rs_fail_errno(error, NULL, "make a pipe", errno);
    }
    rs_status status = spawn(words, ends[1], &pid, error);
    (void)close(ends[1]);
    if (status == RS_OK) {
        status = read_output(ends[0], id, error);
        const rs_status ended = wait_for(pid, status == RS_OK ? error : NULL);
        status = status == RS_OK ? ended : status;
    }
    (void)close(ends[0]);
    if (status == RS_OK && !isdigit((unsigned char)id[0])) {
        status = rs_fail(error, RS_IO, NULL, rs_nowhere(), "is it SLURM's sbatch?",
                         "sbatch answers \"%s\", which is no job id", id);
    }
    return status;
}

static rs_status make_folder(const char *path, rs_error *error)
{
    if (mkdir(path, 0777) != 0 && errno != EEXIST) {
        return rs_fail_errno(error, path, "make", errno);
    }
    return RS_OK;
}

static rs_status write_script(const rs_slurm_job *job, const char *name, const char *script,
                              rs_error *error)
{
    char *path = NULL;
    RS_TRY(rs_format_text(&path, error, "%s/slurm/%s", job->folder, name));
    rs_status status = rs_file_need_regular(path, error);
    if (status == RS_OK) {
        status = rs_file_write_whole(path, script, strlen(script), error);
    }
    free(path);
    return status;
}

static rs_status write_scripts(const rs_slurm_job *job, rs_error *error)
{
    char *path = NULL;
    RS_TRY(make_folder(job->folder, error));
    RS_TRY(rs_format_text(&path, error, "%s/slurm", job->folder));
    const rs_status status = make_folder(path, error);
    free(path);
    RS_TRY(status);
    RS_TRY(write_script(job, "array.sh", rs_slurm_array_script, error));
    return write_script(job, "merge.sh", rs_slurm_merge_script, error);
}

rs_status rs_slurm_job_submit(const rs_slurm_job *job, char array_id[RS_SLURM_ID_BYTES],
                              char merge_id[RS_SLURM_ID_BYTES], rs_error *error)
{
    rs_text array = {0};
    rs_text merge = {0};
    rs_status status = RS_OK;
    make_array(job, &array);
    RS_TRY_DONE(rs_text_check(&array, error));
    RS_TRY_DONE(write_scripts(job, error));
    RS_TRY_DONE(submit(&array, array_id, error));
    array_id[strcspn(array_id, ";")] = '\0'; /* the cluster's name */
    make_merge(job, array_id, &merge);
    RS_TRY_DONE(rs_text_check(&merge, error));
    status = submit(&merge, merge_id, error);
    if (status != RS_OK) {
        status =
            rs_fail(error, status, NULL, rs_nowhere(),
                    "when it is through, merge by hand: reassess merge DIR",
                    "sbatch did not take the job that merges; the array runs as job %s", array_id);
        goto done;
    }
    merge_id[strcspn(merge_id, ";")] = '\0';
done:
    rs_text_clear(&array);
    rs_text_clear(&merge);
    return status;
}
