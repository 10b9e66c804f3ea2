#include <fcntl.h>
#include <pthread.h>
#include <unistd.h>

#include "base/json.h"
#include "claim/cues.h"
#include "cmd/cli.h"
#include "cmd/data_dir.h"
#include "event/analysed.h"
#include "story/claims.h"
#include "story/relays.h"
#include "story/stories.h"

enum {
    ARENA_CAP = 256 << 20,
    LINE_MAX_BYTES = 64 << 20,
    BATCH = 64, /* articles that wait while they are read: a few megabytes */
    MAX_THREADS = 256,
};

/* What is kept of an article until the stream has ended. */
struct article {
    dl_str id, outlet, owner, url;
    dl_str error;            /* the finished line instead */
    dl_str sayings;          /* packed, as the ledger keeps them */
    uint64_t story, copy_of; /* keys are line numbers from 1 */
    uint64_t into;           /* of a founder: the story it was joined into */
    int64_t time_ms;
};

/* One that is being read. */
struct slot {
    dl_arena *arena;
    dl_str text;
    yyjson_val *json;
    struct dl_features features;
    dl_str sayings;
    enum dl_err err;
    struct dl_diag diag;
};

struct thread {
    struct origins *o;
    struct dl_featurer *featurer;
    struct dl_sayer *sayer;
    size_t first; /* reads every n-th slot from this one on */
    pthread_t id;
};

struct origins {
    struct dl_cli *cli;
    dl_analyser *analyser;
    struct dl_bilingual *bilingual;
    struct dl_stories *stories;
    struct thread *threads;
    size_t n_threads;
    struct slot batch[BATCH];
    size_t n_batch;
    DL_VEC(struct article) articles;
    int64_t last_ms;
    bool some_failed;
};

/* ------------------------------------------------------------------ reading, in parallel */

static enum dl_err read_links(dl_arena *arena, yyjson_val *json, struct dl_analyse_input *in)
{
    yyjson_val *links = yyjson_obj_get(json, "links"), *link;
    size_t n = yyjson_arr_size(links), i, max;
    struct dl_analyse_link *out = DL_NEW_ARRAY(arena, struct dl_analyse_link, n + 1);
    if (out == NULL) return dl_arena_failed(arena);
    yyjson_arr_foreach(links, i, max, link)
    {
        dl_str href =
            yyjson_is_str(link) ? dl_str_c(yyjson_get_str(link)) : dl_json_get_str(link, "href");
        if (href.n > 0) out[in->n_links++] = (struct dl_analyse_link){0, 0, href};
    }
    in->links = out;
    return DL_OK;
}

static enum dl_err read_article(struct thread *t, struct slot *s)
{
    yyjson_doc *parsed;
    DL_TRY(s->err);
    DL_TRY(dl_json_read(s->arena, s->text, &parsed, &s->diag));
    s->json = yyjson_doc_get_root(parsed);
    struct dl_features_input words = {.title = dl_json_get_str(s->json, "title"),
                                      .subtitle = dl_json_get_str(s->json, "subtitle"),
                                      .text = dl_json_get_str(s->json, "text"),
                                      .language = dl_json_get_str(s->json, "language")};
    DL_TRY(dl_features_make(t->featurer, s->arena, &words, &s->features));
    struct dl_analyse_input in = {.text = words.text,
                                  .title = words.title,
                                  .subtitle = words.subtitle,
                                  .language = words.language,
                                  .outlet = dl_json_get_str(s->json, "outlet"),
                                  .country = dl_json_get_str(s->json, "country")};
    (void)dl_json_get_time(s->json, "published", &in.published);
    DL_TRY(read_links(s->arena, s->json, &in));
    struct dl_analysed *read = DL_NEW(s->arena, struct dl_analysed);
    struct dl_sayings sayings;
    if (read == NULL) return dl_arena_failed(s->arena);
    DL_TRY(dl_analyse_read(t->o->analyser, s->arena, &in, read, &s->diag));
    DL_TRY(dl_sayings_make(t->sayer, s->arena, &in, read, &sayings));
    s->sayings = dl_sayings_pack(s->arena, &sayings);
    return s->sayings.n > 0 ? DL_OK : DL_ERR_TOO_BIG;
}

