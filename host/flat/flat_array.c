/* flat_array.c - what a DLPack capsule holds. */
#include "base/error.h"
#include "flat/dlpack.h"
#include "flat/flat.h"
#include "flat/flat_error.h"

/* A producer may say what cannot be, and an array without memory (a "fake" tensor) has no address:
 * as the index of a batch NULL would mean the next images. */
static rs_status check_said(const dl_tensor *tensor, int last, rs_error *error)
{
    static const char *const advice = "give an array whose values are in memory";
    if (tensor->shape == NULL || tensor->shape[0] < 0 || tensor->shape[last] < 0) {
        return rs_fail(error, RS_FORMAT, NULL, rs_nowhere(), advice,
                       "an array that does not say how long it is cannot be read");
    }
    if (tensor->data == NULL && tensor->shape[0] > 0 && tensor->shape[last] > 0) {
        return rs_fail(error, RS_FORMAT, NULL, rs_nowhere(), advice,
                       "an array without memory cannot be read");
    }
    return RS_OK;
}

static rs_status fill(const dl_tensor *tensor, int64_t info[RS_FLAT_INFO], rs_error *error)
{
    if (tensor->ndim < 1 || tensor->ndim > 2 || tensor->lanes != 1) {
        return rs_fail(error, RS_UNSUPPORTED, NULL, rs_nowhere(),
                       "give rows of values (two dimensions), and an index of one",
                       "an array of %d dimensions cannot be read", (int)tensor->ndim);
    }
    const int last = tensor->ndim - 1;
    RS_TRY(check_said(tensor, last, error));
    info[RS_FLAT_ADDRESS] = (int64_t)(intptr_t)tensor->data + (int64_t)tensor->byte_offset;
    info[RS_FLAT_TYPE_CODE] = tensor->code;
    info[RS_FLAT_TYPE_BITS] = tensor->bits;
    info[RS_FLAT_DIMENSIONS] = tensor->ndim;
    info[RS_FLAT_SIZE_0] = tensor->shape[0];
    info[RS_FLAT_SIZE_1] = tensor->shape[last];
    info[RS_FLAT_STRIDE_0] = last == 0 ? 1 : tensor->shape[1];
    info[RS_FLAT_STRIDE_1] = 1;
    if (tensor->strides != NULL) {
        info[RS_FLAT_STRIDE_0] = tensor->strides[0];
        info[RS_FLAT_STRIDE_1] = tensor->strides[last];
    }
    info[RS_FLAT_DEVICE] = tensor->device_type;
    return RS_OK;
}

static rs_status read_tensor(const void *managed, int versioned, int64_t info[RS_FLAT_INFO],
                             rs_error *error)
{
    RS_NEED(managed, error);
    RS_NEED(info, error);
    if (versioned == 0) {
        return fill(managed, info, error);
    }
    const dl_versioned *const tensor = managed;
    if (tensor->major != 1) {
        return rs_fail(error, RS_UNSUPPORTED, NULL, rs_nowhere(), NULL,
                       "DLPack of version %u.%u; this library reads 1", (unsigned)tensor->major,
                       (unsigned)tensor->minor);
    }
    return fill(&tensor->tensor, info, error);
}

int rs_flat_dlpack(const void *managed, int versioned, int64_t info[RS_FLAT_INFO], char **error)
{
    rs_error made = {0};
    return rs_flat_end(read_tensor(managed, versioned, info, &made), &made, error);
}
