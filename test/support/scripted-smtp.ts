import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { createInterface } from 'node:readline';

/** Where in the conversation (RFC 5321) the server is: before its greeting, after a command, after the text of the mail. */
export type Stage = 'banner' | 'EHLO' | 'AUTH' | 'MAIL' | 'RCPT' | 'DATA' | 'text';

/** Instead of the usual answer: this line, none at all, or the end of the connection. */
type Oddity = { say: string } | 'hangs' | 'dies' | undefined;

export interface ScriptedSmtp {
  url: string;
  /** What it has taken, acknowledged or not. */
  mails: { to: string; messageId: string; text: string }[];
  close(): Promise<void>;
}

const USUAL: Record<Stage, string> = {
  banner: '220 mail.example.com ESMTP',
  EHLO: '250-mail.example.com\r\n250-AUTH PLAIN\r\n250 8BITMIME',
  AUTH: '235 2.7.0 accepted',
  MAIL: '250 2.1.0 ok',
  RCPT: '250 2.1.5 ok',
  DATA: '354 go ahead',
  text: '250 2.0.0 taken',
};

/** A mail server that does what it is told to, by the stage, the number of the connection and the recipient. */
export async function startScriptedSmtp(
  oddity: (stage: Stage, connection: number, recipient: string) => Oddity,
): Promise<ScriptedSmtp> {
  const mails: ScriptedSmtp['mails'] = [];
  const sockets = new Set<Socket>();
  let connections = 0;
  const server = createServer((socket) => {
    const number = connections;
    connections += 1;
    sockets.add(socket);
    socket.on('error', () => {}).on('close', () => sockets.delete(socket));
    let recipient = '';
    let text: string[] | undefined;
    const at = (stage: Stage) => {
      const odd = oddity(stage, number, recipient);
      if (stage === 'text' && typeof odd !== 'object') take();
      if (odd === 'dies') socket.destroy();
      else if (odd !== 'hangs') socket.write(`${odd?.say ?? USUAL[stage]}\r\n`);
      return odd === undefined;
    };
    const take = () => {
      const whole = text?.join('\n') ?? '';
      mails.push({ to: recipient, messageId: /^message-id: (.*)$/im.exec(whole)?.[1] ?? '', text: whole });
    };
    const command = (line: string) => {
      const verb = line.slice(0, 4).toUpperCase();
      recipient = /^rcpt to:<([^>]*)>/i.exec(line)?.[1] ?? recipient;
      if (verb === 'QUIT') socket.end('221 bye\r\n');
      else if (verb === 'RSET') socket.write('250 ok\r\n');
      else if (at(verb as Stage) && verb === 'DATA') text = [];
    };
    createInterface({ input: socket }).on('line', (line) => {
      if (!text) command(line);
      else if (line !== '.') text.push(line);
      else {
        at('text');
        text = undefined;
      }
    });
    at('banner');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `smtp://127.0.0.1:${(server.address() as AddressInfo).port}`,
    mails,
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((done) => server.close(done));
    },
  };
}
