/* German by the tree: the subject stands before its verb or behind it, and only case or number
 * tells which noun it is. Rules of order say where the content stands. */
#include "claim/fields.h"

/* A clause before the verb that says when or why, not what: "Als er kam, sagte er …". */
static bool opens_with_adverbial_clause(const struct finder *f, const struct say_view *v)
{
    static const char *const adverbial[] = {"als",  "nachdem", "bevor", "während", "obwohl",
                                            "weil", "seitdem", "um",    "indem"};
    if (say_next_border(f, v->first, v->limit) + 1 < v->limit) return false; /* more clauses */
    for (size_t k = 0; k < sizeof adverbial / sizeof *adverbial; k++)
        if (say_word(f, v->first, adverbial[k])) return true;
    return false;
}

static bool content_left(const struct finder *f, const struct say_view *v)
{
    if (v->limit == v->first)
        return v->before == v->limit && v->first > 0 && say_is_quote_mark(f, v->first - 1);
    if (v->before != v->limit) return false;
    if (say_is_quote_mark(f, v->limit - 1)) return true;
    return !opens_with_adverbial_clause(f, v);
}

static void told(struct finder *f, dl_statement *s, uint32_t from, uint32_t last)
{
    uint32_t at = say_hearer_at(f, from, last);
    if (at >= last || at > from + 1) return;
    uint32_t end = at + 1;
    while (end < last && !say_is_border(f, end))
        end++;
    say_told(f, s, (struct dl_span){at + 1, end});
}

/* German sets the hearer behind the subject: "sagte die Ministerin der Zeitung X". */
static struct dl_span without_hearer(const struct finder *f, struct dl_span who)
{
    uint32_t at = say_hearer_at(f, who.first + 1, who.last);
    return at < who.last ? say_trim(f, (struct dl_span){who.first, at}) : who;
}

/* The comp, colon, comma or quotation behind which what is said begins; last when none does. */
static uint32_t content_opening(const struct finder *f, uint32_t i, uint32_t last)
{
    while (i < last && !say_is_border(f, i))
        i++;
    if (i + 1 >= last) return last;
    return say_is_quote_mark(f, i) ? i : i + 1;
}

/* "sprach mit Journalisten": a noun is what the verb takes, no clause and no quotation. */
static bool only_object(const struct finder *f, const struct hit *h, uint32_t from, uint32_t last)
{
    if (h->cue->act != DL_ACT_SAY && h->cue->act != DL_ACT_REPORT && h->cue->act != DL_ACT_ASK)
        return false;
    if (from >= last) return false;
    for (uint32_t i = from; i < last; i++)
        if (f->w->p[i].quote != 0 || say_mark(f, i, ':')) return false;
    return content_opening(f, from, last) >= last;
}

static void behind_subject(struct finder *f, uint32_t hit, struct say_view *v, struct dl_span who)
{
    const struct hit *h = &f->hits.p[hit];
    bool left = content_left(f, v);
    if (!left && only_object(f, h, who.last, v->last)) return;
    v->source = without_hearer(f, who);
    dl_statement *s = verb_make(f, h, v, left ? RULE_INVERTED : "verb-second", 0.92f);
    if (s == NULL) return;
    if (left) {
        verb_content_left(f, s, v->first, v->limit);
        verb_content_behind(f, s, fields_border(f, who.last, v->last), v->last);
    } else {
        uint32_t from = content_opening(f, who.last, v->last);
        if (from >= v->last) from = who.last;
        verb_content_right(f, s, hit, v, from);
    }
    told(f, s, v->source.last, v->last);
}

enum { HEARER_WITHIN = 8 /* words of a hearer or topic before the clause opens */ };

/* "sagte hierzu der Süddeutschen Zeitung, sie könne …": the clause opens behind the comma. */
static void clause_opening(const struct finder *f, const struct hit *h, struct say_view *v)
{
    if (v->trailing) return;
    (void)h;
    uint32_t opening = content_opening(f, v->right, v->last);
    if (opening < v->last && opening - v->right <= HEARER_WITHIN) v->right = opening;
}

bool verb_by_tree(struct finder *f, uint32_t hit, struct say_view *v)
{
    const struct hit *h = &f->hits.p[hit];
    if (say_word(f, h->at.first, "so")) return false;
    struct dl_span who;
    enum tree_answer answer = TREE_FOUND;
    switch (fields_subject(f, h, v, &who)) {
    case FIELDS_NONE:
        return true;
    case FIELDS_DOUBT:
        answer = tree_subject(f, h->sentence, h->at, &who);
        break;
    default:
        break;
    }
    bool at_border = v->before == v->limit && v->limit > v->first;
    if (answer == TREE_NONE) return !at_border && v->before != h->at.last;
    if (answer == TREE_NOT_KNOWN) return false;
    if (!verb_usable(who)) return false;
    if (who.last - who.first == 1 &&
        (say_word(f, who.first, "es") || say_word(f, who.first, "man")))
        return true;
    const struct hit *b = hit > 0 ? &f->hits.p[hit - 1] : NULL;
    if (b != NULL && b->cue->kind == DL_CUE_PRIOR && b->sentence == h->sentence &&
        b->at.first == v->first)
        return who.first >= h->at.last && say_prior(f, hit, without_hearer(f, who));
    if (who.first >= h->at.last) {
        behind_subject(f, hit, v, who);
        return true;
    }
    if (who.last > h->at.first) return false;
    v->source = who;
    if (only_object(f, h, h->at.last, v->last)) return true;
    verb_look_right(f, h, v);
    clause_opening(f, h, v);
    struct verb_found how = {answer == TREE_SHARED     ? RULE_SHARED
                             : answer == TREE_RELATIVE ? "relative"
                                                       : RULE_BARE,
                             0.9f};
    if (v->trailing)
        verb_trailing(f, hit, v, how);
    else
        verb_leading(f, hit, v, how);
    return true;
}
