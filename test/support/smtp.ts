import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import PostalMime, { type Email } from 'postal-mime';
import { SMTPServer } from 'smtp-server';

/** One mail as the server got it: the envelope (who it really goes to) and the parsed message. */
export interface ReceivedMail {
  from: string;
  recipients: string[];
  raw: string;
  message: Email;
}

export interface SmtpPeer {
  url: string;
  /** In the order in which the server had taken them. */
  mails: ReceivedMail[];
  /** The most mails it was taking at once. */
  mostAtOnce(): number;
  /** What the clients called themselves in EHLO. */
  clients: Set<string>;
  /** From now on every recipient is answered with this code and text; undefined takes mail again. */
  refuseWith(answer: { code: number; text: string } | undefined): void;
  close(): Promise<void>;
}

/** A real SMTP server in this process, on a port of 127.0.0.1 (a free one unless given). It takes `delay` ms for each mail. */
export async function startSmtp({ port: wanted = 0, delay = 0 } = {}): Promise<SmtpPeer> {
  const mails: ReceivedMail[] = [];
  const clients = new Set<string>();
  let taking = 0;
  let most = 0;
  let refusal: { code: number; text: string } | undefined;
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    disableReverseLookup: true,
    onRcptTo(_address, _session, done) {
      done(refusal ? Object.assign(new Error(refusal.text), { responseCode: refusal.code }) : null);
    },
    onData(stream, session, done) {
      void (async () => {
        taking += 1;
        most = Math.max(most, taking);
        clients.add(session.hostNameAppearsAs);
        const chunks: Buffer[] = [];
        for await (const chunk of stream) chunks.push(chunk as Buffer);
        const raw = Buffer.concat(chunks);
        if (delay > 0) await sleep(delay);
        taking -= 1;
        const { mailFrom, rcptTo } = session.envelope;
        mails.push({
          from: mailFrom ? mailFrom.address : '',
          recipients: rcptTo.map(({ address }) => address),
          raw: raw.toString('utf8'),
          message: await PostalMime.parse(raw),
        });
      })().then(() => done(null), done);
    },
  });
  const listener = server.listen(wanted, '127.0.0.1');
  await new Promise((resolve) => listener.once('listening', resolve));
  const { port } = listener.address() as AddressInfo;
  return {
    url: `smtp://127.0.0.1:${port}`,
    mails,
    clients,
    mostAtOnce: () => most,
    refuseWith: (answer) => {
      refusal = answer;
    },
    close: () => new Promise((resolve) => server.close(resolve)),
  };
}

/** The newest mail to the address whose subject is like that; waits for it, since mail is sent behind the answer. */
export async function awaitMail({ mails }: SmtpPeer, to: string, subject: RegExp): Promise<ReceivedMail> {
  const end = performance.now() + 40_000;
  while (performance.now() < end) {
    const mail = mails.findLast(
      ({ recipients, message }) => recipients.includes(to) && subject.test(message.subject ?? ''),
    );
    if (mail) return mail;
    await sleep(20);
  }
  const came =
    mails.map(({ recipients, message }) => `${message.subject} to ${recipients.join()}`).join('; ') || 'none';
  throw new Error(`No mail like ${subject} to ${to} came. Came: ${came}.`);
}
