/* Sources: which channels an outlet has, what each of them saw, what was lost, its rhythm. */
#include "net/schedule.h"
#include "queue/writer_private.h"
#include "store/ledger_source.h"

enum {
    RHYTHM_KEEP_MS = 6 * 3600 * 1000, /* looks without news are told of so seldom */
};

/* --- what came of a look ------------------------------------------------------------------ */

/* Only news counts that the channel did not bring along when it was added. */
static enum dl_err tell_rhythm(dl_writer *w, dl_str outlet, int64_t after_ms, int64_t at_ms,
                               size_t fresh)
{
    struct dl_rhythm r;
    DL_TRY(dl_ledger_rhythm(w->ledger, w->turn, outlet, &r));
    if (after_ms == 0) fresh = 0;
    if (fresh == 0 && r.since_ms != 0 && at_ms - r.seen_ms < RHYTHM_KEEP_MS) return DL_OK;
    dl_rhythm_look(&r, at_ms, fresh < UINT32_MAX ? (uint32_t)fresh : UINT32_MAX);
    return dl_ledger_put_rhythm(w->ledger, outlet, &r);
}

static bool is_of_the_gap(const struct dl_items_from *from, const struct dl_open_loss *loss,
                          const struct dl_material *m)
{
    if (m->published_ms == 0) return from->seen_after_ms > 0; /* it has no date to tell by */
    return m->published_ms >= loss->after_ms - DL_FILL_SLACK_MS &&
           m->published_ms <= loss->at_ms + DL_FILL_SLACK_MS;
}

/* Did this channel bring what another lost? */
static enum dl_err fill_losses(dl_writer *w, const struct dl_items_from *from,
                               const struct dl_material *items, size_t n,
                               const struct dl_taken *taken)
{
    dl_open_losses losses;
    DL_TRY(dl_ledger_open_losses(w->ledger, w->turn, from->feed, &losses));
    for (size_t i = 0; i < losses.n; i++) {
        int64_t filled = 0;
        for (size_t k = 0; k < n; k++)
            filled += taken[k].as == DL_TAKEN_NEW && is_of_the_gap(from, &losses.p[i], &items[k]);
        DL_TRY(dl_ledger_fill(w->ledger, losses.p[i].loss, from->seen_by_ms, filled));
    }
    return DL_OK;
}

/* A front page moves too much for its links to be a list of what was published. */
static bool has_lost(const struct dl_items_from *from, const struct dl_saw *saw)
{
    return from->seen_after_ms > 0 && saw->before > 0 && saw->items > 0 && saw->shared == 0 &&
           !dl_str_eq_c(from->channel, "front");
}

enum dl_err dl_writer_source_saw(dl_writer *w, struct op *op, const struct dl_items_from *from,
                                 const struct dl_material *items, size_t n,
                                 const struct dl_taken *taken)
{
    if (from->feed == 0) return DL_OK;
    struct dl_look look = {from->feed, from->seen_after_ms, from->seen_by_ms,
                           dl_str_eq_c(from->channel, "push")};
    struct dl_saw saw;
    int64_t *documents = DL_NEW_ARRAY(w->turn, int64_t, n + 1);
    if (documents == NULL) return dl_arena_failed(w->turn);
    size_t fresh = 0;
    for (size_t i = 0; i < n; i++) {
        documents[i] = taken[i].document;
        fresh += taken[i].as == DL_TAKEN_NEW;
    }
    DL_TRY(dl_ledger_saw(w->ledger, w->turn, &look, documents, n, &saw));
    DL_TRY(fill_losses(w, from, items, n, taken));
    op->lost = !look.pushed && has_lost(from, &saw);
    if (op->lost) DL_TRY(dl_ledger_lost(w->ledger, &look, &saw));
    return tell_rhythm(w, from->outlet->id, from->seen_after_ms, from->seen_by_ms, fresh);
}

enum dl_err dl_writer_source_polled(dl_writer *w, struct op *op, const struct dl_feed_row *row,
                                    const struct dl_feed_outcome *o)
{
    DL_TRY(dl_ledger_block(w->ledger, row->feed,
                           dl_str_eq_c(dl_json_get_str(op->request, "error"), "robots")));
    if (!o->unchanged) return DL_OK; /* a list was told of when it was taken */
    struct dl_outlet outlet = {.id = row->outlet};
    struct dl_items_from from = {.outlet = &outlet,
                                 .seen_after_ms = row->last_good_ms,
                                 .seen_by_ms = o->at_ms,
                                 .feed = row->feed};
    DL_TRY(fill_losses(w, &from, NULL, 0, NULL));
    return tell_rhythm(w, row->outlet, row->last_good_ms, o->at_ms, 0);
}

/* --- requests ----------------------------------------------------------------------------- */

static bool is_channel_kind(dl_str kind)
{
    return kind.n == 0 || dl_str_eq_c(kind, "feed") || dl_str_eq_c(kind, "sitemap") ||
           dl_str_eq_c(kind, "front");
}

/* Many at once are polled one after the other, by a hash of their address. */
static int64_t first_poll(dl_str url, size_t together)
{
    int64_t now = dl_now_ms();
    return together > DL_POLL_STARTS_PER_S ? dl_schedule_spread(url, now, together) : now;
}

