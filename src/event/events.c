#include "event/events.h"

struct clause {
    uint32_t first, last; /* around the trigger */
};

struct finder {
    const struct dl_event_text *t;
    dl_arena *arena;
    const dl_words *w;
    struct dl_events *out;
    struct dl_party *party; /* of the sentence */
    size_t n_parties, next_name;
    uint32_t first, last, sentence;
    bool failed;
};

enum { PARTIES_MAX = 64, BACK = 9 /* words before a trigger in which its status is told */ };

const char *dl_status_name(enum dl_status status)
{
#define X(name, text) text,
    static const char *const names[] = {DL_STATUSES(X)};
#undef X
    return names[status];
}

static bool is(const struct finder *f, uint32_t i, const char *text)
{
    return i < f->last && f->w->p[i].kind == DL_TOKEN_WORD &&
           dl_str_ieq_c(dl_token_text(f->w, i), text);
}

static bool any(const struct finder *f, uint32_t i, const char *const *list)
{
    for (; *list != NULL; list++)
        if (is(f, i, *list)) return true;
    return false;
}
#define ANY(f, i, ...) any((f), (i), (const char *const[]){__VA_ARGS__, NULL})

static bool has(const struct finder *f, uint32_t i, uint32_t classes)
{
    return i < f->last && f->w->p[i].kind == DL_TOKEN_WORD && (f->w->p[i].classes & classes) != 0;
}

static bool ends(const struct finder *f, uint32_t i, const char *ending)
{
    return i < f->last && dl_str_iends(dl_token_text(f->w, i), ending);
}

/* --- parties ------------------------------------------------------------------------------ */

static size_t agent_at(const struct finder *f, uint32_t i, dl_str *ret_sector)
{
    uint32_t link, value;
    size_t n = dl_phrases_match(&f->t->acts->agents, f->w, i, f->last, &link);
    if (n > 0 && dl_phrases_value(&f->t->acts->agents, &link, &value))
        *ret_sector = f->t->acts->sector[value];
    return n;
}

static const dl_entity *name_at(struct finder *f, uint32_t i)
{
    while (f->next_name < f->t->names->n && f->t->names->p[f->next_name].first < i)
        f->next_name++;
    if (f->next_name >= f->t->names->n || f->t->names->p[f->next_name].first != i) return NULL;
    return &f->t->names->p[f->next_name];
}

/* "Russian citizens" and "Interior Ministry troops" are one party. */
static uint32_t grow(const struct finder *f, struct dl_party *p)
{
    for (uint32_t k = p->last; k < f->last && k < p->last + 3; k++) {
        dl_str sector;
        size_t n = agent_at(f, k, &sector);
        if (n > 0) {
            p->sector = sector;
            return k + (uint32_t)n;
        }
        if (f->w->p[k].kind != DL_TOKEN_WORD ||
            has(f, k, ~(uint32_t)(DL_CLASS_ADJ | DL_CLASS_NUM | DL_CLASS_ORGWORD)))
            break;
    }
    return p->last;
}

static bool sector_of(const dl_entity *e, struct dl_party *p)
{
    if (e->known != NULL) memcpy(p->country, e->known->country, sizeof p->country);
    switch (e->type) {
    case DL_ENTITY_GROUP:
        p->sector = DL_STR("REB");
        return true;
    case DL_ENTITY_ORG:
        p->sector = e->known != NULL && e->known->name_kind == DL_NAME_OFFICIAL ? DL_STR("GOV")
                    : e->known != NULL && e->known->name_kind == DL_NAME_MEDIA  ? DL_STR("JRN")
                                                                                : DL_STR("");
        return true;
    case DL_ENTITY_PERSON:
    case DL_ENTITY_NATIONALITY:
        return true;
    case DL_ENTITY_PLACE:
        return e->known != NULL && e->known->kind <= DL_KNOWN_DIVISION;
    default:
        return false;
    }
}

