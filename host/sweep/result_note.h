/* result_note.h - what the note of a tally says beside the content key: of the files around it.
 *
 *     "record": hash of the record up to where identical runs differ, "record_bytes": up to there,
 *     "warnings": ["member", ...] what each of the record's warnings is about; left out when there
 *     are none, "sidecar_bytes": size of the sidecar, 0: none, "sidecar_end": hash of its end
 *     (sidecar_check.h), "real_sets": {"NAME": tally in
 *     hexadecimal digits, ...} of a part by further label sets, for a merge to add up
 *
 * So files that do not belong together are seen, and a merge knows which warnings of a part hold
 * for the whole.
 */
#ifndef RS_RESULT_NOTE_H
#define RS_RESULT_NOTE_H

#include "base/json.h"
#include "report/record.h"
#include "reassess/tally.h"

/* To a content key, which becomes a note: all but the sidecar's. */
void rs_result_note_add(rs_json *key, const char *record, size_t stable_bytes,
                        const rs_warnings *warnings);
/* 0 bytes: there is none. */
void rs_result_note_set_sidecar(rs_json *note, uint64_t bytes, uint64_t end_hash);
/* Whether a sidecar that ends so is the one of the note, which is not known of older ones. */
bool rs_result_note_is_of_sidecar(const rs_json *note, uint64_t end_hash);

/* The tally of a further label set, and back. `file`: whose note it is. */
void rs_result_note_add_set(rs_json *note, const char *name, const rs_tally *tally);
rs_status rs_result_note_take_set(const rs_json *note, const char *name, const char *file,
                                  rs_tally **tally, rs_error *error);

/* Whether it is the note of the record that these bytes are. */
bool rs_result_note_is_of(const rs_json *note, const char *record, size_t size);

/* The kinds of the warnings of a record that was read; as they are where the note does not fit. */
void rs_result_note_kinds(const rs_json *note, rs_warnings *warnings);

/* The note becomes a content key again. */
void rs_result_note_remove(rs_json *note);

#endif
