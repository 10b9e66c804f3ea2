#!/usr/bin/env python3
"""`serve` against real publishers on loopback: feeds, conditional GET, robots.txt, pages, faults.

usage: test_fetch.py DATELINE
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
import urllib.request

import tap
from loopback import Server, wait_for
from tap import ok

DATELINE = os.path.abspath(sys.argv[1])


class Publisher(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    seen = []  # (path, headers)
    pillars = 2
    lock = threading.Lock()

    def log_message(self, *args):
        pass

    def reply(self, status, body=b"", **headers):
        self.send_response(status)
        for key, value in headers.items():
            self.send_header(key.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        with self.lock:
            self.seen.append((self.path, dict(self.headers)))
        base = f"http://127.0.0.1:{self.server.server_address[1]}"
        if self.path == "/robots.txt":
            return self.reply(200, b"User-agent: *\nDisallow: /private\nCrawl-delay: 1\n"
                              b"Content-Signal: search=yes, ai-train=no\nLicense: https://example.org/rsl.xml\n", Content_Type="text/plain")
        if self.path == "/feed.xml":
            if self.headers.get("If-None-Match") == '"v1"':
                return self.reply(304, ETag='"v1"')
            items = "".join(f"<item><title>EXAMPLE: Report {n}</title><link>{base}/{p}</link>"
                            f"<description>EXAMPLE lead of report {n}.</description></item>"
                            for n, p in ((1, "news/1"), (2, "private/2"), (3, "moved/3"), (4, "gone/4")))
            feed = f"<rss version='2.0'><channel><title>EXAMPLE</title><link>{base}/</link>{items}</channel></rss>"
            return self.reply(200, feed.encode(), Content_Type="application/rss+xml", ETag='"v1"')
        if self.path == "/moved/3":
            return self.reply(301, Location="/news/3")
        if self.path.startswith("/news/"):
            n = self.path[6:]
            tag = '"%d pillars"' % Publisher.pillars
            if self.headers.get("If-None-Match") == tag:
                return self.reply(304, ETag=tag)
            text = (f"EXAMPLE page of report {n}: the minister of works said on Friday that the old bridge of the town "
                    "would be closed until the autumn because pillars have moved. ") * 3
            text += f"{Publisher.pillars} pillars have moved."
            page = (f"<html lang=en><head><title>EXAMPLE: Report {n}</title></head><body><h1>EXAMPLE: Report {n}</h1>"
                    f"<p>{text}</p><p>{text}</p></body></html>")
            return self.reply(200, page.encode(), Content_Type="text/html", ETag=tag, X_Robots_Tag="noarchive, nosnippet",
                              TDM_Reservation="1", Link='<https://example.org/terms>; rel="license"')
        if self.path == "/broken.xml":
            return self.reply(200, b"this is no feed at all", Content_Type="text/plain")
        if self.path == "/inward.xml":
            return self.reply(302, Location="http://169.254.169.254/latest/meta-data/")
        return self.reply(404, b"nothing")


def main():
    folder = tempfile.mkdtemp(prefix="dateline-fetch-")
    store = os.path.join(folder, "store")
    web = Server(("127.0.0.1", 0), Publisher)
    port = web.server_address[1]
    threading.Thread(target=web.serve_forever, daemon=True).start()
    opml = os.path.join(folder, "sources.opml")
    with open(opml, "w", encoding="utf-8") as out:
        out.write("<opml version='2.0'><body>" + "".join(
            f"<outline type='rss' text='EXAMPLE {name}' outlet='{name}' country='XA' language='en' kind='private' "
            f"xmlUrl='http://127.0.0.1:{port}/{name}.xml' htmlUrl='http://127.0.0.1:{port}/'/>"
            for name in ("feed", "broken", "inward", "missing")) + "</body></opml>")

    def one(sql):
        try:
            db = sqlite3.connect(f"file:{store}/dateline.db?mode=ro", uri=True)
            row = db.execute(sql).fetchone()
            db.close()
            return row[0] if row else None
        except sqlite3.OperationalError:
            return None

    def serve(*more):
        log = open(os.path.join(folder, "log"), "ab")
        return subprocess.Popen([DATELINE, "serve", "--store", store, "--sources", opml, "--listen", "127.0.0.1:0", *more],
                                stdin=subprocess.DEVNULL, stdout=log, stderr=log)

    server = serve("--egress-allow", "127.0.0.1/32")
    try:
        ok(wait_for(lambda: one("SELECT count(*) FROM v_document") == 4), "the feed's items are documents",
           one("SELECT count(*) FROM v_document"))
        ok(wait_for(lambda: one("SELECT count(*) FROM v_revision WHERE kind = 'page'") == 2),
           "the pages behind them are read, over a redirect too", one("SELECT count(*) FROM v_revision WHERE kind = 'page'"))
        ok(wait_for(lambda: one("SELECT count(*) FROM v_source WHERE last_result IS NOT NULL") == 4),
           "every feed has a last result")
        ok(one("SELECT count(*) FROM v_document") == 4, "a page is no further document")
        ok(one("SELECT count(*) FROM v_alias WHERE value LIKE '%/news/3'") == 1, "the redirect's end is an alias")
        paths = [path for path, _ in Publisher.seen]
        ok(paths[0] == "/robots.txt" and paths.count("/robots.txt") == 1, "robots.txt comes first, and once", paths)
        rows = [json.loads(line) for line in subprocess.run(
            [DATELINE, "export", "--store", store], capture_output=True, timeout=60, check=False).stdout.splitlines()]
        rights = [row["extract"]["rights"] for row in rows if "rights" in row.get("extract", {})]
        ok(len(rights) == 2 and rights[0].get("reserved") == "tdm ai-train" and
           rights[0].get("directives") == "noarchive nosnippet" and
           rights[0].get("license") == "https://example.org/terms" and
           rights[0].get("robots-license") == "https://example.org/rsl.xml", "rights of headers and robots.txt are stored", rights)
        kept = subprocess.run([DATELINE, "export", "--store", store, "--without-reserved"], capture_output=True, timeout=60,
                              check=False).stdout.splitlines()
        ok(len(kept) == len(rows) - 2, "and what is reserved can be left out of an export", kept)
        ok("/private/2" not in paths, "what robots.txt forbids is not fetched", paths)
        agent = Publisher.seen[1][1].get("User-Agent", "")
        ok(agent.startswith("Dateline/"), "it says who it is", agent)
        for name, want in (("broken", "cannot be read"), ("inward", "169.254"), ("missing", "HTTP 404"), ("feed", "4 items")):
            got = one(f"SELECT last_result FROM v_source WHERE outlet = '{name}'") or ""
            ok(want in got or (name == "inward" and "public Internet" in got), f"result of {name} in words", got)
        ok(one("SELECT min(next_poll) FROM v_source") > time.time() * 1000 + 10 * 60 * 1000,
           "nothing is polled again at once", one("SELECT min(next_poll) FROM v_source"))
        ok((one("SELECT why FROM v_source WHERE outlet = 'feed'") or "").endswith("."), "the next poll has its reason",
           one("SELECT why FROM v_source WHERE outlet = 'feed'"))
        ok(one("SELECT coalesce(sum(abs(residual)), 0) FROM v_conservation") == 0, "conservation residual is 0")
        server.send_signal(signal.SIGTERM)
        ok(server.wait(timeout=20) == 0, "SIGTERM ends it")

        # The next poll is due: conditional, and the poll clock survived the restart.
        polls = len(Publisher.seen)
        db = sqlite3.connect(os.path.join(store, "dateline.db"))
        db.execute("UPDATE feed SET next_poll = 0 WHERE outlet = 'feed'")
        db.commit()
        db.close()
        server = serve("--egress-allow", "127.0.0.1/32")
        ok(wait_for(lambda: one("SELECT last_result FROM v_source WHERE outlet = 'feed'") == "nothing has changed (HTTP 304)"),
           "the next poll is conditional", one("SELECT last_result FROM v_source WHERE outlet = 'feed'"))
        before = {path for path, _ in Publisher.seen[:polls]}  # a page that was not fetched yet is due, too
        again = [path for path, _ in Publisher.seen[polls:] if path in before]
        ok(sorted(set(again)) == ["/feed.xml"], "a restart polls only what is due, and knows what robots.txt said", again)
        server.send_signal(signal.SIGTERM)
        server.wait(timeout=20)

        # Pages are looked at again: politely, and an edit is one.
        def look_again():
            db = sqlite3.connect(os.path.join(store, "dateline.db"))
            db.execute("UPDATE page_job SET again = 1, changed = 1 WHERE checked IS NOT NULL")
            db.commit()
            db.close()
            return serve("--egress-allow", "127.0.0.1/32")

        polls = len(Publisher.seen)
        server = look_again()
        ok(wait_for(lambda: one("SELECT count(*) FROM page_job WHERE result = 'not changed'") == 2), "pages are looked at again",
           one("SELECT group_concat(result) FROM page_job"))
        ok(all(headers.get("If-None-Match") == '"2 pillars"' for path, headers in Publisher.seen[polls:] if path == "/news/1"),
           "with their validators")
        ok(one("SELECT count(*) FROM page_job WHERE again IS NOT NULL AND checked IS NOT NULL") == 2, "and later once more")
        server.send_signal(signal.SIGTERM)
        server.wait(timeout=20)
        Publisher.pillars = 3
        server = look_again()
        ok(wait_for(lambda: one("SELECT count(*) FROM v_change WHERE kind = 'document.revised'") == 4), "an edit is a revision",
           one("SELECT count(*) FROM v_change WHERE kind = 'document.revised'"))
        diff = json.loads(subprocess.run([DATELINE, "diff", "--store", store, "--json", f"http://127.0.0.1:{port}/news/1"],
                                         capture_output=True, timeout=60, check=False).stdout)["data"]
        ok(len(diff) == 1 and diff[0]["edit"] == "silent", "a silent one", diff)
        ok(diff[0]["to"]["seen"]["after"] < diff[0]["to"]["seen"]["by"], "that came between two looks", diff[0]["to"]["seen"])
        server.send_signal(signal.SIGTERM)
        server.wait(timeout=20)

        # Without the operator's word this machine is not the public Internet.
        polls = len(Publisher.seen)
        db = sqlite3.connect(os.path.join(store, "dateline.db"))
        db.execute("UPDATE feed SET next_poll = 0")
        db.commit()
        db.close()
        server = serve()
        ok(wait_for(lambda: one("SELECT count(*) FROM v_source WHERE last_result LIKE '%public Internet%' "
                                "OR last_result LIKE '%robots.txt%'") == 4),
           "loopback is refused without --egress-allow", one("SELECT group_concat(last_result, ' | ') FROM v_source"))
        ok(len(Publisher.seen) == polls, "and nobody is asked", Publisher.seen[polls:])
        with open(os.path.join(folder, "log"), encoding="utf-8") as log:
            url = [line.split("url=")[1].split()[0] for line in log if "listening" in line][-1]
        with urllib.request.urlopen(url + "/", timeout=10) as page:
            ok(b"EXAMPLE: Report" in page.read(), "what came before is still shown")
    finally:
        if server.poll() is None:
            server.send_signal(signal.SIGTERM)
            try:
                server.wait(timeout=20)
            except subprocess.TimeoutExpired:
                server.kill()
        web.shutdown()
        if tap.failed:
            with open(os.path.join(folder, "log"), encoding="utf-8") as log:
                sys.stderr.write(log.read()[-3000:])
        shutil.rmtree(folder, ignore_errors=True)
    return tap.end()


sys.exit(main())
