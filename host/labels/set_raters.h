/* set_raters.h - what raters said of every image and class, N x C counts or probabilities (.npy,
 * .npz, .safetensors; CIFAR-10H's cifar10h-counts.npy), as label sets.
 *
 * A class is a label of an image where its share of the row's sum is at least the threshold. A row
 * of zeros has none.
 */
#ifndef RS_SET_RATERS_H
#define RS_SET_RATERS_H

#include "labels/real_json.h"

/* `threshold` 0: none was said, which is an error that says how. */
rs_status rs_set_raters_read(const char *path, uint32_t class_limit, double threshold,
                             rs_real_sets *sets, rs_error *error);

#endif
