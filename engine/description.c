/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * description.c: cleans up what models write about a picture, whatever their
 * family.  People who hear an alternative text know that there is an image, so
 * "An image of a cat" becomes "A cat".  Control characters are removed, so
 * that none gets into a file.  A text that is too long ends at a sentence or a
 * word.  description-keywords.c does the same for lists of keywords.
 */

#include <string.h>

#include "engine/description.h"

/* Only words that say nothing about the picture are removed: "a drawing of" and
 * "a black and white photo of" stay.  A verb of showing needs no article after it;
 * "of" in other languages than English does, because "photo de famille" is a name
 * of a thing.  */
#define PICTURE "(?:image|picture|photo|photograph|snapshot)"
#define SHOWS   "(?:shows|depicts|features|displays|captures|portrays|presents)"
#define SHOWING "(?:of|showing|depicting|featuring|that\\s+" SHOWS "|which\\s+" SHOWS ")"
#define SEEN    "(?:,?\\s+(?:there\\s+(?:is|are)|(?:we|you)\\s+(?:can\\s+)?see)|,)"
#define ENGLISH \
  "(?:(?:(?:this|here|it|that)(?:\\s+is|['’]s)\\s+)?(?:(?:an?|the|this)\\s+)?" \
  PICTURE "\\s+(?:" SHOWING "|(?:also\\s+)?" SHOWS "|is\\s+of)\\s" \
  "|in\\s+(?:this|the)\\s+" PICTURE SEEN "\\s)"
#define GERMAN \
  "(?:(?:das|dieses)\\s+(?:bild|foto)\\s+zeigt\\s)"
#define FRENCH \
  "(?:(?:(?:une|cette)\\s+(?:image|photo|photographie)|l['’]image|la\\s+photo)\\s+" \
  "(?:montre\\s|d['’](?=une?\\s)|de\\s(?=(?:la|deux|trois|plusieurs)\\s)|représente\\s)" \
  "|(?:sur|dans)\\s+(?:cette|l['’])\\s*(?:image|photo),?\\s+on\\s+(?:peut\\s+)?voi[tr]\\s)"
#define SPANISH \
  "(?:(?:una|la|esta)\\s+(?:imagen|foto|fotografía)\\s+" \
  "(?:muestra\\s|de\\s(?=(?:una?|unos|unas|dos|tres|varios|varias)\\s))" \
  "|en\\s+(?:la|esta)\\s+(?:imagen|foto)\\s+se\\s+(?:puede\\s+)?ven?r?\\s)"
#define ITALIAN \
  "(?:(?:un['’]|l['’]|quest['’])immagine\\s+(?:mostra\\s|di\\s(?=una?\\s|un['’]|due\\s|tre\\s))" \
  "|(?:una|la|questa)\\s+(?:foto|fotografia)\\s+(?:mostra\\s|di\\s(?=una?\\s|un['’]|due\\s|tre\\s)))"
#define PORTUGUESE \
  "(?:(?:uma|a|esta)\\s+(?:imagem|foto|fotografia)\\s+" \
  "(?:mostra\\s|de\\s(?=(?:uma?|uns|umas|dois|duas|três|vários|várias)\\s)))"
#define RUSSIAN \
  "(?:на\\s+(?:этом\\s+)?(?:изображении|картинке|фото|фотографии)\\s+" \
  "(?:изображ[её]н[аоы]?|показан[аоы]?|вид(?:ен|на|но|ны))\\s)"
#define CHINESE \
  "(?:(?:这张|这幅|该|此)?(?:图片|照片|图像)中?(?:展示|显示|描绘|呈现)了)"
#define LABEL \
  "(?:(?:alt(?:ernative)?[ -]text|caption|(?:short\\s+)?description)\\s*:\\s*)"
#define OPENING \
  "^\\s*" LABEL "?(" ENGLISH "|" GERMAN "|" FRENCH "|" SPANISH "|" ITALIAN "|" \
  PORTUGUESE "|" RUSSIAN "|" CHINESE ")?\\s*"

