/* Actors: whom a document names as sources, each once.
 *
 * Who is one with whom inside a document: the same words; a form that holds no word which an
 * earlier one has not ("Behr" of "Anton Behr", "the service" of "the State Border Service"); a
 * pronoun and the source before it; "the group" and the one actor of its class. An unnamed source
 * is joined only to the words of the same unnamed source, never to a person with a name. */
#include "base/utf8.h"
#include "story/sayer_private.h"

static bool person_class(uint8_t class)
{
    return class == DL_SOURCE_INDIVIDUAL || class == DL_SOURCE_EXPERT || class == DL_SOURCE_WITNESS;
}

static bool evidence_class(uint8_t class)
{
    return class == DL_SOURCE_DOCUMENT || class == DL_SOURCE_DATA || class == DL_SOURCE_SOCIAL;
}

static const dl_entity *person_in(const struct say_making *m, const struct say_part *part,
                                  struct dl_span span)
{
    if (part->in != DL_IN_TEXT) return NULL;
    for (size_t i = 0; i < m->read->names.n; i++) {
        const dl_entity *e = &m->read->names.p[i];
        if (e->first >= span.last) break;
        if (e->type == DL_ENTITY_PERSON && e->first >= span.first && e->last <= span.last) return e;
    }
    return NULL;
}

static bool has_concept(const struct dl_byname *name, uint32_t id)
{
    for (size_t i = 0; i < name->n; i++)
        if (name->t[i].concept == id) return true;
    return false;
}

/* Recognisers take bodies with names like persons for some: their heads know better. */
static bool only_bodies(uint8_t class)
{
    return class == DL_SOURCE_NGO || class == DL_SOURCE_IGO || class == DL_SOURCE_COMPANY ||
           class == DL_SOURCE_ARMED || class == DL_SOURCE_MEDIA || evidence_class(class);
}

static bool holds_class(const struct say_part *part, uint32_t first, uint32_t last, uint32_t class)
{
    for (uint32_t i = first; i < last; i++)
        if (part->read->words.p[i].classes & class) return true;
    return false;
}

static bool is_person(const struct say_making *m, const struct say_part *part, struct dl_span span,
                      const struct dl_actor *a)
{
    bool office = (a->flags & (DL_ACTOR_SPEAKS | DL_ACTOR_HEADS)) != 0;
    if (person_class(a->class)) return true;
    const dl_entity *person = person_in(m, part, span);
    bool body = person != NULL && holds_class(part, person->first, person->last, DL_CLASS_ORGWORD);
    if (person != NULL && !body && (office || !only_bodies(a->class))) return true;
    return office && !(a->flags & DL_ACTOR_PLURAL);
}

static void describe(struct say_making *m, const struct say_part *part, struct dl_span span,
                     struct dl_actor *a)
{
    if (has_concept(&a->name, dl_concept_id("speaks"))) a->flags |= DL_ACTOR_SPEAKS;
    if (has_concept(&a->name, dl_concept_id("heads"))) a->flags |= DL_ACTOR_HEADS;
    if (has_concept(&a->name, dl_concept_id("former"))) a->flags |= DL_ACTOR_FORMER;
    if (evidence_class(a->class)) a->flags |= DL_ACTOR_EVIDENCE;
    if (a->anonymity == DL_ANON_GROUP) a->flags |= DL_ACTOR_PLURAL;
    if (is_person(m, part, span, a)) a->flags |= DL_ACTOR_PERSON;
}

static bool unnamed(const struct dl_actor *a)
{
    return a->anonymity == DL_ANON_ROLE || a->anonymity == DL_ANON_GROUP ||
           a->anonymity == DL_ANON_BARE || a->class == DL_SOURCE_UNNAMED;
}

/* May a be the same as the earlier b, by what they are? */
static bool may_be(const struct dl_actor *a, const struct dl_actor *b)
{
    bool a_thing = a->flags & DL_ACTOR_EVIDENCE, b_thing = b->flags & DL_ACTOR_EVIDENCE;
    if (a_thing != b_thing) return false;
    bool a_office = a->flags & DL_ACTOR_SPEAKS, b_office = b->flags & DL_ACTOR_SPEAKS;
    bool a_person = a->flags & DL_ACTOR_PERSON, b_person = b->flags & DL_ACTOR_PERSON;
    if (a_office && !b_person && !b_office) return false; /* the spokesman is not the body */
    if (!a_person && b_person && !dl_byname_proper(&a->name)) return a->class == b->class;
    return a_person == b_person || dl_byname_proper(&a->name) || unnamed(a);
}

