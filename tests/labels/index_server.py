"""A package index on the loopback address that does as the first folder of a path says: the address
of the index is http://127.0.0.1:PORT/HOW/simple. It prints its port and serves until its standard
input ends.

    slow        sends a byte of a package now and then, and never comes to its end
    slow_index  the same of the list of packages
    cut         closes the connection in the middle of a package
    other       sends another package than the sum in its list says
    to_file     sends on to a file of the machine that asks
    big         packages whose label files take a megabyte
"""
import hashlib
import http.server
import io
import sys
import threading
import time
import zipfile


def wheel(name, version):
    """Its one file is all zeros: small in the wheel, and not what anybody published."""
    held = io.BytesIO()
    about = f"{name}-{version}.dist-info"
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("timm/data/_info/imagenet_real_labels.json", bytes(1 << 20))
        archive.writestr(f"{about}/METADATA",
                         f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
        archive.writestr(f"{about}/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
        archive.writestr(f"{about}/RECORD", "")
    return held.getvalue()


class Index(http.server.BaseHTTPRequestHandler):
    def log_message(self, *_):
        pass

    def answer(self, kind, body, length=None):
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(length or len(body)))
        self.end_headers()
        self.wfile.write(body)
        self.wfile.flush()

    def dribble(self, kind):
        self.answer(kind, b" ", 1 << 20)
        while True:
            time.sleep(0.1)
            self.wfile.write(b" ")
            self.wfile.flush()

    def do_GET(self):
        _, how, part, name = self.path.split("/")[:4]
        try:
            if part == "simple":
                self.list(how, name)
            else:
                self.package(how, name)
        except (BrokenPipeError, ConnectionResetError):
            pass

    def list(self, how, name):
        if how == "slow_index":
            self.dribble("text/html")
        stem = name.replace("-", "_")
        links = ""
        for version in ("1.0.28", "4.9.10"):
            body = b"" if how == "other" else wheel(stem, version)
            file = f"{stem}-{version}-py3-none-any.whl"
            links += f'<a href="/{how}/files/{file}#sha256={hashlib.sha256(body).hexdigest()}">'
            links += f"{file}</a>\n"
        self.answer("text/html", links.encode())

    def package(self, how, name):
        stem, version = name.split("-")[:2]
        body = wheel(stem, version)
        if how == "slow":
            self.dribble("application/zip")
        elif how == "to_file":
            self.send_response(302)
            self.send_header("Location", "file:///etc/passwd")
            self.end_headers()
        elif how == "cut":
            self.answer("application/zip", body[:len(body) // 2], len(body))
            self.close_connection = True
        else:
            self.answer("application/zip", body)


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Index)
server.daemon_threads = True
threading.Thread(target=server.serve_forever, daemon=True).start()
print(server.server_address[1], flush=True)
sys.stdin.read()
