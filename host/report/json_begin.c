/* json_begin.c - see json_begin.h. */
#include "report/json_begin.h"

#include "build_info.h"
#include "reassess/version.h"

rs_json *rs_json_begin(const char *schema)
{
    rs_json *root = rs_json_object();
    rs_json_add_text(root, "schema", schema);
    rs_json *tool = rs_json_add_object(root, "tool");
    rs_json_add_text(tool, "version", RS_VERSION);
    rs_json_add_text(tool, "commit", RS_BUILD_COMMIT);
    return root;
}
