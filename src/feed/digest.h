/* Declared digests ("sha1:BASE32") against bytes that come in pieces.
 *
 * sha1, sha256, sha512 and md5; base32, base64, base64url or hex, with or without padding. */
#ifndef DL_FEED_DIGEST_H
#define DL_FEED_DIGEST_H

#include "base/str.h"

typedef struct dl_digest dl_digest;

dl_digest *dl_digest_new(void); /* NULL: no memory */
void dl_digest_free(dl_digest *digest);
/* false: the algorithm is not known, nothing is begun. */
bool dl_digest_begin(dl_digest *digest, dl_str declared);
void dl_digest_add(dl_digest *digest, dl_str bytes);
/* Ends it: do the bytes have the declared digest? */
bool dl_digest_matches(dl_digest *digest);

#endif
