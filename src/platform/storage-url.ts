/** A parsed STORAGE_URL. */
export type StorageTarget =
  | { kind: 'folder'; folder: string }
  | { kind: 's3'; endpoint: string; region: string; accessKeyId: string; secretAccessKey: string };

/**
 * Parses file:path and s3://KEY:SECRET@host[:port]/bucket?region=…&tls=off. Throws an Error that says what to write and never
 * quotes the URL, since that holds the secret.
 */
export function parseStorageUrl(url: string): StorageTarget {
  if (url.startsWith('file:')) return { kind: 'folder', folder: folderOf(url) };
  if (!url.startsWith('s3://')) return refuse('write file:/a/folder or s3://KEY:SECRET@host/bucket');
  // A `/` in the secret ends the host for a URL parser: `s3://KEY:SE/CRET@host/bucket` would name the host KEY.
  if (!/^s3:\/\/[^/?#@:]+:[^/?#@:]+@[^/?#@]+\/[^/?#]+\/?(\?[^#]*)?$/.test(url) || !URL.canParse(url))
    return refuse(
      'write it as s3://KEY:SECRET@host/bucket?region=…, in the key and the secret / as %2F, + as %2B and % as %25',
    );
  const { username, password, host, pathname, searchParams } = new URL(url);
  const { region = 'us-east-1', tls = 'on', ...others } = Object.fromEntries(searchParams);
  if (Object.keys(others).length > 0) return refuse('the parameters are region and tls');
  if (!/^[a-z0-9-]+$/.test(region)) return refuse('the parameter region is a name such as eu-central-1');
  if (tls !== 'on' && tls !== 'off') return refuse('the parameter tls is on or off');
  const endpoint = `${tls === 'off' ? 'http' : 'https'}://${host}${pathname.replace(/\/$/, '')}`;
  return { kind: 's3', endpoint, region, accessKeyId: decoded(username), secretAccessKey: decoded(password) };
}

/** `file:///var/pictures`, `file:/var/pictures`, or a relative path as in `file:.data/storage`. */
function folderOf(url: string): string {
  const path = decoded(url.slice('file:'.length).replace(/^\/\/(?=\/)/, ''));
  if (path === '' || path.startsWith('//') || path.includes('\0'))
    return refuse('name a folder: file:.data/storage or file:/var/lib/sallyport');
  return path;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return refuse('write a % as %25');
  }
}

function refuse(what: string): never {
  throw new Error(what);
}
