// Uploads a file by tus-js-client and prints the media object that it was answered: node upload.mjs ENDPOINT FILE
// Connections break on the way, after which it goes on by itself.
import assert from 'node:assert/strict';
import { createReadStream, statSync } from 'node:fs';
import { Upload } from 'tus-js-client';

const [, , endpoint, file] = process.argv;
const uploadSize = statSync(file).size;
const offsets = [];
const media = await new Promise((resolve, reject) => {
  const upload = new Upload(createReadStream(file), {
    endpoint,
    uploadSize,
    chunkSize: Number(process.env.CHUNK_BYTES ?? 'Infinity'),
    retryDelays: [0, 200, 500, 1000, 2000, 3000, 5000],
    metadata: { filename: 'Übung.bin', filetype: 'application/octet-stream', app: 'tus', userId: 'anna' },
    onProgress: (sent) => offsets.push(sent),
    onError: reject,
    onSuccess: ({ lastResponse }) => {
      const answer = JSON.parse(lastResponse.getBody());
      assert.equal(lastResponse.getHeader('upload-media-id'), answer.id);
      resolve(answer);
    },
  });
  upload.start();
});
// It did not begin anew.
assert.ok(offsets.length > 0);
console.log(JSON.stringify(media));
