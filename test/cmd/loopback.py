"""What the tests of processes share: a publisher's server on loopback, and patience."""
import http.server
import socketserver
import time


class Server(socketserver.ThreadingMixIn, http.server.HTTPServer):
    daemon_threads = True
    request_queue_size = 128


def wait_for(what, seconds=60, every=0.1):
    """True as soon as what() is, False when it was not for so long."""
    until = time.time() + seconds
    while time.time() < until:
        if what():
            return True
        time.sleep(every)
    return False
