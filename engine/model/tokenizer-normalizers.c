/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * tokenizer-normalizers.c: the steps that change text before it is split, the
 * same as in Hugging Face's tokenizers.
 */

#include <string.h>

#include <glib/gi18n-lib.h>

#include "engine/pisces.h"

#include "engine/model/tokenizer-private.h"

/* The most accents on one character.  */
#define MAX_MARKS      1024

/* The least number of bytes that are normalised at a time.  */
#define STRETCH_BYTES  512

typedef struct _Normalizer Normalizer;

struct _Normalizer
{
  gchar         * (* run) (const Normalizer *normalizer,
                           PiscesTextWork   *work,
                           const gchar      *text);
  GNormalizeMode     mode;
  PiscesPattern     *pattern;
  gchar             *content;
  gboolean           left, right;
};


static Normalizer * read_step     (yyjson_val        *json,
                                   const gchar       *path,
                                   GError           **error);
static void         free_step     (gpointer           data);
static gchar      * run_unicode   (const Normalizer  *normalizer,
                                   PiscesTextWork    *work,
                                   const gchar       *text);
static const gchar * stretch_end  (const gchar       *text);
static gboolean     may_join_previous
                                  (gunichar           c);
static gchar      * run_lower     (const Normalizer  *normalizer,
                                   PiscesTextWork    *work,
                                   const gchar       *text);
static gunichar     lower_of      (gunichar           c);
static gchar      * run_replace   (const Normalizer  *normalizer,
                                   PiscesTextWork    *work,
                                   const gchar       *text);
static gchar      * run_prepend   (const Normalizer  *normalizer,
                                   PiscesTextWork    *work,
                                   const gchar       *text);
static gchar      * run_strip     (const Normalizer  *normalizer,
                                   PiscesTextWork    *work,
                                   const gchar       *text);
static gchar      * run_bytes     (const Normalizer  *normalizer,
                                   PiscesTextWork    *work,
                                   const gchar       *text);


/**
 * pisces_normalizers_read:
 * @json: (nullable): the "normalizer" of a tokenizer.json.
 *
 * Returns: (transfer full) (nullable): the steps; empty if @json is null.
 *   %NULL with an error, which is %PISCES_ERROR_MODEL_UNSUPPORTED for an
 *   unknown step.
 */
GPtrArray *
pisces_normalizers_read (yyjson_val   *json,
                         const gchar  *path,
                         GError      **error)
{
  g_autoptr (GPtrArray) flat  = g_ptr_array_new ();
  g_autoptr (GPtrArray) steps = g_ptr_array_new_with_free_func (free_step);
  guint                 i;

  if (! pisces_components_flatten (json, "normalizers", path, flat, error))
    return NULL;

  for (i = 0; i < flat->len; i++)
    {
      Normalizer *step = read_step (g_ptr_array_index (flat, i), path, error);

      if (! step)
        return NULL;
      g_ptr_array_add (steps, step);
    }

  return g_steal_pointer (&steps);
}

/**
 * pisces_normalizers_run:
 * @text: (array length=n_bytes): valid UTF-8.
 *
 * Returns: (transfer full) (nullable): the text after all steps; %NULL after a
 *   failure, which @work keeps.
 */
gchar *
pisces_normalizers_run (const GPtrArray *normalizers,
                        PiscesTextWork  *work,
                        const gchar     *text,
                        gsize            n_bytes)
{
  g_autofree gchar *out = g_strndup (text, n_bytes);
  guint             i;

  for (i = 0; i < normalizers->len; i++)
    {
      const Normalizer *step = g_ptr_array_index (normalizers, i);
      gchar            *next;

      if (! pisces_text_work_spend (work, strlen (out)))
        return NULL;
      next = step->run (step, work, out);
      g_free (out);
      out = next;
      if (! out || ! pisces_text_work_allows (work, strlen (out)))
        return NULL;
    }

  return g_steal_pointer (&out);
}


/*  private functions  */

static Normalizer *
read_step (yyjson_val   *json,
           const gchar  *path,
           GError      **error)
{
  static const struct { const gchar *type; GNormalizeMode mode; } forms[] =
    {
      { "NFC",  G_NORMALIZE_NFC  }, { "NFD",  G_NORMALIZE_NFD  },
      { "NFKC", G_NORMALIZE_NFKC }, { "NFKD", G_NORMALIZE_NFKD }
    };
  Normalizer *step = g_new0 (Normalizer, 1);
  gboolean    ok   = TRUE;
  guint       i;

  for (i = 0; i < G_N_ELEMENTS (forms); i++)
    if (pisces_component_is (json, forms[i].type))
      {
        step->run  = run_unicode;
        step->mode = forms[i].mode;
        return step;
      }

  if (pisces_component_is (json, "Lowercase"))
    {
      step->run = run_lower;
    }
  else if (pisces_component_is (json, "Replace"))
    {
      step->run     = run_replace;
      step->content = g_strdup (pisces_component_string (json, "content", path, error));
      if (step->content)
        step->pattern = pisces_pattern_read (yyjson_obj_get (json, "pattern"),
                                             path, error);
      ok = step->pattern != NULL;
    }
  else if (pisces_component_is (json, "Prepend"))
    {
      step->run     = run_prepend;
      step->content = g_strdup (pisces_component_string (json, "prepend", path, error));
      ok = step->content != NULL;
    }
  else if (pisces_component_is (json, "Strip"))
    {
      step->run   = run_strip;
      step->left  = pisces_component_flag (json, "strip_left", TRUE);
      step->right = pisces_component_flag (json, "strip_right", TRUE);
    }
  else if (pisces_component_is (json, "ByteLevel"))
    {
      step->run = run_bytes;
    }
  else
    {
      pisces_component_refuse (json, "normalizer", path, error);
      ok = FALSE;
    }

  if (! ok)
    g_clear_pointer (&step, free_step);

  return step;
}

