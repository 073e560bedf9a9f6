/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-file-keywords.c: see pisces-file-keywords.h.  What changes is kept as two
 * lists, keywords that come and keywords that go, so that those which another
 * program adds to the file meanwhile stay.
 */

#include "engine/metadata/keywords.h"
#include "ui/files/pisces-file-keywords.h"

/* Keys of the file that keeps what is not saved.  */
#define KEY_ADDED    "keywords"
#define KEY_REMOVED  "removed-keywords"
#define KEY_WRITTEN  "machine-made-keywords"
#define KEY_DOUBTFUL "doubtful"
#define KEY_VERSION  "version"

typedef const gchar * const *List;

static const gchar * const none[] = { NULL };

struct _PiscesFileKeywords
{
  GObject    parent_instance;

  gchar    **in_file;    /* what the file has, as far as known */
  gchar    **added;
  gchar    **removed;
  gchar    **written;    /* those of the added that the model wrote last, unless a
                          * person has edited the list since */
  gboolean   doubtful;   /* whether these are about a picture that it does not know */
  gchar     *version;    /* nullable: the file that the changes belong to */
};

static void pisces_file_keywords_finalize (GObject            *object);
static void file_keywords_take            (gchar            ***list,
                                           gchar             **value);

static guint changed;

G_DEFINE_FINAL_TYPE (PiscesFileKeywords, pisces_file_keywords, G_TYPE_OBJECT)

static void
pisces_file_keywords_class_init (PiscesFileKeywordsClass *class)
{
  G_OBJECT_CLASS (class)->finalize = pisces_file_keywords_finalize;

  changed = g_signal_new ("changed", G_TYPE_FROM_CLASS (class),
                          G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                          G_TYPE_NONE, 0);
}

static void
pisces_file_keywords_init (PiscesFileKeywords *keywords)
{
  keywords->in_file = g_new0 (gchar *, 1);
  keywords->added   = g_new0 (gchar *, 1);
  keywords->removed = g_new0 (gchar *, 1);
  keywords->written = g_new0 (gchar *, 1);
}

static void
pisces_file_keywords_finalize (GObject *object)
{
  PiscesFileKeywords *keywords = PISCES_FILE_KEYWORDS (object);

  g_strfreev (keywords->in_file);
  g_strfreev (keywords->added);
  g_strfreev (keywords->removed);
  g_strfreev (keywords->written);
  g_free (keywords->version);

  G_OBJECT_CLASS (pisces_file_keywords_parent_class)->finalize (object);
}


/*  public functions  */

/**
 * pisces_file_keywords_new:
 *
 * Returns: (transfer full): no keywords, and nothing to save.
 */
PiscesFileKeywords *
pisces_file_keywords_new (void)
{
  return g_object_new (PISCES_TYPE_FILE_KEYWORDS, NULL);
}

/**
 * pisces_file_keywords_get_in_file:
 *
 * Returns: (transfer none): what the file has, as far as known.
 */
const gchar * const *
pisces_file_keywords_get_in_file (PiscesFileKeywords *keywords)
{
  return (List) keywords->in_file;
}

/**
 * pisces_file_keywords_get_added:
 *
 * Returns: (transfer none): keywords that the file does not have yet.
 */
const gchar * const *
pisces_file_keywords_get_added (PiscesFileKeywords *keywords)
{
  return (List) keywords->added;
}

/**
 * pisces_file_keywords_get_removed:
 *
 * Returns: (transfer none): keywords of the file that a person took away.
 */
const gchar * const *
pisces_file_keywords_get_removed (PiscesFileKeywords *keywords)
{
  return (List) keywords->removed;
}

gboolean
pisces_file_keywords_get_unsaved (PiscesFileKeywords *keywords)
{
  return *keywords->added || *keywords->removed;
}

/**
 * pisces_file_keywords_get_doubtful:
 *
 * Returns: whether some of those that are not saved are the model's, about a picture
 *   that it does not know.
 */
gboolean
pisces_file_keywords_get_doubtful (PiscesFileKeywords *keywords)
{
  return keywords->doubtful && *keywords->written;
}

/**
 * pisces_file_keywords_get_version:
 *
 * Returns: (nullable): see pisces_file_item_get_version().
 */
const gchar *
pisces_file_keywords_get_version (PiscesFileKeywords *keywords)
{
  return keywords->version;
}

void
pisces_file_keywords_set_version (PiscesFileKeywords *keywords,
                                  const gchar        *version)
{
  gchar *copy = g_strdup (version);

  g_free (keywords->version);
  keywords->version = copy;
}

/**
 * pisces_file_keywords_set_in_file:
 * @in_file: what the file has now.  What is still to change stays so.
 */
