/* sidecar_check.c - see sidecar_check.h. */
#include "sweep/sidecar_check.h"

#include <errno.h>
#include <inttypes.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file_read.h"
#include "base/hash.h"

/* More than the directory of an archive of a few arrays takes. */
enum { END_BYTES = 1024 };

static const char *const metric_names[] = {"imagenet_top1", "real_top1"};

rs_status rs_sidecar_end_hash(const char *path, uint64_t *hash, rs_error *error)
{
    unsigned char end[END_BYTES];
    struct stat info;
    int fd = -1;
    *hash = 0;
    RS_TRY(rs_file_need_regular(path, error));
    RS_TRY(rs_file_open(path, &fd, error));
    rs_status status = RS_OK;
    if (fstat(fd, &info) != 0) {
        status = rs_fail_errno(error, path, "read", errno);
        goto done;
    }
    const uint64_t size = (uint64_t)info.st_size;
    const size_t taken = size < END_BYTES ? (size_t)size : END_BYTES;
    RS_TRY_DONE(rs_file_pread(fd, path, end, taken, size - taken, error));
    *hash = rs_hash(end, taken);
done:
    (void)close(fd);
    return status;
}

rs_recorded_right rs_recorded_right_of(const rs_record *record)
{
    rs_recorded_right right = {.known = {false, false}};
    for (size_t i = 0; i < 2; ++i) {
        const rs_metric *const metric = rs_record_metric(record, metric_names[i]);
        right.known[i] = metric != NULL;
        right.correct[i] = metric == NULL ? 0 : metric->correct;
    }
    return right;
}

rs_status rs_recorded_right_check(const rs_recorded_right *recorded, const rs_metrics *counted,
                                  const char *sidecar, rs_error *error)
{
    for (size_t i = 0; i < 2; ++i) {
        const rs_metric *const metric = rs_metrics_find(counted, metric_names[i]);
        if (recorded->known[i] && metric != NULL && metric->correct != recorded->correct[i]) {
            return rs_fail(error, RS_MISMATCH, sidecar, rs_nowhere(),
                           "run the sweep again to write both anew",
                           "these predictions are not those of the record beside them: %s has "
                           "%" PRIu64 " right, not %" PRIu64,
                           metric_names[i], metric->correct, recorded->correct[i]);
        }
    }
    return RS_OK;
}
