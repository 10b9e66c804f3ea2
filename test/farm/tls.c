#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/map.h"
#include "farm.h"

enum { DAY_S = 86400 };

static EVP_PKEY *ca_key, *key;
static X509 *ca;
static dl_arena *arena;
static dl_map made; /* by name */

static EVP_PKEY *new_key(void)
{
    return EVP_EC_gen("P-256");
}

/* issuer NULL: signed by its own key. */
static X509 *certificate(const char *name, EVP_PKEY *of, X509 *issuer, EVP_PKEY *by, long from_s,
                         long to_s, bool is_ca)
{
    static long serial = 1;
    X509 *x = X509_new();
    X509_NAME *subject = X509_get_subject_name(x);
    char alt[300];
    X509V3_CTX ctx;
    X509_set_version(x, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(x), ++serial);
    X509_gmtime_adj(X509_getm_notBefore(x), from_s);
    X509_gmtime_adj(X509_getm_notAfter(x), to_s);
    X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC, (const unsigned char *)name, -1, -1, 0);
    X509_set_issuer_name(x, issuer != NULL ? X509_get_subject_name(issuer) : subject);
    X509_set_pubkey(x, of);
    X509V3_set_ctx(&ctx, issuer != NULL ? issuer : x, x, NULL, NULL, 0);
    snprintf(alt, sizeof alt, "DNS:%s", name);
    X509_EXTENSION *e =
        is_ca ? X509V3_EXT_conf_nid(NULL, &ctx, NID_basic_constraints, "critical,CA:TRUE")
              : X509V3_EXT_conf_nid(NULL, &ctx, NID_subject_alt_name, alt);
    if (e == NULL || X509_add_ext(x, e, -1) != 1 || X509_sign(x, by, EVP_sha256()) == 0) abort();
    X509_EXTENSION_free(e);
    return x;
}

static X509 *make(const char *name)
{
    if (strcmp(name, "expired.test") == 0)
        return certificate(name, key, ca, ca_key, -3 * DAY_S, -DAY_S, false);
    if (strcmp(name, "self-signed.test") == 0)
        return certificate(name, key, NULL, key, -DAY_S, 30 * DAY_S, false);
    if (strcmp(name, "wrong.test") == 0)
        return certificate("other.test", key, ca, ca_key, -DAY_S, 30 * DAY_S, false);
    return certificate(name, key, ca, ca_key, -DAY_S, 30 * DAY_S, false);
}

static int choose(SSL *ssl, void *arg)
{
    const char *name = SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name);
    (void)arg;
    if (name == NULL) name = "localhost";
    X509 *x = dl_map_get(&made, dl_str_c(name));
    if (x == NULL) {
        x = make(name);
        if (dl_map_set(&made, dl_str_dup(arena, dl_str_c(name)), x) != DL_OK) abort();
    }
    return SSL_use_certificate(ssl, x) == 1 && SSL_use_PrivateKey(ssl, key) == 1;
}

SSL_CTX *tls_start(const char *ca_path)
{
    arena = dl_arena_new(DL_ARENA_NO_CAP);
    dl_map_init(&made, arena);
    ca_key = new_key();
    key = new_key();
    ca = certificate("EXAMPLE farm CA", ca_key, NULL, ca_key, -30 * DAY_S, 365 * DAY_S, true);
    FILE *out = fopen(ca_path, "w");
    if (out == NULL || PEM_write_X509(out, ca) != 1 || fclose(out) != 0) return NULL;
    SSL_CTX *ctx = SSL_CTX_new(TLS_server_method());
    SSL_CTX_set_cert_cb(ctx, choose, NULL);
    SSL_CTX_set_mode(ctx, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
                              SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    SSL_CTX_set_session_id_context(ctx, (const unsigned char *)"farm", 4);
    return ctx;
}
