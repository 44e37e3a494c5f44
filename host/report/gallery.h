/* gallery.h - the images to look at: where most models are wrong by ReaL, and where ReaL and all
 * models are against the original label. gallery_find.h finds them. */
#ifndef RS_GALLERY_H
#define RS_GALLERY_H

#include <stddef.h>
#include <stdint.h>

#include "relabel/image_rows.h"

enum { RS_GALLERY_SHOWN = 24 };

typedef struct rs_gallery_image {
    uint64_t row;
    size_t wrong;  /* models that are, by ReaL */
    int32_t said;  /* what most models say first */
    size_t saying; /* and how many of them do */
} rs_gallery_image;

/* Of either list the first ones, and how many there are. */
typedef struct rs_gallery_list {
    uint64_t found;
    size_t count;
    rs_gallery_image image[RS_GALLERY_SHOWN];
} rs_gallery_list;

typedef struct rs_gallery {
    const char *url;             /* where a browser finds an image (rs_image_url) */
    const rs_image_rows *images; /* their names */
    size_t models;               /* whose predictions are known */
    uint64_t all_wrong;          /* images on which every one of them is wrong */
    rs_gallery_list wrong;   /* more than half of the models: most of them first, then those whose
                                models say the same */
    rs_gallery_list against; /* the original label is not in the set, every model's prediction is */
} rs_gallery;

#endif
