/* The work of a reader: bytes of the net in, what they say out. Runs in the sandbox; pure.
 *
 * DL_JOB_ENTRY: material of the ledger whose document is known. part[0] = facts as JSON {kind, url,
 *   content_type, outlet_name, country, language, seen_by}, part[1] = the material's bytes.
 *   part[2] = what is known of the page's site (page/site.h, packed); may be empty.
 *   Kinds: page (HTML), item (a feed item or sitemap entry as JSON), article (JSON as CONTRACT.md
 *   has it for `cluster`). Answer: a reading, see below.
 * DL_JOB_LOOK: something of which only the bytes are known, part[2] as above; facts {url,
 *   content_type, kind, seen_by}, kind empty: told from the bytes. Answer: JSON with "material" and
 *   "identity" (queue/identity.h), which stands for
 *   - page, article: in part[5] with "site", as it calls itself; the other parts are a reading, the
 *     same as that of an entry;
 *   - lists: in part[0], namely
 *   - feed, sitemap: {title, language} and part[1] = a line of JSON for each item; of feeds also
 *     {ttl_min, update_s, skip_hours, skip_days: bits as in feed/feed.h, self, hubs: [url]}, of
 *     sitemaps {sitemaps: [url], pages: [url]}, addresses without news;
 *   - front (named, never told from the bytes): a line for each article that it links to.
 *
 * A reading: part[0] = the contract's extract object without its text, part[1] = text, part[2] =
 * the contract's analyse object, part[3] = packed features, part[4] = of a page with an article,
 * what it tells of its site (page/site.h, packed), part[6] = what it says and who says so
 * (story/sayings.h, packed; none of a headline alone). The writer trusts none of it. Errors: those
 * of the stages; DL_ERR_EMPTY when there is no article. */
#ifndef DL_QUEUE_READER_H
#define DL_QUEUE_READER_H

#include "queue/nursery.h"

enum dl_job_type { DL_JOB_ENTRY = 1, DL_JOB_LOOK };

enum { DL_EXTRACT_VERSION = 1 };

/* Everything a reader needs, loaded before it is forked. */
struct dl_reader;
/* poison: a title with "POISON crash", "POISON spin" or "POISON eat" makes the reader do so, for
 * the tests of the quarantine. */
enum dl_err dl_reader_new(bool poison, struct dl_reader **ret_reader,
                          struct dl_diag *diag) DL_MUST_USE;
/* Takes in the gazetteer that was imported into the store in `dir`, if there is one. One that
 * cannot be read is told in the log, and done without: news are worth more than names of villages.
 */
void dl_reader_import(struct dl_reader *reader, const char *dir);
void dl_reader_free(struct dl_reader *reader);
/* A dl_reader_fn; ctx is the dl_reader. */
enum dl_err dl_reader_work(void *ctx, dl_arena *arena, const struct dl_frame *ask,
                           struct dl_frame *ret_answer, struct dl_diag *diag);

#endif
