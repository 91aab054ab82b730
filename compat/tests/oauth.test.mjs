// The whole authentication chapter: a person at a browser lets apps in, and the vendor's SDK and two independent OAuth
// clients take it from there.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';

import { OAuth2Client, generateCodeVerifier } from '@badgateway/oauth2-client';
import * as oauth from 'oauth4webapi';

import { browse, callback, follow, install } from '../browser.mjs';
import { sdk, serve, until } from '../harness.mjs';

const SCOPES = ['contacts.readonly', 'contacts.write', 'oauth.readonly', 'oauth.write', 'locations.readonly'];

let server, back, browser;

before(async () => {
  server = await serve();
  back = await callback();
  browser = await browse();
});
after(async () => {
  await browser?.close();
  await back?.close();
  await server?.stop();
});

/** Registers an app as its developer does: `{ clientId, clientSecret }`. */
async function register(more) {
  const body = { name: 'Partner', distribution: 'both', redirectUris: [back.url], scopes: SCOPES, ...more };
  const response = await fetch(`${server.url}/leadhold/v1/apps`, {
    method: 'POST',
    headers: { authorization: `Bearer ${server.demo.agencyToken}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  assert.equal(response.status, 201, await response.clone().text());
  const { app, clientSecret } = await response.json();
  return { appId: app.id, clientId: app.clientId, clientSecret };
}

/** The SDK of an app, pointed here; the marketplace's host is the only thing that differs in its links. */
async function sdkOf(app) {
  const ghl = await sdk(server.url, {
    clientId: app.clientId,
    clientSecret: app.clientSecret,
    webhookPublicKey: server.demo.webhookPublicKey,
  });
  const link = new URL(ghl.oauth.getAuthorizationUrl(app.clientId, back.url, SCOPES.join(' ')));
  return { ghl, link: `${server.url}${link.pathname}${link.search}` };
}

async function turnClock(advance) {
  const response = await fetch(`${server.url}/leadhold/v1/sandbox/clock`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ advance }),
  });
  assert.equal(response.status, 200);
}

test('the SDK goes from a click to calls, through an expired token and back', async () => {
  const { locationId } = server.demo;
  const app = await register();
  const { ghl, link } = await sdkOf(app);
  await follow(browser.page, `${link}&state=a%20b&loginWindowOpenMode=self`, server.demo);
  const answer = await install(browser.page, back, { locations: [locationId] });
  assert.equal(answer.get('state'), 'a b');
  assert.equal(answer.get('iss'), server.url);

  const token = await ghl.oauth.getAccessToken({
    client_id: app.clientId,
    client_secret: app.clientSecret,
    grant_type: 'authorization_code',
    code: answer.get('code'),
    redirect_uri: back.url,
    user_type: 'Location',
  });
  assert.equal(token.locationId, locationId);
  await ghl.getSessionStorage().setSession(locationId, token);
  const { contact } = await ghl.contacts.createContact({ locationId, email: 'oauth@example.com' });

  await turnClock('25h');
  const read = await ghl.contacts.getContact({ contactId: contact.id }, { headers: { locationId }, preferredTokenType: 'location' });
  assert.equal(read.contact.email, 'oauth@example.com', 'the SDK refreshed by itself');
  const kept = await ghl.getSessionStorage().getSession(locationId);
  assert.notEqual(kept.refresh_token, token.refresh_token);
});

test("an agency's token becomes locations' tokens, and INSTALL is stored by the SDK's middleware", async () => {
  const { companyId, locationId, secondLocationId } = server.demo;
  const app = await register({ webhookUrl: server.receiver.url });
  const { ghl, link } = await sdkOf(app);
  await follow(browser.page, link, server.demo);
  const answer = await install(browser.page, back, { target: 'locations', locations: [locationId, secondLocationId] });
  const token = await ghl.oauth.getAccessToken({
    client_id: app.clientId,
    client_secret: app.clientSecret,
    grant_type: 'authorization_code',
    code: answer.get('code'),
    user_type: 'Company',
  });
  assert.deepEqual([token.userType, token.isBulkInstallation], ['Company', true]);
  assert.deepEqual(new Set(token.approvedLocations), new Set([locationId, secondLocationId]));
  await ghl.getSessionStorage().setSession(companyId, token);

  const { locations, count } = await ghl.oauth.getInstalledLocation({ companyId, appId: app.appId, isInstalled: true });
  assert.equal(count, 2);
  assert.ok(locations.every(location => location.isInstalled && location.versionId));

  const told = await server.receiver.next('INSTALL', ({ body }) =>
    body.type === 'INSTALL' && body.appId === app.appId && body.locationId === secondLocationId);
  const request = { method: 'POST', url: '/hook', headers: told.headers, rawBody: told.raw, body: told.body };
  await new Promise((resolve, reject) => {
    ghl.webhooks.subscribe()(request, {}, error => (error ? reject(error) : resolve()));
  });
  assert.deepEqual([request.isSignatureValid, request.installTokenError], [true, undefined]);
  const stored = await ghl.getSessionStorage().getSession(secondLocationId);
  assert.equal(stored.locationId, secondLocationId);
  const made = await ghl.contacts.createContact({ locationId: secondLocationId, email: 'second@example.com' });
  assert.equal(made.contact.locationId, secondLocationId);

  const gone = await fetch(`${server.url}/marketplace/app/${app.appId}/installations`, {
    method: 'DELETE',
    headers: { authorization: `Bearer ${stored.access_token}`, 'content-type': 'application/json', version: '2021-07-28' },
    body: JSON.stringify({ locationId: secondLocationId }),
  });
  assert.equal(gone.status, 200, await gone.clone().text());
  const after = await fetch(`${server.url}/locations/${secondLocationId}`, {
    headers: { authorization: `Bearer ${stored.access_token}`, version: '2021-07-28' },
  });
  assert.equal(after.status, 401, 'the token died with its install');
  await server.receiver.next('UNINSTALL', ({ body }) => body.type === 'UNINSTALL' && body.appId === app.appId);
});

test('oauth4webapi: discovery, PKCE, issuer check, refresh, revocation', async () => {
  const app = await register();
  const insecure = { [oauth.allowInsecureRequests]: true };
  const issuer = new URL(server.url);
  const discovered = await oauth.discoveryRequest(issuer, { algorithm: 'oauth2', ...insecure });
  const as = await oauth.processDiscoveryResponse(issuer, discovered);
  const client = { client_id: app.clientId };
  const proof = oauth.ClientSecretBasic(app.clientSecret);
  const verifier = oauth.generateRandomCodeVerifier();
  const link = new URL(as.authorization_endpoint);
  const state = oauth.generateRandomState();
  link.search = new URLSearchParams({
    client_id: app.clientId,
    redirect_uri: back.url,
    response_type: 'code',
    scope: 'contacts.readonly',
    state,
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
  });
  await follow(browser.page, link.href, server.demo);
  const answer = await install(browser.page, back, { locations: [server.demo.locationId] });
  const checked = oauth.validateAuthResponse(as, client, answer, state);
  const exchanged = await oauth.authorizationCodeGrantRequest(as, client, proof, checked, back.url, verifier, insecure);
  const tokens = await oauth.processAuthorizationCodeResponse(as, client, exchanged);
  assert.equal(tokens.scope, 'contacts.readonly');

  const refreshed = await oauth.processRefreshTokenResponse(
    as, client, await oauth.refreshTokenGrantRequest(as, client, proof, tokens.refresh_token, insecure));
  assert.notEqual(refreshed.access_token, tokens.access_token);

  const revoked = await oauth.revocationRequest(as, client, proof, refreshed.refresh_token, insecure);
  await oauth.processRevocationResponse(revoked);
  const after = await fetch(`${server.url}/contacts/`, { headers: { authorization: `Bearer ${refreshed.access_token}` } });
  assert.equal(after.status, 401);
});

test('@badgateway/oauth2-client: a public client with PKCE', async () => {
  const app = await register({ publicClient: true });
  assert.equal(app.clientSecret, undefined);
  const client = new OAuth2Client({ server: server.url, clientId: app.clientId, discoveryEndpoint: '/.well-known/oauth-authorization-server' });
  const codeVerifier = await generateCodeVerifier();
  const link = await client.authorizationCode.getAuthorizeUri({
    redirectUri: back.url, state: 'xyz', codeVerifier, scope: ['contacts.readonly', 'contacts.write'],
  });
  await follow(browser.page, link, server.demo);
  const answer = await install(browser.page, back, { locations: [server.demo.locationId] });
  const returned = new URL(back.url);
  returned.search = answer.toString();
  const token = await client.authorizationCode.getTokenFromCodeRedirect(returned.href, {
    redirectUri: back.url, state: 'xyz', codeVerifier,
  });
  const response = await fetch(`${server.url}/contacts/`, { headers: { authorization: `Bearer ${token.accessToken}` } });
  assert.equal(response.status, 200);
  const next = await client.refreshToken(token);
  assert.notEqual(next.accessToken, token.accessToken);
});

test('the page works with the keyboard alone, without scripts, and lets a person refuse', async () => {
  const app = await register({ name: 'Keyboard <b>Partner</b>' });
  const plain = await browse({ javaScriptEnabled: false });
  try {
    const { link } = await sdkOf(app);
    await follow(plain.page, `${link}&state=no`, server.demo);
    assert.equal(await plain.page.locator('h1').innerText(), 'Install Keyboard <b>Partner</b>?');
    for (let presses = 0; presses < 60; presses++) {
      await plain.page.keyboard.press('Tab');
      const at = await plain.page.locator(':focus').getAttribute('value').catch(() => null);
      if (at === 'deny') break;
    }
    assert.equal(await plain.page.locator(':focus').getAttribute('value'), 'deny', 'Tab reaches every control');
    await plain.page.keyboard.press('Enter');
    const { searchParams } = await back.next();
    assert.deepEqual([searchParams.get('error'), searchParams.get('state')], ['access_denied', 'no']);
    assert.equal(searchParams.get('code'), null);
  } finally {
    await plain.close();
  }
});

test('leadhold apps install gives scripts a code without a browser', async () => {
  const { adminEmail, adminPassword, locationId } = server.demo;
  const app = await register();
  const line = ['apps', 'install', app.clientId, '--location', locationId, '--url', server.url, '--json'];
  const env = { PATH: process.env.PATH, LEADHOLD_ADMIN_EMAIL: adminEmail, LEADHOLD_ADMIN_PASSWORD: adminPassword };
  const { stdout } = await promisify(execFile)(process.env.LEADHOLD_BIN, line, { env });
  const { code, redirectUri } = JSON.parse(stdout);
  assert.equal(redirectUri, back.url);
  const { ghl } = await sdkOf(app);
  const token = await ghl.oauth.getAccessToken({
    client_id: app.clientId, client_secret: app.clientSecret, grant_type: 'authorization_code', code,
  });
  assert.equal(token.locationId, locationId);
});

test("the request log shows an app's calls and no secret", async () => {
  const app = await register();
  const headers = { authorization: `Bearer ${server.demo.agencyToken}` };
  const read = async () => (await fetch(`${server.url}/leadhold/v1/requests?limit=50`, { headers })).json();
  const seen = await until('the log has a line', read, ({ requests }) => requests?.length > 0);
  const text = JSON.stringify(seen);
  for (const secret of [app.clientSecret, server.demo.agencyToken, server.demo.adminPassword]) {
    assert.ok(!text.includes(secret));
  }
});
