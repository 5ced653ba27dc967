"""One machine, no service installed: the engines, the local model and the processes of `make run` and `make test`."""
