// Forms and surveys as visitors of somebody else's site meet them: in a browser without scripts, in a frame, and as plain
// HTML that the site's owner pasted.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { after, before, test } from 'node:test';

import { browse } from '../browser.mjs';
import { serve } from '../harness.mjs';

let server, browser, site;

before(async () => {
  server = await serve();
  browser = await browse({ javaScriptEnabled: false });
  site = await somebodysSite();
});
after(async () => {
  await browser?.close();
  await site?.close();
  await server?.stop();
});

/** A site of another origin whose only page has `body`: `{ url, body, close }`. */
async function somebodysSite() {
  const shown = { body: '' };
  const http = createServer((request, response) => {
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(`<title>Site</title>${shown.body}`);
  });
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  const close = async () => {
    http.close();
    http.closeAllConnections();
    await once(http, 'close');
  };
  return Object.assign(shown, { url: `http://localhost:${http.address().port}/`, close });
}

async function api(method, path, body) {
  const response = await fetch(`${server.url}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${server.demo.locationToken}`,
      version: '2021-07-28',
      'content-type': 'application/json',
    },
    body: body && JSON.stringify(body),
  });
  assert.ok(response.ok, `${method} ${path}: ${response.status} ${await response.clone().text()}`);
  return response.json();
}

const FIELDS = [
  { type: 'contact', key: 'full_name', required: true },
  { type: 'contact', key: 'email', required: true },
  { type: 'consent', key: 'terms', label: 'I agree', required: true },
];

async function contactOf(email) {
  const { contact } = await api('GET', `/contacts/search/duplicate?locationId=${server.demo.locationId}&email=${email}`);
  return contact;
}

test('a form is filled in, mended and sent without scripts', async () => {
  const { form } = await api('POST', '/leadhold/v1/forms', { name: 'Contact us', fields: FIELDS });
  const { page } = browser;
  await page.goto(`${server.url}/f/${form.id}?full_name=Ada+Lovelace&utm_source=news`);
  assert.equal(await page.inputValue('[name=full_name]'), 'Ada Lovelace');
  await page.fill('[name=email]', 'ada@');
  await page.click('button');
  assert.match(await page.title(), /^Please check: /);
  assert.match(await page.textContent('[role=alert]'), /2 answers need your attention/);
  assert.equal(await page.inputValue('[name=email]'), 'ada@');
  assert.equal(await page.getAttribute('[name=email]', 'aria-describedby'), 'f-email-fault');
  await page.fill('[name=email]', 'ada@forms.example');
  await page.check('[name=terms]');
  await page.click('button');
  await page.waitForURL(/\/thanks$/);
  const contact = await contactOf('ada@forms.example');
  assert.equal(contact.firstName, 'Ada');
  assert.equal(contact.attributionSource.utmSource, 'news');
});

test('a survey runs in a frame on another site', async () => {
  const slides = [{ fields: FIELDS.slice(0, 1) }, { fields: FIELDS.slice(1) }];
  const { survey } = await api('POST', '/leadhold/v1/surveys', { name: 'How was it?', slides });
  site.body = survey.embed.iframe.replace(/src="[^"]*"/, `src="${server.url}/s/${survey.id}"`);
  const { page } = browser;
  await page.goto(site.url);
  const frame = page.frameLocator('iframe');
  await frame.locator('[name=full_name]').fill('Grace Hopper');
  await frame.locator('button', { hasText: 'Next' }).click();
  await frame.locator('button', { hasText: 'Back' }).click();
  assert.equal(await frame.locator('[name=full_name]').inputValue(), 'Grace Hopper');
  await frame.locator('button', { hasText: 'Next' }).click();
  await frame.locator('[name=email]').fill('grace@forms.example');
  await frame.locator('[name=terms]').check();
  await frame.locator('button', { hasText: 'Send' }).click();
  await frame.locator('.thanks').waitFor();
  assert.equal(new URL(page.url()).port, new URL(site.url).port, 'the site itself stayed where it was');
  assert.equal((await contactOf('grace@forms.example')).lastName, 'Hopper');
});

test('a site sends its own HTML form', async () => {
  const { form } = await api('POST', '/leadhold/v1/forms', { name: 'Pasted', fields: FIELDS });
  site.body = form.embed.html.replace(/action="[^"]*"/, `action="${server.url}/f/${form.id}"`);
  const { page } = browser;
  await page.goto(site.url);
  await page.fill('[name=full_name]', 'Alan Turing');
  await page.fill('[name=email]', 'alan@forms.example');
  await page.check('[name=terms]');
  await page.click('button');
  await page.waitForURL(url => url.pathname === `/f/${form.id}/thanks`);
  const contact = await contactOf('alan@forms.example');
  assert.equal(contact.source, 'Pasted');
});
