"""Upkeep of what a daemon keeps on the disk: checked, cleaned, copied away and back, thrown away.

Entry point: `command.run`. `fsck` puts the checks together (`ground` is what they stand on), `backup`
writes and reads archives of a home, `cleaning` removes what is of no use, or all of it.
"""
