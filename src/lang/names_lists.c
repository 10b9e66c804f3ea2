#include "lang/names_lists.h"

#include <math.h>

#include "base/utf8.h"

struct match {
    uint32_t tokens, link;
    const dl_phrases *in;
};

bool dl_lists_has(const struct dl_lists *f, uint32_t i, uint32_t classes)
{
    return i < f->last && f->w->p[i].kind == DL_TOKEN_WORD && (f->w->p[i].classes & classes) != 0;
}

bool dl_lists_cap(const struct dl_lists *f, uint32_t i)
{
    return i < f->last && f->w->p[i].kind == DL_TOKEN_WORD && (f->w->p[i].flags & DL_WORD_CAP) &&
           !(f->w->p[i].flags & DL_WORD_CLITIC);
}

/* Phrases of the language at i, with this normal form in place of the first word. */
static struct match match_as(const struct dl_lists *f, uint32_t i, dl_str first)
{
    dl_token tokens[DL_PHRASE_MAX_WORDS];
    uint32_t n = f->last - i < DL_PHRASE_MAX_WORDS ? f->last - i : DL_PHRASE_MAX_WORDS;
    struct match m = {.in = f->countries};
    memcpy(tokens, f->w->p + i, n * sizeof *tokens);
    tokens[0].key = dl_hash64(first);
    dl_words words = {f->w->text, tokens, n};
    m.tokens = (uint32_t)dl_phrases_match(f->countries, &words, 0, n, &m.link);
    return m;
}

static bool is_prefix(uint32_t c, bool first)
{
    bool joins = c == 0x0648 || c == 0x0641; /* و ف */
    return (first && joins) || c == 0x0628 || c == 0x0644 || c == 0x0643;
}

/* "والعراق", "بموسكو", "لليمن": a name behind و or ف and behind ب ل ك, which are written with it;
 * لل stands for ل and ال. */
static struct match match_behind_prefixes(const struct dl_lists *f, uint32_t i)
{
    enum { LEAST = 6 /* bytes: three letters */ };
    char norm[DL_WORD_MAX];
    struct match m = {.in = f->countries};
    dl_str text = dl_token_text(f->w, i);
    if (f->w->p[i].kind != DL_TOKEN_WORD || text.n > DL_WORD_MAX / 2) return m;
    dl_str rest = {norm, dl_words_norm(text, norm)};
    for (int turn = 0; turn < 2 && m.tokens == 0 && rest.n >= LEAST + 2; turn++) {
        size_t pos = 0;
        uint32_t c = dl_utf8_next(rest, &pos);
        if (!is_prefix(c, turn == 0)) break;
        rest = dl_str_sub(rest, pos, rest.n);
        m = match_as(f, i, rest);
        if (m.tokens > 0 || c != 0x0644 || !dl_str_starts(rest, "ل")) continue;
        char form[DL_WORD_MAX + 2] = "ا";
        memcpy(form + 2, rest.p, rest.n);
        m = match_as(f, i, (dl_str){form, rest.n + 2});
    }
    return m;
}

static struct match match_at(const struct dl_lists *f, uint32_t i)
{
    struct match m = {0}, own = {0};
    m.tokens = (uint32_t)dl_phrases_match(&f->g->english, f->w, i, f->last, &m.link);
    m.in = &f->g->english;
    if (f->countries != NULL) {
        own.tokens = (uint32_t)dl_phrases_match(f->countries, f->w, i, f->last, &own.link);
        own.in = f->countries;
    }
    if (own.tokens == 0 && m.tokens == 0 && f->countries != NULL && f->pack->prefixed &&
        is_prefix(f->w->p[i].mark, true))
        return match_behind_prefixes(f, i);
    return own.tokens > 0 && own.tokens >= m.tokens ? own : m;
}

/* Is the spelling right for this entry? Capitals where the list has them. */
static bool spelled(const struct dl_lists *f, const struct dl_known *k, uint32_t i, uint32_t tokens)
{
    if (f->pack->caseless && !k->upper) return true;
    if (!dl_lists_cap(f, i) && !(k->kind == DL_KNOWN_NAME && tokens > 1)) return false;
    return !k->upper || (f->w->p[i].flags & DL_WORD_UPPER);
}

static size_t slot(const char *country)
{
    if (country[0] < 'A' || country[0] > 'Z' || country[1] < 'A' || country[1] > 'Z')
        return DL_COUNTRY_SLOTS;
    return (size_t)(country[0] - 'A') * 26 + (size_t)(country[1] - 'A');
}

