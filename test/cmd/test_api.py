#!/usr/bin/env python3
"""What `--json` prints is what the HTTP API gives, to the byte (the moment of asking apart).

usage: test_api.py DATELINE SITE
"""
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request


def now_away(text):
    return re.sub(rb'"as_of":"[^"]*"', b'"as_of":"~"', text)


class Site:
    def __init__(self, site):
        self.folder = tempfile.mkdtemp(prefix="dateline-api-")
        self.process = subprocess.Popen([site, self.folder, "0"], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE)
        self.port = int(self.process.stdout.readline().split()[1])

    def get(self, path):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=20) as answer:
                return answer.read()
        except urllib.error.HTTPError as error:
            return error.read()

    def end(self):
        self.process.stdin.close()
        self.process.wait(timeout=20)
        shutil.rmtree(self.folder)


def main():
    dateline, site = os.path.abspath(sys.argv[1]), Site(os.path.abspath(sys.argv[2]))
    story = json.loads(site.get("/api/v1/stories"))["data"][-1]["id"]
    document = json.loads(site.get(f"/api/v1/stories/{story}"))["data"][0]["id"]
    pairs = [
        (["search", "--json", "grain"], "/api/v1/search?q=grain"),
        (["search", "--json", "--limit", "1", "EXAMPLE"], "/api/v1/search?q=EXAMPLE&limit=1"),
        (["search", "--json", "--limit=2", "--cursor=5", "EXAMPLE"], "/api/v1/search?q=EXAMPLE&limit=2&cursor=5"),
        (["search", "--json", "北京"], "/api/v1/search?q=%E5%8C%97%E4%BA%AC"),
        (["story", "--json", story], f"/api/v1/stories/{story}"),
        (["story", "--json", "--limit=1", story[:12]], f"/api/v1/stories/{story[:12]}?limit=1"),
        (["trace", "--json", document], f"/api/v1/documents/{document}/trace"),
        (["trace", "--json", document[:10]], f"/api/v1/documents/{document[:10]}/trace"),
        (["trace", "--json", story], f"/api/v1/stories/{story}/trace"),
        (["sources", "list", "--json"], "/api/v1/sources"),
        (["sources", "list", "--json", "agency-veld"], "/api/v1/sources?outlet=agency-veld"),
    ]
    print(f"1..{len(pairs)}")
    for number, (args, path) in enumerate(pairs, 1):
        done = subprocess.run([dateline, args[0], "--store", site.folder] + args[1:], timeout=60,
                              capture_output=True, check=False)
        same = now_away(done.stdout) == now_away(site.get(path)) and done.stdout.startswith(b"{")
        print("ok" if same else "not ok", number, "-", " ".join(args[:2]), path.split("?")[0][:40])
        if not same:
            print(f"#  got {done.stdout[:600]!r} {done.stderr!r}\n# want {site.get(path)[:600]!r}")
    site.end()
    return 0


sys.exit(main())
