/**
 * Runs in the browser, on /graphiql, after GraphiQL's own bundle. Served by graphiql.ts.
 *
 * Tokens of the last answers are kept in this page's memory and put where an example says `{{accessToken}}`,
 * `{{refreshToken}}` or `{{challengeToken}}`, so that the steps can be run one after the other.
 */
const script = document.currentScript;
const { endpoint, examples } = JSON.parse(document.getElementById('settings').textContent);
const remembered = new Map();
const PLACEHOLDER = /\{\{(\w+)\}\}/g;
const BEARER = JSON.stringify({ authorization: 'Bearer {{accessToken}}' }, null, 2);
const REMEMBERED = new Set(['accessToken', 'refreshToken', 'challengeToken']);

self.MonacoEnvironment = {
  globalAPI: false,
  getWorkerUrl: (_module, label) => {
    const worker = { json: 'json-worker.js', graphql: 'graphql-worker.js' }[label] ?? 'editor-worker.js';
    return new URL(worker, script.src).href;
  },
};

const tabs = examples.map(({ hint, document: query, variables, signedIn }) => ({
  query: `${hint.replace(/(.{1,56})(?:\s|$)/g, '# $1\n')}${query}\n`,
  variables: variables ? JSON.stringify(variables, null, 2) : '',
  headers: signedIn ? BEARER : '',
}));

self.YogaGraphiQL.renderYogaGraphiQL(document.getElementById('root'), {
  title: 'Sallyport',
  logo: '',
  fetcher: run,
  defaultTabs: tabs,
  // The first tab's query is taken from the tab, its variables and headers are not.
  initialQuery: undefined,
  initialVariables: tabs[0].variables,
  initialHeaders: tabs[0].headers,
  defaultQuery: '',
  defaultHeaders: BEARER,
  defaultEditorToolsVisibility: 'variables',
  // Variables and headers hold passwords, codes and tokens: they reach neither localStorage nor, by way of the address
  // bar, the browser's history. A reload starts over with the examples.
  storage: memoryStorage(),
  shouldPersistHeaders: false,
  onEditQuery: () => {},
});

async function run({ query, variables, operationName }, options) {
  const missing = new Set();
  // Right after a change of tabs GraphiQL still gives the name of the operation of the tab before.
  const named = operationName && new RegExp(`\\b${operationName}\\b`).test(query);
  const body = fill({ query, variables, operationName: named ? operationName : undefined }, missing);
  if (missing.size > 0) return refuse(missing);

  const headers = { 'content-type': 'application/json', accept: 'application/graphql-response+json, application/json' };
  for (const [name, value] of Object.entries(options?.headers ?? {})) {
    const unknown = new Set();
    const filled = fill(String(value), unknown);
    // A header without its token is left out: the server then says UNAUTHENTICATED, which is what is the matter.
    if (unknown.size === 0) headers[name] = filled;
  }
  const response = await fetch(endpoint, {
    method: 'POST',
    headers,
    body: JSON.stringify(body),
    credentials: 'same-origin',
  });
  const answer = await response.json();
  if (operationName !== 'IntrospectionQuery') remember(answer.data);
  return answer;
}

function fill(value, missing) {
  if (typeof value === 'string') {
    return value.replace(PLACEHOLDER, (whole, name) => {
      if (!REMEMBERED.has(name)) return whole;
      if (!remembered.has(name)) missing.add(name);
      return remembered.get(name);
    });
  }
  if (Array.isArray(value)) return value.map((item) => fill(item, missing));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, fill(item, missing)]));
}

function remember(value) {
  if (value === null || typeof value !== 'object') return;
  for (const [key, item] of Object.entries(value)) {
    if (typeof item !== 'string') remember(item);
    else if (REMEMBERED.has(key)) remembered.set(key, item);
  }
}

function refuse(missing) {
  const names = [...missing].map((name) => `{{${name}}}`).join(', ');
  return {
    errors: [
      { message: `Not sent: no answer so far held a value for ${names}. Run an earlier step, or write one in.` },
    ],
  };
}

/** As much of a Storage as GraphiQL uses. */
function memoryStorage() {
  const items = new Map();
  return {
    get length() {
      return items.size;
    },
    getItem: (key) => items.get(key) ?? null,
    setItem: (key, value) => void items.set(key, value),
    removeItem: (key) => void items.delete(key),
    clear: () => items.clear(),
  };
}
