/* What the files of the writer share. */
#ifndef DL_QUEUE_WRITER_PRIVATE_H
#define DL_QUEUE_WRITER_PRIVATE_H

#include "base/json.h"
#include "base/map.h"
#include "event/analyse.h"
#include "net/client.h"
#include "queue/identity.h"
#include "queue/pool.h"
#include "queue/requests.h"
#include "queue/writer.h"
#include "store/ledger.h"
#include "story/stories.h"

typedef struct dl_writer dl_writer;

enum {
    DL_WRITER_OPS_MAX = 1024,           /* requests under way before no more are read */
    DL_WRITER_OPS_BYTES_MAX = 64 << 20, /* their bodies */
    DL_WRITER_TURN_OPS = 64,            /* in one transaction: answers come soon */
    DL_WRITER_TURN_MEMORY = 512 << 20,  /* some feeds of 5,000 items */
    DL_WRITER_OP_MEMORY = 192 << 20,    /* body, and its copy for the spool */
    /* What a reader answered and its JSON, and as much again for the rows that come of it. */
    DL_WRITER_FOUND_MEMORY = 2 * DL_READING_MEMORY,
    DL_WRITER_LIST_MAX = 50000,       /* lines of a list; a sitemap may have so many */
    DL_WRITER_LINE_MEMORY = 64 << 20, /* one of them, parsed */
    DL_WRITER_ERRORS = 8,             /* listed in an answer; the counts say how many */
    DL_WRITER_LOOKS_MAX = 3,          /* readers that may fail on a look, as DL_TRIES_MAX */
    DL_WRITER_REACH_MAX = 8,          /* polls that reach nobody, in a row: it is us */
};

/* First in, first out; the link is the first member of what stands in it. */
struct link {
    struct link *next;
};
struct line {
    struct link *first, *last;
    size_t n;
};
void dl_line_put(struct line *line, void *item);
void *dl_line_take(struct line *line); /* NULL when it is empty */

#define DL_DAMAGED "the reader's answer is damaged"

/* A request that writes: from its arrival to its answer. */
struct op {
    struct link link;
    uint64_t order; /* place among those that keep it; 0: any time */
    struct op *next_ordered;
    uint64_t token;
    uint32_t type;   /* enum dl_request_type */
    dl_arena *arena; /* lives as long as the op; the slices below are in it */
    dl_arena *found; /* what a reader answered: may run full, and is thrown away alone */
    yyjson_val *request;
    dl_str site;          /* memory of the site that the look was made with */
    dl_str bytes, record; /* record: behind a line with their media type */
    yyjson_val *head;     /* what a look told, once it is parsed */
    bool in_turn;         /* its transaction is not committed: nobody may be told */
    unsigned looks;       /* readers that failed on it */
    dl_str looked[DL_FRAME_PARTS];
    enum dl_err look_error;
    char look_why[200];
    struct {
        size_t added, known, restored, set;
    } sources;
    bool lost;      /* the list shares nothing with the one before */
    size_t waiting; /* entries that are not read yet */
    size_t items, fresh, changed, duplicate, read, rejected, quarantined;
    size_t n_errors;
    struct op_error {
        enum dl_err code;
        char message[200];
    } errors[DL_WRITER_ERRORS];
    const struct dl_taken *taken; /* its items, until the turn ends */
    size_t n_taken;
    dl_str reply;        /* the answer's JSON, in place of the counts */
    enum dl_err refused; /* the answer is this error */
    int64_t document;    /* of one page or article; 0: none or several */
    dl_id id;
};

/* An entry on its way through a reader. */
struct work {
    struct link link;
    struct work *next_work;
    bool ended;      /* in the ledger */
    dl_arena *arena; /* its strings */
    dl_arena *found; /* the reading: may run full, and is thrown away alone */
    dl_buf buf;      /* its bytes */
    struct dl_entry entry;
    dl_str bytes, content_type, signals;
    dl_str site;                  /* memory of its site: the same for every try */
    dl_str parts[DL_FRAME_PARTS]; /* the reading */
    enum dl_err error;
    char why[200];
};

