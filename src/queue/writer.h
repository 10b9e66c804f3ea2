/* The writer: the only process that writes the ledger.
 *
 * It owns the lock of the data folder and the socket in it (queue/requests.h), forks a nursery of
 * readers, and works in turns. One turn is one transaction: what readers answered, what clients
 * and the fetcher brought, and the mark "is being tried" of what goes to readers next; requests are
 * answered and jobs given out after its commit. Stories follow in transactions of their own, in
 * ledger order. kill -9 at any point loses a turn that nobody was told of.
 *
 * Requests (JSON in part[0], bytes in part[1]; answers are JSON):
 * INGEST  {name, url, content_type, kind, channel, seen_by, outlet, outlet_name, outlet_kind,
 *          country, language, identity{…}} + bytes. Answered when everything that came of it is
 *          read: {kind, items, new, changed, duplicate, read, rejected, quarantined, document: id
 *          (of one page or article), errors: [{code, message}], sitemaps: [url]}. Sent again it
 *          changes nothing.
 * WORK    {feeds: [window], pages: [window], behind: ms}; a window is {low, low_id, high, high_id,
 *          newest_first, most} as in store/ledger.h -> {feeds: [[{feed, due, first, url, kind,
 *          etag, last_modified}]], pages: [[{document, due, url, outlet, tries}]], behind: feeds
 *          that are due at that ms, next: when the next feed will be}: a list of rows a window.
 * FETCHED  {feed, kind | document, at, status, url, etag, last_modified, content_type, max_age,
 *          retry_after, error (robots: it forbids it), why, again, identity{…}} + body.
 *          Answered when its items are durable.
 * SOURCES  {put: [{outlet, name, country, language, kind, home, url, feed_kind, title, category,
 *          name_if_new}], of: n (put in several requests: polls are spread as of so many),
 *          remove: [url or outlet], undo: true (what was removed last comes back)}
 *          -> {put, added, known, restored, removed}
 * HUBS    {n} -> {jobs: [{subscription, leave, hub, topic, callback, secret}]}
 * HUB_TOLD {subscription, why, again}
 * HUB_CALLED {token, mode, topic, reason, lease}: DL_ERR_NOT_FOUND when that was not asked.
 * PUSHED  {subscription, url, kind, content_type, came: forged foreign (only counted)} + body.
 *          Answered when its items are durable. DL_ERR_NOT_FOUND: nothing is expected there.
 * SETTLED {} -> {documents, stories} when everything taken so far is read and in its story. */
#ifndef DL_QUEUE_WRITER_H
#define DL_QUEUE_WRITER_H

#include "queue/reader.h"

struct dl_source_row {
    dl_str outlet, name, country, language, kind, home, url, feed_kind, title;
};

struct dl_writer_options {
    const char *dir;
    unsigned readers;
    struct dl_reader *reader; /* forked with; loaded by the caller */
    bool sandboxed;
    bool want_pages;                     /* the pages behind feed items are fetched too */
    const struct dl_source_row *starter; /* put into a ledger that has no feeds */
    size_t n_starter;
    /* Where hubs reach us, with a slash at its end; "": nowhere; NULL: as it was before. */
    const char *websub_base;
    int ready_fd; /* a byte is written when requests are taken; -1: none */
};

/* Works until dl_stop_wanted(); answers what is open first, for at most DL_DRAIN_MS. Exit code;
 * DL_CHILD_GIVE_UP + 5 when the folder is locked or the schema is newer. */
int dl_writer_main(const struct dl_writer_options *options);

#endif
