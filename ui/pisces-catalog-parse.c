/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-catalog-parse.c: reads a list of models that can be downloaded.  A
 * list may come from anywhere, so nothing in it is believed: names of files
 * cannot lead out of the model's folder, and addresses are http or https.
 */

#include <string.h>

#include <glib/gi18n-lib.h>
#include <json-glib/json-glib.h>

#include "ui/pisces-catalog-private.h"

#define FORMAT         1
#define MAX_NAME       128
#define MAX_DEPTH      4
#define MAX_FILES      1000
#define MAX_FILE_BYTES (G_GUINT64_CONSTANT (1) << 50)

static PiscesCatalogModel * read_model      (JsonObject          *object,
                                             const gchar         *address,
                                             GError             **error);
static gboolean             read_files      (PiscesCatalogModel  *model,
                                             JsonObject          *object,
                                             const gchar         *address,
                                             GError             **error);
static PiscesCatalogFile  * read_file       (PiscesCatalogModel  *model,
                                             JsonObject          *object,
                                             const gchar         *address,
                                             GError             **error);
static gchar             ** read_addresses  (PiscesCatalogFile   *file,
                                             JsonObject          *object,
                                             const gchar         *address,
                                             GError             **error);
static gboolean             check_path      (PiscesCatalogModel  *model,
                                             const gchar         *path,
                                             GError             **error);
static gboolean             is_plain_name   (const gchar         *name);
static gchar              * get_string      (JsonObject          *object,
                                             const gchar         *member,
                                             GError             **error);
static gboolean             get_size        (JsonObject          *object,
                                             const gchar         *member,
                                             guint64             *size,
                                             GError             **error);
static JsonArray          * get_array       (JsonObject          *object,
                                             const gchar         *member,
                                             GError             **error);
static JsonObject         * get_object      (JsonArray           *array,
                                             guint                index,
                                             GError             **error);


/*  public functions  */

/**
 * pisces_catalog_parse:
 * @text: the list, JSON.
 * @address: (nullable): where it is from; relative addresses in it are meant
 *   from there.
 * @error: return location; the sentence names what is wrong.
 *
 * Returns: (transfer full) (nullable): a list of #PiscesCatalogModel.
 */
GListModel *
pisces_catalog_parse (GBytes       *text,
                      const gchar  *address,
                      GError      **error)
{
  g_autoptr (JsonParser)  parser = json_parser_new_immutable ();
  g_autoptr (GListStore)  models = g_list_store_new (PISCES_TYPE_CATALOG_MODEL);
  g_autoptr (GHashTable)  names  = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GError)      local  = NULL;
  JsonNode               *root;
  JsonArray              *array;
  guint64                 format;
  gconstpointer           data;
  gsize                   length;

  data = g_bytes_get_data (text, &length);
  if (! json_parser_load_from_data (parser, data ? data : "", length, &local))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                   _("The list of models is not JSON: %s."), local->message);
      return NULL;
    }

  root = json_parser_get_root (parser);
  if (! root || ! JSON_NODE_HOLDS_OBJECT (root))
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                           _("This is not a list of models."));
      return NULL;
    }

  if (! get_size (json_node_get_object (root), "format", &format, error))
    return NULL;

  if (format != FORMAT)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                   _("The list of models is of format %u, but this version "
                     "reads format %d. A newer version of the plug-in may "
                     "read it."), (guint) MIN (format, G_MAXUINT), FORMAT);
      return NULL;
    }

  array = get_array (json_node_get_object (root), "models", error);
  if (! array)
    return NULL;

  for (guint i = 0; i < json_array_get_length (array); i++)
    {
      JsonObject                     *object = get_object (array, i, error);
      g_autoptr (PiscesCatalogModel)  model  = NULL;

      model = object ? read_model (object, address, error) : NULL;
      if (! model)
        return NULL;

      if (! g_hash_table_add (names, model->folder))
        {
          g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                       _("The list of models names the folder “%s” twice."),
                       model->folder);
          return NULL;
        }
      g_list_store_append (models, model);
    }

  return G_LIST_MODEL (g_steal_pointer (&models));
}


/*  private functions  */

static PiscesCatalogModel *
read_model (JsonObject   *object,
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

  if (json_object_has_member (object, "memory_bytes") &&
      ! get_size (object, "memory_bytes", &model->memory_bytes, error))
    return NULL;

  if (! read_files (model, object, address, error))
    return NULL;

  return g_steal_pointer (&model);
}

static gboolean
read_files (PiscesCatalogModel  *model,
            JsonObject          *object,
            const gchar         *address,
            GError             **error)
{
  JsonArray *array = get_array (object, "files", error);
  guint      n;

  if (! array)
    return FALSE;

  n = json_array_get_length (array);
  if (n == 0 || n > MAX_FILES)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                   _("The list gives %u files for the model “%s”; 1 to %d can "
                     "be used."), n, model->name, MAX_FILES);
      return FALSE;
    }

  for (guint i = 0; i < n; i++)
    {
      JsonObject        *entry = get_object (array, i, error);
      PiscesCatalogFile *file;

      file = entry ? read_file (model, entry, address, error) : NULL;
      if (! file)
        return FALSE;

      g_ptr_array_add (model->files, file);
      model->n_bytes += file->n_bytes;
    }

  return TRUE;
}

