#include "cmd/progress.h"

#include <inttypes.h>
#include <unistd.h>

#include "base/time.h"

enum { DRAW_MS = 200, RATE_AFTER_MS = 500, BAR = 24, LINE_BYTES = 512 };

const char *dl_progress_number(uint64_t n, char buf[32])
{
    char digits[24];
    int len = snprintf(digits, sizeof digits, "%" PRIu64, n);
    char *out = buf;
    for (int i = 0; i < len; i++) {
        if (i > 0 && (len - i) % 3 == 0) *out++ = ',';
        *out++ = digits[i];
    }
    *out = '\0';
    return buf;
}

const char *dl_progress_duration(int64_t ms, char buf[32])
{
    int64_t s = (ms + 500) / 1000;
    if (s >= 3600)
        snprintf(buf, 32, "%" PRId64 " h %02d min", s / 3600, (int)(s % 3600 / 60));
    else if (s >= 60)
        snprintf(buf, 32, "%d min %02d s", (int)(s / 60), (int)(s % 60));
    else
        snprintf(buf, 32, "%d s", (int)s);
    return buf;
}

void dl_progress_start(struct dl_progress *p, uint64_t total_bytes)
{
    const char *term = getenv("TERM");
    p->shown = isatty(STDERR_FILENO) == 1 && (term == NULL || strcmp(term, "dumb") != 0);
    p->started_ms = dl_monotonic_ms();
    p->total_bytes = total_bytes;
}

static void put_bar(const struct dl_progress *p, dl_buf *line)
{
    if (p->total_bytes == 0) return;
    uint64_t done = p->done_bytes < p->total_bytes ? p->done_bytes : p->total_bytes;
    int filled = (int)(done * BAR / p->total_bytes);
    for (int i = 0; i < BAR; i++)
        dl_buf_c(line, i < filled ? "█" : "░");
    dl_buf_fmt(line, " %3d %%  ", (int)(done * 100 / p->total_bytes));
}

static void put_rate(const struct dl_progress *p, int64_t now, dl_buf *line)
{
    char text[32];
    int64_t elapsed = now - p->started_ms;
    if (elapsed < RATE_AFTER_MS) return;
    dl_buf_fmt(line, "%s/s", dl_progress_number(p->done * 1000 / (uint64_t)elapsed, text));
    if (p->total_bytes == 0 || p->done_bytes == 0 || p->done_bytes >= p->total_bytes) return;
    double left = (double)(p->total_bytes - p->done_bytes) / (double)p->done_bytes;
    dl_buf_fmt(line, ", %s left", dl_progress_duration((int64_t)(left * (double)elapsed), text));
}

void dl_progress_doing(struct dl_progress *p, dl_str url)
{
    size_t n = 0;
    for (size_t i = 0; i < url.n && n + 1 < sizeof p->doing; i++)
        if (url.p[i] > ' ' && url.p[i] < 127) p->doing[n++] = url.p[i];
    p->doing[n] = '\0';
}

void dl_progress_tick(struct dl_progress *p)
{
    int64_t now = dl_monotonic_ms();
    if (!p->shown || now - p->drawn_ms < DRAW_MS) return;
    p->drawn_ms = now;
    dl_buf line = DL_BUF_INIT(LINE_BYTES);
    char text[32];
    dl_buf_c(&line, "\r\033[K");
    put_bar(p, &line);
    put_rate(p, now, &line);
    for (size_t i = 0; i < DL_PROGRESS_COUNTS && p->counts[i].name != NULL; i++)
        if (p->counts[i].n > 0)
            dl_buf_fmt(&line, "  %s %s", dl_progress_number(p->counts[i].n, text),
                       p->counts[i].name);
    if (p->doing[0] != '\0') dl_buf_fmt(&line, "  fetching %s", p->doing);
    ssize_t put = write(STDERR_FILENO, line.p, line.n);
    (void)put;
    dl_buf_free(&line);
}

void dl_progress_end(struct dl_progress *p)
{
    if (!p->shown || p->drawn_ms == 0) return;
    ssize_t put = write(STDERR_FILENO, "\r\033[K", 4);
    (void)put;
}
