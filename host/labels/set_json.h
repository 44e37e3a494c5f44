/* set_json.h - label sets in JSON, by file name or one after the other.
 *
 *     {"ILSVRC2012_val_00000002.JPEG": [970, 795], "val/b.JPEG": "n01751748", ...}
 *     [["n09193705", "n09399592"], [], ...]
 *
 * and the multi-label annotations of ImageNet (Shankar et al. 2020, "Evaluating machine accuracy on
 * ImageNet"): classes that are correct, unclear or wrong in an image, and problematic images.
 *
 *     {"initial_annots": {"ILSVRC2012_val_00000001.JPEG": {"correct": ["n01751748"],
 *                                                          "unclear": [...], "wrong": [...]}, ...},
 *      "problematic_images": {"ILSVRC2012_val_00000064.JPEG": {...}, ...}, ...}
 *
 * Their measure counts what is unclear as right, and leaves problematic images out: the set of an
 * image is what is correct or unclear, and that of a problematic one is empty.
 */
#ifndef RS_SET_JSON_H
#define RS_SET_JSON_H

#include "labels/set_list.h"

rs_status rs_set_json_parse(const rs_set_context *context, const uint8_t *data, size_t size,
                            rs_real_sets *sets);

#endif
