/** A mail as the dev mailbox of the gateway returns it. */
export interface Mail {
  id: string;
  /** ISO 8601. */
  at: string;
  to: string;
  /** What mail it is: `verify-email`, `sign-in-by-code`, `reset-password`, … */
  template: string;
  locale: string;
  subject: string;
  code: string | null;
  link: string | null;
  text: string;
}

export interface Mailbox {
  /** The mails to an address, newest first. */
  mailsTo(address: string): Promise<Mail[]>;
  /** The newest mail to an address that was not given before; waits for it. */
  nextMail(address: string, wanted?: (mail: Mail) => boolean): Promise<Mail>;
}

interface MailboxOptions {
  /** The gateway, without /graphql. */
  url: string;
  /** How long a mail is waited for, in milliseconds. */
  timeout: number;
}

const POLL_MS = 50;

/** Reads `/dev/mailbox.json`. */
export function createMailbox({ url, timeout }: MailboxOptions): Mailbox {
  const given = new Set<string>();

  async function mailsTo(address: string): Promise<Mail[]> {
    const response = await fetch(`${url}/dev/mailbox.json?to=${encodeURIComponent(address)}`);
    if (!response.ok) throw new Error(`${url} has no dev mailbox (status ${response.status}): ${NO_MAILBOX}`);
    return (await response.json()) as Mail[];
  }

  return {
    mailsTo,
    async nextMail(address, wanted = () => true) {
      for (const end = Date.now() + timeout; ;) {
        const mails = await mailsTo(address);
        const mail = mails.find((one) => !given.has(one.id) && wanted(one));
        if (mail) {
          // Those before it as well: what is asked for next is what comes next.
          for (const { id } of mails.slice(mails.indexOf(mail))) given.add(id);
          return mail;
        }
        if (Date.now() > end) throw new Error(`No such mail to ${address} came within ${timeout / 1000} seconds.`);
        await new Promise((resolve) => setTimeout(resolve, POLL_MS));
      }
    },
  };
}

const NO_MAILBOX = 'run it without SMTP_URL and not in production, or give the code of TEST_ADDRESSES as `code`.';
