// The search of the documentation, in the browser. The index is loaded when a reader begins to search.

/** @typedef {{ path: string, id: string, page: string, title: string, text: string, all: string }} Entry */

const field = /** @type {HTMLInputElement} */ (document.querySelector('input[type=search]'));
const list = /** @type {HTMLOListElement} */ (document.querySelector('.found'));
const up = document.body.dataset['up'] ?? '';
/** @type {Entry[] | null} */
let index = null;

field.addEventListener('focus', load, { once: true });
field.addEventListener('input', show);
document.addEventListener('keydown', (event) => {
  if (event.key === '/' && document.activeElement !== field) {
    event.preventDefault();
    field.focus();
  }
  if (event.key === 'Escape') {
    field.value = '';
    show();
  }
});

function load() {
  const script = document.createElement('script');
  script.src = `${up}search-index.js`;
  document.head.append(script);
}

/** Called by search-index.js. @param {[path: string, id: string, page: string, title: string, text: string][]} rows */
function searchIn(rows) {
  index = rows.map(([path, id, page, title, text]) => ({
    path,
    id,
    page,
    title,
    text,
    all: `${page} ${title} ${text}`.toLowerCase(),
  }));
  show();
}
Object.assign(window, { searchIn });

function show() {
  const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
  list.hidden = words.length === 0 || !index;
  list.replaceChildren();
  if (list.hidden || !index) return;
  const found = index
    .filter(({ all }) => words.every((word) => all.includes(word)))
    .sort((one, other) => scoreOf(other, words) - scoreOf(one, words))
    .slice(0, 20);
  for (const one of found) list.append(row(one, words[0] ?? ''));
  if (found.length > 0) return;
  const none = document.createElement('li');
  none.textContent = 'No page has these words.';
  list.append(none);
}

/** @param {Entry} entry @param {string[]} words */
function scoreOf({ page, title, all }, words) {
  const count = (/** @type {string} */ text) => words.filter((word) => text.toLowerCase().includes(word)).length;
  return count(title) * 10 + count(page) * 4 + count(all);
}

/** @param {Entry} entry @param {string} word */
function row({ path, id, page, title, text }, word) {
  const link = document.createElement('a');
  link.href = `${up}${path}#${id}`;
  link.textContent = page === title ? page : `${page}: ${title}`;
  const at = Math.max(0, text.toLowerCase().indexOf(word) - 60);
  const excerpt = document.createElement('span');
  excerpt.textContent = text.slice(at, at + 160);
  const item = document.createElement('li');
  item.append(link, excerpt);
  return item;
}
