/* load_slices.c - see load_slices.h. */
#include "cli/load_slices.h"

#include "base/error.h"

rs_status rs_load_slices(const rs_arguments *arguments, const rs_labels *labels, rs_slices *slices,
                         rs_error *error)
{
    const rs_argument_list *const asked = &arguments->option[RS_OPT_SLICE];
    for (size_t i = 0; i < asked->count; ++i) {
        RS_TRY(rs_slices_add(asked->value[i], labels, slices, error));
    }
    return RS_OK;
}
