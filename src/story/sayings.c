#include "story/sayings.h"

#include <stdlib.h>

#include "base/utf8.h"
#include "claim/statements_json.h"
#include "story/sayer_private.h"

enum {
    LEAD_SENTENCES = 2,
    CAVEAT_REACH = 3, /* sentences before it of which "could not verify" speaks */
    QUOTE_WORDS = 6,  /* words that two writers do not choose alike by chance */
};

struct dl_sayer *dl_sayer_new(struct dl_diag *diag)
{
    struct dl_sayer *s = calloc(1, sizeof *s);
    if (s == NULL) return NULL;
    s->stems = dl_stems_new();
    s->anchorer = dl_anchorer_new();
    s->concepts = dl_concepts_new(diag);
    if (s->stems != NULL && s->anchorer != NULL && s->concepts != NULL) return s;
    dl_sayer_free(s);
    return NULL;
}

void dl_sayer_free(struct dl_sayer *s)
{
    if (s == NULL) return;
    dl_stems_free(s->stems);
    dl_anchorer_free(s->anchorer);
    dl_concepts_free(s->concepts);
    free(s);
}

/* ------------------------------------------------------------------ chains */

static bool joint(const struct say_making *m, const struct say_part *part, uint32_t i,
                  uint32_t last)
{
    struct dl_concept c;
    return dl_concepts_mark(m->concepts, &part->read->words, i, last, &c) == 1 &&
           c.kind == DL_CONCEPT_joint;
}

static bool has_name(const struct say_making *m, const struct say_part *part, struct dl_span s)
{
    for (uint32_t i = s.first; i < s.last; i++)
        if (say_name_token(m, part, i)) return true;
    return false;
}

static bool opens_source(const struct say_part *part, uint32_t i)
{
    const dl_token *t = &part->read->words.p[i];
    return (t->classes & (DL_CLASS_DET | DL_CLASS_TITLE | DL_CLASS_POSS)) != 0;
}

/* "the Halden Post and the Bay Herald": two. "the Ministry of Trade and Industry": one. */
static uint32_t parts_at(const struct say_making *m, const struct say_part *part, struct dl_span s)
{
    for (uint32_t i = s.first + 1; i + 1 < s.last; i++) {
        if (!joint(m, part, i, s.last)) continue;
        struct dl_span left = {s.first, i}, right = {i + 1, s.last};
        bool articles = opens_source(part, s.first) && opens_source(part, i + 1);
        if (articles || (has_name(m, part, left) && has_name(m, part, right) &&
                         opens_source(part, s.first) == opens_source(part, i + 1) &&
                         right.last - right.first >= 2))
            return i;
    }
    return 0;
}

void sayer_hop(struct say_making *m, const struct say_part *part, struct dl_span span,
               uint8_t class, uint8_t anonymity, bool pronoun, unsigned depth, struct dl_saying *s)
{
    const dl_words *words = &part->read->words;
    if (span.last > span.first + 1 && (words->p[span.last - 1].classes & DL_CLASS_REL)) span.last--;
    if (s->n_hops == DL_SAYING_HOPS || span.last <= span.first) return;
    int actor = say_actor(m, part, span, class, anonymity, pronoun);
    if (actor < 0) return;
    s->hops[s->n_hops++] =
        (struct dl_saying_hop){(uint16_t)actor, (uint8_t)depth, say_span(part, span)};
}

static void add_hops(struct say_making *m, const struct say_part *part, struct dl_span span,
                     uint8_t class, uint8_t anonymity, bool pronoun, unsigned depth,
                     struct dl_saying *s)
{
    uint32_t at = pronoun ? 0 : parts_at(m, part, span);
    if (at > 0) {
        struct dl_span left = {span.first, at}, right = {at + 1, span.last};
        uint8_t class_r = class, anon_r = anonymity;
        dl_source_classify(&part->read->say, left, &class, &anonymity);
        dl_source_classify(&part->read->say, right, &class_r, &anon_r);
        sayer_hop(m, part, left, class, anonymity, false, depth, s);
        sayer_hop(m, part, right, class_r, anon_r, false, depth, s);
        return;
    }
    sayer_hop(m, part, span, class, anonymity, pronoun, depth, s);
}

static void set_chain(struct say_making *m, const struct say_part *part, const dl_statement *st,
                      struct dl_saying *s)
{
    for (unsigned i = 0; i < st->n_hops; i++)
        add_hops(m, part, st->hop[i].source, st->hop[i].class, st->hop[i].anonymity, false, i + 1,
                 s);
    add_hops(m, part, st->source, st->class, st->anonymity, st->pronoun, st->n_hops + 1u, s);
}

/* ------------------------------------------------------------------ statements */

