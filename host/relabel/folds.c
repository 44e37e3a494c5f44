/* folds.c - blocks, stripes, or a list, which is read as original labels are. */
#include "relabel/folds.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/checked.h"
#include "base/error.h"
#include "labels/original_labels.h"

static void fill_blocks(rs_folds *folds, uint64_t rows)
{
    const uint64_t shorter = rows / folds->count;
    const uint64_t longer = rows % folds->count; /* so many blocks have a row more */
    uint64_t row = 0;
    for (uint32_t fold = 0; fold < folds->count; ++fold) {
        for (uint64_t left = shorter + (fold < longer ? 1 : 0); left > 0; --left) {
            folds->fold[row++] = (uint16_t)fold;
        }
    }
}

static rs_status copy_list(const char *path, const rs_original_labels *list, uint64_t rows,
                           rs_folds *folds, rs_error *error)
{
    if (list->rows != rows) {
        return rs_fail(
            error, RS_MISMATCH, path, rs_nowhere(), "give a fold for every label, in their order",
            "%" PRIu64 " folds are listed, but there are %" PRIu64 " labels", list->rows, rows);
    }
    for (uint64_t row = 0; row < rows; ++row) {
        if (list->label[row] < 0 || (uint32_t)list->label[row] >= folds->count) {
            return rs_fail(error, RS_RANGE, path, rs_at_row(row),
                           "folds are counted from 0, and each has its file",
                           "fold %" PRId32 ", but there are %" PRIu32 " files", list->label[row],
                           folds->count);
        }
        folds->fold[row] = (uint16_t)list->label[row];
    }
    return RS_OK;
}

static rs_status fill_list(const char *path, uint64_t rows, rs_folds *folds, rs_error *error)
{
    static const rs_class_list no_ids = {0};
    rs_original_labels list;
    RS_TRY(rs_original_labels_read(path, &no_ids, RS_CLASSES_MAX, &list, error));
    const rs_status status = copy_list(path, &list, rows, folds, error);
    rs_original_labels_clear(&list);
    return status;
}

static rs_status fill(rs_folds_kind kind, const char *list_path, uint64_t rows, rs_folds *folds,
                      rs_error *error)
{
    if (kind == RS_FOLDS_LIST) {
        return fill_list(list_path, rows, folds, error);
    }
    if (kind == RS_FOLDS_BLOCKS) {
        fill_blocks(folds, rows);
        return RS_OK;
    }
    for (uint64_t row = 0; row < rows; ++row) {
        folds->fold[row] = (uint16_t)(row % folds->count);
    }
    return RS_OK;
}

static rs_status count_rows(const char *list_path, uint64_t rows, rs_folds *folds, rs_error *error)
{
    for (uint64_t row = 0; row < rows; ++row) {
        ++folds->rows[folds->fold[row]];
    }
    for (uint32_t fold = 0; fold < folds->count; ++fold) {
        if (folds->rows[fold] == 0) {
            return rs_fail(
                error, RS_MISMATCH, list_path, rs_nowhere(), "give one file for each fold",
                "there are %" PRIu32 " files, but no row is in fold %" PRIu32, folds->count, fold);
        }
    }
    return RS_OK;
}

rs_status rs_folds_make(rs_folds_kind kind, const char *list_path, uint64_t rows, uint32_t count,
                        rs_folds *folds, rs_error *error)
{
    rs_status status = RS_OK;
    *folds = (rs_folds){.count = count};
    RS_REFUSE(count == 0 || count > RS_FOLDS_MAX, error, NULL,
              "%" PRIu32 " folds, from 1 to %d can be", count, RS_FOLDS_MAX);
    RS_TRY_DONE(RS_NEW(&folds->fold, rows, "folds", error));
    RS_TRY_DONE(RS_NEW(&folds->rows, count, "folds", error));
    RS_TRY_DONE(fill(kind, list_path, rows, folds, error));
    RS_TRY_DONE(count_rows(kind == RS_FOLDS_LIST ? list_path : NULL, rows, folds, error));
    return RS_OK;
done:
    rs_folds_clear(folds);
    return status;
}

void rs_folds_clear(rs_folds *folds)
{
    free(folds->fold);
    free(folds->rows);
    *folds = (rs_folds){0};
}
