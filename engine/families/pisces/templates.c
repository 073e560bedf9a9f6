/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Whether the prompts that a model comes with can be used: looked at when the
 * model is read, so that no job finds out.
 */

#include <glib/gi18n-lib.h>

#include <string.h>

#include "engine/families/pisces/model.h"


static gint     count_marks (const gchar     *text,
                             const gchar     *mark);
static gchar  * strange_mark (const gchar    *text);
static gboolean is_of_image (Template         template);
static gboolean measure     (PiscesTokenizer *tokenizer,
                             const gchar     *text,
                             gint            *n_tokens,
                             GError         **error);


/**
 * pisces_templates_read:
 * @model: whose settings and tokenizer are there.
 * @error: return location for an error.
 *
 * Whether each template has its marks and gives tokens by itself.  Notes how
 * many rows they take of a prompt.
 *
 * Returns: whether they can be used.
 */
gboolean
pisces_templates_read (PiscesModel  *model,
                       GError      **error)
{
  model->template_room = PISCES_TEMPLATE_ROOM;
  for (gint i = 0; i < N_TEMPLATES; i++)
    {
      const gchar      *text     = model->settings.templates[i];
      g_autofree gchar *strange  = text ? strange_mark (text) : NULL;
      gint              n_tokens = 0;

      if (text == NULL)
        continue;

      if (count_marks (text, "{image}") != is_of_image (i))
        {
          g_set_error (error, PISCES_ERROR, PISCES_ERROR_MODEL_INVALID,
                       is_of_image (i)
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
      if (! measure (model->tokenizer, text, &n_tokens, error))
        return FALSE;
      if (n_tokens == 0)
        {
          g_set_error (error, PISCES_ERROR, PISCES_ERROR_MODEL_INVALID,
                       _("The model's template “%s” gives no token; config.json and "
                         "tokenizer.json do not belong together."), text);
          return FALSE;
        }
      model->template_room = MAX (model->template_room, n_tokens);
    }

  return TRUE;
}

/**
 * pisces_templates_check_room:
 * @model: whose networks are there too.
 * @error: return location for an error.
 *
 * Returns: whether the language model has positions for an image and a text,
 *   and for a text, its plan and the vectors, if only of a token each.
 */
gboolean
pisces_templates_check_room (PiscesModel  *model,
                             GError      **error)
{
  const gint side   = pisces_vit_get_config (model->vision_tower)->grid_size /
                      model->settings.spatial_merge_size;
  const gint needed = model->template_room + 2 +
                      MAX (side * side, model->settings.num_gen_vectors);

  if (needed <= model->max_positions)
    return TRUE;

  g_set_error (error, PISCES_ERROR, PISCES_ERROR_MODEL_INVALID,
               g_dngettext (GETTEXT_PACKAGE,
                            "The model's prompts take %d position, but its language model "
                            "has only %d: “max_position_embeddings” in its config.json does "
                            "not belong to the rest.",
                            "The model's prompts take %d positions, but its language model "
                            "has only %d: “max_position_embeddings” in its config.json does "
                            "not belong to the rest.", needed),
               needed, model->max_positions);
  return FALSE;
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

static gboolean
is_of_image (Template template)
{
  return template != TEMPLATE_PLAN && template != TEMPLATE_DRAW;
}

/* Without what its marks stand for, as pisces_prompt_new() reads it.  */
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
