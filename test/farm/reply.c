#include <string.h>
#include <strings.h>
#include <time.h>
#include <zlib.h>

#include "farm.h"

enum { LATER_S = 120 };

/* --- reading a request -------------------------------------------------------------------- */

static dl_str header(const char *request, const char *name)
{
    size_t n = strlen(name);
    for (const char *line = strstr(request, "\r\n"); line != NULL; line = strstr(line, "\r\n")) {
        line += 2;
        if (strncasecmp(line, name, n) != 0 || line[n] != ':') continue;
        const char *value = line + n + 1, *end;
        while (*value == ' ')
            value++;
        end = strstr(value, "\r\n");
        return (dl_str){value, (size_t)(end - value)};
    }
    return (dl_str){NULL, 0};
}

static dl_str target_of(const char *request)
{
    const char *from = strchr(request, ' ');
    if (from == NULL) return (dl_str){"/", 1};
    const char *to = strpbrk(from + 1, " \r\n");
    return (dl_str){from + 1, (size_t)(to - from - 1)};
}

/* "/feed/3.xml", "/feed/3/moved.xml" */
static bool feed_of(const struct world *w, uint32_t site, dl_str target, uint32_t *ret_feed,
                    bool *ret_moved)
{
    static const char prefix[] = "/feed/";
    uint64_t feed;
    size_t n = sizeof prefix - 1, end = n;
    if (!dl_str_starts(target, prefix)) return false;
    while (end < target.n && target.p[end] >= '0' && target.p[end] <= '9')
        end++;
    if (!dl_str_u64(dl_str_sub(target, n, end), &feed) || feed >= farm_feeds_of(w, site))
        return false;
    *ret_feed = (uint32_t)feed;
    *ret_moved = dl_str_eq_c(dl_str_sub(target, end, target.n), "/moved.xml");
    return true;
}

/* --- sending ------------------------------------------------------------------------------ */

