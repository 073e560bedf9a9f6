# SPDX-License-Identifier: GPL-3.0-or-later
#
# The same picture in every mode and precision, from files and converted in
# GIMP, gets the same description, whichever part is described, and also if
# GIMP makes no previews.  Earlier it was refused, or mistaken for something
# else.

. "$(dirname "$0")/gimp-test.sh"

plug_ins="file-png file-tiff"
mkdir -p "$work/profile"
printf '(layer-previews no)\n(group-layer-previews no)\n' >"$work/profile/gimprc"

base=$work/base.png
magick -size 256x256 xc:white -depth 8 -fill red -draw 'circle 128,128 128,40' \
  -define png:color-type=2 "$base"

as_png ()   # name, bits, color type of PNG, more
{
  magick "$base" "${@:4}" -define png:bit-depth="$2" -define png:color-type="$3" \
    "$work/$1"
}

as_png rgb-16.png        16 2
as_png gray-8.png         8 0 -colorspace gray
as_png gray-16.png       16 0 -colorspace gray
as_png gray-16-alpha.png 16 4 -colorspace gray -alpha set
as_png palette.png        8 3

in_gimp <<'SCM'
(define (open-file name)
  (gimp-file-load RUN-NONINTERACTIVE (string-append *work* "/" name)))

(define (words image source)
  (car (plug-in-pisces-describe #:run-mode RUN-NONINTERACTIVE #:image image
                                #:length "short" #:source source)))

; GIMP writes this file, because not every ImageMagick can write floats.  It has no
; thumbnail, because GIMP 3.2.6 would open that as a second, empty layer.
(define (save-floats from to)
  (let ((image (open-file from)))
    (gimp-image-convert-precision image PRECISION-FLOAT-NON-LINEAR)
    (file-tiff-export #:run-mode RUN-NONINTERACTIVE #:image image
                      #:file (string-append *work* "/" to)
                      #:include-thumbnail #f)
    (gimp-image-delete image)))

(save-floats "base.png" "rgb-float.tif")
(save-floats "gray-8.png" "gray-float.tif")

(define wanted (words (open-file "base.png") "visible"))
(note wanted)
(claim "a red circle is seen" (and (contains? wanted "red")
                                   (contains? wanted "circle")))

; Everything is selected, so that the three parts are the same picture.
(define (try name image right?)
  (gimp-selection-all image)
  (for-each
    (lambda (source)
      (let* ((text "")
             (problem (sentence-of (set! text (words image source)))))
        (claim (string-append name ", " source) (right? text))
        (if (not (right? text)) (note text problem))))
    '("visible" "layer" "selection"))
  (gimp-image-delete image))

(define (same? text) (string=? text wanted))
(define (circle? text) (contains? text "circle"))

(try "RGB of 16 bits" (open-file "rgb-16.png") same?)
(try "RGB of floats" (open-file "rgb-float.tif") same?)
(try "gray of 8 bits" (open-file "gray-8.png") circle?)
(try "gray of 16 bits" (open-file "gray-16.png") circle?)
(try "gray of 16 bits with alpha" (open-file "gray-16-alpha.png") circle?)
(try "gray of floats" (open-file "gray-float.tif") circle?)
(try "a palette" (open-file "palette.png") same?)

(define (converted precision)
  (let ((image (open-file "base.png")))
    (gimp-image-convert-precision image precision)
    image))

(try "linear of 8 bits" (converted PRECISION-U8-LINEAR) same?)
(try "linear of 16 bits" (converted PRECISION-U16-LINEAR) same?)
(try "perceptual of 32 bits" (converted PRECISION-U32-PERCEPTUAL) same?)
(try "linear half floats" (converted PRECISION-HALF-LINEAR) same?)
(try "linear doubles" (converted PRECISION-DOUBLE-LINEAR) same?)

(define profiled (open-file "base.png"))
(gimp-image-convert-precision profiled PRECISION-FLOAT-LINEAR)
(gimp-image-convert-grayscale profiled)
(try "linear gray floats" profiled circle?)
SCM

finish
