#include "story/bilingual.h"

#include "base/asset.h"
#include "base/hash.h"
#include "base/log.h"
#include "story/bilingual_private.h"

enum {
    SCRATCH_CAP = 64 << 20,
    EMPTY_MAX = 1024, /* words of lexicon/en/words.tsv that are left out */
};

/* ------------------------------------------------------------------ words */

/* A row of single characters gives the pairs of them, as the terms of a document do. */
bool dl_bilingual_terms(struct dl_bilingual *b, const struct dl_stems_language *language,
                        dl_str text, uint32_t *ret_terms, size_t max, size_t *ret_n)
{
    dl_word_vec words = {0};
    if (dl_wordscan_add(b->scan, b->scratch, text, &words) != DL_OK) return false;
    size_t n = 0;
    for (size_t i = 0; i < words.n; i++) {
        const struct dl_word *w = &words.p[i];
        bool fragment = dl_stems_is_fragment(w);
        bool last = i + 1 == words.n || !dl_stems_is_fragment(w + 1);
        bool alone = fragment && last && (i == 0 || !dl_stems_is_fragment(w - 1));
        uint32_t id = dl_stems_id(b->stems, language, w);
        if (fragment && !alone) {
            if (last) continue; /* it is in the pair before */
            id = dl_stems_pair(id, dl_stems_id(b->stems, language, w + 1));
        }
        if (n == max) return false;
        ret_terms[n++] = id;
    }
    *ret_n = n;
    return n > 0;
}

