/* The two axes of a statement (stance of the outlet, certainty of the claim), evidence, and hedges
 * in the outlet's own voice. */
#include "claim/say.h"

enum { REACH = 3 /* sentences over which "could not verify" speaks of what was said before */ };

static bool inside(struct dl_span s, uint32_t i)
{
    return s.first <= i && i < s.last;
}

static bool in_content(const dl_statement *s, uint32_t i)
{
    for (unsigned c = 0; c < s->n_content; c++)
        if (inside(s->content[c], i)) return true;
    return false;
}

/* Order of strength, weakest first: the strongest mark wins. */
static int strength(uint8_t stance)
{
    static const int rank[] = {
        [DL_STANCE_OWN] = 0,       [DL_STANCE_NEUTRAL] = 1, [DL_STANCE_ENDORSED] = 2,
        [DL_STANCE_DISTANCED] = 3, [DL_STANCE_HEARSAY] = 4, [DL_STANCE_DISOWNED] = 5,
        [DL_STANCE_DENIED] = 6};
    return rank[stance];
}

static int doubt(uint8_t certainty)
{
    static const int rank[] = {[DL_CERTAINTY_ASSERTED] = 0,
                               [DL_CERTAINTY_FUTURE] = 1,
                               [DL_CERTAINTY_NEGATED] = 1,
                               [DL_CERTAINTY_PROBABLE] = 2,
                               [DL_CERTAINTY_POSSIBLE] = 3};
    return rank[certainty];
}

/* "an alleged accomplice", "the alleged killer": before a word for a person it is a formula of law.
 */
static bool legal_formula(const struct finder *f, const struct hit *h)
{
    size_t n;
    if (h->cue->act != DL_ACT_LEGAL) return false;
    return dl_cues_match(f->t->cues, f->w, h->at.last, f->w->n, 1u << DL_CUE_ACCUSED, &n) != NULL;
}

static bool negation(const struct finder *f, const dl_statement *s)
{
    for (unsigned c = 0; c < s->n_content; c++)
        for (uint32_t i = s->content[c].first;
             i < s->content[c].last && i < s->content[c].first + 12; i++)
            if (say_is(f, i, DL_CLASS_NEG) && !(say_word(f, i, "no") && !say_word(f, i + 1, "one")))
                return true;
    return false;
}

static void mark(dl_statement *s, const struct finder *f, const struct hit *h)
{
    if (h->cue->stance != DL_STANCE_OWN && h->cue->kind != DL_CUE_COMMENT) {
        if (legal_formula(f, h))
            s->legal_formula = true;
        else if (strength(h->cue->stance) > strength(s->stance) && s->stance != DL_STANCE_DENIED)
            s->stance = h->cue->stance;
    }
    if (doubt(h->cue->certainty) > doubt(s->certainty) && s->stance != DL_STANCE_DENIED)
        s->certainty = h->cue->certainty;
}

static void find_evidence(struct finder *f, dl_statement *s, uint32_t from, uint32_t to)
{
    for (uint32_t i = from; i < to && s->n_evidence < DL_STATEMENT_EVIDENCE; i++) {
        size_t n;
        enum dl_evidence_kind kind;
        if (!dl_cues_evidence(f->t->cues, f->w, i, to, &n, &kind)) continue;
        bool again = false;
        for (unsigned k = 0; k < s->n_evidence; k++)
            again = again || s->evidence[k].kind == kind;
        if (!again)
            s->evidence[s->n_evidence++] =
                (struct dl_evidence){{i, i + (uint32_t)n}, (uint8_t)kind, 0};
        i += (uint32_t)n - 1;
    }
}

/* "the confession", in a sentence soon behind: what the last one said was one. */
static void confession_behind(struct finder *f, size_t k)
{
    dl_statement *s = &f->out.p[k];
    uint32_t after = k + 1 < f->out.n ? f->out.p[k + 1].sentence : UINT32_MAX;
    if (after == s->sentence || s->source.first == s->source.last) return;
    for (uint32_t n = s->sentence + 1; n < f->t->sentences.n && n < s->sentence + REACH; n++) {
        const dl_sentence *at = &f->t->sentences.p[n];
        for (uint32_t i = at->first; i + 1 < at->last; i++) {
            size_t tokens;
            enum dl_evidence_kind kind;
            if (say_is(f, i, DL_CLASS_DET | DL_CLASS_POSS) &&
                dl_cues_evidence(f->t->cues, f->w, i + 1, at->last, &tokens, &kind) &&
                kind == DL_EVIDENCE_CONFESSION)
                find_evidence(f, s, i + 1, i + 1 + (uint32_t)tokens);
        }
        if (n >= after) break;
    }
}

