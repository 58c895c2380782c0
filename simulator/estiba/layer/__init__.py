"""Layer archives: tar to tree and back, diff IDs and chain IDs."""
