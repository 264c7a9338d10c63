import type { Phrases } from '../phrases.js';
import type { Block } from './blocks.js';

/**
 * A mail: its content and its phrases. A list of blocks, so that its HTML and its text say the same and no mail contains markup. Its
 * subject is the phrase `subject`.
 */
export interface MailDefinition<Params extends object = object> {
  /** Stored in the rows of queued mails: a released name must stay, or mails queued under it are not sent. */
  name: string;
  /** The reader is waiting for it in front of a form. Such mails have their own workers and never wait behind a backlog of notices. */
  awaited: boolean;
  /** `params` are JSON, and stored encrypted in the row. */
  blocks(params: Params, site: MailSite): Block[];
  /** Sample parameters for tests and the preview page. */
  sample: Params;
  phrases: Phrases;
}

/** Where a mail may lead, beside its own link: from the operator's settings alone. */
export interface MailSite {
  /** Where users sign in. */
  appUrl?: string | undefined;
}

type Written<Params extends object> = Omit<MailDefinition<Params>, 'awaited'> & { awaited?: boolean };

/** Not awaited unless given. */
export function defineMail<Params extends object>({
  awaited = false,
  ...mail
}: Written<Params>): MailDefinition<Params> {
  return { ...mail, awaited };
}

export function queueOf({ awaited }: Pick<MailDefinition, 'awaited'>): 'send-code' | 'send-mail' {
  return awaited ? 'send-code' : 'send-mail';
}
