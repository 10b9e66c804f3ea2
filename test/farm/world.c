#include "world.h"

#include <string.h>
#include <time.h>

uint64_t farm_mix(uint64_t a, uint64_t b)
{
    uint64_t z = a * 0xD1342543DE82EF95 + b * 0x9E3779B97F4A7C15 + 0x2545F4914F6CDD1D;
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9;
    z = (z ^ z >> 27) * 0x94D049BB133111EB;
    return z ^ z >> 31;
}

uint32_t farm_feeds_of(const struct world *w, uint32_t site)
{
    return site == 0 && w->big > w->feeds ? w->big : w->feeds;
}

uint32_t farm_feed_index(const struct world *w, uint32_t site, uint32_t feed)
{
    return site == 0 ? feed : farm_feeds_of(w, 0) + (site - 1) * w->feeds + feed;
}

uint32_t farm_all_feeds(const struct world *w)
{
    return farm_feed_index(w, w->sites, 0);
}

bool farm_is_tls(const struct world *w, uint32_t site)
{
    return farm_mix(site, 1) % 100 < w->tls_percent;
}

/* Two of ten know no validators. */
enum site_kind farm_site_kind(uint32_t site)
{
    uint64_t n = farm_mix(site, 2) % 10;
    return n < 2 ? SITE_PLAIN : n < 6 ? SITE_ETAG : n < 8 ? SITE_DATE : SITE_BOTH;
}

/* Of a hundred: 3 moved, 4 missing, 1 gone, 3 broken, 2 "later", 3 slow. */
enum feed_kind farm_feed_kind(const struct world *w, uint32_t site, uint32_t feed)
{
    uint64_t n = farm_mix(site * 65537 + feed, 3) % 100;
    if (w->all_good) return FEED_GOOD;
    return n < 3    ? FEED_MOVED
           : n < 7  ? FEED_MISSING
           : n < 8  ? FEED_GONE
           : n < 11 ? FEED_BROKEN
           : n < 13 ? FEED_LATER
           : n < 16 ? FEED_SLOW
                    : FEED_GOOD;
}

int farm_max_age_s(uint32_t site)
{
    uint64_t n = farm_mix(site, 4) % 10;
    return n == 0 ? 3600 : n == 1 ? 1800 : n == 2 ? 60 : 0;
}

bool farm_is_packed(uint32_t site)
{
    return farm_mix(site, 5) % 2 == 0;
}

/* --- time --------------------------------------------------------------------------------- */

uint64_t farm_list_of(uint32_t site, uint32_t feed)
{
    return farm_site_kind(site) == SITE_PLAIN ? site : (uint64_t)site * 65537 + feed + 1;
}

static int64_t phase_ms(const struct world *w, uint64_t list)
{
    return (int64_t)(farm_mix(list, 6) % ((uint64_t)w->period_s * 1000));
}

uint32_t farm_newest(const struct world *w, uint32_t site, uint32_t feed, int64_t now_ms)
{
    int64_t since = now_ms - w->epoch_ms + phase_ms(w, farm_list_of(site, feed));
    return FARM_ITEMS + (uint32_t)(since / ((int64_t)w->period_s * 1000));
}

int64_t farm_published_ms(const struct world *w, uint32_t site, uint32_t feed, uint32_t item)
{
    int64_t behind = (int64_t)item - FARM_ITEMS;
    return w->epoch_ms - phase_ms(w, farm_list_of(site, feed)) + behind * w->period_s * 1000;
}

void farm_http_date(int64_t ms, char out[40])
{
    time_t s = (time_t)(ms / 1000);
    struct tm tm;
    gmtime_r(&s, &tm);
    strftime(out, 40, "%a, %d %b %Y %H:%M:%S GMT", &tm);
}

/* --- words -------------------------------------------------------------------------------- */

static const char *const words[] = {
    "minister", "river",  "council", "bridge",  "talks",   "harbour",  "storm",   "strike",
    "election", "border", "market",  "court",   "school",  "hospital", "budget",  "reform",
    "protest",  "treaty", "drought", "harvest", "railway", "festival", "museum",  "court",
    "police",   "union",  "village", "airport", "energy",  "water",    "housing", "science"};
static const char *const small[] = {"the",  "of",  "and", "in", "after", "with", "on",  "said",
                                    "that", "was", "for", "by", "will",  "over", "new", "from"};

static void put_words(dl_buf *out, uint64_t seed, int n)
{
    for (int i = 0; i < n; i++) {
        uint64_t r = farm_mix(seed, (uint64_t)i);
        const char *word = i % 2 ? small[r % 16] : words[r % 32];
        dl_buf_str(out, dl_str_c(word));
        dl_buf_add(out, " ", 1);
        if (i % 6 == 5) dl_buf_fmt(out, "%llu ", (unsigned long long)(r >> 20) % 9000);
    }
}

