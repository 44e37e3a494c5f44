/* fit_write.c - all heads of a run in one archive, two arrays each. */
#include "fit/fit_write.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/checked.h"
#include "base/error.h"
#include "fit/fit_impl.h"
#include "formats/write.h"

const char *rs_fit_saved_name(const rs_fit_options *options, size_t head, size_t epoch,
                              char out[RS_FIT_TENSOR_BYTES])
{
    const char *const name = options->heads[head].name;
    if (options->epoch_count == 1) {
        (void)snprintf(out, RS_FIT_TENSOR_BYTES, "%s", name);
    } else {
        (void)snprintf(out, RS_FIT_TENSOR_BYTES, "%s%se%" PRIu64, name,
                       name[0] == '\0' ? "" : ".", options->epochs[epoch]);
    }
    return out;
}

/* What the path asks for; .npz where it asks for nothing. */
static rs_write_format format_of(const char *path)
{
    const rs_write_format format = rs_write_format_of_path(path);
    return format == RS_WRITE_SAFETENSORS ? RS_WRITE_SAFETENSORS : RS_WRITE_NPZ;
}

rs_status rs_fit_check_path(const char *path, rs_error *error)
{
    static const char *const single[] = {".npy", ".raw", ".bin"};
    const char *const dot = strrchr(path, '.');
    const bool standard = strcmp(path, "-") == 0;
    bool wrong = standard;
    for (size_t i = 0; dot != NULL && i < sizeof single / sizeof single[0]; ++i) {
        wrong = wrong || strcmp(dot, single[i]) == 0;
    }
    if (!wrong) {
        return RS_OK;
    }
    return rs_fail(error, RS_USAGE, standard ? NULL : path, rs_nowhere(),
                   "name it heads.npz or heads.safetensors",
                   "heads are two arrays each, written to a file as .npz or .safetensors");
}

/* The arrays of one saved head. */
typedef struct written_head {
    char name[2][RS_FIT_TENSOR_BYTES + 8];
} written_head;

static void describe(const rs_training *fit, size_t head, size_t epoch, written_head *names,
                     rs_array_spec spec[2], const void *data[2])
{
    char own[RS_FIT_TENSOR_BYTES];
    (void)rs_fit_saved_name(&fit->options, head, epoch, own);
    const char *const dot = own[0] == '\0' ? "" : ".";
    const unsigned char *const parameters = fit->member[head].saved[epoch].parameters;
    (void)snprintf(names->name[0], sizeof names->name[0], "%s%sweight", own, dot);
    (void)snprintf(names->name[1], sizeof names->name[1], "%s%sbias", own, dot);
    spec[0] = (rs_array_spec){names->name[0], fit->features->dtype, fit->targets->classes,
                              fit->features->columns};
    spec[1] = (rs_array_spec){names->name[1], fit->features->dtype, fit->targets->classes, 0};
    data[0] = parameters;
    data[1] = parameters + fit->weights * fit->size;
}

rs_status rs_fit_write(const rs_training *fit, const char *path, rs_file_writer **file,
                       rs_error *error)
{
    const size_t count = fit->options.head_count * fit->saved;
    written_head *names = NULL;
    rs_array_spec *specs = NULL;
    const void **data = NULL;
    rs_status status = RS_OK;
    *file = NULL;
    RS_TRY_DONE(RS_NEW(&names, count, "names of heads", error));
    RS_TRY_DONE(RS_NEW(&specs, 2 * count, "heads", error));
    RS_TRY_DONE(RS_NEW(&data, 2 * count, "heads", error));
    for (size_t i = 0; i < count; ++i) {
        describe(fit, i % fit->options.head_count, i / fit->options.head_count, &names[i],
                 specs + 2 * i, data + 2 * i);
    }
    status = rs_arrays_write(path, format_of(path), specs, data, 2 * count, file, error);
done:
    free(names);
    free(specs);
    free(data);
    return status;
}

rs_status rs_fit_write_so_far(const rs_training *fit, const char *path, rs_error *error)
{
    struct stat info;
    rs_file_writer *file = NULL;
    if (stat(path, &info) == 0 && !S_ISREG(info.st_mode)) {
        return RS_OK;
    }
    RS_TRY(rs_fit_write(fit, path, &file, error));
    return rs_file_commit(file, error);
}
