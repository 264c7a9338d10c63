import { connect } from 'node:net';

/** Sends bytes as they are and answers with all that came back until the server, or patience, closed the connection. */
export function rawHttp(url: string, text: string, { patience = 3000 } = {}): Promise<string> {
  const { port } = new URL(url);
  return new Promise((resolve) => {
    let heard = '';
    const socket = connect(Number(port), '127.0.0.1', () => socket.write(text, 'latin1'));
    const timer = setTimeout(() => socket.destroy(), patience);
    socket.setEncoding('latin1').on('data', (chunk: string) => (heard += chunk));
    socket.on('error', () => {});
    socket.on('close', () => {
      clearTimeout(timer);
      resolve(heard);
    });
  });
}
