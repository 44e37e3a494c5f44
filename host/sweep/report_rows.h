/* report_rows.h - the ranked predictions beside the records, read again. */
#ifndef RS_REPORT_ROWS_H
#define RS_REPORT_ROWS_H

#include "sweep/report_source.h"

/* Of every model that has them: who is right on which image, numbers by class, confusions. */
rs_status rs_report_read_rows(rs_report_source *source, rs_error *error);

#endif
