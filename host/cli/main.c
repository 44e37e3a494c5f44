/* main.c - finds the command, runs it, and turns its status into words and an exit status.
 *
 * The only file that knows signals and exit statuses; everything below returns an rs_status.
 */
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/error.h"
#include "cli/command.h"
#include "cli/help.h"
#include "cli/leftovers.h"
#include "cli/nearest.h"
#include "cli/output.h"
#include "cli/output_check.h"
#include "reassess/version.h"

/* The one variable a signal handler may write; passes poll it. */
static volatile sig_atomic_t stop_requested = 0;

static void request_stop(int signal_number)
{
    (void)signal_number;
    stop_requested = 1;
}

static const volatile sig_atomic_t *catch_signals(void)
{
    static const int stopping[] = {SIGINT, SIGTERM, SIGUSR1};
    struct sigaction action = {.sa_handler = request_stop};
    struct sigaction before;
    (void)sigemptyset(&action.sa_mask);
    /* A terminal that goes away, unless somebody said that it may (nohup). */
    if (sigaction(SIGHUP, NULL, &before) == 0 && before.sa_handler != SIG_IGN) {
        (void)sigaction(SIGHUP, &action, NULL);
    }
    for (size_t i = 0; i < sizeof stopping / sizeof stopping[0]; ++i) {
        (void)sigaction(stopping[i], &action, NULL);
    }
    return &stop_requested;
}

/* Rows of a mapped file that is cut while they are read, or whose disk fails: nothing can be
 * returned from there. Files appear whole or not at all, so that there is nothing to be undone. */
static void end_without_file(int signal_number)
{
    static const char text[] =
        "reassess: a file became shorter while it was read, or its disk failed; what was written "
        "before is whole: run again when the file is, or with --io pread to see which it is\n";
    (void)signal_number;
    _exit(write(STDERR_FILENO, text, sizeof text - 1) >= 0 ? rs_status_exit(RS_IO) : 1);
}

static void prepare_signals(void)
{
    /* A reader that goes away (head, less) shows as a write error, so temporary files are
     * removed. */
    struct sigaction action = {.sa_handler = SIG_IGN};
    (void)sigemptyset(&action.sa_mask);
    (void)sigaction(SIGPIPE, &action, NULL);
    (void)sigaction(SIGXFSZ, &action, NULL); /* so does a file that outgrows ulimit -f */
    action.sa_handler = end_without_file;
    (void)sigaction(SIGBUS, &action, NULL);
}

/* A standard stream that is closed would be the next file that is opened: a table in the middle of
 * a record, a file of labels in place of the rows on standard input. In its place is one that
 * cannot be used either; of what standard error would say nobody asks. */
static void hold_standard_streams(void)
{
    static const int mode[] = {O_WRONLY, O_RDONLY, O_WRONLY};
    for (int stream = STDIN_FILENO; stream <= STDERR_FILENO; ++stream) {
        if (fcntl(stream, F_GETFD) < 0) {
            (void)open("/dev/null", mode[stream]); /* the lowest number that is free */
        }
    }
}

/* --help, and not -h. */
static bool asks_for_all(int argc, char **argv)
{
    for (int i = 1; i < argc; ++i) {
        if (strncmp(argv[i], "--h", 3) == 0) {
            return true;
        }
    }
    return false;
}

static rs_status run_command(const rs_command *command, int argc, char **argv, double start_ms,
                             rs_error *error)
{
    rs_arguments arguments;
    const rs_context context = {&arguments, start_ms, catch_signals};
    rs_status status = RS_OK;
    RS_TRY_DONE(rs_arguments_parse(command, argc, argv, &arguments, error));
    if (rs_given(&arguments, RS_OPT_HELP)) {
        rs_text text = {0};
        if (asks_for_all(argc, argv)) {
            rs_help_command(command, &text);
        } else {
            rs_help_short(command, &text);
        }
        status = rs_print(&text, error);
    } else if (rs_given(&arguments, RS_OPT_VERSION)) {
        (void)puts("reassess " RS_VERSION);
    } else {
        RS_TRY_DONE(rs_check_outputs(&arguments, error));
        rs_remove_leftovers(&arguments);
        status = command->run(&context, error);
    }
done:
    rs_arguments_clear(&arguments);
    return status;
}

static rs_status run_overview(rs_error *error)
{
    rs_text text = {0};
    rs_help_overview(&text);
    return rs_print(&text, error);
}

static rs_status fail_command(const char *name, rs_error *error)
{
    char advice[80] = "see reassess --help";
    rs_nearest nearest = {.typed = name, .typed_bytes = strlen(name)};
    for (size_t i = 0; i < RS_COMMANDS; ++i) {
        rs_nearest_offer(&nearest, rs_commands[i].name);
    }
    for (size_t i = 0; nearest.word == NULL && i < RS_COMMANDS; ++i) {
        if (strncmp(name, rs_commands[i].name, strlen(rs_commands[i].name)) == 0) {
            nearest.word = rs_commands[i].name; /* evaluate, comparison */
        }
    }
    if (nearest.word != NULL) {
        (void)snprintf(advice, sizeof advice, "did you mean %s? See reassess --help", nearest.word);
    }
    return rs_fail(error, RS_USAGE, NULL, rs_nowhere(), advice, "%s is not a command", name);
}

static rs_status run(int argc, char **argv, double start_ms, rs_error *error)
{
    if (argc < 2) {
        RS_TRY(run_overview(error));
        return rs_usage(error, "a command is needed");
    }
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0) {
        return run_overview(error);
    }
    if (strcmp(argv[1], "--version") == 0) {
        (void)puts("reassess " RS_VERSION);
        return RS_OK;
    }
    const rs_command *command = rs_command_find(argv[1]);
    if (command == NULL) {
        return fail_command(argv[1], error);
    }
    return run_command(command, argc - 1, argv + 1, start_ms, error);
}

/* A reader that has seen enough, as head: the end of a pipe without one is in error. */
static bool reader_is_gone(const rs_error *error)
{
    struct pollfd out = {.fd = STDOUT_FILENO, .events = POLLOUT};
    const bool is_output = strcmp(error->file, "-") == 0 ||
                           strncmp(error->reason, "standard output", 15) == 0;
    return is_output && poll(&out, 1, 0) == 1 && (out.revents & POLLERR) != 0;
}

int main(int argc, char **argv)
{
    const double start_ms = rs_clock_ms();
    rs_error error = {0};
    hold_standard_streams();
    prepare_signals();
    rs_status status = run(argc, argv, start_ms, &error);
    if ((fflush(stdout) != 0 || ferror(stdout) != 0) && status == RS_OK) {
        status = rs_fail(&error, RS_IO, NULL, rs_nowhere(), NULL,
                         "standard output cannot be written");
    }
    const bool unread = status == RS_IO && reader_is_gone(&error);
    if (status != RS_OK && !unread) { /* who has read enough need not be told */
        char text[3 * RS_ERROR_TEXT_BYTES + RS_ERROR_FILE_BYTES];
        rs_say("reassess: ", "%s", rs_error_text(&error, text, sizeof text));
    }
    return rs_status_exit(status);
}
