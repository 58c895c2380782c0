"""The docker command line, a client of the Docker Engine API."""
