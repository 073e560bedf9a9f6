/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * family.h: a family is a kind of checkpoint.  A table of functions says how it
 * is recognised and loaded, and how it describes and draws.  The engine knows
 * families only by this table, so a new kind of checkpoint needs only one more
 * table.
 */

#pragma once

#include "engine/backend/backend.h"
#include "engine/pisces.h"

G_BEGIN_DECLS

/* The connection to the engine while a family works: for progress, for warnings,
 * and to learn whether the user wants to stop.  The engine owns it.  */
typedef struct _PiscesJob PiscesJob;

struct _PiscesJob
{
  GCancellable  *cancellable;
  GPtrArray     *warnings;      /* gchar *, sentences for the user */

  void        (* report) (PiscesJob            *job,
                          const PiscesProgress *progress);
};

typedef struct
{
  const gchar  *name;           /* "pisces"                               */
  const gchar  *model_type;     /* as in config.json; of a pipeline of
                                 * diffusers, its class                   */
  const gchar  *other_type;     /* another name of the same; NULL: none   */
  PiscesAbilities
                abilities;      /* what its models can do; `inspect` takes
                                 * away what one of them cannot           */

  /* Whether the type is that of the family's models in a layout that is not read,
   * for example that of their authors' own program.  If so, the error says where
   * there is one that is.  NULL: no such layout is known.  On any thread.  */
  gboolean    (* refuse_type)
                           (const gchar                 *model_type,
                            const gchar                 *folder,
                            GError                     **error);

  /* All functions run on the engine's thread, unless they say otherwise.  Those
   * that return a gboolean or a pointer set the error when they fail.  */
  gpointer    (* load)     (const gchar                 *folder,
                            PiscesBackend               *backend,
                            PiscesJob                   *job,
                            GError                     **error);
  /* Loads all parts, to find out whether the model is sound.  Nothing stays in the
   * files, so that every value is checked.  Adds a sentence to @remarks (gchar *)
   * for each setting that no part has asked for.  */
  gpointer    (* load_remarking)
                           (const gchar                 *folder,
                            PiscesBackend               *backend,
                            GPtrArray                   *remarks,
                            GError                     **error);
  void        (* free)     (gpointer                     model);

  /* Fills in what the configurations and the headers of the weight files say,
   * without reading weights.  */
  gboolean    (* inspect)  (const gchar                 *folder,
                            PiscesModelInfo             *info,
                            GError                     **error);

  /* Appends request->count pictures, and reports each when it is finished.  The
   * engine fills in the names of the model and the backend.  NULL: the family does
   * not draw.  */
  gboolean    (* generate) (gpointer                     model,
                            const PiscesGenerateRequest *request,
                            PiscesJob                   *job,
                            GPtrArray                   *pictures,
                            GError                     **error);
  /* Returns (transfer full) the plan that generate would write for the request's
   * first picture.  NULL: the family has no plans.  */
  gchar     * (* plan)     (gpointer                     model,
                            const PiscesGenerateRequest *request,
                            PiscesJob                   *job,
                            GError                     **error);
  /* NULL, as for score: the family does not describe.  */
  gboolean    (* describe) (gpointer                     model,
                            const PiscesDescribeRequest *request,
                            PiscesJob                   *job,
                            PiscesDescribeResult        *result,
                            GError                     **error);
  /* Appends the image's vector in the space in which similarity is measured: that of
   * the generation encoder, if there is one.  */
  gboolean    (* embed)    (gpointer                     model,
                            PiscesImage                 *image,
                            PiscesJob                   *job,
                            GArray                      *vector,
                            GError                     **error);
  /* Measures how well the image shows what the prompt asks for.  */
  gboolean    (* score)    (gpointer                     model,
                            PiscesImage                 *image,
                            const gchar                 *prompt,
                            PiscesJob                   *job,
                            PiscesScore                 *score,
                            GError                     **error);

  /* Loads only what is needed for reading prompts, without weights and device.
   * It may run on any thread, and `free` frees the result.  NULL: the family
   * needs the whole model for this.  */
  gpointer    (* load_words)
                           (const gchar                 *folder,
                            GError                     **error);
  /* Checks a prompt.  It may run on any thread while a job runs, because it only
   * reads what does not change.  It takes the result of `load` or `load_words`.  */
  PiscesPromptCheck *
              (* check_prompt)
                           (gpointer                     model,
                            const gchar                 *text);
} PiscesFamily;

extern const PiscesFamily pisces_family_clip;
extern const PiscesFamily pisces_family_dinov2;
extern const PiscesFamily pisces_family_janus;
extern const PiscesFamily pisces_family_pisces;
extern const PiscesFamily pisces_family_qwen;
extern const PiscesFamily pisces_family_sd3;
extern const PiscesFamily pisces_family_smolvlm;

const PiscesFamily * pisces_family_find (const gchar  *folder,
                                         GError      **error);
gchar              * pisces_model_name   (const gchar  *folder);
gchar              * pisces_model_digest (const gchar  *folder,
                                          GError      **error);

G_END_DECLS
