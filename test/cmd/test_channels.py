#!/usr/bin/env python3
"""A source is more than one feed: discovery, fusion, losses that are filled in, refusals; from a publisher on loopback.

usage: test_channels.py DATELINE
"""
import http.server
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time

import tap
from loopback import Server
from tap import ok

DATELINE = os.path.abspath(sys.argv[1])
FEED, SITEMAP = list(range(1, 6)), list(range(1, 6))  # what each lists now


class Publisher(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    seen = []

    def log_message(self, *args):
        pass

    def reply(self, status, body, kind):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body.encode())))
        self.end_headers()
        self.wfile.write(body.encode())

    def do_GET(self):
        self.seen.append(self.path)
        base = f"http://127.0.0.1:{self.server.server_address[1]}"
        now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        link = "{}/news/{}/the-old-bridge-is-closed-{}".format
        title = "EXAMPLE: report number {} about the old bridge".format
        if self.path == "/robots.txt":
            return self.reply(200, f"User-agent: *\nDisallow: /private\nCrawl-delay: 1\nSitemap: {base}/sitemaps.xml\n",
                              "text/plain")
        if self.path == "/sitemaps.xml":
            return self.reply(200, "<?xml version='1.0'?><sitemapindex xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>"
                              f"<sitemap><loc>{base}/pages.xml</loc></sitemap><sitemap><loc>{base}/news.xml</loc></sitemap>"
                              "</sitemapindex>", "application/xml")
        if self.path == "/news.xml":
            rows = "".join(f"<url><loc>{link(base, 700000 + n, n)}</loc><n:news><n:publication><n:name>EXAMPLE</n:name>"
                           f"<n:language>en</n:language></n:publication><n:publication_date>{now}</n:publication_date>"
                           f"<n:title>{title(n)}</n:title></n:news></url>" for n in SITEMAP)
            return self.reply(200, "<?xml version='1.0'?><urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9' "
                              f"xmlns:n='http://www.google.com/schemas/sitemap-news/0.9'>{rows}</urlset>", "application/xml")
        if self.path == "/rss.xml":
            items = "".join(f"<item><title>{title(n)}</title><link>{link(base, 700000 + n, n)}?utm_source=rss</link>"
                            f"<guid isPermaLink='false'>g{n}</guid></item>" for n in FEED)
            return self.reply(200, f"<rss version='2.0'><channel><title>EXAMPLE الجسر 🌉</title><link>{base}/</link>{items}"
                              "</channel></rss>", "application/rss+xml")
        if self.path == "/":
            rows = "".join(f"<h2><a href='{link('', 700000 + n, n)}'>{title(n)}</a></h2>" for n in SITEMAP)
            return self.reply(200, "<!doctype html><html><head><title>EXAMPLE</title><link rel=alternate "
                              "type='application/rss+xml' title='News' href='/rss.xml'><link rel=alternate "
                              "type='application/rss+xml' title='Comments' href='/comments.xml'></head><body><a href='/about'>"
                              f"About</a>{rows}</body></html>", "text/html")
        return self.reply(404, "nothing", "text/plain")


class World:
    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix="dateline-channels-")
        self.store = os.path.join(self.folder, "store")
        self.web = Server(("127.0.0.1", 0), Publisher)
        self.base = f"http://127.0.0.1:{self.web.server_address[1]}"
        threading.Thread(target=self.web.serve_forever, daemon=True).start()
        self.server = None

    def sources(self, *args):
        done = subprocess.run([DATELINE, "sources", "--store", self.store, *args], capture_output=True, timeout=200, check=False)
        return done.returncode, done.stdout.decode(), done.stderr.decode()

    def rows(self, sql, write=False):
        try:
            db = sqlite3.connect(f"file:{self.store}/dateline.db?mode={'rw' if write else 'ro'}", uri=True)
            rows = db.execute(sql).fetchall()
            db.commit()
            db.close()
            return rows
        except sqlite3.OperationalError as error:
            return [(str(error),)]

    def one(self, sql):
        rows = self.rows(sql)
        return rows[0][0] if rows else None

    def serve(self):
        log = open(os.path.join(self.folder, "log"), "ab")
        self.server = subprocess.Popen([DATELINE, "serve", "--store", self.store, "--listen", "127.0.0.1:0", "--egress-allow",
                                        "127.0.0.1/32"], stdin=subprocess.DEVNULL, stdout=log, stderr=log)

    def stop(self):
        if self.server is not None and self.server.poll() is None:
            self.server.send_signal(signal.SIGTERM)
            self.server.wait(timeout=30)

    def wait_for(self, sql, value, seconds=60):
        until = time.time() + seconds
        while time.time() < until:
            if self.one(sql) == value:
                return True
            time.sleep(0.2)
        return False


