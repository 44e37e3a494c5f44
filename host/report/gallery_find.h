/* gallery_find.h - which images the gallery shows. */
#ifndef RS_GALLERY_FIND_H
#define RS_GALLERY_FIND_H

#include "report/report.h"

/* Fills everything behind the first two members, from the models' `said` and `real_right`. Images
 * that `url` finds by an original label which is not known are left out. */
rs_status rs_gallery_find(const rs_report *report, rs_gallery *gallery, rs_error *error);

#endif
