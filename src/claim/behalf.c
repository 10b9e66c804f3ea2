#include "claim/behalf.h"

#include "claim/say.h"

static struct finder view_of(const struct dl_say_text *text)
{
    return (struct finder){.t = text,
                           .w = text->words,
                           .english = strcmp(text->cues->pack->code, "en") == 0,
                           .german = strcmp(text->cues->pack->code, "de") == 0};
}

/* Up to a comma, a relative clause or the name of the person. */
static uint32_t body_end(const struct finder *f, uint32_t i, uint32_t last)
{
    uint32_t first = i;
    while (i < last && !say_is_border(f, i) &&
           !(say_is(f, i, DL_CLASS_REL) && !say_is(f, i, DL_CLASS_DET)) &&
           !(i > first && say_cap(f, i) && say_is(f, i, DL_CLASS_GIVEN)))
        i++;
    return i;
}

/* "for the ministry"; in German also "des Ministeriums", and where languages join nouns without a
 * word between them, what follows. */
static struct dl_span behind(const struct finder *f, uint32_t i, uint32_t last)
{
    static const char *const joins[] = {"ru", "uk", "pl", "ar", "fa"};
    struct dl_span none = {0, 0};
    const char *code = f->t->cues->pack->code;
    bool joined = false;
    for (size_t k = 0; k < sizeof joins / sizeof *joins; k++)
        joined = joined || strcmp(code, joins[k]) == 0;
    if (i >= last || say_is_border(f, i)) return none;
    bool preposition = f->english ? say_word(f, i, "for") || say_word(f, i, "of")
                                  : say_is(f, i, DL_CLASS_PREP) || say_word(f, i, "باسم");
    if (preposition) return say_trim(f, (struct dl_span){i + 1, body_end(f, i + 1, last)});
    if (f->german && say_is(f, i, DL_CLASS_DET))
        return say_trim(f, (struct dl_span){i, body_end(f, i, last)});
    if (!joined || (say_cap(f, i) && say_is(f, i, DL_CLASS_GIVEN))) return none;
    return say_trim(f, (struct dl_span){i, body_end(f, i, last)});
}

static bool names_body(const struct finder *f, struct dl_span s)
{
    for (uint32_t i = s.first; i < s.last; i++) {
        size_t n;
        if (dl_cues_head(f->t->cues, f->w, i, s.last, &n) != NULL || say_cap(f, i)) return true;
    }
    return false;
}

/* "the Harbour Ministry's spokesman", "police spokesman", "Bakanlığı Sözcüsü" */
static struct dl_span before(const struct finder *f, uint32_t first, uint32_t end)
{
    struct dl_span none = {0, 0};
    bool modifies = f->english || strcmp(f->t->cues->pack->code, "tr") == 0;
    uint32_t start = end;
    while (start > first && !say_is_border(f, start - 1))
        start--;
    if (end > start && say_genitive(f, end - 1)) end--;
    while (start < end && say_is(f, start, DL_CLASS_DET | DL_CLASS_POSS | DL_CLASS_ADJ))
        start++;
    struct dl_span body = say_trim(f, (struct dl_span){start, end});
    return modifies && body.first < body.last && names_body(f, body) ? body : none;
}

bool dl_source_behalf(const struct dl_say_text *text, struct dl_span source,
                      struct dl_span *ret_body)
{
    struct finder f = view_of(text);
    for (uint32_t i = source.first; i < source.last; i++) {
        if (!say_is(&f, i, DL_CLASS_SPOKES)) continue;
        struct dl_span body = behind(&f, i + 1, source.last);
        if (body.first >= body.last) body = before(&f, source.first, i);
        if (body.first >= body.last) continue;
        *ret_body = body;
        return true;
    }
    return false;
}
