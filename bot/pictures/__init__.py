"""Pictures that people send: what comes out of here is pixels that we have encoded ourselves, and nothing else."""