static bool holds_name(const struct dl_byname *of, const struct dl_byname *all)
{
    for (size_t i = 0; i < of->n; i++) {
        bool there = false;
        for (size_t k = 0; k < all->n && !there; k++)
            there = of->t[i].key == all->t[k].key || of->t[i].stem == all->t[k].stem;
        if (!there) return false;
    }
    return of->n > 0;
}

/* "Calder" first and "Mayor Ines Calder" behind; "the mayor" first, who holds an office of which
 * there is one. Of "an aide" there may be many. */
static bool names_somebody(const struct dl_actor *short_form, const struct dl_actor *fuller)
{
    if (dl_byname_proper(&short_form->name)) return true;
    bool office = short_form->flags & DL_ACTOR_HEADS && !(short_form->flags & DL_ACTOR_PLURAL);
    return office && fuller->flags & DL_ACTOR_HEADS && short_form->class == fuller->class;
}

/* The newest one that has all its words. */
static int met_before(const struct say_making *m, const struct dl_actor *a)
{
    for (size_t i = m->actors.n; i-- > 0;) {
        const struct dl_actor *b = &m->actors.p[i];
        bool fuller = holds_name(&a->name, &b->name);
        /* "Calder" first and "Mayor Ines Calder" behind: the name must be there, not a role alone.
         */
        bool shorter = !fuller && holds_name(&b->name, &a->name) && names_somebody(b, a);
        if ((fuller || shorter) && may_be(a, b)) return (int)i;
    }
    return -1;
}

/* The newest actor that is no person; of the class, or of any. */
static int newest_body(const struct say_making *m, uint8_t class, bool any)
{
    for (size_t i = m->actors.n; i-- > 0;) {
        const struct dl_actor *b = &m->actors.p[i];
        if (b->flags & (DL_ACTOR_PERSON | DL_ACTOR_EVIDENCE)) continue;
        if (b->class == DL_SOURCE_MEDIA && class != DL_SOURCE_MEDIA) continue;
        if (any || b->class == class) return (int)i;
    }
    return -1;
}

/* "the rebel group", "la organización": the only one of its class that was named. */
static int only_one(const struct say_making *m, const struct dl_actor *a)
{
    int found = -1;
    if (a->class != DL_SOURCE_ARMED && a->class != DL_SOURCE_NGO && a->class != DL_SOURCE_IGO &&
        a->class != DL_SOURCE_COMPANY)
        return -1;
    if (dl_byname_proper(&a->name) && (a->name.t[0].flags & DL_BYNAME_UNCASED) == 0) return -1;
    if (a->flags & DL_ACTOR_PERSON || a->name.n > 2) return -1;
    for (size_t i = 0; i < m->actors.n; i++) {
        const struct dl_actor *b = &m->actors.p[i];
        if (b->class != a->class || (b->flags & (DL_ACTOR_PERSON | DL_ACTOR_EVIDENCE))) continue;
        if (found >= 0) return -1;
        found = (int)i;
    }
    return found;
}

static int add_actor(struct say_making *m, const struct dl_actor *a)
{
    if (m->actors.n == DL_ACTORS_MAX || dl_vec_push(m->arena, &m->actors, *a) != DL_OK) return -1;
    return (int)m->actors.n - 1;
}

/* The fuller wording stays. */
static void refine(struct dl_actor *known, const struct dl_actor *fresh)
{
    bool fuller = fresh->name.n > known->name.n && holds_name(&known->name, &fresh->name);
    bool named = unnamed(known) && !unnamed(fresh) && fresh->anonymity == DL_ANON_NAMED;
    if (fuller || named) {
        known->text = fresh->text;
        known->span = fresh->span;
        known->name = fresh->name;
        if (fresh->anonymity == DL_ANON_NAMED) known->anonymity = DL_ANON_NAMED;
        if (fresh->class != DL_SOURCE_NONE && fresh->class != DL_SOURCE_UNNAMED)
            known->class = fresh->class;
    }
    known->flags |= fresh->flags & (DL_ACTOR_FORMER | DL_ACTOR_SPEAKS | DL_ACTOR_HEADS);
    if (known->body < 0) known->body = fresh->body;
}