static void find_parties(struct finder *f)
{
    f->n_parties = 0;
    for (uint32_t i = f->first; i < f->last && f->n_parties < PARTIES_MAX;) {
        const dl_entity *e = name_at(f, i);
        struct dl_party p = {.first = i};
        size_t n = agent_at(f, i, &p.sector);
        bool found = false;
        if (e != NULL && sector_of(e, &p)) {
            p.last = e->last;
            p.last = grow(f, &p);
            found = true;
        } else if (n > 0) {
            p.last = i + (uint32_t)n;
            found = true;
        }
        if (!found) {
            i++;
            continue;
        }
        f->party[f->n_parties++] = p;
        i = p.last;
    }
}

static bool in_phrase(const struct finder *f, const struct dl_party *p, bool by_counts)
{
    uint32_t b = p->first;
    while (b > f->first &&
           has(f, b - 1, DL_CLASS_DET | DL_CLASS_POSS | DL_CLASS_ADJ | DL_CLASS_NUM))
        b--;
    if (b == f->first) return false;
    if (ANY(f, b - 1, "by")) return !by_counts;
    return has(f, b - 1, DL_CLASS_PREP) && !has(f, b - 1, DL_CLASS_CONJ);
}

static bool joined(const struct finder *f, const struct dl_party *a, const struct dl_party *b)
{
    if (b->first < a->last || b->first - a->last > 3) return false;
    for (uint32_t k = a->last; k < b->first; k++)
        if (!ANY(f, k, "and", "the", "a", "or") &&
            !(f->w->p[k].kind == DL_TOKEN_PUNCT && f->w->p[k].mark == ','))
            return false;
    return b->first > a->last;
}

static void take(const struct finder *f, size_t at, bool backwards, struct dl_party *list,
                 uint8_t *count)
{
    list[(*count)++] = f->party[at];
    while (*count < DL_EVENT_PARTIES) {
        if (backwards && at > 0 && joined(f, &f->party[at - 1], &f->party[at]))
            at--;
        else if (!backwards && at + 1 < f->n_parties && joined(f, &f->party[at], &f->party[at + 1]))
            at++;
        else
            return;
        list[(*count)++] = f->party[at];
    }
}

static void party_left(const struct finder *f, struct clause c, uint32_t i, bool by_counts,
                       struct dl_party *list, uint8_t *count)
{
    for (size_t k = f->n_parties; k > 0; k--) {
        const struct dl_party *p = &f->party[k - 1];
        if (p->last > i || p->first < c.first || in_phrase(f, p, by_counts)) continue;
        take(f, k - 1, true, list, count);
        return;
    }
}

static void party_right(const struct finder *f, struct clause c, uint32_t i, uint32_t reach,
                        struct dl_party *list, uint8_t *count)
{
    for (size_t k = 0; k < f->n_parties; k++) {
        const struct dl_party *p = &f->party[k];
        if (p->first < i) continue;
        if (p->first >= c.last || p->first > i + reach) return;
        take(f, k, false, list, count);
        return;
    }
}

/* --- clause and status -------------------------------------------------------------------- */

static bool parts_clauses(const struct finder *f, uint32_t i)
{
    const dl_token *t = &f->w->p[i];
    if (t->kind == DL_TOKEN_PUNCT)
        return t->mark == ';' || t->mark == ':' || t->mark == '"' || t->mark == 0x201C ||
               t->mark == 0x201D || t->mark == 0x2014;
    return ANY(f, i, "that", "which", "who", "while", "after", "because", "when", "although",
               "before", "as", "if", "unless");
}

static struct clause clause_of(const struct finder *f, uint32_t first, uint32_t last)
{
    struct clause c = {first, last};
    while (c.first > f->first && first - c.first < DL_CLAUSE_MAX && !parts_clauses(f, c.first - 1))
        c.first--;
    while (c.last < f->last && c.last - last < DL_CLAUSE_MAX && !parts_clauses(f, c.last) &&
           !(f->w->p[c.last].kind == DL_TOKEN_PUNCT && f->w->p[c.last].mark == ','))
        c.last++;
    return c;
}

