/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-text-drafts.c: texts that a person, or the model, has written for
 * images and that are not saved in any image yet.  An image can be closed, and
 * GIMP can end, without a question, so these texts are kept in a file of the
 * user's, together with what identifies the image.  A draft is removed only
 * when a user who has seen it asks for it.
 */

#include "ui/describe/pisces-text-drafts.h"
#include "ui/widgets/pisces-user-file.h"

/* Keys in the file: it has one group for each text, and the texts of one draft
 * share its number.  */
#define KEY_DRAFT      "draft"
#define KEY_NAME       "image"
#define KEY_URIS       "files"
#define KEY_TIME       "time"
#define KEY_LANGUAGE   "language"
#define KEY_SHORT      "short"
#define KEY_LONG       "long"
#define KEY_SHORT_MADE "short-machine-made"
#define KEY_LONG_MADE  "long-machine-made"
#define KEY_SHORT_DOUBTFUL "short-doubtful"
#define KEY_LONG_DOUBTFUL  "long-doubtful"
#define KEY_ADDED          "keywords-added"
#define KEY_REMOVED        "keywords-removed"

struct _PiscesTextDrafts
{
  GObject    parent_instance;

  gchar      *path;
  GPtrArray  *drafts;  /* PiscesTextDraft, the oldest first */
  GHashTable *known;   /* names of the file's groups that were read before */
};

static void     pisces_text_drafts_finalize (GObject               *object);
static void     draft_free                  (PiscesTextDraft       *draft);
static gint     compare_times               (gconstpointer          a,
                                             gconstpointer          b);
static gboolean draft_is_of                 (const PiscesTextDraft *draft,
                                             const gchar * const   *uris);
static void     load_texts                  (PiscesTextDrafts      *drafts,
                                             GKeyFile              *file);
static void     load_text                   (PiscesTextDraft       *draft,
                                             GKeyFile              *file,
                                             const gchar           *group);
static void     load_keywords               (GKeyFile              *file,
                                             const gchar           *group,
                                             const gchar           *key,
                                             gchar               ***keywords);
static void     store_text                  (GKeyFile              *file,
                                             const PiscesTextDraft *draft,
                                             const PiscesAltText   *text);
static void     store_keywords              (GKeyFile              *file,
                                             const PiscesTextDraft *draft);
static void     store_image                 (GKeyFile              *file,
                                             const gchar           *group,
                                             const PiscesTextDraft *draft);

static guint changed;

G_DEFINE_FINAL_TYPE (PiscesTextDrafts, pisces_text_drafts, G_TYPE_OBJECT)

static void
pisces_text_drafts_class_init (PiscesTextDraftsClass *class)
{
  G_OBJECT_CLASS (class)->finalize = pisces_text_drafts_finalize;

  changed = g_signal_new ("changed", G_TYPE_FROM_CLASS (class),
                          G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                          G_TYPE_NONE, 0);
}

static void
pisces_text_drafts_init (PiscesTextDrafts *drafts)
{
  drafts->drafts = g_ptr_array_new_with_free_func ((GDestroyNotify) draft_free);
  drafts->known  = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}

static void
pisces_text_drafts_finalize (GObject *object)
{
  PiscesTextDrafts *drafts = PISCES_TEXT_DRAFTS (object);

  g_ptr_array_unref (drafts->drafts);
  g_hash_table_unref (drafts->known);
  g_free (drafts->path);

  G_OBJECT_CLASS (pisces_text_drafts_parent_class)->finalize (object);
}


/*  public functions  */

/**
 * pisces_text_drafts_new:
 * @path: the file, which need not exist.
 * @error: set if there is a file that cannot be read as drafts; it is renamed,
 *   so that nothing in it is lost.
 *
 * Returns: (transfer full): the drafts that are in the file.
 */
