/* convert_advice.h - formats that are recognised and not read: what to run to convert them. */
#ifndef RS_CONVERT_ADVICE_H
#define RS_CONVERT_ADVICE_H

#include "formats/input.h"
#include "reassess/status.h"

typedef enum rs_convert {
    RS_CONVERT_TORCH = 0,
    RS_CONVERT_PICKLE,
    RS_CONVERT_HDF5,
    RS_CONVERT_PARQUET,
    RS_CONVERT_ARROW,
    RS_CONVERT_MATLAB,
    RS_CONVERT_GZIP,
    RS_CONVERT_BZIP2,
    RS_CONVERT_XZ,
    RS_CONVERT_ZSTD,
    RS_CONVERT_TAR,
    RS_CONVERT_TEXT
} rs_convert;

/* RS_UNSUPPORTED; the advice is one line that converts the file. */
rs_status rs_fail_convert(rs_convert what, const rs_input *input, rs_error *error);

/* The error for an input that is none of the formats that are read, from its first bytes. */
rs_status rs_fail_unknown(const rs_input *input, rs_error *error);

#endif
