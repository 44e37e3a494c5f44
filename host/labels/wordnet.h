/* wordnet.h - the nouns of WordNet 3.0: which is a kind of which.
 *
 * The database is one text file, data.noun (Debian: wordnet-base), a synset a line. A synset's id
 * is the byte at which its line starts: n00015388 ("animal") starts at byte 15388. ImageNet's
 * classes are such ids.
 */
#ifndef RS_WORDNET_H
#define RS_WORDNET_H

#include <stdbool.h>
#include <stdint.h>

#include "base/synset_id.h"
#include "labels/label_text.h"
#include "reassess/labels.h"
#include "reassess/status.h"

typedef struct rs_wordnet rs_wordnet;

/* Reads PATH; NULL: $REASSESS_WORDNET (data.noun, or the folder that holds it), else Debian's
 * /usr/share/wordnet/data.noun. *wordnet is NULL on failure. */
rs_status rs_wordnet_load(const char *path, rs_wordnet **wordnet, rs_error *error);

/* The same from text in memory, which is copied. */
rs_status rs_wordnet_parse(const char *file, const uint8_t *data, size_t size,
                           rs_wordnet **wordnet, rs_error *error);

void rs_wordnet_free(rs_wordnet *wordnet); /* NULL is fine */

const char *rs_wordnet_path(const rs_wordnet *wordnet);
uint32_t rs_wordnet_count(const rs_wordnet *wordnet);

/* The number of a synset, in the order of the file, by its id ("n00015388"); -1 when there is
 * none. */
int64_t rs_wordnet_find(const rs_wordnet *wordnet, const char *id);

/* Its hypernyms (and those it is an instance of): what it is a kind of. */
const uint32_t *rs_wordnet_hypernyms(const rs_wordnet *wordnet, uint32_t synset, uint32_t *count);

/* Its first word with blanks for underscores ("giant panda"), and its definition with examples. Cut
 * to out_bytes. Return `out`. */
const char *rs_wordnet_word(const rs_wordnet *wordnet, uint32_t synset, char *out,
                            size_t out_bytes);
const char *rs_wordnet_gloss(const rs_wordnet *wordnet, uint32_t synset, char *out,
                             size_t out_bytes);

/* below[s] of all synsets: is it `root`, or a kind of it over any number of steps? Free with
 * free(). */
rs_status rs_wordnet_subtree(const rs_wordnet *wordnet, uint32_t root, bool **below,
                             rs_error *error);

/* The synset of class `class_index`, whose id is `id` (NULL: not known). That there is none is
 * RS_MISMATCH. */
rs_status rs_wordnet_find_class(const rs_wordnet *wordnet, const char *id, uint32_t class_index,
                                uint32_t *synset, rs_error *error);

/* Sets in_subtree[c] of the classes that are ROOT_ID or a kind of it. The labels must know the
 * synset id of every class, and the database every one of these. */
rs_status rs_wordnet_classes(const rs_wordnet *wordnet, const char *root_id,
                             const rs_labels *labels, bool *in_subtree, rs_error *error);

#endif
