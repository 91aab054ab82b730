// What a running server sends, checked by receivers as people write them: the guide's snippet and the official SDK's
// middleware; also while the keys are rotated. One flipped bit fails. The Standard Webhooks library has its own file.

import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import { after, before, test } from 'node:test';

import { curl, sdk, serve, until } from '../harness.mjs';

let server, ghl;

before(async () => {
  server = await serve();
  ghl = await sdk(server.url, { privateIntegrationToken: server.demo.locationToken });
});
after(() => server?.stop());

// The guide's, verbatim.
function verifyWebhook(payload, signature, publicKey) {
const payloadBuffer = Buffer.from(payload, 'utf8');
const signatureBuffer = Buffer.from(signature, 'base64');
return crypto.verify(null, payloadBuffer, publicKey, signatureBuffer);
}

const byGuide = ({ raw, headers }, key) => verifyWebhook(raw.toString('utf8'), headers['x-ghl-signature'], key);

/** As Express hands a request to the SDK's middleware, with a JSON parser that keeps the raw body. */
async function bySdk({ raw, headers }, key) {
  process.env.WEBHOOK_SIGNATURE_PUBLIC_KEY = key;
  const { clientId, clientSecret } = server.demo.app;
  const app = await sdk(server.url, { clientId, clientSecret });
  const request = { method: 'POST', url: '/hook', headers, rawBody: raw, body: JSON.parse(raw) };
  await new Promise((resolve, reject) => app.webhooks.subscribe()(request, {}, error => (error ? reject(error) : resolve())));
  return request.isSignatureValid === true;
}

/** Makes a contact, and answers what was delivered of it. */
async function delivery(email) {
  const { contact } = await ghl.contacts.createContact({ locationId: server.demo.locationId, email, firstName: 'Zoë' });
  return server.receiver.next('ContactCreate', ({ body }) => body.type === 'ContactCreate' && body.id === contact.id);
}

/** The published keys of x-ghl-signature: `{ id, state, pem, spki, standardWebhooks }`. */
async function published() {
  const { body } = await curl(`${server.url}/.well-known/leadhold/webhook-keys`);
  return body.keys.filter(({ header }) => header === 'x-ghl-signature');
}

const flipped = (bytes, at) => {
  const copy = Buffer.from(bytes);
  copy[at] ^= 1;
  return copy;
};

test('both accept what is sent, and refuse it with one bit flipped', async () => {
  const sent = await delivery('verify@example.com');
  const [{ pem, spki }] = await published();
  assert.equal(byGuide(sent, pem), true);
  for (const form of [pem, spki]) assert.equal(await bySdk(sent, form), true);
  const inBody = { ...sent, raw: flipped(sent.raw, sent.raw.indexOf('verify@example.com')) };
  const signature = flipped(Buffer.from(sent.headers['x-ghl-signature'], 'base64'), 7).toString('base64');
  const inSignature = { ...sent, headers: { ...sent.headers, 'x-ghl-signature': signature } };
  for (const broken of [inBody, inSignature]) {
    assert.equal(byGuide(broken, pem), false);
    assert.equal(await bySdk(broken, pem), false);
  }
});

test('while the keys are rotated, a receiver that knows the published ones accepts everything', async () => {
  const known = (await published()).map(({ pem }) => pem);
  let count = 0;
  /** Which of the known keys a fresh delivery is signed with. */
  const signer = async () => {
    const sent = await delivery(`rotate-${count++}@example.com`);
    const by = known.filter(pem => byGuide(sent, pem));
    assert.equal(by.length, 1, 'by one of the published keys');
    assert.equal(await bySdk(sent, by[0]), true);
    return known.indexOf(by[0]);
  };
  const [old] = await published();
  assert.equal(await signer(), 0);

  const { id } = JSON.parse(await server.leadhold('keys', 'rotate', '--json'));
  const [, announced] = await published();
  assert.deepEqual({ id: announced.id, state: announced.state }, { id, state: 'announced' });
  known.push(announced.pem);
  assert.equal(await signer(), 0, 'it signs nothing yet');

  await server.leadhold('keys', 'activate', id);
  await until('a delivery by the new key', signer, by => by === 1);

  await server.leadhold('keys', 'retire', old.id);
  assert.deepEqual((await published()).map(({ id, state }) => ({ id, state })), [{ id, state: 'active' }]);
  known.shift();
  assert.equal(await signer(), 0);
});
