#include <stdlib.h>
#include <string.h>

#include "farm.h"

void book_reset(struct book *book)
{
    struct book kept = *book;
    *book = (struct book){.world = kept.world,
                          .feeds = kept.feeds,
                          .sites = kept.sites,
                          .floor_ms = kept.floor_ms,
                          .begun_ms = dl_now_ms(),
                          .log = kept.log};
    for (uint32_t i = 0; i < book->world->sites; i++) {
        struct site_book *site = &book->sites[i];
        site->least_gap_ms = -1;
        site->most_open = site->open;
        site->most_under_way = site->under_way;
        site->robots = 0;
    }
}

void book_forgive(struct book *book)
{
    for (uint32_t i = 0; i < farm_all_feeds(book->world); i++) {
        book->feeds[i].may_ms = 0;
        book->feeds[i].asked = 0;
    }
    for (uint32_t i = 0; i < book->world->sites; i++)
        book->sites[i].later_until_ms = 0;
}

void book_request(struct book *book, int64_t now_ms)
{
    if (now_ms / 1000 != book->second) book->this_s = 0;
    book->second = now_ms / 1000;
    if (++book->this_s > book->most_per_s) book->most_per_s = book->this_s;
}

void book_start(struct book *book, const struct world *world, int64_t floor_ms, FILE *log)
{
    *book = (struct book){.world = world, .floor_ms = floor_ms, .log = log};
    book->feeds = calloc(farm_all_feeds(world), sizeof *book->feeds);
    book->sites = calloc(world->sites, sizeof *book->sites);
    if (book->feeds == NULL || book->sites == NULL) abort();
    for (uint32_t i = 0; i < farm_all_feeds(world); i++)
        book->feeds[i].newest_shown = FARM_ITEMS;
    book_reset(book);
}

void book_put(const struct book *book, dl_buf *out)
{
    int64_t least = -1;
    unsigned open = 0, under_way = 0, now = 0;
    uint32_t robots = 0;
    for (uint32_t i = 0; i < book->world->sites; i++) {
        const struct site_book *site = &book->sites[i];
        if (site->least_gap_ms >= 0 && (least < 0 || site->least_gap_ms < least))
            least = site->least_gap_ms;
        if (site->most_open > open) open = site->most_open;
        now += site->under_way;
        if (site->most_under_way > under_way) under_way = site->most_under_way;
        if (site->robots > robots) robots = site->robots;
    }
#define N(field) (unsigned long long)book->field
    dl_buf_fmt(
        out,
        "{\"ms\":%lld,\"polls\":%llu,\"early\":%llu,\"twice\":%llu,\"unconditional\":%llu,"
        "\"over_later\":%llu,\"robots\":%llu,\"most_robots\":%u,\"pages\":%llu,"
        "\"connections\":%llu,\"handshakes\":%llu,\"resumed\":%llu,\"bytes\":%llu,"
        "\"elsewhere\":%llu,\"most_per_s\":%llu,\"least_gap_ms\":%lld,\"most_open\":%u,\"most_under_way\":%u,\"now\":%u,"
        "\"status\":{",
        (long long)(dl_now_ms() - book->begun_ms), N(polls), N(early), N(twice), N(unconditional),
        N(over_later), N(robots), robots, N(pages), N(connections), N(handshakes), N(resumed),
        N(bytes), N(elsewhere), N(most_per_s), (long long)least, open, under_way, now);
#undef N
    bool first = true;
    for (int i = 0; i < 600; i++) {
        if (book->status[i] == 0) continue;
        dl_buf_fmt(out, "%s\"%d\":%llu", first ? "" : ",", i, (unsigned long long)book->status[i]);
        first = false;
    }
    dl_buf_fmt(out, "}}\n");
}
