/* label_bytes.c - mapping or reading label files. */
#include "labels/label_bytes.h"

#include <sys/mman.h>

#include "base/error.h"
#include "formats/input.h"
#include "labels/label_text.h"

/* Mapping is an offer: whatever the reason why it cannot be, the file is read. */
static void try_map(const char *path, rs_label_bytes *bytes)
{
    rs_input input;
    if (rs_input_open(path, &input, NULL) != RS_OK) {
        return;
    }
    if (input.regular && input.size > 0 && input.size <= RS_LABEL_FILE_BYTES_MAX &&
        rs_input_is_local(&input)) {
        void *mapped = mmap(NULL, (size_t)input.size, PROT_READ, MAP_PRIVATE, input.fd, 0);
        if (mapped != MAP_FAILED) {
            bytes->mapped = mapped;
            bytes->data = mapped;
            bytes->size = (size_t)input.size;
        }
    }
    rs_input_close(&input);
}

rs_status rs_label_bytes_open(const char *path, rs_label_bytes *bytes, rs_error *error)
{
    *bytes = (rs_label_bytes){0};
    try_map(path, bytes);
    if (bytes->mapped != NULL) {
        return RS_OK;
    }
    RS_TRY(rs_file_read(path, RS_LABEL_FILE_BYTES_MAX, &bytes->read, error));
    bytes->data = bytes->read.data;
    bytes->size = bytes->read.size;
    return RS_OK;
}

void rs_label_bytes_close(rs_label_bytes *bytes)
{
    if (bytes->mapped != NULL) {
        (void)munmap(bytes->mapped, bytes->size);
    }
    rs_file_bytes_free(&bytes->read);
    *bytes = (rs_label_bytes){0};
}
