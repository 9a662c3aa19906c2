"""A task pane for Excel that asks the API: served apart, on a host of its own, because Office's script is Microsoft's.

build     the files that a host has to serve, for one address of the API
commands  `tributary addin`
parts     what they are made of: manifest.xml, pane.html with its style and scripts, offline.js
"""
