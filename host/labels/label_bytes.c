/* label_bytes.c - mapping or reading label files. */
#include "labels/label_bytes.h"

#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "formats/convert_advice.h"
#include "formats/input.h"
#include "labels/label_text.h"

/* Mapping is an offer: whatever the reason why it cannot be, the file is read. */
static void try_map(int fd, rs_label_bytes *bytes)
{
    struct stat info;
    if (fstat(fd, &info) != 0 || !S_ISREG(info.st_mode) || info.st_size <= 0 ||
        (uint64_t)info.st_size > RS_LABEL_FILE_BYTES_MAX || !rs_is_local(fd)) {
        return;
    }
    void *mapped = mmap(NULL, (size_t)info.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
    if (mapped != MAP_FAILED) {
        bytes->mapped = mapped;
        bytes->data = mapped;
        bytes->size = (size_t)info.st_size;
    }
}

rs_status rs_label_bytes_open(const char *path, rs_label_bytes *bytes, rs_error *error)
{
    int fd = -1;
    rs_status status = RS_OK;
    *bytes = (rs_label_bytes){0};
    RS_TRY(rs_file_open(path, &fd, error)); /* once: a pipe is gone when it is closed */
    try_map(fd, bytes);
    if (bytes->mapped == NULL) {
        status = rs_file_read_open(fd, path, RS_LABEL_FILE_BYTES_MAX, &bytes->read, error);
        bytes->data = bytes->read.data;
        bytes->size = bytes->read.size;
    }
    (void)close(fd);
    status = status == RS_OK ? rs_refuse_mistaken(path, bytes->data, bytes->size, error) : status;
    if (status != RS_OK) {
        rs_label_bytes_close(bytes);
    }
    return status;
}

void rs_label_bytes_close(rs_label_bytes *bytes)
{
    if (bytes->mapped != NULL) {
        (void)munmap(bytes->mapped, bytes->size);
    }
    rs_file_bytes_free(&bytes->read);
    *bytes = (rs_label_bytes){0};
}
