/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-catalog-parse.c: reads a list of models that can be downloaded.  A
 * list may come from anywhere, so everything in it is checked: file names
 * cannot lead out of the model's folder, and addresses must be http or https.
 *
 * Longer than 500 lines, as every kind of entry has checks of its own.
 */

#include <string.h>

#include <glib/gi18n-lib.h>

#include "ui/models/pisces-catalog-private.h"
#include "ui/widgets/pisces-json.h"

#define FORMAT         1
#define MAX_MODELS     1000
#define MAX_TEXT       2000          /* bytes of a text, addresses included */
#define MAX_NAME       128
#define MAX_DEPTH      4
#define MAX_FILES      1000
#define MAX_ADDRESSES  16
#define MAX_FILE_BYTES (G_GUINT64_CONSTANT (1) << 50)

static gboolean             read_models     (GListStore          *models,
                                             yyjson_val          *array,
                                             const gchar         *address,
                                             GError             **error);
static PiscesCatalogModel * read_model      (yyjson_val          *object,
                                             const gchar         *address,
                                             GError             **error);
static gboolean             read_files      (PiscesCatalogModel  *model,
                                             yyjson_val          *object,
                                             const gchar         *address,
                                             GError             **error);
static PiscesCatalogFile  * read_file       (yyjson_val          *object,
                                             const gchar         *address,
                                             GError             **error);
static gboolean             check_safe      (PiscesCatalogFile   *file,
                                             GError             **error);
static gchar             ** read_addresses  (PiscesCatalogFile   *file,
                                             yyjson_val          *object,
                                             const gchar         *address,
                                             GError             **error);
static gchar              * read_address    (PiscesCatalogFile   *file,
                                             yyjson_val          *value,
                                             const gchar         *address,
                                             GError             **error);
static gboolean             add_path        (GHashTable          *paths,
                                             GHashTable          *folders,
                                             const gchar         *path,
                                             GError             **error);
static gboolean             is_plain_name   (const gchar         *name);
static gchar              * get_string      (yyjson_val          *object,
                                             const gchar         *member,
                                             GError             **error);
static gboolean             get_size        (yyjson_val          *object,
                                             const gchar         *member,
                                             guint64             *size,
                                             GError             **error);
static yyjson_val         * get_array       (yyjson_val          *object,
                                             const gchar         *member,
                                             GError             **error);


/*  public functions  */

/**
 * pisces_catalog_parse:
 * @text: the list, as JSON.
 * @address: (nullable): where the list is from; relative addresses in it are
 *   resolved against this.
 * @error: return location; the sentence names what is wrong.
 *
 * Returns: (transfer full) (nullable): a list of #PiscesCatalogModel.
 */
GListModel *
pisces_catalog_parse (GBytes       *text,
                      const gchar  *address,
                      GError      **error)
{
  g_autoptr (yyjson_doc)  document = NULL;
  g_autoptr (GListStore)  models   = g_list_store_new (PISCES_TYPE_CATALOG_MODEL);
  g_autofree gchar       *reason   = NULL;
  yyjson_val             *root;
  yyjson_val             *array;
  guint64                 format;
  gconstpointer           data;
  gsize                   length;

  data     = g_bytes_get_data (text, &length);
  document = pisces_json_read (data, length, PISCES_CATALOG_MAX_BYTES, &reason);
  if (! document)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                   _("The list of models is not JSON: %s."), reason);
      return NULL;
    }

  root = yyjson_doc_get_root (document);
  if (! yyjson_is_obj (root))
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                           _("This is not a list of models."));
      return NULL;
    }

  if (! get_size (root, "format", &format, error))
    return NULL;

  if (format != FORMAT)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                   _("The list of models is of format %u, but this version "
                     "reads format %d. A newer version of the plug-in may "
                     "read it."), (guint) MIN (format, G_MAXUINT), FORMAT);
      return NULL;
    }

  array = get_array (root, "models", error);
  if (! array || ! read_models (models, array, address, error))
    return NULL;

  return G_LIST_MODEL (g_steal_pointer (&models));
}

/**
 * pisces_catalog_parse_index:
 * @text: the index of weights that are in several files, as JSON.
 * @error: return location; set to a sentence.
 *
 * Returns: (transfer full) (nullable): the names of these files, each once, in the
 *   order of the alphabet.
 */
