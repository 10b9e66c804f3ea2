/* Borders of clauses and noun phrases, by marks and closed word classes; no parser. */
#include "base/utf8.h"
#include "claim/say.h"

bool say_is(const struct finder *f, uint32_t i, uint32_t classes)
{
    return i < f->w->n && f->w->p[i].kind == DL_TOKEN_WORD && (f->w->p[i].classes & classes) != 0;
}

bool say_mark(const struct finder *f, uint32_t i, uint32_t mark)
{
    return i < f->w->n && f->w->p[i].kind == DL_TOKEN_PUNCT && f->w->p[i].mark == mark;
}

bool say_is_comma(const struct finder *f, uint32_t i)
{
    return say_mark(f, i, ',') || say_mark(f, i, 0x060C) || say_mark(f, i, 0xFF0C);
}

bool say_is_colon(const struct finder *f, uint32_t i)
{
    return say_mark(f, i, ':') || say_mark(f, i, 0xFF1A);
}

bool say_is_quote_mark(const struct finder *f, uint32_t i)
{
    if (i >= f->w->n || f->w->p[i].kind != DL_TOKEN_PUNCT) return false;
    if (f->w->p[i].flags & DL_WORD_NAMED) return false;
    switch (f->w->p[i].mark) {
    case '"':
    case '\'':
    case 0x201C:
    case 0x201D:
    case 0x2018:
    case 0x2019:
    case 0x00AB:
    case 0x00BB:
    case 0x201E:
    case 0x201A:
    case 0x300C:
    case 0x300D:
    case 0x300E:
    case 0x300F:
    case 0x2039:
    case 0x203A:
    case 0xFF02:
    case 0x300A:
    case 0x300B:
        return true;
    default:
        return false;
    }
}

/* An apostrophe that opens or closes a quotation. */
static bool parts_quotation(const struct finder *f, uint32_t i)
{
    bool before = i > 0 && f->w->p[i - 1].quote != 0;
    bool behind = i + 1 < f->w->n && f->w->p[i + 1].quote != 0;
    return f->w->p[i].quote == 0 && before != behind;
}

bool say_is_border(const struct finder *f, uint32_t i)
{
    if (i >= f->w->n) return true;
    if (f->w->p[i].kind >= DL_TOKEN_LINE) return true;
    if (f->w->p[i].kind != DL_TOKEN_PUNCT || (f->w->p[i].flags & DL_WORD_NAMED)) return false;
    switch (f->w->p[i].mark) {
    case '\'':
    case 0x2019:
        return parts_quotation(f, i);
    case '-':
    case '/':
    case '&':
    case '%':
    case '$':
    case '#':
    case '@':
    case '*':
    case '+':
    case '=':
    case 0x20AC:
    case 0x00A3:
    case 0x00B7:
    case '(':
    case ')':
        return false;
    default:
        return true;
    }
}

bool say_cap(const struct finder *f, uint32_t i)
{
    return i < f->w->n && f->w->p[i].kind == DL_TOKEN_WORD && (f->w->p[i].flags & DL_WORD_CAP);
}

bool say_lower_ends(const struct finder *f, uint32_t i, const char *ending)
{
    return i < f->w->n && f->w->p[i].kind == DL_TOKEN_WORD &&
           dl_str_iends(dl_token_text(f->w, i), ending);
}

bool say_word(const struct finder *f, uint32_t i, const char *word)
{
    return i < f->w->n && f->w->p[i].kind == DL_TOKEN_WORD &&
           dl_str_ieq_c(dl_token_text(f->w, i), word);
}

/* «В полиции заявили, что …», «из писем следует, что …»: the source stands in another case. */
bool say_locative(const struct finder *f, uint32_t i)
{
    static const char *const words[] = {"в", "во", "у", "из", "із", "з",
                                        "В", "Во", "У", "Из", "Із", "З"};
    const char *code = f->t->cues->pack->code;
    if (strcmp(code, "ru") != 0 && strcmp(code, "uk") != 0) return false;
    if (i + 1 >= f->w->n || f->w->p[i + 1].kind != DL_TOKEN_WORD) return false;
    if (say_is(f, i + 1, DL_CLASS_TIME)) return false;
    for (size_t k = 0; k < sizeof words / sizeof *words; k++)
        if (say_word(f, i, words[k])) return true;
    return false;
}

/* "the minister's spokeswoman": a genitive, however much it looks like "is". */
bool say_genitive(const struct finder *f, uint32_t i)
{
    return f->english && i < f->w->n && (f->w->p[i].flags & DL_WORD_CLITIC) &&
           say_lower_ends(f, i, "s");
}

/* Finite verbs by list, else what looks like a past tense and is no adjective before a noun. */
bool say_verblike(const struct finder *f, uint32_t i)
{
    if (say_genitive(f, i)) return false;
    if (say_is(f, i, DL_CLASS_AUX | DL_CLASS_MODAL | DL_CLASS_VERB)) return true;
    return f->english && !say_cap(f, i) && say_lower_ends(f, i, "ed") &&
           !say_is(f, i, DL_CLASS_ADJ) &&
           !(i > 0 && say_is(f, i - 1, DL_CLASS_DET | DL_CLASS_POSS)) &&
           f->w->p[i].end - f->w->p[i].start > 4;
}

