import type { IncomingMessage } from 'node:http';
import { parse } from 'secure-json-parse';
import { REQUEST_LIMITS } from '../../platform/request-limits.js';
import { HttpError } from './trouble.js';

const LIMIT = REQUEST_LIMITS.body.allowed;

/** Refuses, with 400 as Fastify does, names that would poison the prototype of an object the value is copied into. */
export async function readJson(request: IncomingMessage): Promise<unknown> {
  const text = (await readBody(request)).toString();
  if (text === '') throw new HttpError(400, "Body cannot be empty when content-type is set to 'application/json'");
  try {
    return parse(text, { protoAction: 'error', constructorAction: 'error' });
  } catch {
    throw new HttpError(400, "Body is not valid JSON but content-type is set to 'application/json'");
  }
}

/** Reads the whole body; 413 if it is announced as longer than the limit, or turns out longer. Never settles if the client goes away. */
function readBody(request: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const tooLong = () => reject(new HttpError(413, 'The body is too long.'));
    if (Number(request.headers['content-length']) > LIMIT) return tooLong();
    const chunks: Buffer[] = [];
    let length = 0;
    request.on('data', function take(chunk: Buffer) {
      length += chunk.length;
      if (length > LIMIT) {
        request.off('data', take);
        // The rest is discarded until the connection closes.
        request.resume();
        return tooLong();
      }
      chunks.push(chunk);
      return undefined;
    });
    request.on('end', () => resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)));
    return undefined;
  });
}