def discovery(w):
    allow = ("--egress-allow", "127.0.0.1/32")
    code, out, err = w.sources("discover", "--json", *allow, w.base + "/")
    found = json.loads(out) if out else {}
    kinds = {c["kind"]: c["url"].removeprefix(w.base) for c in found.get("channels", [])}
    ok(code == 0 and kinds == {"feed": "/rss.xml", "sitemap": "/news.xml", "front": "/"}, "a home page's channels are found",
       (code, out, err))
    ok("/comments.xml" not in Publisher.seen and Publisher.seen.count("/") == 1, "comments are left out, nothing is asked twice",
       Publisher.seen)
    code, out, err = w.sources("discover", *allow, w.base + "/nothing-here")
    ok(code == 3 and "404" in out, "what is not there is said", (code, out, err))
    code, out, err = w.sources("add", "--country", "XN", *allow, w.base + "/")
    ok(code == 0 and "added 2 feeds" in out and "news sitemap" in out, "its feed and news sitemap are added", (code, out, err))
    code, out, err = w.sources("add", *allow, w.base + "/")
    ok(code == 0 and out.endswith("2 are already there\n"), "once", (code, out, err))
    ok(w.rows("SELECT DISTINCT outlet FROM feed") == [("127.0.0.1",)], "both are channels of one outlet")
    ok(w.one("SELECT name FROM outlet") not in (None, "", "127.0.0.1"), "which has a name", w.rows("SELECT * FROM outlet"))


def fusion(w):
    w.sources("add", "--feed-kind", "front", w.base + "/")
    w.sources("add", w.base + "/private/feed.xml")
    w.serve()
    ok(w.wait_for("SELECT count(*) FROM feed WHERE last_poll IS NOT NULL", 4), "all channels are polled",
       w.rows("SELECT url, last_result FROM feed"))
    ok(w.wait_for("SELECT count(*) FROM channel_seen", 15), "each saw the five articles", w.rows("SELECT * FROM v_channel_seen"))
    ok(w.one("SELECT count(*) FROM document") == 5, "which are five documents", w.rows("SELECT url FROM document"))
    ok(w.one("SELECT blocked FROM feed WHERE url LIKE '%private%'") == 1, "what robots.txt forbids is blocked",
       w.rows("SELECT * FROM feed WHERE url LIKE '%private%'"))
    ok(w.one("SELECT count(*) FROM loss") == 0, "a first look loses nothing")
    code, out, _ = w.sources("list", "--failing")
    ok(code == 0 and "■ blocked" in out and "/private/feed.xml" in out and "/rss.xml" not in out, "list --failing", out)
    w.stop()


def losses(w):
    """Ten articles while nobody looks: the feed shows the last five of them, the sitemap all."""
    FEED[:], SITEMAP[:] = range(11, 16), range(1, 16)
    w.rows("UPDATE feed SET next_poll = CASE WHEN url LIKE '%rss.xml' THEN 0 ELSE 9e15 END, last_poll = last_poll - 3600000, "
           "last_good = last_good - 3600000", write=True)
    w.serve()
    ok(w.wait_for("SELECT count(*) FROM loss WHERE looked IS NOT NULL", 1), "two looks that share nothing: a loss, filled at once",
       (w.rows("SELECT * FROM loss"), w.rows("SELECT url, why, last_result FROM feed")))
    ok(w.rows("SELECT before, items, filled, asked LIKE '%/news.xml' FROM v_loss") == [(5, 5, 5, 1)],
       "the five between came from the sitemap", w.rows("SELECT * FROM v_loss"))
    ok(w.one("SELECT count(*) FROM document") == 15, "every article is there, once", w.one("SELECT count(*) FROM document"))
    ok(w.one("SELECT interval FROM feed WHERE url LIKE '%rss.xml'") <= 16 * 60 * 1000, "the feed is polled more often",
       w.rows("SELECT url, interval, why FROM feed"))
    code, out, _ = w.sources("show", "127.0.0.1")
    words = " ".join(out.split())
    ok(code == 0 and "shared no item (5, then 5): some were probably lost." in words and
       "5 were back-filled from the sitemap." in words, "and it is said", out)
    ok(w.one("SELECT coalesce(sum(abs(residual)), 0) FROM v_conservation") == 0, "conservation residual is 0")
    w.stop()


def main():
    w = World()
    try:
        discovery(w)
        fusion(w)
        losses(w)
    finally:
        w.stop()
        w.web.shutdown()
        if tap.failed:
            with open(os.path.join(w.folder, "log"), encoding="utf-8") as log:
                sys.stderr.write(log.read()[-3000:])
        shutil.rmtree(w.folder, ignore_errors=True)
    return tap.end()


sys.exit(main())
