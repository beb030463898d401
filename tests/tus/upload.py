"""Uploads a file by tuspy and prints the media object that it was answered: upload.py ENDPOINT FILE

It stops half way and goes on with nothing but the URL; connections break besides.
"""

import json
import os
import sys

from tusclient.client import TusClient

endpoint, file = sys.argv[1:]
client = TusClient(endpoint)
options = {
    "chunk_size": int(os.environ.get("CHUNK_BYTES", 3_000_000)),
    "metadata": {"filename": "Übung.bin", "app": "tus", "userId": "anna"},
    "retries": 20,
    "retry_delay": 0.5,
    "upload_checksum": True,
}
first = client.uploader(file, **options)
first.upload(stop_at=os.path.getsize(file) // 2)
second = client.uploader(file, url=first.url, **options)
assert second.offset >= os.path.getsize(file) // 2, second.offset
second.upload()
assert second.get_offset() == os.path.getsize(file)
media = json.loads(second.request.response_content)
assert second.request.response_headers["upload-media-id"] == media["id"]
print(json.dumps(media))