/* Least and most seconds between polls; 0: the default again, absent: as it is. */
static enum dl_err set_pace(dl_writer *w, yyjson_val *row, dl_str url, bool *ret_found)
{
    int64_t floor_s = dl_json_get_int(row, "floor", -1),
            ceiling_s = dl_json_get_int(row, "ceiling", -1);
    if (floor_s < 0 && ceiling_s < 0) return DL_OK;
    return dl_ledger_set_pace(w->ledger, url, floor_s, ceiling_s, dl_now_ms(), ret_found);
}

/* A feed that is there. */
static enum dl_err change_source(dl_writer *w, struct op *op, yyjson_val *row)
{
    bool found = false;
    dl_str url = dl_json_get_str(row, "url");
    if (yyjson_is_true(yyjson_obj_get(row, "move_back"))) {
        DL_TRY(dl_ledger_move_feed_back(w->ledger, op->arena, url, dl_now_ms(), &found));
    } else {
        DL_TRY(dl_ledger_now_at(w->ledger, op->arena, url, &url));
        DL_TRY(set_pace(w, row, url, &found));
    }
    op->sources.set += found;
    return DL_OK;
}

static enum dl_err put_source(dl_writer *w, struct op *op, yyjson_val *row, size_t together)
{
    struct dl_outlet outlet = {
        .id = dl_json_get_str(row, "outlet"),
        .name = dl_json_get_str(row, "name"),
        .country = dl_json_get_str(row, "country"),
        .language = dl_json_get_str(row, "language"),
        .kind = dl_json_get_str(row, "kind"),
        .home = dl_json_get_str(row, "home"),
        .listed = true,
    };
    struct dl_channel_put channel = {.outlet = outlet.id,
                                     .url = dl_json_get_str(row, "url"),
                                     .kind = dl_json_get_str(row, "feed_kind"),
                                     .title = dl_json_get_str(row, "title"),
                                     .category = dl_json_get_str(row, "category")};
    if (!dl_identity_is_outlet(outlet.id) || !dl_identity_is_web(channel.url) ||
        !is_channel_kind(channel.kind)) {
        dl_op_error(op, DL_ERR_INVALID, "a source needs outlet, kind and an http(s) url");
        return DL_OK;
    }
    DL_TRY(dl_ledger_now_at(w->ledger, op->arena, channel.url, &channel.url));
    if (outlet.name.n == 0 && dl_writer_outlet_by_id(w, outlet.id) == NULL)
        outlet.name = dl_json_get_str(row, "name_if_new");
    channel.next_poll_ms = first_poll(channel.url, together);
    enum dl_put_as as;
    DL_TRY(dl_writer_put_outlet(w, &outlet));
    DL_TRY(dl_ledger_put_channel(w->ledger, &channel, &as));
    DL_TRY(set_pace(w, row, channel.url, &(bool){false}));
    op->fresh++;
    op->sources.added += as == DL_PUT_NEW;
    op->sources.known += as == DL_PUT_KNOWN;
    op->sources.restored += as == DL_PUT_RESTORED;
    return DL_OK;
}

enum dl_err dl_writer_take_sources(dl_writer *w, struct op *op)
{
    size_t i, n;
    yyjson_val *row, *put = yyjson_obj_get(op->request, "put");
    int64_t of = dl_json_get_int(op->request, "of", 0);
    size_t together = yyjson_arr_size(put);
    if (of > 0 && (size_t)of > together && of <= DL_WRITER_LIST_MAX * 100) together = (size_t)of;
    yyjson_arr_foreach(put, i, n, row) DL_TRY(put_source(w, op, row, together));
    yyjson_arr_foreach(yyjson_obj_get(op->request, "set"), i, n, row)
    {
        DL_TRY(change_source(w, op, row));
    }
    yyjson_arr_foreach(yyjson_obj_get(op->request, "remove"), i, n, row)
    {
        int64_t removed;
        dl_str what;
        DL_TRY(dl_ledger_now_at(w->ledger, op->arena, dl_json_val_str(row), &what));
        DL_TRY(dl_ledger_remove_channels(w->ledger, what, dl_now_ms(), &removed));
        op->changed += (size_t)removed;
    }
    if (yyjson_get_bool(yyjson_obj_get(op->request, "undo"))) {
        int64_t back;
        DL_TRY(dl_ledger_undo_remove(w->ledger, dl_now_ms(), &back));
        op->sources.restored += (size_t)back;
    }
    return DL_OK;
}

void dl_writer_answer_sources(const struct op *op, yyjson_mut_doc *json, yyjson_mut_val *o)
{
    dl_json_int(json, o, "put", (int64_t)op->fresh);
    dl_json_int(json, o, "added", (int64_t)op->sources.added);
    dl_json_int(json, o, "known", (int64_t)op->sources.known);
    dl_json_int(json, o, "restored", (int64_t)op->sources.restored);
    dl_json_int(json, o, "set", (int64_t)op->sources.set);
    dl_json_int(json, o, "removed", (int64_t)op->changed);
}
