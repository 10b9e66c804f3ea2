#!/usr/bin/env python3
"""`dateline sources test URL`: what is behind an address, from a server on this machine.

usage: test_sources_probe.py DATELINE
"""
import http.server
import json
import os
import subprocess
import sys
import threading
import traceback

RSS = b"""<?xml version="1.0"?><rss version="2.0"><channel><title>EXAMPLE Courier</title><language>en</language>
<item><title>EXAMPLE: one</title><link>http://courier.example/1</link><pubDate>Wed, 07 May 2031 09:00:00 GMT</pubDate></item>
<item><title>EXAMPLE: two</title><link>http://courier.example/2</link><pubDate>Thu, 08 May 2031 09:00:00 GMT</pubDate></item>
</channel></rss>"""
PAGE = b"<!DOCTYPE html><html><head><title>x</title></head><body><p>no feed</p></body></html>"


class Handler(http.server.BaseHTTPRequestHandler):
    asked = []

    def log_message(self, *args):
        pass

    def do_GET(self):
        Handler.asked.append(self.path)
        body, status, kind = {"/robots.txt": (b"User-agent: *\nDisallow: /private/\n", 200, "text/plain"),
                              "/rss.xml": (RSS, 200, "application/rss+xml"),
                              "/page": (PAGE, 200, "text/html"),
                              "/junk": (b"\0\1\2" * 1000, 200, "application/rss+xml")}.get(
                                  self.path, (b"gone", 404, "text/plain"))
        if self.path == "/old":
            status, body = 301, b""
        self.send_response(status)
        if self.path == "/old":
            self.send_header("Location", "/rss.xml")
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


class Probe:
    def __init__(self, dateline):
        self.dateline = dateline
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.base = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def __call__(self, *args, allow=True):
        options = ["--egress-allow", "127.0.0.1/32"] if allow else []
        done = subprocess.run([self.dateline, "sources", "test"] + options + list(args), capture_output=True,
                              timeout=120, check=False, env={"PATH": os.environ["PATH"], "HOME": "/nonexistent"})
        return done.returncode, done.stdout.decode(), done.stderr.decode()


def feeds_are_told_from_the_rest(p):
    paths = ["/rss.xml", "/old", "/page", "/junk", "/absent", "/private/rss.xml"]
    code, out, err = p("--json", *[p.base + path for path in paths])
    assert code == 4, (code, err)
    rows = dict(zip(paths, map(json.loads, out.splitlines())))
    good = rows["/rss.xml"]
    assert good["good"] is True and good["format"] == "rss20" and good["items"] == 2, good
    assert good["newest"].startswith("2031-05-08") and good["title"] == "EXAMPLE Courier"
    assert rows["/old"]["good"] is True
    assert "dateline discover" in rows["/page"]["why"]
    assert rows["/junk"]["good"] is False
    assert rows["/absent"]["why"] == "HTTP status 404"
    assert "robots.txt forbids it" in rows["/private/rss.xml"]["why"]
    assert Handler.asked.count("/robots.txt") == 1 and "/private/rss.xml" not in Handler.asked


def good_one_reads_well(p):
    code, out, err = p(p.base + "/old")
    lines = out.splitlines()
    assert code == 0 and not err, err
    assert lines[0] == f"good  {p.base}/old" and "EXAMPLE Courier · rss20 · 2 items · newest 2031-05-08" in lines[1]
    assert lines[2] == f"      it moved to {p.base}/rss.xml"


def private_addresses_stay_closed(p):
    before = len(Handler.asked)
    code, out, _ = p("--json", p.base + "/rss.xml", allow=False)
    assert code == 4 and json.loads(out)["good"] is False and len(Handler.asked) == before, out


def nonsense_is_refused(p):
    code, out, _ = p("--json", "ftp://127.0.0.1/x")
    assert code == 4 and json.loads(out)["good"] is False
    assert p()[0] == 2
    assert p("--egress-allow", "nonsense", "http://127.0.0.1/", allow=False)[0] == 2


TESTS = [feeds_are_told_from_the_rest, good_one_reads_well, private_addresses_stay_closed, nonsense_is_refused]


def main():
    p = Probe(os.path.abspath(sys.argv[1]))
    print(f"1..{len(TESTS)}")
    for number, test in enumerate(TESTS, 1):
        try:
            test(p)
            print("ok", number, "-", test.__name__)
        except Exception:  # any fault is this test's
            print("not ok", number, "-", test.__name__)
            print("#", traceback.format_exc().replace("\n", "\n# "))
    return 0


sys.exit(main())
