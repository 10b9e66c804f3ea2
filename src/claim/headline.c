/* What only headlines do: "Ministry: …", "… - sources", quotation marks instead of a source, and
 * capitals on every word. The article below tells who a surname is. */
#include "claim/say.h"

enum {
    LABEL_TOKENS = 8,     /* a longer phrase before the colon is a clause */
    TAIL_TOKENS = 8,      /* likewise behind the last dash */
    CLAIM_TOKENS = 3,     /* less is a topic, not a claim */
    CASE_LETTERS = 4,     /* bytes; shorter words are small in titles too */
    CASE_WORDS = 3,       /* fewer tell nothing of how the headline is set */
    CASE_PER_CENT = 70,   /* of its words with capitals: set in title case */
    HEADLINE_TOKENS = 400 /* of a headline or a deck; longer ones are neither */
};

static bool is_headline(const struct finder *f)
{
    return f->t->below != NULL && f->w->n <= HEADLINE_TOKENS;
}

/* --- capitals on every word ----------------------------------------------------------------- */

static bool title_case(const struct finder *f)
{
    size_t words = 0, capitals = 0;
    for (uint32_t i = 0; i < f->w->n; i++) {
        const dl_token *t = &f->w->p[i];
        if (t->kind != DL_TOKEN_WORD || t->end - t->start < CASE_LETTERS) continue;
        if (t->flags & DL_WORD_FIRST) continue;
        words++;
        capitals += (t->flags & DL_WORD_CAP) != 0;
    }
    return words >= CASE_WORDS && capitals * 100 >= words * CASE_PER_CENT;
}

/* "Theresa May Says": behind a given name or a title the capital is a name's. */
static bool name_goes_on(const struct finder *f, uint32_t i)
{
    return i > 0 && say_is(f, i - 1, DL_CLASS_GIVEN | DL_CLASS_TITLE);
}

static void small(struct finder *f, uint32_t i, size_t n)
{
    for (size_t k = 0; k < n; k++)
        f->w->p[i + k].flags &= (uint8_t) ~(DL_WORD_CAP | DL_WORD_UPPER);
}

/* Where all words have capitals, those of cues and roles tell no name; what a tagger says of such
 * text is of no use either. */
void say_headline_case(struct finder *f)
{
    static const unsigned kinds = 1u << DL_CUE_VERB | 1u << DL_CUE_PREP | 1u << DL_CUE_POST |
                                  1u << DL_CUE_CONNECTOR | 1u << DL_CUE_HEDGE | 1u << DL_CUE_CAVEAT;
    if (!is_headline(f) || f->t->cues->pack->caseless || !title_case(f)) return;
    f->trees = NULL;
    for (uint32_t i = 0; i < f->w->n; i++) {
        size_t n, heads;
        const struct dl_head *head = dl_cues_head(f->t->cues, f->w, i, f->w->n, &heads);
        if (say_is(f, i, DL_CLASS_MODAL) && name_goes_on(f, i))
            f->w->p[i].classes &= ~(uint32_t)DL_CLASS_MODAL;
        else if (dl_cues_match(f->t->cues, f->w, i, f->w->n, kinds, &n) != NULL)
            small(f, i, n);
        else if (head != NULL && head->anonymity > DL_ANON_NAMED)
            small(f, i, heads);
    }
}

/* --- who is named ---------------------------------------------------------------------------- */

/* The head of a noun phrase stands last in these; elsewhere it stands first. */
static bool head_last(const struct finder *f)
{
    const char *code = f->t->cues->pack->code;
    return f->english || f->german || strcmp(code, "zh") == 0 || strcmp(code, "ja") == 0 ||
           strcmp(code, "tr") == 0;
}

static bool all_capitals(const struct finder *f, uint32_t first, uint32_t last)
{
    for (uint32_t i = first; i < last; i++)
        if (!say_cap(f, i)) return false;
    return first < last;
}

/* "the police", "Ministry of Defence", "МИД России", "President Marlow"; not "torture of
 * detainees". */
static bool head_names(const struct finder *f, struct dl_span s)
{
    uint32_t core = s.first; /* end of what stands before the first preposition */
    while (core < s.last && (core == s.first || !say_is(f, core, DL_CLASS_PREP)))
        core++;
    for (uint32_t i = s.first; i < core; i++) {
        size_t n;
        if (dl_cues_head(f->t->cues, f->w, i, s.last, &n) == NULL) continue;
        uint32_t end = i + (uint32_t)n;
        bool opens = i == s.first || (i == s.first + 1 && say_is(f, s.first, DL_CLASS_DET));
        if (end >= core || say_genitive(f, end)) return true;
        if (opens && !head_last(f)) return true;
        if (say_is(f, end - 1, DL_CLASS_TITLE) && all_capitals(f, end, s.last)) return true;
    }
    return false;
}

/* The statement below whose source ends in the last word of the phrase: "Marlow" of "Mayor Ines
 * Marlow". NULL: none. */
static const dl_statement *source_below(const struct finder *f, struct dl_span s)
{
    const struct dl_say_below *a = f->t->below;
    if (s.first >= s.last) return NULL;
    uint64_t name = f->w->p[s.last - 1].key;
    for (size_t k = 0; k < a->statements->n; k++) {
        const dl_statement *b = &a->statements->p[k];
        if (b->anonymity != DL_ANON_NAMED || b->pronoun) continue;
        for (uint32_t i = b->source.first; i < b->source.last; i++)
            if (a->words->p[i].key == name && (a->words->p[i].flags & DL_WORD_CAP)) return b;
    }
    return NULL;
}

