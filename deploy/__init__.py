"""Running Trama on more than one process: the parts of a cluster, as a library for trying and testing it."""
