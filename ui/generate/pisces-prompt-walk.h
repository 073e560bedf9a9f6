/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-prompt-walk.h: going back and forth through older texts without
 * losing the unfinished one.  Needs no display.
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _PiscesPromptWalk PiscesPromptWalk;

PiscesPromptWalk * pisces_prompt_walk_new       (void);
void               pisces_prompt_walk_free      (PiscesPromptWalk   *walk);

void               pisces_prompt_walk_set_older (PiscesPromptWalk   *walk,
                                                 const gchar *const *texts,
                                                 guint               n_texts);
const gchar      * pisces_prompt_walk_older     (PiscesPromptWalk   *walk,
                                                 const gchar        *current);
const gchar      * pisces_prompt_walk_newer     (PiscesPromptWalk   *walk,
                                                 const gchar        *current);
void               pisces_prompt_walk_replace   (PiscesPromptWalk   *walk,
                                                 const gchar        *current);
void               pisces_prompt_walk_used      (PiscesPromptWalk   *walk,
                                                 const gchar        *current);

const gchar      * pisces_prompt_walk_get_draft (PiscesPromptWalk   *walk);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PiscesPromptWalk, pisces_prompt_walk_free)

G_END_DECLS