bool say_starts_phrase(const struct finder *f, uint32_t i, uint32_t last)
{
    if (i >= last || f->w->p[i].kind > DL_TOKEN_NUMBER) return false;
    if (say_is(f, i, DL_CLASS_DET | DL_CLASS_POSS | DL_CLASS_PRON | DL_CLASS_NUM | DL_CLASS_TITLE))
        return !say_is(f, i, DL_CLASS_TIME);
    if (say_is(f, i,
               DL_CLASS_PREP | DL_CLASS_COMP | DL_CLASS_CONJ | DL_CLASS_AUX | DL_CLASS_MODAL |
                   DL_CLASS_TIME | DL_CLASS_ADV | DL_CLASS_NEG))
        return false;
    return true;
}

/* May a phrase begin or end with the mark at i, as "(", "$" and the marks about a name may? */
static bool held(const struct finder *f, uint32_t i, const uint32_t marks[], size_t n)
{
    if (f->w->p[i].flags & DL_WORD_NAMED) return true;
    for (size_t k = 0; k < n; k++)
        if (f->w->p[i].mark == marks[k]) return true;
    return false;
}

/* Without white space, commas, closing marks and loose quotes at the ends. */
struct dl_span say_trim(const struct finder *f, struct dl_span s)
{
    static const uint32_t opening[] = {'(', '$', '#', '@', 0x20AC, 0x00A3}, closing[] = {')', '%'};
    while (s.first < s.last && f->w->p[s.first].kind >= DL_TOKEN_PUNCT &&
           !held(f, s.first, opening, sizeof opening / sizeof *opening))
        s.first++;
    while (s.last > s.first && f->w->p[s.last - 1].kind >= DL_TOKEN_PUNCT &&
           !held(f, s.last - 1, closing, sizeof closing / sizeof *closing))
        s.last--;
    return s;
}

uint32_t say_bare_end(const struct finder *f, const dl_sentence *s)
{
    uint32_t last = s->last;
    while (last > s->first && f->w->p[last - 1].kind >= DL_TOKEN_PUNCT &&
           !say_mark(f, last - 1, ')'))
        last--;
    return last;
}

uint32_t say_next_border(const struct finder *f, uint32_t i, uint32_t last)
{
    while (i < last && !say_is_border(f, i))
        i++;
    return i;
}

/* Where the last clause before `end` opens: behind a comp, or a conj that follows a verb. */
static uint32_t clause_start(const struct finder *f, uint32_t from, uint32_t end)
{
    uint32_t start = from;
    bool verb = false;
    for (uint32_t i = from; i < end; i++) {
        if (say_is(f, i, DL_CLASS_COMP) && !say_is(f, i, DL_CLASS_DET) && i + 1 < end) {
            /* "that" may point ("that report said"): only behind a verb or a cue does it join. */
            if (!say_word(f, i, "that") || verb || i > from) start = i + 1;
            verb = false;
        } else if (say_is(f, i, DL_CLASS_CONJ) && i + 1 < end) {
            bool joins_nouns = say_word(f, i, "and") || say_word(f, i, "or");
            if (verb || (!joins_nouns && !say_is(f, i, DL_CLASS_PREP))) start = i + 1;
            if (verb) verb = false;
        } else if (say_verblike(f, i)) {
            verb = true;
        }
    }
    return start;
}

/* "On Monday the minister …": a leading time phrase belongs to the verb. */
static uint32_t behind_lead(const struct finder *f, uint32_t i, uint32_t end)
{
    while (i < end && say_is(f, i, DL_CLASS_LEAD) && !say_is(f, i, DL_CLASS_DET) &&
           !(say_cap(f, i) && !(f->w->p[i].flags & DL_WORD_FIRST)))
        i++;
    if (!say_is(f, i, DL_CLASS_PREP)) return i;
    for (uint32_t k = i + 1; k + 1 < end && k < i + 8; k++) {
        bool time = say_is(f, k, DL_CLASS_TIME) || f->w->p[k].kind == DL_TOKEN_NUMBER;
        if (time && say_starts_phrase(f, k + 1, end) && f->w->p[k + 1].kind == DL_TOKEN_WORD)
            return k + 1;
    }
    return i;
}

struct dl_span say_subject(const struct finder *f, uint32_t from, uint32_t end)
{
    uint32_t start = clause_start(f, from, end);
    start = behind_lead(f, start, end);
    return say_trim(f, (struct dl_span){start, end});
}

/* Runs on over "of" and the like; stops at verbs, other prepositions, comps and borders. */
struct dl_span say_phrase(const struct finder *f, uint32_t i, uint32_t last)
{
    uint32_t start = i, first_noun = i;
    if (i < last && say_is(f, i, DL_CLASS_PRON) && !say_is(f, i, DL_CLASS_DET))
        return (struct dl_span){i, i + 1};
    while (i < last && !say_is_border(f, i)) {
        bool of = say_word(f, i, "of") || say_word(f, i, "for") || say_word(f, i, "de") ||
                  say_word(f, i, "von");
        if (i > first_noun && !of &&
            say_is(f, i,
                   DL_CLASS_PREP | DL_CLASS_COMP | DL_CLASS_AUX | DL_CLASS_MODAL | DL_CLASS_ADV |
                       DL_CLASS_NEG | DL_CLASS_PRON) &&
            !say_cap(f, i))
            break;
        bool new_phrase = i > start && say_is(f, i, DL_CLASS_DET | DL_CLASS_POSS) &&
                          !say_is(f, i - 1, DL_CLASS_PREP | DL_CLASS_CONJ | DL_CLASS_DET);
        if (new_phrase || (i > start && say_is(f, i, DL_CLASS_TIME) && say_cap(f, i))) break;
        if (f->w->p[i].flags & DL_WORD_CLITIC) first_noun = i + 1;
        i++;
    }
    return say_trim(f, (struct dl_span){start, i});
}
