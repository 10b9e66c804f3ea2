#include "who.h"

#include "event/analyse.h"

const struct world_reading who_articles[WHO_ARTICLES] = {
    {.outlet = "agency-veld",
     .slug = "who-says-so",
     .language = "en",
     .title = "EXAMPLE: Gas alarm was on, harbour ministry spokesman says",
     .subtitle = "Security service: footage shows the explosion",
     .text = "NORDHAVEN, EXAMPLE. Odo Lemaire, a spokesman for the Ministry of Harbours, said on "
             "Tuesday that the gas alarm had been on. \"Nobody switched it off,\" he said.\n\n"
             "The Nordhaven Courier, citing a person familiar with the inquiry, reported that the "
             "pumps had failed. The company denied that the pumps were old.\n\n"
             "The security service released footage purportedly showing the explosion. The footage "
             "could not be verified.\n\n"
             "It was reportedly the third accident this year. An alleged accomplice is still at "
             "large, police said.\n\n"
             "In conclusion, the implications of the closure are serious for grain prices."},
    {.outlet = "khabar-daryaban",
     .slug = "who-says-so",
     .language = "fa",
     .title = "EXAMPLE: وزارت بنادر: زنگ خطر گاز روشن بود",
     .text =
         "سخنگوی وزارت کشور گفت که زنگ خطر گاز روشن بود. پلیس گفت که نه نفر زخمی شدند.\n\n"
         "به گفته یک منبع آگاه، پمپ‌ها از کار افتاده بودند. شرکت این خبر را تکذیب کرد."},
};

static const char *as_json(const dl_analyser *analyser, dl_arena *arena, int which)
{
    const struct world_reading *r = &who_articles[which];
    yyjson_mut_doc *json = dl_json_new(arena);
    struct dl_analyse_input in = {.text = dl_str_c(r->text),
                                  .title = dl_str_c(r->title),
                                  .subtitle = dl_str_c(r->subtitle),
                                  .language = dl_str_c(r->language),
                                  .outlet = DL_STR("Agency Veld (EXAMPLE)")};
    dl_str text;
    if (json == NULL ||
        dl_analyse(analyser, arena, &in, json, yyjson_mut_doc_get_root(json), NULL) != DL_OK ||
        dl_json_text(json, arena, &text) != DL_OK)
        return NULL;
    return dl_str_cstr(arena, text);
}

const char *who_analyse(dl_arena *arena, int which)
{
    dl_analyser *analyser;
    if (dl_analyser_new(&analyser, NULL) != DL_OK) return NULL;
    const char *json = as_json(analyser, arena, which);
    dl_analyser_free(analyser);
    return json;
}

enum dl_err who_fill(const char *dir, int64_t now_ms, size_t more, struct dl_diag *diag)
{
    dl_arena *arena = dl_arena_new(DL_ARENA_NO_CAP);
    enum dl_err err = arena == NULL ? DL_ERR_NOMEM : DL_OK;
    for (int i = 0; i < WHO_ARTICLES && err == DL_OK; i++) {
        struct world_reading reading = who_articles[i];
        reading.analyse = who_analyse(arena, i);
        err = reading.analyse == NULL
                  ? DL_ERR_STATE
                  : world_add_reading(dir, now_ms, more, (size_t)i, &reading, diag);
    }
    dl_arena_free(arena);
    return err;
}
