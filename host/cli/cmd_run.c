/* cmd_run.c - reassess run: hands its command line over to the Python package, which runs models.
 *
 * Python begins for this command alone. Which one it is, is never a matter of the folder that
 * somebody stands in: that of REASSESS_PYTHON, else the one beside this program (a wheel puts both
 * into the scripts of an environment), else the python3 of PATH; and it does not import from the
 * current folder. An empty folder in PATH or PYTHONPATH means the current one, and is what
 * "PYTHONPATH=$PYTHONPATH:/x" leaves where nothing was set before: such ones do not count. The
 * program becomes that Python: same process, so signals, exit status and what torchrun and SLURM
 * say of it hold.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/checked.h"
#include "base/error.h"
#include "cli/argument_words.h"
#include "cli/command.h"
#include "cli/hand_over.h"
#include "cli/real_option.h"
#include "labels/label_files.h"
#include "reassess/version.h"
#include "sweep/shard.h"

enum { PATH_BYTES = 4096, LEADING_WORDS = 4 };

/* What Python is told to do; its arguments are the version of this program and the words. */
static const char script[] =
    "import sys\n"
    "sys.path[:] = [at for at in sys.path if at]\n"
    "try:\n"
    "    from reassess.run.cli import main\n"
    "except ImportError as error:\n"
    "    if not (error.name or 'reassess').startswith('reassess'):\n"
    "        raise\n"
    "    said = error if error.name is None else 'it has no package reassess'\n"
    "    sys.exit('reassess: run needs the Python package reassess, and ' + sys.executable +\n"
    "             ' cannot give it: ' + str(said) + '; install the wheel for it '\n"
    "             '(docs/PYTHON.md), or name a Python that has it by REASSESS_PYTHON')\n"
    "sys.exit(main(sys.argv[2:], sys.argv[1]))\n";

/* ---- which Python ---- */

/* The one in the folder of this program; "" where there is none. */
static void find_beside(char path[PATH_BYTES])
{
    static const char name[] = "python3";
    const ssize_t length = readlink("/proc/self/exe", path, PATH_BYTES - 1);
    path[length < 0 ? 0 : length] = '\0';
    char *const slash = strrchr(path, '/');
    if (slash == NULL || (size_t)(slash + 1 - path) + sizeof name > PATH_BYTES) {
        path[0] = '\0';
        return;
    }
    memcpy(slash + 1, name, sizeof name);
    if (access(path, X_OK) != 0) {
        path[0] = '\0';
    }
}

/* A file that can be run in one of the folders of PATH that are named from the root; "" where there
 * is none. */
static void find_on_path(const char *name, char path[PATH_BYTES])
{
    const char *at = getenv("PATH");
    while (at != NULL && *at != '\0') {
        const int length = (int)strcspn(at, ":");
        const int bytes = snprintf(path, PATH_BYTES, "%.*s/%s", length, at, name);
        if (at[0] == '/' && bytes > 0 && bytes < PATH_BYTES && access(path, X_OK) == 0) {
            return;
        }
        at += at[length] == ':' ? length + 1 : length;
    }
    path[0] = '\0';
}

/* Which Python it is: "" where there is none. */
static void find_python(const char *name, char path[PATH_BYTES])
{
    if (strchr(name, '/') == NULL) {
        find_on_path(name, path);
    } else if (snprintf(path, PATH_BYTES, "%s", name) >= PATH_BYTES) {
        path[0] = '\0';
    }
}

/* Returns only where it cannot be started. `name` is what it was called. */
static rs_status become(const char *name, char *python, rs_argument_words *words, rs_error *error)
{
    char option[] = "-c";
    char version[] = RS_VERSION;
    char *code = NULL;
    char **argument = NULL;
    rs_status status = RS_OK;
    RS_TRY_DONE(rs_copy_text(&code, script, error));
    RS_TRY_DONE(RS_NEW(&argument, LEADING_WORDS + words->count + 1, "arguments", error));
    char *const leading[LEADING_WORDS] = {python, option, code, version};
    memcpy(argument, leading, sizeof leading);
    char *at = words->text.data;
    for (size_t i = 0; i < words->count; ++i) {
        argument[LEADING_WORDS + i] = at;
        at += strlen(at) + 1;
    }
    (void)signal(SIGPIPE, SIG_DFL); /* what is ignored here would stay so */
    (void)signal(SIGXFSZ, SIG_DFL);
    (void)execv(python, argument);
    status = rs_fail(error, RS_IO, NULL, rs_nowhere(),
                     "install Python 3.9 or later and the wheel of this program "
                     "(docs/PYTHON.md), or name a Python that has it by REASSESS_PYTHON",
                     "run needs Python, and %s cannot be started: %s", name, strerror(errno));
done:
    free(argument);
    free(code);
    return status;
}

