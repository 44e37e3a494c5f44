/* json_begin.h - how the JSON objects that commands write begin. */
#ifndef RS_JSON_BEGIN_H
#define RS_JSON_BEGIN_H

#include "base/json.h"

/* An object with its schema and with the version and the commit of the program that writes it. */
rs_json *rs_json_begin(const char *schema);

#endif
