/* image_order.h - row orders from text in memory; the rest is in reassess/labels.h.
 */
#ifndef RS_IMAGE_ORDER_H
#define RS_IMAGE_ORDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "reassess/labels.h"

/* A list of images (image_list.h) that holds every image of the labels; one that comes again is a
 * row that counts no more. Of labels that are a part of others, images of the others are passed
 * over. `file` names the list in errors. */
rs_status rs_order_parse(const rs_labels *labels, const char *file, const uint8_t *data,
                         size_t size, rs_order **order, rs_error *error);

/* Rows that are these images. */
rs_status rs_order_of_rows(const rs_labels *labels, const uint32_t *row, uint64_t rows,
                           rs_order **order, rs_error *error);

/* RS_MISMATCH where it is no order of so many images; NULL is fine. */
rs_status rs_order_check_images(const rs_order *order, uint64_t images, rs_error *error);
/* How many of its rows are an image that came before. */
uint32_t rs_order_repeats(const rs_order *order);
/* For who can take every image but once; NULL is fine. RS_MISMATCH where one comes again. */
rs_status rs_order_check_once(const rs_order *order, rs_error *error);
bool rs_order_is_dealt(const rs_order *order); /* made by rs_order_deal */

#endif
