"""serve.py FOLDER: serves this folder on a free port of 127.0.0.1, and prints the port; each request is a line on stderr.
Where FOLDER has PATH.redirect, a request for PATH is redirected to the URL in it."""
import functools
import http.server
import pathlib
import sys


class Handler(http.server.SimpleHTTPRequestHandler):
    def send_head(self):
        target = pathlib.Path(self.translate_path(self.path) + ".redirect")
        if not target.exists():
            return super().send_head()
        self.send_response(302)
        self.send_header("Location", target.read_text().strip())
        self.send_header("Content-Length", "0")
        self.end_headers()
        return None


handler = functools.partial(Handler, directory=sys.argv[1])
with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
    print(server.server_port, flush=True)
    server.serve_forever()
