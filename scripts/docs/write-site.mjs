import { cpSync, existsSync, globSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { Marked } from 'marked';
import { navigation } from './navigation.mjs';

/** @typedef {{ id: string, title: string, text: string }} Section */
/** @typedef {{ source: string, path: string, title: string, html: string, sections: Section[] }} Page */

const SOURCES = ['*.md', 'docs/**/*.md', 'deploy/**/*.md', 'packages/*/README.md', 'examples/*/README.md'];
/** Of one section, for the search: a page of plans of statements must not be most of the index. */
const SEARCHED = 4000;

/**
 * Writes each page beside where it is in the repository, and the files that pages lead to.
 * @param {{ root: string, out: string }} places
 */
export async function writeSite({ root, out }) {
  rmSync(out, { recursive: true, force: true });
  const sources = SOURCES.flatMap((pattern) => globSync(pattern, { cwd: root })).toSorted();
  const pages = sources.map((source) => render(root, source, new Set(sources)));
  const own = new URL('.', import.meta.url);
  for (const page of pages) write(join(out, page.path), layout(page, pages));
  for (const page of pages)
    for (const file of linkedFiles(page)) {
      const from = join(root, file);
      if (existsSync(from) && statSync(from).isFile()) cpSync(from, join(out, file));
    }
  for (const asset of ['site.css', 'search.js']) cpSync(new URL(asset, own), join(out, asset));
  const index = pages.flatMap(({ path, title, sections }) =>
    sections.map((one) => [path, one.id, title, one.title, one.text.slice(0, SEARCHED)]),
  );
  // A script and not JSON: pages that are opened from a disk may load no other file.
  write(join(out, 'search-index.js'), `searchIn(${JSON.stringify(index)});\n`);
  return pages.length;
}

/**
 * @param {string} root
 * @param {string} source
 * @param {Set<string>} sources
 * @returns {Page}
 */
function render(root, source, sources) {
  /** @type {Section[]} */
  const sections = [];
  /** @type {Map<string, number>} */
  const taken = new Map();
  const path = pathOf(source);
  const marked = new Marked({
    renderer: {
      heading({ tokens, depth, text }) {
        const html = this.parser.parseInline(tokens);
        const id = anchorOf(plain(html), taken);
        sections.push({ id, title: plain(html) || text, text: '' });
        return `<h${depth} id="${id}">${html} <a class="anchor" href="#${id}" aria-label="Link to this section">#</a></h${depth}>\n`;
      },
      link({ href, tokens }) {
        const html = this.parser.parseInline(tokens);
        const target = targetOf(root, source, href, sources);
        return target === null ? html : `<a href="${escape(target)}">${html}</a>`;
      },
      table(token) {
        // Wide ones scroll by themselves, and the page stays.
        const cells = (/** @type {import('marked').Tokens.TableCell[]} */ row, /** @type {string} */ tag) =>
          row.map((cell) => `<${tag}>${this.parser.parseInline(cell.tokens)}</${tag}>`).join('');
        const head = `<tr>${cells(token.header, 'th')}</tr>`;
        const body = token.rows.map((row) => `<tr>${cells(row, 'td')}</tr>`).join('\n');
        return `<div class="scroll"><table><thead>${head}</thead><tbody>${body}</tbody></table></div>\n`;
      },
    },
  });
  const html = /** @type {string} */ (marked.parse(readFileSync(join(root, source), 'utf8')));
  // What follows a heading is its text.
  html.split(/(?=<h[1-6] id=)/).forEach((part) => {
    const section = sections.find(({ id }) => part.includes(` id="${id}"`));
    if (section) section.text = plain(part.replace(/^<h\d[^]*?<\/h\d>/, ''));
  });
  const title = sections[0]?.title ?? source;
  return { source, path, title, html, sections };
}

/**
 * Where a link leads on the site; null for what is no page there.
 * @param {string} root
 * @param {string} source
 * @param {string} href
 * @param {Set<string>} sources
 */
function targetOf(root, source, href, sources) {
  if (/^[a-z]+:|^#/i.test(href)) return href;
  const [file = '', anchor] = href.split('#');
  const path = posix.normalize(posix.join(posix.dirname(source), decodeURIComponent(file))).replace(/\/$/, '');
  const readme = posix.join(path, 'README.md');
  const target = sources.has(path) ? path : sources.has(readme) ? readme : null;
  const hash = anchor === undefined ? '' : `#${anchor}`;
  if (target !== null) return relative(pathOf(source), pathOf(target)) + hash;
  // A page of an example needs its server.
  if (path.endsWith('.html')) return null;
  if (existsSync(join(root, path)) && statSync(join(root, path)).isDirectory()) return null;
  return relative(pathOf(source), path) + hash;
}

/** @param {Page} page */
function linkedFiles({ path, html }) {
  const links = Array.from(html.matchAll(/(?:href|src)="([^"#]+)/g), ([, href = '']) => href);
  return links
    .filter((href) => !/^[a-z]+:/i.test(href))
    .map((href) => posix.normalize(posix.join(posix.dirname(path), href)))
    .filter((file) => !file.endsWith('.html') && !file.startsWith('..'));
}

/** @param {string} source */
function pathOf(source) {
  return source === 'README.md' ? 'index.html' : source.replace(/\.md$/, '.html');
}

/**
 * @param {string} from
 * @param {string} to
 */
function relative(from, to) {
  return posix.relative(posix.dirname(from), to) || posix.basename(to);
}

/**
 * As GitHub makes it.
 * @param {string} text
 * @param {Map<string, number>} taken
 */
function anchorOf(text, taken) {
  const slug = text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\p{M}_ -]/gu, '')
    .replaceAll(' ', '-');
  const before = taken.get(slug) ?? 0;
  taken.set(slug, before + 1);
  return before === 0 ? slug : `${slug}-${before}`;
}

/** @param {Page} page @param {Page[]} pages */
function layout({ path, title, html }, pages) {
  const up = '../'.repeat(path.split('/').length - 1);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escape(title)} – Sallyport</title>
<link rel="stylesheet" href="${up}site.css">
</head>
<body data-up="${up}">
<header>
<a class="home" href="${up}index.html">Sallyport</a>
<input type="search" placeholder="Search" aria-label="Search the documentation" autocomplete="off">
</header>
<ol class="found" hidden></ol>
<div class="columns">
<nav aria-label="Pages">
${navigation(pages, path, (to) => relative(path, to))}
</nav>
<main>
${html}
</main>
</div>
<script src="${up}search.js"></script>
</body>
</html>
`;
}

/** @param {string} html */
function plain(html) {
  return html
    .replace(/<a class="anchor"[^]*?<\/a>/g, '')
    .replace(/<[^>]+>/g, ' ')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&')
    .replace(/\s+/g, ' ')
    .trim();
}

/** @param {string} text */
function escape(text) {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}

/** @param {string} path @param {string} text */
function write(path, text) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}
