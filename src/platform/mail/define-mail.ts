import type { Phrases } from '../phrases.js';
import type { Block } from './blocks.js';

/**
 * A mail: what it holds, and its phrases. A list of blocks, so that its HTML and its text say the same and no mail contains
 * markup. Its subject is the phrase `subject`.
 */
export interface MailDefinition<Params extends object = object> {
  /** In the rows of queued mails: a name that was released stays, or what is queued under it is not sent. */
  name: string;
  /** A person waits for it in front of a form. It has workers of its own and never waits behind a backlog of notices. */
  awaited: boolean;
  /** `params` are JSON: they are sealed into the row. */
  blocks(params: Params, site: MailSite): Block[];
  /** Used in place of a real mail in tests and on the preview page. */
  sample: Params;
  phrases: Phrases;
}

/** What a mail may lead to beside its own link: from the operator's settings alone. */
export interface MailSite {
  /** Where people sign in. */
  appUrl?: string | undefined;
}

type Written<Params extends object> = Omit<MailDefinition<Params>, 'awaited'> & { awaited?: boolean };

/** Not awaited unless it says so. */
export function defineMail<Params extends object>({
  awaited = false,
  ...mail
}: Written<Params>): MailDefinition<Params> {
  return { ...mail, awaited };
}

export function queueOf({ awaited }: Pick<MailDefinition, 'awaited'>): 'send-code' | 'send-mail' {
  return awaited ? 'send-code' : 'send-mail';
}
