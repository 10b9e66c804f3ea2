#include <math.h>
#include <sys/stat.h>
#include <unicode/uloc.h>

#include "base/asset.h"
#include "base/hash.h"
#include "story/bilingual_private.h"
#include "story/freedict.h"

enum {
    ENGLISH_WORDS = 3,     /* of a translation; longer ones are explanations */
    ARENA_CAP = 512 << 20, /* pairs of the largest dictionary: 100 MB, doubled */
    PAIRS_MAX = 8 << 20,
};

static const float BY_LIST = 4;     /* weight of a meaning in lexicon/LANG/meanings.tsv */
static const float BY_PIVOT = 0.5F; /* weight of a meaning found by way of a third language */
static const float LEAST = 0.04F;   /* share of a meaning that is kept */

/* ------------------------------------------------------------------ sources */

/* Both files' sizes and times; 0: not both are there. */
static uint64_t mark_of(const char *path)
{
    static const char *const ends[] = {".index", ".dict.dz"};
    uint64_t values[4];
    for (size_t i = 0; i < 2; i++) {
        char name[DL_BILINGUAL_PATH + 16];
        struct stat st;
        snprintf(name, sizeof name, "%s%s", path, ends[i]);
        if (stat(name, &st) != 0) return 0;
        values[2 * i] = (uint64_t)st.st_size;
        values[2 * i + 1] = (uint64_t)st.st_mtime;
    }
    return dl_hash64_seed((dl_str){(const char *)values, sizeof values},
                          dl_hash64(dl_str_c(path))) |
           1;
}

struct finding {
    const struct dl_bilingual *b;
    struct dl_bilingual_source *sources;
    size_t n;
};

static void try_source(struct finding *f, const char *name, const char *pivot, bool reversed)
{
    if (f->n == DL_BILINGUAL_SOURCES) return;
    struct dl_bilingual_source *s = &f->sources[f->n];
    int n = snprintf(s->path, sizeof s->path, "%s/%s", f->b->dictionaries, name);
    if (n >= (int)sizeof s->path) return;
    s->mark = mark_of(s->path);
    s->reversed = reversed;
    snprintf(s->pivot, sizeof s->pivot, "%s", pivot);
    f->n += s->mark != 0;
}

static void try_pair(struct finding *f, const char *code, const char *other, const char *pivot)
{
    char name[64];
    snprintf(name, sizeof name, "freedict-%s-%s", code, other);
    try_source(f, name, pivot, false);
    snprintf(name, sizeof name, "freedict-%s-%s", other, code);
    try_source(f, name, pivot, true);
}

/* German goes to English at once, French also by German, the others by both: no circles. */
static bool leads_on(const char *language, const char *pivot)
{
    if (strcmp(language, "de") == 0) return false;
    return strcmp(language, "fr") != 0 || strcmp(pivot, "de") == 0;
}

size_t dl_bilingual_sources(const struct dl_bilingual *b, const char language[4],
                            struct dl_bilingual_source ret_sources[DL_BILINGUAL_SOURCES])
{
    struct finding f = {b, ret_sources, 0};
    const char *code = uloc_getISO3Language(language);
    if (b->dictionaries == NULL || code[0] == '\0' || strcmp(language, "en") == 0) return 0;
    try_pair(&f, code, "eng", "en");
    if (strcmp(language, "ru") == 0) try_source(&f, "mueller7", "en", true);
    if (leads_on(language, "de")) try_pair(&f, code, "deu", "de");
    if (leads_on(language, "fr")) try_pair(&f, code, "fra", "fr");
    return f.n;
}

/* ------------------------------------------------------------------ pairs */

struct pair {
    uint32_t term, concept;
    float weight;
};

struct making {
    struct dl_bilingual *b;
    dl_arena *arena;
    struct dl_stems_language own, other;
    const struct dl_bilingual_source *source;
    struct dl_bilingual_table pivot;
    bool by_pivot;
    struct {
        size_t n, cap;
        struct pair *p;
    } pairs;
};

