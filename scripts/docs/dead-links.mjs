import { existsSync, globSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';

/**
 * A sentence for each link within the site that leads to no file, or to no place of its page.
 * @param {string} folder
 */
export function deadLinks(folder) {
  const pages = globSync('**/*.html', { cwd: folder }).toSorted();
  const html = new Map(pages.map((page) => [page, readFileSync(join(folder, page), 'utf8')]));
  const places = new Map(pages.map((page) => [page, idsIn(html.get(page) ?? '')]));
  return pages.flatMap((page) =>
    linksIn(html.get(page) ?? '').flatMap((href) => {
      const [file = '', anchor] = href.split('#');
      const target = file === '' ? page : posix.normalize(posix.join(posix.dirname(page), decodeURIComponent(file)));
      if (target.startsWith('..') || !existsSync(join(folder, target))) return [`${page}: ${href} leads nowhere`];
      const missing = anchor && places.has(target) && !places.get(target)?.has(decodeURIComponent(anchor));
      return missing ? [`${page}: ${href} has no such place`] : [];
    }),
  );
}

/** @param {string} html */
function linksIn(html) {
  const written = html.replace(/<(pre|code)[^]*?<\/\1>/g, '');
  return Array.from(written.matchAll(/\s(?:href|src)="([^"]*)"/g), ([, href = '']) => href).filter(
    (href) => !/^(https?|mailto|data):/.test(href),
  );
}

/** @param {string} html */
function idsIn(html) {
  return new Set(Array.from(html.matchAll(/\s(?:id|name)="([^"]*)"/g), ([, id = '']) => id));
}
