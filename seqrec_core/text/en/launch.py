"""What the terminal says while the product starts and stops."""

SENTENCES = {
    "starting": "Starting; data lives in {home}",
    "already": "Already running: {address}",
    "port_taken": "Port {taken} is taken; using {port}.",
    "ready": "Ready: {address}  (Ctrl-C stops the dashboard; the worker goes on until `make stop`)",
    "stopping": "The dashboard stops; the worker goes on (`make stop` ends it).",
    "stopped": "Stopped.",
    "nothing": "Nothing was running.",
    "error.usage": "Expected `run` or `stop`, found “{found}”.",
    "error.usage.hint": "Use `make run` or `make stop`.",
    "error.no_free_port": "No free port between {first} and the next hundred.",
    "error.no_free_port.hint": "Set SEQREC_PORT to the first port to try.",
    "error.did_not_start": "The dashboard did not answer within {seconds} seconds.",
    "error.did_not_start.hint": "Run `streamlit run app.py` in the project's folder to see why.",
}
