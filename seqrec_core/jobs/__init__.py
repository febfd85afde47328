"""Work that outlives a page: the job table, the worker that claims from it, the handlers that do it."""
