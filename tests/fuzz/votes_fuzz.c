/* votes_fuzz.c - any bytes as raters' answers (CSV, JSON lines, a JSON array) and as a golden set.
 *
 * What was read must hold together, and every method must make scores between 0 and 1 of it.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "relabel/aggregate_run.h"
#include "relabel/curve.h"
#include "relabel/golden_read.h"
#include "relabel/votes_build.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(int condition)
{
    if (!condition) {
        abort();
    }
}

/* ---- bytes in memory as a stream ---- */

typedef struct memory_stream {
    rs_byte_stream base;
    const uint8_t *at;
    size_t left;
} memory_stream;

static rs_status memory_read(rs_byte_stream *stream, void *out, size_t size, size_t *got,
                             rs_error *error)
{
    memory_stream *const from = (memory_stream *)stream;
    (void)error;
    *got = size < from->left ? size : from->left;
    memcpy(out, from->at, *got);
    from->at += *got;
    from->left -= *got;
    return RS_OK;
}

static void memory_close(rs_byte_stream *stream)
{
    (void)stream;
}

/* ---- what must hold ---- */

static void check_votes(const rs_votes *votes)
{
    require(votes->begin[0] == 0);
    for (uint32_t pair = 0; pair < votes->pairs.count; ++pair) {
        require(votes->begin[pair] < votes->begin[pair + 1]); /* pairs come with an answer */
        require(rs_pairs_find_same(&votes->pairs, &votes->pairs, pair) == (int64_t)pair);
        require(votes->pairs.class_index[pair] >= 0);
        for (uint64_t i = votes->begin[pair]; i < votes->begin[pair + 1]; ++i) {
            require(rs_vote_rater(votes->code[i]) < votes->raters.count);
            require(i == votes->begin[pair] ||
                    rs_vote_rater(votes->code[i]) > rs_vote_rater(votes->code[i - 1]));
        }
    }
    for (uint32_t r = 0; r < votes->raters.count; ++r) {
        require(rs_name_table_find(&votes->raters, rs_name_table_get(&votes->raters, r)) ==
                (int64_t)r);
    }
}

static void check_method(const rs_votes *votes, const rs_golden *golden,
                         rs_aggregate_method method, double smoothing)
{
    rs_aggregate result;
    rs_error error = {.status = RS_OK};
    rs_aggregate_options options = rs_aggregate_defaults(method);
    options.smoothing = smoothing;
    options.iterations_max = 20;
    options.golden = golden;
    options.golden_votes = method == RS_AGGREGATE_GOLDEN ? votes : NULL;
    const rs_status status = rs_aggregate_run(votes, &options, &result, &error);
    require(status == RS_OK ? result.score != NULL
                            : error.status == status && error.reason[0] != '\0');
    for (uint32_t pair = 0; status == RS_OK && pair < result.pairs; ++pair) {
        require(result.score[pair] >= 0.0 && result.score[pair] <= 1.0);
    }
    for (uint32_t i = 0; status == RS_OK && i < result.iterations; ++i) {
        require(isfinite(result.log_likelihood[i]));
        require(i == 0 || result.objective[i] >= result.objective[i - 1] -
                                                     1e-6 * fabs(result.objective[i - 1]) - 1e-6);
    }
    rs_aggregate_clear(&result);
}

static void use_votes(const rs_votes *votes)
{
    rs_golden golden;
    check_votes(votes);
    check_method(votes, NULL, RS_AGGREGATE_MAJORITY, 1.0);
    check_method(votes, NULL, RS_AGGREGATE_EM, 0.0);
    check_method(votes, NULL, RS_AGGREGATE_EM, 1.0);
    require(rs_golden_from_votes(votes, &golden, NULL) == RS_OK);
    check_method(votes, &golden, RS_AGGREGATE_GOLDEN, 1.0);
    check_method(votes, &golden, RS_AGGREGATE_EM, 1.0);
    rs_curve_mark mark;
    require(rs_curve_majority(&golden, votes, &mark, NULL) == RS_OK);
    rs_golden_clear(&golden);
}

static void as_votes(const uint8_t *data, size_t size)
{
    rs_votes votes;
    rs_error error = {.status = RS_OK};
    const rs_class_names classes = {.limit = RS_CLASSES_MAX};
    memory_stream stream = {{memory_read, memory_close}, data, size};
    const rs_status status = rs_votes_read_text(&stream.base, "votes", &classes, &votes, &error);
    if (status == RS_OK) {
        use_votes(&votes);
    } else {
        require(error.status == status && error.reason[0] != '\0' && votes.code == NULL);
    }
    rs_votes_clear(&votes);
}

/* Golden sets are opened by their path: a file in memory has one. */
static void as_golden(const uint8_t *data, size_t size)
{
    char path[40];
    rs_golden golden;
    rs_error error = {.status = RS_OK};
    const rs_image_rows images = {.rows = 100, .names = {.images = true}};
    const int fd = memfd_create("golden", MFD_CLOEXEC);
    require(fd >= 0 && (size == 0 || pwrite(fd, data, size, 0) == (ssize_t)size));
    (void)snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    const rs_status status = rs_golden_read(path, NULL, &images, &golden, &error);
    if (status == RS_OK) {
        uint64_t judged = 0;
        uint64_t present = 0;
        rs_golden_count(&golden, &judged, &present);
        require(present <= judged && judged <= golden.pairs.count);
        require(rs_golden_complete(&golden, &golden.pairs, NULL) == RS_OK);
    } else {
        require(error.status == status && error.reason[0] != '\0');
    }
    rs_golden_clear(&golden);
    close(fd);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    as_votes(data, size);
    as_golden(data, size);
    return 0;
}