/* In "A photo of a cat hangs on the wall" the photo itself is what can be seen.
 * A verb after "who" or "that" belongs to what the photo shows.  */
#define OBJECT \
  "^(?:(?!\\b(?:who|that|which|where|while|as)\\b)[^.;:!?])*\\b(?:hangs|lies|leans|" \
  "is\\s+(?:hanging|lying|leaning|pinned|taped|glued|framed)|" \
  "is\\s+(?:displayed|shown|projected)\\s+on|in\\s+an?\\s+(?:\\w+\\s+)?frame|" \
  "was\\s+(?:taken|made|painted|drawn))\\b"

typedef enum
{
  OPENINGS,
  OBJECTS
} Pattern;

/* Words at which a text must not end.  */
static const gchar *const dangling[] =
{
  "a", "an", "the", "and", "or", "of", "with", "in", "on", "at", "to", "by", "for", "from",
  "is", "are", "its", "that", "which", NULL
};

/* A full stop after these ends no sentence.  */
static const gchar *const abbreviations[] =
{
  "mr", "mrs", "ms", "dr", "prof", "st", "no", "vs", "etc", "e.g", "i.e", "approx", "ca", "z.b",
  "bzw", "m", "mme", "sr", "sra", NULL
};

static const gchar * find_start        (const gchar *text);
static gboolean      matches           (Pattern      pattern,
                                        const gchar *text,
                                        gint        *end,
                                        gboolean    *has_opening);
static gsize         find_sentence_end (const gchar *text,
                                        const gchar *limit);
static gsize         find_word_end     (const gchar *text,
                                        const gchar *limit);
static gboolean      ends_word_of      (const gchar *text,
                                        const gchar *end,
                                        const gchar *const *words,
                                        gsize       *start);


/*  public functions  */

/**
 * pisces_description_tidy:
 * @text: (transfer full) (nullable): what a model wrote.
 *
 * Returns: (transfer full) (nullable): the text without such an opening, and
 *   with a capital letter at the start; it is only empty if @text is.
 */
gchar *
pisces_description_tidy (gchar *text)
{
  const gchar *start;
  GString     *tidy;

  if (! text)
    return NULL;

  for (gchar *c = text; *c; c++)
    if (g_ascii_iscntrl (*c) && *c != '\n')
      *c = ' ';

  start = find_start (text);
  if (start == text)
    return text;

  tidy = g_string_new (NULL);
  g_string_append_unichar (tidy, g_unichar_toupper (g_utf8_get_char (start)));
  g_string_append (tidy, g_utf8_next_char (start));
  g_free (text);

  return g_string_free (tidy, FALSE);
}

/**
 * pisces_description_shorten:
 * @text: (transfer full) (nullable): a text.
 * @n_characters: the most characters that it may have.
 * @rest: (out) (nullable) (transfer full): what was left out; %NULL if nothing
 *   was.
 *
 * A text that is too long ends after the last sentence that fits.  If even the
 * first one does not, it ends after a word, with an ellipsis.
 *
 * Returns: (transfer full) (nullable): the text.
 */
gchar *
pisces_description_shorten (gchar  *text,
                            glong   n_characters,
                            gchar **rest)
{
  const gchar *limit;
  gchar       *shorter;
  gsize        end;

  *rest = NULL;
  if (! text || g_utf8_strlen (text, -1) <= n_characters)
    return text;

  limit = g_utf8_offset_to_pointer (text, n_characters);
  end   = find_sentence_end (text, limit);
  if (end > 0)
    {
      shorter = g_strndup (text, end);
    }
  else
    {
      g_autofree gchar *words = NULL;

      end     = find_word_end (text, g_utf8_prev_char (limit));
      words   = g_strndup (text, end);
      shorter = g_strconcat (words, "…", NULL);
    }

  *rest = g_strstrip (g_strdup (text + end));
  g_free (text);

  return shorter;
}


/*  private functions  */