gchar **
pisces_catalog_parse_index (GBytes  *text,
                            GError **error)
{
  g_autoptr (yyjson_doc)  document = NULL;
  g_autoptr (GTree)       names    = g_tree_new ((GCompareFunc) (GCallback) strcmp);
  g_autoptr (GPtrArray)   found    = g_ptr_array_new_with_free_func (g_free);
  g_autofree gchar       *reason   = NULL;
  gboolean                is_sound = TRUE;
  yyjson_val             *key, *map = NULL;
  yyjson_obj_iter         iter;
  gconstpointer           data;
  gsize                   length;

  data     = g_bytes_get_data (text, &length);
  document = pisces_json_read (data, length, PISCES_CATALOG_MAX_BYTES, &reason);
  if (document)
    map = yyjson_obj_get (yyjson_doc_get_root (document), "weight_map");

  yyjson_obj_iter_init (map, &iter);
  while (is_sound && (key = yyjson_obj_iter_next (&iter)))
    {
      const gchar *name = yyjson_get_str (yyjson_obj_iter_get_val (key));

      is_sound = name && is_plain_name (name) && g_str_has_suffix (name, ".safetensors");
      if (is_sound)
        g_tree_insert (names, (gpointer) name, NULL);
    }

  if (! is_sound || g_tree_nnodes (names) == 0 || g_tree_nnodes (names) > MAX_FILES)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                           _("The index of the model's weights names no files that could be "
                             "downloaded."));
      return NULL;
    }

  for (GTreeNode *node = g_tree_node_first (names); node; node = g_tree_node_next (node))
    g_ptr_array_add (found, g_strdup (g_tree_node_key (node)));
  g_ptr_array_add (found, NULL);

  return (gchar **) g_ptr_array_free (g_steal_pointer (&found), FALSE);
}


/*  private functions  */

static gboolean
read_models (GListStore   *models,
             yyjson_val   *array,
             const gchar  *address,
             GError      **error)
{
  g_autoptr (GHashTable)  names = g_hash_table_new (g_str_hash, g_str_equal);
  yyjson_val             *object;
  yyjson_arr_iter         iter;

  if (yyjson_arr_size (array) > MAX_MODELS)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                   g_dngettext (GETTEXT_PACKAGE,
                                "The list has more than %d model, the most that is accepted. "
                                "Nothing of it was used.",
                                "The list has more than %d models, the most that is accepted. "
                                "Nothing of it was used.",
                                MAX_MODELS), MAX_MODELS);
      return FALSE;
    }

  yyjson_arr_iter_init (array, &iter);
  while ((object = yyjson_arr_iter_next (&iter)))
    {
      g_autoptr (PiscesCatalogModel) model = read_model (object, address, error);

      if (! model)
        return FALSE;

      if (! g_hash_table_add (names, model->folder))
        {
          g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                       _("The list of models names the folder “%s” twice."),
                       model->folder);
          return FALSE;
        }
      g_list_store_append (models, model);
    }

  return TRUE;
}

static PiscesCatalogModel *
read_model (yyjson_val   *object,
            const gchar  *address,
            GError      **error)
{
  g_autoptr (PiscesCatalogModel) model = NULL;

  model = g_object_new (PISCES_TYPE_CATALOG_MODEL, NULL);

  if (! (model->folder     = get_string (object, "folder", error)) ||
      ! (model->name       = get_string (object, "name", error)) ||
      ! (model->summary    = get_string (object, "summary", error)) ||
      ! (model->licence    = get_string (object, "licence", error)) ||
      ! (model->model_type = get_string (object, "model_type", error)))
    return NULL;

  if (! is_plain_name (model->folder))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_FILENAME,
                   _("The list of models has a folder called “%s”, which is "
                     "not a plain name. Nothing of it was used."),
                   model->folder);
      return NULL;
    }

  if (yyjson_obj_get (object, "conditions") &&
      ! (model->conditions = get_string (object, "conditions", error)))
    return NULL;

  if (yyjson_obj_get (object, "memory_bytes") &&
      ! get_size (object, "memory_bytes", &model->memory_bytes, error))
    return NULL;

  if (! read_files (model, object, address, error))
    return NULL;

  return g_steal_pointer (&model);
}

