/* Sees every connect() of the process, those inside of libraries too, before the kernel does.
 *
 * Linked into a test it counts; preloaded (watch.so) into a program it appends a line for each
 * ("10.0.0.1 80") to the file that WATCH_CONNECTS names. No connection leaves the machine: what a
 * missing guard would let out is counted and refused. Datagrams (name servers) are not counted. */
#ifndef TEST_NET_WATCH_H
#define TEST_NET_WATCH_H

#include <stdatomic.h>
#include <stddef.h>

enum { WATCH_TEXT = 80 };

extern atomic_size_t watch_tcp;     /* connections tried, but of Unix and datagram sockets */
extern atomic_size_t watch_stray;   /* of them to another address than 127.0.0.1 */
extern char watch_last[WATCH_TEXT]; /* the last stray one */

#endif
