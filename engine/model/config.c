/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * config.c: opens a JSON file of settings, and keeps the first mistake that is
 * found while its settings are read, so that one check at the end is enough.
 * Knows nothing of what the settings mean.
 */

#include <stdlib.h>
#include <string.h>

#include <glib/gi18n-lib.h>

#include "engine/pisces.h"

#include "engine/model/config-private.h"

#define MAX_BYTES  (4 * 1024 * 1024)
#define MAX_SHOWN  60                /* characters of a wrong value */


static PiscesConfig * config_new  (PiscesConfigFile *file,
                                   yyjson_val       *object,
                                   gchar            *prefix);
static void           make_plain  (gchar            *message);
static void           free_object (gpointer          data);


/**
 * pisces_config_load:
 * @path: a JSON file that contains an object.
 *
 * Returns: (transfer full) (nullable): the settings, or %NULL with
 *   %PISCES_ERROR_MODEL_NOT_FOUND or %PISCES_ERROR_MODEL_INVALID.
 */
PiscesConfig *
pisces_config_load (const gchar  *path,
                    GError      **error)
{
  g_autoptr (PiscesJsonDocument) document = NULL;
  PiscesConfigFile              *file;
  yyjson_val                    *root;

  document = pisces_json_document_load (path, MAX_BYTES, error);
  if (! document)
    return NULL;

  root = yyjson_doc_get_root (document);
  if (! yyjson_is_obj (root))
    {
      g_set_error (error, PISCES_ERROR, PISCES_ERROR_MODEL_INVALID,
                   "The file “%s” does not hold a JSON object.", path);
      return NULL;
    }

  file           = g_new0 (PiscesConfigFile, 1);
  file->path     = g_strdup (path);
  file->objects  = g_ptr_array_new_with_free_func (free_object);
  file->seen     = g_hash_table_new (NULL, NULL);
  file->document = g_steal_pointer (&document);

  return config_new (file, root, g_strdup (""));
}

/**
 * pisces_config_free:
 * @config: (nullable): the result of pisces_config_load(); its children are
 *   freed with it.
 */
void
pisces_config_free (PiscesConfig *config)
{
  PiscesConfigFile *file;

  if (! config)
    return;

  g_return_if_fail (config->is_root);

  file = config->file;
  g_ptr_array_unref (file->objects);
  g_hash_table_unref (file->seen);
  pisces_json_document_free (file->document);
  g_clear_error (&file->error);
  g_free (file->path);
  g_free (file);
}

/**
 * pisces_config_check:
 * @config: the settings, or any of their children.
 *
 * Returns: %FALSE with the first mistake so far, in the file and all its
 *   children.  May be called again.
 */
gboolean
pisces_config_check (PiscesConfig  *config,
                     GError       **error)
{
  if (! config->file->error)
    return TRUE;

  if (error)
    *error = g_error_copy (config->file->error);

  return FALSE;
}

/**
 * pisces_config_fail:
 * @code: a #PiscesError.
 * @format: a sentence without the file's name, which is added before it.
 *
 * For contradictions between settings, which only the caller can find.  Only
 * the first mistake is kept.
 */
void
pisces_config_fail (PiscesConfig *config,
                    gint          code,
                    const gchar  *format,
                    ...)
{
  g_autofree gchar *message = NULL;
  va_list           args;

  if (config->file->error)
    return;

  va_start (args, format);
  message = g_strdup_vprintf (format, args);
  va_end (args);
  make_plain (message);

  config->file->error = g_error_new (PISCES_ERROR, code, "In “%s”: %s",
                                     config->file->path, message);
}

const gchar *
pisces_config_get_path (PiscesConfig *config)
{
  return config->file->path;
}

/**
 * pisces_config_child:
 * @key: the key of an object.
 *
 * Returns: (transfer none): the object.  If it is missing, this is kept as a
 *   mistake, and the result is an object from which reading does no harm.
 */
PiscesConfig *
pisces_config_child (PiscesConfig *config,
                     const gchar  *key)
{
  yyjson_val *object = pisces_config_get_needed (config, key);

  if (object && ! yyjson_is_obj (object))
    {
      pisces_config_wrong_type (config, key, object, "an object");
      object = NULL;
    }

  return config_new (config->file, object,
                     g_strdup_printf ("%s%s.", config->prefix, key));
}

/**
 * pisces_config_has:
 *
 * Returns: whether @key exists and is not null.
 */
gboolean
pisces_config_has (PiscesConfig *config,
                   const gchar  *key)
{
  return pisces_config_get_value (config, key) != NULL;
}

/**
 * pisces_config_has_child:
 *
 * Returns: whether @key exists and is an object.
 */
gboolean
pisces_config_has_child (PiscesConfig *config,
                         const gchar  *key)
{
  return yyjson_is_obj (pisces_config_get_value (config, key));
}

/**
 * pisces_config_has_list:
 *
 * Returns: whether @key exists and is a list.
 */
gboolean
pisces_config_has_list (PiscesConfig *config,
                        const gchar  *key)
{
  return yyjson_is_arr (pisces_config_get_value (config, key));
}

/**
 * pisces_config_is:
 * @json: a number, a string, `true` or `false`, as JSON.
 *
 * Returns: whether @key is missing, null, or has exactly this value.
 */
