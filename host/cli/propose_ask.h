/* propose_ask.h - reassess propose --ask: what would have to be rated for the ReaL accuracy of
 * models to be known. */
#ifndef RS_PROPOSE_ASK_H
#define RS_PROPOSE_ASK_H

#include "cli/command.h"

rs_status rs_propose_ask(const rs_context *context, rs_error *error);

/* RS_USAGE for options that mean nothing without --ask. */
rs_status rs_propose_refuse_ask_options(const rs_arguments *arguments, rs_error *error);

#endif
