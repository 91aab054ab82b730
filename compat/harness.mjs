// Starts what the tests talk to: the binary named by LEADHOLD_BIN on a fresh demo agency, and a receiver for its
// webhooks. With LEADHOLD_TEST_DATABASE_URL every served agency gets a PostgreSQL database of its own there; without
// it, an embedded store in a temporary folder. Nothing here sleeps for a fixed time: each wait is for a state, with a
// deadline that fails and says what was awaited.

import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);
const DEADLINE_MS = 30_000;

process.env.NO_PROXY = '*'; // everything here is on this machine

/** A served demo agency: `{ url, demo, receiver, leadhold, stop }`; `leadhold('keys', 'list')` runs a command beside it. `stop` fails unless the server drained and exited 0. */
export async function serve() {
  const bin = process.env.LEADHOLD_BIN;
  assert.ok(bin, 'LEADHOLD_BIN must name the leadhold binary; `cargo xtask test --compat` sets it');
  const folder = await mkdtemp(join(tmpdir(), 'leadhold-compat-'));
  const database = await freshDatabase();
  const receiver = await receive();
  const store = ['--data', join(folder, 'data'), ...(database ? ['--database-url', database.url] : [])];
  const env = cleanEnvironment();

  const init = await run(bin, ['init', ...store, '--demo', '--json', '--webhook-url', receiver.url], { env });
  const demo = JSON.parse(init.stdout);
  const server = spawn(bin, ['serve', ...store, '--sandbox', '--rate-limit', 'off', '--listen', '127.0.0.1:0'], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const url = await listening(server);

  const stop = async () => {
    const ended = server.exitCode === null ? once(server, 'exit') : [server.exitCode, server.signalCode];
    server.kill('SIGTERM');
    const [code, signal] = await ended;
    await receiver.close();
    await database?.drop();
    await rm(folder, { recursive: true });
    assert.deepEqual({ code, signal }, { code: 0, signal: null }, 'SIGTERM must drain the server and exit 0');
  };
  const leadhold = async (...args) => (await run(bin, [...args, ...store], { env })).stdout;
  return { url, demo, receiver, leadhold, stop };
}

/** Flags alone decide what the binary does. */
function cleanEnvironment() {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('LEADHOLD_')));
}

/** The base URL from the line `listening on http://…`; fails with the server's own words if it ends first. */
function listening(server) {
  const words = [];
  createInterface(server.stderr).on('line', line => words.push(line));
  return new Promise((resolve, reject) => {
    const fail = why => reject(new Error(`${why}\n${words.slice(-20).join('\n')}`));
    const timer = setTimeout(() => fail('the server did not say where it listens'), DEADLINE_MS);
    server.once('error', fail);
    server.once('exit', code => fail(`the server ended with ${code} before it listened`));
    createInterface(server.stdout).on('line', line => {
      const url = /^listening on (http:\/\/\S+)$/.exec(line)?.[1];
      if (url) {
        clearTimeout(timer);
        resolve(url);
      }
    });
  });
}

/** A database of its own on the cluster of LEADHOLD_TEST_DATABASE_URL, or undefined without one. */
async function freshDatabase() {
  const cluster = process.env.LEADHOLD_TEST_DATABASE_URL;
  if (!cluster) return undefined;
  const name = `compat_${randomBytes(8).toString('hex')}`;
  const admin = statement => run('psql', [cluster, '--no-psqlrc', '--quiet', '--command', statement]);
  await admin(`create database ${name}`);
  const url = new URL(cluster);
  url.pathname = `/${name}`;
  return { url: url.href, drop: () => admin(`drop database ${name} with (force)`) };
}

/** An HTTP server that keeps every request with its raw bytes: `{ url, seen, next, close }`. */
async function receive() {
  const seen = [];
  const arrivals = new EventEmitter();
  const server = createServer(async (request, response) => {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const raw = Buffer.concat(chunks);
    response.writeHead(200).end();
    seen.push({ method: request.method, url: request.url, headers: request.headers, raw, body: JSON.parse(raw) });
    arrivals.emit('one');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  /** The first request, past or future, that `wanted` accepts. */
  const next = async (what, wanted) => {
    const signal = AbortSignal.timeout(DEADLINE_MS);
    for (;;) {
      const hit = seen.find(wanted);
      if (hit) return hit;
      const given = seen.map(request => request.body.type).join(', ') || 'nothing';
      await once(arrivals, 'one', { signal }).catch(() => assert.fail(`no ${what} was delivered; what came: ${given}`));
    }
  };
  const close = async () => {
    server.close();
    server.closeAllConnections();
    await once(server, 'close');
  };
  return { url: `http://127.0.0.1:${server.address().port}/hook`, seen, next, close };
}

/** Calls `read` until `reached` accepts its answer. */
export async function until(what, read, reached) {
  const end = Date.now() + DEADLINE_MS;
  for (;;) {
    const answer = await read();
    if (reached(answer)) return answer;
    assert.ok(Date.now() < end, `${what}: not within ${DEADLINE_MS} ms; last seen: ${JSON.stringify(answer)}`);
    await pause(50);
  }
}

/** The official SDK with its base URL pointed at the server; the base is a static, as the vendor ships it. */
export async function sdk(url, options) {
  const { HighLevel } = await import('@gohighlevel/api-client');
  HighLevel.BASE_URL = url;
  return new HighLevel({ logLevel: 'none', ...options });
}

/** Runs the real curl: `{ status, body }`, the body parsed as JSON. */
export async function curl(...args) {
  const { stdout } = await run('curl', ['--silent', '--show-error', '--max-time', '30', '--write-out', '\n%{http_code}', ...args]);
  const cut = stdout.lastIndexOf('\n');
  return { status: Number(stdout.slice(cut + 1)), body: JSON.parse(stdout.slice(0, cut)) };
}
