import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';

/** What an attacker changes in what the authenticator makes: each field replaces the right one. */
export interface Tampering {
  origin?: string;
  type?: string;
  challenge?: string;
  rpId?: string;
  clientData?: object;
  flags?: number;
  signCount?: number;
  userHandle?: string | null;
  credentialId?: Buffer;
  /** The algorithm that the public key says it has. */
  alg?: number;
  format?: { fmt: string; attStmt: Map<unknown, unknown> };
  /** Changes the signed bytes after the signature. */
  spoil?: 'authenticatorData' | 'signature' | 'clientDataJSON';
}

type Json = Record<string, any>;
type Algorithm = 'ES256' | 'EdDSA' | 'RS256' | 'ES512' | 'ES256K';

export interface Authenticator {
  credentialId: Buffer;
  /** The key: of a copy it is the same. */
  signCount: number;
  register(options: Json, tampering?: Tampering): Json;
  sign(options: Json, tampering?: Tampering): Json;
}

interface Made {
  origin: string;
  algorithm?: Algorithm;
  /** Synchronised, as a password manager's. */
  synced?: boolean;
  credentialId?: Buffer;
  aaguid?: Buffer;
}

export const FLAGS = { UP: 1, UV: 4, BE: 8, BS: 16, AT: 64, ED: 128 };

/** An authenticator and a browser in one, by node:crypto alone: it makes whatever it is told to. */
export function createAuthenticator({
  origin,
  algorithm = 'ES256',
  synced = false,
  credentialId = randomBytes(32),
  aaguid = Buffer.alloc(16),
}: Made): Authenticator {
  const { publicKey, privateKey } = newKeys(algorithm);
  const usual = FLAGS.UP | FLAGS.UV | (synced ? FLAGS.BE | FLAGS.BS : 0);
  let userHandle: string | null = null;
  const authenticator: Authenticator = {
    credentialId,
    signCount: 0,
    register(options, tampering = {}) {
      userHandle = options.user.id;
      const id = tampering.credentialId ?? credentialId;
      const attested = Buffer.concat([
        aaguid,
        uint(id.length, 2),
        id,
        cbor(coseKey(publicKey, algorithm, tampering.alg)),
      ]);
      const authData = authenticatorData(options.rp.id, usual | FLAGS.AT, attested, tampering);
      const { fmt, attStmt } = tampering.format ?? { fmt: 'none', attStmt: new Map() };
      const attestation = new Map<unknown, unknown>([
        ['fmt', fmt],
        ['attStmt', attStmt],
        ['authData', spoiled(authData, tampering.spoil === 'authenticatorData')],
      ]);
      return {
        ...credentialOf(id),
        response: {
          clientDataJSON: clientData('webauthn.create', options, tampering).toString('base64url'),
          attestationObject: cbor(attestation).toString('base64url'),
          transports: ['internal', 'hybrid'],
        },
      };
    },
    sign(options, tampering = {}) {
      if (!synced) authenticator.signCount += 1;
      const data = authenticatorData(options.rpId, usual, Buffer.alloc(0), {
        signCount: authenticator.signCount,
        ...tampering,
      });
      const client = clientData('webauthn.get', options, tampering);
      const signature = signed(privateKey, Buffer.concat([data, createHash('sha256').update(client).digest()]));
      const handle = tampering.userHandle === undefined ? userHandle : tampering.userHandle;
      return {
        ...credentialOf(tampering.credentialId ?? credentialId),
        response: {
          clientDataJSON: spoiled(client, tampering.spoil === 'clientDataJSON').toString('base64url'),
          authenticatorData: spoiled(data, tampering.spoil === 'authenticatorData').toString('base64url'),
          signature: spoiled(signature, tampering.spoil === 'signature').toString('base64url'),
          ...(handle !== null && { userHandle: handle }),
        },
      };
    },
  };
  return authenticator;

  function clientData(type: string, { challenge }: Json, tampering: Tampering): Buffer {
    const data = { type, challenge, origin, crossOrigin: false, ...pick(tampering), ...tampering.clientData };
    return Buffer.from(JSON.stringify(data));
  }
}