uint64_t sayer_quoted(const struct say_part *part, struct dl_span span)
{
    const dl_words *words = &part->read->words;
    uint64_t hash = 0;
    size_t n = 0;
    for (uint32_t i = span.first; i < span.last && i < words->n; i++) {
        if (words->p[i].kind != DL_TOKEN_WORD && words->p[i].kind != DL_TOKEN_NUMBER) continue;
        if (words->p[i].quote == 0) continue;
        uint64_t both[2] = {hash, words->p[i].key};
        hash = dl_hash64((dl_str){(const char *)both, sizeof both});
        n++;
    }
    return n >= QUOTE_WORDS ? hash : 0;
}

static bool speaks_of_reports(const struct say_making *m, const struct say_part *part,
                              struct dl_span span)
{
    for (uint32_t i = span.first; i < span.last; i++) {
        struct dl_concept c;
        if (dl_concepts_mark(m->concepts, &part->read->words, i, span.last, &c) > 0 &&
            c.kind == DL_CONCEPT_report)
            return true;
    }
    return false;
}

void sayer_place(const struct say_part *part, struct dl_span content, uint32_t sentence,
                 struct dl_saying *s)
{
    const dl_sentences *all = &part->read->say.sentences;
    s->content = say_span(part, content);
    s->text = dl_utf8_prefix(dl_str_sub(part->read->text, s->content.start, s->content.end),
                             DL_SAYING_TEXT);
    s->sentence = s->content;
    if (sentence < all->n)
        s->sentence = (struct dl_part_span){all->p[sentence].start, all->p[sentence].end, part->in};
    s->sentence_no = (uint16_t)(sentence < UINT16_MAX ? sentence : UINT16_MAX);
    if (part->in != DL_IN_TEXT || sentence < LEAD_SENTENCES) s->flags |= DL_SAYING_LEAD;
}

void sayer_id(struct dl_saying *s, dl_str id)
{
    size_t n = id.n < sizeof s->id - 1 ? id.n : sizeof s->id - 1;
    memcpy(s->id, id.p, n);
}

const char *sayer_part_name(const struct say_part *part)
{
    return part->in == DL_IN_TITLE ? "title" : part->in == DL_IN_SUBTITLE ? "subtitle" : NULL;
}

/* The longest piece of its content: pieces beside it are words between quotation marks. */
static struct dl_span main_content(const dl_statement *st)
{
    struct dl_span best = st->content[0];
    for (unsigned i = 1; i < st->n_content; i++)
        if (st->content[i].last - st->content[i].first > best.last - best.first)
            best = st->content[i];
    return best;
}

static enum dl_err add_statement(struct say_making *m, const struct say_part *part,
                                 const dl_statement *st)
{
    struct dl_saying s = {.stance = st->stance, .certainty = st->certainty, .quote = st->quote};
    struct dl_span content = main_content(st);
    sayer_place(part, content, st->sentence, &s);
    sayer_id(&s, dl_statement_id(m->arena, m->read->revision, sayer_part_name(part), st));
    if (st->stance == DL_STANCE_DENIED) s.flags |= DL_SAYING_DENIES;
    if (st->stance == DL_STANCE_DISOWNED) s.flags |= DL_SAYING_CAVEAT;
    if (st->legal_formula) s.flags |= DL_SAYING_LEGAL;
    bool doubtful = st->stance == DL_STANCE_DISTANCED || st->stance == DL_STANCE_HEARSAY;
    if (st->n_evidence > 0 && doubtful) s.flags |= DL_SAYING_HEDGED;
    if (speaks_of_reports(m, part, content)) s.flags |= DL_SAYING_REPORT_OF;
    for (; s.n_evidence < st->n_evidence && s.n_evidence < DL_SAYING_EVIDENCE; s.n_evidence++) {
        s.evidence[s.n_evidence].kind = st->evidence[s.n_evidence].kind;
        s.evidence[s.n_evidence].verified = st->evidence[s.n_evidence].verified;
    }
    s.quoted = sayer_quoted(part, content);
    set_chain(m, part, st, &s);
    DL_TRY(say_gist(m, part, content, &s.gist));
    if (dl_vec_push(m->arena, &m->sayings, s) != DL_OK) return dl_arena_failed(m->arena);
    return DL_OK;
}

static uint32_t overlap(const dl_statement *a, const dl_statement *b)
{
    struct dl_span x = main_content(a), y = main_content(b);
    uint32_t first = x.first > y.first ? x.first : y.first;
    uint32_t last = x.last < y.last ? x.last : y.last;
    return last > first ? last - first : 0;
}

static bool shows(const dl_statement *s)
{
    return s->class == DL_SOURCE_DOCUMENT || s->class == DL_SOURCE_DATA ||
           s->class == DL_SOURCE_SOCIAL;
}

/* Two readings of the same words. The one with a speaker stays, for evidence speaks through who
 * shows it; else the first. */
