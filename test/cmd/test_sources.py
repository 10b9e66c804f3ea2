#!/usr/bin/env python3
"""The starter sources are well formed, of many countries and languages, and without doubles. TAP out.

usage: test_sources.py FILE.opml
"""
import re
import sys
import urllib.parse
import xml.etree.ElementTree as ElementTree

LEAST_OUTLETS, LEAST_COUNTRIES, LEAST_LANGUAGES = 180, 75, 28
KINDS = {"agency", "state-media", "public-broadcaster", "private", "government", "igo", "ngo",
         "hazard"}
# ISO 3166-1 alpha-2, officially assigned.
COUNTRIES = set(
    "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS "
    "BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE "
    "EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM "
    "HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC "
    "LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA "
    "NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW "
    "SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO "
    "TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW".split())
# RFC 5646: language, then script, then region.
LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?")
OUTLET = re.compile(r"[a-z][a-z0-9]{1,23}")
FIELDS = ("type", "text", "title", "xmlUrl", "htmlUrl", "outlet", "language", "kind")


def doubles(values):
    seen, twice = set(), set()
    for value in values:
        (twice if value in seen else seen).add(value)
    return sorted(twice)


def same_address(url):
    """Two spellings of one address compare equal: scheme, www. and a last slash do not matter."""
    parts = urllib.parse.urlsplit(url)
    host = parts.netloc.lower().removeprefix("www.")
    return f"{host}{parts.path.rstrip('/')}?{parts.query}"


def is_web(url):
    parts = urllib.parse.urlsplit(url)
    return parts.scheme in ("http", "https") and "." in parts.netloc and "@" not in parts.netloc \
        and not re.search(r"\s", url)


def checks(root):
    rows = [o for o in root.iter("outline") if o.get("xmlUrl") is not None]
    of = lambda field: [o.get(field, "") for o in rows]
    yield "OPML 2.0 with a title", [] if (root.tag, root.get("version")) == ("opml", "2.0") \
        and root.findtext("head/title") else ["root or head"]
    yield "every field is there", [f"{o.get('outlet')}: {f}" for o in rows for f in FIELDS
                                   if not o.get(f)]
    yield "type is rss, text equals title", [o.get("outlet") for o in rows if o.get("type") != "rss"
                                             or o.get("text") != o.get("title")]
    yield "enough outlets", [] if len(rows) >= LEAST_OUTLETS else [str(len(rows))]
    countries = {o.get("country") for o in rows if o.get("country") is not None}
    yield "enough countries", [] if len(countries) >= LEAST_COUNTRIES else [str(len(countries))]
    languages = {code.split("-")[0] for code in of("language")}
    yield "enough languages", [] if len(languages) >= LEAST_LANGUAGES else [str(len(languages))]
    yield "every kind is used, no other", sorted(KINDS ^ set(of("kind")))
    yield "countries are ISO 3166-1 alpha-2", sorted(countries - COUNTRIES)
    yield "governments have a country, bodies of many states have none", [
        o.get("outlet") for o in rows
        if o.get("kind") in ("government", "igo") and (o.get("kind") == "igo") == ("country" in o.keys())]
    yield "languages are BCP 47", [code for code in of("language") if not LANGUAGE.fullmatch(code)]
    yield "ids are one short ASCII word", [i for i in of("outlet") if not OUTLET.fullmatch(i)]
    yield "ids are unique", doubles(of("outlet"))
    yield "feeds are unique", doubles([same_address(url) for url in of("xmlUrl")])
    yield "home pages are unique", doubles([same_address(url) for url in of("htmlUrl")])
    yield "http and https only", [url for url in of("xmlUrl") + of("htmlUrl") if not is_web(url)]


def main():
    results = list(checks(ElementTree.parse(sys.argv[1]).getroot()))
    print(f"1..{len(results)}")
    for number, (name, wrong) in enumerate(results, 1):
        print(("not ok" if wrong else "ok"), number, "-", name)
        for line in wrong[:10]:
            print("#", line)
    return 0


sys.exit(main())
