"""What the pages and the server agree on about the route for large files."""

import threading

PATH = "/api/upload"
TICKET_HEADER, NAME_HEADER = "X-Seqrec-Ticket", "X-Seqrec-Name"
SERVED = threading.Event()  # set by the server that has the route; `streamlit run app.py` alone has none
