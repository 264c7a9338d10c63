import { EVENT_TYPES, type EventType, type Value } from './event-types.js';

const TYPES = Object.entries<EventType>(EVENT_TYPES);

/** The table of docs/webhooks.md, between its marks. */
export function printEventTable(document: string): string {
  const rows = TYPES.map(([name, { meaning, version, data }]) => {
    const members = Object.entries(data).map(([member, value]) => `\`${member}\`${value.endsWith('?') ? '?' : ''}`);
    return `| \`${name}\` | ${meaning} | ${members.join(', ')} | ${version} |\n`;
  });
  const table = `| type | when | data | version |\n| --- | --- | --- | --- |\n${rows.join('')}`;
  return document.replace(/(<!-- events -->\n)[^]*(<!-- \/events -->)/, (_, begin, end) => begin + table + end);
}

const SCHEMAS: Record<Value, object> = {
  id: { type: 'string', format: 'uuid' },
  'id?': { type: ['string', 'null'], format: 'uuid' },
  text: { type: 'string' },
  'text?': { type: ['string', 'null'] },
  texts: { type: 'array', items: { type: 'string' } },
};

/** docs/webhooks.schema.json. Members that a later release adds are valid. */
export function printEventSchema(): string {
  const events = TYPES.map(([name, { meaning, version, data }]) => ({
    title: name,
    description: meaning,
    type: 'object',
    required: ['type', 'timestamp', 'version', 'data'],
    properties: {
      type: { const: name },
      timestamp: { type: 'string', format: 'date-time' },
      version: { const: version },
      data: {
        type: 'object',
        required: Object.keys(data),
        properties: Object.fromEntries(Object.entries(data).map(([member, value]) => [member, SCHEMAS[value]])),
      },
    },
  }));
  const schema = {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'An event of a Sallyport webhook',
    oneOf: events,
  };
  return `${JSON.stringify(schema, null, 2)}\n`;
}

const TYPESCRIPT: Record<Value, string> = {
  id: 'string',
  'id?': 'string | null',
  text: 'string',
  'text?': 'string | null',
  texts: 'string[]',
};

/** packages/client/src/webhook-events.ts: the package knows nothing of src/. */
export function printEventTypes(): string {
  const events = TYPES.map(([name, { meaning, version, data }]) => {
    const members = Object.entries(data).map(([member, value]) => `      ${member}: ${TYPESCRIPT[value]};\n`);
    return `  /** ${meaning} */\n  '${name}': {\n    version: ${version};\n    data: {\n${members.join('')}    };\n  };\n`;
  });
  return `// Printed by \`npm run schema\`.

/** Every event of a webhook: docs/webhooks.md of the gateway's repository. */
interface WebhookEvents {
${events.join('')}}

/** Narrow it by its \`type\`. Later releases add types: ignore those that you do not know. */
export type WebhookEvent = {
  [Type in keyof WebhookEvents]: {
    type: Type;
    /** When it happened: ISO 8601. */
    timestamp: string;
    /** Of the form of \`data\`. */
    version: WebhookEvents[Type]['version'];
    data: WebhookEvents[Type]['data'];
  };
}[keyof WebhookEvents];
`;
}