function credentialOf(id: Buffer): Json {
  const text = id.toString('base64url');
  return { id: text, rawId: text, type: 'public-key', clientExtensionResults: {}, authenticatorAttachment: 'platform' };
}

function pick({ type, challenge, origin }: Tampering): object {
  return { ...(type && { type }), ...(challenge && { challenge }), ...(origin && { origin }) };
}

function authenticatorData(rpId: string, usual: number, attested: Buffer, tampering: Tampering): Buffer {
  const { rpId: hashed = rpId, flags = usual, signCount = 0 } = tampering;
  const hash = createHash('sha256').update(hashed).digest();
  return Buffer.concat([hash, Buffer.from([flags]), uint(signCount, 4), attested]);
}

/** The last bit but one is turned: of the last the encoding may not tell. */
function spoiled(bytes: Buffer, spoil: boolean): Buffer {
  if (!spoil) return bytes;
  const changed = Buffer.from(bytes);
  changed[changed.length - 2]! ^= 1;
  return changed;
}

function newKeys(algorithm: Algorithm) {
  if (algorithm === 'EdDSA') return generateKeyPairSync('ed25519');
  if (algorithm === 'RS256') return generateKeyPairSync('rsa', { modulusLength: 2048 });
  const namedCurve = { ES256: 'P-256', ES512: 'P-521', ES256K: 'secp256k1' }[algorithm];
  return generateKeyPairSync('ec', { namedCurve });
}

function signed(key: KeyObject, data: Buffer): Buffer {
  if (key.asymmetricKeyType === 'ed25519') return sign(null, data, key);
  const { namedCurve } = key.asymmetricKeyDetails ?? {};
  return sign(namedCurve === 'secp521r1' ? 'sha512' : 'sha256', data, key);
}

/** COSE_Key (RFC 9053): kty, alg, and what the kind of key has. */
function coseKey(key: KeyObject, algorithm: Algorithm, alg?: number): Map<unknown, unknown> {
  const { x = '', y = '', n = '', e = '' } = key.export({ format: 'jwk' });
  const bytes = (text: string) => Buffer.from(text, 'base64url');
  const ec = (id: number, curve: number) => [
    [1, 2],
    [3, alg ?? id],
    [-1, curve],
    [-2, bytes(x)],
    [-3, bytes(y)],
  ];
  const keys = {
    ES256: () => ec(-7, 1),
    ES512: () => ec(-36, 3),
    ES256K: () => ec(-47, 8),
    EdDSA: () => [
      [1, 1],
      [3, alg ?? -8],
      [-1, 6],
      [-2, bytes(x)],
    ],
    RS256: () => [
      [1, 3],
      [3, alg ?? -257],
      [-1, bytes(n)],
      [-2, bytes(e)],
    ],
  };
  return new Map(keys[algorithm]() as [unknown, unknown][]);
}

/** As much of CBOR (RFC 8949) as WebAuthn needs. */
export function cbor(value: unknown): Buffer {
  if (Buffer.isBuffer(value)) return Buffer.concat([head(2, value.length), value]);
  if (typeof value === 'number') return value < 0 ? head(1, -1 - value) : head(0, value);
  if (typeof value === 'string') return Buffer.concat([head(3, Buffer.byteLength(value)), Buffer.from(value)]);
  if (Array.isArray(value)) return Buffer.concat([head(4, value.length), ...value.map(cbor)]);
  const entries = [...(value as Map<unknown, unknown>)];
  return Buffer.concat([head(5, entries.length), ...entries.flat().map(cbor)]);
}

function head(major: number, size: number): Buffer {
  if (size < 24) return Buffer.from([(major << 5) | size]);
  const [info, bytes] = size < 256 ? [24, 1] : size < 65_536 ? [25, 2] : [26, 4];
  return Buffer.concat([Buffer.from([(major << 5) | info]), uint(size, bytes)]);
}

function uint(value: number, bytes: number): Buffer {
  const buffer = Buffer.alloc(bytes);
  buffer.writeUIntBE(value, 0, bytes);
  return buffer;
}
