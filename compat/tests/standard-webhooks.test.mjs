// What a running server sends, checked by the Standard Webhooks library with a subscription's secret, and by whoever knows
// one of the server's keys. One flipped bit fails.

import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import { after, before, test } from 'node:test';

import { Webhook } from 'standardwebhooks';

import { curl, sdk, serve } from '../harness.mjs';

let server, ghl, secret;

before(async () => {
  server = await serve();
  const { agencyToken, app, locationToken } = server.demo;
  ghl = await sdk(server.url, { privateIntegrationToken: locationToken });
  const subscription = { appId: app.appId, url: `${server.receiver.url}/own`, events: ['ContactCreate'] };
  const made = await curl('-X', 'POST', `${server.url}/leadhold/v1/webhooks/subscriptions`,
    '-H', `Authorization: Bearer ${agencyToken}`, '-H', 'Content-Type: application/json', '-d', JSON.stringify(subscription));
  assert.equal(made.status, 201, JSON.stringify(made.body));
  secret = made.body.secret;
});
after(() => server?.stop());

/** Makes a contact, and answers what the subscription was sent of it. */
async function delivery(email) {
  const { contact } = await ghl.contacts.createContact({ locationId: server.demo.locationId, email, firstName: 'Zoë' });
  return server.receiver.next('ContactCreate', ({ url, body }) => url === '/hook/own' && body.id === contact.id);
}

function accepted({ raw, headers }, of = secret) {
  try {
    new Webhook(of).verify(raw.toString('utf8'), headers);
    return true;
  } catch (error) {
    assert.match(error.message, /No matching signature/);
    return false;
  }
}

const flipped = (bytes, at) => {
  const copy = Buffer.from(bytes);
  copy[at] ^= 1;
  return copy;
};

test('the library accepts what is sent, and refuses it with one bit or the time changed', async () => {
  const sent = await delivery('standard@example.com');
  assert.equal(sent.headers['webhook-id'], sent.body.webhookId, 'the same id in header and body');
  assert.equal(accepted(sent), true);
  assert.equal(accepted(sent, `whsec_${Buffer.alloc(32).toString('base64')}`), false, "another's secret");
  assert.equal(accepted({ ...sent, raw: flipped(sent.raw, sent.raw.indexOf('standard@')) }), false);
  const with_ = more => ({ ...sent, headers: { ...sent.headers, ...more } });
  const signature = sent.headers['webhook-signature'].replace(/^v1,(\S+)/, (_, text) =>
    `v1,${flipped(Buffer.from(text, 'base64'), 7).toString('base64')}`);
  assert.equal(accepted(with_({ 'webhook-signature': signature })), false);
  assert.equal(accepted(with_({ 'webhook-timestamp': String(Number(sent.headers['webhook-timestamp']) + 1) })), false);
});

test('while the keys are rotated, both sign beside the secret', async () => {
  await server.leadhold('keys', 'rotate', '--now');
  const { body } = await curl(`${server.url}/.well-known/leadhold/webhook-keys`);
  const keys = body.keys.filter(({ header }) => header === 'x-ghl-signature').map(({ pem }) => pem);
  assert.equal(keys.length, 2);
  // The server looks at its keys each second.
  const deadline = Date.now() + 30_000;
  for (let count = 0; ; count++) {
    const sent = await delivery(`both-${count}@example.com`);
    assert.equal(accepted(sent), true, 'the secret is not the keys');
    const signed = Buffer.concat([Buffer.from(`${sent.headers['webhook-id']}.${sent.headers['webhook-timestamp']}.`), sent.raw]);
    const signatures = sent.headers['webhook-signature'].split(' ').filter(one => one.startsWith('v1a,'));
    const by = keys.filter(pem => signatures.some(one => crypto.verify(null, signed, pem, Buffer.from(one.slice(4), 'base64'))));
    if (by.length === 2) return;
    assert.ok(Date.now() < deadline, 'every published key signs');
  }
});
