"""Content packs: a folder of YAML and pictures that a person can read, edit, compare and exchange.

`reader` reads a folder and checks everything, `loader` puts it into the site, `dumper`
writes the site back. The format is described in docs/how-to/content-pack.md.
"""
