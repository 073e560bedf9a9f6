# SPDX-License-Identifier: GPL-3.0-or-later
#
# An image in which a model has drawn says so to other programs (IPTC digital
# source type), as fully drawn or as a composite; unless the script or the user
# does not want it, or the image already says how it was made.  Nothing else in
# its metadata changes, and undo removes the mark with the layer. exiftool
# checks the results.

. "$(dirname "$0")/gimp-test.sh"
plug_ins="file-jpeg file-png"

drawn=trainedAlgorithmicMedia
composite=compositeWithTrainedAlgorithmicMedia
words=http://cv.iptc.org/newscodes/digitalsourcetype

# Metadata as the programs of photographers write it.
magick -size 96x96 xc:"#3060c0" -fill "#e0c020" -draw "circle 48,48 48,20" \
  "$work/photo.jpg"
exiftool -q -overwrite_original \
  -XMP-dc:Title="A title, mine" -XMP-dc:Title-de="Ein Titel" \
  -XMP-dc:Subject=one -XMP-dc:Subject=two -XMP-dc:Rights="© Somebody" \
  -XMP-iptcCore:AltTextAccessibility="A circle" \
  -XMP-iptcCore:AltTextAccessibility-de="Ein Kreis, gelb" \
  -XMP-iptcExt:PersonInImage="Ann" -XMP-iptcExt:PersonInImage="Bob" \
  -XMP-iptcExt:LocationCreated="{City=Rome,CountryName=Italy}" \
  -XMP-photoshop:Credit="Agency" -XMP-xmp:Rating=4 \
  -IPTC:Caption-Abstract="Caption, mine" -IPTC:Keywords=one \
  -EXIF:Copyright="Somebody" -EXIF:Artist="Ann" -GPS:GPSLatitude=12.5 \
  -GPS:GPSLatitudeRef=N "$work/photo.jpg"
cp "$work/photo.jpg" "$work/camera.jpg"
exiftool -q -overwrite_original -n \
  -XMP-iptcExt:DigitalSourceType=$words/digitalCapture "$work/camera.jpg"

