/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * cli.h: the commands of the command line tool.  Each gets its own arguments
 * (argv[0] is the command's name), prints its result on standard output, and
 * on failure sets the error to one sentence.
 */

#pragma once

#include "engine/pisces.h"

G_BEGIN_DECLS

gboolean      command_generate (gint          argc,
                                gchar       **argv,
                                GError      **error);
gboolean      command_fill     (gint          argc,
                                gchar       **argv,
                                GError      **error);
gboolean      command_describe (gint          argc,
                                gchar       **argv,
                                GError      **error);
gboolean      command_rebuild  (gint          argc,
                                gchar       **argv,
                                GError      **error);
gboolean      command_plan     (gint          argc,
                                gchar       **argv,
                                GError      **error);
gboolean      command_score    (gint          argc,
                                gchar       **argv,
                                GError      **error);
gboolean      command_verify   (gint          argc,
                                gchar       **argv,
                                GError      **error);
gboolean      command_quantize (gint          argc,
                                gchar       **argv,
                                GError      **error);
gboolean      command_devices  (gint          argc,
                                gchar       **argv,
                                GError      **error);
gboolean      command_check_ops (gint         argc,
                                gchar       **argv,
                                GError      **error);

/*  what the commands share  */

/* The value of a number option that was left out: the model's default.  */
#define NOT_GIVEN (-1.0)

gboolean      options_parse    (gint         *argc,
                                gchar      ***argv,
                                const GOptionEntry *entries,
                                const gchar  *arguments,
                                const gchar  *summary,
                                GError      **error);
gboolean      usage_error      (GError      **error,
                                const gchar  *format,
                                ...) G_GNUC_PRINTF (2, 3);
PiscesEngine * open_engine     (const gchar  *model,
                                const gchar  *describe_model,
                                const gchar  *backend);
gboolean      output_check     (const gchar  *output,
                                GError      **error);
gboolean      seed_check       (gint64        seed,
                                GError      **error);
gboolean      number_check     (const gchar  *option,
                                gdouble       value,
                                gdouble       most,
                                GError      **error);
gboolean      picture_save     (PiscesPicture *picture,
                                gboolean      unmarked,
                                const gchar  *path,
                                GError      **error);
void          print_warnings   (gchar       **warnings,
                                guint        *n_told);
gchar       * show_name        (const gchar  *name);
gchar       * show_line        (const gchar  *text);
gchar       * show_text        (const gchar  *text);
gchar       * show_problem     (const gchar  *sentence,
                                const gchar  *path,
                                const gchar  *name);
gboolean      check_prompt     (PiscesEngine *engine,
                                const gchar  *text,
                                gboolean      is_drawn,
                                GError      **error);
void          show_progress    (const PiscesProgress *progress,
                                gpointer      user_data);
void          end_progress     (void);

G_END_DECLS
