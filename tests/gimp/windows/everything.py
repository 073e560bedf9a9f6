# SPDX-License-Identifier: GPL-3.0-or-later
"""The Script-Fu code for Gimp.everything(), which collects all that an undo
has to restore in an IMAGE, with or without the LISTS of pictures."""

EVERYTHING = """
(let* ((pixels
         (lambda (drawable)
           (map (lambda (channel)
                  (gimp-drawable-histogram drawable channel 0 1))
                (cons HISTOGRAM-VALUE
                      (append
                        (if (gimp-drawable-is-gray drawable) '()
                            (list HISTOGRAM-RED HISTOGRAM-BLUE))
                        (if (gimp-drawable-has-alpha drawable)
                            (list HISTOGRAM-ALPHA) '()))))))
       (begins?
         (lambda (start name)
           (and (>= (string-length name) (string-length start))
                (string=? (substring name 0 (string-length start)) start))))
       ; GIMP lists parasites by their hashes, and an undo may exchange two.
       (sorted
         (lambda (names)
           (let next ((rest names) (done '()))
             (if (null? rest) done
                 (next (cdr rest)
                       (let insert ((done done))
                         (if (or (null? done)
                                 (string<? (car rest) (car done)))
                             (cons (car rest) done)
                             (cons (car done) (insert (cdr done))))))))))
       (parasites
         (lambda (item)
           (map (lambda (name) (gimp-item-get-parasite item name))
                (sorted (gimp-item-get-parasite-list item)))))
       (layer
         (lambda (item)
           (list item (gimp-item-get-name item)
                 (gimp-drawable-get-width item)
                 (gimp-drawable-get-height item)
                 (gimp-drawable-get-offsets item)
                 (gimp-layer-get-opacity item) (gimp-layer-get-mode item)
                 (gimp-item-get-visible item)
                 (gimp-item-get-lock-content item)
                 (pixels item) (parasites item)
                 (let ((mask (gimp-layer-get-mask item)))
                   (if (= mask -1) #f
                       (gimp-drawable-histogram mask HISTOGRAM-VALUE 0 1)))))))
  (list
    (map layer (vector->list (gimp-image-get-layers IMAGE)))
    (map gimp-item-get-name (vector->list (gimp-image-get-channels IMAGE)))
    (gimp-image-get-selected-layers IMAGE)
    (gimp-selection-bounds IMAGE)
    (gimp-drawable-histogram (gimp-image-get-selection IMAGE)
                             HISTOGRAM-VALUE 0 1)
    (let next ((names (sorted (gimp-image-get-parasite-list IMAGE))))
      (cond ((null? names) '())
            ((or (begins? "GimpProcedureConfig" (car names))
                 (and (not LISTS)
                      (or (begins? "pisces-results" (car names))
                          (begins? "pisces-pixels" (car names)))))
             (next (cdr names)))
            (else (cons (gimp-image-get-parasite IMAGE (car names))
                        (next (cdr names))))))
    (gimp-image-is-dirty IMAGE)))
"""
