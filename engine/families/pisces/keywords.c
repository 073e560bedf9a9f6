/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * keywords.c: keywords from a model that knows only some words and was never asked
 * for keywords.  Its short descriptions have one form: how many, of which colour,
 * of which thing.  So the things that it names are the keywords, then their
 * colours, then what they are on.
 */

#include <string.h>

#include "engine/families/pisces/model.h"

/* Words before a thing that say nothing about it alone.  */
static const gchar *const plain_words[] =
{
  "a", "an", "the", "one", "two", "three", "four", "five", "six", "some", "several", "many",
  NULL
};

static gchar  ** split_words (const gchar *text);
static gchar   * thing_of    (gchar      **things,
                              const gchar *word);
static void      add_once    (GPtrArray   *words,
                              gchar       *word);


/**
 * pisces_keywords_find:
 * @model: the model.
 * @text: (nullable): its short description of a picture.
 *
 * Returns: (transfer full): the keywords, each once; empty if the text names
 *   nothing, or if the model does not say which of its words are things.
 */
gchar **
pisces_keywords_find (PiscesModel *model,
                      const gchar *text)
{
  const PiscesSettings *settings = &model->settings;
  g_auto (GStrv)        words    = split_words (text ? text : "");
  GPtrArray            *found    = g_ptr_array_new ();
  g_autoptr (GPtrArray) looks    = g_ptr_array_new ();
  g_autoptr (GPtrArray) grounds  = g_ptr_array_new ();
  const gchar          *before   = NULL;

  for (guint i = 0; settings->thing_words && words[i]; i++)
    {
      g_autofree gchar *thing = NULL;

      if (! g_hash_table_contains (settings->thing_words, words[i]))
        {
          before = g_strv_contains (plain_words, words[i]) || g_ascii_isdigit (*words[i])
                     ? NULL : words[i];
          continue;
        }

      thing = thing_of (settings->things, words[i]);
      if (thing)
        {
          add_once (found, g_steal_pointer (&thing));
          if (before)
            add_once (looks, g_strdup (before));
        }
      else if (before)
        {
          add_once (grounds, g_strdup_printf ("%s %s", before, words[i]));
        }
      before = NULL;
    }

  g_ptr_array_extend (found, looks, NULL, NULL);
  g_ptr_array_extend (found, grounds, NULL, NULL);
  g_ptr_array_add (found, NULL);

  return (gchar **) g_ptr_array_free (found, FALSE);
}


/*  private functions  */

static gchar **
split_words (const gchar *text)
{
  g_autofree gchar *lower = g_utf8_strdown (text, -1);
  g_auto (GStrv)    parts = g_strsplit_set (lower, " .,;:!?\n", -1);
  GStrvBuilder     *words = g_strv_builder_new ();
  gchar           **all;

  for (guint i = 0; parts[i]; i++)
    if (*parts[i])
      g_strv_builder_add (words, parts[i]);
  all = g_strv_builder_end (words);
  g_strv_builder_unref (words);

  return all;
}

/* Returns (transfer full) the thing that a word names, in the singular; NULL if it
 * is none of those that the model draws, like "background".  */
static gchar *
thing_of (gchar       **things,
          const gchar  *word)
{
  for (guint i = 0; things && things[i]; i++)
    {
      const gsize length = strlen (things[i]);

      if (strcmp (word, things[i]) == 0 ||
          (g_str_has_prefix (word, things[i]) &&
           (strcmp (word + length, "s") == 0 || strcmp (word + length, "es") == 0)) ||
          (g_str_has_suffix (things[i], "f") && strncmp (word, things[i], length - 1) == 0 &&
           strcmp (word + length - 1, "ves") == 0))
        return g_strdup (things[i]);
    }

  return NULL;
}

/* @word: (transfer full).  */
static void
add_once (GPtrArray *words,
          gchar     *word)
{
  if (g_ptr_array_find_with_equal_func (words, word, g_str_equal, NULL))
    g_free (word);
  else
    g_ptr_array_add (words, word);
}
