"""RSS feeds as newspapers deliver them: 50 items of about 2.3 kB, descriptions in HTML, half in CDATA, half escaped.

usage: feeds.py FOLDER   writes latin.xml and cyrillic.xml, the same feed in two scripts
"""
import html
import os
import sys

import common

ITEMS = 50
TEXT = 950  # characters of words in a description
LANGUAGE = {'latin': 'en', 'cyrillic': 'ru'}


def words(draw, lang, least, most):
    vocabulary = common.vocabulary(lang)
    return ' '.join(draw.of(vocabulary) for _ in range(draw.between(least, most)))


def sentence(draw, lang):
    """Words with what stands between them on the web: links, emphasis, character references."""
    first, second = words(draw, lang, 5, 9), words(draw, lang, 4, 8)
    joint = draw.of([', ', ' ', '; ', ': ', ', ', ' &#8211; ', '&nbsp;', ' &amp; ', ' <em>{}</em> ', ' <strong>{}</strong>, ', ' <a href="/topic/{1}?ref=rss&amp;n={1}">{0}</a> ',
                     ' <a href="https://paper.example/news/{1}" title="{0}" target="_blank" rel="noopener">{0}</a> '])
    return first.capitalize() + joint.format(words(draw, lang, 1, 3), draw.bits() % 10 ** 7) + second + '. '


def description(draw, lang, number):
    out = [f'<figure class="wp-block-image size-large"><img loading="lazy" width="1024" height="683" src="https://img.paper.example/2026/03/{number}-1024x683.jpg" '
           f'alt="{words(draw, lang, 3, 6)}" srcset="https://img.paper.example/2026/03/{number}-300x200.jpg 300w" sizes="(max-width: 1024px) 100vw, 1024px" />'
           f'<figcaption>{words(draw, lang, 4, 9)}</figcaption></figure>\n']
    size = 0
    while size < TEXT:
        paragraph = ''.join(sentence(draw, lang) for _ in range(draw.between(2, 5))).strip()
        size += len(paragraph)
        out.append(f'<p>{paragraph}</p>\n')
    if number % 5 == 0:
        out.append('<ul>\n' + ''.join(f'<li>{words(draw, lang, 3, 7)}</li>\n' for _ in range(3)) + '</ul>\n')
    return ''.join(out) + f'<p><a href="https://paper.example/{number}#more" class="more-link">{words(draw, lang, 2, 3)}&hellip;</a></p>'


def item(draw, lang, number):
    body, link = description(draw, lang, number), f'https://paper.example/news/2026/03/{number}-{draw.bits() % 10 ** 9}'
    body = f'<![CDATA[{body}]]>' if number % 2 == 0 else html.escape(body, quote=False)
    tags = ''.join(f'<category><![CDATA[{words(draw, lang, 1, 2)}]]></category>' for _ in range(3))
    return (f'<item>\n<title>{words(draw, lang, 6, 11).capitalize()} &amp;#8211; {words(draw, lang, 1, 2)}</title>\n<link>{link}</link>\n'
            f'<guid isPermaLink="false">https://paper.example/?p={number}</guid>\n<dc:creator><![CDATA[{words(draw, lang, 2, 2).title()}]]></dc:creator>\n'
            f'<pubDate>Tue, {1 + number % 28:02} Mar 2026 10:{number % 60:02}:00 +0200</pubDate>\n{tags}\n'
            f'<media:thumbnail url="https://img.paper.example/{number}.jpg" width="150" height="150"/>\n<description>{body}</description>\n</item>\n')


def feed(script):
    lang, draw = LANGUAGE[script], common.Draw(11)
    return ('<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:atom="http://www.w3.org/2005/Atom" '
            'xmlns:media="http://search.yahoo.com/mrss/" xmlns:sy="http://purl.org/rss/1.0/modules/syndication/">\n<channel>\n'
            f'<title>{words(draw, lang, 2, 2).title()}</title>\n<atom:link href="https://paper.example/feed" rel="self" type="application/rss+xml"/>\n'
            f'<link>https://paper.example/</link>\n<description>{words(draw, lang, 5, 8)}</description>\n<language>{lang}</language>\n'
            '<sy:updatePeriod>hourly</sy:updatePeriod>\n' + ''.join(item(draw, lang, n) for n in range(ITEMS)) + '</channel>\n</rss>\n')


def write(folder):
    paths = {}
    for script in LANGUAGE:
        paths[script] = os.path.join(folder, script + '.xml')
        with open(paths[script], 'w', encoding='utf-8') as f:
            f.write(feed(script))
    return paths


if __name__ == '__main__':
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    print(write(sys.argv[1]))