static gboolean
read_files (PiscesCatalogModel  *model,
            yyjson_val          *object,
            const gchar         *address,
            GError             **error)
{
  g_autoptr (GHashTable)  paths   = NULL;
  g_autoptr (GHashTable)  folders = NULL;
  yyjson_val             *array   = get_array (object, "files", error);
  yyjson_val             *entry;
  yyjson_arr_iter         iter;
  gsize                   n;

  if (! array)
    return FALSE;

  n = yyjson_arr_size (array);
  if (n == 0 || n > MAX_FILES)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                   g_dngettext (GETTEXT_PACKAGE,
                                "The list gives %u file for the model “%s”; 1 "
                                "to %d can be used.",
                                "The list gives %u files for the model “%s”; 1 "
                                "to %d can be used.", n),
                   (guint) MIN (n, G_MAXUINT), model->name, MAX_FILES);
      return FALSE;
    }

  paths   = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  folders = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  yyjson_arr_iter_init (array, &iter);
  while ((entry = yyjson_arr_iter_next (&iter)))
    {
      PiscesCatalogFile *file = read_file (entry, address, error);

      if (! file)
        return FALSE;

      g_ptr_array_add (model->files, file);
      model->n_bytes += file->n_bytes;

      if (! add_path (paths, folders, file->path, error))
        return FALSE;
    }

  return TRUE;
}

static PiscesCatalogFile *
read_file (yyjson_val   *object,
           const gchar  *address,
           GError      **error)
{
  g_autoptr (PiscesCatalogFile) file = g_new0 (PiscesCatalogFile, 1);

  if (! (file->path = get_string (object, "path", error)))
    return NULL;

  if (yyjson_obj_get (object, "about_bytes"))
    {
      file->is_optional = yyjson_is_true (yyjson_obj_get (object, "optional"));
      file->is_sharded  = yyjson_is_true (yyjson_obj_get (object, "sharded"));
      if (! get_size (object, "about_bytes", &file->n_bytes, error))
        return NULL;
      file->addresses = read_addresses (file, object, address, error);
      if (! file->addresses || ! check_safe (file, error))
        return NULL;

      return g_steal_pointer (&file);
    }

  if (! (file->sha256 = get_string (object, "sha256", error)) ||
      ! get_size (object, "bytes", &file->n_bytes, error))
    return NULL;

  for (gchar *digit = file->sha256; *digit; digit++)
    *digit = g_ascii_tolower (*digit);

  if (strlen (file->sha256) != 64 ||
      strspn (file->sha256, "0123456789abcdef") != 64)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                   _("The list of models has no SHA-256 for the file “%s”, so "
                     "it could not be checked. Nothing of the list was used."),
                   file->path);
      return NULL;
    }

  file->addresses = read_addresses (file, object, address, error);
  if (! file->addresses)
    return NULL;

  return g_steal_pointer (&file);
}

/* If only the host knows what a file is, nobody may come between.  */
static gboolean
check_safe (PiscesCatalogFile  *file,
            GError            **error)
{
  for (guint i = 0; file->addresses[i]; i++)
    if (! g_str_has_prefix (file->addresses[i], "https:") &&
        ! g_str_has_prefix (file->addresses[i], "http://127.0.0.1:"))
      {
        g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                     _("The list of models has no SHA-256 for the file “%s”, so "
                       "it could not be checked. Nothing of the list was used."),
                     file->path);
        return FALSE;
      }

  return TRUE;
}

static gchar **
read_addresses (PiscesCatalogFile  *file,
                yyjson_val         *object,
                const gchar        *address,
                GError            **error)
{
  g_autoptr (GStrvBuilder)  builder = g_strv_builder_new ();
  yyjson_val               *array   = get_array (object, "addresses", error);
  yyjson_val               *value;
  yyjson_arr_iter           iter;
  gsize                     n;

  if (! array)
    return NULL;

  n = yyjson_arr_size (array);
  if (n == 0 || n > MAX_ADDRESSES)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                   n == 0 ?
                   _("The list of models gives no address for the file “%s”.") :
                   _("The list of models gives too many addresses for the "
                     "file “%s”."),
                   file->path);
      return NULL;
    }

  yyjson_arr_iter_init (array, &iter);
  while ((value = yyjson_arr_iter_next (&iter)))
    {
      g_autofree gchar *resolved = read_address (file, value, address, error);

      if (! resolved)
        return NULL;
      g_strv_builder_add (builder, resolved);
    }

  return g_strv_builder_end (builder);
}

