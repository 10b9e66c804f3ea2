/* HTML by writer functions, escaped by construction: markup can only be a string literal of this
 * program (DL_HTML refuses anything else at compile time), everything else goes through a function
 * that escapes for its place. There is no way to print a string unescaped.
 *
 * Text from outside ("foreign": headlines, names, quotes) is always wrapped so that its direction
 * and language stay its own: <bdi lang="fa" dir="auto">…</bdi>. Bidi embeddings, overrides and
 * isolates and control characters are dropped (Unicode TR 36, "Trojan Source"); ZWJ and ZWNJ stay.
 * Links are written only for http and https addresses (and our own paths by dl_html_path).
 *
 * The buffer belongs to the caller and has a maximum; failure is checked once at the end. Also used
 * for XML (Atom, SVG), whose text rules are the same. */
#ifndef DL_SERVE_HTML_H
#define DL_SERVE_HTML_H

#include "base/time.h"

typedef struct dl_html {
    dl_buf *out;
} dl_html;

dl_html dl_html_to(dl_buf *out);

void dl_html_markup_(dl_html *h, const char *literal, size_t n);
#define DL_HTML(h, literal) dl_html_markup_((h), "" literal, sizeof("" literal) - 1)

void dl_html_text(dl_html *h, dl_str text); /* our own or foreign, without wrapping */
void dl_html_c(dl_html *h, const char *text);
void dl_html_int(dl_html *h, int64_t number);    /* 12345 */
void dl_html_number(dl_html *h, int64_t number); /* 12 345, with narrow no-break spaces */
void dl_html_fixed(dl_html *h, double number, int decimals);

/* ` name="value"`; name must be a literal. */
void dl_html_attr_(dl_html *h, const char *name, dl_str value);
#define DL_ATTR(h, name, value) dl_html_attr_((h), "" name, (value))
void dl_html_attr_int_(dl_html *h, const char *name, int64_t value);
#define DL_ATTR_INT(h, name, value) dl_html_attr_int_((h), "" name, (value))

/* ` href="…"` and true for an absolute http(s) address without controls or spaces; else nothing. */
bool dl_html_href(dl_html *h, dl_str url);
bool dl_html_is_link(dl_str url);
/* ` href="/s/ID"`: our own path with one percent-encoded part at its end. */
void dl_html_path_(dl_html *h, const char *path, dl_str part);
#define DL_PATH(h, path, part) dl_html_path_((h), "" path, (part))
/* %-encodes everything but unreserved characters. */
void dl_html_query_part(dl_html *h, dl_str part);

/* <bdi lang="…" dir="auto">text</bdi>; language may be empty or nonsense, it is checked. */
void dl_html_foreign(dl_html *h, dl_str language, dl_str text);
/* ` lang="…" dir="auto"` for an element that holds foreign text and nothing else. */
void dl_html_lang(dl_html *h, dl_str language);

/* <time datetime="2024-03-25T10:00:00Z">25 Mar 2024, 10:00 UTC</time> at its own precision. */
void dl_html_time(dl_html *h, dl_time t);
/* The same with " · 5 min ago" (relative never stands alone). Of today: the clock time only. */
void dl_html_when(dl_html *h, int64_t ms, int64_t now_ms);
/* "5 min", "3 h", "2 days": how long, coarsely. */
void dl_html_span(dl_html *h, int64_t ms);

#endif
