// What Maven runs: `node build.mjs build OUT` and `node build.mjs test`. Each step is left out when its inputs are the
// ones it last ran on, so that a Maven build without changes here costs a few milliseconds.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const web = dirname(fileURLToPath(import.meta.url));
const [step, out] = process.argv.slice(2);

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  fail(`the dashboard builds with Node 20.19 or newer, and this is ${process.versions.node}; install a newer one`);
}

switch (step) {
  case 'build':
    install();
    build(resolve(out));
    break;
  case 'test':
    install();
    npm('run', 'check');
    npm('test');
    break;
  default:
    fail('say what to do: build OUT, or test');
}

/** Brings the libraries that package-lock.json pins. */
function install() {
  const stamp = join(web, 'node_modules', '.selvage-lock');
  const lock = hash([join(web, 'package-lock.json')]);
  if (read(stamp) !== lock) {
    npm('ci', '--no-audit', '--no-fund');
    writeFileSync(stamp, lock);
  }
}

/** Builds into `target`, with a `.gz` beside each text, and a list of all files, which is all that the server serves. */
function build(target) {
  const stamp = join(target, '..', '..', 'dashboard-build.stamp');
  const inputs = hash([
    ...['index.html', 'graphiql.html', 'package-lock.json', 'package.json', 'vite.config.ts', 'build.mjs'].map((file) => join(web, file)),
    ...files(join(web, 'src')),
    ...files(join(web, 'public')),
  ]);
  if (read(stamp) === inputs && existsSync(join(target, 'files.txt'))) {
    return;
  }
  npm('run', 'build', '--', '--outDir', target, '--logLevel', 'warn');
  const built = files(target);
  for (const file of built) {
    if (/\.(html|js|css|svg|md|txt)$/.test(file)) {
      writeFileSync(`${file}.gz`, gzipSync(readFileSync(file), { level: 9 }));
    }
  }
  // A line each: a tag of the content, a blank, the name. The server reads the list at its start and a file when asked.
  const lines = built.map((file) => {
    const tag = createHash('sha256').update(readFileSync(file)).digest('hex').slice(0, 24);
    return `${tag} ${relative(target, file).split(sep).join('/')}\n`;
  });
  writeFileSync(join(target, 'files.txt'), lines.join(''));
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, inputs);
}

function npm(...words) {
  const done = spawnSync('npm', words, { cwd: web, stdio: 'inherit', shell: process.platform === 'win32' });
  if (done.error) {
    fail(`npm cannot be run (${done.error.message}); it comes with Node`);
  }
  if (done.status !== 0) {
    fail(`npm ${words.join(' ')} failed`);
  }
}

function files(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .sort();
}

function hash(paths) {
  const sum = createHash('sha256').update(process.versions.node);
  for (const path of paths) {
    sum.update(relative(web, path)).update('\0').update(readFileSync(path)).update('\0');
  }
  return sum.digest('hex');
}

function read(path) {
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
}

function fail(reason) {
  console.error(`dashboard: ${reason}`);
  process.exit(1);
}
