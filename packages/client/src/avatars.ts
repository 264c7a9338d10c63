import type { User } from './held.js';
import type { Sallyport } from './sallyport.js';
import { SallyportError } from './sallyport-error.js';
import { type GraphQLErrorLike, refusalOf } from './send.js';

/** Gives the signed-in user this picture, such as a file that was chosen. A browser makes it smaller first. */
export async function uploadAvatar(sallyport: Sallyport, picture: Blob): Promise<User | null> {
  const { url, method } = await sallyport.requestAvatarUpload();
  const body = await smaller(picture);
  const response = await sallyport.fetch(url, { method, body, headers: { 'content-type': body.type } }).catch(noAnswer);
  const { errors } = (await response.json().catch(() => ({}))) as { errors?: GraphQLErrorLike[] };
  if (errors?.[0]) throw refusalOf(errors[0]);
  if (!response.ok) throw new SallyportError('BAD_RESPONSE', `The gateway did not answer: status ${response.status}.`);
  return sallyport.me();
}

function noAnswer(cause: unknown): never {
  throw cause instanceof SallyportError
    ? cause
    : new SallyportError('NETWORK_ERROR', 'No answer came from the gateway.', {}, cause);
}

/** Shown at 512 pixels. Photographs of phones have thousands, and may take longer to arrive than the gateway waits. */
const EDGE = 1024;

/** A file that the browser cannot read is sent unchanged: the gateway checks it. */
async function smaller(picture: Blob): Promise<Blob> {
  const { document, createImageBitmap } = globalThis as unknown as Here;
  if (!document || !createImageBitmap) return picture;
  const bitmap = await createImageBitmap(picture).catch(() => null);
  const scale = EDGE / Math.min(bitmap?.width ?? 0, bitmap?.height ?? 0);
  if (!bitmap || scale >= 1) return picture;
  const canvas = document.createElement('canvas');
  canvas.width = Math.round(bitmap.width * scale);
  canvas.height = Math.round(bitmap.height * scale);
  canvas.getContext('2d').drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  // Transparency stays. A browser that cannot write WebP gives PNG.
  return new Promise((resolve) => canvas.toBlob((blob) => resolve(blob ?? picture), 'image/webp', 0.9));
}

/** By structure, so that the package needs no DOM types. */
interface Here {
  document?: { createElement(name: 'canvas'): Canvas };
  createImageBitmap?(picture: Blob): Promise<{ width: number; height: number }>;
}

interface Canvas {
  width: number;
  height: number;
  getContext(kind: '2d'): { drawImage(picture: object, x: number, y: number, width: number, height: number): void };
  toBlob(done: (blob: Blob | null) => void, type: string, quality: number): void;
}
