// An independent client of tus: uploads a file to a panel, breaks off once on the way, and goes on.
//   node tus-client.mjs PANEL.WEB ENDPOINT TOKEN FILE PATH
import { createReadStream, statSync } from 'node:fs';
import { createRequire } from 'node:module';
const [, , web, endpoint, token, file, path] = process.argv;
const tus = createRequire(`${web}/package.json`)('tus-js-client');

let broken = false;
const upload = new tus.Upload(createReadStream(file), {
  endpoint,
  uploadSize: statSync(file).size,
  chunkSize: 3 << 20,
  retryDelays: [0, 100, 500],
  headers: { Authorization: `Bearer ${token}` },
  metadata: { path },
  onProgress(sent) {
    if (broken || sent < 5 << 20) return;
    broken = true;
    upload.abort().then(() => {
      console.log(`broke off at ${sent}`);
      setTimeout(() => upload.start(), 200);
    });
  },
  onError(failure) {
    console.log(`failed: ${failure}`);
    process.exit(1);
  },
  onSuccess() {
    console.log('done');
  },
});
upload.start();