static bool taken(const struct finder *f, struct dl_span s)
{
    for (size_t k = 0; k < f->out.n; k++) {
        const dl_statement *o = &f->out.p[k];
        if ((o->source.first < s.last && s.first < o->source.last) ||
            (o->cue.first < s.last && s.first < o->cue.last))
            return true;
    }
    return false;
}

static bool shows(const struct finder *f, struct dl_span s)
{
    size_t n;
    enum dl_evidence_kind kind;
    return dl_cues_evidence(f->t->cues, f->w, s.last - 1, s.last, &n, &kind) &&
           (kind == DL_EVIDENCE_FOOTAGE || kind == DL_EVIDENCE_PHOTO);
}

/* "Nordhaven: terminal closed" and "Video: …" name a topic; a source is one by its head word, or
 * because the article below has it as one. */
static bool is_source(const struct finder *f, struct dl_span s)
{
    if (s.first >= s.last || taken(f, s) || shows(f, s)) return false;
    if (dl_source_is_outlet(f->t, s)) return false;
    for (uint32_t i = s.first; i < s.last; i++)
        if (say_verblike(f, i) && !say_cap(f, i)) return false;
    return head_names(f, s) || source_below(f, s) != NULL;
}

/* --- the forms -------------------------------------------------------------------------------- */

static void make(struct finder *f, const char *rule, float score, uint32_t mark,
                 struct dl_span source, struct dl_span content)
{
    dl_statement *s = say_new(f, rule, score, f->w->p[mark].sentence);
    if (s == NULL) return;
    s->cue = (struct dl_span){mark, mark + 1};
    s->source = source;
    s->stance = DL_STANCE_NEUTRAL;
    s->clause = true;
    say_content(f, s, content.first, content.last);
    if (s->n_content == 0) f->out.n--;
}

static uint32_t line_end(const struct finder *f, uint32_t first)
{
    uint32_t end = first;
    while (end < f->w->n && f->w->p[end].kind != DL_TOKEN_PARA)
        end++;
    return end;
}

/* "Ministry: the bridge is closed" */
static bool label(struct finder *f, uint32_t first, uint32_t last)
{
    uint32_t mark = first;
    while (mark < last && mark - first <= LABEL_TOKENS && !say_is_colon(f, mark))
        mark++;
    if (mark == first || mark + CLAIM_TOKENS > last || !say_is_colon(f, mark)) return false;
    struct dl_span source = say_trim(f, (struct dl_span){first, mark});
    if (!is_source(f, source)) return false;
    make(f, "headline-label", 0.7f, mark, source, (struct dl_span){mark + 1, last});
    return true;
}

/* A dash that parts, not the hyphen of a word. */
static bool parting(const struct finder *f, uint32_t i)
{
    bool dash = say_mark(f, i, 0x2013) || say_mark(f, i, 0x2014) || say_mark(f, i, '-');
    return say_is_colon(f, i) || (dash && (f->w->p[i].flags & DL_WORD_SPACE));
}

/* "Bridge to close - sources", "Bridge 'unsafe for years': inspector" */
static void tail(struct finder *f, uint32_t first, uint32_t last)
{
    uint32_t mark = last;
    while (mark > first + CLAIM_TOKENS && last - mark <= TAIL_TOKENS && !parting(f, mark - 1))
        mark--;
    if (mark <= first + CLAIM_TOKENS || last - mark > TAIL_TOKENS) return;
    struct dl_span source = say_trim(f, (struct dl_span){mark, last});
    if (is_source(f, source))
        make(f, "headline-tail", 0.65f, mark - 1, source, (struct dl_span){first, mark - 1});
}

static bool said_in(const struct finder *f, uint32_t first, uint32_t last)
{
    for (size_t k = 0; k < f->out.n; k++)
        if (f->out.p[k].content[0].first < last && first < f->out.p[k].content[0].last) return true;
    return false;
}

/* "Bridge 'unsafe for years'": the marks say that somebody else says it. Titles of works open with
 * a capital. */
static void claim_quotes(struct finder *f)
{
    if (f->t->cues->pack->caseless) return;
    for (size_t k = 0; k < f->t->quotations.n; k++) {
        const dl_quotation *q = &f->t->quotations.p[k];
        if (q->first >= q->last || f->w->p[q->first].kind != DL_TOKEN_WORD) continue;
        if (say_cap(f, q->first) || !q->closed || said_in(f, q->first, q->last)) continue;
        dl_statement *s = say_new(f, "headline-quotes", 0.6f, f->w->p[q->first].sentence);
        if (s == NULL) return;
        s->stance = DL_STANCE_DISTANCED;
        s->clause = true;
        say_content(f, s, q->first, q->last);
    }
}

/* Before stances and quotations are told, behind the rules for all texts. */
void say_headline(struct finder *f)
{
    if (!is_headline(f)) return;
    for (uint32_t first = 0; first < f->w->n;) {
        uint32_t last = line_end(f, first);
        if (!label(f, first, last)) tail(f, first, last);
        first = last + 1;
    }
    claim_quotes(f);
}

/* A surname has the class of the one below who bears it. */
void say_headline_classes(struct finder *f)
{
    if (!is_headline(f)) return;
    for (size_t k = 0; k < f->out.n; k++) {
        dl_statement *s = &f->out.p[k];
        if (s->class != DL_SOURCE_INDIVIDUAL && s->class != DL_SOURCE_UNNAMED &&
            s->class != DL_SOURCE_NONE)
            continue;
        const dl_statement *b = source_below(f, s->source);
        if (b == NULL) continue;
        s->class = b->class;
        s->anonymity = b->anonymity;
    }
}
