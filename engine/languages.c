/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * languages.c: the languages that texts can be asked for in, by their BCP 47 tags.
 * Knows no model.
 */

#include <string.h>

#include <glib/gi18n-lib.h>

#include "engine/pisces.h"

/* Models know languages by their English names better than by their tags.  All
 * languages of ISO 639-1 are here, some whose tags have three letters, and the
 * withdrawn tags that programs still write (iw, in).  A tag with a script or a region
 * comes before the bare language.  */
static const struct { const gchar *tag; const gchar *name; } languages[] =
{
  { "aa", "Afar" }, { "ab", "Abkhazian" }, { "ae", "Avestan" }, { "af", "Afrikaans" },
  { "ak", "Akan" }, { "am", "Amharic" }, { "an", "Aragonese" }, { "ar", "Arabic" },
  { "as", "Assamese" }, { "ast", "Asturian" }, { "av", "Avaric" }, { "ay", "Aymara" },
  { "az", "Azerbaijani" }, { "ba", "Bashkir" }, { "be", "Belarusian" }, { "bg", "Bulgarian" },
  { "bh", "Bihari" }, { "bi", "Bislama" }, { "bm", "Bambara" }, { "bn", "Bengali" },
  { "bo", "Tibetan" }, { "br", "Breton" }, { "bs", "Bosnian" }, { "ca", "Catalan" },
  { "ce", "Chechen" }, { "ceb", "Cebuano" }, { "ch", "Chamorro" }, { "ckb", "Central Kurdish" },
  { "co", "Corsican" }, { "cr", "Cree" }, { "cs", "Czech" }, { "cu", "Church Slavonic" },
  { "cv", "Chuvash" }, { "cy", "Welsh" }, { "da", "Danish" }, { "de", "German" },
  { "dsb", "Lower Sorbian" }, { "dv", "Dhivehi" }, { "dz", "Dzongkha" }, { "ee", "Ewe" },
  { "el", "Greek" }, { "en", "English" }, { "eo", "Esperanto" }, { "es", "Spanish" },
  { "et", "Estonian" }, { "eu", "Basque" }, { "fa", "Persian" }, { "ff", "Fulah" },
  { "fi", "Finnish" }, { "fil", "Filipino" }, { "fj", "Fijian" }, { "fo", "Faroese" },
  { "fr", "French" }, { "fy", "Western Frisian" }, { "ga", "Irish" },
  { "gd", "Scottish Gaelic" }, { "gl", "Galician" }, { "gn", "Guarani" },
  { "gsw", "Swiss German" }, { "gu", "Gujarati" }, { "gv", "Manx" }, { "ha", "Hausa" },
  { "haw", "Hawaiian" }, { "he", "Hebrew" }, { "hi", "Hindi" }, { "ho", "Hiri Motu" },
  { "hr", "Croatian" }, { "hsb", "Upper Sorbian" }, { "ht", "Haitian Creole" },
  { "hu", "Hungarian" }, { "hy", "Armenian" }, { "hz", "Herero" }, { "ia", "Interlingua" },
  { "id", "Indonesian" }, { "ie", "Interlingue" }, { "ig", "Igbo" }, { "ii", "Sichuan Yi" },
  { "ik", "Inupiaq" }, { "in", "Indonesian" }, { "io", "Ido" }, { "is", "Icelandic" },
  { "it", "Italian" }, { "iu", "Inuktitut" }, { "iw", "Hebrew" }, { "ja", "Japanese" },
  { "ji", "Yiddish" }, { "jv", "Javanese" }, { "jw", "Javanese" }, { "ka", "Georgian" },
  { "kab", "Kabyle" }, { "kg", "Kongo" }, { "ki", "Kikuyu" }, { "kj", "Kuanyama" },
  { "kk", "Kazakh" }, { "kl", "Kalaallisut" }, { "km", "Khmer" }, { "kn", "Kannada" },
  { "ko", "Korean" }, { "kr", "Kanuri" }, { "ks", "Kashmiri" }, { "ku", "Kurdish" },
  { "kv", "Komi" }, { "kw", "Cornish" }, { "ky", "Kyrgyz" }, { "la", "Latin" },
  { "lb", "Luxembourgish" }, { "lg", "Ganda" }, { "li", "Limburgish" }, { "ln", "Lingala" },
  { "lo", "Lao" }, { "lt", "Lithuanian" }, { "lu", "Luba-Katanga" }, { "lv", "Latvian" },
  { "mg", "Malagasy" }, { "mh", "Marshallese" }, { "mi", "Maori" }, { "mk", "Macedonian" },
  { "ml", "Malayalam" }, { "mn", "Mongolian" }, { "mo", "Romanian" }, { "mr", "Marathi" },
  { "ms", "Malay" }, { "mt", "Maltese" }, { "my", "Burmese" }, { "na", "Nauru" },
  { "nb", "Norwegian" }, { "nd", "North Ndebele" }, { "nds", "Low German" }, { "ne", "Nepali" },
  { "ng", "Ndonga" }, { "nl", "Dutch" }, { "nn", "Norwegian Nynorsk" }, { "no", "Norwegian" },
  { "nr", "South Ndebele" }, { "nv", "Navajo" }, { "ny", "Chichewa" }, { "oc", "Occitan" },
  { "oj", "Ojibwa" }, { "om", "Oromo" }, { "or", "Odia" }, { "os", "Ossetian" },
  { "pa", "Punjabi" }, { "pi", "Pali" }, { "pl", "Polish" }, { "ps", "Pashto" },
  { "pt-BR", "Brazilian Portuguese" }, { "pt", "Portuguese" }, { "qu", "Quechua" },
  { "rm", "Romansh" }, { "rn", "Rundi" }, { "ro", "Romanian" }, { "ru", "Russian" },
  { "rw", "Kinyarwanda" }, { "sa", "Sanskrit" }, { "sc", "Sardinian" }, { "sd", "Sindhi" },
  { "se", "Northern Sami" }, { "sg", "Sango" }, { "sh", "Serbo-Croatian" }, { "si", "Sinhala" },
  { "sk", "Slovak" }, { "sl", "Slovenian" }, { "sm", "Samoan" }, { "sn", "Shona" },
  { "so", "Somali" }, { "sq", "Albanian" }, { "sr", "Serbian" }, { "ss", "Swati" },
  { "st", "Southern Sotho" }, { "su", "Sundanese" }, { "sv", "Swedish" }, { "sw", "Swahili" },
  { "ta", "Tamil" }, { "te", "Telugu" }, { "tg", "Tajik" }, { "th", "Thai" },
  { "ti", "Tigrinya" }, { "tk", "Turkmen" }, { "tl", "Tagalog" }, { "tn", "Tswana" },
  { "to", "Tongan" }, { "tr", "Turkish" }, { "ts", "Tsonga" }, { "tt", "Tatar" },
  { "tw", "Twi" }, { "ty", "Tahitian" }, { "ug", "Uyghur" }, { "uk", "Ukrainian" },
  { "ur", "Urdu" }, { "uz", "Uzbek" }, { "ve", "Venda" }, { "vi", "Vietnamese" },
  { "vo", "Volapük" }, { "wa", "Walloon" }, { "wo", "Wolof" }, { "xh", "Xhosa" },
  { "yi", "Yiddish" }, { "yo", "Yoruba" }, { "yue", "Cantonese" }, { "za", "Zhuang" },
  { "zh-Hant", "Traditional Chinese" }, { "zh-HK", "Traditional Chinese" },
  { "zh-TW", "Traditional Chinese" }, { "zh", "Simplified Chinese" }, { "zu", "Zulu" },
};


