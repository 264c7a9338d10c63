import { domainToASCII } from 'node:url';
import type { ProblemCode } from '../problems.js';

/**
 * What is wrong with an address; null if it is valid. The one definition for the API, the import and the mail: the dot-string of
 * RFC 5321 4.1.2 with at most 64 octets before the @ and 254 in all (4.5.3.1), and a domain of at least two ASCII labels. No
 * quotes, no comments, no IP addresses.
 */
export function problemOfAddress(address: string): AddressProblem | null {
  const [local, domain] = parts(address);
  if (address.length > 254) return problem('An e-mail address has at most 254 characters.', 'TOO_LONG', 254);
  if (!LOCAL.test(local) || !DOMAIN.test(domain)) return problem('This is not an e-mail address.', 'INVALID_FORMAT');
  if (local.length > 64) return problem('An e-mail address has at most 64 characters before the @.', 'TOO_LONG', 64);
  return null;
}

export interface AddressProblem {
  message: string;
  /** As api/graphql/validate-input.ts reads it. */
  params: { problem: ProblemCode; limit?: number };
}

function problem(message: string, code: ProblemCode, limit?: number): AddressProblem {
  return { message, params: { problem: code, ...(limit !== undefined && { limit }) } };
}

/**
 * The form in which an address is kept, compared and written to: in lower case, the domain as A-labels (RFC 5890), so that
 * `münchen.example` and `xn--mnchen-3ya.example` are one. Null if it cannot be an address. The length is not checked, so that accounts
 * older than this rule can still sign in.
 */
export function foldAddress(typed: string): string | null {
  const [local, domain] = parts(typed.trim());
  const labels = asciiLabels(domain);
  return PRINTABLE.test(local) && labels ? `${local}@${labels}`.toLowerCase() : null;
}

function parts(address: string): [local: string, domain: string] {
  const at = address.lastIndexOf('@');
  return [address.slice(0, Math.max(at, 0)), address.slice(at + 1)];
}

/** A character that looks like an ASCII letter, such as the Kelvin sign, is refused: a mail would go to the wrong person. */
function asciiLabels(domain: string): string | null {
  if (PRINTABLE.test(domain)) return domain;
  // domainToASCII parses a URL's host: up to the first slash, and with percent signs decoded.
  const letters = Array.from(domain).every((letter) => /[a-z\d.-]/i.test(letter) || !looksLikeAscii(letter));
  return domain.length <= 254 && letters ? domainToASCII(domain) || null : null;
}

function looksLikeAscii(letter: string): boolean {
  return /[\0-\x7f]/.test(letter.normalize('NFKC').toLowerCase());
}

/** ASCII without spaces and control characters. */
const PRINTABLE = /^[!-~]+$/;

const LOCAL = /^[a-z\d!#$%&'*+/=?^_`{|}~-]+(?:\.[a-z\d!#$%&'*+/=?^_`{|}~-]+)*$/i;

/** The last label is not numeric: `127.0.0.1` is no domain. */
const DOMAIN = /^(?:[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?\.)+(?:[a-z]{2,63}|xn--[a-z\d-]{0,58}[a-z\d])$/i;