static void *read_share(void *ctx)
{
    struct thread *t = ctx;
    for (size_t i = t->first; i < t->o->n_batch; i += t->o->n_threads)
        t->o->batch[i].err = read_article(t, &t->o->batch[i]);
    return NULL;
}

/* ------------------------------------------------------------------ stories, in order */

static void host_of(dl_str url, dl_str *ret_host)
{
    size_t from = dl_str_find_c(url, "://", 0);
    if (from == DL_NO_POS) return;
    size_t to = from + 3;
    while (to < url.n && strchr("/?#", url.p[to]) == NULL)
        to++;
    if (to > from + 3) *ret_host = dl_str_sub(url, from + 3, to);
}

static void read_times(struct origins *o, yyjson_val *json, struct dl_story_doc *doc)
{
    dl_time t;
    if (dl_json_get_time(json, "published", &t)) doc->published_ms = t.ms;
    yyjson_val *seen = yyjson_obj_get(json, "seen");
    if (dl_json_get_time(seen, "by", &t) || dl_json_get_time(json, "seen", &t))
        doc->time_ms = t.ms;
    else
        doc->time_ms = doc->published_ms != 0 ? doc->published_ms : o->last_ms;
    if (doc->time_ms > o->last_ms) o->last_ms = doc->time_ms;
}

static uint64_t final_of(const struct origins *o, uint64_t key)
{
    while (o->articles.p[key - 1].into != 0)
        key = o->articles.p[key - 1].into;
    return key;
}

static enum dl_err assign(struct origins *o, struct slot *s, struct article *a)
{
    DL_TRY(s->err);
    dl_arena *keep = o->cli->arena;
    a->id = dl_str_dup(keep, dl_json_get_str(s->json, "id"));
    if (a->id.n == 0) return dl_fail(&s->diag, DL_ERR_INVALID, DL_NO_POS, "no id");
    a->outlet = dl_str_dup(keep, dl_json_get_str(s->json, "outlet"));
    a->owner = dl_str_dup(keep, dl_json_get_str(s->json, "owner"));
    dl_str url = dl_json_get_str(s->json, "url");
    size_t fragment = dl_str_chr(url, '#', 0);
    a->url = dl_str_dup(keep, dl_str_sub(url, 0, fragment == DL_NO_POS ? url.n : fragment));
    a->sayings = dl_str_dup(keep, s->sayings);
    struct dl_story_doc doc = {.key = o->articles.n + 1, .features = &s->features};
    doc.outlet = a->outlet;
    host_of(dl_json_get_str(s->json, "url"), &doc.outlet);
    if (a->outlet.n == 0) a->outlet = dl_str_dup(keep, doc.outlet);
    read_times(o, s->json, &doc);
    a->time_ms = doc.time_ms;
    struct dl_story_result r;
    DL_TRY(dl_stories_add(o->stories, &doc, &r));
    a->story = r.story;
    a->copy_of = r.copy_of;
    for (size_t i = 0; i < r.n_joins; i++) {
        uint64_t from = r.joins[i].from;
        struct article *founder = from == doc.key ? a : &o->articles.p[from - 1];
        founder->into = r.joins[i].into;
    }
    return dl_arena_failed(keep);
}

static dl_str error_line(struct origins *o, const struct slot *s, dl_str id, enum dl_err err)
{
    dl_buf out = DL_BUF_INIT(1 << 20);
    dl_str copy = {NULL, 0};
    yyjson_mut_doc *json = dl_json_new(s->arena);
    if (json == NULL) return copy;
    yyjson_mut_val *root = yyjson_mut_doc_get_root(json);
    dl_json_str(json, root, "id", id);
    dl_json_int(json, root, "line", (int64_t)o->articles.n + 1);
    yyjson_mut_val *e = dl_json_obj(json, root, "error");
    dl_json_c(json, e, "code", dl_err_name(err));
    dl_json_c(json, e, "message", s->diag.message[0] != '\0' ? s->diag.message : dl_err_text(err));
    if (dl_json_line(json, s->arena, &out) == DL_OK)
        copy = dl_str_dup(o->cli->arena, dl_buf_slice(&out));
    dl_buf_free(&out);
    return copy;
}

