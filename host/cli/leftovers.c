/* leftovers.c - see leftovers.h. */
#include "cli/leftovers.h"

#include <stdlib.h>
#include <string.h>

#include "base/file_stale.h"
#include "cli/command.h"

/* Where its temporary files would be: beside what a link leads to. */
static void clean_for(const char *path)
{
    if (path == NULL || strcmp(path, "-") == 0) {
        return;
    }
    if (rs_is_folder(path)) {
        rs_remove_stale(path);
        return;
    }
    char *target = realpath(path, NULL);
    target = target == NULL ? strdup(path) : target;
    char *const slash = target == NULL ? NULL : strrchr(target, '/');
    if (slash != NULL) {
        slash[1] = '\0';
    }
    if (target != NULL) {
        rs_remove_stale(slash == NULL ? "." : target);
    }
    free(target);
}

void rs_remove_leftovers(const rs_arguments *arguments)
{
    for (int id = 0; id < RS_OPTIONS; ++id) {
        const rs_option_path use = rs_options[id].path;
        if (use == RS_PATH_WRITES || use == RS_PATH_FOLDER) {
            clean_for(rs_value(arguments, (rs_option_id)id, NULL));
        }
    }
    if (rs_given(arguments, RS_OPT_KEEP_TOPK)) {
        clean_for(rs_value(arguments, RS_OPT_KEEP_DIR, "."));
    }
}
