/* result_store.c - three files that appear together. */
#include "sweep/result_store.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file_read.h"
#include "base/file_write.h"
#include "report/record_read.h"
#include "report/sidecar.h"
#include "sweep/content_key.h"
#include "sweep/result_note.h"
#include "sweep/sidecar_check.h"
#include "tally/tally_bytes.h"

enum { SIDECAR = 0, TALLY, RECORD, FILES }; /* in the order in which they appear */

/* ---- writing ---- */

static rs_status prepare(const char *path, const void *data, size_t size, rs_file_writer **file,
                         rs_error *error)
{
    RS_TRY(rs_file_need_regular(path, error));
    RS_TRY(rs_file_create(path, file, error));
    RS_TRY(rs_file_put(*file, data, size, error));
    return rs_file_sync(*file, error);
}

static rs_status prepare_tally(const rs_result_files *files, const rs_tally *tally,
                               const rs_json *note, rs_file_writer **file, rs_error *error)
{
    rs_text text = {0};
    rs_text bytes = {0};
    rs_json_print(note, &text);
    rs_status status = RS_OK;
    RS_TRY_DONE(rs_text_check(&text, error));
    rs_tally_encode(tally, text.data, &bytes);
    RS_TRY_DONE(rs_text_check(&bytes, error));
    RS_TRY_DONE(prepare(files->tally, bytes.data, bytes.length, file, error));
done:
    rs_text_clear(&text);
    rs_text_clear(&bytes);
    return status;
}

static void abort_all(rs_file_writer *const file[FILES])
{
    for (int i = 0; i < FILES; ++i) {
        rs_file_abort(file[i]);
    }
}

static rs_status remove_if_there(const char *path, rs_error *error)
{
    return unlink(path) == 0 || errno == ENOENT ? RS_OK
                                                : rs_fail_errno(error, path, "remove", errno);
}

/* The names change hands; the record comes last. Frees the writers. */
static rs_status publish(const rs_result_files *files, rs_file_writer *const file[FILES],
                         rs_error *error)
{
    const bool has_sidecar = file[SIDECAR] != NULL;
    rs_status status = RS_OK;
    RS_TRY_DONE(remove_if_there(files->record, error));
    if (!has_sidecar) {
        RS_TRY_DONE(remove_if_there(files->sidecar, error));
    }
    RS_TRY(
        rs_file_commit_all(has_sidecar ? file : file + 1, has_sidecar ? FILES : FILES - 1, error));
    (void)unlink(files->failure); /* of an earlier run; not there, as a rule */
    return RS_OK;
done:
    abort_all(file);
    return status;
}

rs_status rs_result_store_text(const rs_result_files *files, const rs_text *record,
                               const rs_tally *tally, rs_file_writer *sidecar, rs_json *note,
                               rs_error *error)
{
    rs_file_writer *file[FILES] = {[SIDECAR] = sidecar};
    uint64_t end_hash = 0;
    rs_status status = RS_OK;
    if (sidecar != NULL) {
        RS_TRY_DONE(rs_file_sync(sidecar, error));
        RS_TRY_DONE(rs_sidecar_end_hash(rs_file_under_way(sidecar), &end_hash, error));
    }
    rs_result_note_set_sidecar(note, sidecar == NULL ? 0 : rs_file_position(sidecar), end_hash);
    RS_TRY_DONE(prepare_tally(files, tally, note, &file[TALLY], error));
    RS_TRY_DONE(prepare(files->record, record->data, record->length, &file[RECORD], error));
done:
    rs_json_free(note);
    if (status != RS_OK) {
        abort_all(file);
        return status;
    }
    return publish(files, file, error);
}

rs_status rs_result_store(const rs_result_files *files, const rs_run_result *result, rs_json *key,
                          rs_error *error)
{
    rs_text record = {0};
    rs_file_writer *sidecar = NULL;
    size_t stable_bytes;
    rs_record_write(&result->record, &record, &stable_bytes);
    rs_status status = RS_OK;
    RS_TRY_DONE(rs_text_check(&record, error));
    if (result->results.value != NULL) {
        RS_TRY_DONE(rs_sidecar_prepare(files->sidecar, &result->record, &result->results,
                                       result->rows.end - result->rows.begin, &sidecar, error));
    }
    rs_result_note_add(key, record.data, stable_bytes, &result->record.warnings);
    for (size_t s = 0; s < result->set_tallies; ++s) {
        rs_result_note_add_set(key, result->record.set[s].name, result->set_tally[s]);
    }
    status = rs_result_store_text(files, &record, result->tally, sidecar, key, error);
    key = NULL; /* it was freed there */
done:
    rs_json_free(key);
    rs_text_clear(&record);
    return status;
}

/* ---- checking ---- */

static void stale(rs_result_state *state, const char *why, const char *detail)
{
    state->fresh = false;
    (void)snprintf(state->why, sizeof state->why, "%.40s%.150s", why, detail);
}