static PiscesCatalogFile *
read_file (PiscesCatalogModel  *model,
           JsonObject          *object,
           const gchar         *address,
           GError             **error)
{
  g_autoptr (PiscesCatalogFile) file = g_new0 (PiscesCatalogFile, 1);

  if (! (file->path   = get_string (object, "path", error)) ||
      ! (file->sha256 = get_string (object, "sha256", error)) ||
      ! get_size (object, "bytes", &file->n_bytes, error) ||
      ! check_path (model, file->path, error))
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

static gchar **
read_addresses (PiscesCatalogFile  *file,
                JsonObject         *object,
                const gchar        *address,
                GError            **error)
{
  g_autoptr (GStrvBuilder)  builder = g_strv_builder_new ();
  JsonArray                *array   = get_array (object, "addresses", error);

  if (! array)
    return NULL;

  for (guint i = 0; i < json_array_get_length (array); i++)
    {
      JsonNode         *node     = json_array_get_element (array, i);
      const gchar      *given    = "";
      g_autofree gchar *resolved = NULL;
      g_autofree gchar *scheme   = NULL;

      if (JSON_NODE_HOLDS_VALUE (node) && json_node_get_string (node))
        given = json_node_get_string (node);

      if (*given)
        resolved = g_uri_resolve_relative (address, given, G_URI_FLAGS_NONE,
                                           NULL);
      scheme   = resolved ? g_uri_parse_scheme (resolved) : NULL;

      if (g_strcmp0 (scheme, "https") != 0 && g_strcmp0 (scheme, "http") != 0)
        {
          g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                       _("The list of models gives “%s” as an address of the "
                         "file “%s”; only http and https can be used."),
                       given, file->path);
          return NULL;
        }
      g_strv_builder_add (builder, resolved);
    }

  if (json_array_get_length (array) == 0)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                   _("The list of models gives no address for the file “%s”."),
                   file->path);
      return NULL;
    }

  return g_strv_builder_end (builder);
}

/* Also against two files of one name, and against a file where another file
 * needs a folder.
 */
static gboolean
check_path (PiscesCatalogModel  *model,
            const gchar         *path,
            GError             **error)
{
  g_auto (GStrv)  parts = g_strsplit (path, "/", -1);
  gboolean        sound = g_strv_length (parts) <= MAX_DEPTH && parts[0];

  for (guint i = 0; parts[i] && sound; i++)
    sound = is_plain_name (parts[i]);

  for (guint i = 0; i < model->files->len && sound; i++)
    {
      const PiscesCatalogFile *other  = model->files->pdata[i];
      g_autofree gchar        *inside = g_strconcat (other->path, "/", NULL);
      g_autofree gchar        *above  = g_strconcat (path, "/", NULL);

      sound = ! g_str_equal (other->path, path) &&
              ! g_str_has_prefix (path, inside) &&
              ! g_str_has_prefix (other->path, above);
    }

  if (! sound)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_FILENAME,
                 _("The list of models wants to write a file called “%s”, "
                   "which is not a plain name inside the model's folder. "
                   "Nothing of the list was used."), path);

  return sound;
}

/* One component of a path: no separators, no "..", nothing hidden, nothing
 * that another system reads in a way of its own, nothing that the downloader
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
         ! g_str_has_suffix (name, ".part-from");
}

static gchar *
get_string (JsonObject   *object,
            const gchar  *member,
            GError      **error)
{
  JsonNode    *node = json_object_get_member (object, member);
  const gchar *text = NULL;

  if (node && JSON_NODE_HOLDS_VALUE (node) &&
      json_node_get_value_type (node) == G_TYPE_STRING)
    text = json_node_get_string (node);

  if (! text || ! *text || ! g_utf8_validate (text, -1, NULL))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                   _("The list of models lacks a text called “%s”."), member);
      return NULL;
    }

  return g_strdup (text);
}

static gboolean
get_size (JsonObject   *object,
          const gchar  *member,
          guint64      *size,
          GError      **error)
{
  JsonNode *node  = json_object_get_member (object, member);
  gint64    value = 0;

  if (node && JSON_NODE_HOLDS_VALUE (node) &&
      json_node_get_value_type (node) == G_TYPE_INT64)
    value = json_node_get_int (node);

  if (value <= 0 || (guint64) value > MAX_FILE_BYTES)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                   _("The list of models lacks a whole number above 0 called "
                     "“%s”."), member);
      return FALSE;
    }

  *size = value;

  return TRUE;
}

static JsonArray *
get_array (JsonObject   *object,
           const gchar  *member,
           GError      **error)
{
  JsonNode *node = json_object_get_member (object, member);

  if (! node || ! JSON_NODE_HOLDS_ARRAY (node))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                   _("The list of models lacks a list called “%s”."), member);
      return NULL;
    }

  return json_node_get_array (node);
}

static JsonObject *
get_object (JsonArray  *array,
            guint       index,
            GError    **error)
{
  JsonNode *node = json_array_get_element (array, index);

  if (! JSON_NODE_HOLDS_OBJECT (node))
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                           _("This is not a list of models."));
      return NULL;
    }

  return json_node_get_object (node);
}
