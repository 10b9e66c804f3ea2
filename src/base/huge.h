/* Large tables that are looked into all over: on huge pages where the system has them, so that a
 * look does not wait for the page's address, too.
 *
 * Zeroed; as long as nothing of a page is written, it takes no memory. NULL: there is none.
 * Tables of less than a huge page are ordinary memory. */
#ifndef DL_BASE_HUGE_H
#define DL_BASE_HUGE_H

#include <stddef.h>

void *dl_huge_new(size_t bytes);
void dl_huge_free(void *table, size_t bytes); /* bytes as they were asked for; NULL ok */

#endif
