/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-catalog.c: one model in a list of models that can be downloaded, and
 * the progress of its download. pisces-catalog-parse.c reads such lists.
 */

#include <string.h>

#include "ui/models/pisces-catalog-private.h"

static void pisces_catalog_model_finalize (GObject *object);

static guint changed;

G_DEFINE_FINAL_TYPE (PiscesCatalogModel, pisces_catalog_model, G_TYPE_OBJECT)

static void
pisces_catalog_model_class_init (PiscesCatalogModelClass *class)
{
  G_OBJECT_CLASS (class)->finalize = pisces_catalog_model_finalize;

  changed =
    g_signal_new ("changed", G_TYPE_FROM_CLASS (class), G_SIGNAL_RUN_LAST,
                  0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
pisces_catalog_model_init (PiscesCatalogModel *model)
{
  model->files = g_ptr_array_new_with_free_func ((GDestroyNotify)
                                                 pisces_catalog_file_free);
  model->seconds_left = -1.0;
}

static void
pisces_catalog_model_finalize (GObject *object)
{
  PiscesCatalogModel *model = PISCES_CATALOG_MODEL (object);

  g_free (model->folder);
  g_free (model->name);
  g_free (model->summary);
  g_free (model->licence);
  g_free (model->conditions);
  g_free (model->model_type);
  g_free (model->message);
  g_ptr_array_unref (model->files);

  G_OBJECT_CLASS (pisces_catalog_model_parent_class)->finalize (object);
}

void
pisces_catalog_file_free (PiscesCatalogFile *file)
{
  g_free (file->path);
  g_free (file->sha256);
  g_strfreev (file->addresses);
  g_free (file);
}


/*  public functions  */

const gchar *
pisces_catalog_model_get_folder (PiscesCatalogModel *model)
{
  return model->folder;
}

const gchar *
pisces_catalog_model_get_name (PiscesCatalogModel *model)
{
  return model->name;
}

const gchar *
pisces_catalog_model_get_summary (PiscesCatalogModel *model)
{
  return model->summary;
}

const gchar *
pisces_catalog_model_get_licence (PiscesCatalogModel *model)
{
  return model->licence;
}

const gchar *
pisces_catalog_model_get_model_type (PiscesCatalogModel *model)
{
  return model->model_type;
}

/**
 * pisces_catalog_model_get_memory_bytes:
 *
 * Returns: the memory that it needs while it is loaded, in bytes; 0 if the
 *   list does not say.
 */
guint64
pisces_catalog_model_get_memory_bytes (PiscesCatalogModel *model)
{
  return model->memory_bytes;
}

/**
 * pisces_catalog_model_get_n_bytes:
 *
 * Returns: the size of all its files together.
 */
guint64
pisces_catalog_model_get_n_bytes (PiscesCatalogModel *model)
{
  return model->n_bytes;
}

/* Returns whether only the host knows the sizes and digests of its files.  */
gboolean
pisces_catalog_model_asks_host (PiscesCatalogModel *model)
{
  for (guint i = 0; i < model->files->len; i++)
    if (! ((PiscesCatalogFile *) model->files->pdata[i])->sha256)
      return TRUE;

  return FALSE;
}

/* Returns (transfer none) (nullable) one sentence about the licence.  */
const gchar *
pisces_catalog_model_get_conditions (PiscesCatalogModel *model)
{
  return model->conditions;
}

guint
pisces_catalog_model_get_n_files (PiscesCatalogModel *model)
{
  return model->files->len;
}

const PiscesCatalogFile *
pisces_catalog_model_get_file (PiscesCatalogModel *model,
                               guint               index)
{
  g_return_val_if_fail (index < model->files->len, NULL);

  return model->files->pdata[index];
}

/**
 * pisces_catalog_model_get_digest:
 *
 * Returns: (transfer full): the SHA-256, in hexadecimal, of the paths and
 *   digests of its files, or their addresses if only the host knows the digests.
 *   It is the same in all lists that have the same model.
 */
gchar *
pisces_catalog_model_get_digest (PiscesCatalogModel *model)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);

  for (guint i = 0; i < model->files->len; i++)
    {
      const PiscesCatalogFile *file = model->files->pdata[i];

      /* Includes the zero byte at the end, so that different lists of names
       * cannot give the same bytes.  */
      g_checksum_update (checksum, (const guchar *) file->path,
                         strlen (file->path) + 1);
      g_checksum_update (checksum,
                         (const guchar *) (file->sha256 ? file->sha256 : file->addresses[0]), -1);
    }

  return g_strdup (g_checksum_get_string (checksum));
}

/**
 * pisces_catalog_model_set_state:
 * @message: (nullable): a sentence for the user.
 */
void
pisces_catalog_model_set_state (PiscesCatalogModel *model,
                                PiscesCatalogState  state,
                                const gchar        *message)
{
  g_free (model->message);
  model->state   = state;
  model->message = g_strdup (message);

  g_signal_emit (model, changed, 0);
}

PiscesCatalogState
pisces_catalog_model_get_state (PiscesCatalogModel *model)
{
  return model->state;
}

const gchar *
pisces_catalog_model_get_message (PiscesCatalogModel *model)
{
  return model->message;
}

/**
 * pisces_catalog_model_set_progress:
 * @done_bytes: how many bytes of all files have arrived, including earlier
 *   attempts.
 * @seconds_left: negative if it is not known.
 */
void
pisces_catalog_model_set_progress (PiscesCatalogModel *model,
                                   guint64             done_bytes,
                                   gdouble             seconds_left)
{
  model->done_bytes   = done_bytes;
  model->seconds_left = seconds_left;

  g_signal_emit (model, changed, 0);
}

guint64
pisces_catalog_model_get_done_bytes (PiscesCatalogModel *model)
{
  return model->done_bytes;
}

gdouble
pisces_catalog_model_get_seconds_left (PiscesCatalogModel *model)
{
  return model->seconds_left;
}
