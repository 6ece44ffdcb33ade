/**
 * Holds the build to its budgets, read off the build's own manifest and pages; exits 1 where one is over.
 * Kilobytes are thousands of bytes, gzip where a server compresses; fonts are compressed already.
 */
import { readFileSync, statSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

const dist = new URL(process.argv[2] === undefined ? '../dist/' : `file://${process.argv[2]}/`, import.meta.url);
const manifest = JSON.parse(read('.vite/manifest.json'));

function read(file) {
  return readFileSync(new URL(file, dist));
}

const kB = (file) => (file.endsWith('.woff2') ? read(file).length : gzipSync(read(file)).length) / 1000;
const sum = (files) => [...new Set(files)].reduce((total, file) => total + kB(file), 0);

/** The scripts an entry needs before it runs, its own and those it imports. */
function scripts(key, seen = new Set()) {
  if (seen.has(key)) return [];
  seen.add(key);
  const { file, imports = [] } = manifest[key];
  return [...(file.endsWith('.js') ? [file] : []), ...imports.flatMap((next) => scripts(next, seen))];
}

const entry = (name) => Object.keys(manifest).find((key) => key.endsWith(name)) ?? name;

/** Everything a page without scripts loads: itself, its styles, its icon, and the fonts the styles name. */
function landing(page) {
  const html = read(page).toString();
  if (/<script/.test(html)) throw new Error(`${page} has a script.`);
  const linked = [...html.matchAll(/<link[^>]+rel="(?:stylesheet|icon)"[^>]*>/g)].map(([tag]) => /href="\/([^"]+)"/.exec(tag)?.[1]);
  const fonts = linked.filter((file) => file?.endsWith('.css')).flatMap((file) => [...read(file).toString().matchAll(/url\(\/?([^)]+\.woff2)\)/g)].map(([, font]) => font));
  return [page, ...linked, ...fonts];
}

/** What the service worker puts on the device, uncompressed. */
function precached() {
  const files = [...read('sw.js').toString().matchAll(/url:"([^"]+)"/g)].map(([, file]) => file);
  return [...new Set(files)].reduce((total, file) => total + statSync(new URL(file, dist)).size, 0) / 1000;
}

const shell = scripts('app.html');
const rows = [
  ['app shell', sum(shell), 150],
  ['shell and logger', sum([...shell, ...scripts(entry('/TrainPage.tsx'))]), 168],
  ['shell and progress', sum([...shell, ...scripts(entry('/ProgressPage.tsx'))]), 184],
  ['shell and administration', sum([...shell, ...scripts(entry('/AdminPage.tsx'))]), 215],
  ['shell and coach', sum([...shell, ...scripts(entry('/CoachPage.tsx'))]), 190],
  ['landing', sum(landing('index.html')), 70],
  ['landing in German', sum(landing('de/index.html')), 70],
  ['kept on the device (uncompressed)', precached(), 900],
];
const lazy = Object.values(manifest).filter(({ file }) => file.endsWith('.js') && !shell.includes(file));
const largest = lazy.map(({ file }) => [file, kB(file)]).sort((a, b) => b[1] - a[1])[0];
rows.push([`largest other chunk, ${largest[0]}`, largest[1], 60]);

for (const [name, size, most] of rows) process.stdout.write(`${name}: ${size.toFixed(1)} kB of ${most}${size > most ? '  TOO LARGE' : ''}\n`);
process.exit(rows.some(([, size, most]) => size > most) ? 1 : 0);
