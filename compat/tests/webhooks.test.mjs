// A real delivery to a real receiver, checked by the SDK's middleware and by the snippet that integrators copy.

import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import { after, before, test } from 'node:test';

import { sdk, serve } from '../harness.mjs';

let server, delivery, contact;

before(async () => {
  server = await serve();
  const { locationId, locationToken } = server.demo;
  const ghl = await sdk(server.url, { privateIntegrationToken: locationToken });
  ({ contact } = await ghl.contacts.createContact({ locationId, email: 'hook@example.com', firstName: 'Höök', tags: ['vip'] }));
  delivery = await server.receiver.next('ContactCreate', ({ body }) => body.type === 'ContactCreate' && body.id === contact.id);
});
after(() => server?.stop());

test('the delivery carries the documented fields and envelope', () => {
  const { body, method, headers } = delivery;
  assert.equal(method, 'POST');
  assert.match(headers['content-type'], /^application\/json\b/);
  assert.equal(body.contactId, contact.id, 'beside `id`, for consumers written after the guide');
  assert.equal(body.locationId, server.demo.locationId);
  assert.equal(body.appId, server.demo.app.appId);
  assert.equal(body.firstName, 'Höök');
  assert.equal(body.email, 'hook@example.com');
  assert.deepEqual(body.tags, ['vip']);
  assert.match(body.webhookId, /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/);
  assert.match(body.timestamp, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
});

test("the SDK's middleware accepts it, with its key from the environment", async () => {
  const request = await throughMiddleware(delivery.raw, delivery.headers);
  assert.equal(request.skippedSignatureVerification, false);
  assert.equal(request.isSignatureValid, true);
});

test("the SDK's middleware refuses it with one bit flipped in the body or in the signature", async () => {
  const inName = delivery.raw.indexOf('hook@example.com');
  assert.equal((await throughMiddleware(flipped(delivery.raw, inName), delivery.headers)).isSignatureValid, false);
  const signature = flipped(Buffer.from(delivery.headers['x-ghl-signature'], 'base64'), 7).toString('base64');
  const headers = { ...delivery.headers, 'x-ghl-signature': signature };
  assert.equal((await throughMiddleware(delivery.raw, headers)).isSignatureValid, false);
});

test('the snippet that integrators copy accepts it and refuses every other text', () => {
  const verify = (bytes, signature) =>
    crypto.verify(null, bytes, server.demo.webhookPublicKey, Buffer.from(signature, 'base64'));
  const signature = delivery.headers['x-ghl-signature'];
  assert.equal(verify(delivery.raw, signature), true);
  assert.equal(verify(Buffer.from(delivery.raw.toString('utf8'), 'utf8'), signature), true, 'the snippet passes text');
  for (let at = 0; at < delivery.raw.length; at++) {
    assert.equal(verify(flipped(delivery.raw, at), signature), false, `a flipped bit in byte ${at} must not pass`);
  }
  assert.equal(verify(Buffer.concat([delivery.raw, Buffer.from(' ')]), signature), false);
});

test('an update, a change of tags and a deletion are delivered too, each signed and with its own webhookId', async () => {
  const { locationToken } = server.demo;
  const ghl = await sdk(server.url, { privateIntegrationToken: locationToken });
  await ghl.contacts.updateContact({ contactId: contact.id }, { lastName: 'Changed' });
  await ghl.contacts.addTags({ contactId: contact.id }, { tags: ['late'] });
  await ghl.contacts.updateContact({ contactId: contact.id }, { dnd: true });
  await ghl.contacts.deleteContact({ contactId: contact.id });
  const find = (type, more = () => true) =>
    server.receiver.next(type, ({ body }) => body.type === type && body.id === contact.id && more(body));
  const received = [
    await find('ContactUpdate', body => body.lastName === 'Changed'),
    await find('ContactTagUpdate', body => body.tags.includes('late')),
    await find('ContactDndUpdate', body => body.dnd === true),
    await find('ContactDelete'),
  ];
  for (const { raw, headers } of received) {
    assert.equal((await throughMiddleware(raw, headers)).isSignatureValid, true);
  }
  const ids = received.map(({ body }) => body.webhookId);
  assert.equal(new Set([...ids, delivery.body.webhookId]).size, ids.length + 1);
});

test("nothing of the other agency's contacts is delivered", async () => {
  const { otherAgency } = server.demo;
  const stranger = await sdk(server.url, { privateIntegrationToken: otherAgency.locationToken });
  await stranger.contacts.createContact({ locationId: otherAgency.locationId, email: 'elsewhere@example.com' });
  const ghl = await sdk(server.url, { privateIntegrationToken: server.demo.locationToken });
  const { locationId } = server.demo;
  const { contact: later } = await ghl.contacts.createContact({ locationId, email: 'after@example.com' });
  await server.receiver.next('ContactCreate', ({ body }) => body.id === later.id);
  const foreign = server.receiver.seen.filter(({ body }) => body.locationId !== locationId);
  assert.deepEqual(foreign.map(({ body }) => body), []);
});

/** Hands a request to the middleware as Express does with a JSON parser that keeps the raw body. */
async function throughMiddleware(rawBody, headers) {
  const { clientId, clientSecret } = server.demo.app;
  process.env.WEBHOOK_SIGNATURE_PUBLIC_KEY = server.demo.webhookPublicKey;
  const ghl = await sdk(server.url, { clientId, clientSecret });
  const request = { method: 'POST', url: '/hook', headers, rawBody, body: JSON.parse(rawBody) };
  await new Promise((resolve, reject) => {
    ghl.webhooks.subscribe()(request, {}, error => (error ? reject(error) : resolve()));
  });
  return request;
}

/** A copy with the lowest bit of one byte changed. */
function flipped(bytes, at) {
  const copy = Buffer.from(bytes);
  copy[at] ^= 1;
  return copy;
}
