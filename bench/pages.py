"""Pages as newspapers deliver them: a few kilobytes of article in 100 to 200 kB of everything else.

usage: pages.py FOLDER [COUNT]   writes COUNT (1,000) pages, the same ones every time
"""
import json
import os
import sys

import common

LEAST_BYTES, MOST_BYTES = 100 << 10, 200 << 10
HOSTS = 40


def menu(draw, lang):
    """A drop-down menu: lists of links in lists of links."""
    words, out = common.vocabulary(lang), ['<nav class="c-nav c-nav--mega" aria-label="Main"><ul>']
    for _ in range(draw.between(8, 14)):
        section = draw.of(words)
        out.append(f'<li class="c-nav__item"><a href="/{section}/">{section.capitalize()}</a><ul class="c-nav__sub">')
        out += [f'<li><a href="/{section}/{w}/" data-track="nav|{section}|{w}">{w.capitalize()}</a></li>'
                for w in (draw.of(words) for _ in range(draw.between(6, 12)))]
        out.append('</ul></li>')
    return ''.join(out) + '</ul></nav>'


def card(draw, lang, host):
    words = common.vocabulary(lang)
    text, key = ' '.join(draw.of(words) for _ in range(draw.between(6, 12))), draw.bits() % 10 ** 8
    return (f'<article class="c-card"><a href="https://{host}/{draw.of(words)}/{key}"><picture><source srcset="https://img.{host}/'
            f'{key}-640.webp 640w, https://img.{host}/{key}-1280.webp 1280w" type="image/webp"><img loading="lazy" alt="" '
            f'src="https://img.{host}/{key}.jpg" width="320" height="180"></picture><h3 class="c-card__title">'
            f'{text.capitalize()}</h3></a><time datetime="{common.moment(draw.below(90000))}">{draw.between(2, 23)} h</time></article>')


def rail(draw, lang, host, count):
    return ('<section class="c-rail"><h2>More</h2>' + ''.join(card(draw, lang, host) for _ in range(count)) + '</section>')


def script(draw, size):
    """Code as a bundler leaves it."""
    out, n = ['!function(){"use strict";var '], 0
    while n < size:
        a, b = 'abcdefghijklmnop'[draw.below(16)], draw.bits() % 99999
        line = (f'{a}{b % 97}=function(e,t){{return e.{a}{b % 53}&&t<{b}?e["{a}-{b}"].push({{id:{b},v:"{a * 3}{b:x}"}}):'
                f'void 0===t?{b % 7}:e.call(this,t,{b % 3}<1)}},')
        out.append(line)
        n += len(line)
    return '<script>' + ''.join(out) + 'z=0}();</script>\n'


def style(draw, size):
    out, n = [], 0
    while n < size:
        b = draw.bits()
        line = f'.c-{b % 9999:x}{{margin:{b % 40}px {b % 17}px;color:#{b % 0xFFFFFF:06x}}}@media(min-width:{b % 1400}px){{.l-{b % 777}{{flex:{b % 9}}}}}'
        out.append(line)
        n += len(line)
    return '<style>' + ''.join(out) + '</style>\n'


def state(draw, lang, size):
    """What a front end leaves behind to come alive with; holds titles and texts of other articles."""
    words, items, n = common.vocabulary(lang), [], 0
    while n < size:
        item = {'id': draw.bits() % 10 ** 9, 'type': 'teaser', 'title': ' '.join(draw.of(words) for _ in range(8)),
                'lead': ' '.join(draw.of(words) for _ in range(24)), 'flags': {'premium': draw.below(2) == 0, 'live': False}}
        items.append(item)
        n += len(json.dumps(item, ensure_ascii=False).encode()) + 2
    return ('<script id="__STATE__" type="application/json">' +
            json.dumps({'page': {'modules': items}}, ensure_ascii=False).replace('<', '\\u003c') + '</script>\n')


def linked_data(title, url, published, host):
    data = {'@context': 'https://schema.org', '@type': 'NewsArticle', 'headline': title, 'datePublished': published,
            'dateModified': published, 'mainEntityOfPage': url, 'author': [{'@type': 'Person', 'name': 'Ana Petrova'}],
            'publisher': {'@type': 'Organization', 'name': host}}
    return '<script type="application/ld+json">' + json.dumps(data, ensure_ascii=False) + '</script>'


def body(draw, scene, host):
    """The article, with the things that stand between its paragraphs."""
    out = []
    for n, p in enumerate(common.paragraphs(draw, scene, draw.between(8, 26))):
        out.append(f'<p>{p}</p>')
        if n % 5 == 2:
            out.append(f'<aside class="c-inline"><h4>Read also</h4>{card(draw, scene.lang, host)}</aside>')
        if n % 7 == 3:
            out.append('<div class="ad-slot" data-slot="inline" aria-hidden="true"></div>')
    return '\n'.join(out)


def comments(draw, scene, count):
    return ('<section id="comments"><h2>Comments</h2>' + ''.join(
        f'<div class="c-comment"><b>reader{draw.below(9999)}</b><p>{common.sentence(draw, scene.lang, scene)}</p></div>'
        for _ in range(count)) + '</section>')


def page(number):
    draw = common.Draw(number + 1)
    scene = common.Scene(common.LANGUAGES[number % len(common.LANGUAGES)], number // 3)
    lang, host = scene.lang, f'paper{draw.below(HOSTS)}.example'
    title, published = common.title_of(draw, scene), common.moment(number)
    url, aim = f'https://{host}/news/{number}', draw.between(LEAST_BYTES, MOST_BYTES)
    head = (f'<!doctype html>\n<html lang="{lang}"{" dir=rtl" if lang == "ar" else ""}><head><meta charset="utf-8"><title>{title} | {host}'
            f'</title><link rel="canonical" href="{url}"><meta property="og:title" content="{title}"><meta property="og:type" '
            f'content="article"><meta property="article:published_time" content="{published}">{linked_data(title, url, published, host)}')
    main = (f'<main><article><header><h1>{title}</h1><p class="byline">Ana Petrova, <time datetime="{published}">{published}</time>'
            f'</p></header>{body(draw, scene, host)}</article></main>')
    rest = [menu(draw, lang), rail(draw, lang, host, draw.between(12, 24)), comments(draw, scene, draw.between(0, 20)),
            '<footer>' + menu(draw, lang) + '</footer>']
    left = max(0, aim - sum(len(part.encode()) for part in (head, main, *rest)))
    # Of what is left, roughly as on real front pages: half scripts, a third inline state, the rest style.
    return (head + style(draw, left // 6) + script(draw, left // 4) + '</head><body>' + rest[0] + main + rest[1] + rest[2] + rest[3] +
            state(draw, lang, left // 3) + script(draw, left // 4) + '</body></html>\n')


def write(folder, count):
    os.makedirs(folder, exist_ok=True)
    for n in range(count):
        with open(os.path.join(folder, f'{n:05d}.html'), 'w', encoding='utf-8') as f:
            f.write(page(n))


if __name__ == '__main__':
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    write(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 1000)