static bool status_word(const struct finder *f, uint32_t i, uint32_t trigger, enum dl_status *ret)
{
    bool near = trigger - i <= 3;
    if (has(f, i, DL_CLASS_NEG) && near) return *ret = DL_STATUS_negated, true;
    if (ANY(f, i, "denied", "denies", "deny")) return *ret = DL_STATUS_denied, true;
    if (ANY(f, i, "alleged", "allegedly", "reported", "reportedly", "purportedly", "suspected",
            "claimed", "supposed", "accused", "purported"))
        return *ret = DL_STATUS_alleged, true;
    if (ANY(f, i, "threatened", "threatens", "threatening"))
        return *ret = DL_STATUS_threatened, true;
    if (ANY(f, i, "foiled", "thwarted", "averted", "prevented", "foil", "thwart"))
        return *ret = DL_STATUS_averted, true;
    if (ANY(f, i, "tried", "attempted", "attempting", "trying", "attempt", "failed"))
        return *ret = DL_STATUS_attempted, true;
    if (ANY(f, i, "plan", "plans", "planned", "planning", "plotting", "plot", "plotted", "intends",
            "intend", "vowed", "vows", "will", "preparing", "prepares", "ready", "scheduled",
            "agreed", "'ll", "promised", "pledged", "would", "set", "plots", "aims", "aiming"))
        return *ret = DL_STATUS_planned, true;
    if (ANY(f, i, "may", "might", "could", "possible", "potential", "can"))
        return *ret = DL_STATUS_hypothetical, true;
    if (ANY(f, i, "urged", "urges", "called", "calls", "demanded", "demands", "asked", "asks",
            "should", "must", "calling", "urging"))
        return *ret = DL_STATUS_called_for, true;
    return false;
}

static bool condition(const struct finder *f, struct clause c)
{
    return c.first > f->first && ANY(f, c.first - 1, "if", "unless");
}

static void find_status(const struct finder *f, dl_event *e, struct clause c)
{
    enum dl_status status = DL_STATUS_occurred;
    uint32_t from = e->first > c.first + BACK ? e->first - BACK : c.first;
    e->status = DL_STATUS_occurred;
    if (!e->act->verb) e->status = DL_STATUS_presupposed;
    if (e->act->verb && ends(f, e->first, "ing") && e->first > c.first &&
        has(f, e->first - 1, DL_CLASS_BE))
        e->status = DL_STATUS_ongoing;
    for (uint32_t i = e->first; i > from; i--) {
        if (!status_word(f, i - 1, e->first, &status)) continue;
        e->status = (uint8_t)status;
        e->status_first = i - 1;
        e->status_last = i;
        break;
    }
    if (condition(f, c) && e->status != DL_STATUS_negated) e->status = DL_STATUS_conditional;
}

/* The statement whose content holds the trigger lends its distance. */
static void by_statement(const struct finder *f, dl_event *e)
{
    const dl_statements *st = f->t->statements;
    e->statement = -1;
    for (size_t k = 0; k < st->n; k++) {
        const dl_statement *s = &st->p[k];
        for (unsigned c = 0; c < s->n_content; c++)
            if (s->content[c].first <= e->first && e->first < s->content[c].last)
                e->statement = (int32_t)k;
    }
    if (e->statement < 0) return;
    const dl_statement *s = &st->p[e->statement];
    bool fact = e->status == DL_STATUS_occurred || e->status == DL_STATUS_ongoing ||
                e->status == DL_STATUS_presupposed;
    if (!fact) return;
    if (s->stance == DL_STANCE_DENIED)
        e->status = DL_STATUS_denied;
    else if (s->stance == DL_STANCE_DISTANCED || s->stance == DL_STANCE_HEARSAY ||
             s->stance == DL_STANCE_DISOWNED)
        e->status = DL_STATUS_alleged;
    else if (s->certainty == DL_CERTAINTY_POSSIBLE && s->stance == DL_STANCE_OWN)
        e->status = DL_STATUS_hypothetical;
}

