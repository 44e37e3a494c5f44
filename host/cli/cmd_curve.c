/* cmd_curve.c - reassess curve */
#include "base/error.h"
#include "cli/command.h"

rs_status rs_command_curve(const rs_context *context, rs_error *error)
{
    (void)context;
    return rs_fail(error, RS_UNSUPPORTED, NULL, rs_nowhere(), NULL, "not built yet");
}
