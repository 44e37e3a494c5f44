/* product_check.c - products that no engine can make. */
#include <inttypes.h>
#include <limits.h>

#include "base/checked.h"
#include "base/error.h"
#include "engine/engine.h"

/* The strides of the libraries are of type int, and so are their dimensions. */
static rs_status check_size(const char *what, uint64_t size, rs_error *error)
{
    if (size > INT_MAX) {
        return rs_fail(error, RS_RANGE, NULL, rs_nowhere(), "multiply it in parts",
                       "%s of a matrix product is %" PRIu64 ", more than %d", what, size, INT_MAX);
    }
    return RS_OK;
}

/* Puts in a stride that was left out, and checks that all bytes can be counted. */
static rs_status complete(uint64_t *stride, uint64_t rows, uint64_t columns, size_t size,
                          rs_error *error)
{
    uint64_t bytes = 0;
    *stride = *stride == 0 ? columns : *stride;
    *stride = *stride == 0 ? 1 : *stride;
    RS_REFUSE(*stride < columns, error, "a stride is in elements",
              "rows of %" PRIu64 " elements cannot lie %" PRIu64 " apart", columns, *stride);
    RS_TRY(check_size("a stride", *stride, error));
    if (!rs_mul_u64(rows, *stride, &bytes) || !rs_mul_u64(bytes, size, &bytes)) {
        return rs_fail_memory(error, UINT64_MAX, "a matrix");
    }
    return RS_OK;
}

/* Matrices that hold something lie somewhere. */
static rs_status check_places(const rs_product *product, rs_error *error)
{
    if (product->rows == 0 || product->columns == 0) {
        return RS_OK;
    }
    if (product->depth > 0) {
        RS_TRY(rs_need(product->left, "left", error));
        RS_TRY(rs_need(product->right, "right", error));
    }
    return rs_need(product->out, "out", error);
}

rs_status rs_product_check(rs_product *product, rs_error *error)
{
    const bool turned = product->right_transposed;
    const bool left_turned = product->left_transposed;
    const size_t size = rs_dtype_bytes(product->dtype);
    if (product->dtype != RS_DTYPE_F32 && product->dtype != RS_DTYPE_F64) {
        return rs_fail(error, RS_UNSUPPORTED, NULL, rs_nowhere(), "convert to f32 or f64",
                       "matrices of type %s cannot be multiplied", rs_dtype_name(product->dtype));
    }
    RS_TRY(check_size("the rows", product->rows, error));
    RS_TRY(check_size("the columns", product->columns, error));
    RS_TRY(check_size("the depth", product->depth, error));
    RS_TRY(complete(&product->left_stride, left_turned ? product->depth : product->rows,
                    left_turned ? product->rows : product->depth, size, error));
    RS_TRY(complete(&product->right_stride, turned ? product->columns : product->depth,
                    turned ? product->depth : product->columns, size, error));
    RS_TRY(complete(&product->out_stride, product->rows, product->columns, size, error));
    return check_places(product, error);
}
