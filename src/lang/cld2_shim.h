/* The only door to CLD2, which speaks C++. */
#ifndef DL_LANG_CLD2_SHIM_H
#define DL_LANG_CLD2_SHIM_H

#ifdef __cplusplus
extern "C" {
#endif
/* Writes the code of the best language, or "" when CLD2 knows none. Returns its share of the text
 * in percent; *ret_reliable as CLD2 says. The hint may be "". */
int dl_cld2_detect(const char *text, int n, const char *hint, char *ret_code, int code_size,
                   int *ret_reliable);
const char *dl_cld2_version(void);
#ifdef __cplusplus
}
#endif
#endif