/* --- triggers ----------------------------------------------------------------------------- */

static bool verb_place(const struct finder *f, uint32_t i)
{
    if (i == f->first) return false;
    uint32_t b = i - 1;
    while (b > f->first && has(f, b, DL_CLASS_ADV) && !has(f, b, DL_CLASS_AUX))
        b--;
    if (ends(f, i, "ed")) return !has(f, b, DL_CLASS_DET | DL_CLASS_POSS | DL_CLASS_ADJ);
    if (has(f, b, DL_CLASS_DET | DL_CLASS_POSS | DL_CLASS_ADJ)) return false;
    if (ANY(f, b, "to") || has(f, b, DL_CLASS_MODAL | DL_CLASS_AUX | DL_CLASS_PRON)) return true;
    if (has(f, b, DL_CLASS_PREP)) return false;
    for (size_t k = 0; k < f->n_parties; k++)
        if (f->party[k].last == b + 1) return true;
    return f->w->p[b].kind == DL_TOKEN_WORD && !ends(f, i, "s") && !has(f, b, DL_CLASS_CONJ);
}

static const struct dl_act *act_at(const struct finder *f, uint32_t i, uint32_t *ret_tokens)
{
    uint32_t link, value;
    size_t n = dl_phrases_match(&f->t->acts->acts, f->w, i, f->last, &link);
    const struct dl_act *noun = NULL, *verb = NULL;
    while (n > 0 && dl_phrases_value(&f->t->acts->acts, &link, &value)) {
        const struct dl_act *a = &f->t->acts->act[value];
        if (a->verb && verb == NULL) verb = a;
        if (!a->verb && noun == NULL) noun = a;
    }
    *ret_tokens = (uint32_t)n;
    if (verb != NULL && verb_place(f, i)) return verb;
    return noun;
}

static bool passive(const struct finder *f, const dl_event *e)
{
    uint32_t b = e->first;
    while (b > f->first && b + 4 > e->first && has(f, b - 1, DL_CLASS_ADV))
        b--;
    bool past = ends(f, e->first, "ed") || ends(f, e->first, "en") || is(f, e->first, "shot") ||
                is(f, e->first, "hit") || is(f, e->first, "held");
    return past && ((b > f->first && has(f, b - 1, DL_CLASS_BE)) || is(f, e->last, "by"));
}

static void verb_parties(const struct finder *f, dl_event *e, struct clause c)
{
    bool infinitive = e->first > f->first && is(f, e->first - 1, "to");
    if (!passive(f, e)) {
        party_left(f, c, e->first, infinitive, e->actor, &e->n_actors);
        party_right(f, c, e->last, 6, e->recipient, &e->n_recipients);
        return;
    }
    party_left(f, c, e->first, false, e->recipient, &e->n_recipients);
    for (uint32_t i = e->last; i < c.last && i < e->last + 10; i++)
        if (is(f, i, "by")) party_right(f, c, i, 4, e->actor, &e->n_actors);
}

static bool governed(const struct finder *f, uint32_t i, struct clause c)
{
    for (uint32_t k = i; k > c.first && k + BACK > i; k--)
        if (ANY(f, k - 1, "plotting", "planning", "launched", "launch", "carried", "staged",
                "plans", "conducted", "launching", "plotted", "planned", "mounted", "launches",
                "carry", "began", "stage", "held", "staging"))
            return true;
    return false;
}

