#include "feed/digest.h"

#include <openssl/evp.h>

enum { KINDS = 4, DECLARED_MAX = 160 /* hex of SHA-512 has 128 */ };

static const char *const kinds[KINDS] = {"sha1", "sha256", "sha512", "md5"};
static const char *const names[KINDS] = {"SHA1", "SHA2-256", "SHA2-512", "MD5"};

struct dl_digest {
    EVP_MD *md[KINDS]; /* looked up once: that costs more than a short digest */
    EVP_MD_CTX *ctx;
    char declared[DECLARED_MAX];
    size_t n;
};

dl_digest *dl_digest_new(void)
{
    dl_digest *d = calloc(1, sizeof *d);
    if (d == NULL) return NULL;
    d->ctx = EVP_MD_CTX_new();
    for (size_t i = 0; i < KINDS; i++)
        d->md[i] = EVP_MD_fetch(NULL, names[i], NULL); /* MD5 may be switched off: NULL */
    if (d->ctx != NULL) return d;
    dl_digest_free(d);
    return NULL;
}

void dl_digest_free(dl_digest *d)
{
    if (d == NULL) return;
    for (size_t i = 0; i < KINDS; i++)
        EVP_MD_free(d->md[i]);
    EVP_MD_CTX_free(d->ctx);
    free(d);
}

static size_t kind_of(dl_str name)
{
    char plain[8];
    size_t n = 0;
    for (size_t i = 0; i < name.n && n < sizeof plain; i++)
        if (name.p[i] != '-') plain[n++] = name.p[i];
    for (size_t i = 0; i < KINDS; i++)
        if (dl_str_ieq_c((dl_str){plain, n}, kinds[i])) return i;
    return KINDS;
}

bool dl_digest_begin(dl_digest *d, dl_str declared)
{
    size_t colon = dl_str_chr(declared, ':', 0);
    if (colon == DL_NO_POS) return false;
    size_t kind = kind_of(dl_str_trim(dl_str_sub(declared, 0, colon)));
    dl_str value = dl_str_trim(dl_str_sub(declared, colon + 1, declared.n));
    while (value.n > 0 && value.p[value.n - 1] == '=')
        value.n--;
    if (kind == KINDS || d->md[kind] == NULL || value.n > DECLARED_MAX) return false;
    memcpy(d->declared, value.p, value.n);
    d->n = value.n;
    return EVP_DigestInit_ex(d->ctx, d->md[kind], NULL) == 1;
}

void dl_digest_add(dl_digest *d, dl_str bytes)
{
    if (bytes.n > 0) EVP_DigestUpdate(d->ctx, bytes.p, bytes.n);
}

/* Bits in groups of `bits`, without padding. */
static size_t encode(const unsigned char *in, size_t n, unsigned bits, const char *alphabet,
                     char *out)
{
    unsigned held = 0, value = 0;
    size_t made = 0;
    for (size_t i = 0; i < n; i++) {
        value = (value << 8 | in[i]) & 0xFFFFFF;
        for (held += 8; held >= bits; held -= bits)
            out[made++] = alphabet[value >> (held - bits) & ((1u << bits) - 1)];
    }
    if (held > 0) out[made++] = alphabet[value << (bits - held) & ((1u << bits) - 1)];
    return made;
}

bool dl_digest_matches(dl_digest *d)
{
    static const char base32[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    static const char base64[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    static const char base64url[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    unsigned char raw[EVP_MAX_MD_SIZE];
    char text[2 * EVP_MAX_MD_SIZE + 2] = "";
    unsigned n = 0;
    if (EVP_DigestFinal_ex(d->ctx, raw, &n) != 1) return false;
    dl_str declared = {d->declared, d->n};
    if (dl_str_ieq(declared, (dl_str){text, encode(raw, n, 5, base32, text)}) ||
        dl_str_ieq(declared, (dl_str){text, encode(raw, n, 4, "0123456789abcdef", text)}))
        return true;
    return dl_str_eq(declared, (dl_str){text, encode(raw, n, 6, base64, text)}) ||
           dl_str_eq(declared, (dl_str){text, encode(raw, n, 6, base64url, text)});
}
