/* fetch_labels.c - labels --fetch: scripts/get_labels.sh, which is part of the program, so that an
 * installed one can do what its errors advise. It takes the place of this process: signals and what
 * it says are then its own. */
#include "cli/fetch_labels.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/checked.h"
#include "base/error.h"
#include "cli/hand_over.h"

extern const char rs_get_labels_script[];

rs_status rs_fetch_labels(const rs_arguments *arguments, rs_error *error)
{
    char shell[] = "bash";
    char option[] = "-c";
    char name[] = "reassess labels --fetch"; /* what it calls itself */
    char *script = NULL;
    for (int id = 0; id < RS_OPTIONS; ++id) {
        RS_REFUSE(id != RS_OPT_FETCH && rs_given(arguments, (rs_option_id)id), error, NULL,
                  "--fetch takes no other options, and --%s was given", rs_options[id].name);
    }
    RS_TRY(rs_drop_folders("PATH", rs_is_folder_of_root, error));
    RS_TRY(rs_copy_text(&script, rs_get_labels_script, error));
    char *const words[] = {shell, option, script, name, NULL};
    (void)signal(SIGPIPE, SIG_DFL); /* what is ignored here would stay so */
    (void)signal(SIGXFSZ, SIG_DFL);
    (void)execvp(shell, words);
    const int problem = errno;
    free(script);
    return problem == ENOENT ? rs_fail(error, RS_IO, shell, rs_nowhere(),
                                       "install it, or run scripts/get_labels.sh elsewhere",
                                       "cannot start it: there is no bash among the programs")
                             : rs_fail_errno(error, shell, "start", problem);
}