static rs_status start_python(rs_argument_words *words, rs_error *error)
{
    char python[PATH_BYTES] = "";
    const char *name = getenv("REASSESS_PYTHON");
    if (name == NULL || name[0] == '\0') {
        name = "python3";
        find_beside(python);
    }
    if (python[0] == '\0') {
        find_python(name, python);
    }
    RS_TRY(rs_drop_folders("PYTHONPATH", rs_is_named_folder, error));
    return become(name, python, words, error);
}

/* ---- what it is told ---- */

/* Where not both files of labels are given, the others are the label folder's, as for eval. */
static rs_status add_label_files(const rs_arguments *arguments, rs_argument_words *words,
                                 rs_error *error)
{
    const bool sets_given = rs_given(arguments, RS_OPT_REAL);
    const bool original_given = rs_given(arguments, RS_OPT_LABELS);
    rs_label_files found = {0};
    if (sets_given) {
        rs_argument_words_add(words, RS_OPT_REAL, rs_real_path(arguments));
    }
    if (sets_given && original_given) {
        return RS_OK;
    }
    RS_TRY(rs_label_files_find(&found, error));
    const bool whole = found.real != NULL && found.original != NULL; /* else Python says so */
    const struct {
        rs_option_id id;
        const char *path;
    } files[] = {{RS_OPT_REAL, found.real},
                 {RS_OPT_LABELS, found.original},
                 {RS_OPT_SYNSETS, found.synsets},
                 {RS_OPT_NAMES, found.names}};
    const size_t count = sets_given || original_given || whole ? sizeof files / sizeof files[0] : 0;
    for (size_t i = 0; i < count; ++i) {
        if (files[i].path != NULL && !rs_given(arguments, files[i].id)) {
            rs_argument_words_add(words, files[i].id, files[i].path);
        }
    }
    rs_label_files_clear(&found);
    return RS_OK;
}

/* What can be said before Python begins. */
static rs_status check(const rs_arguments *arguments, rs_error *error)
{
    static const rs_option_id numbers[] = {RS_OPT_BATCH, RS_OPT_TOGETHER, RS_OPT_THREADS,
                                           RS_OPT_LIMIT, RS_OPT_CLASSES};
    uint32_t topk[RS_TOPK_MAX];
    uint32_t topk_count = 0;
    uint64_t number = 0;
    const char *const dtype = rs_value(arguments, RS_OPT_DTYPE, "f32");
    const char *const shard_text = rs_value(arguments, RS_OPT_SHARD, NULL);
    rs_shard shard;
    RS_REFUSE(!rs_given(arguments, RS_OPT_DATA) || !rs_given(arguments, RS_OPT_OUT_DIR), error,
              "say --data PATH and --out DIR", "run needs images and a folder for the results");
    RS_REFUSE(arguments->positional.count == 0 && !rs_given(arguments, RS_OPT_LIST), error,
              "name them as in timm:resnet50.a1_in1k or torchvision:resnet50", "no model is named");
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; ++i) {
        RS_TRY(rs_take_u64(arguments, numbers[i], 1, RS_MAX_ROWS, &number, error));
    }
    if (strcmp(dtype, "f32") != 0 && strcmp(dtype, "f16") != 0 && strcmp(dtype, "bf16") != 0) {
        return rs_fail_option(error, RS_OPT_DTYPE, dtype, "f32, f16 or bf16");
    }
    RS_TRY(rs_take_topk(arguments, topk, &topk_count, error));
    RS_TRY(rs_check_label_sets(arguments, error));
    return shard_text == NULL ? RS_OK : rs_shard_parse(shard_text, &shard, error);
}

rs_status rs_command_run(const rs_context *context, rs_error *error)
{
    const rs_arguments *const arguments = context->arguments;
    static const rs_option_id said_before[] = {RS_OPT_REAL}; /* without its name */
    rs_argument_words words = {0};
    rs_status status = RS_OK;
    RS_TRY_DONE(check(arguments, error));
    RS_TRY_DONE(rs_prepare_folder(rs_value(arguments, RS_OPT_OUT_DIR, NULL), NULL, error));
    RS_TRY_DONE(add_label_files(arguments, &words, error));
    RS_TRY_DONE(rs_argument_words_make(arguments, said_before, 1, &words, error));
    status = start_python(&words, error);
done:
    rs_argument_words_clear(&words);
    return status;
}
