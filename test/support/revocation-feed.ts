import { get, type IncomingMessage } from 'node:http';
import { ORDERS } from './resource-server.js';

export interface FeedEvent {
  event: string;
  id?: string;
  data: Record<string, unknown>;
}

export interface Feed {
  status: number;
  /** All that came so far. */
  events: FeedEvent[];
  /** The first event for which this holds, of those that came or will. */
  until(found: (event: FeedEvent) => boolean): Promise<FeedEvent>;
  /** The next `synced`: what was committed before the call has been told. */
  synced(): Promise<FeedEvent>;
  /** Resolves when the stream has ended. */
  ended: Promise<void>;
  close(): void;
}

/** Reads the feed as a client would that was written from docs/verifying-tokens.md. */
export async function readFeed(url: string, headers: Record<string, string> = {}): Promise<Feed> {
  const events: FeedEvent[] = [];
  const listeners = new Set<() => void>();
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    get(`${url}/revocations`, { headers: { ...ORDERS, ...headers } }, resolve).on('error', reject);
  });
  let text = '';
  answer.setEncoding('utf8').on('data', (chunk: string) => {
    const blocks = (text + chunk).split('\n\n');
    text = blocks.pop()!;
    for (const block of blocks) {
      const fields = Object.fromEntries(block.split('\n').map((line) => line.split(/: (.*)/s)));
      if (fields.event) events.push({ event: fields.event, id: fields.id, data: JSON.parse(fields.data) });
    }
    for (const listener of listeners) listener();
  });
  const ended = new Promise<void>((resolve) => answer.on('close', resolve));
  answer.on('error', () => {});
  const until = (found: (event: FeedEvent) => boolean, from = 0) =>
    new Promise<FeedEvent>((resolve) => {
      const look = () => {
        const event = events.slice(from).find(found);
        if (!event) return;
        listeners.delete(look);
        resolve(event);
      };
      listeners.add(look);
      look();
    });
  return {
    status: answer.statusCode!,
    events,
    until,
    synced: () => until(({ event }) => event === 'synced', events.length),
    ended,
    close: () => answer.destroy(),
  };
}