static const gchar *
find_start (const gchar *text)
{
  gboolean has_opening = FALSE;
  gint     end         = 0;

  if (! matches (OPENINGS, text, &end, &has_opening) || text[end] == '\0' ||
      (has_opening && matches (OBJECTS, text + end, NULL, NULL)))
    return text;

  /* White space alone is no reason to write a capital.  */
  return strspn (text, " \n") == (gsize) end ? text : text + end;
}

/* A text is looked at after every token that is written, so the patterns are
 * compiled only once.  */
static gboolean
matches (Pattern      pattern,
         const gchar *text,
         gint        *end,
         gboolean    *has_opening)
{
  static const gchar *const  patterns[] = { [OPENINGS] = OPENING, [OBJECTS] = OBJECT };
  static GRegex             *compiled[G_N_ELEMENTS (patterns)];
  g_autoptr (GMatchInfo)     match = NULL;
  gint                       start = -1;

  if (g_once_init_enter_pointer (&compiled[pattern]))
    g_once_init_leave_pointer (&compiled[pattern],
                               g_regex_new (patterns[pattern], G_REGEX_CASELESS, 0, NULL));
  if (! g_regex_match (compiled[pattern], text, 0, &match))
    return FALSE;

  if (end)
    g_match_info_fetch_pos (match, 0, NULL, end);
  if (has_opening)
    *has_opening = g_match_info_fetch_pos (match, 1, &start, NULL) && start >= 0;

  return TRUE;
}

/* Returns the number of bytes of the last whole sentences before @limit, or 0.  */
static gsize
find_sentence_end (const gchar *text,
                   const gchar *limit)
{
  gsize last = 0;

  for (const gchar *p = text; p < limit; p = g_utf8_next_char (p))
    {
      const gunichar  c    = g_utf8_get_char (p);
      const gboolean  wide = c == 0x3002 || c == 0xff01 || c == 0xff1f;
      const gchar    *end  = g_utf8_next_char (p);

      if (! wide && ! strchr (".!?", *p))
        continue;
      while (end < limit && (*end == '"' || *end == ')' || g_utf8_get_char (end) == 0x201d))
        end = g_utf8_next_char (end);
      if (end > limit || (! wide && ! g_unichar_isspace (g_utf8_get_char (end))))
        continue;
      if (*p == '.' && ends_word_of (text, p, abbreviations, NULL))
        continue;
      last = end - text;
    }

  return last;
}

/* Returns the number of bytes before @limit, which lies inside the text, that end
 * after a word.  Some languages have no spaces between words.  */
static gsize
find_word_end (const gchar *text,
               const gchar *limit)
{
  const gchar *end   = limit;
  gsize        start = 0;

  while (end > text && ! g_unichar_isspace (g_utf8_get_char (end)))
    end = g_utf8_prev_char (end);

  if (end == text)
    {
      /* A letter is not parted from its accents.  */
      end = limit;
      while (end > text && (g_unichar_ismark (g_utf8_get_char (end)) ||
                            g_unichar_iszerowidth (g_utf8_get_char (end))))
        end = g_utf8_prev_char (end);
      return end > text ? end - text : limit - text;
    }

  while (TRUE)
    {
      while (end > text)
        {
          const gunichar c = g_utf8_get_char (g_utf8_prev_char (end));

          if (! g_unichar_isspace (c) && ! (c < 128 && strchr (",;:-(", c)) && c != 0x2013 &&
              c != 0x2014)
            break;
          end = g_utf8_prev_char (end);
        }
      if (! ends_word_of (text, end, dangling, &start) || start == 0)
        return end > text ? end - text : limit - text;
      end = text + start;
    }
}

/* Whether the word before @end is one of @words or, if no start is asked for, a
 * single letter: the initial of a name.  */
static gboolean
ends_word_of (const gchar        *text,
              const gchar        *end,
              const gchar *const *words,
              gsize              *start)
{
  const gchar      *begin = end;
  g_autofree gchar *word  = NULL;

  while (begin > text && ! g_ascii_isspace (begin[-1]) && begin[-1] != '(')
    begin--;
  word = g_ascii_strdown (begin, end - begin);
  if (start)
    *start = begin - text;

  return g_strv_contains (words, word) || (! start && strlen (word) == 1);
}
