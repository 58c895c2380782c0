"""Words: references, digests, descriptors, manifests, configurations, platforms and units."""
