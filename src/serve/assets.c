#include "serve/assets.h"

#include <libdeflate.h>

#include "base/asset.h"
#include "base/hash.h"
#include "serve/pages.h"

static struct file {
    const char *name, *type;
    dl_str bytes, gzip;
    char version[20], url[64];
} files[] = {
    {.name = "app.css", .type = "text/css; charset=utf-8"},
    {.name = "app.js", .type = "text/javascript; charset=utf-8"},
    {.name = "icon.svg", .type = "image/svg+xml"},
};

enum { FILES = sizeof files / sizeof *files, LEVEL = 12 /* once per start */ };

static void pack(struct file *file)
{
    struct libdeflate_compressor *c = libdeflate_alloc_compressor(LEVEL);
    if (c == NULL) return;
    size_t bound = libdeflate_gzip_compress_bound(c, file->bytes.n);
    char *p = malloc(bound); /* lives as long as the program */
    size_t n = p == NULL ? 0 : libdeflate_gzip_compress(c, file->bytes.p, file->bytes.n, p, bound);
    libdeflate_free_compressor(c);
    if (n > 0)
        file->gzip = (dl_str){p, n};
    else
        free(p);
}

void dl_asset_load(void)
{
    for (size_t i = 0; i < FILES; i++) {
        struct file *file = &files[i];
        char path[64];
        snprintf(path, sizeof path, "web/%s", file->name);
        if (file->url[0] != '\0' || !dl_asset_get(path, &file->bytes) || file->bytes.n == 0)
            continue;
        snprintf(file->version, sizeof file->version, "%016llx",
                 (unsigned long long)dl_hash64(file->bytes));
        snprintf(file->url, sizeof file->url, "/assets/%s?v=%s", file->name, file->version);
        pack(file);
    }
}

static const struct file *find(dl_str name)
{
    for (size_t i = 0; i < FILES; i++)
        if (dl_str_eq_c(name, files[i].name) && files[i].url[0] != '\0') return &files[i];
    return NULL;
}

const char *dl_asset_url(const char *name)
{
    const struct file *file = find(dl_str_c(name));
    return file == NULL ? NULL : file->url;
}

void dl_route_asset(struct dl_web *web, struct dl_http_request *request,
                    struct dl_http_reply *reply)
{
    (void)web;
    const struct file *file = find(request->params[0]);
    if (file == NULL) {
        dl_route_fail(reply, 404, "There is no such file.");
        return;
    }
    reply->type = file->type;
    reply->fixed = file->bytes;
    reply->fixed_gzip = file->gzip;
    bool exact = dl_str_eq_c(dl_http_query(request, "v"), file->version);
    reply->cache = exact ? "public, max-age=31536000, immutable" : "no-cache";
}
