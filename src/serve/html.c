#include "serve/html.h"

#include "base/utf8.h"

enum { MINUTE_MS = 60 * 1000, HOUR_MS = 60 * MINUTE_MS, DAY_MS = 24 * HOUR_MS };

static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

dl_html dl_html_to(dl_buf *out)
{
    return (dl_html){.out = out};
}

void dl_html_markup_(dl_html *h, const char *literal, size_t n)
{
    dl_buf_add(h->out, literal, n);
}

/* Length of a character at p that must not reach a page: C0 but tab and line feed, DEL, C1
 * (C2 80..9F), bidi embeddings, overrides and isolates (E2 80 AA..AE, E2 81 A6..A9), the marks
 * that terminals and browsers take for line ends (E2 80 A8..A9) and BOM. 0: it may. */
static size_t forbidden(const unsigned char *p, size_t left)
{
    if (p[0] < 0x20) return p[0] != '\t' && p[0] != '\n';
    if (p[0] == 0x7f) return 1;
    if (p[0] == 0xc2 && left > 1 && p[1] < 0xa0) return 2;
    if (p[0] == 0xef && left > 2 && p[1] == 0xbb && p[2] == 0xbf) return 3;
    if (p[0] != 0xe2 || left < 3) return 0;
    if (p[1] == 0x80 && p[2] >= 0xa8 && p[2] <= 0xae) return 3;
    if (p[1] == 0x81 && p[2] >= 0xa6 && p[2] <= 0xa9) return 3;
    return 0;
}

static const char *entity(char c)
{
    switch (c) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    case '\'':
        return "&#39;";
    default:
        return NULL;
    }
}

void dl_html_text(dl_html *h, dl_str text)
{
    size_t from = 0;
    for (size_t i = 0; i < text.n;) {
        const char *as = entity(text.p[i]);
        size_t skip = as != NULL ? 1 : forbidden((const unsigned char *)text.p + i, text.n - i);
        if (skip == 0) {
            i++;
            continue;
        }
        dl_buf_add(h->out, text.p + from, i - from);
        if (as != NULL) dl_buf_c(h->out, as);
        i += skip;
        from = i;
    }
    if (text.n > from) dl_buf_add(h->out, text.p + from, text.n - from);
}

void dl_html_c(dl_html *h, const char *text)
{
    dl_html_text(h, dl_str_c(text));
}

void dl_html_int(dl_html *h, int64_t number)
{
    dl_buf_fmt(h->out, "%lld", (long long)number);
}

void dl_html_number(dl_html *h, int64_t number)
{
    char digits[24];
    int n = snprintf(digits, sizeof digits, "%lld", (long long)number);
    int first = digits[0] == '-';
    if (first) dl_buf_byte(h->out, '-');
    for (int i = first; i < n; i++) {
        bool gap = i > first && (n - i) % 3 == 0 && n - first > 4;
        if (gap) dl_buf_c(h->out, "\u202f");
        dl_buf_byte(h->out, digits[i]);
    }
}

void dl_html_fixed(dl_html *h, double number, int decimals)
{
    dl_buf_fmt(h->out, "%.*f", decimals, number);
}

void dl_html_attr_(dl_html *h, const char *name, dl_str value)
{
    dl_buf_fmt(h->out, " %s=\"", name);
    dl_html_text(h, value);
    dl_buf_byte(h->out, '"');
}

void dl_html_attr_int_(dl_html *h, const char *name, int64_t value)
{
    dl_buf_fmt(h->out, " %s=\"%lld\"", name, (long long)value);
}

bool dl_html_is_link(dl_str url)
{
    size_t scheme = dl_str_istarts(url, "https://") ? 8 : dl_str_istarts(url, "http://") ? 7 : 0;
    if (scheme == 0 || url.n == scheme || url.p[scheme] == '/') return false;
    for (size_t i = 0; i < url.n; i++) {
        unsigned char c = (unsigned char)url.p[i];
        if (c <= ' ' || c == 0x7f || c == '\\' || c == '<' || c == '>' || c == '"') return false;
        if (forbidden((const unsigned char *)url.p + i, url.n - i) != 0) return false;
    }
    return true;
}

bool dl_html_href(dl_html *h, dl_str url)
{
    if (!dl_html_is_link(url)) return false;
    dl_html_attr_(h, "href", url);
    return true;
}

void dl_html_query_part(dl_html *h, dl_str part)
{
    for (size_t i = 0; i < part.n; i++) {
        unsigned char c = (unsigned char)part.p[i];
        if (dl_is_alnum(c) || c == '-' || c == '.' || c == '_' || c == '~')
            dl_buf_byte(h->out, (char)c);
        else
            dl_buf_fmt(h->out, "%%%02X", c);
    }
}

