#include "page/charset_guess.h"

#include <uchardet/uchardet.h>

enum { SAMPLE_MAX = 256 << 10 /* more text teaches the detector nothing */ };

/* The text between tags, without scripts and styles: markup would speak for ASCII. */
static void visible_bytes(dl_str html, dl_buf *out)
{
    for (size_t i = 0; i < html.n && out->n < SAMPLE_MAX;) {
        size_t tag = dl_str_chr(html, '<', i);
        dl_buf_str(out, dl_str_sub(html, i, tag));
        if (tag == DL_NO_POS) break;
        dl_str rest = dl_str_sub(html, tag, html.n);
        size_t end = dl_str_chr(rest, '>', 0);
        if (dl_str_istarts(rest, "<script")) end = dl_str_ifind_c(rest, "</script", 0);
        if (dl_str_istarts(rest, "<style")) end = dl_str_ifind_c(rest, "</style", 0);
        if (end == DL_NO_POS) break;
        dl_buf_byte(out, ' ');
        i = tag + end + 1;
    }
}

static const lxb_encoding_data_t *detect(dl_str sample)
{
    const lxb_encoding_data_t *data = NULL;
    uchardet_t detector = uchardet_new();
    if (detector == NULL) return NULL;
    if (uchardet_handle_data(detector, sample.p, sample.n) == 0) {
        uchardet_data_end(detector);
        const char *name = uchardet_get_charset(detector);
        data = lxb_encoding_data_by_pre_name((const lxb_char_t *)name, strlen(name));
        if (strcmp(name, "MAC-CYRILLIC") == 0)
            data = lxb_encoding_data(LXB_ENCODING_X_MAC_CYRILLIC);
        if (strcmp(name, "UHC") == 0) data = lxb_encoding_data(LXB_ENCODING_EUC_KR);
    }
    uchardet_delete(detector);
    if (data != NULL && data->encoding == LXB_ENCODING_UTF_8) return NULL;
    return data;
}

/* Bytes 0x80..0x9F are controls in ISO 8859: who uses them writes in the Windows page that holds
 * the same letters. KOI8-U has all of KOI8-R that is no drawing of boxes. */
static const lxb_encoding_data_t *refined(const lxb_encoding_data_t *found, dl_str sample)
{
    static const lxb_encoding_t windows[][2] = {
        {LXB_ENCODING_ISO_8859_2, LXB_ENCODING_WINDOWS_1250},
        {LXB_ENCODING_ISO_8859_16, LXB_ENCODING_WINDOWS_1250},
        {LXB_ENCODING_ISO_8859_4, LXB_ENCODING_WINDOWS_1257},
        {LXB_ENCODING_ISO_8859_10, LXB_ENCODING_WINDOWS_1257},
        {LXB_ENCODING_ISO_8859_13, LXB_ENCODING_WINDOWS_1257},
        {LXB_ENCODING_ISO_8859_7, LXB_ENCODING_WINDOWS_1253},
        {LXB_ENCODING_ISO_8859_8, LXB_ENCODING_WINDOWS_1255},
        {LXB_ENCODING_ISO_8859_8_I, LXB_ENCODING_WINDOWS_1255},
        {LXB_ENCODING_ISO_8859_6, LXB_ENCODING_WINDOWS_1256},
        {LXB_ENCODING_ISO_8859_15, LXB_ENCODING_WINDOWS_1252},
        {LXB_ENCODING_ISO_8859_3, LXB_ENCODING_WINDOWS_1254}};
    if (found->encoding == LXB_ENCODING_KOI8_R) return lxb_encoding_data(LXB_ENCODING_KOI8_U);
    bool has_c1 = false;
    for (size_t i = 0; i < sample.n && !has_c1; i++)
        has_c1 = ((unsigned char)sample.p[i] & 0xE0) == 0x80;
    for (size_t i = 0; has_c1 && i < sizeof windows / sizeof *windows; i++)
        if (found->encoding == windows[i][0]) return lxb_encoding_data(windows[i][1]);
    return found;
}

const lxb_encoding_data_t *dl_charset_guess(const struct dl_charset_input *in,
                                            const lxb_encoding_data_t *fallback)
{
    dl_buf sample = DL_BUF_INIT(SAMPLE_MAX * 2 + (16 << 20));
    visible_bytes(in->bytes, &sample);
    const lxb_encoding_data_t *found = detect(dl_buf_slice(&sample));
    if (found != NULL) found = refined(found, dl_buf_slice(&sample));
    dl_buf_free(&sample);
    if (found == NULL) found = fallback;
    return found != NULL ? found : lxb_encoding_data(LXB_ENCODING_WINDOWS_1252);
}