rs_status rs_result_load_tally(const rs_result_files *files, const char *record, size_t size,
                               rs_tally **tally, rs_json **note, rs_error *error)
{
    char *text = NULL;
    rs_json *key = NULL;
    if (note != NULL) {
        *note = NULL;
    }
    RS_TRY(rs_file_need_regular(files->tally, error));
    RS_TRY(rs_tally_load(files->tally, tally, &text, error));
    rs_status status = RS_OK;
    if (text[0] != '\0') { /* a tally of another maker has no note, and may be of anything */
        RS_TRY_DONE(rs_json_parse(files->tally, text, strlen(text), &key, error));
    }
    if (!rs_result_note_is_of(key, record, size)) {
        status = rs_fail(error, RS_MISMATCH, files->tally, rs_nowhere(), "run the sweep again",
                         "the tally is not that of the record beside it");
    }
done:
    if (status != RS_OK || note == NULL) {
        rs_json_free(key);
    } else {
        *note = key;
    }
    if (status != RS_OK) {
        rs_tally_free(*tally);
        *tally = NULL;
    }
    free(text);
    return status;
}

/* One that is not there is missing, but no lie. */
static rs_status check_sidecar_end(const char *path, const rs_json *note, rs_error *error)
{
    uint64_t end_hash;
    if (path == NULL) {
        return RS_OK;
    }
    RS_TRY(rs_sidecar_end_hash(path, &end_hash, error));
    return rs_result_note_is_of_sidecar(note, end_hash)
               ? RS_OK
               : rs_fail(error, RS_MISMATCH, path, rs_nowhere(), "run the sweep again",
                         "these first predictions are not those of the record beside them");
}

rs_status rs_result_parse_record(const rs_result_files *files, const char *text, size_t size,
                                 rs_record *record, rs_error *error)
{
    rs_tally *tally = NULL;
    rs_json *note = NULL;
    RS_TRY(rs_record_parse(files->record, text, size, record, error));
    if (files->tally == NULL) {
        return RS_OK;
    }
    RS_TRY(rs_result_load_tally(files, text, size, &tally, &note, error));
    const rs_status status = check_sidecar_end(files->sidecar, note, error);
    rs_tally_free(tally);
    rs_json_free(note);
    return status;
}

rs_status rs_result_load_record(const rs_result_files *files, rs_record *record, rs_error *error)
{
    rs_file_bytes bytes = {0};
    *record = (rs_record){0};
    RS_TRY(rs_file_read_regular(files->record, RS_RECORD_BYTES_MAX, &bytes, error));
    const rs_status status =
        rs_result_parse_record(files, (const char *)bytes.data, bytes.size, record, error);
    rs_file_bytes_free(&bytes);
    return status;
}

static void check_sidecar(const rs_result_files *files, const rs_json *note, rs_result_state *state)
{
    int64_t bytes = -1;
    struct stat info;
    rs_error error = {0};
    (void)rs_json_integer(rs_json_get(note, "sidecar_bytes"), &bytes);
    if (bytes == 0) {
        return;
    }
    if (stat(files->sidecar, &info) != 0) {
        stale(state, "its first predictions are missing", "");
    } else if (info.st_size != bytes) {
        stale(state, "", "the file of its first predictions has another size");
    } else if (check_sidecar_end(files->sidecar, note, &error) != RS_OK) {
        stale(state, "", error.reason);
    }
}

static void check_note(const rs_result_files *files, const rs_json *note, const rs_json *key,
                       rs_result_state *state)
{
    rs_key_difference difference;
    check_sidecar(files, note, state);
    if (!state->fresh) {
        return;
    }
    rs_content_key_compare(key, note, &difference);
    if (difference.differs) {
        state->only_times = difference.only_times;
        stale(state, "", difference.why);
    }
}

static void check_tally(const rs_result_files *files, const rs_file_bytes *record,
                        const rs_json *key, rs_result_state *state)
{
    rs_tally *tally = NULL;
    rs_json *note = NULL;
    rs_error error = {0};
    if (access(files->tally, F_OK) != 0) {
        stale(state, "its tally is missing", "");
        return;
    }
    if (rs_result_load_tally(files, (const char *)record->data, record->size, &tally, &note,
                             &error) != RS_OK) {
        stale(state, "", error.reason);
        return;
    }
    check_note(files, note, key, state);
    rs_tally_free(tally);
    rs_json_free(note);
}

void rs_result_check(const rs_result_files *files, const rs_json *key, rs_result_state *state)
{
    rs_file_bytes record = {0};
    rs_record saved = {0};
    rs_error reason = {0};
    *state = (rs_result_state){.fresh = true};
    if (access(files->record, F_OK) != 0) {
        stale(state, access(files->failure, F_OK) == 0 ? "it failed before" : "", "");
        return;
    }
    if (rs_file_read_regular(files->record, RS_RECORD_BYTES_MAX, &record, &reason) != RS_OK ||
        rs_record_parse(files->record, (const char *)record.data, record.size, &saved,
                              &reason) != RS_OK) {
        stale(state, "its record cannot be read: ", reason.reason);
    } else {
        state->has_hash = saved.input.has_hash;
        state->input_hash = saved.input.hash;
        check_tally(files, &record, key, state);
    }
    rs_record_clear(&saved);
    rs_file_bytes_free(&record);
}
