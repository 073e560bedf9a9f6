/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * templates.c: see templates.h.
 */

#include <glib/gi18n-lib.h>

#include <string.h>

#include "engine/families/templates.h"
#include "engine/pisces.h"


/* The state while a template becomes rows.  Neighbouring texts are encoded
 * together, even if one is from the template and the other from the user, because
 * a tokenizer may join the space at the end of the template's words with the
 * first word of the user's.  */
typedef struct
{
  PiscesTokenizer *tokenizer;
  GCancellable    *cancellable;
  GError          *error;             /* the first one                       */
  GArray          *rows;
  GString         *run;               /* text that is not yet encoded        */
  const gchar     *literal;           /* the template's text being split     */
} Filling;


static gint     count_marks  (const gchar          *text,
                              const gchar          *mark);
static gchar  * strange_mark (const gchar          *text);
static GArray * fill_rows    (PiscesTokenizer      *tokenizer,
                              const gchar          *text,
                              PiscesTemplateParts   parts,
                              GCancellable         *cancellable,
                              GError              **error);
static void     add_row      (Filling              *filling,
                              gint32                row);
static void     end_run      (Filling              *filling);
static void     add_stretch  (gint32                id,
                              gsize                 begin,
                              gsize                 end,
                              gpointer              user_data);
static void     add_literal  (Filling              *filling,
                              const gchar          *literal);


/**
 * pisces_template_token:
 * @tokenizer: the model's tokenizer.
 * @token: a special token that the model's templates need.
 * @folder: the model's folder, for the error.
 * @error: return location for an error.
 *
 * Finds a token by its text, because its number is not the same in models of
 * different sizes.
 *
 * Returns: its number; -1 with @error set.
 */
gint32
pisces_template_token (const PiscesTokenizer  *tokenizer,
                       const gchar            *token,
                       const gchar            *folder,
                       GError                **error)
{
  const gint32 id = pisces_tokenizer_find (tokenizer, token);

  if (id < 0)
    g_set_error (error, PISCES_ERROR, PISCES_ERROR_MODEL_INVALID,
                 _("The tokenizer of the model in “%s” has no token “%s”. It belongs to another "
                   "model; get the model's files again."), folder, token);

  return id;
}

/**
 * pisces_template_check:
 * @tokenizer: the model's tokenizer.
 * @text: the template.
 * @has_image: whether the template must have the mark `{image}`.
 * @n_tokens: (out): the number of tokens of the template, without what its marks
 *   stand for.
 * @error: return location for an error.
 *
 * Checks a template when the model is loaded, so that no job fails because of it.
 *
 * Returns: whether the template has the marks it needs, no others, and tokens of
 *   its own; if not, @error is set.
 */
gboolean
pisces_template_check (PiscesTokenizer  *tokenizer,
                       const gchar      *text,
                       gboolean          has_image,
                       gint             *n_tokens,
                       GError          **error)
{
  g_autofree gchar  *strange = strange_mark (text);
  g_autoptr (GArray) rows    = NULL;
  GError            *failure = NULL;

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
  rows      = fill_rows (tokenizer, text, (PiscesTemplateParts) { 0 }, NULL, &failure);
  *n_tokens = rows->len;
  if (failure)
    {
      g_propagate_error (error, failure);
      return FALSE;
    }
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
 * @language: the language model.  Its backend is told of a failure.
 * @text: a template that pisces_template_check() has accepted.
 * @parts: what the marks are replaced with; a missing text counts as empty.
 *
 * If a text cannot be read, the backend has failed.
 *
 * Returns: (transfer full): gint32 rows, at least one.
 */
GArray *
pisces_template_fill (PiscesLanguage       language,
                      const gchar         *text,
                      PiscesTemplateParts  parts)
{
  GError *error = NULL;
  GArray *rows  = fill_rows (language.tokenizer, text, parts, language.backend->cancellable, &error);

  if (error)
    pisces_backend_take_error (language.backend, error);

  if (rows->len == 0)
    {
      const gint32 row = 0;

      /* pisces_template_check() has accepted the template, so this can only
       * follow an earlier failure.  */
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

/* Returns (transfer full) the first word in braces that is no known mark, or
 * NULL.  Other braces are ordinary text.  */
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

/* Returns (transfer full) the rows of a filled template, or those that it had come
 * to when @error was set.  */
static GArray *
fill_rows (PiscesTokenizer      *tokenizer,
           const gchar          *text,
           PiscesTemplateParts   parts,
           GCancellable         *cancellable,
           GError              **error)
{
  Filling      filling = { .tokenizer = tokenizer, .cancellable = cancellable };
  const gchar *rest    = text;

  filling.rows = g_array_new (FALSE, FALSE, sizeof (gint32));
  filling.run  = g_string_new (NULL);
  while (*rest)
    {
      gsize             literal = strcspn (rest, "{");
      g_autofree gchar *head    = g_strndup (rest, literal);

      add_literal (&filling, head);
      rest += literal;

      if (g_str_has_prefix (rest, "{image}"))
        {
          end_run (&filling);
          for (gint i = 0; i < parts.n_image_rows; i++)
            add_row (&filling, PISCES_IMAGE_ROW);
          rest += strlen ("{image}");
        }
      else if (g_str_has_prefix (rest, "{text}"))
        {
          g_string_append (filling.run, parts.text ? parts.text : "");
          rest += strlen ("{text}");
        }
      else if (g_str_has_prefix (rest, "{plan}"))
        {
          g_string_append (filling.run, parts.plan ? parts.plan : "");
          rest += strlen ("{plan}");
        }
      else if (*rest)
        {
          add_literal (&filling, "{");
          rest++;
        }
    }
  end_run (&filling);
  g_string_free (filling.run, TRUE);

  if (filling.error)
    g_propagate_error (error, filling.error);

  return filling.rows;
}

static void
add_row (Filling *filling,
         gint32   row)
{
  g_array_append_val (filling->rows, row);
}

/* Encodes the text that was collected since the last special token.  After an error
 * nothing more is encoded.  */
static void
end_run (Filling *filling)
{
  if (filling->run->len > 0 && ! filling->error)
    pisces_tokenizer_encode_plain (filling->tokenizer, filling->run->str, filling->rows,
                                   filling->cancellable, &filling->error);
  g_string_truncate (filling->run, 0);
}

static void
add_stretch (gint32   id,
             gsize    begin,
             gsize    end,
             gpointer user_data)
{
  Filling *filling = user_data;

  if (id < 0)
    {
      g_string_append_len (filling->run, filling->literal + begin, end - begin);
      return;
    }

  end_run (filling);
  add_row (filling, id);
}

/* Adds text of the template, in which special tokens are recognised.  */
static void
add_literal (Filling     *filling,
             const gchar *literal)
{
  filling->literal = literal;
  if (! filling->error)
    pisces_tokenizer_split (filling->tokenizer, literal, add_stretch, filling, &filling->error);
}