/* Concepts of one translation, each with its share. */
struct meaning {
    uint32_t concept;
    float share;
};
enum { MEANINGS = 24 };

static size_t meanings_in_english(struct making *m, dl_str text, struct meaning *ret, size_t n)
{
    uint32_t terms[ENGLISH_WORDS + 1];
    size_t words, kept = 0;
    if (!dl_bilingual_terms(m->b, &m->other, text, terms, ENGLISH_WORDS + 1, &words)) return n;
    for (size_t i = 0; i < words; i++)
        if (!dl_bilingual_is_empty(m->b, terms[i])) terms[kept++] = terms[i];
    if (kept > ENGLISH_WORDS) return n;
    for (size_t i = 0; i < kept && n < MEANINGS; i++)
        ret[n++] = (struct meaning){terms[i], 1.0F / (float)kept};
    return n;
}

static size_t meanings_by_pivot(struct making *m, dl_str text, struct meaning *ret, size_t n)
{
    uint32_t term;
    size_t words, senses;
    if (!dl_bilingual_terms(m->b, &m->other, text, &term, 1, &words)) return n;
    const struct dl_sense *s = dl_bilingual_senses(&m->pivot, term, &senses);
    for (size_t i = 0; i < senses && n < MEANINGS; i++)
        ret[n++] = (struct meaning){s[i].concept, (float)s[i].share / DL_SENSE_ONE * BY_PIVOT};
    return n;
}

static enum dl_err take_entry(struct making *m, const struct dl_freedict_entry *e, bool reversed,
                              float weight)
{
    const dl_str *own = reversed ? e->pieces : e->heads, *other = reversed ? e->heads : e->pieces;
    size_t n_own = reversed ? e->n_pieces : e->n_heads,
           n_other = reversed ? e->n_heads : e->n_pieces;
    struct meaning meanings[MEANINGS];
    size_t n = 0;
    for (size_t i = 0; i < n_other; i++)
        n = m->by_pivot ? meanings_by_pivot(m, other[i], meanings, n)
                        : meanings_in_english(m, other[i], meanings, n);
    weight /= sqrtf((float)(reversed ? n_own : n_other));
    for (size_t i = 0; n > 0 && i < n_own; i++) {
        uint32_t term;
        size_t words;
        if (!dl_bilingual_terms(m->b, &m->own, own[i], &term, 1, &words)) continue;
        for (size_t k = 0; k < n && m->pairs.n < PAIRS_MAX; k++) {
            struct pair p = {term, meanings[k].concept, weight * meanings[k].share};
            DL_TRY(dl_vec_push(m->arena, &m->pairs, p));
        }
    }
    dl_arena_reset(m->b->scratch);
    return DL_OK;
}

static enum dl_err take(void *ctx, const struct dl_freedict_entry *e)
{
    struct making *m = ctx;
    return take_entry(m, e, m->source->reversed, 1);
}

/* ------------------------------------------------------------------ the project's own list */

bool dl_bilingual_list(const char *language, dl_str *ret_text)
{
    char path[64];
    snprintf(path, sizeof path, "lexicon/%s/meanings.tsv", language);
    return dl_asset_get(path, ret_text);
}

static size_t split(dl_str text, dl_str *ret_parts, size_t max)
{
    size_t n = 0;
    for (size_t from = 0; from <= text.n && n < max;) {
        size_t to = from;
        while (to < text.n && text.p[to] != '|')
            to++;
        if (to > from) ret_parts[n++] = dl_str_sub(text, from, to);
        from = to + 1;
    }
    return n;
}