static void noun_parties(const struct finder *f, dl_event *e, struct clause c)
{
    bool suffers = dl_str_eq_c(e->act->mode, "torture") || dl_str_eq_c(e->act->mode, "kill") ||
                   dl_str_eq_c(e->act->mode, "arrest");
    for (uint32_t i = e->last; i < c.last && i < e->last + 8; i++) {
        if (e->n_actors == 0 && is(f, i, "by")) party_right(f, c, i + 1, 4, e->actor, &e->n_actors);
        bool on = ANY(f, i, "against", "on", "at") || (suffers && is(f, i, "of"));
        if (e->n_recipients == 0 && on) party_right(f, c, i + 1, 3, e->recipient, &e->n_recipients);
    }
    for (size_t k = 0; k < f->n_parties; k++) {
        if (f->party[k].last > e->first || f->party[k].last + 2 < e->first) continue;
        if (suffers && e->n_recipients == 0)
            e->recipient[e->n_recipients++] = f->party[k];
        else if (!suffers && e->n_actors == 0)
            e->actor[e->n_actors++] = f->party[k];
    }
    if (!suffers && e->n_actors == 0 && governed(f, e->first, c))
        party_left(f, c, e->first, true, e->actor, &e->n_actors);
}

static void place_and_time(const struct finder *f, dl_event *e, struct clause c)
{
    e->place = e->time = -1;
    for (size_t k = 0; k < f->t->names->n && e->place < 0; k++) {
        const dl_entity *n = &f->t->names->p[k];
        if (n->first >= c.last) break;
        if (n->place == 0 || n->known == NULL || n->type != DL_ENTITY_PLACE || n->first < e->last)
            continue;
        uint32_t b = n->first;
        if (b > f->first && has(f, b - 1, DL_CLASS_DET)) b--;
        if (b > f->first && ANY(f, b - 1, "in", "at", "near", "outside"))
            e->place = (int32_t)n->place - 1;
    }
    for (size_t k = 0; k < f->t->times->n && e->time < 0; k++) {
        const dl_timex *t = &f->t->times->p[k];
        if (t->first >= c.first && t->last <= c.last + 3 && t->type <= DL_TIMEX_TIME)
            e->time = (int32_t)k;
    }
}

static bool same_party(const dl_event *e)
{
    return e->n_actors > 0 && e->n_recipients > 0 && e->actor[0].first == e->recipient[0].first;
}

static void try_event(struct finder *f, uint32_t i, const struct dl_act *act, uint32_t tokens)
{
    dl_event e = {.act = act,
                  .first = i,
                  .last = i + tokens,
                  .sentence = f->sentence,
                  .rule = act->verb ? "clause-verb" : "clause-noun"};
    struct clause c = clause_of(f, e.first, e.last);
    if (act->verb)
        verb_parties(f, &e, c);
    else
        noun_parties(f, &e, c);
    if (same_party(&e)) e.n_recipients = 0;
    bool statement = dl_str_eq_c(act->act, "STATEMENT");
    bool named =
        e.n_actors > 0 && (e.n_recipients > 0 || !act->verb || statement ||
                           dl_str_eq_c(act->act, "PROTEST") || dl_str_eq_c(act->act, "MOBILIZE") ||
                           dl_str_eq_c(act->act, "RETREAT") || dl_str_eq_c(act->act, "COERCE"));
    bool suffered =
        e.n_recipients > 0 && (dl_str_eq_c(act->act, "ASSAULT") || dl_str_eq_c(act->act, "COERCE"));
    if (!named && !suffered) {
        f->out->refused++;
        return;
    }
    find_status(f, &e, c);
    by_statement(f, &e);
    place_and_time(f, &e, c);
    if (dl_vec_push(f->arena, &f->out->events, e) != DL_OK) f->failed = true;
}

/* --- links -------------------------------------------------------------------------------- */

static void add_link(struct finder *f, uint32_t from, uint32_t to, dl_str type, uint32_t first,
                     uint32_t last)
{
    dl_event_link link = {from, to, type, first, last};
    if (from != to && dl_vec_push(f->arena, &f->out->links, link) != DL_OK) f->failed = true;
}

/* The effect stands before the cue, the cause behind it; "This plan is in retaliation for" takes
 * the plan of the sentence before. */
