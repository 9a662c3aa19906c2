"""Pictures of figures, drawn on the server as SVG: values in, text out, nothing else.

svg      elements and texts; whatever comes in is escaped here, and nowhere else
words    figures, changes and days as people read them
scale    ticks, and labels that keep apart
days     which days a picture has, and which of them are not done
axes     grid, days and the settling band, as all pictures over days have them
lines · bars · growth · heat · spark · share      the kinds of pictures
beneath  the same figures as a table

A picture holds classes and no colour, so one drawing serves light, dark and paper under a strict policy. What is
missing is None and drawn as a gap, never as zero. It is drawn at several widths; the style sheet shows the one that
fits.
"""
