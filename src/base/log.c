#include "base/log.h"

#include <stdarg.h>
#include <unistd.h>

#include "base/time.h"
#include "base/utf8.h"

enum { TEXT_MAX = 300, TEXT_BUFFERS = 8, LINE_MAX_BYTES = 2000 };

static enum dl_log_level max_level = DL_LOG_INFO;
static char process_name[16] = "dateline";

void dl_log_set(enum dl_log_level level, const char *process)
{
    max_level = level;
    snprintf(process_name, sizeof process_name, "%s", process);
}

const char *dl_log_text(dl_str s)
{
    static _Thread_local char buffers[TEXT_BUFFERS][TEXT_MAX + 8];
    static _Thread_local unsigned turn;
    char *out = buffers[turn++ % TEXT_BUFFERS];
    size_t o = 0;
    out[o++] = '"';
    for (size_t i = 0; i < s.n && o < TEXT_MAX;) {
        char cp_bytes[4];
        uint32_t cp = dl_utf8_next(s, &i);
        if (cp < 0x20 || (cp >= 0x7F && cp <= 0x9F) || (cp >= 0x202A && cp <= 0x202E) ||
            (cp >= 0x2066 && cp <= 0x2069))
            cp = '?';
        if (cp == '"') cp = '\'';
        size_t n = dl_utf8_put(cp, cp_bytes);
        memcpy(out + o, cp_bytes, n);
        o += n;
    }
    out[o++] = '"';
    out[o] = '\0';
    return out;
}

void dl_log(enum dl_log_level level, const char *message, const char *fields, ...)
{
    if (level > max_level) return;
    char line[LINE_MAX_BYTES], when[32];
    dl_time_format_ms(dl_now_ms(), when);
    int n = snprintf(line, sizeof line - 1, "<%d>t=%s proc=%s pid=%d msg=\"%.200s\" ", (int)level,
                     when, process_name, (int)getpid(), message);
    va_list args;
    va_start(args, fields);
    int m = vsnprintf(line + n, sizeof line - 1 - (size_t)n, fields, args);
    va_end(args);
    size_t len = (size_t)n + (m > 0 ? (size_t)m : 0);
    if (len > sizeof line - 2) /* cut, perhaps inside the last character */
        len = dl_utf8_prefix((dl_str){line, sizeof line - 2}, sizeof line - 3).n;
    for (size_t i = 0; i < len; i++) /* text that did not go through dl_log_text() */
        if ((unsigned char)line[i] < 0x20 || line[i] == 0x7F) line[i] = ' ';
    while (len > 0 && line[len - 1] == ' ')
        len--;
    line[len++] = '\n';
    ssize_t put = write(STDERR_FILENO, line, len);
    (void)put;
}
