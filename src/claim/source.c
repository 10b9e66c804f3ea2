/* What kind of source a phrase names: by its head word, then by its names. */
#include "base/utf8.h"
#include "claim/say.h"

static bool cap_name(const dl_words *w, uint32_t i)
{
    const dl_token *t = &w->p[i];
    return t->kind == DL_TOKEN_WORD && (t->flags & DL_WORD_CAP) && !(t->flags & DL_WORD_CLITIC) &&
           !(t->classes & (DL_CLASS_DET | DL_CLASS_POSS | DL_CLASS_PRON | DL_CLASS_PREP |
                           DL_CLASS_CONJ | DL_CLASS_NOTNAME | DL_CLASS_TIME | DL_CLASS_NUM));
}

struct found {
    const struct dl_head *head;
    uint32_t first, last;
};

/* German writes "Wahlkommission": the head is the end of the word. */
static const struct dl_head *compound_head(const struct dl_say_text *t, uint32_t i)
{
    enum { FRONT = 3, BACK = 4 };
    if (strcmp(t->cues->pack->code, "de") != 0 || t->words->p[i].kind != DL_TOKEN_WORD) return NULL;
    dl_str word = dl_token_text(t->words, i);
    for (size_t at = FRONT; at + BACK < word.n && at < 24; at++) {
        if (!dl_utf8_is_border(word, at)) continue;
        dl_token token = {.kind = DL_TOKEN_WORD, .key = dl_words_key(dl_str_sub(word, at, word.n))};
        dl_words one = {word, &token, 1};
        size_t n;
        const struct dl_head *head = dl_cues_head(t->cues, &one, 0, 1, &n);
        if (head != NULL) return head;
    }
    return NULL;
}

/* The last head word of [first, last). "chief" in "army chief" is inside the longer phrase. */
static struct found head_in(const struct dl_say_text *t, uint32_t first, uint32_t last,
                            uint32_t limit)
{
    struct found best = {0};
    for (uint32_t i = first; i < last;) {
        size_t n = 0;
        const struct dl_head *head = dl_cues_head(t->cues, t->words, i, limit, &n);
        if (head == NULL) head = compound_head(t, i), n = 1;
        if (head == NULL) {
            i++;
            continue;
        }
        best = (struct found){head, i, i + (uint32_t)n};
        i += (uint32_t)n;
    }
    return best;
}

static uint32_t chunk_end(const struct dl_say_text *t, uint32_t first, uint32_t last)
{
    uint32_t i = first;
    while (i < last) {
        const dl_token *w = &t->words->p[i];
        if (w->kind == DL_TOKEN_PUNCT && w->mark != '-' && w->mark != '.') break;
        if (i > first && (w->classes & (DL_CLASS_PREP | DL_CLASS_REL))) break;
        i++;
    }
    return i;
}

static bool generic(const struct dl_say_text *t, struct found at)
{
    size_t n;
    return at.last - at.first == 1 &&
           dl_cues_match(t->cues, t->words, at.first, at.last, 1u << DL_CUE_OFFICE, &n) != NULL;
}

/* Bodies whose class goes over to the people who speak for them. */
static bool lends_class(uint8_t class)
{
    return class == DL_SOURCE_ARMED || class == DL_SOURCE_COMPANY || class == DL_SOURCE_NGO ||
           class == DL_SOURCE_IGO || class == DL_SOURCE_POLITICAL || class == DL_SOURCE_OFFICIAL ||
           class == DL_SOURCE_MEDIA;
}

void dl_source_classify(const struct dl_say_text *t, struct dl_span source, uint8_t *ret_class,
                        uint8_t *ret_anonymity)
{
    *ret_class = DL_SOURCE_NONE;
    *ret_anonymity = DL_ANON_NONE;
    if (source.first >= source.last) return;
    uint32_t end = chunk_end(t, source.first, source.last);
    struct found head = head_in(t, source.first, end, source.last);
    struct found rest = {0};
    for (uint32_t at = end; at < source.last && rest.head == NULL;) {
        uint32_t next = chunk_end(t, at + 1, source.last);
        rest = head_in(t, at, next, source.last);
        at = next > at ? next : at + 1;
    }
    uint32_t names = 0;
    for (uint32_t i = source.first; i < source.last; i++)
        names += cap_name(t->words, i) && !(i == source.first && head.head != NULL &&
                                            head.first == i && head.last - head.first == 1);
    bool person_chunk = false;
    for (uint32_t i = source.first; i < source.last; i++)
        person_chunk = person_chunk || cap_name(t->words, i);
    if (head.head == NULL) head = rest, rest.head = NULL;
    if (head.head == NULL) {
        *ret_class = names > 0 || person_chunk ? DL_SOURCE_INDIVIDUAL : DL_SOURCE_UNNAMED;
        *ret_anonymity = names > 0 || person_chunk ? DL_ANON_NAMED : DL_ANON_ROLE;
        return;
    }
    *ret_class = head.head->class;
    *ret_anonymity = head.head->anonymity;
    if (generic(t, head)) {
        struct found before = head_in(t, source.first, head.first, head.first);
        struct found body = rest.head != NULL ? rest : before;
        if (before.head != NULL && lends_class(before.head->class)) body = before;
        if (body.head != NULL && lends_class(body.head->class)) *ret_class = body.head->class;
    }
    bool apart = *ret_anonymity == DL_ANON_BARE || *ret_anonymity == DL_ANON_GROUP;
    uint32_t named_in_chunk = 0;
    for (uint32_t i = source.first; i < source.last; i++) {
        bool in_head = i >= head.first && i < head.last;
        bool prep_before = false;
        for (uint32_t k = source.first; k < i; k++)
            prep_before = prep_before || (t->words->p[k].classes & DL_CLASS_PREP) != 0;
        named_in_chunk += cap_name(t->words, i) && !in_head && !prep_before;
    }
    if (*ret_anonymity == DL_ANON_ROLE && named_in_chunk > 0) *ret_anonymity = DL_ANON_NAMED;
    for (uint32_t i = head.first; i < head.last; i++)
        if (cap_name(t->words, i) && !(t->words->p[i].flags & DL_WORD_FIRST) &&
            *ret_anonymity == DL_ANON_GROUP)
            *ret_anonymity = DL_ANON_NAMED;
    if (*ret_anonymity == DL_ANON_NONE && names > 0 &&
        (*ret_class == DL_SOURCE_DOCUMENT || *ret_class == DL_SOURCE_DATA))
        *ret_anonymity = DL_ANON_NAMED;
    if (apart && *ret_class == DL_SOURCE_MEDIA && named_in_chunk > 1)
        *ret_anonymity = DL_ANON_NAMED;
}

bool dl_source_is_outlet(const struct dl_say_text *t, struct dl_span phrase)
{
    if (t->outlet.n == 0) return false;
    uint32_t words = 0;
    for (uint32_t i = phrase.first; i < phrase.last; i++) {
        const dl_token *w = &t->words->p[i];
        if (w->kind != DL_TOKEN_WORD || (w->classes & DL_CLASS_DET)) continue;
        dl_str text = dl_token_text(t->words, i);
        size_t at = 0;
        bool found = false;
        while (!found && at + text.n <= t->outlet.n) {
            found = dl_str_ieq(dl_str_sub(t->outlet, at, at + text.n), text);
            at++;
        }
        if (!found) return false;
        words++;
    }
    return words > 0;
}
