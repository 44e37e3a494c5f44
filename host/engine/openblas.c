/* openblas.c - dlopen of OpenBLAS, and what to do without it. */
#include "engine/openblas.h"

#include <dlfcn.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/packages.h"

enum { ROW_MAJOR = 101, AS_STORED = 111, TURNED = 112 }; /* as CBLAS numbers them */

/* ---- opening ---- */

/* OpenBLAS makes a thread for every processor that the calling thread may use when it is loaded,
 * and they spin for a while. Loaded by a thread that may use one processor it makes none. */
static void *open_on_one_processor(const char *name)
{
    cpu_set_t before;
    cpu_set_t one;
    const int here = sched_getcpu();
    bool pinned = false;
    if (here >= 0 && here < CPU_SETSIZE && sched_getaffinity(0, sizeof before, &before) == 0) {
        CPU_ZERO(&one);
        CPU_SET((size_t)here, &one);
        pinned = sched_setaffinity(0, sizeof one, &one) == 0;
    }
    void *const library = dlopen(name, RTLD_NOW | RTLD_LOCAL);
    if (pinned) {
        (void)sched_setaffinity(0, sizeof before, &before);
    }
    return library;
}

static void *open_library(void)
{
    static const char *const names[] = {"libopenblas.so.0", "libopenblasp.so.0",
                                        "libopenblaso.so.0", "libopenblas.so"};
    static const char *const packaged[] = {
        "scipy_openblas32/lib/libscipy_openblas.so", "scipy.libs/lib*openblas*.so",
        "scipy_openblas64/lib/libscipy_openblas64_.so", "numpy.libs/lib*openblas*.so", NULL};
    const char *const given = getenv("REASSESS_OPENBLAS");
    char folder[RS_FOLDER_BYTES];
    char path[RS_FOLDER_BYTES];
    void *library = NULL;
    if (given != NULL && given[0] != '\0') {
        return open_on_one_processor(given);
    }
    for (size_t i = 0; i < sizeof names / sizeof names[0] && library == NULL; ++i) {
        library = open_on_one_processor(names[i]);
    }
    if (library == NULL) {
        rs_own_folder(folder);
        library = rs_open_packaged(folder, packaged, open_on_one_processor, path);
    }
    return library;
}

/* Copies a function's address; a cast from void * would not be C. In Python packages names begin
 * with "scipy_", and end with "64_" where dimensions have 64 bits, as `end` says. */
static bool find(void *library, const char *name, const char *end, void *function)
{
    char full[64];
    (void)snprintf(full, sizeof full, "scipy_%s%s", name, end);
    void *symbol = dlsym(library, full + strlen("scipy_"));
    if (symbol == NULL) {
        symbol = dlsym(library, full);
    }
    memcpy(function, &symbol, sizeof symbol);
    return symbol != NULL;
}

/* Of one kind both products, or the library is of no use. */
static bool find_products(void *library, rs_openblas *blas, const char **end)
{
    *end = "";
    if (find(library, "cblas_sgemm", *end, (void *)&blas->sgemm) &&
        find(library, "cblas_dgemm", *end, (void *)&blas->dgemm)) {
        return true;
    }
    blas->sgemm = NULL;
    *end = "64_";
    return find(library, "cblas_sgemm", *end, (void *)&blas->wide_sgemm) &&
           find(library, "cblas_dgemm", *end, (void *)&blas->wide_dgemm);
}

/* "OpenBLAS 0.3.21 DYNAMIC_ARCH ..." comes down to its first two words. */
static void name_library(rs_openblas *blas, const char *text)
{
    const size_t first = text != NULL ? strcspn(text, " ") : 0;
    if (first == 0 || text[first] == '\0') {
        (void)snprintf(blas->name, sizeof blas->name, "%s", first > 0 ? text : "a BLAS");
        return;
    }
    const size_t length = first + 1 + strcspn(text + first + 1, " ");
    (void)snprintf(blas->name, sizeof blas->name, "%.*s", (int)length, text);
}

