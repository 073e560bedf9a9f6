/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * templates.c: see templates.h.
 */

#include <glib/gi18n-lib.h>

#include <string.h>

#include "engine/families/templates.h"
#include "engine/pisces.h"


static gint     count_marks (const gchar     *text,
                             const gchar     *mark);
static gchar  * strange_mark (const gchar    *text);
static void     append_template
                            (PiscesLanguage   language,
                             GArray          *rows,
                             const gchar     *text);
static void     append_text (PiscesLanguage   language,
                             GArray          *rows,
                             const gchar     *text);
static gboolean measure     (PiscesTokenizer *tokenizer,
                             const gchar     *text,
                             gint            *n_tokens,
                             GError         **error);


/**
 * pisces_template_check:
 * @tokenizer: the model's.
 * @text: the template.
 * @has_image: whether it must have the mark `{image}`.
 * @n_tokens: (out): how many tokens it gives without what its marks stand for.
 * @error: return location for an error.
 *
 * Looks at a template when the model is read, so that no job finds out.
 *
 * Returns: whether the template has its marks, and gives tokens by itself.
 */
gboolean
pisces_template_check (PiscesTokenizer  *tokenizer,
                       const gchar      *text,
                       gboolean          has_image,
                       gint             *n_tokens,
                       GError          **error)
{
  g_autofree gchar *strange = strange_mark (text);

  if (count_marks (text, "{image}") != has_image)
    {
      g_set_error (error, PISCES_ERROR, PISCES_ERROR_MODEL_INVALID,
                   has_image
                   ? _("The model's template “%s” must have “{image}” once.")
                   : _("The model's template “%s” must not have “{image}”."), text);
      return FALSE;
    }
  if (strange)
    {
      g_set_error (error, PISCES_ERROR, PISCES_ERROR_MODEL_UNSUPPORTED,
                   _("The model's template “%s” has “%s”, which is neither “{image}” "
                     "nor “{text}” nor “{plan}”."), text, strange);
      return FALSE;
    }
  if (! measure (tokenizer, text, n_tokens, error))
    return FALSE;
  if (*n_tokens == 0)
    {
      g_set_error (error, PISCES_ERROR, PISCES_ERROR_MODEL_INVALID,
                   _("The model's template “%s” gives no token; config.json and "
                     "tokenizer.json do not belong together."), text);
      return FALSE;
    }

  return TRUE;
}

/**
 * pisces_template_fill:
 * @language: whose backend is told of a failure.
 * @text: a template that pisces_template_check() found good.
 * @parts: what its marks stand for; a text that is not there is empty.
 *
 * Where something cannot be read the backend has failed.
 *
 * Returns: (transfer full): gint32 rows, at least one.
 */
GArray *
pisces_template_fill (PiscesLanguage       language,
                      const gchar         *text,
                      PiscesTemplateParts  parts)
{
  GArray      *rows = g_array_new (FALSE, FALSE, sizeof (gint32));
  const gchar *rest = text;

  while (*rest)
    {
      gsize             literal = strcspn (rest, "{");
      g_autofree gchar *head    = g_strndup (rest, literal);

      append_template (language, rows, head);
      rest += literal;

      if (g_str_has_prefix (rest, "{image}"))
        {
          gint32 row = PISCES_IMAGE_ROW;

          for (gint i = 0; i < parts.n_image_rows; i++)
            g_array_append_val (rows, row);
          rest += strlen ("{image}");
        }
      else if (g_str_has_prefix (rest, "{text}"))
        {
          append_text (language, rows, parts.text);
          rest += strlen ("{text}");
        }
      else if (g_str_has_prefix (rest, "{plan}"))
        {
          append_text (language, rows, parts.plan);
          rest += strlen ("{plan}");
        }
      else if (*rest)
        {
          append_template (language, rows, "{");
          rest++;
        }
    }

  if (rows->len == 0)
    {
      const gint32 row = 0;

      /* pisces_template_check() has looked at it: a failure came before.  */
      pisces_backend_fail (language.backend, PISCES_ERROR_MODEL_INVALID,
                           "A prompt of the model gives no token.");
      g_array_append_val (rows, row);
    }

  return rows;
}


/*  private functions  */

static gint
count_marks (const gchar *text,
             const gchar *mark)
{
  gint n = 0;

  while ((text = strstr (text, mark)))
    {
      text += strlen (mark);
      n++;
    }

  return n;
}

/* The first word in braces that stands for nothing; other braces are text.  */
static gchar *
strange_mark (const gchar *text)
{
  for (; (text = strchr (text, '{')); text++)
    {
      const gsize length = strspn (text + 1, "abcdefghijklmnopqrstuvwxyz_");

      if (length > 0 && text[1 + length] == '}' &&
          ! g_str_has_prefix (text, "{image}") && ! g_str_has_prefix (text, "{text}") &&
          ! g_str_has_prefix (text, "{plan}"))
        return g_strndup (text, length + 2);
    }

  return NULL;
}

static void
append_template (PiscesLanguage  language,
                 GArray         *rows,
                 const gchar    *text)
{
  g_autoptr (GError) error = NULL;

  if (! pisces_tokenizer_encode (language.tokenizer, text, rows,
                                 language.backend->cancellable, &error))
    pisces_backend_take_error (language.backend, g_steal_pointer (&error));
}

static void
append_text (PiscesLanguage  language,
             GArray         *rows,
             const gchar    *text)
{
  g_autoptr (GError) error = NULL;

  if (text && *text &&
      ! pisces_tokenizer_encode_plain (language.tokenizer, text, rows,
                                       language.backend->cancellable, &error))
    pisces_backend_take_error (language.backend, g_steal_pointer (&error));
}

/* Without what its marks stand for, as pisces_template_fill() reads it.  */
static gboolean
measure (PiscesTokenizer  *tokenizer,
         const gchar      *text,
         gint             *n_tokens,
         GError          **error)
{
  static const gchar *const marks[] = { "{image}", "{text}", "{plan}" };
  g_autoptr (GArray)        ids     = g_array_new (FALSE, FALSE, sizeof (gint32));

  while (*text)
    {
      const gsize       n    = strcspn (text + 1, "{") + 1;
      g_autofree gchar *part = NULL;
      gsize             skip = 0;

      for (guint i = 0; i < G_N_ELEMENTS (marks); i++)
        if (g_str_has_prefix (text, marks[i]))
          skip = strlen (marks[i]);

      part = g_strndup (text + skip, n - skip);
      if (! pisces_tokenizer_encode (tokenizer, part, ids, NULL, error))
        return FALSE;
      text += n;
    }
  *n_tokens = ids->len;

  return TRUE;
}
