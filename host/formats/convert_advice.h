/* convert_advice.h - formats that are recognised and not read: what to run to convert them. */
#ifndef RS_CONVERT_ADVICE_H
#define RS_CONVERT_ADVICE_H

#include "formats/input.h"
#include "reassess/status.h"

/* For an archive that torch.save wrote. RS_UNSUPPORTED: the advice is one line that converts the
 * file. */
rs_status rs_fail_torch(const rs_input *input, rs_error *error);

/* The error for an input that is none of the formats that are read, from its first bytes. */
rs_status rs_fail_unknown(const rs_input *input, rs_error *error);

#endif
