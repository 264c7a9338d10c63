/** A part of a mail. Keys are those of the mail's phrases. */
export type Block =
  | { kind: 'greeting'; name: string | undefined }
  | { kind: 'paragraph' | 'note'; key: string; values: Record<string, string | number> }
  | { kind: 'code'; code: string }
  | { kind: 'button'; key: string; href: string }
  | { kind: 'facts'; rows: Fact[] };

/** One line of a small table: what happened, where, when. Its label is the phrase `facts.<key>`. `at` is an ISO 8601 instant. */
export interface Fact {
  key: string;
  text?: string | undefined;
  at?: string;
}

/**
 * "Hello Ada,". Give a name only in mails to verified addresses: anyone who registers a stranger's address could otherwise write the first
 * line of a mail to that stranger.
 */
export function greeting(name?: string | null): Block {
  return { kind: 'greeting', name: name ?? undefined };
}

/** A paragraph. */
export function paragraph(key: string, values: Record<string, string | number> = {}): Block {
  return { kind: 'paragraph', key, values };
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
