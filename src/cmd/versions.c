#include "cmd/versions.h"

#include <openssl/crypto.h>
#include <seccomp.h>
#include <xxhash.h>
#include <yyjson.h>

#include "event/analyse.h"
#include "feed/feed.h"
#include "net/client.h"
#include "page/page.h"
#include "serve/web.h"
#include "store/health.h"

static void base_versions(dl_buf *out)
{
    uint32_t json = yyjson_version();
    unsigned xx = XXH_versionNumber();
    dl_buf_fmt(out, "yyjson %u.%u.%u\n", json >> 16, (json >> 8) & 0xff, json & 0xff);
    dl_buf_fmt(out, "xxHash %u.%u.%u\n", xx / 10000, xx / 100 % 100, xx % 100);
    dl_buf_fmt(out, "OpenSSL %s\n", OpenSSL_version(OPENSSL_VERSION_STRING));
}

static void sandbox_versions(dl_buf *out)
{
    const struct scmp_version *v = seccomp_version();
    if (v != NULL) dl_buf_fmt(out, "libseccomp %u.%u.%u\n", v->major, v->minor, v->micro);
}

static void all_versions(dl_buf *out)
{
    dl_buf_c(out, "dateline " DL_VERSION "\n");
    base_versions(out);
    dl_net_versions(out);
    dl_feed_versions(out);
    dl_page_versions(out);
    dl_analyse_versions(out);
    dl_store_versions(out);
    sandbox_versions(out);
    dl_serve_versions(out);
}

/* Folders that share a library both name it: once is enough. */
static bool is_named(dl_str lines, dl_str name)
{
    dl_str line;
    while (dl_str_line(&lines, &line))
        if (line.n > name.n && line.p[name.n] == ' ' &&
            dl_str_eq(dl_str_sub(line, 0, name.n), name))
            return true;
    return false;
}

void dl_versions(dl_buf *out)
{
    dl_buf all = DL_BUF_INIT(1 << 16);
    all_versions(&all);
    dl_str rest = dl_buf_slice(&all), line;
    while (dl_str_line(&rest, &line)) {
        size_t space = dl_str_chr(line, ' ', 0);
        dl_str before = {all.p, (size_t)(line.p - all.p)};
        if (space == DL_NO_POS || is_named(before, dl_str_sub(line, 0, space))) continue;
        dl_buf_str(out, line);
        dl_buf_byte(out, '\n');
    }
    dl_buf_free(&all);
}