static bool said_again(const dl_statements *all, size_t k)
{
    enum { AROUND = 6 };
    const dl_statement *s = &all->p[k];
    struct dl_span mine = main_content(s);
    uint32_t width = mine.last - mine.first;
    size_t from = k > AROUND ? k - AROUND : 0, to = k + AROUND < all->n ? k + AROUND : all->n;
    for (size_t i = from; i < to; i++) {
        const dl_statement *o = &all->p[i];
        if (i == k || o->part || o->source.last <= o->source.first) continue;
        if (o->stance == DL_STANCE_DENIED || s->stance == DL_STANCE_DENIED) continue;
        struct dl_span its = main_content(o);
        uint32_t least = its.last - its.first < width ? its.last - its.first : width;
        if (least == 0 || overlap(s, o) * 10 < least * 6) continue;
        if (shows(s) != shows(o)) {
            if (shows(s)) return true;
            continue;
        }
        if (i < k) return true;
    }
    return false;
}

bool sayer_caveat_alone(const dl_statement *s)
{
    return s->source.last <= s->source.first && s->stance == DL_STANCE_DISOWNED;
}

static enum dl_err add_statements(struct say_making *m, const struct say_part *part)
{
    const dl_statements *all = &part->read->statements;
    for (size_t i = 0; i < all->n && m->sayings.n < DL_SAYINGS_MAX - DL_SAYINGS_OWN; i++) {
        const dl_statement *s = &all->p[i];
        if (s->n_content == 0 || s->content[0].last <= s->content[0].first) continue;
        if (s->part || s->source.last <= s->source.first || said_again(all, i)) continue;
        DL_TRY(add_statement(m, part, s));
    }
    return DL_OK;
}

/* "could not be verified" speaks of what was said just before it. */
static void spread_caveats(struct say_making *m, const struct say_part *part, size_t from)
{
    const dl_statements *all = &part->read->statements;
    for (size_t i = 0; i < all->n; i++) {
        if (!sayer_caveat_alone(&all->p[i])) continue;
        for (size_t k = from; k < m->sayings.n; k++) {
            struct dl_saying *s = &m->sayings.p[k];
            if (s->content.in != part->in || s->sentence_no > all->p[i].sentence) continue;
            if (s->sentence_no + (uint32_t)CAVEAT_REACH >= all->p[i].sentence)
                s->flags |= DL_SAYING_CAVEAT;
        }
    }
}

/* ------------------------------------------------------------------ the outlet */

/* Its name as words; an outlet has no language of its own, so that of the text serves. */
static enum dl_err name_outlet(struct say_making *m)
{
    dl_words words;
    DL_TRY(dl_words_split(m->read->pack, m->arena, m->in->outlet, &words));
    say_byname(m, &words, (struct dl_span){0, (uint32_t)words.n}, &m->outlet);
    return DL_OK;
}

static enum dl_err read_parts(struct say_making *m)
{
    struct say_part title = {&m->read->title, DL_IN_TITLE}, deck = {&m->read->deck, DL_IN_SUBTITLE};
    struct say_part body = {&m->read->body, DL_IN_TEXT};
    DL_TRY(add_statements(m, &title));
    DL_TRY(sayer_own_voice(m, &title, 1));
    DL_TRY(add_statements(m, &deck));
    DL_TRY(sayer_own_voice(m, &deck, 1));
    size_t from = m->sayings.n;
    DL_TRY(add_statements(m, &body));
    DL_TRY(sayer_own_voice(m, &body, DL_SAYINGS_OWN));
    spread_caveats(m, &body, from);
    return DL_OK;
}

static int part_order(const struct dl_saying *s)
{
    return s->content.in == DL_IN_TEXT ? DL_IN_SUBTITLE + 1 : s->content.in;
}

static int by_place(const void *a, const void *b)
{
    const struct dl_saying *x = a, *y = b;
    int p = part_order(x), q = part_order(y);
    if (p != q) return p < q ? -1 : 1;
    if (x->content.start != y->content.start) return x->content.start < y->content.start ? -1 : 1;
    return memcmp(x->id, y->id, sizeof x->id);
}

enum dl_err dl_sayings_make(struct dl_sayer *sayer, dl_arena *arena,
                            const struct dl_analyse_input *in, const struct dl_analysed *read,
                            struct dl_sayings *ret_sayings)
{
    struct dl_sayings out = {.n_sayings = 0};
    struct say_making m = {.sayer = sayer, .arena = arena, .in = in, .read = read};
    memcpy(out.language, read->language.base, sizeof out.language);
    m.concepts = dl_concepts_of(sayer->concepts, read->pack, read->language.base);
    if (m.concepts == NULL) return DL_ERR_NOMEM;
    m.stems = dl_stems_language(sayer->stems, read->language.base);
    m.german = strcmp(read->language.base, "de") == 0;
    DL_TRY(name_outlet(&m));
    DL_TRY(read_parts(&m));
    sayer_credits(&m, &(struct say_part){&read->body, DL_IN_TEXT}, &out);
    sayer_links(&m, &out);
    if (m.sayings.n > 1) qsort(m.sayings.p, m.sayings.n, sizeof *m.sayings.p, by_place);
    out.outlet = m.outlet;
    out.sayings = m.sayings.p;
    out.n_sayings = m.sayings.n;
    out.actors = m.actors.p;
    out.n_actors = m.actors.n;
    *ret_sayings = out;
    return dl_arena_failed(arena);
}
