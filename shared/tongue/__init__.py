"""In which language people are spoken to, and how figures and days are written in it.

saying      every text of ours goes through here, in templates as `_` and `ngettext`
sentences   those that were made in English before anybody looked, as problems make them
catalogue   reads the languages: each is one file, and one more file is one more language
forms       numbers, amounts and days, whose forms are texts of the catalogue as all others

Catalogues are made and kept whole by `python -m infra.tools.languages`.
"""