static void pack(const dl_buf *body, dl_buf *out)
{
    z_stream z = {0};
    if (deflateInit2(&z, 1, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK) abort();
    size_t most = deflateBound(&z, body->n);
    if (dl_buf_reserve(out, most) != DL_OK) abort();
    z.next_in = (unsigned char *)body->p;
    z.avail_in = (unsigned)body->n;
    z.next_out = (unsigned char *)out->p;
    z.avail_out = (unsigned)most;
    if (deflate(&z, Z_FINISH) != Z_STREAM_END) abort();
    out->n = z.total_out;
    deflateEnd(&z);
}

static void send(dl_buf *out, int status, const char *headers, const char *type, dl_buf *body,
                 bool packed)
{
    dl_buf small = DL_BUF_INIT(REPLY_MAX);
    if (packed && body->n > 0) {
        pack(body, &small);
        dl_buf_reset(body);
        dl_buf_str(body, dl_buf_slice(&small));
    }
    dl_buf_fmt(out, "HTTP/1.1 %d Status\r\nServer: farm\r\n%s%s", status, headers,
               packed && body->n > 0 ? "Content-Encoding: gzip\r\n" : "");
    if (body->n > 0) dl_buf_fmt(out, "Content-Type: %s\r\n", type);
    if (status != 304) dl_buf_fmt(out, "Content-Length: %zu\r\n", body->n);
    dl_buf_fmt(out, "\r\n");
    dl_buf_str(out, dl_buf_slice(body));
    dl_buf_free(&small);
}

/* --- a feed ------------------------------------------------------------------------------- */

struct validators {
    char etag[32], date[40];
    bool has_etag, has_date;
};

static struct validators validators_of(const struct world *w, uint32_t site, uint32_t feed,
                                       uint32_t newest)
{
    enum site_kind kind = farm_site_kind(site);
    struct validators v = {.has_etag = kind == SITE_ETAG || kind == SITE_BOTH,
                           .has_date = kind == SITE_DATE || kind == SITE_BOTH};
    snprintf(v.etag, sizeof v.etag, "\"v%u\"", newest);
    farm_http_date(farm_published_ms(w, site, feed, newest), v.date);
    return v;
}

static bool is_unchanged(const char *request, const struct validators *v)
{
    dl_str match = header(request, "If-None-Match"), since = header(request, "If-Modified-Since");
    if (v->has_etag && match.n > 0) return dl_str_eq_c(match, v->etag);
    return v->has_date && since.n > 0 && dl_str_eq_c(since, v->date);
}

/* Before the answer: is this request what a polite guest asks? */
static void check_poll(struct book *book, uint32_t site, struct feed_book *feed,
                       const char *request, int64_t now_ms)
{
    bool conditional =
        header(request, "If-None-Match").n > 0 || header(request, "If-Modified-Since").n > 0;
    book->polls++;
    book->early += feed->may_ms > now_ms;
    book->twice += feed->asked > 0 && now_ms - (feed->may_ms - book->floor_ms) < 5000;
    book->unconditional += feed->has_validators && !conditional;
    book->over_later += book->sites[site].later_until_ms > now_ms;
    feed->asked++;
}

static void note_shown(struct book *book, uint32_t site, uint32_t feed, uint32_t newest,
                       int64_t now_ms)
{
    struct feed_book *f = &book->feeds[farm_feed_index(book->world, site, feed)];
    if (book->log != NULL && newest > f->newest_shown)
        fprintf(book->log, "%llu-%u %lld %lld\n", (unsigned long long)farm_list_of(site, feed),
                newest, (long long)farm_published_ms(book->world, site, feed, newest),
                (long long)now_ms);
    if (newest > f->newest_shown) f->newest_shown = newest;
}

static void send_feed(const struct world *w, struct book *book, uint32_t site, uint32_t feed,
                      const char *request, int64_t now_ms, struct reply *r, dl_buf *out)
{
    struct feed_book *f = &book->feeds[farm_feed_index(w, site, feed)];
    uint32_t newest = farm_newest(w, site, feed, now_ms);
    struct validators v = validators_of(w, site, feed, newest);
    char headers[200] = "";
    int max_age = farm_max_age_s(site), n = 0;
    dl_buf body = DL_BUF_INIT(REPLY_MAX);
    r->status = is_unchanged(request, &v) ? 304 : 200;
    if (v.has_etag) n += snprintf(headers, sizeof headers, "ETag: %s\r\n", v.etag);
    if (v.has_date)
        n += snprintf(headers + n, sizeof headers - (size_t)n, "Last-Modified: %s\r\n", v.date);
    if (max_age > 0)
        snprintf(headers + n, sizeof headers - (size_t)n, "Cache-Control: max-age=%d\r\n", max_age);
    if (max_age * 1000 > book->floor_ms) f->may_ms = now_ms + max_age * 1000;
    f->has_validators = v.has_etag || v.has_date;
    note_shown(book, site, feed, newest, now_ms);
    if (r->status == 200) farm_put_feed(w, site, feed, newest, &body);
    send(out, r->status, headers, "application/rss+xml", &body, farm_is_packed(site));
    dl_buf_free(&body);
}

static void send_poll(const struct world *w, struct book *book, uint32_t site, uint32_t feed,
                      bool moved, const char *request, int64_t now_ms, struct reply *r, dl_buf *out)
{
    struct feed_book *f = &book->feeds[farm_feed_index(w, site, feed)];
    enum feed_kind kind = farm_feed_kind(w, site, feed);
    dl_buf body = DL_BUF_INIT(REPLY_MAX);
    char headers[120] = "";
    if (!moved) {
        check_poll(book, site, f, request, now_ms);
        f->may_ms = now_ms + book->floor_ms;
    }
    if (w->slow_ms > 0) r->delay_ms = (int64_t)(farm_mix(site, feed) % (2 * w->slow_ms));
    if (kind == FEED_SLOW)
        r->delay_ms = (int64_t)(farm_mix(site * 31 + feed, (uint64_t)now_ms) % FARM_SLOW_MS);
    if (kind == FEED_GOOD || kind == FEED_SLOW || moved) {
        send_feed(w, book, site, feed, request, now_ms, r, out);
        return;
    }
    r->status = kind == FEED_MOVED     ? 301
                : kind == FEED_MISSING ? 404
                : kind == FEED_GONE    ? 410
                : kind == FEED_LATER   ? 429
                                       : 500 + (int)(farm_mix(site, feed) % 4);
    if (kind == FEED_MOVED)
        snprintf(headers, sizeof headers, "Location: /feed/%u/moved.xml\r\n", feed);
    if (kind == FEED_LATER) {
        snprintf(headers, sizeof headers, "Retry-After: %d\r\n", LATER_S);
        if (f->may_ms < now_ms + LATER_S * 1000) f->may_ms = now_ms + LATER_S * 1000;
        book->sites[site].later_until_ms = now_ms + LATER_S * 1000 - 1000;
    }
    dl_buf_fmt(&body, "EXAMPLE %d\n", r->status);
    send(out, r->status, headers, "text/plain", &body, false);
    dl_buf_free(&body);
}

/* --- all ---------------------------------------------------------------------------------- */

static void send_text(dl_buf *out, int status, const char *type, const char *text)
{
    dl_buf body = DL_BUF_INIT(REPLY_MAX);
    dl_buf_str(&body, dl_str_c(text));
    send(out, status, "", type, &body, false);
    dl_buf_free(&body);
}

static void control(struct book *book, dl_str target, dl_buf *out)
{
    dl_buf body = DL_BUF_INIT(REPLY_MAX);
    book_put(book, &body);
    if (!dl_str_eq_c(target, "/book")) book_reset(book);
    if (dl_str_eq_c(target, "/book/forgive")) book_forgive(book);
    if (book->log != NULL) fflush(book->log);
    send(out, 200, "", "application/json", &body, false);
    dl_buf_free(&body);
}

struct reply reply_to(const struct world *w, struct book *book, char *request, int64_t now_ms,
                      dl_buf *out)
{
    struct reply r = {.status = 200};
    dl_str target = target_of(request), host = header(request, "Host");
    uint32_t feed;
    bool moved;
    if (dl_str_eq_c(target, "/book") || dl_str_starts(target, "/book/")) {
        control(book, target, out);
        return r;
    }
    book_request(book, now_ms);
    r.known_site = farm_site_of(w, host, &r.site);
    if (!r.known_site) {
        book->elsewhere++;
        r.status = 404;
        send_text(out, 404, "text/plain", "no such site\n");
        return r;
    }
    if (dl_str_eq_c(target, "/robots.txt")) {
        book->robots++;
        book->sites[r.site].robots++;
        r.status = farm_mix(r.site, 7) % 2 ? 404 : 200;
        send_text(out, r.status, "text/plain",
                  r.status == 404 ? "none\n" : "User-agent: *\nDisallow: /private/\n");
    } else if (feed_of(w, r.site, target, &feed, &moved)) {
        send_poll(w, book, r.site, feed, moved, request, now_ms, &r, out);
    } else if (dl_str_starts(target, "/news/")) {
        dl_buf body = DL_BUF_INIT(REPLY_MAX);
        book->pages++;
        farm_put_page(w, r.site, target, &body);
        send(out, 200, "", "text/html; charset=utf-8", &body, farm_is_packed(r.site));
        dl_buf_free(&body);
    } else {
        r.status = 404;
        send_text(out, 404, "text/plain", "nothing here\n");
    }
    book->status[r.status]++;
    return r;
}
