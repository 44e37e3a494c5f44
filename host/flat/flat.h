/* flat.h - the scorer for other languages: handles, numbers and texts, and no struct.
 *
 * A caller that cannot read C headers would have to copy the layout of every struct by hand, and
 * would go wrong in silence with the next member. So nothing here takes or gives a struct: options
 * are JSON texts, results are the record of `eval --json`, an error is a JSON text too. The Python
 * package is made of these functions. They are exported only by the library that is built for it
 * (REASSESS_FLAT), and may change with every version.
 *
 * Those that return an int return an rs_status, and on failure put a text into *error (NULL:
 * nobody asks):
 *
 *     {"status": "RANGE", "file": "" or path, "place": "row 7" or "", "reason", "advice",
 *      "message": all in one line}
 *
 * Texts and bytes that a caller gets are freed with rs_flat_free. Numbers are as wide as they are
 * written here. One thread at a time may use a handle; labels may be shared.
 */
#ifndef RS_FLAT_H
#define RS_FLAT_H

#include <stddef.h>
#include <stdint.h>

#include "reassess/labels.h"

typedef struct rs_flat_scorer rs_flat_scorer;
typedef struct rs_flat_result rs_flat_result;

/* "0.1.0" */
const char *rs_flat_version(void);
void rs_flat_free(void *memory);

/* ---- labels ---- */

/* {"real", "original", "synsets", "names": paths or null, "classes": number or null,
 *  "real_threshold": text of a number or null, "subset": path of a list of images or null, "limit":
 *  number or null}; without `real` and `original` those of the default folder. With a subset or a
 *  limit the labels are those of these images, or of the first ones, alone. */
int rs_flat_labels_load(const char *options, rs_labels **labels, char **error);
/* As rs_labels_create. */
int rs_flat_labels_create(uint64_t rows, uint32_t classes, const int32_t *original,
                          const uint32_t *real_begin, const int32_t *real_class,
                          rs_labels **labels, char **error);
/* {"images", "classes", "evaluated", "hash", "ilsvrc", "synthetic", "real", "original"} */
int rs_flat_labels_describe(const rs_labels *labels, char **json, char **error);
/* Which image each of `count` file names is: row[i], or -1 of none that has labels here. `names`
 * are `bytes` long, each ends with a NUL; folders before a name and its extension do not count. */
int rs_flat_labels_find(const rs_labels *labels, const char *names, uint64_t bytes, int64_t *row,
                        uint64_t count, char **error);
void rs_flat_labels_free(rs_labels *labels);

/* ---- arrays ---- */

/* What lies behind a DLPack capsule named "dltensor" (versioned 0) or "dltensor_versioned" (1), in
 * info[]: address, code and bits of the type, number of dimensions, two sizes, two strides in
 * elements, kind of device. UNSUPPORTED for more than two dimensions or a type with lanes. */
enum {
    RS_FLAT_ADDRESS = 0,
    RS_FLAT_TYPE_CODE,
    RS_FLAT_TYPE_BITS,
    RS_FLAT_DIMENSIONS,
    RS_FLAT_SIZE_0,
    RS_FLAT_SIZE_1,
    RS_FLAT_STRIDE_0,
    RS_FLAT_STRIDE_1,
    RS_FLAT_DEVICE,
    RS_FLAT_INFO
};
int rs_flat_dlpack(const void *managed, int versioned, int64_t info[RS_FLAT_INFO], char **error);

/* ---- scorer ---- */

/* {"topk": [1, 5], "calibration": false, "keep": 10, "order": "file", "deal": null,
 *  "class_map": null, "values": "logits", "threads": 0, "row_flags": true, "isa": "auto",
 *  "device": null, or the number of the CUDA device on which rows lie}; what is not there is as
 * here. `labels` are in file-name order and must outlive the scorer. Image i of an index is the
 * i-th in `order`. */
int rs_flat_scorer_create(const rs_labels *labels, const char *options, rs_flat_scorer **scorer,
                          char **error);