PiscesTextDrafts *
pisces_text_drafts_new (const gchar  *path,
                        GError      **error)
{
  PiscesTextDrafts     *drafts = g_object_new (PISCES_TYPE_TEXT_DRAFTS, NULL);
  g_autoptr (GKeyFile)  file   = pisces_user_file_load_keys (path, error);

  drafts->path = g_strdup (path);
  load_texts (drafts, file);
  pisces_user_file_merge_keys (path, file, drafts->known);

  return drafts;
}

/**
 * pisces_text_drafts_add:
 *
 * Returns: (transfer none): a new, empty draft, marked as shown.
 */
PiscesTextDraft *
pisces_text_drafts_add (PiscesTextDrafts *drafts)
{
  PiscesTextDraft *draft = g_new0 (PiscesTextDraft, 1);

  draft->id       = g_uuid_string_random ();
  draft->name     = g_strdup ("");
  draft->uris     = g_new0 (gchar *, 1);
  draft->texts    = pisces_alt_texts_new ();
  draft->added    = g_new0 (gchar *, 1);
  draft->removed  = g_new0 (gchar *, 1);
  draft->is_shown = TRUE;
  g_ptr_array_add (drafts->drafts, draft);

  return draft;
}

/**
 * pisces_text_drafts_find:
 * @uris: the files of an image.
 *
 * Returns: (transfer none) (nullable): of the drafts that no window shows and
 *   whose image has one of these files, the newest.
 */
PiscesTextDraft *
pisces_text_drafts_find (PiscesTextDrafts    *drafts,
                         const gchar * const *uris)
{
  for (guint i = drafts->drafts->len; i > 0; i--)
    {
      PiscesTextDraft *draft = drafts->drafts->pdata[i - 1];

      if (! draft->is_shown && draft_is_of (draft, uris))
        return draft;
    }

  return NULL;
}

/**
 * pisces_text_drafts_list_free:
 *
 * Returns: (transfer container) (element-type PiscesTextDraft): the drafts
 *   that no window shows, the newest first.
 */
GPtrArray *
pisces_text_drafts_list_free (PiscesTextDrafts *drafts)
{
  GPtrArray *list = g_ptr_array_new ();

  for (guint i = drafts->drafts->len; i > 0; i--)
    {
      PiscesTextDraft *draft = drafts->drafts->pdata[i - 1];

      if (! draft->is_shown)
        g_ptr_array_add (list, draft);
    }
  g_ptr_array_sort_values (list, compare_times);

  return list;
}

/**
 * pisces_text_drafts_set_image:
 * @name: the image's name as the user knows it.
 * @uris: its files.
 */
void
pisces_text_drafts_set_image (PiscesTextDrafts    *drafts,
                              PiscesTextDraft     *draft,
                              const gchar         *name,
                              const gchar * const *uris)
{
  gchar  *new_name = g_strdup (name);
  gchar **new_uris = g_strdupv ((gchar **) uris);

  g_free (draft->name);
  g_strfreev (draft->uris);
  draft->name = new_name;
  draft->uris = new_uris;
}

/**
 * pisces_text_drafts_set_texts:
 * @texts: (element-type PiscesAltText): the texts, which are copied.
 * @added: keywords that the image is to get.
 * @removed: keywords that it is to lose.
 */
void
pisces_text_drafts_set_texts (PiscesTextDrafts    *drafts,
                              PiscesTextDraft     *draft,
                              GPtrArray           *texts,
                              const gchar * const *added,
                              const gchar * const *removed)
{
  GPtrArray  *copy        = pisces_alt_texts_copy (texts);
  gchar     **new_added   = g_strdupv ((gchar **) added);
  gchar     **new_removed = g_strdupv ((gchar **) removed);

  g_ptr_array_unref (draft->texts);
  g_strfreev (draft->added);
  g_strfreev (draft->removed);
  draft->texts   = copy;
  draft->added   = new_added;
  draft->removed = new_removed;
  draft->time    = g_get_real_time () / G_USEC_PER_SEC;
}