static void
free_step (gpointer data)
{
  Normalizer *step = data;

  pisces_pattern_free (step->pattern);
  g_free (step->content);
  g_free (step);
}

static gchar *
run_unicode (const Normalizer *normalizer,
             PiscesTextWork   *work,
             const gchar      *text)
{
  g_autoptr (GString) out = g_string_sized_new (strlen (text));

  while (*text)
    {
      const gchar      *end  = stretch_end (text);
      g_autofree gchar *part = NULL;

      if (! end)
        {
          pisces_text_work_fail (work,
                                 g_dngettext (GETTEXT_PACKAGE,
                                              "A character of the text has more than %d accent, "
                                              "which cannot be put in order. Write it again.",
                                              "A character of the text has more than %d accents, "
                                              "which cannot be put in order. Write it again.",
                                              MAX_MARKS), MAX_MARKS);
          return NULL;
        }

      part = g_utf8_normalize (text, end - text, normalizer->mode);
      if (! part)
        {
          pisces_text_work_fail (work, "A step of the tokenizer “%s” made text that is "
                                 "not UTF-8.", work->path);
          return NULL;
        }
      g_string_append (out, part);
      if (! pisces_text_work_spend (work, end - text) ||
          ! pisces_text_work_allows (work, out->len))
        return NULL;
      text = end;
    }

  return g_string_free (g_steal_pointer (&out), FALSE);
}

/* Returns the end of a part of the text that can be normalised separately, of
 * some hundred bytes if possible.  GLib moves the whole rest of the text for
 * each pair that it joins, so 100 kB of accented letters take it 120 ms, and a
 * megabyte 12 s.  Returns %NULL if there are too many accents on one
 * character: GLib sorts them by exchanging neighbours, 100,000 take it
 * minutes, and Unicode expects no more than 30 (UAX #15, 13).  */
static const gchar *
stretch_end (const gchar *text)
{
  const gchar *c;
  gint         n_marks = 0;

  for (c = text; *c; c = g_utf8_next_char (c))
    {
      const gunichar ch = g_utf8_get_char (c);

      if (c - text >= STRETCH_BYTES && ! may_join_previous (ch))
        break;
      n_marks = g_unichar_combining_class (ch) ? n_marks + 1 : 0;
      if (n_marks > MAX_MARKS)
        return NULL;
    }

  return c;
}

/* Returns whether a character, or a part of it, may be joined with the one
 * before it.  That concerns marks, and the vowels and final consonants of
 * Hangul syllables, in all their forms.  */
static gboolean
may_join_previous (gunichar c)
{
  return g_unichar_ismark (c) ||
         (c >= 0x1160 && c <= 0x11ff) ||
         (c >= 0x3130 && c <= 0x318f) || (c >= 0xff9e && c <= 0xffdf);
}

/* Converts character by character, without regard to the language or the
 * position in a word, as Rust does. g_utf8_strdown() would convert a sigma at
 * the end of a word to a final sigma.  */
static gchar *
run_lower (const Normalizer *normalizer,
           PiscesTextWork   *work,
           const gchar      *text)
{
  GString     *out = g_string_sized_new (strlen (text));
  const gchar *c;

  for (c = text; *c; c = g_utf8_next_char (c))
    {
      gunichar  ch = g_utf8_get_char (c);

      if (ch == 0x130)               /* the only one that becomes two
                                      * characters */
        g_string_append (out, "i\314\207");
      else
        g_string_append_unichar (out, lower_of (ch));
    }

  return g_string_free (out, FALSE);
}

/* GLib only converts letters, but Roman numerals and circled letters have
 * lower-case forms too.  */
static gunichar
lower_of (gunichar c)
{
  if (c >= 0x2160 && c <= 0x216f)
    return c + 16;
  if (c >= 0x24b6 && c <= 0x24cf)
    return c + 26;

  return g_unichar_tolower (c);
}

static gchar *
run_replace (const Normalizer *normalizer,
             PiscesTextWork   *work,
             const gchar      *text)
{
  return pisces_pattern_replace (normalizer->pattern, work, text, normalizer->content);
}

static gchar *
run_prepend (const Normalizer *normalizer,
             PiscesTextWork   *work,
             const gchar      *text)
{
  return g_strconcat (*text ? normalizer->content : "", text, NULL);
}

static gchar *
run_strip (const Normalizer *normalizer,
           PiscesTextWork   *work,
           const gchar      *text)
{
  const gchar *begin = text;
  const gchar *end   = text + strlen (text);

  while (normalizer->left && begin < end &&
         pisces_unichar_is_space (g_utf8_get_char (begin)))
    begin = g_utf8_next_char (begin);
  while (normalizer->right && end > begin &&
         pisces_unichar_is_space (g_utf8_get_char (g_utf8_prev_char (end))))
    end = g_utf8_prev_char (end);

  return g_strndup (begin, end - begin);
}

static gchar *
run_bytes (const Normalizer *normalizer,
           PiscesTextWork   *work,
           const gchar      *text)
{
  GString *out = g_string_new (NULL);

  pisces_byte_level_append (out, text, strlen (text));

  return g_string_free (out, FALSE);
}
