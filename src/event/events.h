/* Events of a text (CONTRACT.md, "dateline analyse"): who did what to whom, and in which status.
 *
 * A trigger (verb or noun of acts.tsv) is coded only when somebody known acts or suffers in the
 * same clause: names and heads of agents.tsv between the borders of the clause. What has no such
 * party is refused and counted. Status comes from modals, plans, negation, conditions, and from the
 * stance of the statement that holds the trigger; no status is guessed from the verb alone but
 * "occurred" of finite past and "ongoing" of the progressive. Links stand on strong cues only.
 *
 * English. Linear for clauses of bounded length. Memory: the arena. Pure. */
#ifndef DL_EVENT_EVENTS_H
#define DL_EVENT_EVENTS_H

#include "base/vec.h"
#include "claim/statements.h"
#include "event/acts.h"
#include "lang/names.h"
#include "lang/times.h"

#define DL_STATUSES(X)                                                                             \
    X(occurred, "occurred")                                                                        \
    X(ongoing, "ongoing")                                                                          \
    X(planned, "planned")                                                                          \
    X(threatened, "threatened")                                                                    \
    X(attempted, "attempted")                                                                      \
    X(averted, "averted")                                                                          \
    X(alleged, "alleged")                                                                          \
    X(denied, "denied")                                                                            \
    X(hypothetical, "hypothetical")                                                                \
    X(conditional, "conditional")                                                                  \
    X(called_for, "called-for") X(negated, "negated") X(presupposed, "presupposed")
enum dl_status {
#define X(name, text) DL_STATUS_##name,
    DL_STATUSES(X)
#undef X
};

struct dl_party {
    uint32_t first, last;
    char country[4];
    dl_str sector; /* may be empty */
};

enum { DL_EVENT_PARTIES = 4, DL_EVENTS_MAX = 2048, DL_CLAUSE_MAX = 40 /* words looked at */ };

typedef struct dl_event {
    const struct dl_act *act;
    uint32_t first, last; /* trigger */
    uint32_t sentence;
    uint8_t status, n_actors, n_recipients;
    struct dl_party actor[DL_EVENT_PARTIES], recipient[DL_EVENT_PARTIES];
    int32_t statement, place, time; /* indexes, -1 for none; place counts the places of names */
    uint32_t status_first, status_last;
    const char *rule;
} dl_event;

typedef struct dl_event_link {
    uint32_t from, to;
    dl_str type;
    uint32_t first, last; /* cue */
} dl_event_link;

struct dl_events {
    DL_VEC(dl_event) events;
    DL_VEC(dl_event_link) links;
    size_t refused;
};

struct dl_event_text {
    const dl_acts *acts;
    const struct dl_say_text *say;
    const dl_statements *statements;
    const dl_entities *names;
    const dl_timexes *times;
};

enum dl_err dl_events_find(const struct dl_event_text *text, dl_arena *arena,
                           struct dl_events *ret_events) DL_MUST_USE;
const char *dl_status_name(enum dl_status status);

#endif