/**
 * pisces_text_drafts_set_shown:
 * @is_shown: whether a window shows the draft.  Such a window decides what
 *   happens to it, so no other may take it.
 */
void
pisces_text_drafts_set_shown (PiscesTextDrafts *drafts,
                              PiscesTextDraft  *draft,
                              gboolean          is_shown)
{
  draft->is_shown = is_shown;
  g_signal_emit (drafts, changed, 0);
}

/* Called when the texts have been saved in the image, or the user does not
 * want them.  */
void
pisces_text_drafts_remove (PiscesTextDrafts *drafts,
                           PiscesTextDraft  *draft)
{
  g_ptr_array_remove (drafts->drafts, draft);
  g_signal_emit (drafts, changed, 0);
}

/**
 * pisces_text_drafts_store:
 *
 * Returns: whether the drafts were written to the file.
 */
gboolean
pisces_text_drafts_store (PiscesTextDrafts  *drafts,
                          GError           **error)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();

  for (guint i = 0; i < drafts->drafts->len; i++)
    {
      const PiscesTextDraft *draft = drafts->drafts->pdata[i];

      for (guint j = 0; j < draft->texts->len; j++)
        store_text (file, draft, draft->texts->pdata[j]);
      if (*draft->added || *draft->removed)
        store_keywords (file, draft);
    }
  pisces_user_file_merge_keys (drafts->path, file, drafts->known);

  return pisces_user_file_store_keys (drafts->path, file, error);
}


/*  private functions  */

static void
draft_free (PiscesTextDraft *draft)
{
  g_free (draft->id);
  g_free (draft->name);
  g_strfreev (draft->uris);
  g_ptr_array_unref (draft->texts);
  g_strfreev (draft->added);
  g_strfreev (draft->removed);
  g_free (draft);
}

static gint
compare_times (gconstpointer a,
               gconstpointer b)
{
  const PiscesTextDraft *first  = a;
  const PiscesTextDraft *second = b;

  return (second->time > first->time) - (second->time < first->time);
}

static gboolean
draft_is_of (const PiscesTextDraft *draft,
             const gchar * const   *uris)
{
  for (guint i = 0; uris[i]; i++)
    if (g_strv_contains ((const gchar * const *) draft->uris, uris[i]))
      return TRUE;

  return FALSE;
}

/* A damaged group is skipped, so that the texts in the other groups are not
 * lost with it.  */
static void
load_texts (PiscesTextDrafts *drafts,
            GKeyFile         *file)
{
  g_auto (GStrv)         groups = g_key_file_get_groups (file, NULL);
  g_autoptr (GHashTable) found  = g_hash_table_new_full (g_str_hash, g_str_equal,
                                                         g_free, NULL);

  for (guint i = 0; groups[i]; i++)
    {
      g_autofree gchar *number = NULL;
      g_autofree gchar *name   = NULL;
      g_auto (GStrv)    uris   = NULL;
      PiscesTextDraft  *draft;

      /* A text without a number becomes a draft of its own.  */
      number = g_key_file_get_string (file, groups[i], KEY_DRAFT, NULL);
      draft  = number ? g_hash_table_lookup (found, number) : NULL;
      if (! draft)
        {
          draft = pisces_text_drafts_add (drafts);
          draft->is_shown = FALSE;
          draft->time = g_key_file_get_int64 (file, groups[i], KEY_TIME, NULL);
          name = g_key_file_get_string (file, groups[i], KEY_NAME, NULL);
          uris = g_key_file_get_string_list (file, groups[i], KEY_URIS, NULL,
                                             NULL);
          pisces_text_drafts_set_image (drafts, draft, name ? name : "",
                                        uris ? (const gchar * const *) uris :
                                               (const gchar *[]) { NULL });
          if (number)
            {
              g_free (draft->id);
              draft->id = g_strdup (number);
              g_hash_table_insert (found, g_steal_pointer (&number), draft);
            }
        }

      load_text (draft, file, groups[i]);
      load_keywords (file, groups[i], KEY_ADDED, &draft->added);
      load_keywords (file, groups[i], KEY_REMOVED, &draft->removed);
    }

  for (guint i = drafts->drafts->len; i > 0; i--)
    {
      const PiscesTextDraft *draft = drafts->drafts->pdata[i - 1];

      if (draft->texts->len == 0 && ! *draft->added && ! *draft->removed)
        g_ptr_array_remove_index (drafts->drafts, i - 1);
    }
}