gboolean
pisces_config_is (PiscesConfig *config,
                  const gchar  *key,
                  const gchar  *json)
{
  yyjson_val *value  = pisces_config_get_value (config, key);
  yyjson_doc *wanted = yyjson_read (json, strlen (json), YYJSON_READ_NOFLAG);
  yyjson_val *root   = yyjson_doc_get_root (wanted);
  gboolean    is;

  /* 1 and 1.0 are the same, as in Python.  */
  is = value == NULL || yyjson_equals (value, root) ||
       (yyjson_is_num (value) && yyjson_is_num (root) &&
        yyjson_get_num (value) == yyjson_get_num (root));
  yyjson_doc_free (wanted);

  return is;
}

/**
 * pisces_config_is_same:
 *
 * Returns: whether two keys have the same value, or one of them has none.
 */
gboolean
pisces_config_is_same (PiscesConfig *config,
                       const gchar  *key,
                       const gchar  *other_key)
{
  yyjson_val *value = pisces_config_get_value (config, key);
  yyjson_val *other = pisces_config_get_value (config, other_key);

  return ! value || ! other || yyjson_equals (value, other);
}

/**
 * pisces_config_keep_neutral:
 * @settings: (array length=n_settings): settings of one object, each with the
 *   value that has no effect.  If one has another value, this is kept as a
 *   mistake, %PISCES_ERROR_MODEL_UNSUPPORTED.
 */
void
pisces_config_keep_neutral (PiscesConfig              *config,
                            const PiscesConfigNeutral *settings,
                            guint                      n_settings)
{
  guint  i;

  for (i = 0; i < n_settings; i++)
    if (settings[i].json ? ! pisces_config_is (config, settings[i].key, settings[i].json)
                         : pisces_config_has (config, settings[i].key))
      pisces_config_fail (config, PISCES_ERROR_MODEL_UNSUPPORTED,
                          _("the setting “%s%s” asks for something that this version "
                            "does not know how to follow. Use another model, or a "
                            "newer version."), config->prefix, settings[i].key);
}

/**
 * pisces_config_list_unread:
 * @config: the settings, or one of their children, after everything has been
 *   read.
 * @harmless: (array zero-terminated=1): keys that may exist.
 * @names: (element-type utf8): the names of all other keys that were not read
 *   and are not null are appended.
 *
 * Checks this object only, not its children.
 */
void
pisces_config_list_unread (PiscesConfig       *config,
                           const gchar *const *harmless,
                           GPtrArray          *names)
{
  yyjson_obj_iter  iter;
  yyjson_val      *key;

  yyjson_obj_iter_init (config->object, &iter);
  while ((key = yyjson_obj_iter_next (&iter)))
    {
      yyjson_val       *value = yyjson_obj_iter_get_val (key);
      const gchar      *name  = yyjson_get_str (key);
      g_autofree gchar *shown = NULL;

      if (yyjson_is_null (value) || g_strv_contains (harmless, name) ||
          g_hash_table_contains (config->file->seen, value))
        continue;

      shown = pisces_json_excerpt (name);
      g_ptr_array_add (names, g_strconcat (config->prefix, shown, NULL));
    }
}

/* Returns the value of a key; NULL if it is missing or null.  */
yyjson_val *
pisces_config_get_value (PiscesConfig *config,
                         const gchar  *key)
{
  yyjson_val *value = yyjson_obj_get (config->object, key);

  if (yyjson_is_null (value))
    return NULL;
  if (value)
    g_hash_table_add (config->file->seen, value);

  return value;
}

/* The same, but a missing key is a mistake.  */
yyjson_val *
pisces_config_get_needed (PiscesConfig *config,
                          const gchar  *key)
{
  yyjson_val *value = pisces_config_get_value (config, key);

  if (! value)
    pisces_config_fail (config, PISCES_ERROR_MODEL_INVALID,
                        "the setting “%s%s” is missing.", config->prefix, key);

  return value;
}

/* Keeps the mistake that a value is not of the expected kind; the message
 * shows the beginning of the value.  */
void
pisces_config_wrong_type (PiscesConfig *config,
                          const gchar  *key,
                          yyjson_val   *value,
                          const gchar  *wanted)
{
  g_autofree gchar *found = NULL;
  const gchar      *more  = "";
  gchar            *json;

  if (config->file->error)
    return;

  json = yyjson_val_write (value, YYJSON_WRITE_NOFLAG, NULL);
  if (json && g_utf8_strlen (json, -1) > MAX_SHOWN)
    {
      found = g_utf8_substring (json, 0, MAX_SHOWN);
      more  = " …";
    }
  else
    {
      found = g_strdup (json ? json : "of another kind");
    }
  free (json);

  pisces_config_fail (config, PISCES_ERROR_MODEL_INVALID,
                      "the setting “%s%s” should be %s, but is %s%s.",
                      config->prefix, key, wanted, found, more);
}


/*  private functions  */

static PiscesConfig *
config_new (PiscesConfigFile *file,
            yyjson_val       *object,
            gchar            *prefix)
{
  PiscesConfig *config = g_new0 (PiscesConfig, 1);

  config->file    = file;
  config->object  = object;
  config->prefix  = prefix;
  config->is_root = file->objects->len == 0;
  g_ptr_array_add (file->objects, config);

  return config;
}

/* Replaces control characters, which may come from the file and which a
 * terminal would obey.  */
static void
make_plain (gchar *message)
{
  for (; *message; message++)
    if (g_ascii_iscntrl (*message))
      *message = '?';
}

static void
free_object (gpointer data)
{
  PiscesConfig *config = data;

  g_free (config->prefix);
  g_free (config);
}
