/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * planted-bugs.h: kernels that are right or, on request, wrong in one known
 * way.
 */

#pragma once

#ifdef __cplusplus
extern "C" {
#endif

typedef struct
{
  const char *name;
  /* Runs in four orders of threads; returns whether every result is right.  */
  int      (* run) (int with_bug);
  /* What the report must say, in a checked build and in a fast one; NULL: no
   * report, but a wrong result; "": this build cannot detect it.  */
  const char *checked_words, *fast_words;
} PlantedBug;

extern const PlantedBug planted_bugs[];
extern const int        n_planted_bugs;

#ifdef __cplusplus
}
#endif