void dl_html_path_(dl_html *h, const char *path, dl_str part)
{
    dl_buf_fmt(h->out, " href=\"%s", path);
    dl_html_query_part(h, part);
    dl_buf_byte(h->out, '"');
}

/* BCP 47 in shape: letters, digits, hyphens, 2 to 35 characters (RFC 5646, 4.4.1). */
static bool language_tag(dl_str s)
{
    if (s.n < 2 || s.n > 35 || !dl_is_alpha((unsigned char)s.p[0])) return false;
    for (size_t i = 0; i < s.n; i++)
        if (!dl_is_alnum((unsigned char)s.p[i]) && s.p[i] != '-') return false;
    return true;
}

void dl_html_lang(dl_html *h, dl_str language)
{
    if (language_tag(language)) dl_html_attr_(h, "lang", language);
    DL_HTML(h, " dir=\"auto\"");
}

void dl_html_foreign(dl_html *h, dl_str language, dl_str text)
{
    DL_HTML(h, "<bdi");
    dl_html_lang(h, language);
    DL_HTML(h, ">");
    dl_html_text(h, text);
    DL_HTML(h, "</bdi>");
}

static void day(dl_html *h, const dl_civil *c)
{
    dl_buf_fmt(h->out, "%d\u00a0%s\u00a0%d", c->day, months[c->month - 1], c->year);
}

static void clock_time(dl_html *h, const dl_civil *c)
{
    dl_buf_fmt(h->out, "%02d:%02d\u00a0UTC", c->hour, c->minute);
}

static void human_time(dl_html *h, dl_time t)
{
    dl_civil c = dl_civil_of(t, false);
    if (t.precision == DL_PREC_YEAR) {
        dl_buf_fmt(h->out, "%d", c.year);
    } else if (t.precision == DL_PREC_MONTH) {
        dl_buf_fmt(h->out, "%s\u00a0%d", months[c.month - 1], c.year);
    } else {
        day(h, &c);
        if (t.precision == DL_PREC_DAY) return;
        DL_HTML(h, ", ");
        clock_time(h, &c);
    }
}

/* The machine form, at the time's own precision. */
static void machine_time(dl_html *h, dl_time t)
{
    dl_civil c = dl_civil_of(t, false);
    static const int date_length[] = {0, 4, 7, 10};
    char date[16];
    snprintf(date, sizeof date, "%04d-%02d-%02d", c.year % 10000, c.month % 100, c.day % 100);
    int keep = t.precision <= DL_PREC_DAY ? date_length[t.precision] : 10;
    dl_buf_fmt(h->out, "%.*s", keep, date);
    if (t.precision > DL_PREC_DAY)
        dl_buf_fmt(h->out, "T%02d:%02d:%02dZ", c.hour, c.minute, c.second);
}

void dl_html_time(dl_html *h, dl_time t)
{
    if (!dl_time_is_set(t)) return;
    DL_HTML(h, "<time datetime=\"");
    machine_time(h, t);
    DL_HTML(h, "\">");
    human_time(h, t);
    DL_HTML(h, "</time>");
}

void dl_html_span(dl_html *h, int64_t ms)
{
    if (ms < 0) ms = -ms;
    if (ms < MINUTE_MS)
        dl_buf_fmt(h->out, "%lld\u00a0s", (long long)(ms / 1000));
    else if (ms < HOUR_MS)
        dl_buf_fmt(h->out, "%lld\u00a0min", (long long)(ms / MINUTE_MS));
    else if (ms < 2 * DAY_MS)
        dl_buf_fmt(h->out, "%lld\u00a0h", (long long)(ms / HOUR_MS));
    else
        dl_buf_fmt(h->out, "%lld\u00a0days", (long long)(ms / DAY_MS));
}

void dl_html_when(dl_html *h, int64_t ms, int64_t now_ms)
{
    dl_time t = {.ms = ms, .precision = DL_PREC_SECOND, .zone = DL_ZONE_KNOWN};
    dl_civil c = dl_civil_of(t, false);
    DL_HTML(h, "<time datetime=\"");
    machine_time(h, t);
    DL_HTML(h, "\">");
    if (ms / DAY_MS != now_ms / DAY_MS) {
        day(h, &c);
        DL_HTML(h, ", ");
    }
    clock_time(h, &c);
    DL_HTML(h, "</time> <span class=\"ago\">");
    if (ms <= now_ms) {
        dl_html_span(h, now_ms - ms);
        DL_HTML(h, " ago");
    } else {
        DL_HTML(h, "in ");
        dl_html_span(h, ms - now_ms);
    }
    DL_HTML(h, "</span>");
}