static enum dl_err take(struct origins *o, struct slot *s)
{
    struct article a = {.id = {NULL, 0}};
    enum dl_err err = assign(o, s, &a);
    if (err == DL_ERR_NOMEM) return err;
    if (err != DL_OK) {
        o->some_failed = true;
        a.error = error_line(o, s, a.id, err);
        a.story = 0;
    }
    dl_arena_reset(s->arena);
    return dl_vec_push(o->cli->arena, &o->articles, a) == DL_OK ? DL_OK : DL_ERR_NOMEM;
}

static enum dl_err flush(struct origins *o)
{
    bool started[MAX_THREADS] = {false};
    for (size_t i = 1; i < o->n_threads && i < o->n_batch; i++)
        started[i] = pthread_create(&o->threads[i].id, NULL, read_share, &o->threads[i]) == 0;
    for (size_t i = 0; i < o->n_threads; i++)
        if (!started[i]) read_share(&o->threads[i]);
    for (size_t i = 1; i < o->n_threads; i++)
        if (started[i]) pthread_join(o->threads[i].id, NULL);
    for (size_t i = 0; i < o->n_batch; i++)
        DL_TRY(take(o, &o->batch[i]));
    o->n_batch = 0;
    return DL_OK;
}

static enum dl_err take_line(struct origins *o, dl_str text, enum dl_err err)
{
    struct slot *s = &o->batch[o->n_batch++];
    s->diag = (struct dl_diag){.pos = DL_NO_POS};
    s->err = err;
    if (err == DL_OK) {
        s->text = dl_str_dup(s->arena, text);
        s->err = dl_arena_failed(s->arena);
    }
    return o->n_batch == BATCH ? flush(o) : DL_OK;
}

static enum dl_err read_file(struct origins *o, const char *path)
{
    int fd = strcmp(path, "-") == 0 ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return DL_ERR_NOT_FOUND;
    dl_lines lines;
    dl_lines_init(&lines, fd, LINE_MAX_BYTES);
    enum dl_err err = DL_OK;
    for (dl_str text; err == DL_OK;) {
        enum dl_err got = dl_lines_next(&lines, &text);
        if (got == DL_ERR_NOT_FOUND) break;
        if (got == DL_ERR_IO || got == DL_ERR_NOMEM) err = got;
        if (err != DL_OK || (got == DL_OK && dl_str_trim(text).n == 0)) continue;
        err = take_line(o, text, got);
    }
    dl_lines_free(&lines);
    if (fd != STDIN_FILENO) close(fd);
    return err;
}

/* ------------------------------------------------------------------ printing */

struct printing {
    dl_arena *arena;
    yyjson_mut_doc *json;
    const struct dl_claims_input *in;
    const struct dl_claim *claim;
};

static dl_str id_of(const struct printing *p, uint32_t document)
{
    return p->in->docs[document].id;
}

static void put_ids(const struct printing *p, yyjson_mut_val *obj, const uint32_t *docs, size_t n)
{
    yyjson_mut_val *arr = dl_json_arr(p->json, obj, "documents");
    for (size_t i = 0; i < n; i++)
        dl_json_push_str(p->json, arr, id_of(p, docs[i]));
}

static void put_origins(const struct printing *p, yyjson_mut_val *root)
{
    yyjson_mut_val *arr = dl_json_arr(p->json, root, "origins");
    for (size_t i = 0; i < p->claim->n_origins; i++) {
        const struct dl_origin *o = &p->claim->origins[i];
        yyjson_mut_val *obj = dl_json_push_obj(p->json, arr);
        dl_json_c(p->json, obj, "class", dl_source_class_name(o->class));
        if (o->kind == DL_ORIGIN_SOURCE)
            dl_json_c(p->json, obj, "anonymity", dl_anonymity_name(o->anonymity));
        dl_json_str(p->json, obj, "name", o->name);
        put_ids(p, obj, o->docs, o->n_docs);
        dl_json_str(p->json, obj, "first", id_of(p, o->first));
        if (o->kind == DL_ORIGIN_CIRCULAR) dl_json_bool(p->json, obj, "circular", true);
        if (o->party) dl_json_bool(p->json, obj, "party", true);
    }
}

