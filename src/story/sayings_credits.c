/* Whom a dateline or a closing line credits, and what is linked to. */
#include "story/sayer_private.h"

enum {
    CREDIT_WORDS = 9, /* of a closing line "Source: …" */
    DATELINE_TOKENS = 14,
};

static void credit(struct say_making *m, const struct say_part *part, struct dl_span span,
                   uint16_t out[DL_SAYING_CREDITS], size_t *n)
{
    if (*n == DL_SAYING_CREDITS || span.last <= span.first) return;
    int actor = say_actor(m, part, span, DL_SOURCE_MEDIA, DL_ANON_NAMED, false);
    if (actor >= 0) out[(*n)++] = (uint16_t)actor;
}

/* "SEL AMAR, Aug 9 (Meridian) -" */
static struct dl_span dateline_agency(const struct say_part *part)
{
    const dl_words *w = &part->read->words;
    struct dl_span found = {0, 0};
    for (uint32_t i = 0; i < w->n && i < DATELINE_TOKENS; i++) {
        if (w->p[i].kind != DL_TOKEN_PUNCT || (w->p[i].mark != '(' && w->p[i].mark != 0xFF08))
            continue;
        for (uint32_t k = i + 1; k < w->n && k < i + 6; k++)
            if (w->p[k].kind == DL_TOKEN_PUNCT && (w->p[k].mark == ')' || w->p[k].mark == 0xFF09))
                found = (struct dl_span){i + 1, k};
        uint32_t mark = found.last + 1 < w->n ? w->p[found.last + 1].mark : 0;
        bool dash = mark == '-' || mark == 0x2013 || mark == 0x2014 || mark == 0x2014;
        return found.last > 0 && dash ? found : (struct dl_span){0, 0};
    }
    return found;
}

/* "Source: Meridian", the last lines of the text. */
static struct dl_span closing_credit(const struct say_making *m, const struct say_part *part,
                                     const dl_sentence *at)
{
    struct dl_concept c;
    const dl_words *w = &part->read->words;
    if (at->last - at->first > CREDIT_WORDS) return (struct dl_span){0, 0};
    size_t n = dl_concepts_mark(m->concepts, w, at->first, at->last, &c);
    if (n == 0 || c.kind != DL_CONCEPT_credit) return (struct dl_span){0, 0};
    uint32_t i = at->first + (uint32_t)n;
    while (i < at->last && w->p[i].kind == DL_TOKEN_PUNCT)
        i++;
    uint32_t end = at->last;
    while (end > i && w->p[end - 1].kind != DL_TOKEN_WORD)
        end--;
    return (struct dl_span){i, end};
}

void sayer_credits(struct say_making *m, const struct say_part *body, struct dl_sayings *out)
{
    uint16_t *credits = DL_NEW_ARRAY(m->arena, uint16_t, DL_SAYING_CREDITS);
    if (credits == NULL) return; /* the arena remembers */
    const dl_sentences *all = &body->read->say.sentences;
    credit(m, body, dateline_agency(body), credits, &out->n_credits);
    for (size_t i = all->n > 3 ? all->n - 3 : 0; i < all->n; i++)
        credit(m, body, closing_credit(m, body, &all->p[i]), credits, &out->n_credits);
    out->credits = credits;
}

void sayer_links(struct say_making *m, struct dl_sayings *out)
{
    uint64_t *links = DL_NEW_ARRAY(m->arena, uint64_t, DL_SAYING_LINKS);
    for (size_t i = 0; links != NULL && i < m->in->n_links && out->n_links < DL_SAYING_LINKS; i++) {
        dl_str href = m->in->links[i].href;
        size_t hash = dl_str_chr(href, '#', 0);
        links[out->n_links++] = dl_hash64(dl_str_sub(href, 0, hash == DL_NO_POS ? href.n : hash));
    }
    out->links = links;
}