static void put_item(const struct world *w, uint32_t site, uint32_t feed, uint32_t item,
                     dl_buf *out)
{
    char date[40];
    uint64_t list = farm_list_of(site, feed), seed = farm_mix(list, 1000 + item);
    bool tls = farm_is_tls(w, site);
    farm_http_date(farm_published_ms(w, site, feed, item), date);
    dl_buf_fmt(out, "<item><title>EXAMPLE ");
    put_words(out, seed, 8);
    dl_buf_fmt(out,
               "</title><link>http%s://s%u.test:%u/news/%llu/%u</link><guid "
               "isPermaLink=\"false\">%llu-%u</guid><pubDate>%s</pubDate><description>EXAMPLE ",
               tls ? "s" : "", site, tls ? w->tls_port : w->http_port, (unsigned long long)list,
               item, (unsigned long long)list, item, date);
    put_words(out, seed + 1, 40);
    dl_buf_fmt(out, "</description></item>\n");
}

void farm_put_feed(const struct world *w, uint32_t site, uint32_t feed, uint32_t newest,
                   dl_buf *out)
{
    dl_buf_fmt(out,
               "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<rss version=\"2.0\"><channel>"
               "<title>EXAMPLE site %u, feed %u — Новости 新闻</title><link>http://s%u.test/</link>"
               "<language>en</language>\n",
               site, feed, site);
    uint32_t items = FARM_ITEMS;
    if (w->begun && farm_site_kind(site) != SITE_PLAIN && newest - FARM_ITEMS < items)
        items = newest - FARM_ITEMS;
    for (uint32_t i = 0; i < items; i++)
        put_item(w, site, feed, newest - i, out);
    dl_buf_fmt(out, "</channel></rss>\n");
}

void farm_put_page(const struct world *w, uint32_t site, dl_str path, dl_buf *out)
{
    uint64_t seed = site;
    (void)w;
    for (size_t i = 0; i < path.n; i++)
        seed = farm_mix(seed, (unsigned char)path.p[i]);
    dl_buf_fmt(out, "<!doctype html><html lang=en><head><title>EXAMPLE ");
    put_words(out, seed, 8);
    dl_buf_fmt(out, "</title></head><body><nav><a href=/>home</a></nav><article><h1>EXAMPLE ");
    put_words(out, seed, 8);
    dl_buf_fmt(out, "</h1>");
    for (uint64_t i = 0; i < 8; i++) {
        dl_buf_fmt(out, "<p>EXAMPLE ");
        put_words(out, seed + i, 60);
        dl_buf_fmt(out, "</p>\n");
    }
    dl_buf_fmt(out, "</article></body></html>");
}

bool farm_site_of(const struct world *w, dl_str host, uint32_t *ret_site)
{
    uint64_t site;
    size_t dot = dl_str_chr(host, '.', 0);
    if (!dl_str_starts(host, "s") || dot == DL_NO_POS ||
        !dl_str_u64(dl_str_sub(host, 1, dot), &site) || site >= w->sites)
        return false;
    *ret_site = (uint32_t)site;
    return true;
}

void farm_put_url(const struct world *w, uint32_t site, uint32_t feed, FILE *out)
{
    bool tls = farm_is_tls(w, site);
    fprintf(out, "http%s://s%u.test:%u/feed/%u.xml", tls ? "s" : "", site,
            tls ? w->tls_port : w->http_port, feed);
}

void farm_put_list(const struct world *w, FILE *out)
{
    fprintf(out, "<opml version=\"2.0\"><body>\n");
    for (uint32_t site = 0; site < w->sites; site++)
        for (uint32_t feed = 0; feed < farm_feeds_of(w, site); feed++) {
            fprintf(out,
                    "<outline type=\"rss\" text=\"EXAMPLE %u\" outlet=\"s%u.test\" language=\"en\" "
                    "kind=\"private\" xmlUrl=\"",
                    site, site);
            farm_put_url(w, site, feed, out);
            fprintf(out, "\"/>\n");
        }
    fprintf(out, "</body></opml>\n");
}

void farm_put_validators(const struct world *w, FILE *out)
{
    for (uint32_t site = 0; site < w->sites; site++)
        for (uint32_t feed = 0; feed < farm_feeds_of(w, site); feed++) {
            enum site_kind kind = farm_site_kind(site);
            char date[40] = "";
            farm_put_url(w, site, feed, out);
            if (kind == SITE_DATE || kind == SITE_BOTH)
                farm_http_date(farm_published_ms(w, site, feed, FARM_ITEMS), date);
            fprintf(out, "\t%s\t%s\t%u\t%u\t%d\n",
                    kind == SITE_ETAG || kind == SITE_BOTH ? "\"v20\"" : "", date, site, feed,
                    farm_feed_kind(w, site, feed));
        }
}