/* forms and meanings, both parted by '|'. */
static enum dl_err take_list(struct making *m, const char *language)
{
    dl_str text, cells[DL_TSV_MAX_COLUMNS];
    dl_tsv tsv;
    if (!dl_bilingual_list(language, &text)) return DL_OK;
    DL_TRY(dl_tsv_open(&tsv, text, NULL));
    m->other = dl_stems_language(m->b->stems, "en");
    m->by_pivot = false;
    while (dl_tsv_next(&tsv, cells, NULL) == DL_OK) {
        struct dl_freedict_entry e;
        e.n_heads = split(cells[0], e.heads, DL_FREEDICT_HEADS);
        e.n_pieces = split(cells[1], e.pieces, DL_FREEDICT_PIECES);
        DL_TRY(take_entry(m, &e, false, BY_LIST));
    }
    return DL_OK;
}

/* ------------------------------------------------------------------ senses */

static int by_term(const void *a, const void *b)
{
    const struct pair *x = a, *y = b;
    if (x->term != y->term) return x->term < y->term ? -1 : 1;
    if (x->concept != y->concept) return x->concept < y->concept ? -1 : 1;
    return (x->weight > y->weight) - (x->weight < y->weight); /* sums are the same then, too */
}

static int by_weight(const void *a, const void *b)
{
    const struct pair *x = a, *y = b;
    if (x->weight != y->weight) return x->weight > y->weight ? -1 : 1;
    return (x->concept > y->concept) - (x->concept < y->concept);
}

/* The pairs of one term become its senses: equal concepts summed, the most frequent kept. */
static size_t weigh(struct pair *p, size_t n, struct dl_sense *ret_senses)
{
    size_t kept = 0, given = 0;
    float sum = 0;
    for (size_t i = 0; i < n; i++) {
        sum += p[i].weight;
        if (kept > 0 && p[kept - 1].concept == p[i].concept)
            p[kept - 1].weight += p[i].weight;
        else
            p[kept++] = p[i];
    }
    qsort(p, kept, sizeof *p, by_weight);
    for (size_t i = 0; i < kept && given < DL_SENSES_MAX && p[i].weight >= LEAST * sum; i++)
        ret_senses[given++] = (struct dl_sense){p[i].term, p[i].concept,
                                                (uint32_t)(p[i].weight / sum * DL_SENSE_ONE)};
    return given;
}

static enum dl_err keep(struct making *m, struct dl_bilingual_held *held)
{
    if (m->pairs.n == 0) return DL_OK;
    qsort(m->pairs.p, m->pairs.n, sizeof *m->pairs.p, by_term);
    struct dl_sense *senses = malloc(m->pairs.n * sizeof *senses);
    if (senses == NULL) return DL_ERR_NOMEM;
    size_t n = 0;
    for (size_t i = 0, k; i < m->pairs.n; i = k) {
        for (k = i; k < m->pairs.n && m->pairs.p[k].term == m->pairs.p[i].term;)
            k++;
        n += weigh(m->pairs.p + i, k - i, senses + n);
    }
    struct dl_sense *fitting = realloc(senses, n * sizeof *senses);
    held->senses = fitting != NULL ? fitting : senses;
    held->n_senses = n;
    return DL_OK;
}

enum dl_err dl_bilingual_make(struct dl_bilingual *b, const struct dl_bilingual_source *sources,
                              size_t n, struct dl_bilingual_held *held)
{
    struct making m = {.b = b, .arena = dl_arena_new(ARENA_CAP)};
    if (m.arena == NULL) return DL_ERR_NOMEM;
    m.own = dl_stems_language(b->stems, held->language);
    enum dl_err err = DL_OK;
    for (size_t i = 0; i < n && err == DL_OK; i++) {
        m.source = &sources[i];
        m.by_pivot = strcmp(sources[i].pivot, "en") != 0;
        if (m.by_pivot) m.pivot = dl_bilingual_table(b, sources[i].pivot);
        m.other = dl_stems_language(b->stems, sources[i].pivot);
        err = dl_freedict_read(sources[i].path, take, &m);
        if (err != DL_ERR_NOMEM) err = DL_OK; /* a damaged file tells what it could */
    }
    if (err == DL_OK) err = take_list(&m, held->language);
    if (err == DL_OK) err = keep(&m, held);
    dl_arena_free(m.arena);
    return err;
}
