/* convert_advice.c - one row of a table for each format that people have and this program does not
 * read. Python is only named, never run: unpickling a stranger's file runs the stranger's code.
 */
#include "formats/convert_advice.h"

#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "formats/format_table.h"

enum { PATH_BYTES_SHOWN = 160 };

typedef struct foreign_format {
    size_t at; /* where the magic stands */
    const char *magic;
    size_t magic_bytes;
    const char *reason;
    const char *advice; /* %s is the path */
} foreign_format;

#define MAGIC(text) (text), sizeof(text) - 1

static const foreign_format foreign_formats[] = {
    {0, MAGIC("\x80"), "this is a Python pickle, which is never loaded",
     "convert it if you trust it: python3 -c \"import sys, pickle, numpy; numpy.save('logits.npy', "
     "numpy.asarray(pickle.load(open(sys.argv[1], 'rb')), 'f4'))\" '%s'"},
    {0, MAGIC("\x89HDF\r\n\x1a\n"), "this is an HDF5 file",
     "convert it: python3 -c \"import sys, h5py, numpy; "
     "numpy.save('logits.npy', h5py.File(sys.argv[1])['DATASET'][:])\" '%s'"},
    {0, MAGIC("PAR1"), "this is a Parquet file",
     "convert it: python3 -c \"import sys, pandas, numpy; "
     "numpy.save('logits.npy', pandas.read_parquet(sys.argv[1]).to_numpy('f4'))\" '%s'"},
    {0, MAGIC("ARROW1"), "this is an Arrow (Feather) file",
     "convert it: python3 -c \"import sys, pandas, numpy; "
     "numpy.save('logits.npy', pandas.read_feather(sys.argv[1]).to_numpy('f4'))\" '%s'"},
    {0, MAGIC("MATLAB 5.0"), "this is a MATLAB file",
     "convert it: python3 -c \"import sys, scipy.io, numpy; "
     "numpy.save('logits.npy', scipy.io.loadmat(sys.argv[1])['VARIABLE'])\" '%s'"},
    {0, MAGIC("\x1f\x8b"), "this is compressed by gzip",
     "unpack it on the way: gzip -dc '%s' | reassess eval -"},
    {0, MAGIC("BZh"), "this is compressed by bzip2",
     "unpack it on the way: bzip2 -dc '%s' | reassess eval -"},
    {0, MAGIC("\xfd" "7zXZ"), "this is compressed by xz",
     "unpack it on the way: xz -dc '%s' | reassess eval -"},
    {0, MAGIC("\x28\xb5\x2f\xfd"), "this is compressed by zstd",
     "unpack it on the way: zstd -dc '%s' | reassess eval -"},
    {257, MAGIC("ustar"), "this is a tar archive",
     "unpack it and name a file inside it: tar -xf '%s'"},
};

#undef MAGIC

/* Not found by magic: an archive with a pickle in it, and what is none of all these. */
static const foreign_format torch = {
    0, NULL, 0, "this is a file of torch.save",
    "convert it: python3 -c \"import sys, torch, numpy; "
    "numpy.save('logits.npy', torch.load(sys.argv[1], map_location='cpu').float().numpy())\" "
    "'%s'"};
static const foreign_format plain_text = {
    0, NULL, 0, "this is a text file",
    "convert it: python3 -c \"import sys, numpy; numpy.save('logits.npy', "
    "numpy.loadtxt(sys.argv[1], 'f4', delimiter=','))\" '%s'; a table of predictions begins with "
    "the names of its columns, as in filename,index,prob"};

enum { FORMAT_COUNT = sizeof foreign_formats / sizeof foreign_formats[0] };

static rs_status fail_foreign(const foreign_format *format, const rs_input *input, rs_error *error)
{
    char advice[RS_ERROR_TEXT_BYTES];
    const bool showable = strlen(input->path) <= PATH_BYTES_SHOWN &&
                          strchr(input->path, '\'') == NULL && strcmp(input->path, "-") != 0;
    const char *path = showable ? input->path : "FILE";
    const char *rest = strstr(format->advice, "%s");
    (void)snprintf(advice, sizeof advice, "%.*s%s%s", (int)(rest - format->advice), format->advice,
                   path, rest + 2);
    return rs_fail(error, RS_UNSUPPORTED, input->name, rs_at_byte(0), advice, "%s", format->reason);
}

static bool is_text(const rs_input *input)
{
    for (size_t i = 0; i < input->head_bytes; ++i) {
        const uint8_t c = input->head[i];
        if (c < 0x20 && strchr("\t\r\n\f", c) == NULL) {
            return false;
        }
        if (c == 0) {
            return false;
        }
    }
    return input->head_bytes > 0;
}

rs_status rs_fail_torch(const rs_input *input, rs_error *error)
{
    return fail_foreign(&torch, input, error);
}

rs_status rs_fail_unknown(const rs_input *input, rs_error *error)
{
    char formats[160];
    if (input->head_bytes == 0) {
        return rs_fail(error, RS_FORMAT, input->name, rs_at_byte(0),
                       "save the model's outputs again", "there is nothing in it");
    }
    for (size_t i = 0; i < FORMAT_COUNT; ++i) {
        const foreign_format *format = &foreign_formats[i];
        if (format->magic != NULL && input->head_bytes >= format->at + format->magic_bytes &&
            memcmp(input->head + format->at, format->magic, format->magic_bytes) == 0) {
            return fail_foreign(format, input, error);
        }
    }
    if (is_text(input)) {
        return fail_foreign(&plain_text, input, error);
    }
    return rs_fail(error, RS_UNSUPPORTED, input->name, rs_at_byte(0),
                   "save it with numpy.save; for bare numbers say what they are with --shape and "
                   "--dtype",
                   "this is %s", rs_read_formats_text(formats, sizeof formats));
}
