/* report_ahead.h - how far each model of a report is ahead of the next one. */
#ifndef RS_REPORT_AHEAD_H
#define RS_REPORT_AHEAD_H

#include "cli/report_gather.h"

/* After the rows were read. Models without predictions, and the last one, have no interval. */
rs_status rs_report_find_ahead(const rs_context *context, rs_report_source *source,
                               rs_error *error);

#endif
