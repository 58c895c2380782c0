"""Builds `catalogue.zip`, the embedded hub's data, from files of recorded facts.

`python -m estiba.distribution.catalogue SOURCE` reads one JSON file per repository (schema
`docker-sim-catalogue/1`) and writes one compact entry per repository: identity as recorded, what is
missing worked out by stated rules, and for each layer the recipe of its stand-in tree. Only this
package knows the source's schema; nothing here runs when images are pulled.
"""