static void
load_keywords (GKeyFile      *file,
               const gchar   *group,
               const gchar   *key,
               gchar       ***keywords)
{
  gchar **found = g_key_file_get_string_list (file, group, key, NULL, NULL);

  if (! found)
    return;

  g_strfreev (*keywords);
  *keywords = found;
}

static void
load_text (PiscesTextDraft *draft,
           GKeyFile        *file,
           const gchar     *group)
{
  g_autofree gchar *language   = g_key_file_get_string (file, group, KEY_LANGUAGE, NULL);
  g_autofree gchar *short_text = g_key_file_get_string (file, group, KEY_SHORT, NULL);
  g_autofree gchar *long_text  = g_key_file_get_string (file, group, KEY_LONG, NULL);
  PiscesAltText    *text;

  if (! short_text && ! long_text)
    return;

  text = pisces_alt_texts_add (draft->texts,
                               language && *language ? language :
                                                       PISCES_ALT_TEXT_DEFAULT,
                               short_text, long_text);
  text->short_machine_made = g_key_file_get_boolean (file, group, KEY_SHORT_MADE, NULL);
  text->long_machine_made  = g_key_file_get_boolean (file, group, KEY_LONG_MADE, NULL);
  text->short_doubtful     = g_key_file_get_boolean (file, group, KEY_SHORT_DOUBTFUL, NULL);
  text->long_doubtful      = g_key_file_get_boolean (file, group, KEY_LONG_DOUBTFUL, NULL);
}

static void
store_text (GKeyFile              *file,
            const PiscesTextDraft *draft,
            const PiscesAltText   *text)
{
  g_autofree gchar *group = g_strconcat (draft->id, " ", text->language, NULL);

  store_image (file, group, draft);
  g_key_file_set_string  (file, group, KEY_LANGUAGE, text->language);
  g_key_file_set_string  (file, group, KEY_SHORT, text->short_text);
  g_key_file_set_string  (file, group, KEY_LONG, text->long_text);
  g_key_file_set_boolean (file, group, KEY_SHORT_MADE, text->short_machine_made);
  g_key_file_set_boolean (file, group, KEY_LONG_MADE, text->long_machine_made);
  g_key_file_set_boolean (file, group, KEY_SHORT_DOUBTFUL, text->short_doubtful);
  g_key_file_set_boolean (file, group, KEY_LONG_DOUBTFUL, text->long_doubtful);
}

/* No language has a tag with a space in it.  */
static void
store_keywords (GKeyFile              *file,
                const PiscesTextDraft *draft)
{
  g_autofree gchar *group = g_strconcat (draft->id, " its keywords", NULL);

  store_image (file, group, draft);
  g_key_file_set_string_list (file, group, KEY_ADDED,
                              (const gchar * const *) draft->added,
                              g_strv_length (draft->added));
  g_key_file_set_string_list (file, group, KEY_REMOVED,
                              (const gchar * const *) draft->removed,
                              g_strv_length (draft->removed));
}

static void
store_image (GKeyFile              *file,
             const gchar           *group,
             const PiscesTextDraft *draft)
{
  g_key_file_set_string  (file, group, KEY_DRAFT, draft->id);
  g_key_file_set_string  (file, group, KEY_NAME, draft->name);
  g_key_file_set_string_list (file, group, KEY_URIS,
                              (const gchar * const *) draft->uris,
                              g_strv_length (draft->uris));
  g_key_file_set_int64   (file, group, KEY_TIME, draft->time);
}
