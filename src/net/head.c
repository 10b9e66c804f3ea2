#include "net/head.h"

#include <curl/curl.h>

#include "base/utf8.h"

enum {
    RETRY_AFTER_MAX_S = 366 * 86400, /* beyond, it is a mistake; callers have limits of their own */
    DATE_MAX = 64,
    LIST_MAX = 4096, /* of a joined header; longer ones are cut at a value's end */
};

enum kind { KIND_TEXT, KIND_BYTES, KIND_LIST };

static const struct {
    const char *name;
    size_t offset;
    enum kind kind;
} fields[] = {
    {"content-type", offsetof(struct dl_head, content_type), KIND_TEXT},
    {"etag", offsetof(struct dl_head, etag), KIND_BYTES},
    {"last-modified", offsetof(struct dl_head, last_modified), KIND_BYTES},
    {"location", offsetof(struct dl_head, location), KIND_BYTES},
    {"content-language", offsetof(struct dl_head, content_language), KIND_TEXT},
    {"retry-after", offsetof(struct dl_head, retry_after), KIND_TEXT},
    {"x-robots-tag", offsetof(struct dl_head, x_robots_tag), KIND_LIST},
    {"tdm-reservation", offsetof(struct dl_head, tdm_reservation), KIND_TEXT},
    {"tdm-policy", offsetof(struct dl_head, tdm_policy), KIND_TEXT},
    {"link", offsetof(struct dl_head, link), KIND_LIST},
    {"cache-control", offsetof(struct dl_head, cache_control), KIND_LIST},
    {"content-encoding", offsetof(struct dl_head, content_encoding), KIND_LIST},
};

static dl_str as_text(dl_arena *arena, dl_str value)
{
    dl_str text = dl_str_dup(arena, dl_utf8_clean(arena, dl_utf8_repair(arena, value)));
    for (size_t i = 0; i < text.n; i++)
        if (text.p[i] == '\t' || text.p[i] == '\n') ((char *)text.p)[i] = ' ';
    return text;
}

static dl_str as_bytes(dl_arena *arena, dl_str value)
{
    char *out = dl_alloc(arena, value.n + 1);
    size_t n = 0;
    for (size_t i = 0; out != NULL && i < value.n; i++)
        if (value.p[i] != '\0' && value.p[i] != '\r' && value.p[i] != '\n') out[n++] = value.p[i];
    return (dl_str){out, n};
}

static void begin(struct dl_head *head, dl_str line)
{
    *head = (struct dl_head){0};
    uint64_t status = 0;
    size_t space = dl_str_chr(line, ' ', 0);
    if (space != DL_NO_POS) dl_str_u64(dl_str_sub(line, space + 1, space + 4), &status);
    head->status = (int)status;
}

void dl_head_line(struct dl_head *head, dl_arena *arena, dl_str line)
{
    if (dl_str_starts(line, "HTTP/")) {
        begin(head, line);
        return;
    }
    size_t colon = dl_str_chr(line, ':', 0);
    if (colon == DL_NO_POS || colon == 0) return;
    dl_str name = dl_str_trim(dl_str_sub(line, 0, colon));
    dl_str value = dl_str_trim(dl_str_sub(line, colon + 1, line.n));
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
        if (!dl_str_ieq_c(name, fields[i].name)) continue;
        dl_str *field = (dl_str *)((char *)head + fields[i].offset);
        if (fields[i].kind == KIND_LIST && field->n > 0) {
            dl_str more = as_text(arena, value);
            if (field->n + more.n < LIST_MAX)
                *field = dl_str_fmt(arena, "%.*s, %.*s", DL_FMT(*field), DL_FMT(more));
        } else if (field->n == 0)
            *field = fields[i].kind == KIND_BYTES ? as_bytes(arena, value) : as_text(arena, value);
    }
}

int64_t dl_head_max_age(const struct dl_head *head)
{
    int64_t age = -1;
    dl_str rest = head->cache_control, part;
    while (dl_str_split(&rest, ',', &part)) {
        part = dl_str_trim(part);
        if (dl_str_istarts(part, "no-cache") || dl_str_istarts(part, "no-store")) return 0;
        if (!dl_str_istarts(part, "max-age=")) continue;
        dl_str digits = dl_str_sub(part, 8, part.n);
        uint64_t seconds;
        if (digits.n > 1 && digits.p[0] == '"') digits = dl_str_sub(digits, 1, digits.n - 1);
        if (age < 0 && dl_str_u64(digits, &seconds))
            age = seconds < INT32_MAX ? (int64_t)seconds : INT32_MAX;
    }
    return age;
}

int64_t dl_head_retry_after(const struct dl_head *head, int64_t now_ms)
{
    uint64_t seconds;
    char date[DATE_MAX];
    dl_str value = head->retry_after;
    if (value.n == 0) return -1;
    if (!dl_str_u64(value, &seconds)) {
        if (value.n >= sizeof date) return -1;
        memcpy(date, value.p, value.n);
        date[value.n] = '\0';
        time_t at = curl_getdate(date, NULL);
        if (at < 0) return -1;
        int64_t wait_ms = (int64_t)at * 1000 - now_ms;
        seconds = wait_ms > 0 ? (uint64_t)(wait_ms + 999) / 1000 : 0;
    }
    return seconds < RETRY_AFTER_MAX_S ? (int64_t)seconds : RETRY_AFTER_MAX_S;
}