cat >"$work/helpers.scm" <<'SCM'
(define (path name) (string-append *work* "/" name))
(define (export image name)
  (file-jpeg-export #:run-mode RUN-NONINTERACTIVE #:image image
                    #:file (path name) #:include-xmp #t #:include-exif #t
                    #:include-iptc #t))
(define (export-png image name)
  (file-png-export #:run-mode RUN-NONINTERACTIVE #:image image
                   #:file (path name) #:include-xmp #t))
(define (load name)
  (gimp-file-load RUN-NONINTERACTIVE (path name)))
(define (draw-unmarked image seed)
  (plug-in-pisces-generate #:run-mode RUN-NONINTERACTIVE #:image image
                           #:prompt "a red circle" #:plan "a red circle"
                           #:seed seed #:steps 2 #:mark-as-ai #f))
(define (create mark)
  (plug-in-pisces-create #:run-mode RUN-NONINTERACTIVE #:prompt "a red star"
                         #:mark-as-ai mark))
SCM

cat "$work/helpers.scm" - >"$work/drawing.scm" <<'SCM'
; GIMP has kept only the part of the German text before the comma; this saves all of it.
(define described (vector-ref (gimp-get-images) 0))
(plug-in-pisces-describe #:run-mode RUN-NONINTERACTIVE #:image described
                         #:length "long" #:save #t)
(draw described 1)
(export described "described.jpg")

(define photo (load "photo.jpg"))
(export photo "plain.jpg")
(draw photo 1)
(export photo "composite.jpg")
(gimp-file-save RUN-NONINTERACTIVE photo (path "composite.xcf"))
(export (load "composite.xcf") "by-xcf.jpg")

(define again (load "photo.jpg"))
(draw-unmarked again 1)
(export again "unmarked.jpg")
(plug-in-pisces-regenerate #:run-mode RUN-NONINTERACTIVE #:image again
                           #:drawables (gimp-image-get-selected-layers again)
                           #:mark-as-ai #f)
(export again "regenerated-unmarked.jpg")
(plug-in-pisces-regenerate #:run-mode RUN-NONINTERACTIVE #:image again
                           #:drawables (gimp-image-get-selected-layers again))
(export again "regenerated.jpg")

(define camera (load "camera.jpg"))
(draw camera 1)
(export camera "said.jpg")

(define new (create #t))
(export-png new "drawn.png")
(draw new 2)
(export-png new "drawn-twice.png")
(export-png (create #f) "unmarked.png")
(new-layer new 16 16 RGBA-IMAGE)
(draw new 3)
(export-png new "with-a-persons.png")

(define two (new-image 64 64 RGB))
(draw-unmarked two 1)
(draw two 2)
(export-png two "two-drawn.png")
SCM
in_gimp "$work/photo.jpg" <"$work/drawing.scm"

field ()   # file
{
  exiftool -n -s3 -XMP-iptcExt:DigitalSourceType "$work/$1"
}

# Prints all metadata except what GIMP writes anew each time.
rest ()   # file
{
  exiftool -a -G1 -s -struct -x ExifTool:all -x System:all -x IFD1:all \
    -x DigitalSourceType -x TimeStamp -x ModifyDate -x SubSecModifyDate -x MetadataDate \
    -x OriginalDocumentID -x DocumentID -x InstanceID -x History "$work/$1"
}

claim "a photograph that was drawn into is a composite" \
  equal "$(field composite.jpg)" $words/$composite
claim "also when it was saved as XCF and opened again" \
  equal "$(field by-xcf.jpg)" $words/$composite
claim "there is other metadata" [ "$(rest plain.jpg | wc -l)" -gt 20 ]
claim "of which nothing has changed" \
  equal "$(rest composite.jpg)" "$(rest plain.jpg)"
claim "a text with a comma is still whole" \
  equal "$(exiftool -s3 -XMP-iptcCore:AltTextAccessibility-de "$work/described.jpg")" \
        "Ein Kreis, gelb"
claim "an image that was only drawn is called so" \
  equal "$(field drawn.png)" $words/$drawn
claim "also with a second layer that was drawn" \
  equal "$(field drawn-twice.png)" $words/$drawn
claim "until a person adds one" \
  equal "$(field with-a-persons.png)" $words/$composite
claim "or where both were added to nothing" \
  equal "$(field two-drawn.png)" $words/$drawn
claim "what an image says already stays" \
  equal "$(field said.jpg)" $words/digitalCapture
claim "a script can leave it out of a layer's image" \
  equal "$(field unmarked.jpg)" ""
claim "and of a new one" equal "$(field unmarked.png)" ""
claim "and when a layer is drawn again" \
  equal "$(field regenerated-unmarked.jpg)" ""
claim "which says it otherwise" \
  equal "$(field regenerated.jpg)" $words/$composite
claim "another program can say it in words" \
  equal "$(exiftool -s3 -DigitalSourceType "$work/drawn.png")" \
        "$(exiftool -s3 -DigitalSourceType <(
             exiftool -q -n -XMP-iptcExt:DigitalSourceType=$words/$drawn \
               -o - "$work/unmarked.png"))"

# The user has switched the mark off in the window.
mkdir -p "$work/profile/pisces"
printf '[generate]\nmark-as-ai=false\n' >"$work/profile/pisces/settings.ini"
cat "$work/helpers.scm" - >"$work/off.scm" <<'SCM'
(define photo (load "photo.jpg"))
(draw photo 1)
(export photo "off.jpg")
(export-png (create #t) "off.png")
SCM
in_gimp <"$work/off.scm"
claim "switched off in the window, it is off for layers" \
  equal "$(field off.jpg)" ""
claim "and for new images" equal "$(field off.png)" ""

finish
