/* ilsvrc.c - knowing the ILSVRC-2012 classes and labels, and labels that cannot belong together.
 */
#include <inttypes.h>

#include "base/error.h"
#include "base/hash.h"
#include "labels/labels_impl.h"

enum { ILSVRC_CLASSES = 1000 };

/* XXH3 of the 1000 synset ids in class order, each followed by a zero byte. */
static const uint64_t synsets_hash = UINT64_C(0x88393a10aedff2c1);
/* XXH3 of the 50,000 original labels of the validation set as little-endian int32. */
static const uint64_t originals_hash = UINT64_C(0x7f227027ed6f4ba2);

/* By chance labels are in their sets in about 1/classes of the rows; the real ones are in 90 %.
 * Some rows tell as well as all, in a tenth of a millisecond less. */
enum { AGREEMENT_ROWS = 1000, SAMPLED_ROWS = 4000, AGREEMENT_CLASSES = 100, AGREEMENT_PERCENT = 2 };

bool rs_synsets_are_ilsvrc(const rs_class_list *synsets)
{
    return synsets->count == ILSVRC_CLASSES &&
           rs_hash(synsets->text, synsets->text_bytes) == synsets_hash;
}

bool rs_originals_are_ilsvrc(const int32_t *original, uint64_t rows)
{
    return rows == RS_ILSVRC_IMAGES && rs_hash(original, rows * sizeof *original) == originals_hash;
}

static bool is_in_set(const rs_label_view *view, uint64_t row)
{
    for (uint32_t k = view->real_begin[row]; k < view->real_begin[row + 1]; ++k) {
        if (view->real_class[k] == view->original[row]) {
            return true;
        }
    }
    return false;
}

rs_status rs_labels_check_agreement(const rs_labels *labels, rs_error *error)
{
    const rs_label_view *const view = &labels->view;
    const uint64_t step = view->rows / SAMPLED_ROWS + 1;
    uint64_t rows = 0;
    uint64_t in_set = 0;
    for (uint64_t i = 0; i < view->rows; i += step) {
        if (view->real_begin[i] < view->real_begin[i + 1] &&
            view->original[i] != RS_CLASS_UNKNOWN) {
            ++rows;
            in_set += is_in_set(view, i);
        }
    }
    if (rows < AGREEMENT_ROWS || view->classes < AGREEMENT_CLASSES ||
        in_set * 100 >= rows * AGREEMENT_PERCENT) {
        return RS_OK;
    }
    return rs_fail(
        error, RS_MISMATCH, labels->original_path, rs_nowhere(),
        "labels are wanted in file-name order, classes in the order of the sorted synset "
        "ids (ids of the ILSVRC development kit are not); use the file that "
        "reassess labels --fetch gets",
        "only %" PRIu64 " of %" PRIu64 " original labels looked at are in the ReaL sets of "
        "their images: the two files number classes or images in different ways",
        in_set, rows);
}
