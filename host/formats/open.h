/* open.h - from a path to rows, before integers are ranked. */
#ifndef RS_OPEN_H
#define RS_OPEN_H

#include "formats/source_impl.h"
#include "reassess/logits.h"

/* As rs_source_open, but integers are handed out as the file has them. */
rs_status rs_open_rows(const char *path, const rs_source_options *options, rs_source **source,
                       rs_error *error);

/* RS_USAGE where a number is none of its enum's values. */
rs_status rs_source_options_check(const rs_source_options *options, rs_error *error);

/* Ranks `rows` (taken over) where they are integers, with the scores that the options name. */
rs_status rs_open_ranked(rs_source *rows, const rs_source_options *options, rs_source **source,
                         rs_error *error);

/* True when PATH is a regular file that begins as a format does which needs no --shape. */
bool rs_is_rows_file(const char *path);

#endif
