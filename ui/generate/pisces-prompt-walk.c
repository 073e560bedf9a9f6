/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-prompt-walk.c: going back and forth through older texts, as a shell
 * does with its commands.  Each of them can be edited on the way, and the
 * unfinished text from before comes back at the end.
 */

#include "ui/generate/pisces-prompt-walk.h"

typedef struct
{
  gchar    *text;
  gboolean  edited;   /* by the user, and not used since */
} Line;

struct _PiscesPromptWalk
{
  GPtrArray *lines;      /* Line: first the draft, then the newest text */
  guint      position;   /* of the line that the user is editing               */
};

static void   line_free    (gpointer          data);
static Line * line_new     (const gchar      *text,
                            gboolean          edited);
static Line * get          (PiscesPromptWalk *walk,
                            guint             index);
static void   keep_current (PiscesPromptWalk *walk,
                            const gchar      *current);
static gint   walk_find    (PiscesPromptWalk *walk,
                            const gchar      *text);

PiscesPromptWalk *
pisces_prompt_walk_new (void)
{
  PiscesPromptWalk *walk = g_new0 (PiscesPromptWalk, 1);

  walk->lines = g_ptr_array_new_with_free_func (line_free);
  g_ptr_array_add (walk->lines, line_new ("", FALSE));

  return walk;
}

void
pisces_prompt_walk_free (PiscesPromptWalk *walk)
{
  g_ptr_array_unref (walk->lines);
  g_free (walk);
}

/**
 * pisces_prompt_walk_set_older:
 * @texts: the older texts, newest first.  Lines that the user has edited and
 *   not used yet stay between them and the draft.
 */
void
pisces_prompt_walk_set_older (PiscesPromptWalk   *walk,
                              const gchar *const *texts,
                              guint               n_texts)
{
  g_autoptr (GPtrArray)  old     = walk->lines;
  Line                  *current = g_ptr_array_index (old, walk->position);
  gboolean               walking = walk->position > 0;
  guint                  i;
  gint                   found;

  walk->lines = g_ptr_array_new_with_free_func (line_free);
  g_ptr_array_add (walk->lines, line_new (((Line *) old->pdata[0])->text, FALSE));

  for (i = 1; i < old->len; i++)
    {
      Line *line = old->pdata[i];

      if (line->edited && line != current)
        g_ptr_array_add (walk->lines, line_new (line->text, TRUE));
    }
  for (i = 0; i < n_texts; i++)
    g_ptr_array_add (walk->lines, line_new (texts[i], FALSE));

  walk->position = 0;
  if (! walking)
    return;

  found = walk_find (walk, current->text);
  if (found < 1)
    {
      found = 1;
      g_ptr_array_insert (walk->lines, 1,
                          line_new (current->text, current->edited));
    }
  walk->position = found;
}

/**
 * pisces_prompt_walk_older:
 * @current: the text in the field now; it is kept.
 *
 * Returns: (transfer none) (nullable): the next older text that differs from
 *   it; %NULL at the end.
 */
const gchar *
pisces_prompt_walk_older (PiscesPromptWalk *walk,
                          const gchar      *current)
{
  guint i;

  keep_current (walk, current);

  for (i = walk->position + 1; i < walk->lines->len; i++)
    {
      if (g_strcmp0 (get (walk, i)->text, current) != 0)
        {
          walk->position = i;
          return get (walk, i)->text;
        }
    }

  return NULL;
}

/**
 * pisces_prompt_walk_newer:
 *
 * Returns: (transfer none) (nullable): the next newer text; after the newest,
 *   the draft, even if it is blank; then %NULL.
 */
const gchar *
pisces_prompt_walk_newer (PiscesPromptWalk *walk,
                          const gchar      *current)
{
  keep_current (walk, current);

  while (walk->position > 0)
    {
      walk->position--;
      if (g_strcmp0 (get (walk, walk->position)->text, current) != 0)
        return get (walk, walk->position)->text;
    }

  return NULL;
}

/**
 * pisces_prompt_walk_replace:
 * @current: the text in the field, which a text from a list or a picture is
 *   about to replace.  It stays one step away.
 */
void
pisces_prompt_walk_replace (PiscesPromptWalk *walk,
                            const gchar      *current)
{
  keep_current (walk, current);
  walk->position = 1;
  g_ptr_array_insert (walk->lines, 1, line_new ("", FALSE));
}

/**
 * pisces_prompt_walk_used:
 * @current: the text that was used for a job; it is no longer a draft.
 */
void
pisces_prompt_walk_used (PiscesPromptWalk *walk,
                         const gchar      *current)
{
  Line *line = get (walk, walk->position);

  g_free (line->text);
  line->text   = g_strdup (walk->position > 0 ? current : "");
  line->edited = FALSE;
}

/**
 * pisces_prompt_walk_get_draft:
 *
 * Returns: (transfer none) (nullable): the unfinished text, while the user is
 *   looking at another one.
 */
const gchar *
pisces_prompt_walk_get_draft (PiscesPromptWalk *walk)
{
  const gchar *draft = get (walk, 0)->text;

  return walk->position > 0 && *draft ? draft : NULL;
}

static void
line_free (gpointer data)
{
  Line *line = data;

  g_free (line->text);
  g_free (line);
}

static Line *
line_new (const gchar *text,
          gboolean     edited)
{
  Line *line = g_new0 (Line, 1);

  line->text   = g_strdup (text);
  line->edited = edited;

  return line;
}

static Line *
get (PiscesPromptWalk *walk,
     guint             index)
{
  return g_ptr_array_index (walk->lines, index);
}

static void
keep_current (PiscesPromptWalk *walk,
              const gchar      *current)
{
  Line *line = get (walk, walk->position);

  if (g_strcmp0 (line->text, current) == 0)
    return;

  g_free (line->text);
  line->text   = g_strdup (current);
  line->edited = *current != '\0';
}

static gint
walk_find (PiscesPromptWalk *walk,
           const gchar      *text)
{
  guint i;

  for (i = 1; i < walk->lines->len; i++)
    {
      if (g_strcmp0 (get (walk, i)->text, text) == 0)
        return i;
    }

  return -1;
}
