/* Hashes. XXH3 where nobody gains by a collision, SHA-256 for identity, CRC32C for segments. */
#ifndef DL_BASE_HASH_H
#define DL_BASE_HASH_H

#include "base/str.h"

uint64_t dl_hash64(dl_str s);
uint64_t dl_hash64_seed(dl_str s, uint64_t seed);

enum { DL_SHA256_LEN = 32, DL_ID_HEX = 64 };
typedef struct dl_id {
    unsigned char b[DL_SHA256_LEN];
} dl_id;

/* SHA-256 of the parts, each followed by one NUL byte so that no two lists of parts meet. */
dl_id dl_id_of(const dl_str *parts, size_t count);
dl_id dl_sha256(dl_str s);
bool dl_id_eq(const dl_id *a, const dl_id *b);
int dl_id_cmp(const dl_id *a, const dl_id *b);
/* Lower-case hex, 64 characters and a NUL. */
void dl_id_hex(const dl_id *id, char ret_hex[DL_ID_HEX + 1]);
dl_str dl_id_str(dl_arena *arena, const dl_id *id);
bool dl_id_parse(dl_str hex, dl_id *ret_id);

uint32_t dl_crc32c(uint32_t crc, const void *p, size_t n); /* Castagnoli, start with 0 */

/* RFC 4648. Decoding skips ASCII white space; false on anything else that is wrong. */
dl_str dl_base64_encode(dl_arena *arena, dl_str s);
bool dl_base64_decode(dl_arena *arena, dl_str s, dl_str *ret_bytes);

#endif
