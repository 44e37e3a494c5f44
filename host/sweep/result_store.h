/* result_store.h - writing a model's results so that no half of them is ever taken for the whole,
 * and telling whether those in a folder are still good.
 *
 * Sidecar, tally and record are complete and synced under temporary names before the first of them
 * appears. Then the old record goes, sidecar and tally take their places, and the new record comes
 * last: at any moment a record that is there belongs to the files beside it. The tally's note holds
 * the content key (content_key.h) and what it belongs to (result_note.h).
 */
#ifndef RS_RESULT_STORE_H
#define RS_RESULT_STORE_H

#include "base/file_write.h"
#include "base/json.h"
#include "base/text.h"
#include "sweep/model_run.h"
#include "sweep/result_folder.h"

/* Takes the key over and changes it. */
rs_status rs_result_store(const rs_result_files *files, const rs_run_result *result, rs_json *key,
                          rs_error *error);

/* A record that is already text, with its tally and, unless NULL, a sidecar that was prepared and
 * is taken over. `note` (result_note.h) is taken over too. */
rs_status rs_result_store_text(const rs_result_files *files, const rs_text *record,
                               const rs_tally *tally, rs_file_writer *sidecar, rs_json *note,
                               rs_error *error);

typedef struct rs_result_state {
    bool fresh;
    bool only_times; /* stale at most because of times and paths of files */
    bool has_hash;   /* the record was made with the input's hash */
    uint64_t input_hash;
    char why[200]; /* why the model is to be redone; "": fresh, or never done */
} rs_result_state;

/* Whether the results of `files` were made from what `key` says, and are whole. What is damaged or
 * missing is a reason to redo, no error. */
void rs_result_check(const rs_result_files *files, const rs_json *key, rs_result_state *state);

/* The record, which agrees with itself and, where they are there, with the tally and the first
 * predictions beside it: RS_FORMAT or RS_MISMATCH otherwise. Clear it in any case. */
rs_status rs_result_load_record(const rs_result_files *files, rs_record *record, rs_error *error);
/* The same of a record whose bytes are at hand. */
rs_status rs_result_parse_record(const rs_result_files *files, const char *text, size_t size,
                                 rs_record *record, rs_error *error);

/* The tally and its note, checked against the record's bytes: RS_MISMATCH where they do not
 * belong together. `note` (may be NULL) is freed with rs_json_free. */
rs_status rs_result_load_tally(const rs_result_files *files, const char *record, size_t size,
                               rs_tally **tally, rs_json **note, rs_error *error);

#endif
