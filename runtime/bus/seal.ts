/**
 * A secret on its way to the hub, which no disk and no broker can read: X25519 with a key of one use, HKDF-SHA256
 * (RFC 5869) and AES-256-GCM. The hub's key lives as long as its process, so what was sealed for an earlier one is lost
 * for everybody. `context` binds it to one command: under another id it does not open.
 */
import {
  createCipheriv,
  createDecipheriv,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  hkdfSync,
  type KeyObject,
} from 'node:crypto';

const keyBytes = 32;
const tagBytes = 16;
/** Every secret has the same length on the wire. */
const secretBytes = 32;
const cipherName = 'aes-256-gcm';
/** Each seal has a key of its own, so the nonce need not differ. */
const nonce = Buffer.alloc(12);
/** DER head of a raw X25519 public key (RFC 8410, section 4). */
const spkiHead = Buffer.from('302a300506032b656e032100', 'hex');

/** The hub's side. */
export class SealKey {
  readonly #private: KeyObject;
  /** Goes to everybody, in `hub/state`. */
  readonly public: string;

  constructor() {
    const { privateKey, publicKey } = generateKeyPairSync('x25519');
    this.#private = privateKey;
    this.public = rawKey(publicKey).toString('base64url');
  }

  /** `undefined`: sealed for another hub process, for another command, or no seal at all. */
  open(sealed: string, context: string): string | undefined {
    const bytes = Buffer.from(sealed, 'base64url');
    if (bytes.length !== keyBytes + secretBytes + tagBytes) return undefined;
    const once = bytes.subarray(0, keyBytes);
    try {
      const shared = diffieHellman({ privateKey: this.#private, publicKey: publicKeyOf(once) });
      const decipher = createDecipheriv(cipherName, derived(shared, once, this.public, context), nonce);
      decipher.setAuthTag(bytes.subarray(keyBytes + secretBytes));
      const padded = Buffer.concat([
        decipher.update(bytes.subarray(keyBytes, keyBytes + secretBytes)),
        decipher.final(),
      ]);
      return padded.subarray(1, 1 + (padded[0] ?? 0)).toString('utf8');
    } catch {
      return undefined;
    }
  }
}

/** `undefined`: what the hub said is no key, or the secret is too long. */
export function seal(secret: string, hubKey: string, context: string): string | undefined {
  const text = Buffer.from(secret, 'utf8');
  const raw = Buffer.from(hubKey, 'base64url');
  if (raw.length !== keyBytes || text.length >= secretBytes) return undefined;
  const { privateKey, publicKey } = generateKeyPairSync('x25519');
  const once = rawKey(publicKey);
  const padded = Buffer.alloc(secretBytes);
  padded[0] = text.length;
  text.copy(padded, 1);
  try {
    const shared = diffieHellman({ privateKey, publicKey: publicKeyOf(raw) });
    const cipher = createCipheriv(cipherName, derived(shared, once, hubKey, context), nonce);
    const hidden = Buffer.concat([cipher.update(padded), cipher.final(), cipher.getAuthTag()]);
    return Buffer.concat([once, hidden]).toString('base64url');
  } catch {
    // A key of small order: nobody's.
    return undefined;
  }
}

function derived(shared: Buffer, once: Buffer, hubKey: string, context: string): Buffer {
  const info = Buffer.concat([once, Buffer.from(hubKey, 'base64url'), Buffer.from(context, 'utf8')]);
  return Buffer.from(hkdfSync('sha256', shared, Buffer.from('halld seal 1'), info, keyBytes));
}

function rawKey(key: KeyObject): Buffer {
  return key.export({ type: 'spki', format: 'der' }).subarray(-keyBytes);
}

function publicKeyOf(raw: Buffer): KeyObject {
  return createPublicKey({ key: Buffer.concat([spkiHead, raw]), format: 'der', type: 'spki' });
}
