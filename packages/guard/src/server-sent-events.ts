export interface ServerSentEvent {
  event: string;
  data: string;
  id: string | null;
}

/** The events of a stream (HTML Living Standard, 9.2.6), as they come. */
export async function* serverSentEvents(body: ReadableStream<Uint8Array>): AsyncGenerator<ServerSentEvent> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const bytes of body as unknown as AsyncIterable<Uint8Array>) {
    text += decoder.decode(bytes, { stream: true });
    const blocks = text.split('\n\n');
    text = blocks.pop() ?? '';
    for (const block of blocks) yield parse(block);
  }
}

function parse(block: string): ServerSentEvent {
  const found: ServerSentEvent = { event: 'message', data: '', id: null };
  for (const line of block.split('\n')) {
    const [, field, value = ''] = /^(event|data|id): ?(.*)$/.exec(line) ?? [];
    if (field === 'data') found.data += value;
    else if (field) found[field as 'event' | 'id'] = value;
  }
  return found;
}
