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

/* "vor einem „drohenden Abfluss“": a quotation within a noun phrase opens nothing. */
static bool quoted_within(const struct finder *f, uint32_t mark)
{
    return say_is_quote_mark(f, mark) && mark > 0 && f->w->p[mark - 1].kind == DL_TOKEN_WORD &&
           fields_modifies(f, mark - 1);
}

/* Behind a comma: "…, die …" says more of the noun before it, "…, als …" when or why. */
static bool opens_nothing(const struct finder *f, uint32_t comma, uint32_t from)
{
    static const char *const adverbial[] = {"als",   "nachdem", "bevor", "obwohl", "weil",
                                            "indem", "seitdem", "wobei", "damit",  "da"};
    if (!say_is_comma(f, comma) || comma == from) return false;
    for (size_t k = 0; k < sizeof adverbial / sizeof *adverbial; k++)
        if (say_word(f, comma + 1, adverbial[k])) return true;
    return say_cap(f, comma - 1) && fields_relative(f, comma + 1);
}

/* The comp, colon, comma or quotation behind which what is said begins; last when none does. */
static uint32_t content_opening(const struct finder *f, uint32_t from, uint32_t last)
{
    uint32_t i = say_next_border(f, from, last);
    for (; i < last; i = say_next_border(f, i + 1, last)) {
        bool ordinal = say_mark(f, i, '.') && i > from && f->w->p[i - 1].kind == DL_TOKEN_NUMBER;
        if (ordinal) continue;
        if (!opens_nothing(f, i, from)) break;
        i = say_next_border(f, i + 1, last);
    }
    if (i + 1 >= last || quoted_within(f, i)) return last;
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
    v->source = without_hearer(f, who);
    if (!left && only_object(f, h, who.last, v->last)) {
        say_silent(f, h, v->source);
        return;
    }
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
static void clause_opening(const struct finder *f, struct say_view *v)
{
    if (v->trailing) return;
    uint32_t opening = content_opening(f, v->right, v->last);
    if (opening < v->last && opening - v->right <= HEARER_WITHIN) v->right = opening;
}

/* "Die Zeitung zitiert einen Zeugen mit den Worten: „…“": the object speaks, the subject passes on.
 */
static bool quotes_somebody(struct finder *f, uint32_t hit, struct say_view *v, struct dl_span who)
{
    const struct hit *h = &f->hits.p[hit];
    uint32_t i = who.first >= h->at.last ? who.last : h->at.last;
    while (i < v->last && say_is(f, i, DL_CLASS_ADV) && !say_cap(f, i))
        i++;
    struct dl_span object = fields_phrase(f, i, v->last);
    uint32_t from = content_opening(f, object.last, v->last);
    if (h->cue->act != DL_ACT_QUOTE || !verb_usable(object) || from >= v->last) return false;
    v->source = object;
    dl_statement *s = verb_make(f, h, v, "quotes", 0.92f);
    if (s == NULL) return true;
    s->hop[0] = (struct dl_hop){.source = who, .cue = h->at};
    s->n_hops = 1;
    verb_content_right(f, s, hit, v, from);
    return true;
}

/* "In dem Papier heißt es, …", "…, hieß es dazu aus der Partei": who says it stands behind "in", or
 * nowhere. */
static bool impersonal(struct finder *f, uint32_t hit, struct say_view *v)
{
    static const char *const where[] = {"in", "im", "aus", "von", "vom", "seitens", "bei", "beim"};
    const struct hit *h = &f->hits.p[hit];
    uint32_t last = fields_border(f, h->at.last, v->last);
    v->source = (struct dl_span){h->at.last, h->at.last};
    uint32_t from = v->before > v->limit ? v->limit : h->at.last;
    uint32_t to = v->before > v->limit ? v->before : last;
    for (uint32_t i = from; i < to; i++) {
        bool opens = false;
        for (size_t k = 0; k < sizeof where / sizeof *where; k++)
            opens = opens || say_word(f, i, where[k]);
        struct dl_span s = opens ? fields_phrase(f, i + 1, to) : (struct dl_span){0, 0};
        if (s.last <= s.first) continue;
        v->source = s;
        break;
    }
    bool left = v->before == v->limit && v->limit > v->first;
    uint32_t right = content_opening(f, h->at.last, v->last);
    if (!left && right >= v->last) return true;
    dl_statement *s = verb_make(f, h, v, "it-says", v->source.last > v->source.first ? 0.9f : 0.5f);
    if (s == NULL) return true;
    if (left) verb_content_left(f, s, v->first, v->limit);
    if (right < v->last) verb_content_right(f, s, hit, v, right);
    return true;
}

/* "den die Zeitung zitiert": the relative pronoun is no subject. */
static bool other_case(const struct finder *f, uint32_t pronoun)
{
    static const char *const forms[] = {"den", "dem", "denen", "dessen", "deren"};
    for (size_t k = 0; k < sizeof forms / sizeof *forms; k++)
        if (say_word(f, pronoun, forms[k])) return true;
    return false;
}

/* "Das berichtet X", and not "Das Museum zeigt X" or "Das Krähen sei üblich, urteilte X". */
static bool behind_prior(const struct finder *f, uint32_t hit, const struct say_view *v)
{
    const struct hit *h = &f->hits.p[hit], *b = hit > 0 ? &f->hits.p[hit - 1] : NULL;
    if (b == NULL || b->cue->kind != DL_CUE_PRIOR || b->sentence != h->sentence ||
        b->at.first != v->first || v->limit != v->first)
        return false;
    for (uint32_t i = b->at.last; i < h->at.first; i++)
        if (say_cap(f, i)) return false;
    return true;
}

bool verb_by_tree(struct finder *f, uint32_t hit, struct say_view *v)
{
    const struct hit *h = &f->hits.p[hit];
    if (say_word(f, h->at.first, "so")) return false;
    if (h->at.last - h->at.first == 2 && say_word(f, h->at.first + 1, "es"))
        return impersonal(f, hit, v);
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
    if (answer == TREE_RELATIVE && other_case(f, who.last - 1)) return true;
    v->relative = answer == TREE_RELATIVE;
    bool at_border = v->before == v->limit && v->limit > v->first;
    if (answer == TREE_NONE) return !at_border && v->before != h->at.last;
    if (answer == TREE_NOT_KNOWN) return false;
    if (!verb_usable(who)) return false;
    if (who.last - who.first == 1 &&
        (say_word(f, who.first, "es") || say_word(f, who.first, "man")))
        return true;
    if (behind_prior(f, hit, v))
        return who.first >= h->at.last && say_prior(f, hit, without_hearer(f, who));
    if (quotes_somebody(f, hit, v, who)) return true;
    if (who.first >= h->at.last) {
        behind_subject(f, hit, v, who);
        return true;
    }
    if (who.last > h->at.first) return false;
    v->source = who;
    if (only_object(f, h, h->at.last, v->last)) {
        say_silent(f, h, who);
        return true;
    }
    verb_look_right(f, h, v);
    if (!v->trailing && quoted_within(f, v->right)) v->right = h->at.last;
    clause_opening(f, v);
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
