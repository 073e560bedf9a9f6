/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-file-list-kept.c: copies what is not saved of a list of files into a key file,
 * and back.
 */

#include "ui/files/pisces-file-list.h"
#include "ui/widgets/pisces-alt-texts.h"

/* Keys of the file that keeps unsaved texts, each text in its own group; the keywords
 * of a file have one too.  */
#define KEY_PATH         "path"
#define KEY_LANGUAGE     "language"
#define KEY_IN_FILE      "in-file"
#define KEY_TEXT         "text"
#define KEY_MACHINE_MADE "machine-made"
#define KEY_DOUBTFUL     "doubtful"
#define KEY_VERSION      "version"

/* No language is called so.  */
#define GROUP_OF_KEYWORDS "dc:subject"

static gchar          * name_group         (const gchar          *escaped,
                                            const gchar          *what);
static PiscesFileItem * list_kept_get_item (PiscesFileList       *list,
                                            const gchar          *path);
static void             keep_keywords      (GKeyFile             *file,
                                            PiscesFileItem       *item);
static void             call_keywords_back (PiscesFileList       *list,
                                            GKeyFile             *file,
                                            const gchar          *group,
                                            const gchar          *path);
static void             keep_text          (GKeyFile             *file,
                                            const gchar          *path,
                                            const PiscesFileText *text);
static PiscesFileText * call_text_back     (GKeyFile             *file,
                                            const gchar          *group,
                                            gchar               **path);


/*  public functions  */

/**
 * pisces_file_list_keep:
 * @file: an empty key file.
 *
 * Copies the unsaved texts and keywords into @file, because GIMP ends plug-ins without
 * a question and they would be lost.
 */
void
pisces_file_list_keep (PiscesFileList *list,
                       GKeyFile       *file)
{
  g_autoptr (GPtrArray) items = pisces_file_list_get_unsaved (list);

  for (guint i = 0; i < items->len; i++)
    {
      PiscesFileItem        *item  = items->pdata[i];
      g_autoptr (GPtrArray)  texts = pisces_file_item_get_unsaved_texts (item);

      for (guint j = 0; j < texts->len; j++)
        keep_text (file, pisces_file_item_get_path (item), texts->pdata[j]);
      keep_keywords (file, item);
    }
}

/**
 * pisces_file_list_call_back:
 * @file: what pisces_file_list_keep() wrote; it may be damaged.
 *
 * Adds the files whose texts or keywords were kept, together with these.
 */
void
pisces_file_list_call_back (PiscesFileList *list,
                            GKeyFile       *file)
{
  g_auto (GStrv) groups = g_key_file_get_groups (file, NULL);

  for (guint i = 0; groups[i]; i++)
    {
      g_autofree gchar           *path = NULL;
      g_autoptr (PiscesFileText)  text = call_text_back (file, groups[i], &path);
      PiscesFileItem             *item;

      if (path)
        call_keywords_back (list, file, groups[i], path);
      if (! text || ! pisces_file_text_is_unsaved (text))
        continue;

      item = list_kept_get_item (list, path);
      /* An unsaved text that is already in the list is newer than the kept
       * one.  */
      if (! pisces_file_item_get_unsaved_text (item, text->language))
        pisces_file_item_restore (item, text);
    }
}


/*  private functions  */

/* The name of the group is the same in every process, and no other text has it.  */
static gchar *
name_group (const gchar *escaped,
            const gchar *what)
{
  g_autofree gchar *whole = g_strconcat (escaped, " ", what, NULL);

  return g_compute_checksum_for_string (G_CHECKSUM_SHA1, whole, -1);
}

/* Returns (transfer none) the item of the file, which joins the list if it is new.  */
static PiscesFileItem *
list_kept_get_item (PiscesFileList *list,
                    const gchar    *path)
{
  g_autoptr (GPtrArray) paths = g_ptr_array_new ();

  g_ptr_array_add (paths, (gpointer) path);
  pisces_file_list_add (list, paths);

  return pisces_file_list_find (list, path);
}

static void
keep_keywords (GKeyFile       *file,
               PiscesFileItem *item)
{
  PiscesFileKeywords *keywords = pisces_file_item_get_keywords (item);
  g_autofree gchar   *escaped  = NULL;
  g_autofree gchar   *group    = NULL;

  if (! pisces_file_keywords_get_unsaved (keywords))
    return;

  escaped = g_uri_escape_string (pisces_file_item_get_path (item), "/", FALSE);
  group   = name_group (escaped, GROUP_OF_KEYWORDS);
  g_key_file_set_string (file, group, KEY_PATH, escaped);
  pisces_file_keywords_keep (keywords, file, group);
}

static void
call_keywords_back (PiscesFileList *list,
                    GKeyFile       *file,
                    const gchar    *group,
                    const gchar    *path)
{
  g_autoptr (PiscesFileKeywords) keywords = pisces_file_keywords_new ();

  pisces_file_keywords_call_back (keywords, file, group);
  if (pisces_file_keywords_get_unsaved (keywords))
    pisces_file_keywords_call_back (
      pisces_file_item_get_keywords (list_kept_get_item (list, path)), file, group);
}

static void
keep_text (GKeyFile             *file,
           const gchar          *path,
           const PiscesFileText *text)
{
  /* A file name may be of any bytes, but a key file must be UTF-8.  */
  g_autofree gchar *escaped = g_uri_escape_string (path, "/", FALSE);
  g_autofree gchar *group   = name_group (escaped, text->language);

  g_key_file_set_string  (file, group, KEY_PATH, escaped);
  g_key_file_set_string  (file, group, KEY_LANGUAGE, text->language);
  g_key_file_set_string  (file, group, KEY_TEXT, text->text);
  g_key_file_set_string  (file, group, KEY_IN_FILE, text->in_file);
  g_key_file_set_boolean (file, group, KEY_MACHINE_MADE, text->machine_made);
  g_key_file_set_boolean (file, group, KEY_DOUBTFUL, text->doubtful);
  if (text->version)
    g_key_file_set_string (file, group, KEY_VERSION, text->version);
}

/* Returns NULL if the group is damaged.  */
static PiscesFileText *
call_text_back (GKeyFile     *file,
                const gchar  *group,
                gchar       **path)
{
  g_autofree gchar *escaped  = g_key_file_get_string (file, group, KEY_PATH, NULL);
  g_autofree gchar *words    = g_key_file_get_string (file, group, KEY_TEXT, NULL);
  g_autofree gchar *language = g_key_file_get_string (file, group, KEY_LANGUAGE, NULL);
  g_autofree gchar *in_file  = g_key_file_get_string (file, group, KEY_IN_FILE, NULL);
  g_autofree gchar *version  = g_key_file_get_string (file, group, KEY_VERSION, NULL);
  PiscesFileText   *text;

  *path = escaped ? g_uri_unescape_string (escaped, NULL) : NULL;
  if (! *path || ! words)
    return NULL;

  /* Earlier versions of the plug-in stored no language.  */
  text = pisces_file_text_new (language && *language ? language :
                                                       PISCES_ALT_TEXT_DEFAULT);
  pisces_file_text_set (text, words,
                        g_key_file_get_boolean (file, group, KEY_MACHINE_MADE,
                                                NULL));
  text->doubtful = text->machine_made &&
                   g_key_file_get_boolean (file, group, KEY_DOUBTFUL, NULL);
  if (in_file)
    pisces_file_text_set_in_file (text, in_file);
  pisces_file_text_set_version (text, version);

  return text;
}