static void link_at(struct finder *f, uint32_t cue, uint32_t end, dl_str type, size_t first_event)
{
    size_t n = f->out->events.n, from = n, to = n;
    for (size_t k = first_event; k < n; k++) {
        const dl_event *e = &f->out->events.p[k];
        if (e->last <= cue) from = k;
        if (e->first >= end && to == n && e->first < end + 12) to = k;
    }
    if (from == n && first_event > 0 && ANY(f, f->first, "this", "these", "the")) {
        const dl_event *before = &f->out->events.p[first_event - 1];
        if (before->sentence + 1 == f->sentence && before->status == DL_STATUS_planned)
            from = first_event - 1;
    }
    if (from < n && to < n && !dl_str_eq_c(f->out->events.p[from].act->act, "STATEMENT"))
        add_link(f, (uint32_t)from, (uint32_t)to, type, cue, end);
}

static void find_links(struct finder *f, size_t first_event)
{
    for (uint32_t i = f->first; i < f->last; i++) {
        uint32_t link, value;
        size_t n = dl_phrases_match(&f->t->acts->links, f->w, i, f->last, &link);
        if (n == 0 || !dl_phrases_value(&f->t->acts->links, &link, &value)) continue;
        link_at(f, i, i + (uint32_t)n, f->t->acts->link[value], first_event);
        i += (uint32_t)n - 1;
    }
    for (size_t k = first_event; k < f->out->events.n; k++) {
        if (!dl_str_eq_c(f->out->events.p[k].act->act, "STATEMENT")) continue;
        uint32_t show = f->out->events.p[k].last;
        while (show < f->last && show < f->out->events.p[k].last + 5 &&
               !ANY(f, show, "showing", "of"))
            show++;
        for (size_t o = k + 1; o < f->out->events.n; o++)
            if (ANY(f, show, "showing", "of") && f->out->events.p[o].first > show)
                add_link(f, (uint32_t)k, (uint32_t)o, DL_STR("evidence_for"), show, show + 1);
    }
}

/* A line in title case without an end mark: its grammar is not that of sentences. */
static bool heading(const struct finder *f)
{
    uint32_t words = 0, caps = 0;
    if (f->w->p[f->last - 1].kind == DL_TOKEN_PUNCT) return false;
    for (uint32_t i = f->first; i < f->last; i++) {
        words += f->w->p[i].kind == DL_TOKEN_WORD;
        caps += (f->w->p[i].flags & DL_WORD_CAP) != 0;
    }
    return words < 16 && caps * 3 >= words * 2;
}

enum dl_err dl_events_find(const struct dl_event_text *text, dl_arena *arena,
                           struct dl_events *ret_events)
{
    struct finder f = {.t = text, .arena = arena, .w = text->say->words, .out = ret_events};
    *ret_events = (struct dl_events){0};
    if (text->acts->n_acts == 0) return DL_OK;
    f.party = DL_NEW_ARRAY(arena, struct dl_party, PARTIES_MAX);
    if (f.party == NULL) return dl_arena_failed(arena);
    size_t n_sentences = text->say->sentences.n;
    for (size_t s = 0; s < n_sentences && !f.failed && ret_events->events.n < DL_EVENTS_MAX; s++) {
        f.first = text->say->sentences.p[s].first;
        f.last = text->say->sentences.p[s].last;
        f.sentence = (uint32_t)s;
        if (heading(&f)) continue;
        find_parties(&f);
        size_t first_event = ret_events->events.n;
        for (uint32_t i = f.first; i < f.last && !f.failed; i++) {
            uint32_t n = 0;
            if (f.w->p[i].kind != DL_TOKEN_WORD) continue;
            const struct dl_act *act = act_at(&f, i, &n);
            if (act == NULL) continue;
            try_event(&f, i, act, n);
            i += n - 1;
        }
        find_links(&f, first_event);
    }
    return f.failed ? dl_arena_failed(arena) : DL_OK;
}
