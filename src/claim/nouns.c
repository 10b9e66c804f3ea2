/* Nouns of saying: "the claim that", "l'accusa secondo cui", «утверждение о том, что». */
#include "claim/say.h"

enum { JOINT_WITHIN = 8 /* tokens of whose claim it is, between the noun and "that" */ };

/* "Trump's claim", "his claim": who stands before the noun. */
static struct dl_span owner_before(const struct finder *f, uint32_t noun, uint32_t first)
{
    for (uint32_t k = noun; k > first && k + 4 > noun; k--) {
        if (f->english && (f->w->p[k - 1].flags & DL_WORD_CLITIC)) {
            uint32_t start = k - 1;
            while (start > first && !say_is_border(f, start - 1) &&
                   (say_cap(f, start - 1) || say_is(f, start - 1, DL_CLASS_DET)))
                start--;
            return (struct dl_span){start, k - 1};
        }
        if (say_is(f, k - 1, DL_CLASS_POSS)) return (struct dl_span){k - 1, k};
        if (!f->english) break;
    }
    return (struct dl_span){0, 0};
}

/* What joins the noun to what is said opens at `at`; ret_from: behind it. */
static bool joint_at(const struct finder *f, uint32_t at, uint32_t last, uint32_t *ret_from)
{
    size_t n;
    if (f->english) {
        *ret_from = at + 1;
        return say_word(f, at, "that") && !say_is(f, at + 1, DL_CLASS_AUX | DL_CLASS_MODAL) &&
               !say_verblike(f, at + 1);
    }
    uint32_t i = at + say_is_comma(f, at);
    bool joint = dl_cues_match(f->t->cues, f->w, i, last, 1u << DL_CUE_JOINT, &n) != NULL;
    if (joint) i += (uint32_t)n;
    if (joint && say_is_comma(f, i) && say_is(f, i + 1, DL_CLASS_COMP)) i++;
    bool comp = say_is(f, i, DL_CLASS_COMP) && (joint || !say_is(f, i, DL_CLASS_REL));
    *ret_from = i + comp;
    return joint || comp;
}

/* Where the joint opens behind the noun, over whose claim it is; `last` when none does. */
static uint32_t find_joint(const struct finder *f, uint32_t i, uint32_t last, uint32_t *ret_from)
{
    uint32_t end = f->english ? i + 1 : i + JOINT_WITHIN;
    for (; i < last && i < end; i++) {
        if (joint_at(f, i, last, ret_from)) return i;
        if (say_is_border(f, i) || say_is(f, i, DL_CLASS_AUX | DL_CLASS_MODAL | DL_CLASS_CONJ))
            break;
    }
    return last;
}

/* "del ministro": without its preposition. */
static struct dl_span owner_behind(const struct finder *f, uint32_t first, uint32_t last)
{
    if (first < last && say_is(f, first, DL_CLASS_PREP) && first + 1 < last) first++;
    return say_trim(f, (struct dl_span){first, last});
}

void say_noun(struct finder *f, uint32_t hit)
{
    struct hit *h = &f->hits.p[hit];
    const dl_sentence *sentence = &f->t->sentences.p[h->sentence];
    uint32_t last = say_bare_end(f, sentence), from = last;
    if (f->w->p[h->at.first].quote != 0) return;
    uint32_t joint = find_joint(f, h->at.last, last, &from);
    if (joint >= last || from + 2 > last) return;
    struct dl_span source = owner_behind(f, h->at.last, joint);
    if (source.first >= source.last) source = owner_before(f, h->at.first, sentence->first);
    dl_statement *s =
        say_new(f, "noun-that", source.last > source.first ? 0.55f : 0.4f, h->sentence);
    if (s == NULL) return;
    s->cue = h->at;
    s->source = source;
    s->stance = h->cue->stance;
    s->act = h->cue->act;
    h->statement = (int32_t)f->out.n - 1;
    uint32_t end = from;
    while (end < last && !say_is_border(f, end) &&
           !(f->english && end > from + 2 && say_is(f, end, DL_CLASS_REL)))
        end++;
    say_content(f, s, from, end);
}