/**
 * pisces_language_tag_get_name:
 * @tag: a BCP 47 tag.
 *
 * Returns: (nullable) (transfer none): the language's English name; %NULL if it is
 *   not known here.
 */
const gchar *
pisces_language_tag_get_name (const gchar *tag)
{
  for (guint i = 0; i < G_N_ELEMENTS (languages); i++)
    {
      const gsize length = strlen (languages[i].tag);

      if (g_ascii_strncasecmp (tag, languages[i].tag, length) == 0 &&
          (tag[length] == '\0' || tag[length] == '-'))
        return languages[i].name;
    }

  return NULL;
}

/**
 * pisces_language_tag_check:
 * @tag: what somebody gave as a BCP 47 tag.
 * @error: %PISCES_ERROR_INVALID_REQUEST if it can be none.
 *
 * A tag of two letters must be known here, as the list of these is complete.  One of
 * three letters may be any of thousands; "x" and "i" begin tags of private use.  There
 * are no longer ones, only names such as "german" that somebody has mistaken for one.
 *
 * Returns: whether @tag may be the tag of a language.
 */
gboolean
pisces_language_tag_check (const gchar  *tag,
                       GError      **error)
{
  const gsize n_letters = strspn (tag, G_CSET_A_2_Z G_CSET_a_2_z);
  const gsize n_allowed = strspn (tag, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "-");

  if (tag[n_allowed] == '\0' && (tag[n_letters] == '\0' || tag[n_letters] == '-') &&
      (n_letters == 3 || (n_letters == 1 && strchr ("xXiI", *tag)) ||
       (n_letters == 2 && pisces_language_tag_get_name (tag))))
    return TRUE;

  g_set_error (error, PISCES_ERROR, PISCES_ERROR_INVALID_REQUEST,
               _("“%s” is not a language tag. Write one such as en, de or "
                 "pt-BR."), tag);

  return FALSE;
}

/**
 * pisces_language_tag_is_english:
 * @tag: a BCP 47 tag.
 *
 * Returns: whether it is English, of any region.
 */
gboolean
pisces_language_tag_is_english (const gchar *tag)
{
  const gsize n_letters = strcspn (tag, "-");

  return (n_letters == 2 && g_ascii_strncasecmp (tag, "en", 2) == 0) ||
         (n_letters == 3 && g_ascii_strncasecmp (tag, "eng", 3) == 0);
}
