#!/usr/bin/env python3
"""`serve` at a farm of sites on loopback: names, TLS, politeness, conditional requests, as the sites see it.

usage: test_farm.py DATELINE FARM
"""
import os
import shutil
import sys
import tempfile
import time

import lab

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'cmd'))
import tap  # noqa: E402
from tap import ok  # noqa: E402

DATELINE, FARM = map(os.path.abspath, sys.argv[1:3])
SITES, FEEDS, BIG = 200, 2, 700


def politeness(book, when):
    ok(book['early'] == 0, f'{when}: no poll earlier than promised', book)
    ok(book['twice'] == 0, f'{when}: no feed is asked twice', book)
    ok(book['most_open'] == 1 and book['most_under_way'] == 1, f'{when}: one connection and one request a site', book)
    ok(book['least_gap_ms'] >= 1990, f'{when}: two seconds between requests to a site', book['least_gap_ms'])
    ok(book['over_later'] == 0, f'{when}: a site that said "later" is left alone', book)
    ok(book['unconditional'] == 0, f'{when}: who gave a validator gets it back', book)
    ok(book['elsewhere'] == 0, f'{when}: nobody is asked for another host', book)


def result(server, host):
    return server.one(f"SELECT last_result FROM v_source WHERE url LIKE '%//{host}:%'") or ''


def main():
    folder = tempfile.mkdtemp(prefix='dateline-farm-')
    store, sources = os.path.join(folder, 'store'), os.path.join(folder, 'sources.opml')
    farm = lab.Farm(FARM, folder, '--sites', SITES, '--feeds', FEEDS, '--big', BIG, '--period', 60)
    bad = ('expired', 'self-signed', 'wrong')
    with open(farm.list, encoding='utf-8') as f:
        listed = f.read()
    with open(sources, 'w', encoding='utf-8') as f:
        more = ''.join(f'<outline type="rss" text="EXAMPLE" outlet="{n}.test" xmlUrl="https://{n}.test:{farm.tls}/feed/0.xml"/>'
                       for n in bad)
        f.write(listed.replace('</body>', more + '</body>'))
    feeds = (SITES - 1) * FEEDS  # site 0 has so many that it takes longer
    others = "outlet <> 's0.test'"
    spared = "why LIKE 'Its host asked to be left alone%'"  # another feed of its site was told "later"
    server = lab.Serve(DATELINE, farm, store, '--sources', sources, '--no-pages')
    try:
        polled = f"SELECT count(*) FROM v_source WHERE (last_poll IS NOT NULL OR {spared}) AND {others}"
        ok(lab.wait_for(lambda: server.one(polled) == feeds + len(bad), 90), 'every feed is polled', server.one(polled))
        book = farm.book()
        politeness(book, 'first polls')
        # A host that says "later" answers for all its feeds: those are told so without a request.
        # Site 0 goes on meanwhile: each figure comes in one question, between two looks at the book.
        asked = server.one('SELECT count(*) FROM v_source WHERE last_status > 0')
        big = server.one("SELECT count(*) FROM v_source WHERE last_status > 0 AND outlet = 's0.test'")
        after = farm.book()
        ok(0 < big <= after['ms'] / 2000 + 1, f'a site of {BIG} feeds is asked one by one, and keeps nobody out',
           (big, after['ms']))
        ok(book['polls'] <= asked + 1 and asked <= after['polls'], 'each is asked once', (book['polls'], asked, after['polls']))
        ok(book['most_robots'] == 1 and book['robots'] == SITES, 'robots.txt of every site once', book)
        status = book['status']
        ok(all(status.get(code, 0) > 0 for code in ('200', '301', '404', '429')) and
           any(code.startswith('5') for code in status), 'the farm answers as real sites do', status)
        ok(book['handshakes'] > 0.4 * SITES, 'most of it over TLS by the CA of --ca-file', book)
        for host, why in zip(bad, ('has expired', 'nobody we trust', 'another name')):
            words = result(server, host + '.test')
            ok(why in words, f'{host} certificate is refused in words', words)
        ok(server.one("SELECT count(*) FROM v_source WHERE last_result LIKE '20 items%'") > 0.7 * feeds, 'feeds are read',
           server.one("SELECT group_concat(DISTINCT last_result) FROM v_source"))
        ok(server.one('SELECT coalesce(sum(abs(residual)), 0) FROM v_conservation') == 0, 'conservation residual is 0')
        ok(server.one('SELECT min(next_poll - last_poll) FROM v_source WHERE last_status > 0') >= 15 * 60 * 1000, 'nothing is due again before the floor')
        ok(server.stop() == 0, 'SIGTERM ends it')

        # As if the floor had passed: all due again at once, half a minute ago, as after a restart.
        farm.book('forgive')
        lab.change(store, f'UPDATE feed SET next_poll = {int(time.time() * 1000) - 30000}')
        server = lab.Serve(DATELINE, farm, store, '--no-pages')
        again = f"SELECT count(*) FROM v_source WHERE (polls >= 2 OR {spared}) AND {others}"
        ok(lab.wait_for(lambda: server.one(again) == feeds + len(bad), 90), 'all are polled again', server.one(again))
        book = farm.book()
        politeness(book, 'after the restart')
        ok(book['most_per_s'] <= 130, 'they do not all come at once', book['most_per_s'])
        ok(book['status'].get('304', 0) > 0.3 * feeds, 'what is not changed is not sent again', book)
        ok(server.one("SELECT count(*) FROM v_source WHERE unchanged > 0") > 0.3 * feeds, 'and is called so')
        ok(server.stop() == 0, 'SIGTERM ends it again')

        # What is not due is not asked for.
        lab.change(store, "UPDATE feed SET removed = 1 WHERE outlet = 's0.test'")
        farm.book('reset')
        server = lab.Serve(DATELINE, farm, store, '--no-pages')
        time.sleep(4)
        ok(farm.book()['polls'] == 0, 'a restart asks nobody before time', farm.book())
        server.stop()
    finally:
        if server.process.poll() is None:
            server.stop()
        farm.stop()
        if tap.failed:
            sys.stderr.write(server.words()[-3000:])
        shutil.rmtree(folder, ignore_errors=True)
    return tap.end()


sys.exit(main())
