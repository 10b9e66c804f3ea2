/* The second kind of parser: every word looked at in its sentence by a small two-way recurrent net,
 * every pair of words scored as dependent and head, the best tree taken (Kiperwasser & Goldberg
 * 2016; Dozat & Manning 2017; the arcs: lang/spanning.h). All in whole numbers (lang/layer.h).
 *
 * What is seen of a word are rows of bytes, one for each of its keys, added up; a key that was
 * never seen in training has its kind's row 0 … DL_NET_KINDS - 1. The tags of the tagger are keys
 * too. In training it learns tags of its own as well, which makes its trees better; they are no
 * better than the tagger's, and that layer of the file is not read here.
 *
 * The file, little-endian, version 1:
 *
 *   0  "DLPARSER"; 8 u32 version; 12 u32 bytes of the whole file
 *   16 u64 XXH3 of the bytes from 24 on; 24 u32 relations; 28 u32 tags
 *   32 u32 numbers of a word (D); 36 u32 cells of a direction (H); 40 u32 layers
 *   44 u32 numbers of an arc's end (A); 48 u32 rows; 52 u32 log2 of slots
 *   56 u32 bytes of names; 60 u32 0
 *   64 names of relations, then of tags, each ended by LF, filled up with LF to a multiple of 4,
 *      u32 slots[]: 0, or row + 1 | lowest 16 bits of the key << 16, probed from its highest bits,
 *      i8 rows[rows][D],
 *      the layers in the order of struct dl_parse_net, weights then bias
 *
 * dl_parse_net_open() proves checksum and every bound; of bytes that lie in the program itself it
 * looks at the head alone, the build has called dl_parse_net_check() on them, as for lang/model.h.
 * The bytes must outlive the net, which is only read. A word of a sentence of 24 costs 225,000
 * multiplications (D 96, H 64, A 64), longer ones A more for each word; past DL_NET_MAX_SENTENCE
 * words are read in parts. */
#ifndef DL_LANG_PARSE_NET_H
#define DL_LANG_PARSE_NET_H

#include "lang/layer.h"
#include "lang/tagger.h"

enum {
    DL_NET_VERSION = 1,
    DL_NET_HEAD = 64,
    DL_NET_KINDS = 7,
    DL_NET_LAYERS = 2,
    DL_NET_MAX_SIZE = 256,   /* D, 4 H, A */
    DL_NET_MAX_LABELS = 254, /* relations, tags */
    DL_NET_MAX_BYTES = 6 << 20,
    DL_NET_MAX_SENTENCE = 160, /* words; longer ones are one in a thousand */
    DL_NET_DISTANCES = 32,
    /* bits of fraction; see layer.h */
    DL_NET_ROW_SHIFT = 2, /* rows have 6, words 8 */
    DL_NET_VALUE = 8,
    DL_NET_CELL = 9,
    DL_NET_SUM = 20,
    DL_NET_VALUE_MAX = (16 << DL_NET_VALUE) - 1,
};

typedef struct dl_parse_word {
    uint64_t norm, suffix, suffix2, prefix, shape;
    uint64_t fine, coarse; /* tags, by name */
    bool verb, comma;
} dl_parse_word;

typedef struct dl_parse_net {
    dl_str relations[DL_NET_MAX_LABELS];
    size_t n_relations, n_tags, size, cells, arc, n_rows;
    uint8_t root, later; /* relations: of the root; of a later part's root to the first part's */
    unsigned shift;
    const uint8_t *slots, *rows;
    struct dl_net_side {
        dl_layer in, back; /* back: of the outputs before */
    } sides[DL_NET_LAYERS][2];
    dl_layer head, dependent, product; /* ends of arcs; score = (product of dependent) · head */
    dl_layer distance;                 /* of the dependent: what it thinks of each distance */
    dl_layer label_head, label_dependent, label;
    const uint8_t *root_head, *root_label; /* i16[arc], i32[arc]: in place of a head */
} dl_parse_net;

typedef struct dl_parse_arc {
    uint32_t head;    /* 1-based, 0: the root */
    uint8_t relation; /* for dl_parser_relation() */
} dl_parse_arc;

bool dl_parse_net_is(dl_str bytes);
enum dl_err dl_parse_net_open(dl_parse_net *ret_net, dl_str bytes,
                              struct dl_diag *diag) DL_MUST_USE;
enum dl_err dl_parse_net_check(dl_str bytes, struct dl_diag *diag) DL_MUST_USE; /* all, always */
enum dl_err dl_parse_net_read(const dl_parse_net *net, dl_arena *arena, const dl_parse_word *words,
                              size_t n, dl_parse_arc *ret_arcs) DL_MUST_USE;

/* --- what the trainer shares ----------------------------------------------------------------- */

void dl_parse_net_keys(const dl_parse_word *word, uint64_t ret_keys[DL_NET_KINDS]);
/* Bucket of the distance between a head and its dependent. */
static inline size_t dl_parse_net_distance(size_t head, size_t dependent)
{
    size_t d = head < dependent ? dependent - head : head - dependent;
    size_t bucket = d < 9 ? d : d < 12 ? 9 : d < 16 ? 10 : d < 24 ? 11 : 12;
    return head < dependent ? bucket : DL_NET_DISTANCES / 2 + bucket;
}

#endif
