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
gboolean      command_improve  (gint          argc,
                                gchar       **argv,
                                GError      **error);
gboolean      command_extend   (gint          argc,
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

/* The options of a command that draws from words.  */
typedef struct
{
  const gchar *prompt_help;       /* for “--help”; set by the command     */
  const gchar *seed_help;         /* the same                             */

  gchar       *prompt;
  gchar       *output;
  gchar       *negative;
  gchar       *plan;
  gint64       seed;
  gint         steps;
  gdouble      guidance;          /* or NOT_GIVEN                         */
  gdouble      temperature;       /* or NOT_GIVEN                         */
  gboolean     unmarked;
  gchar       *model;
  gchar       *backend;
} DrawOptions;

/* How round trips are scored.  */
typedef struct
{
  gchar       **compare_models;   /* NULL: one of the engine's            */
  const gchar  *backend;          /* nullable                             */
  guint32       seed;
  gboolean      json;
} RebuildScoring;

gboolean      rebuild_score    (const RebuildScoring *wish,
                                PiscesEngine *engine,
                                gchar       **paths,
                                GError      **error);
gboolean      options_parse    (gint         *argc,
                                gchar      ***argv,
                                const GOptionEntry *entries,
                                const gchar  *arguments,
                                const gchar  *summary,
                                GError      **error);
gboolean      usage_error      (GError      **error,
                                const gchar  *format,
                                ...) G_GNUC_PRINTF (2, 3);
gboolean      draw_options_parse
                               (DrawOptions  *options,
                                gint         *argc,
                                gchar      ***argv,
                                const GOptionEntry *own,
                                const gchar  *arguments,
                                const gchar  *summary,
                                GError      **error);
gboolean      draw_options_check
                               (const DrawOptions *options,
                                GError      **error);
PiscesGenerateRequest *
              draw_options_request
                               (const DrawOptions *options);
PiscesModelInfo *
              draw_options_inspect
                               (const DrawOptions *options,
                                GError      **error);
PiscesGenerateResult *
              draw_options_draw
                               (const DrawOptions *options,
                                const PiscesGenerateRequest *request,
                                GError      **error);
PiscesGenerateResult *
              draw_with_engine (PiscesEngine *engine,
                                const PiscesGenerateRequest *request,
                                GError      **error);
void          draw_options_clear
                               (DrawOptions  *options);
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
gchar       * output_name      (const gchar  *output,
                                guint         index);
void          print_picture    (const PiscesPicture *picture,
                                const gchar  *path);
void          print_plan       (const PiscesPicture *picture);
void          print_sentence   (const gchar  *sentence);
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

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (DrawOptions, draw_options_clear)

G_END_DECLS