/* A job in the pool: a look for an op, or a work. */
struct job {
    dl_writer *writer;
    struct op *op;
    struct work *work;
};

struct waiter {
    int64_t seq;
    struct op *op;
};

struct dl_writer {
    const struct dl_writer_options *options;
    dl_ledger *ledger;
    struct dl_stories *stories;
    struct dl_bilingual *bilingual; /* of the stories */
    dl_nursery *nursery;
    dl_pool *pool;
    dl_requests *requests;
    dl_arena *turn;     /* reset after each */
    enum dl_err failed; /* nothing can be written any more */

    struct line looks; /* ops that wait for a reader */
    struct line ready; /* ops that wait for a transaction */
    struct {
        struct op *first; /* by order: ready, but for those before them */
        uint64_t given, taken;
        bool settled;
    } ordered;
    size_t ops, op_bytes;
    struct line tries;  /* works that wait for their mark */
    struct line marked; /* works that wait for a reader */
    struct line read;   /* works that wait for a transaction */
    struct line early;  /* works whose site has pages before them to be read first */
    struct line held;   /* read, but not the entry of their document before them */
    struct work *first_work, **last_work; /* all, as the ledger has them */
    size_t works;                         /* all of these and those in the pool */
    int64_t last_seq;                     /* newest entry that was picked up */
    bool more_pending;                    /* the ledger may hold more to pick up */

    struct {
        struct waiter *p;
        size_t n, cap, head;
    } waiters; /* by seq */

    dl_arena *outlets;
    dl_map by_id, by_host, by_domain; /* struct dl_outlet */

    struct {
        int64_t offset_ms; /* of the wall clock to the one that nobody sets; 0: not known yet */
        int64_t asked_ms;  /* boot clock: when the fetcher last asked for work */
    } pace;
    struct {
        size_t n; /* polls in a row that reached nobody */
        bool down;
        struct {
            int64_t feed;
            uint64_t host;
        } polls[DL_WRITER_REACH_MAX];
    } reach;

    int64_t turned_ms;
    bool names_work; /* who asks for work wants names that hold in every store */
    int64_t woke_ms; /* pages to be looked at again */
    bool stories_behind;
    int64_t stories_at_ms;
    bool claims_behind; /* the ledger may hold stories whose claims are older than they */
    int64_t claims_at_ms;
    uint64_t settle[DL_REQUESTS_MAX_OPEN];
    size_t n_settle;
};

/* --- writer_op.c: requests ---------------------------------------------------------------- */

void dl_writer_request(void *ctx, uint64_t token, const struct dl_frame *request);
/* Inside a transaction: takes up to DL_WRITER_TURN_OPS of the ready ops into the ledger. */
enum dl_err dl_writer_take_ops(dl_writer *w, struct line *ret_taken) DL_MUST_USE;
void dl_writer_answer_ops(dl_writer *w, struct line *taken); /* after its commit */
/* The entry of an op is read: its op is answered when that was the last one. */
enum dl_entry_end { DL_END_READ, DL_END_REJECTED, DL_END_QUARANTINED };
void dl_writer_entry_ended(dl_writer *w, int64_t seq, enum dl_entry_end end, enum dl_err code,
                           const char *why);
/* When something was seen, as the request says under key: the past, else now. */
int64_t dl_writer_seen(yyjson_val *request, const char *key);
/* Was it told at all when it was fetched ("seen_by")? */
bool dl_writer_is_dated(yyjson_val *request);
void dl_op_error(struct op *op, enum dl_err code, const char *message);
/* The op waits for the entries that were taken; counts them by what they are. */
enum dl_err dl_op_count_taken(dl_writer *w, struct op *op, const struct dl_taken *taken,
                              size_t n) DL_MUST_USE;

/* --- writer_order.c: the order of what came ------------------------------------------------ */

