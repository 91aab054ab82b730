// A person at a browser: Debian's Chromium without a window, driven by playwright-core. `cargo xtask test` installs it.

import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { chromium } from 'playwright-core';

const QUIET = [
  '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync',
];

/** A browser with one fresh profile: `{ page, close }`. */
export async function browse({ javaScriptEnabled = true } = {}) {
  const profile = await mkdtemp(join(tmpdir(), 'leadhold-browser-'));
  const executablePath = process.env.LEADHOLD_CHROMIUM ?? '/usr/bin/chromium';
  const context = await chromium.launchPersistentContext(profile, { executablePath, args: QUIET, javaScriptEnabled });
  const page = context.pages()[0] ?? (await context.newPage());
  const close = async () => {
    await context.close();
    await rm(profile, { recursive: true, force: true });
  };
  return { page, close };
}

/** An app's callback: `{ url, next, close }`; `next` is the query of the next request. */
export async function callback() {
  const waiting = [];
  const came = [];
  const server = createServer((request, response) => {
    const url = new URL(request.url, 'http://127.0.0.1');
    response.writeHead(200, { 'content-type': 'text/html' }).end('<title>Back in the app</title>');
    if (url.pathname !== '/callback') return;
    const waiter = waiting.shift();
    waiter ? waiter(url) : came.push(url);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const next = () => (came.length ? Promise.resolve(came.shift()) : new Promise(resolve => waiting.push(resolve)));
  const close = async () => {
    server.close();
    server.closeAllConnections();
    await once(server, 'close');
  };
  return { url: `http://127.0.0.1:${server.address().port}/callback`, next, close };
}

/** Follows an app's link as the demo's administrator, who signs in where that is asked. Leaves the page at the choice. */
export async function follow(page, link, { adminEmail, adminPassword }) {
  await page.goto(link);
  if (new URL(page.url()).pathname === '/login') {
    await page.fill('input[name=email]', adminEmail);
    await page.fill('input[name=password]', adminPassword);
    await page.press('input[name=password]', 'Enter');
    await page.waitForURL(url => url.pathname.endsWith('/oauth/chooselocation'));
  }
  assert.match(await page.title(), /^Install /);
}

/** Picks locations by their ids, and whatever else is named, and installs; answers what the app's callback got. */
export async function install(page, back, { locations = [], target, future = false }) {
  if (target) await page.check(`input[name=target][value=${target}]`);
  for (const id of locations) await page.check(`input[name=locationId][value="${id}"]`);
  if (future) await page.check('input[name=future]');
  await page.click('button[value=allow]');
  const { searchParams } = await back.next();
  return searchParams;
}
