/* zip_impl.h - an open archive, for the files that read its members. */
#ifndef RS_ZIP_IMPL_H
#define RS_ZIP_IMPL_H

#include <stdbool.h>
#include <stdint.h>
#include <zip.h>

#include "formats/zip_directory.h"
#include "reassess/status.h"

struct rs_zip {
    zip_t *archive;
    char *file;   /* for messages */
    int fd;       /* libzip's own */
    uint64_t bytes;
    bool mapping; /* members may be mapped, and held in memory as a whole */
    rs_zip_span *directory; /* NULL: not known */
};

/* What libzip says went wrong. */
rs_status rs_fail_zip(const char *file, int code, rs_error *error);

#endif
