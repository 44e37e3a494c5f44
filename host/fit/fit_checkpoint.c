/* fit_checkpoint.c - a run under way as a file.
 *
 *     "rsfit" 0 0 1, and as integers of 8 bytes the run's identity, steps done, epochs saved;
 *     of each head: its loss of the epoch so far, of the last batch and of the first, parameters
 *     and velocity;
 *     of each epoch saved, of each head: its loss and parameters; XXH3 of all that
 *
 * Numbers are those of the machine. The identity is a hash of everything that the heads follow
 * from, so that a run never goes on from another one's checkpoint.
 */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/checked.h"
#include "base/error.h"
#include "base/file_read.h"
#include "base/file_write.h"
#include "base/hash.h"
#include "fit/fit_device.h"
#include "fit/fit_impl.h"

static const char magic[8] = {'r', 's', 'f', 'i', 't', 0, 0, 1};

/* Of a checkpoint with so many epochs saved. */
static uint64_t file_bytes(const rs_training *fit, uint64_t saved)
{
    const uint64_t bytes = fit->parameters * fit->size;
    const uint64_t member = 3 * sizeof(double) + 2 * bytes;
    return sizeof magic + 4 * sizeof(uint64_t) +
           fit->options.head_count * (member + saved * (sizeof(double) + bytes));
}

/* ---- identity ---- */

static void hash_number(rs_hash_state *hash, double number)
{
    rs_hash_update(hash, &number, sizeof number);
}

static void hash_options(rs_hash_state *hash, const rs_fit_options *options)
{
    for (size_t h = 0; h < options->head_count; ++h) {
        hash_number(hash, options->heads[h].lr);
        hash_number(hash, options->heads[h].loss);
        hash_number(hash, options->heads[h].kept ? 1.0 : 0.0);
    }
    rs_hash_update(hash, options->epochs, options->epoch_count * sizeof *options->epochs);
    hash_number(hash, (double)options->batch);
    hash_number(hash, options->schedule);
    hash_number(hash, options->init);
    hash_number(hash, options->momentum);
    hash_number(hash, options->weight_decay);
    rs_hash_update(hash, &options->seed, sizeof options->seed);
    if (options->engine != NULL) { /* whose sums have other last bits than those of the CPU */
        rs_hash_update(hash, options->engine->info.name, strlen(options->engine->info.name));
    }
}

static rs_status identify(const rs_training *fit, uint64_t *identity, rs_error *error)
{
    const uint64_t shape[] = {fit->options.head_count,
                              fit->options.epoch_count,
                              fit->targets->classes,
                              fit->features->columns,
                              fit->features->rows,
                              fit->features->dtype,
                              fit->features->hash,
                              fit->targets->hash};
    rs_hash_state *hash = NULL;
    RS_TRY(rs_hash_begin(&hash, error));
    rs_hash_update(hash, magic, sizeof magic);
    rs_hash_update(hash, shape, sizeof shape);
    hash_options(hash, &fit->options);
    *identity = rs_hash_end(hash);
    return RS_OK;
}

/* ---- writing ---- */

typedef struct out_file {
    rs_file_writer *file;
    rs_hash_state *hash;
} out_file;

static rs_status put(const out_file *out, const void *data, size_t size, rs_error *error)
{
    rs_hash_update(out->hash, data, size);
    return rs_file_put(out->file, data, size, error);
}

static rs_status put_members(const rs_training *fit, const out_file *out, rs_error *error)
{
    const size_t bytes = (size_t)(fit->parameters * fit->size);
    for (size_t h = 0; h < fit->options.head_count; ++h) {
        const rs_fit_member *const member = &fit->member[h];
        RS_TRY(put(out, &member->loss_sum, sizeof member->loss_sum, error));
        RS_TRY(put(out, &member->batch_loss, sizeof member->batch_loss, error));
        RS_TRY(put(out, &member->first_loss, sizeof member->first_loss, error));
        RS_TRY(put(out, member->parameters, bytes, error));
        RS_TRY(put(out, member->velocity, bytes, error));
    }
    for (size_t e = 0; e < fit->saved; ++e) {
        for (size_t h = 0; h < fit->options.head_count; ++h) {
            const rs_fit_saved *const saved = &fit->member[h].saved[e];
            RS_TRY(put(out, &saved->loss, sizeof saved->loss, error));
            RS_TRY(put(out, saved->parameters, bytes, error));
        }
    }
    return RS_OK;
}