static float vote(const struct dl_lists *f, const char *country)
{
    size_t at = slot(country);
    return at < DL_COUNTRY_SLOTS ? f->votes[at] : 0;
}

static void add_vote(struct dl_lists *f, const char *country, float weight)
{
    size_t at = slot(country);
    if (at < DL_COUNTRY_SLOTS && f->votes[at] < 8) f->votes[at] += weight;
}

/* What the entry is worth when several carry one name. */
static float weight(const struct dl_lists *f, const struct dl_known *k,
                    const struct dl_known *behind)
{
    static const float base[] = {
        [DL_KNOWN_COUNTRY] = 8.0f,  [DL_KNOWN_PEOPLE] = 7.5f, [DL_KNOWN_NAME] = 7.0f,
        [DL_KNOWN_DIVISION] = 5.8f, [DL_KNOWN_CITY] = 0,      [DL_KNOWN_REGION] = 6.5f,
        [DL_KNOWN_DISTRICT] = 4.0f, [DL_KNOWN_PERSON] = 7.2f};
    float w = base[k->kind];
    if (k->kind == DL_KNOWN_CITY) w = log10f((float)k->population + 1) + (k->capital ? 1.0f : 0);
    float votes = vote(f, k->country);
    w += votes > 3 ? 1.5f : votes * 0.5f;
    if (behind != NULL && strcmp(behind->country, k->country) == 0 &&
        (behind->admin[0] == '\0' || strcmp(behind->admin, k->admin) == 0) && behind != k)
        w += 5;
    return w;
}

static const struct dl_known *choose(const struct dl_lists *f, struct match m, uint32_t i,
                                     const struct dl_known *behind, uint32_t kinds)
{
    const struct dl_known *best = NULL;
    float best_weight = -1;
    uint32_t value;
    while (m.tokens > 0 && dl_phrases_value(m.in, &m.link, &value)) {
        const struct dl_known *k = &f->g->known[value];
        if ((kinds >> k->kind & 1) == 0 || !spelled(f, k, i, m.tokens)) continue;
        float w = weight(f, k, behind);
        if (w > best_weight) {
            best = k;
            best_weight = w;
        }
    }
    return best;
}

enum { ANY_KIND = 0xFF };

/* "Paris, Texas": the division or country behind a comma. */
static const struct dl_known *named_behind(const struct dl_lists *f, uint32_t i)
{
    if (i >= f->last || f->w->p[i].kind != DL_TOKEN_PUNCT || f->w->p[i].mark != ',') return NULL;
    struct match m = match_at(f, i + 1);
    const struct dl_known *k = choose(f, m, i + 1, NULL, ANY_KIND);
    return k != NULL && (k->kind == DL_KNOWN_DIVISION || k->kind == DL_KNOWN_COUNTRY) ? k : NULL;
}

struct dl_listed dl_lists_at(const struct dl_lists *f, uint32_t i)
{
    struct match m = match_at(f, i);
    struct dl_listed found = {.tokens = m.tokens, .own = m.in == f->countries};
    if (m.tokens == 0) return found;
    found.behind = named_behind(f, i + m.tokens);
    found.known = choose(f, m, i, found.behind, ANY_KIND);
    if (found.known == NULL) found.tokens = 0;
    return found;
}

const struct dl_known *dl_lists_exact(const struct dl_lists *f, uint32_t first, uint32_t last,
                                      uint32_t kinds)
{
    struct match m = match_at(f, first);
    if (m.tokens != last - first) return NULL;
    return choose(f, m, first, named_behind(f, last), kinds);
}

/* Countries and peoples vote, so that order in the text does not matter. */
void dl_lists_vote(struct dl_lists *f, const dl_sentences *sentences, dl_str outlet_country)
{
    if (outlet_country.n == 2)
        add_vote(f, (const char[]){outlet_country.p[0], outlet_country.p[1], 0}, 2);
    for (size_t s = 0; s < sentences->n; s++) {
        f->first = sentences->p[s].first;
        f->last = sentences->p[s].last;
        for (uint32_t i = f->first; i < f->last; i++) {
            if (!f->pack->caseless && !dl_lists_cap(f, i)) continue;
            struct match m = match_at(f, i);
            const struct dl_known *k = choose(f, m, i, NULL, ANY_KIND);
            if (k == NULL || k->kind >= DL_KNOWN_NAME) continue;
            float w = k->kind == DL_KNOWN_COUNTRY || k->kind == DL_KNOWN_DIVISION ? 1.0f
                      : k->kind == DL_KNOWN_PEOPLE                                ? 0.5f
                                                                                  : 0.2f;
            add_vote(f, k->country, w);
            i += m.tokens - 1;
        }
    }
}