void
pisces_file_keywords_set_in_file (PiscesFileKeywords  *keywords,
                                  const gchar * const *in_file)
{
  g_auto (GStrv) kept = pisces_keywords_without ((List) keywords->removed, in_file);

  if (g_strv_equal (in_file, (List) keywords->in_file) && ! *kept)
    return;

  file_keywords_take (&keywords->in_file, g_strdupv ((gchar **) in_file));
  file_keywords_take (&keywords->added,
                      pisces_keywords_without ((List) keywords->added, in_file));
  file_keywords_take (&keywords->written,
                      pisces_keywords_without ((List) keywords->written, in_file));
  file_keywords_take (&keywords->removed,
                      pisces_keywords_without ((List) keywords->removed, (List) kept));
  g_signal_emit (keywords, changed, 0);
}

/**
 * pisces_file_keywords_write:
 * @written: what the model found.  It comes to what the file and a person have, in
 *   place of what the model found before; what a person took away does not come back.
 * @doubtful: whether the model says that it does not know such pictures.
 */
void
pisces_file_keywords_write (PiscesFileKeywords  *keywords,
                            const gchar * const *written,
                            gboolean             doubtful)
{
  g_auto (GStrv) own   = pisces_keywords_without ((List) keywords->added,
                                                  (List) keywords->written);
  g_auto (GStrv) other = pisces_keywords_without (written, (List) keywords->in_file);
  gchar        **fresh = pisces_keywords_without ((List) other, (List) own);

  file_keywords_take (&keywords->written, fresh);
  file_keywords_take (&keywords->added,
                      pisces_keywords_change ((List) own, (List) fresh, none));
  keywords->doubtful = doubtful;
  g_signal_emit (keywords, changed, 0);
}

/**
 * pisces_file_keywords_edit:
 * @added: keywords that the file should get.
 * @removed: keywords that it should lose.
 *
 * A person has changed the list, and so has read it.
 */
void
pisces_file_keywords_edit (PiscesFileKeywords  *keywords,
                           const gchar * const *added,
                           const gchar * const *removed)
{
  file_keywords_take (&keywords->written, g_new0 (gchar *, 1));
  keywords->doubtful = FALSE;
  file_keywords_take (&keywords->added, g_strdupv ((gchar **) added));
  file_keywords_take (&keywords->removed, g_strdupv ((gchar **) removed));
  g_signal_emit (keywords, changed, 0);
}

/**
 * pisces_file_keywords_set_saved:
 * @added: keywords that the file has got.
 * @removed: keywords that it has lost.
 *
 * What was changed after these were sent to be saved is still to save.
 */
void
pisces_file_keywords_set_saved (PiscesFileKeywords  *keywords,
                                const gchar * const *added,
                                const gchar * const *removed)
{
  g_auto (GStrv) in_file = pisces_keywords_change ((List) keywords->in_file, added, removed);

  pisces_file_keywords_set_in_file (keywords, (List) in_file);
}

/**
 * pisces_file_keywords_keep:
 * @file: receives what is not saved.
 * @group: in which group.
 */
void
pisces_file_keywords_keep (PiscesFileKeywords *keywords,
                           GKeyFile           *file,
                           const gchar        *group)
{
  g_key_file_set_string_list (file, group, KEY_ADDED, (List) keywords->added,
                              g_strv_length (keywords->added));
  g_key_file_set_string_list (file, group, KEY_REMOVED, (List) keywords->removed,
                              g_strv_length (keywords->removed));
  g_key_file_set_string_list (file, group, KEY_WRITTEN, (List) keywords->written,
                              g_strv_length (keywords->written));
  g_key_file_set_boolean (file, group, KEY_DOUBTFUL, keywords->doubtful);
  if (keywords->version)
    g_key_file_set_string (file, group, KEY_VERSION, keywords->version);
}

/**
 * pisces_file_keywords_call_back:
 * @file: what pisces_file_keywords_keep() wrote; it may be damaged.
 * @group: the group.
 *
 * What is already here and not saved is newer, and stays.
 */
void
pisces_file_keywords_call_back (PiscesFileKeywords *keywords,
                                GKeyFile           *file,
                                const gchar        *group)
{
  g_auto (GStrv)   added   = g_key_file_get_string_list (file, group, KEY_ADDED, NULL, NULL);
  g_auto (GStrv)   removed = g_key_file_get_string_list (file, group, KEY_REMOVED, NULL, NULL);
  g_auto (GStrv)   written = g_key_file_get_string_list (file, group, KEY_WRITTEN, NULL, NULL);
  g_autofree gchar *version = g_key_file_get_string (file, group, KEY_VERSION, NULL);

  if (pisces_file_keywords_get_unsaved (keywords) || ! added || ! removed)
    return;

  pisces_file_keywords_edit (keywords, (List) added, (List) removed);
  if (written)
    file_keywords_take (&keywords->written, g_steal_pointer (&written));
  keywords->doubtful = g_key_file_get_boolean (file, group, KEY_DOUBTFUL, NULL);
  pisces_file_keywords_set_version (keywords, version);
}


/*  private functions  */

/* @value: (transfer full): may have been made from the old value of @list.  */
static void
file_keywords_take (gchar ***list,
                    gchar  **value)
{
  g_strfreev (*list);
  *list = value;
}
