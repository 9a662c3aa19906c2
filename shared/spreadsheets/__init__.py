"""What a person takes into a spreadsheet to read a feed there: each made for the feed at hand, and none with its key.

source      a feed, as whatever reads it has to know it
files       everything by name; `made` makes one of them
workbook    a workbook whose query reads the feed (with `mashup`, where Excel keeps queries)
m           that query's text, which Power BI takes as well
vba         a module, where queries are not allowed (module.bas: what is the same for all feeds)
sheets      a script for Google Sheets (apps-script.gs, likewise), and the formula for a link
steps       the clicks, with the words of this feed

Names of feeds are written by people, so each language has one function that writes a text in it.
"""