void dl_writer_number(dl_writer *w, struct op *op);   /* at its arrival */
void dl_writer_op_ready(dl_writer *w, struct op *op); /* it waits for a transaction only */
bool dl_writer_ordered_waits(const dl_writer *w);     /* none of those in order can be taken now */
/* Inside a transaction; NULL: none. */
enum dl_err dl_writer_next_op(dl_writer *w, struct op **ret_op) DL_MUST_USE;
/* The feed is given to the fetcher (writer_work.c). */
enum dl_err dl_writer_hand_out(dl_writer *w, const struct dl_feed_row *row, int64_t now_ms,
                               bool *ret_conditional) DL_MUST_USE;
/* A row of WORK gets what names its feed or document in every store, as "source". */
void dl_writer_put_source(dl_writer *w, yyjson_mut_doc *json, yyjson_mut_val *row, int64_t feed,
                          int64_t handed_ms);
void dl_writer_put_id(dl_writer *w, yyjson_mut_doc *json, yyjson_mut_val *row, int64_t document);
/* An answer from an archive names its feed or document so: their numbers here, 0: not there. */
enum dl_err dl_writer_recorded(dl_writer *w, struct op *op, int64_t *ret_feed,
                               int64_t *ret_document) DL_MUST_USE;
/* And its feed is given out as it was then. */
enum dl_err dl_writer_recorded_hand_out(dl_writer *w, struct op *op, int64_t feed) DL_MUST_USE;
/* Told again after a lost connection, or read from an archive again. */
enum dl_err dl_writer_is_taken(dl_writer *w, const struct op *op, int64_t feed, int64_t document,
                               bool *ret_taken) DL_MUST_USE;

/* --- writer_read.c: readers --------------------------------------------------------------- */

enum dl_err dl_writer_submit(dl_writer *w) DL_MUST_USE;
void dl_writer_job_done(void *ctx, void *job, const struct dl_frame *answer,
                        const struct dl_diag *diag);
/* A look whose answer is of no use: as if the reader had died of it. */
void dl_writer_look_damaged(struct op *op);
/* Inside a transaction: readings into the ledger; new work picked up and marked as tried. */
enum dl_err dl_writer_put_readings(dl_writer *w, struct line *ret_ended) DL_MUST_USE;
enum dl_err dl_writer_mark(dl_writer *w, struct line *ret_marked) DL_MUST_USE;
void dl_writer_after_readings(dl_writer *w, struct line *ended, struct line *marked);
/* A reading that came without an entry being tried (a look), inside a transaction. */
enum dl_err dl_writer_put_parts(dl_writer *w, dl_arena *arena, int64_t seq,
                                const dl_str parts[DL_FRAME_PARTS]) DL_MUST_USE;

/* --- writer_poll.c: feeds, polls ---------------------------------------------------------- */

enum dl_err dl_writer_take_fetched(dl_writer *w, struct op *op) DL_MUST_USE;
/* The items of a look at a feed or sitemap. */
struct dl_items_from {
    const struct dl_outlet *outlet;
    int64_t feed; /* 0: none */
    dl_str channel;
    int64_t seen_after_ms, seen_by_ms;
    bool undated, want_pages;
};
/* A reader that was taken over may answer millions. */
bool dl_writer_list_is_sound(const struct op *op);
enum dl_err dl_writer_take_items(dl_writer *w, struct op *op,
                                 const struct dl_items_from *from) DL_MUST_USE;

/* --- writer_page.c: pages ----------------------------------------------------------------- */

enum dl_err dl_writer_take_page(dl_writer *w, struct op *op, int64_t document) DL_MUST_USE;
/* Pages that are due, as rows of the list. */
enum dl_err dl_writer_put_pages(dl_writer *w, yyjson_mut_doc *json, yyjson_mut_val *list,
                                const struct dl_due_window *window) DL_MUST_USE;

/* --- writer_work.c ------------------------------------------------------------------------ */

