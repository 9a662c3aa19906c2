"""An answer as a file: CSV, JSON, XML and XLSX, written piece by piece, whatever the texts in it are.

table     what is handed over: headings, rows, and what is to be known about them
formats   the four formats by name; `hand` writes one of them
texts     what a text may hold where
as_csv, as_json, as_xml, as_xlsx (with sheet, cells and parts): how each is written
"""