static int by_number(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

bool dl_bilingual_is_empty(const struct dl_bilingual *b, uint32_t term)
{
    return b->n_empty > 0 && bsearch(&term, b->empty, b->n_empty, sizeof term, by_number) != NULL;
}

static void add_empty(struct dl_bilingual *b, const struct dl_stems_language *english, dl_str words)
{
    for (size_t from = 0; from < words.n && b->n_empty < EMPTY_MAX;) {
        size_t to = from;
        while (to < words.n && words.p[to] != ' ')
            to++;
        size_t n;
        uint32_t term;
        if (dl_bilingual_terms(b, english, dl_str_sub(words, from, to), &term, 1, &n))
            b->empty[b->n_empty++] = term;
        from = to + 1;
    }
}

static enum dl_err read_empty(struct dl_bilingual *b)
{
    static const char classes[] = " det poss pron prep conj comp rel aux be modal neg adv num ";
    dl_str text, cells[DL_TSV_MAX_COLUMNS];
    dl_tsv tsv;
    b->empty = calloc(EMPTY_MAX, sizeof *b->empty);
    if (b->empty == NULL) return DL_ERR_NOMEM;
    if (!dl_asset_get("lexicon/en/words.tsv", &text)) return DL_ERR_NOT_FOUND;
    DL_TRY(dl_tsv_open(&tsv, text, NULL));
    struct dl_stems_language english = dl_stems_language(b->stems, "en");
    while (dl_tsv_next(&tsv, cells, NULL) == DL_OK) {
        char name[16];
        int n = snprintf(name, sizeof name, " %.*s ", (int)cells[0].n, cells[0].p);
        if (n < (int)sizeof name && strstr(classes, name) != NULL) add_empty(b, &english, cells[1]);
        dl_arena_reset(b->scratch);
    }
    qsort(b->empty, b->n_empty, sizeof *b->empty, by_number);
    return DL_OK;
}

/* ------------------------------------------------------------------ tables */

const char *dl_bilingual_folder(void)
{
    const char *given = getenv("DATELINE_DICTIONARIES");
    if (given == NULL) return "/usr/share/dictd";
    return given[0] != '\0' ? given : NULL;
}

struct dl_bilingual *dl_bilingual_new(const char *dictionaries, const char *cache)
{
    struct dl_bilingual *b = calloc(1, sizeof *b);
    if (b == NULL) return NULL;
    b->stems = dl_stems_new();
    b->scan = dl_wordscan_new();
    b->scratch = dl_arena_new(SCRATCH_CAP);
    if (dictionaries != NULL) b->dictionaries = strdup(dictionaries);
    if (cache != NULL) b->cache = strdup(cache);
    bool whole = b->stems != NULL && b->scan != NULL && b->scratch != NULL &&
                 (dictionaries == NULL || b->dictionaries != NULL) &&
                 (cache == NULL || b->cache != NULL);
    if (whole && read_empty(b) == DL_OK) return b;
    dl_bilingual_free(b);
    return NULL;
}

void dl_bilingual_free(struct dl_bilingual *b)
{
    if (b == NULL) return;
    for (size_t i = 0; i < b->n; i++) {
        free(b->held[i].senses);
        free(b->held[i].known);
        free(b->held[i].senses_from);
        free(b->held[i].known_from);
    }
    dl_stems_free(b->stems);
    dl_wordscan_free(b->scan);
    dl_arena_free(b->scratch);
    free(b->dictionaries);
    free(b->cache);
    free(b->empty);
    free(b);
}

static uint64_t mark_of(const struct dl_bilingual_source *sources, size_t n, dl_str list)
{
    uint64_t mark = dl_hash64(list);
    for (size_t i = 0; i < n; i++) {
        uint64_t both[2] = {mark, sources[i].mark};
        mark = dl_hash64((dl_str){(const char *)both, sizeof both});
    }
    return mark;
}

static enum dl_err fill(struct dl_bilingual *b, struct dl_bilingual_held *held)
{
    DL_TRY(dl_bilingual_lists(b, held));
    struct dl_bilingual_source *sources = calloc(DL_BILINGUAL_SOURCES, sizeof *sources);
    if (sources == NULL) return DL_ERR_NOMEM;
    size_t n = dl_bilingual_sources(b, held->language, sources);
    dl_str list = {NULL, 0};
    bool listed = dl_bilingual_list(held->language, &list);
    uint64_t mark = mark_of(sources, n, list);
    enum dl_err err = DL_OK;
    if ((n > 0 || listed) && !dl_bilingual_load(b, mark, held)) {
        err = dl_bilingual_make(b, sources, n, held);
        if (err == DL_OK) dl_bilingual_save(b, mark, held);
    }
    free(sources);
    return err;
}

/* first: the term of the first entry, size: bytes from one entry to the next. */
static uint32_t *index_of(const uint32_t *first, size_t n, size_t size)
{
    uint32_t *from = calloc(DL_BILINGUAL_BUCKETS + 1, sizeof *from);
    if (from == NULL) return NULL;
    for (size_t i = 0; i < n; i++)
        from[(*(first + i * size / sizeof *first) >> (32 - DL_BILINGUAL_BITS)) + 1]++;
    for (size_t i = 0; i < DL_BILINGUAL_BUCKETS; i++)
        from[i + 1] += from[i];
    return from;
}

static enum dl_err fill_indexed(struct dl_bilingual *b, struct dl_bilingual_held *held)
{
    enum dl_err err = fill(b, held);
    if (held->n_senses > 0)
        held->senses_from = index_of(&held->senses->term, held->n_senses, sizeof *held->senses);
    if (held->n_known > 0)
        held->known_from = index_of(held->known->terms, held->n_known, sizeof *held->known);
    if (held->senses_from == NULL) held->n_senses = 0;
    if (held->known_from == NULL) held->n_known = 0;
    return err;
}

struct dl_bilingual_table dl_bilingual_table(struct dl_bilingual *b, const char *language)
{
    static const struct dl_bilingual_table none = {0};
    size_t i = 0;
    while (i < b->n && strcmp(b->held[i].language, language) != 0)
        i++;
    if (i == b->n) {
        if (i == DL_BILINGUAL_LANGUAGES || language[0] == '\0') return none;
        snprintf(b->held[b->n++].language, sizeof b->held[i].language, "%s", language);
        /* Stories go on without what could not be read. */
        if (fill_indexed(b, &b->held[i]) != DL_OK)
            dl_log(DL_LOG_WARNING, "a dictionary was not read", "language=%s", language);
    }
    const struct dl_bilingual_held *h = &b->held[i];
    return (struct dl_bilingual_table){h->senses,  h->known,       h->n_senses,
                                       h->n_known, h->senses_from, h->known_from};
}

const struct dl_sense *dl_bilingual_senses(const struct dl_bilingual_table *t, uint32_t term,
                                           size_t *ret_n)
{
    *ret_n = 0;
    if (t->senses_from == NULL) return NULL; /* none, or still being read */
    const uint32_t *from = &t->senses_from[term >> (32 - DL_BILINGUAL_BITS)];
    size_t at = from[0], n = 0;
    while (at < from[1] && t->senses[at].term < term)
        at++;
    while (at + n < from[1] && t->senses[at + n].term == term)
        n++;
    *ret_n = n;
    return n > 0 ? t->senses + at : NULL;
}

size_t dl_bilingual_known(const struct dl_bilingual_table *t, uint32_t term)
{
    if (t->known_from == NULL) return t->n_known;
    const uint32_t *from = &t->known_from[term >> (32 - DL_BILINGUAL_BITS)];
    size_t at = from[0];
    while (at < from[1] && t->known[at].terms[0] < term)
        at++;
    return at;
}