static void put_denials(const struct printing *p, yyjson_mut_val *root)
{
    yyjson_mut_val *arr = dl_json_arr(p->json, root, "denied_by");
    for (size_t i = 0; i < p->claim->n_denials; i++) {
        const struct dl_denial *d = &p->claim->denials[i];
        yyjson_mut_val *obj = dl_json_push_obj(p->json, arr);
        dl_json_c(p->json, obj, "class", dl_source_class_name(d->class));
        dl_json_str(p->json, obj, "name", d->name);
        put_ids(p, obj, d->docs, d->n_docs);
    }
}

static void put_in(const struct printing *p, yyjson_mut_val *obj, uint8_t in)
{
    if (in == DL_IN_TITLE) dl_json_c(p->json, obj, "in", "title");
    if (in == DL_IN_SUBTITLE) dl_json_c(p->json, obj, "in", "subtitle");
}

static void put_merges(const struct printing *p, yyjson_mut_val *root)
{
    yyjson_mut_val *arr = dl_json_arr(p->json, root, "merges");
    for (size_t i = 0; i < p->claim->n_merges; i++) {
        const struct dl_merge *m = &p->claim->merges[i];
        yyjson_mut_val *obj = dl_json_push_obj(p->json, arr);
        dl_json_c(p->json, obj, "rule", dl_merge_name(m->rule));
        if (dl_merge_soft(m->rule)) dl_json_bool(p->json, obj, "soft", true);
        dl_json_str(p->json, obj, "a", id_of(p, m->a));
        dl_json_str(p->json, obj, "b", id_of(p, m->b));
        yyjson_mut_val *evidence = dl_json_arr(p->json, obj, "evidence");
        for (size_t k = 0; k < m->n_evidence; k++) {
            const struct dl_merge_evidence *e = &m->evidence[k];
            yyjson_mut_val *span = dl_json_push_obj(p->json, evidence);
            dl_json_str(p->json, span, "document", id_of(p, e->document));
            dl_json_int(p->json, span, "start", e->span.start);
            dl_json_int(p->json, span, "end", e->span.end);
            put_in(p, span, e->span.in);
        }
    }
}

static void put_changes(const struct printing *p, yyjson_mut_val *arr, const struct dl_hardening *h)
{
    static const char *const names[] = {"attribution", "stance",         "certainty", "anonymity",
                                        "scope",       "evidence-hedge", "caveat",    "denial"};
    yyjson_mut_val *obj = dl_json_push_obj(p->json, arr);
    dl_json_str(p->json, obj, "from", id_of(p, p->claim->wordings[h->from].document));
    dl_json_str(p->json, obj, "to", id_of(p, p->claim->wordings[h->to].document));
    bool hardened = h->lost != 0;
    dl_json_c(p->json, obj, "kind", hardened ? "hardened" : "softened");
    yyjson_mut_val *lost = dl_json_arr(p->json, obj, "lost");
    for (unsigned i = 0; i < 8; i++)
        if ((hardened ? h->lost : h->gained) >> i & 1)
            dl_json_push_str(p->json, lost, dl_str_c(names[i]));
}

static void put_hardening(const struct printing *p, yyjson_mut_val *root)
{
    yyjson_mut_val *arr = dl_json_arr(p->json, root, "hardening");
    for (size_t i = 0; i < p->claim->n_hardenings; i++)
        put_changes(p, arr, &p->claim->hardenings[i]);
    if (p->claim->n_titles == 0) return;
    arr = dl_json_arr(p->json, root, "headlines");
    for (size_t i = 0; i < p->claim->n_titles; i++)
        put_changes(p, arr, &p->claim->titles[i]);
}

static void put_missing(const struct printing *p, yyjson_mut_val *root)
{
    static const char *const names[] = {NULL, "unnamed", "attribution", "route", "owner", "medium"};
    const struct dl_missing *m = &p->claim->missing;
    if (m->kind == DL_MISSING_NOTHING) return;
    yyjson_mut_val *obj = dl_json_obj(p->json, root, "missing");
    dl_json_c(p->json, obj, "kind", names[m->kind]);
    dl_json_str(p->json, obj, "a", id_of(p, m->a));
    dl_json_str(p->json, obj, "b", id_of(p, m->b));
    dl_json_int(p->json, obj, "changes", m->changes);
}