static gchar *
read_address (PiscesCatalogFile  *file,
              yyjson_val         *value,
              const gchar        *address,
              GError            **error)
{
  const gchar      *given    = yyjson_get_str (value);
  g_autofree gchar *resolved = NULL;
  g_autofree gchar *scheme   = NULL;

  if (! given || strlen (given) != yyjson_get_len (value) ||
      yyjson_get_len (value) > MAX_TEXT)
    given = "";

  /* A list from a local file must contain absolute addresses only.  */
  if (g_uri_is_valid (given, G_URI_FLAGS_NONE, NULL))
    resolved = g_strdup (given);
  else if (*given && address)
    resolved = g_uri_resolve_relative (address, given, G_URI_FLAGS_NONE, NULL);
  if (resolved)
    scheme = g_uri_parse_scheme (resolved);

  if (g_strcmp0 (scheme, "https") != 0 && g_strcmp0 (scheme, "http") != 0)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                   _("The list of models gives “%s” as an address of the "
                     "file “%s”; only http and https can be used."),
                   given, file->path);
      return NULL;
    }

  return g_steal_pointer (&resolved);
}

/* Also refuses a name that two files have, and a file whose name is the folder
 * of another file.
 */
static gboolean
add_path (GHashTable   *paths,
          GHashTable   *folders,
          const gchar  *path,
          GError      **error)
{
  g_auto (GStrv)       parts = g_strsplit (path, "/", MAX_DEPTH + 1);
  g_autoptr (GString)  above = g_string_new (NULL);
  gboolean             sound = g_strv_length (parts) <= MAX_DEPTH && parts[0];

  for (guint i = 0; sound && parts[i]; i++)
    {
      sound = is_plain_name (parts[i]);

      if (i > 0)
        {
          sound = sound && ! g_hash_table_contains (paths, above->str);
          g_hash_table_add (folders, g_strdup (above->str));
          g_string_append_c (above, '/');
        }
      g_string_append (above, parts[i]);
    }

  sound = sound && ! g_hash_table_contains (folders, path) &&
          g_hash_table_add (paths, g_strdup (path));

  if (! sound)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_FILENAME,
                 _("The list of models wants to write a file called “%s”, "
                   "which is not a plain name inside the model's folder. "
                   "Nothing of the list was used."), path);

  return sound;
}

/* Accepts one component of a path: no separators, no "..", no hidden file, no
 * name with a special meaning on other systems, and none that the downloader
 * itself uses.
 */
static gboolean
is_plain_name (const gchar *name)
{
  static const gchar letters[] = "abcdefghijklmnopqrstuvwxyz"
                                 "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                 "0123456789._+-";
  gsize              length    = strlen (name);

  return length > 0 && length <= MAX_NAME && strspn (name, letters) == length &&
         name[0] != '.' && name[0] != '-' && name[length - 1] != '.' &&
         ! g_str_has_suffix (name, ".part") &&
         ! g_str_has_suffix (name, ".part-from") &&
         ! g_str_has_suffix (name, ".part-aside");
}

static gchar *
get_string (yyjson_val   *object,
            const gchar  *member,
            GError      **error)
{
  const gchar *text = pisces_json_get_text (object, member);

  if (! text || ! *text)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                   _("The list of models lacks a text called “%s”."), member);
      return NULL;
    }

  if (strlen (text) > MAX_TEXT)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                   g_dngettext (GETTEXT_PACKAGE,
                                "The list of models has a text called “%s” of "
                                "more than %d byte, the most that is accepted.",
                                "The list of models has a text called “%s” of "
                                "more than %d bytes, the most that is accepted.",
                                MAX_TEXT), member, MAX_TEXT);
      return NULL;
    }

  return g_strdup (text);
}

static gboolean
get_size (yyjson_val   *object,
          const gchar  *member,
          guint64      *size,
          GError      **error)
{
  yyjson_val *value = yyjson_obj_get (object, member);

  *size = yyjson_get_uint (value);

  if (! yyjson_is_uint (value) || *size == 0 || *size > MAX_FILE_BYTES)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                   _("The list of models lacks a whole number above 0 called "
                     "“%s”."), member);
      return FALSE;
    }

  return TRUE;
}

static yyjson_val *
get_array (yyjson_val   *object,
           const gchar  *member,
           GError      **error)
{
  yyjson_val *value = yyjson_obj_get (object, member);

  if (! yyjson_is_arr (value))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                   _("The list of models lacks a list called “%s”."), member);
      return NULL;
    }

  return value;
}
