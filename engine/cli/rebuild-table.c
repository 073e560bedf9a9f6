/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * rebuild-table.c: prints the scores of round trips, as a table or as JSON.
 */

#include <stdlib.h>
#include <yyjson.h>

#include "engine/cli/rebuild-table.h"

/* What a number is shown with: 100.00.  */
#define NUMBER_WIDTH 6


static gdouble mean_of     (const gdouble *values,
                            guint          n);
static void    row_clear   (gpointer       data);
static void    judge_clear (gpointer       data);


void
rebuild_table_init (RebuildTable *table)
{
  table->rows   = g_array_new (FALSE, TRUE, sizeof (RebuildRow));
  table->judges = g_array_new (FALSE, TRUE, sizeof (RebuildJudge));
  g_array_set_clear_func (table->rows, row_clear);
  g_array_set_clear_func (table->judges, judge_clear);
}

void
rebuild_table_clear (RebuildTable *table)
{
  g_clear_pointer (&table->rows, g_array_unref);
  g_clear_pointer (&table->judges, g_array_unref);
  for (guint i = 0; i < 2; i++)
    {
      g_clear_pointer (&table->describes[i], g_free);
      g_clear_pointer (&table->draws[i], g_free);
    }
}

static void
pad (const gchar *text,
     gint         width)
{
  for (gint i = g_utf8_strlen (text, -1); i < width; i++)
    g_print (" ");
}

/* Prints the names of the models.  */
void
rebuild_table_print_head (const RebuildTable *table)
{
  pad ("", table->name_width);
  for (guint i = 0; i < table->judges->len; i++)
    {
      const gchar *name = g_array_index (table->judges, RebuildJudge, i).name;

      g_print ("  ");
      pad (name, NUMBER_WIDTH);
      g_print ("%s", name);
    }
  g_print (table->judges->len > 1 ? "    mean\n" : "\n");
}

/* Prints the scores of one picture, or the means.  */
void
rebuild_table_print_row (const RebuildTable *table,
                         const gchar        *name,
                         const gdouble      *scores)
{
  g_autofree gchar *shown = show_name (name);

  g_print ("%s", shown);
  pad (shown, table->name_width);
  for (guint i = 0; i < table->judges->len; i++)
    {
      const gchar *judge = g_array_index (table->judges, RebuildJudge, i).name;

      g_print ("  %*.2f", MAX (NUMBER_WIDTH, (gint) g_utf8_strlen (judge, -1)), scores[i]);
    }
  if (table->judges->len > 1)
    g_print ("  %*.2f", NUMBER_WIDTH, mean_of (scores, table->judges->len));
  g_print ("\n");
}

static gdouble
mean_of (const gdouble *values,
         guint          n)
{
  gdouble sum = 0.0;

  for (guint i = 0; i < n; i++)
    sum += values[i];

  return sum / n;
}

/* Returns (transfer full) for each model that compares the mean over the pictures.  */
gdouble *
rebuild_table_means (const RebuildTable *table)
{
  const guint n     = table->judges->len;
  gdouble    *means = g_new0 (gdouble, n);

  for (guint i = 0; i < n; i++)
    for (guint r = 0; r < table->rows->len; r++)
      means[i] += g_array_index (table->rows, RebuildRow, r).scores[i] / table->rows->len;

  return means;
}

static yyjson_mut_val *
json_text (yyjson_mut_doc *document,
           const gchar    *text)
{
  g_autofree gchar *valid = text ? g_utf8_make_valid (text, -1) : NULL;

  return valid ? yyjson_mut_strcpy (document, valid) : yyjson_mut_null (document);
}

static yyjson_mut_val *
json_model (yyjson_mut_doc *document,
            const gchar    *name,
            const gchar    *digest)
{
  yyjson_mut_val *model = yyjson_mut_obj (document);

  yyjson_mut_obj_add_val (document, model, "name", json_text (document, name));
  yyjson_mut_obj_add_val (document, model, "digest", json_text (document, digest));

  return model;
}

/* Without a model that was chosen to compare, the list of those has one without a
 * name.  */
gboolean
rebuild_table_print_json (const RebuildTable  *table,
                          gint64               seed,
                          GError             **error)
{
  yyjson_mut_doc      *document = yyjson_mut_doc_new (NULL);
  yyjson_mut_val      *root     = yyjson_mut_obj (document);
  yyjson_mut_val      *judges   = yyjson_mut_arr (document);
  yyjson_mut_val      *pictures = yyjson_mut_arr (document);
  const guint          n        = table->judges->len;
  g_autofree gdouble  *means    = rebuild_table_means (table);
  gchar               *text;

  for (guint i = 0; i < n; i++)
    {
      const RebuildJudge    *judge = &g_array_index (table->judges, RebuildJudge, i);
      yyjson_mut_val *model = json_model (document, judge->folder ? judge->name : NULL,
                                          judge->digest);

      if (table->rows->len > 0)
        yyjson_mut_obj_add_real (document, model, "mean", means[i]);
      yyjson_mut_arr_append (judges, model);
    }
  for (guint r = 0; r < table->rows->len; r++)
    {
      const RebuildRow      *row     = &g_array_index (table->rows, RebuildRow, r);
      yyjson_mut_val *picture = yyjson_mut_arr_add_obj (document, pictures);

      yyjson_mut_obj_add_val (document, picture, "file", json_text (document, row->name));
      yyjson_mut_obj_add_val (document, picture, "text", json_text (document, row->text));
      yyjson_mut_obj_add_val (document, picture, "scores",
                              yyjson_mut_arr_with_real (document, row->scores, n));
      yyjson_mut_obj_add_real (document, picture, "mean", mean_of (row->scores, n));
    }

  yyjson_mut_doc_set_root (document, root);
  yyjson_mut_obj_add_val (document, root, "described_by",
                          json_model (document, table->describes[0], table->describes[1]));
  yyjson_mut_obj_add_val (document, root, "drawn_by",
                          json_model (document, table->draws[0], table->draws[1]));
  yyjson_mut_obj_add_int (document, root, "seed", seed);
  yyjson_mut_obj_add_val (document, root, "measured_by", judges);
  yyjson_mut_obj_add_val (document, root, "pictures", pictures);
  if (table->rows->len > 0)
    yyjson_mut_obj_add_real (document, root, "mean", mean_of (means, n));

  text = yyjson_mut_write (document, YYJSON_WRITE_PRETTY, NULL);
  yyjson_mut_doc_free (document);
  if (text == NULL)
    {
      g_set_error_literal (error, PISCES_ERROR, PISCES_ERROR_OUT_OF_MEMORY,
                           "There is no memory to write the scores down.");
      return FALSE;
    }
  end_progress ();
  g_print ("%s\n", text);
  free (text);

  return TRUE;
}

static void
row_clear (gpointer data)
{
  RebuildRow *row = data;

  g_free (row->name);
  g_free (row->text);
  g_free (row->scores);
}

static void
judge_clear (gpointer data)
{
  RebuildJudge *judge = data;

  g_free (judge->folder);
  g_free (judge->name);
  g_free (judge->digest);
}