/* The first cue in a sentence or behind it: they stand in text order. */
static size_t first_hit(const struct finder *f, uint32_t sentence)
{
    size_t low = 0, high = f->hits.n;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (f->hits.p[middle].sentence < sentence)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* "Das belegten Satellitenbilder": the sentence behind tells what shows it. */
static void shown_behind(struct finder *f, dl_statement *s)
{
    for (size_t k = first_hit(f, s->sentence + 1); k + 1 < f->hits.n; k++) {
        const struct hit *h = &f->hits.p[k], *verb = h + 1;
        if (h->sentence > s->sentence + 1) break;
        if (h->cue->kind != DL_CUE_PRIOR) continue;
        if (verb->cue->act == DL_ACT_SHOW && verb->at.first == h->at.last)
            find_evidence(f, s, verb->at.last, f->t->sentences.p[h->sentence].last);
    }
}

enum { SHOWN_WITHIN = 8 /* tokens between evidence and the verb of which it is the subject */ };

/* "…, satellite images show": what is said tells of evidence. */
static void shown_in_content(struct finder *f, dl_statement *s)
{
    for (size_t k = first_hit(f, s->sentence); k < f->hits.n; k++) {
        const struct hit *h = &f->hits.p[k];
        if (h->sentence > s->sentence) break;
        if (h->cue->act != DL_ACT_SHOW) continue;
        for (unsigned c = 0; c < s->n_content; c++) {
            struct dl_span in = s->content[c];
            if (!inside(in, h->at.first) || h->at.first > in.first + SHOWN_WITHIN) continue;
            find_evidence(f, s, in.first, h->at.first);
            uint32_t end =
                h->at.last + SHOWN_WITHIN < in.last ? h->at.last + SHOWN_WITHIN : in.last;
            if (!f->english && s->n_evidence == 0) find_evidence(f, s, h->at.last, end);
        }
    }
}

static void note_check(dl_statement *s, const struct hit *caveat)
{
    for (unsigned e = 0; e < s->n_evidence; e++)
        if (s->evidence[e].verified == 0) s->evidence[e].verified = caveat->cue->verified ? 1 : 2;
}

/* Marks of one sentence onto the statements that hold or neighbour them. */
static void marks_of(struct finder *f, dl_statement *s)
{
    for (size_t k = 0; k < f->hits.n; k++) {
        const struct hit *h = &f->hits.p[k];
        if (h->sentence < s->sentence && !in_content(s, h->at.first)) continue;
        if (h->sentence > s->sentence + REACH) break;
        bool hedge = h->cue->kind == DL_CUE_HEDGE;
        if (hedge && f->w->p[h->at.first].quote != 0 && h->cue->stance != DL_STANCE_OWN) continue;
        bool here = in_content(s, h->at.first) || inside(s->source, h->at.first) ||
                    (h->at.last >= s->cue.first && h->at.first <= s->cue.last);
        if ((hedge || h->cue->kind == DL_CUE_CAVEAT) && here && !h->cue->verified) mark(s, f, h);
        if (h->cue->kind == DL_CUE_CAVEAT) note_check(s, h);
    }
    if (s->certainty == DL_CERTAINTY_ASSERTED && negation(f, s))
        s->certainty = DL_CERTAINTY_NEGATED;
}

static void quote_kind(const struct finder *f, dl_statement *s)
{
    uint32_t inside_quotes = 0, words = 0;
    for (unsigned c = 0; c < s->n_content; c++)
        for (uint32_t i = s->content[c].first; i < s->content[c].last; i++) {
            if (f->w->p[i].kind > DL_TOKEN_NUMBER) continue;
            words++;
            inside_quotes += f->w->p[i].quote != 0;
        }
    s->quote = inside_quotes == 0                ? DL_QUOTE_INDIRECT
               : inside_quotes * 10 >= words * 9 ? DL_QUOTE_DIRECT
                                                 : DL_QUOTE_MIXED;
}

void say_marks(struct finder *f)
{
    for (size_t k = 0; k < f->out.n; k++) {
        dl_statement *s = &f->out.p[k];
        quote_kind(f, s);
        find_evidence(f, s, s->source.first, s->source.last);
        uint32_t end = f->t->sentences.p[s->sentence].last;
        uint32_t behind = s->source.last > s->cue.last ? s->source.last : s->cue.last;
        if (s->n_content > 0 && s->content[0].first >= behind) end = s->content[0].first;
        if (s->n_content == 1 && s->content[0].first < s->cue.first)
            find_evidence(f, s, behind, end);
        else if (end > behind && end - behind < 14)
            find_evidence(f, s, behind, end);
        for (unsigned p = 0; p < s->n_hops; p++)
            find_evidence(f, s, s->hop[p].source.first, s->hop[p].source.last);
        shown_behind(f, s);
        shown_in_content(f, s);
        confession_behind(f, k);
        marks_of(f, s);
    }
}

/* --- the outlet's own voice --------------------------------------------------------------- */

static bool spoken_for(const struct finder *f, const struct hit *h)
{
    for (size_t k = 0; k < f->out.n; k++) {
        const dl_statement *s = &f->out.p[k];
        if (s->sentence > h->sentence) continue;
        if (in_content(s, h->at.first) || inside(s->source, h->at.first)) return true;
        if (s->sentence == h->sentence && h->at.last >= s->cue.first && h->at.first <= s->cue.last)
            return true;
    }
    return false;
}

/* "appears to show" in one hedge: what stands before it is evidence. */
static void hedged_evidence(struct finder *f, dl_statement *own, const struct hit *hedge)
{
    for (uint32_t i = hedge->at.first; i < hedge->at.last; i++) {
        size_t n;
        const struct dl_cue *cue =
            dl_cues_match(f->t->cues, f->w, i, hedge->at.last, 1u << DL_CUE_VERB, &n);
        if (cue != NULL && cue->act == DL_ACT_SHOW)
            find_evidence(f, own, f->t->sentences.p[hedge->sentence].first, hedge->at.first);
    }
    for (size_t k = first_hit(f, own->sentence); k < f->hits.n && own->n_evidence > 0; k++) {
        const struct hit *h = &f->hits.p[k];
        if (h->sentence > own->sentence + REACH) break;
        if (h->cue->kind == DL_CUE_CAVEAT) note_check(own, h);
    }
}

void say_own_voice(struct finder *f)
{
    size_t reported = f->out.n;
    for (size_t k = 0; k < f->hits.n; k++) {
        const struct hit *h = &f->hits.p[k];
        bool comment = h->cue->kind == DL_CUE_COMMENT;
        if (h->cue->kind != DL_CUE_HEDGE && h->cue->kind != DL_CUE_CAVEAT && !comment) continue;
        if (f->w->p[h->at.first].quote != 0 || h->cue->verified) continue;
        /* What will be is told plainly: no distance, and no source to name. */
        bool plain = h->cue->stance == DL_STANCE_OWN && h->cue->certainty == DL_CERTAINTY_FUTURE;
        if (plain && f->german && !comment) continue;
        const dl_sentence *at = &f->t->sentences.p[h->sentence];
        dl_statement *own = NULL;
        for (size_t o = f->out.n; o > reported && own == NULL; o--)
            if (f->out.p[o - 1].sentence == h->sentence) own = &f->out.p[o - 1];
        if (own == NULL) {
            size_t kept = f->out.n;
            f->out.n = reported;
            bool spoken = spoken_for(f, h);
            f->out.n = kept;
            if (spoken || legal_formula(f, h)) continue;
            own = say_new(f, comment ? "comment" : "own-voice", 0.7f, h->sentence);
            if (own == NULL) return;
            own->stance = DL_STANCE_OWN;
            if (!comment) own->cue = h->at;
            uint32_t last = at->last;
            say_content(f, own, at->first, last);
            hedged_evidence(f, own, h);
        } else if (own->cue.first == own->cue.last && !comment) {
            own->cue = h->at;
        }
        mark(own, f, h);
    }
}