void rs_flat_scorer_free(rs_flat_scorer *scorer);

/* Results hold a section by `labels` as well, to the last bit that of `eval --real ... --real
 * NAME=FILE`, without calibration: the images of the scorer in file-name order, with its classes
 * and original labels, and other sets (MISMATCH). They must outlive the scorer and its results.
 * Counted from the predictions that are kept (USAGE where `keep` is too little: 3, the last of
 * "topk", or all classes), so that it is no matter when this is called, nor where rows lie. `name`:
 * up to 40 letters, digits and . _ + -, once. */
int rs_flat_scorer_add_set(rs_flat_scorer *scorer, const char *name, const rs_labels *labels,
                           char **error);

/* Ten arguments, as nothing here takes a struct, and a text of options would be parsed for every
 * batch. `dtype` "f32", "bf16", ...; `index` NULL, or signed numbers of `index_bytes` (4 or 8)
 * bytes, `index_stride_bytes` apart; one on a device of 8, side by side. */
int rs_flat_scorer_add(rs_flat_scorer *scorer, const void *data, const char *dtype, uint64_t rows,
                       uint64_t columns, int64_t stride_bytes, const void *index,
                       uint32_t index_bytes, int64_t index_stride_bytes, char **error);
/* Of a device: in which stream (a cudaStream_t; NULL is the default one) rows are scored from now
 * on. */
void rs_flat_scorer_set_stream(rs_flat_scorer *scorer, void *stream);
/* As rs_scorer_wait. */
int rs_flat_scorer_wait(rs_flat_scorer *scorer, char **error);
/* counts[]: images, missing, repeats */
void rs_flat_scorer_counts(const rs_flat_scorer *scorer, uint64_t counts[3]);
/* `once` not 0: an image that both have seen counts once. */
int rs_flat_scorer_merge(rs_flat_scorer *sum, const rs_flat_scorer *part, int once, char **error);
int rs_flat_scorer_to_bytes(const rs_flat_scorer *scorer, void **bytes, uint64_t *size,
                            char **error);
int rs_flat_scorer_merge_bytes(rs_flat_scorer *sum, const void *bytes, uint64_t size, int once,
                               char **error);

/* ---- results ---- */

/* The numbers of what was added so far; later rows do not change them. The scorer must outlive the
 * result. `about` may be NULL, or {"input": where the rows come from, null: memory, "warnings":
 * [text, ...] for the record}. */
int rs_flat_scorer_result(rs_flat_scorer *scorer, const char *model, const char *about,
                          rs_flat_result **result, char **error);
void rs_flat_result_free(rs_flat_result *result);
const char *rs_flat_result_json(const rs_flat_result *result);  /* a line */
const char *rs_flat_result_table(const rs_flat_result *result); /* as `eval` prints it */
/* What a sweep writes of a model (sweep/result_folder.h) into `folder`, which is there. `from` may
 * be NULL, or says what the result was made from, beside the labels and the options of the scorer:
 * {"files": [path, ...], "settings": {name: text, ...}}. */
int rs_flat_result_save(const rs_flat_result *result, const char *folder, const char *from,
                        char **error);

/* ---- a folder of results ---- */

/* Whether `folder` has whole results of `model` that a scorer like this one would make anew `from`
 * the same: *why is "fresh", "" when there are none, or else what is different. */
int rs_flat_result_check(const rs_flat_scorer *scorer, const char *model, const char *folder,
                         const char *from, char **why, char **error);
/* The error file of a model that failed, whose input is `input`: {"status": name, "file", "reason",
 * "advice": text or null}. */
int rs_flat_failure_save(const char *folder, const char *model, const char *input,
                         const char *failure, char **error);
/* Which of the models are this process's: shard[0] of shard[1], by `text` ("I/N"), or NULL: by the
 * task of a SLURM array that runs it, else 0 of 1. */
int rs_flat_shard(const char *text, uint64_t models, uint64_t shard[2], char **error);

#endif
