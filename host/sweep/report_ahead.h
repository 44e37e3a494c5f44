/* report_ahead.h - how far each model of a report is ahead of the next one. */
#ifndef RS_REPORT_AHEAD_H
#define RS_REPORT_AHEAD_H

#include "sweep/report_source.h"

/* After the rows were read. Models without predictions, and the last one, have no interval. */
rs_status rs_report_find_ahead(rs_report_source *source, rs_error *error);

#endif
