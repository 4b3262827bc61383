// Uploads what descriptor 7 holds to the address in the first line of standard input; the second is the checksum that
// it is signed for. Prints the status of the answer, 0 where there was none. For any Node.js since 14.18.
const { createReadStream, fstatSync, readFileSync } = require('node:fs');

const [url, checksum] = readFileSync(0, 'utf8').split('\n');
const { request } = require(url.startsWith('https:') ? 'node:https' : 'node:http');
const headers = { 'content-length': fstatSync(7).size, 'x-amz-checksum-sha256': checksum };
const put = request(url, { method: 'PUT', headers }, (answer) => {
  answer.resume();
  answer.on('end', () => console.log(answer.statusCode));
});
put.on('error', () => console.log(0));
createReadStream('', { fd: 7 }).pipe(put);
