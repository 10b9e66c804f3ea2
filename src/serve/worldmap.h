/* A map of the world, or of the part of it where something is, as inline SVG without a script.
 *
 * Equal Earth projection (Šavrič, Patterson, Jenny 2018): equal areas. Outlines are those of
 * lexicon/places/world.tsv (Natural Earth, public domain; no Antarctica), cut at the 180th
 * meridian; places on both sides of it give the whole world. Marks have the size of text at every
 * width: positions are in percent. Marks that would touch are merged; each shows how many documents
 * it stands for and opens the rows of the table that must stand beside the map.
 *
 * Shapes, not colours, tell: a full disc is a town, a ring an area somewhere around, a dashed edge
 * only alleged; a country without a nearer place is hatched, never pinned. */
#ifndef DL_SERVE_WORLDMAP_H
#define DL_SERVE_WORLDMAP_H

#include "serve/html.h"

struct dl_pin {
    double lat, lon; /* degrees */
    bool placed;     /* has a point; else its country is hatched */
    bool area;       /* a division or region: somewhere around the point */
    bool alleged;    /* nobody says in its own voice that it happened */
    char country[4]; /* ISO 3166-1; empty: none */
    dl_str name;     /* of strangers */
    int64_t documents;
    uint32_t mark; /* set by dl_worldmap_merge(): number of its mark from 1; 0: it has none */
};

/* Which part is shown, in the plane of the projection; 20 wide, 8.9 high. */
struct dl_map_view {
    double left, top, width;
};

struct dl_map_point {
    double x, y; /* y grows southwards */
};
struct dl_map_point dl_worldmap_project(double lat, double lon);
/* The part that holds all pins and the countries to be hatched; world: all of it. */
struct dl_map_view dl_worldmap_view(struct dl_pin *const *pins, size_t n, bool world);
/* Numbers the marks, in the order of the pins. Returns how many there are. */
uint32_t dl_worldmap_merge(const struct dl_map_view *view, struct dl_pin *const *pins, size_t n);
/* The drawing; links go to #map-NUMBER. */
void dl_worldmap_draw(dl_html *h, const struct dl_map_view *view, struct dl_pin *const *pins,
                      size_t n, const char *title, const char *description);

#endif
