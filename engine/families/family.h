/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * family.h: a family is a kind of checkpoint: how it is recognised, loaded,
 * and how it describes and draws.  The engine knows families by this table
 * alone; adding a kind of checkpoint is one more table.
 */

#pragma once

#include "engine/backend/backend.h"
#include "engine/pisces.h"

G_BEGIN_DECLS

/* What a family is given to speak through while it works: progress, warnings
 * and the wish to stop.  The engine owns it.  */
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
  const gchar  *model_type;     /* of config.json                         */

  /* All functions run on the engine's thread.  Those that return a gboolean
   * or a pointer set the error when they fail.  */
  gpointer    (* load)     (const gchar                 *folder,
                            PiscesBackend               *backend,
                            PiscesJob                   *job,
                            GError                     **error);
  void        (* free)     (gpointer                     model);

  /* Fills in what the configurations and the weight files' headers say, and
   * reads no weights.  */
  gboolean    (* inspect)  (const gchar                 *folder,
                            PiscesModelInfo             *info,
                            GError                     **error);
  /* The same, and checks every file and every tensor.  */
  gboolean    (* verify)   (const gchar                 *folder,
                            PiscesModelInfo             *info,
                            GError                     **error);

  /* Appends request->count pictures, each reported as it is finished.  The
   * engine fills in the model's and the backend's names.  */
  gboolean    (* generate) (gpointer                     model,
                            const PiscesGenerateRequest *request,
                            PiscesJob                   *job,
                            GPtrArray                   *pictures,
                            GError                     **error);
  /* The plan that generate would write for the request's first picture.  */
  gchar     * (* plan)     (gpointer                     model,
                            const PiscesGenerateRequest *request,
                            PiscesJob                   *job,
                            GError                     **error);
  gboolean    (* describe) (gpointer                     model,
                            const PiscesDescribeRequest *request,
                            PiscesJob                   *job,
                            PiscesDescribeResult        *result,
                            GError                     **error);
  /* Appends the image's place in the generation encoder's space: what
   * likeness is measured in.  */
  gboolean    (* embed)    (gpointer                     model,
                            PiscesImage                 *image,
                            PiscesJob                   *job,
                            GArray                      *vector,
                            GError                     **error);
  /* How well the image shows what the prompt asks for.  */
  gboolean    (* score)    (gpointer                     model,
                            PiscesImage                 *image,
                            const gchar                 *prompt,
                            PiscesJob                   *job,
                            PiscesScore                 *score,
                            GError                     **error);

  /* On any thread: what reads prompts, without weights and device, freed by
   * `free`.  NULL: the family needs the whole model for it.  */
  gpointer    (* load_words)
                           (const gchar                 *folder,
                            GError                     **error);
  /* On any thread, while a job runs: reads what does not change.  Takes what
   * `load` or `load_words` gave.  */
  PiscesPromptCheck *
              (* check_prompt)
                           (gpointer                     model,
                            const gchar                 *text);
} PiscesFamily;

extern const PiscesFamily pisces_family_janus;
extern const PiscesFamily pisces_family_pisces;

const PiscesFamily * pisces_family_find (const gchar  *folder,
                                         GError      **error);
gchar              * pisces_model_name   (const gchar  *folder);
gchar              * pisces_model_digest (const gchar  *folder,
                                          GError      **error);

G_END_DECLS