rs_status rs_fit_save(const rs_training *fit, const char *path, rs_error *error)
{
    uint64_t head[] = {0, fit->step, fit->saved};
    out_file out = {NULL, NULL};
    uint64_t sum = 0;
    rs_status status = RS_OK;
    RS_TRY_DONE(rs_fit_device_fetch(fit, error));
    RS_TRY_DONE(identify(fit, &head[0], error));
    RS_TRY_DONE(rs_hash_begin(&out.hash, error));
    RS_TRY_DONE(rs_file_create(path, &out.file, error));
    RS_TRY_DONE(put(&out, magic, sizeof magic, error));
    RS_TRY_DONE(put(&out, head, sizeof head, error));
    RS_TRY_DONE(put_members(fit, &out, error));
    sum = rs_hash_end(out.hash);
    out.hash = NULL;
    RS_TRY_DONE(rs_file_put(out.file, &sum, sizeof sum, error));
    return rs_file_commit(out.file, error);
done:
    if (out.hash != NULL) {
        (void)rs_hash_end(out.hash);
    }
    rs_file_abort(out.file);
    return status;
}

/* ---- reading ---- */

static void take(const uint8_t **from, void *out, size_t size)
{
    memcpy(out, *from, size);
    *from += size;
}

static rs_status take_members(rs_training *fit, const uint8_t *from, size_t epochs, rs_error *error)
{
    const size_t bytes = (size_t)(fit->parameters * fit->size);
    for (size_t h = 0; h < fit->options.head_count; ++h) {
        rs_fit_member *const member = &fit->member[h];
        take(&from, &member->loss_sum, sizeof member->loss_sum);
        take(&from, &member->batch_loss, sizeof member->batch_loss);
        take(&from, &member->first_loss, sizeof member->first_loss);
        take(&from, member->parameters, bytes);
        take(&from, member->velocity, bytes);
    }
    for (size_t e = 0; e < epochs; ++e) {
        for (size_t h = 0; h < fit->options.head_count; ++h) {
            rs_fit_saved *const saved = &fit->member[h].saved[e];
            RS_TRY(rs_alloc_aligned(&saved->parameters, fit->parameters, fit->size, "a head",
                                    error));
            take(&from, &saved->loss, sizeof saved->loss);
            take(&from, saved->parameters, bytes);
        }
    }
    return RS_OK;
}

static rs_status fail_whole(const char *path, rs_error *error)
{
    return rs_fail(error, RS_FORMAT, path, rs_nowhere(),
                   "remove it to train from the beginning, or name another file with -o",
                   "this is no whole checkpoint");
}

static rs_status take_file(rs_training *fit, const char *path, const rs_file_bytes *bytes,
                           rs_error *error)
{
    uint64_t head[3];
    uint64_t identity = 0;
    uint64_t sum = 0;
    const size_t begin = sizeof magic + sizeof head;
    if (bytes->size < begin + sizeof sum || memcmp(bytes->data, magic, sizeof magic) != 0) {
        return fail_whole(path, error);
    }
    memcpy(head, bytes->data + sizeof magic, sizeof head);
    memcpy(&sum, bytes->data + bytes->size - sizeof sum, sizeof sum);
    if (sum != rs_hash(bytes->data, bytes->size - sizeof sum)) {
        return fail_whole(path, error);
    }
    RS_TRY(identify(fit, &identity, error));
    if (head[0] != identity) {
        return rs_fail(error, RS_MISMATCH, path, rs_nowhere(),
                       "give the features, labels and options that it was made with; or remove it "
                       "to train from the beginning",
                       "this is the checkpoint of another training");
    }
    if (head[2] > fit->options.epoch_count ||
        head[1] > fit->steps * fit->options.epochs[fit->options.epoch_count - 1] ||
        bytes->size != file_bytes(fit, head[2])) {
        return fail_whole(path, error);
    }
    RS_TRY(take_members(fit, bytes->data + begin, (size_t)head[2], error));
    fit->step = head[1];
    fit->saved = (size_t)head[2];
    fit->put = false;
    return RS_OK;
}

rs_status rs_fit_resume(rs_training *fit, const char *path, uint64_t *rows_done, rs_error *error)
{
    rs_file_bytes bytes = {NULL, 0};
    *rows_done = 0;
    if (access(path, F_OK) != 0 && errno == ENOENT) {
        return RS_OK;
    }
    RS_TRY(rs_file_read_regular(path, file_bytes(fit, fit->options.epoch_count), &bytes, error));
    const rs_status status = take_file(fit, path, &bytes, error);
    rs_file_bytes_free(&bytes);
    *rows_done = fit->step / fit->steps * fit->rows + fit->step % fit->steps * fit->batch;
    return status;
}