/* The words for the body in "a spokeswoman for the Vasterian army", "the service's spokesman". */
static struct dl_span body_words(const struct say_making *m, const struct say_part *part,
                                 struct dl_span span)
{
    const dl_words *words = &part->read->words;
    const dl_entity *person = person_in(m, part, span);
    struct dl_span best = {0, 0}, run = {0, 0};
    for (uint32_t i = span.first; i <= span.last; i++) {
        struct dl_concept c;
        bool stop = i == span.last || words->p[i].kind != DL_TOKEN_WORD ||
                    (person != NULL && i >= person->first && i < person->last) ||
                    (words->p[i].flags & DL_WORD_CLITIC) || say_function_word(&words->p[i]) ||
                    (dl_concepts_mark(m->concepts, words, i, span.last, &c) > 0 &&
                     c.kind == DL_CONCEPT_role);
        if (!stop && run.last == i && run.last > run.first)
            run.last = i + 1;
        else if (!stop)
            run = (struct dl_span){i, i + 1};
        if (run.last - run.first > best.last - best.first) best = run;
    }
    return best;
}

static dl_str text_of(const struct say_part *part, struct dl_span span)
{
    struct dl_part_span s = say_span(part, span);
    return dl_utf8_prefix(dl_str_sub(part->read->text, s.start, s.end), DL_ACTOR_TEXT);
}

static struct dl_actor draft(struct say_making *m, const struct say_part *part, struct dl_span span,
                             uint8_t class, uint8_t anonymity)
{
    struct dl_actor a = {.class = class, .anonymity = anonymity, .body = -1};
    say_byname(m, &part->read->words, span, &a.name);
    a.text = text_of(part, span);
    a.span = say_span(part, span);
    return a;
}

static bool cased(const struct say_part *part, struct dl_span span)
{
    return span.last > span.first && part->read->words.p[span.first].mark < 0x0590;
}

static bool body_class(uint8_t class)
{
    return class != DL_SOURCE_NONE && class != DL_SOURCE_UNNAMED && !person_class(class) &&
           !evidence_class(class);
}

/* Whom a spokesman speaks for. */
static int body_of(struct say_making *m, const struct say_part *part, struct dl_span span,
                   const struct dl_actor *a)
{
    if (a->flags & DL_ACTOR_FORMER) return -1;
    bool possessive = holds_class(part, span.first, span.last, DL_CLASS_POSS);
    if (!(a->flags & DL_ACTOR_SPEAKS) && !possessive) return -1;
    struct dl_span words = body_words(m, part, span);
    if (words.last > words.first && !possessive && (a->flags & DL_ACTOR_SPEAKS)) {
        struct dl_actor body = draft(m, part, words, a->class, DL_ANON_NAMED);
        int known = met_before(m, &body);
        if (known >= 0 && !(m->actors.p[known].flags & DL_ACTOR_PERSON)) return known;
        if (cased(part, words) && body_class(a->class)) return add_actor(m, &body);
    }
    int newest = newest_body(m, a->class, false);
    return newest >= 0 || !possessive ? newest : newest_body(m, a->class, true);
}

static int pronoun_of(const struct say_making *m, uint8_t class)
{
    for (size_t i = m->actors.n; i-- > 0;)
        if (m->actors.p[i].class == class || class == DL_SOURCE_UNNAMED) return (int)i;
    return -1;
}

int say_actor(struct say_making *m, const struct say_part *part, struct dl_span span, uint8_t class,
              uint8_t anonymity, bool pronoun)
{
    if (span.last <= span.first) return -1;
    struct dl_actor a = draft(m, part, span, class, anonymity);
    if (pronoun || a.name.n == 0) {
        int before = pronoun_of(m, class);
        return before >= 0 ? before : add_actor(m, &a);
    }
    describe(m, part, span, &a);
    a.body = (int16_t)body_of(m, part, span, &a);
    int known = met_before(m, &a);
    if (known < 0) known = only_one(m, &a);
    if (known < 0) return add_actor(m, &a);
    if (a.body == known) a.body = -1;
    refine(&m->actors.p[known], &a);
    return known;
}