void rs_openblas_open(rs_openblas *blas)
{
    void (*set_threads)(int) = NULL;
    char *(*get_config)(void) = NULL;
    const char *end = "";
    if (blas->name[0] != '\0') {
        return;
    }
    *blas = (rs_openblas){.name = "plain C"};
    void *const library = open_library();
    if (library == NULL) {
        return;
    }
    if (!find_products(library, blas, &end)) {
        *blas = (rs_openblas){.name = "plain C"};
        (void)dlclose(library);
        return;
    }
    if (find(library, "openblas_set_num_threads", end, (void *)&set_threads)) {
        set_threads(1);
    }
    (void)find(library, "openblas_get_config", end, (void *)&get_config);
    name_library(blas, get_config != NULL ? get_config() : NULL);
}

bool rs_openblas_is_plain(const rs_openblas *blas)
{
    return blas->sgemm == NULL && blas->wide_sgemm == NULL;
}

/* ---- without a library ---- */

/* Row by row; the right matrix is read along its rows either way. */
typedef float f32_real;
typedef double f64_real;

#define DEFINE_PLAIN(name)                                                                         \
    static void plain_##name(const rs_product *product)                                            \
    {                                                                                              \
        for (uint64_t i = 0; i < product->rows; ++i) {                                             \
            const bool turned = product->left_transposed;                                          \
            const uint64_t step = turned ? product->left_stride : 1;                               \
            const name##_real *const left =                                                        \
                (const name##_real *)product->left + i * (turned ? 1 : product->left_stride);      \
            name##_real *const out = (name##_real *)product->out + i * product->out_stride;        \
            for (uint64_t j = 0; j < product->columns && !product->add; ++j) {                     \
                out[j] = 0;                                                                        \
            }                                                                                      \
            if (product->right_transposed) {                                                       \
                for (uint64_t j = 0; j < product->columns; ++j) {                                  \
                    const name##_real *const right =                                               \
                        (const name##_real *)product->right + j * product->right_stride;           \
                    name##_real sum = 0;                                                           \
                    for (uint64_t k = 0; k < product->depth; ++k) {                                \
                        sum += left[k * step] * right[k];                                          \
                    }                                                                              \
                    out[j] += sum;                                                                 \
                }                                                                                  \
                continue;                                                                          \
            }                                                                                      \
            for (uint64_t k = 0; k < product->depth; ++k) {                                        \
                const name##_real *const right =                                                   \
                    (const name##_real *)product->right + k * product->right_stride;               \
                for (uint64_t j = 0; j < product->columns; ++j) {                                  \
                    out[j] += left[k * step] * right[j];                                           \
                }                                                                                  \
            }                                                                                      \
        }                                                                                          \
    }

DEFINE_PLAIN(f32)
DEFINE_PLAIN(f64)

void rs_openblas_multiply(const rs_openblas *blas, const rs_product *product)
{
    const int left_turned = product->left_transposed ? TURNED : AS_STORED;
    const int turned = product->right_transposed ? TURNED : AS_STORED;
    const int rows = (int)product->rows;
    const int columns = (int)product->columns;
    const int depth = (int)product->depth;
    const int left_stride = (int)product->left_stride;
    const int right_stride = (int)product->right_stride;
    const int out_stride = (int)product->out_stride;
    const bool single = product->dtype == RS_DTYPE_F32;
    if (rs_openblas_is_plain(blas)) {
        (single ? plain_f32 : plain_f64)(product);
    } else if (single && blas->wide_sgemm != NULL) {
        blas->wide_sgemm(ROW_MAJOR, left_turned, turned, rows, columns, depth, 1.0F, product->left,
                         left_stride, product->right, right_stride, product->add ? 1.0F : 0.0F,
                         product->out, out_stride);
    } else if (blas->wide_dgemm != NULL) {
        blas->wide_dgemm(ROW_MAJOR, left_turned, turned, rows, columns, depth, 1.0, product->left,
                         left_stride, product->right, right_stride, product->add ? 1.0 : 0.0,
                         product->out, out_stride);
    } else if (single) {
        blas->sgemm(ROW_MAJOR, left_turned, turned, rows, columns, depth, 1.0F, product->left,
                    left_stride, product->right, right_stride, product->add ? 1.0F : 0.0F,
                    product->out, out_stride);
    } else {
        blas->dgemm(ROW_MAJOR, left_turned, turned, rows, columns, depth, 1.0, product->left,
                    left_stride, product->right, right_stride, product->add ? 1.0 : 0.0,
                    product->out, out_stride);
    }
}