/* What a robots.txt says is kept for the fetcher that comes next. */
enum dl_err dl_writer_keep_robots(dl_writer *w, struct op *op) DL_MUST_USE;
/* Inside a transaction: what is handed out is noted before the fetcher is told. */
enum dl_err dl_writer_take_work(dl_writer *w, struct op *op) DL_MUST_USE;

/* --- writer_pace.c ------------------------------------------------------------------------ */

#define DL_NOBODY_REACHED "Nobody can be reached from here."
/* Before anything is planned: was the clock set? */
enum dl_err dl_writer_watch_clock(dl_writer *w) DL_MUST_USE;
/* The fetcher asks for work: is it another one, did we sleep, was the clock set? */
enum dl_err dl_writer_come_back(dl_writer *w, bool new_fetcher) DL_MUST_USE;
/* A poll ended so. *ret_ours: nobody can be reached, the feed is not to blame. */
enum dl_err dl_writer_reach(dl_writer *w, const struct dl_feed_row *row, dl_str host, int status,
                            enum dl_fault fault, int64_t now_ms, bool *ret_ours) DL_MUST_USE;

/* --- writer_source.c: channels of an outlet, losses, rhythm ------------------------------- */

/* In the turn in which the items were taken: taken[i] is of items[i]. */
enum dl_err dl_writer_source_saw(dl_writer *w, struct op *op, const struct dl_items_from *from,
                                 const struct dl_material *items, size_t n,
                                 const struct dl_taken *taken) DL_MUST_USE;
/* A poll is judged: row as it was before. */
enum dl_err dl_writer_source_polled(dl_writer *w, struct op *op, const struct dl_feed_row *row,
                                    const struct dl_feed_outcome *outcome) DL_MUST_USE;
enum dl_err dl_writer_take_sources(dl_writer *w, struct op *op) DL_MUST_USE;
void dl_writer_answer_sources(const struct op *op, yyjson_mut_doc *json, yyjson_mut_val *object);

/* --- writer_hub.c: what hubs are asked, say and deliver ------------------------------------ */

struct dl_hub_plan;
enum dl_err dl_writer_start_hubs(dl_writer *w) DL_MUST_USE;
enum dl_err dl_writer_take_hub(dl_writer *w, struct op *op) DL_MUST_USE;
/* A good poll; head: of its body, NULL when there was none. */
enum dl_err dl_writer_hub_polled(dl_writer *w, const struct op *op, const struct dl_feed_row *row,
                                 yyjson_val *head, int64_t at_ms,
                                 struct dl_hub_plan *ret_plan) DL_MUST_USE;

/* --- writer_outlet.c ---------------------------------------------------------------------- */

enum dl_err dl_writer_load_outlets(dl_writer *w) DL_MUST_USE;
/* The outlet that a request or an address names; made when it is not there. site: as the page
 * calls itself. */
enum dl_err dl_writer_outlet(dl_writer *w, yyjson_val *request, const struct dl_identity *identity,
                             dl_str site, const struct dl_outlet **ret_outlet) DL_MUST_USE;
const struct dl_outlet *dl_writer_outlet_by_id(const dl_writer *w, dl_str id);
enum dl_err dl_writer_put_outlet(dl_writer *w, const struct dl_outlet *outlet) DL_MUST_USE;

/* --- writer_story.c ----------------------------------------------------------------------- */

enum dl_err dl_writer_restore_stories(dl_writer *w) DL_MUST_USE;
enum dl_err dl_writer_step_stories(dl_writer *w) DL_MUST_USE;

/* --- writer_claims.c ---------------------------------------------------------------------- */

/* The claims of the story that waits longest, if one is due. calm: there is nothing else to do. */
enum dl_err dl_writer_step_claims(dl_writer *w, bool calm) DL_MUST_USE;
/* Inside a transaction: {"claim","a","b","split"}, ids of documents, or {"undo": number}. */
enum dl_err dl_writer_take_decision(dl_writer *w, struct op *op) DL_MUST_USE;

/* JSON of a document that is given to a reader or a client, in the arena. */
dl_str dl_writer_json(yyjson_mut_doc *json, dl_arena *arena);

#endif
