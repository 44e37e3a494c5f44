/* votes_npz_fuzz.c - any bytes as `ids`, `info` and `tensor` of an archive of votes with right
 * checksums. What raters answered is held by votes_fuzz.c; here it must be in order and complete.
 * */
#include "fuzz/fuzz_zip.h"
#include "relabel/votes.h"

static void check_votes(const rs_votes *votes)
{
    fuzz_require(votes->begin[0] == 0);
    for (uint32_t pair = 0; pair < votes->pairs.count; ++pair) {
        fuzz_require(votes->begin[pair] <= votes->begin[pair + 1]);
        fuzz_require(rs_pairs_find_same(&votes->pairs, &votes->pairs, pair) == (int64_t)pair);
        for (uint64_t i = votes->begin[pair]; i < votes->begin[pair + 1]; ++i) {
            fuzz_require(rs_vote_rater(votes->code[i]) < votes->raters.count);
            fuzz_require(i == votes->begin[pair] ||
                         rs_vote_rater(votes->code[i]) > rs_vote_rater(votes->code[i - 1]));
        }
    }
    for (uint32_t r = 0; r < votes->raters.count; ++r) {
        fuzz_require(rs_name_table_find(&votes->raters, rs_name_table_get(&votes->raters, r)) ==
                     (int64_t)r);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const names[] = {"ids.npy", "info.npy", "tensor.npy"};
    char path[FUZZ_PATH_BYTES];
    rs_votes votes;
    rs_error error = {.status = RS_OK};
    const int fd = fuzz_zip_file(names, 3, data, size);
    const rs_status status = rs_votes_read(fuzz_path(fd, path), NULL, &votes, &error);
    if (status == RS_OK) {
        check_votes(&votes);
    } else {
        fuzz_require(error.status == status && error.reason[0] != '\0' && votes.code == NULL);
    }
    rs_votes_clear(&votes);
    close(fd);
    return 0;
}