static enum dl_err print_claim(struct printing *p, dl_str story, dl_buf *out)
{
    const struct dl_claim *c = p->claim;
    p->json = dl_json_new(p->arena);
    if (p->json == NULL) return DL_ERR_NOMEM;
    yyjson_mut_val *root = yyjson_mut_doc_get_root(p->json);
    const struct dl_saying *founder = &p->in->docs[c->document].sayings->sayings[c->saying];
    dl_json_str(p->json, root, "claim", founder->text);
    dl_json_str(p->json, root, "id", dl_str_c(c->id));
    dl_json_str(p->json, root, "story", story);
    put_ids(p, root, c->docs, c->n_docs);
    dl_json_int(p->json, root, "origins_min", c->origins_min);
    dl_json_int(p->json, root, "origins_max", c->origins_max);
    dl_json_int(p->json, root, "origins_named", c->origins_named);
    yyjson_mut_val *free_of = dl_json_obj(p->json, root, "party_free");
    dl_json_int(p->json, free_of, "min", c->party_free_min);
    dl_json_int(p->json, free_of, "max", c->party_free_max);
    put_origins(p, root);
    put_denials(p, root);
    put_merges(p, root);
    put_hardening(p, root);
    put_missing(p, root);
    return dl_json_line(p->json, p->arena, out);
}

/* ------------------------------------------------------------------ story by story */

struct line {
    size_t article; /* of the claim's founder: lines are in the order of their first articles */
    uint32_t order; /* within it */
    dl_str text;
};
typedef DL_VEC(struct line) line_vec;

static int by_article(const void *a, const void *b)
{
    const struct line *x = a, *y = b;
    if (x->article != y->article) return x->article < y->article ? -1 : 1;
    return (x->order > y->order) - (x->order < y->order);
}

/* Members ascend. */
static uint32_t member_at(const size_t *members, size_t n, uint64_t article)
{
    size_t low = 0, high = n;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (members[middle] < article)
            low = middle + 1;
        else
            high = middle;
    }
    return low < n && members[low] == article ? (uint32_t)low : DL_NO_DOCUMENT;
}

static enum dl_err print_story(struct origins *o, dl_arena *arena, const size_t *members, size_t n,
                               line_vec *lines)
{
    struct dl_claim_doc *docs = DL_NEW_ARRAY(arena, struct dl_claim_doc, n);
    struct dl_sayings *sayings = DL_NEW_ARRAY(arena, struct dl_sayings, n);
    if (docs == NULL || sayings == NULL) return dl_arena_failed(arena);
    for (size_t i = 0; i < n; i++) {
        const struct article *a = &o->articles.p[members[i]];
        DL_TRY(dl_sayings_unpack(arena, a->sayings, &sayings[i]));
        docs[i] = (struct dl_claim_doc){.id = a->id, .outlet = a->outlet, .owner = a->owner};
        docs[i].time_ms = a->time_ms;
        docs[i].url = a->url;
        docs[i].sayings = &sayings[i];
        docs[i].copy_of = docs[i].translation_of = docs[i].revision_of = DL_NO_DOCUMENT;
        if (a->copy_of != 0) docs[i].copy_of = member_at(members, i, a->copy_of - 1);
    }
    struct dl_claims_input in = {.docs = docs, .n_docs = n};
    struct dl_claims claims;
    DL_TRY(dl_claims_of_story(arena, &in, &claims));
    dl_str story = o->articles.p[final_of(o, o->articles.p[members[0]].story) - 1].id;
    for (size_t i = 0; i < claims.n; i++) {
        struct printing p = {.arena = arena, .in = &in, .claim = &claims.p[i]};
        dl_buf out = DL_BUF_INIT(LINE_MAX_BYTES);
        enum dl_err err = print_claim(&p, story, &out);
        struct line line = {members[claims.p[i].document], (uint32_t)i, {NULL, 0}};
        if (err == DL_OK) line.text = dl_str_dup(o->cli->arena, dl_buf_slice(&out));
        dl_buf_free(&out);
        DL_TRY(err);
        if (dl_vec_push(o->cli->arena, lines, line) != DL_OK) return DL_ERR_NOMEM;
    }
    return DL_OK;
}

