#include "store/snippet.h"

#include "base/utf8.h"

enum {
    PHRASE_WORDS = 24,   /* of a query's phrase that are compared */
    HITS_MAX = 256,      /* in a text that are weighed against each other */
    LEAD_BYTES = 80,     /* shown before the first hit */
    TEXT_MAX = 256 << 10 /* of a text that is looked at */
};

struct phrase {
    uint64_t word[PHRASE_WORDS];
    size_t n;
    dl_str beginning;               /* of the last word, when only that must be there */
    size_t since[PHRASE_WORDS + 1]; /* since[k]: where a match of the first k words began */
};

struct hit {
    size_t start, end, phrase;
};

struct dl_marker {
    struct dl_tokenizer *tokenizer;
    struct phrase *phrases;
    size_t n;
    struct hit hits[HITS_MAX];
    size_t n_hits;
    dl_arena *arena;
    struct phrase *making;
    bool part;
};

static int add_word(void *ctx, const struct dl_token *token)
{
    struct dl_marker *m = ctx;
    struct phrase *p = m->making;
    if (p->n == PHRASE_WORDS) return 1;
    p->word[p->n++] = dl_hash64(token->word);
    p->beginning = dl_str_dup(m->arena, token->word);
    m->part = token->is_part;
    return 0;
}

struct dl_marker *dl_marker_new(dl_arena *arena, struct dl_tokenizer *tokenizer,
                                const struct dl_query *query)
{
    struct dl_marker *m = DL_NEW(arena, struct dl_marker);
    if (m == NULL) return NULL;
    m->tokenizer = tokenizer;
    m->arena = arena;
    m->phrases = DL_NEW_ARRAY(arena, struct phrase, query->terms.n + 1);
    for (size_t i = 0; m->phrases != NULL && i < query->terms.n; i++) {
        m->making = &m->phrases[m->n];
        m->part = false;
        dl_tokenize(tokenizer, query->terms.p[i].text, true, add_word, m);
        if (m->making->n == 0) continue;
        if (!query->terms.p[i].prefix && !m->part) m->making->beginning = (dl_str){NULL, 0};
        m->n++;
    }
    return dl_arena_failed(arena) == DL_OK ? m : NULL;
}

static bool word_fits(const struct phrase *p, size_t k, const struct dl_token *token, uint64_t hash)
{
    if (k + 1 < p->n || p->beginning.n == 0) return hash == p->word[k];
    return token->word.n >= p->beginning.n &&
           memcmp(token->word.p, p->beginning.p, p->beginning.n) == 0;
}

/* Steps each phrase's automaton; since[k] is 0 where no match is k words long, else its start + 1.
 * A word that stands beside the one before may end a phrase, not carry it on. */
static int look_at(void *ctx, const struct dl_token *token)
{
    struct dl_marker *m = ctx;
    uint64_t hash = dl_hash64(token->word);
    for (size_t i = 0; i < m->n && m->n_hits < HITS_MAX; i++) {
        struct phrase *p = &m->phrases[i];
        if (token->same_place && p->n > 1) continue;
        for (size_t k = p->n; k-- > 0;) {
            size_t since = k == 0 ? token->start + 1 : p->since[k];
            p->since[k + 1] = since != 0 && word_fits(p, k, token, hash) ? since : 0;
        }
        if (p->since[p->n] != 0)
            m->hits[m->n_hits++] = (struct hit){p->since[p->n] - 1, token->end, i};
    }
    return m->n_hits == HITS_MAX;
}

static void find_hits(struct dl_marker *m, dl_str text)
{
    m->n_hits = 0;
    for (size_t i = 0; i < m->n; i++)
        memset(m->phrases[i].since, 0, sizeof m->phrases[i].since);
    dl_tokenize(m->tokenizer, dl_utf8_prefix(text, TEXT_MAX), false, look_at, m);
}

static int by_start(const void *a, const void *b)
{
    const struct hit *x = a, *y = b;
    if (x->start != y->start) return x->start < y->start ? -1 : 1;
    return x->end < y->end ? -1 : x->end > y->end;
}

/* Hits in [from, to) as spans relative to from, joined where they overlap. */
static size_t spans_of(const struct dl_marker *m, size_t from, size_t to, struct dl_span *ret,
                       size_t max)
{
    size_t n = 0;
    for (size_t i = 0; i < m->n_hits; i++) {
        const struct hit *h = &m->hits[i];
        if (h->start < from || h->end > to) continue;
        struct dl_span span = {h->start - from, h->end - from};
        if (n > 0 && span.start <= ret[n - 1].end) {
            if (span.end > ret[n - 1].end) ret[n - 1].end = span.end;
            continue;
        }
        if (n == max) break;
        ret[n++] = span;
    }
    return n;
}

size_t dl_marker_find(struct dl_marker *m, dl_str text, struct dl_span *ret_spans, size_t max)
{
    find_hits(m, text);
    qsort(m->hits, m->n_hits, sizeof *m->hits, by_start);
    return spans_of(m, 0, text.n, ret_spans, max);
}

/* Start of the hit from which a snippet shows most different phrases, the first such one. */
static size_t best_start(const struct dl_marker *m)
{
    size_t best = 0, best_score = 0;
    for (size_t i = 0; i < m->n_hits; i++) {
        uint64_t seen = 0;
        size_t score = 0;
        for (size_t j = i;
             j < m->n_hits && m->hits[j].end <= m->hits[i].start + DL_SNIPPET_MAX - LEAD_BYTES;
             j++) {
            uint64_t bit = 1ull << (m->hits[j].phrase & 63);
            score += (seen & bit) == 0;
            seen |= bit;
        }
        if (score <= best_score) continue;
        best_score = score;
        best = m->hits[i].start;
    }
    return best;
}

static bool is_gap(char c)
{
    return dl_is_space((unsigned char)c);
}

/* A whole part of the text around start: cut at spaces where there are some. */
static struct dl_span window(dl_str text, size_t start)
{
    size_t from = start > LEAD_BYTES ? start - LEAD_BYTES : 0;
    while (from > 0 && !dl_utf8_is_border(text, from))
        from++;
    for (size_t i = from; from > 0 && i < start; i++) {
        if (!is_gap(text.p[i])) continue;
        from = i + 1;
        break;
    }
    dl_str rest = dl_utf8_prefix(dl_str_sub(text, from, text.n), DL_SNIPPET_MAX);
    size_t to = from + rest.n;
    if (to < text.n) {
        size_t cut = to;
        while (cut > start && !is_gap(text.p[cut]))
            cut--;
        if (cut > start + (to - start) / 2) to = cut;
    }
    return (struct dl_span){from, to};
}

void dl_marker_snippet(struct dl_marker *m, dl_arena *arena, dl_str text,
                       struct dl_search_hit *ret_hit)
{
    find_hits(m, text);
    qsort(m->hits, m->n_hits, sizeof *m->hits, by_start);
    struct dl_span part = window(text, best_start(m));
    char *copy = dl_str_cstr(arena, dl_str_sub(text, part.start, part.end));
    if (copy == NULL) return;
    for (char *c = copy; *c != '\0'; c++)
        if (is_gap(*c)) *c = ' ';
    ret_hit->snippet = (dl_str){copy, part.end - part.start};
    ret_hit->n_marks = spans_of(m, part.start, part.end, ret_hit->marks, DL_SNIPPET_MARKS);
}
