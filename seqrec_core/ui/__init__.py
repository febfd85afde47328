"""The frame around the pages: context in the address, caches, charts with their twins, errors, job status."""
