/**
 * A mail is a list of blocks, so that its HTML and its text say the same and no template contains markup.
 * Keys are looked up under `mails.<template>.`; the subject is `mails.<template>.subject`.
 */
export interface MailTemplate<Params> {
  blocks(params: Params, site: MailSite): Block[];
  /** Stands for a real mail in tests and on the preview page. */
  sample: Params;
}

/** What a mail may lead to beside its own link: the operator's settings, the same for every mail. */
export interface MailSite {
  /** Where people sign in. */
  appUrl?: string | undefined;
}

export type Block =
  | { kind: 'greeting'; name: string | undefined }
  | { kind: 'say' | 'note'; key: string; values: Record<string, string | number> }
  | { kind: 'code'; code: string }
  | { kind: 'button'; key: string; href: string }
  | { kind: 'facts'; rows: Fact[] };

/** One line of a small table: what happened, where, when. `at` is an ISO 8601 instant. */
export interface Fact {
  key: string;
  text?: string | undefined;
  at?: string;
}

/**
 * "Hello Ada,". Give a name only in mails to verified addresses: a registration with a stranger's address would
 * otherwise write the first line of a mail to that stranger.
 */
export function greeting(name?: string | null): Block {
  return { kind: 'greeting', name: name ?? undefined };
}

/** A paragraph. */
export function say(key: string, values: Record<string, string | number> = {}): Block {
  return { kind: 'say', key, values };
}

/** A paragraph in small print. */
export function note(key: string, values: Record<string, string | number> = {}): Block {
  return { kind: 'note', key, values };
}

/** A one-time code, large and easy to copy. */
export function code(digits: string): Block {
  return { kind: 'code', code: digits };
}

/** A link. */
export function button(key: string, href: string): Block {
  return { kind: 'button', key, href };
}

export function facts(...rows: Fact[]): Block {
  return { kind: 'facts', rows };
}