static enum dl_err all_stories(struct origins *o, line_vec *lines)
{
    size_t n = o->articles.n;
    uint32_t *next = DL_NEW_ARRAY(o->cli->arena, uint32_t, n + 1);
    uint32_t *last = DL_NEW_ARRAY(o->cli->arena, uint32_t, n + 1);
    size_t *members = DL_NEW_ARRAY(o->cli->arena, size_t, n + 1);
    dl_arena *arena = dl_arena_new(DL_ARENA_NO_CAP);
    enum dl_err err = next && last && members && arena ? DL_OK : DL_ERR_NOMEM;
    for (size_t i = 0; err == DL_OK && i < n; i++) { /* chains of members, by founder */
        if (o->articles.p[i].story == 0) {
            struct line line = {i, 0, o->articles.p[i].error};
            if (dl_vec_push(o->cli->arena, lines, line) != DL_OK) err = DL_ERR_NOMEM;
            continue;
        }
        uint64_t story = final_of(o, o->articles.p[i].story);
        if (last[story] != 0) next[last[story]] = (uint32_t)i + 1;
        last[story] = (uint32_t)i + 1;
    }
    for (size_t i = 0; err == DL_OK && i < n; i++) {
        const struct article *a = &o->articles.p[i];
        if (a->story == 0 || final_of(o, a->story) != i + 1) continue;
        size_t count = 0;
        for (size_t k = i + 1; k != 0; k = next[k])
            members[count++] = k - 1;
        err = print_story(o, arena, members, count, lines);
        dl_arena_reset(arena);
    }
    dl_arena_free(arena);
    return err;
}

/* The stream has ended: stories that waited for their like need not wait any more. */
static enum dl_err settle(struct origins *o)
{
    struct dl_story_join joins[DL_STORY_JOINS];
    enum dl_err err = DL_OK;
    for (size_t n; dl_stories_settle(o->stories, &n, joins, &err);)
        for (size_t i = 0; i < n; i++)
            o->articles.p[joins[i].from - 1].into = joins[i].into;
    return err;
}

/* Stories that citations and openings tell to be one; keys are of the founders, as joins are. */
static enum dl_err join_stories(struct origins *o)
{
    size_t n = o->articles.n;
    dl_arena *arena = dl_arena_new(DL_ARENA_NO_CAP);
    struct dl_relay_doc *docs =
        arena != NULL ? DL_NEW_ARRAY(arena, struct dl_relay_doc, n + 1) : NULL;
    struct dl_sayings *sayings =
        arena != NULL ? DL_NEW_ARRAY(arena, struct dl_sayings, n + 1) : NULL;
    enum dl_err err = docs != NULL && sayings != NULL ? DL_OK : DL_ERR_NOMEM;
    for (size_t i = 0; err == DL_OK && i < n; i++) {
        const struct article *a = &o->articles.p[i];
        docs[i] = (struct dl_relay_doc){.outlet = a->outlet, .time_ms = a->time_ms};
        docs[i].story = (uint32_t)(a->story != 0 ? final_of(o, a->story) - 1 : i);
        if (a->story == 0) continue;
        err = dl_sayings_unpack(arena, a->sayings, &sayings[i]);
        docs[i].sayings = &sayings[i];
    }
    if (err == DL_OK) err = dl_relays_join(arena, docs, n);
    for (size_t i = 0; err == DL_OK && i < n; i++) {
        if (o->articles.p[i].story == 0) continue;
        uint64_t founder = final_of(o, o->articles.p[i].story);
        if (founder != docs[i].story + 1) o->articles.p[founder - 1].into = docs[i].story + 1;
    }
    dl_arena_free(arena);
    return err;
}

static enum dl_err print_all(struct origins *o)
{
    line_vec lines = {0};
    DL_TRY(settle(o));
    DL_TRY(join_stories(o));
    DL_TRY(all_stories(o, &lines));
    if (lines.n > 1) qsort(lines.p, lines.n, sizeof *lines.p, by_article);
    for (size_t i = 0; i < lines.n; i++)
        DL_TRY(dl_io_write_fd(STDOUT_FILENO, lines.p[i].text.p, lines.p[i].text.n));
    return DL_OK;
}

