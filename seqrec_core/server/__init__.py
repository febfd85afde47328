"""The web process: Streamlit behind an ASGI app, and the route that takes large files."""
