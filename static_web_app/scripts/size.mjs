/** Holds the bundle to its budgets, in kB gzip, read off the build's own manifest; exits 1 where one is over. */
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

const SHELL = 150;
const CHUNK = 60;
const dist = new URL('../dist/', import.meta.url);
const manifest = JSON.parse(readFileSync(new URL('.vite/manifest.json', dist), 'utf8'));
const kB = (file) => gzipSync(readFileSync(new URL(file, dist))).length / 1000;

function withImports(key, seen = new Set()) {
  if (seen.has(key)) return seen;
  seen.add(key);
  for (const next of manifest[key].imports ?? []) withImports(next, seen);
  return seen;
}

const shell = [...withImports('app.html')].filter((key) => manifest[key].file.endsWith('.js'));
const rows = [['app shell', shell.reduce((sum, key) => sum + kB(manifest[key].file), 0), SHELL]];
for (const [key, entry] of Object.entries(manifest)) {
  if (entry.isDynamicEntry && !shell.includes(key)) rows.push([entry.name ?? key, kB(entry.file), CHUNK]);
}
let over = 0;
for (const [name, size, most] of rows.sort((a, b) => b[1] - a[1])) {
  if (size > most) over += 1;
  if (size > most || name === 'app shell') process.stdout.write(`${name}: ${size.toFixed(1)} kB gzip of ${most}${size > most ? '  TOO LARGE' : ''}\n`);
}
process.exit(over > 0 ? 1 : 0);