static int run_all(struct origins *o)
{
    static const char *standard_input[] = {"-"};
    size_t n = o->cli->nargs > 0 ? o->cli->nargs : 1;
    const char **paths = o->cli->nargs > 0 ? o->cli->args : standard_input;
    for (size_t i = 0; i < n; i++) {
        enum dl_err err = read_file(o, paths[i]);
        if (err != DL_OK) return dl_cli_fail(o->cli, "%s: %s", paths[i], dl_err_text(err));
    }
    enum dl_err err = flush(o);
    if (err == DL_OK) err = print_all(o);
    if (err != DL_OK) return dl_cli_fail(o->cli, "%s", dl_err_text(err));
    return o->some_failed ? DL_EXIT_PARTIAL : DL_EXIT_OK;
}

static bool open_all(struct origins *o, size_t threads, struct dl_diag *diag)
{
    if (dl_analyser_new(&o->analyser, diag) != DL_OK) return false;
    o->bilingual = dl_bilingual_new(dl_bilingual_folder(), dl_cache_dir(o->cli));
    struct dl_stories_options options = {.bilingual = o->bilingual};
    o->stories = dl_stories_new(&options);
    o->threads = calloc(threads, sizeof *o->threads);
    if (o->bilingual == NULL || o->stories == NULL || o->threads == NULL) return false;
    for (; o->n_threads < threads; o->n_threads++) {
        struct thread *t = &o->threads[o->n_threads];
        *t = (struct thread){o, dl_featurer_new(), dl_sayer_new(diag), o->n_threads, 0};
        if (t->featurer == NULL || t->sayer == NULL) return false;
    }
    for (size_t i = 0; i < BATCH; i++)
        if ((o->batch[i].arena = dl_arena_new(ARENA_CAP)) == NULL) return false;
    return true;
}

static void close_all(struct origins *o)
{
    for (size_t i = 0; i < o->n_threads; i++) {
        dl_featurer_free(o->threads[i].featurer);
        dl_sayer_free(o->threads[i].sayer);
    }
    for (size_t i = 0; i < BATCH; i++)
        dl_arena_free(o->batch[i].arena);
    free(o->threads);
    dl_stories_free(o->stories);
    dl_bilingual_free(o->bilingual);
    dl_analyser_free(o->analyser);
}

static int run(struct dl_cli *cli)
{
    long threads, cores = sysconf(_SC_NPROCESSORS_ONLN);
    if (!dl_cli_int(cli, "threads", cores > 0 ? cores : 1, 1, MAX_THREADS, &threads))
        return DL_EXIT_USAGE;
    struct origins *o = calloc(1, sizeof *o);
    if (o == NULL) return dl_cli_fail(cli, "%s", dl_err_text(DL_ERR_NOMEM));
    struct dl_diag diag = {.pos = DL_NO_POS};
    o->cli = cli;
    bool ready = open_all(o, (size_t)threads, &diag);
    const char *why = diag.message[0] != '\0' ? diag.message : dl_err_text(DL_ERR_NOMEM);
    int code = ready ? run_all(o) : dl_cli_fail(cli, "%s", why);
    close_all(o);
    free(o);
    return code;
}

const struct dl_command dl_cmd_origins = {
    .name = "origins",
    .summary = "count the independent origins of each claim",
    .arguments = "[FILE]...",
    .description =
        "Reads NDJSON articles in the order of their arrival (id, published, seen, language, title,\n"
        "subtitle, text, url, outlet, country, owner, links) and prints one line for each claim:\n"
        "the documents that state or deny it, on how many independent origins it rests (an\n"
        "interval), why origins were taken for one, who denies it, and how its wording hardened.",
    .options = {{"threads", 't', "N", "threads that read articles (default: all cores)"},
                {NULL, 0, NULL, NULL}},
    .examples = {{"dateline origins articles.ndjson", "claims of a stream"},
                 {"dateline origins articles.ndjson | jq 'select(.origins_max == 1)'",
                  "what rests on one origin"},
                 {NULL, NULL}},
    .run = run,
};
