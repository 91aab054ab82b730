// The vendor's JavaScript SDK with files, trigger links and custom menus.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { sdk, serve } from '../harness.mjs';

let server, ghl, agency, owner;

before(async () => {
  server = await serve();
  owner = { altType: 'location', altId: server.demo.locationId };
  ghl = await sdk(server.url, { privateIntegrationToken: server.demo.locationToken });
  agency = await sdk(server.url, { privateIntegrationToken: server.demo.agencyToken });
});
after(() => server?.stop());

test('a file goes into the media library and comes back byte by byte', async () => {
  const bytes = new Uint8Array(300_000).map((_, i) => (i * 31) % 251);
  bytes.set([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  const form = new FormData();
  form.append('file', new Blob([bytes]), 'logo.png');
  form.append('name', 'Our logo.png');
  form.append('hosted', 'false');
  const { fileId, url } = await ghl.medias.uploadMediaContent(form, {
    headers: { 'Content-Type': 'multipart/form-data' },
  });
  const response = await fetch(url);
  assert.equal(response.headers.get('content-type'), 'image/png');
  assert.deepEqual(new Uint8Array(await response.arrayBuffer()), bytes);
  const sorted = { ...owner, sortBy: 'createdAt', sortOrder: 'asc', type: 'file' };
  const { files } = await ghl.medias.fetchMediaContent(sorted);
  assert.deepEqual(files.map((file) => [file._id, file.name, file.url]), [[fileId, 'Our logo.png', url]]);
  await ghl.medias.deleteMediaContent({ id: fileId, ...owner });
  assert.equal((await fetch(url)).status, 404);
});

test('a trigger link leads on and is removed', async () => {
  const { link } = await ghl.links.createLink({
    locationId: owner.altId,
    name: 'Offer',
    redirectTo: 'https://example.com/offer',
  });
  assert.equal(link.fieldKey, `{{trigger_link.${link.id}}}`);
  const response = await fetch(`${server.url}/l/${link.id}`, { redirect: 'manual' });
  assert.deepEqual([response.status, response.headers.get('location')], [302, 'https://example.com/offer']);
  const { links } = await ghl.links.searchTriggerLinks({ locationId: owner.altId, query: 'off' });
  assert.deepEqual(links, [link]);
  assert.equal((await ghl.links.deleteLink({ linkId: link.id })).succeded, true);
});

test('an agency makes a custom menu', async () => {
  const { customMenu } = await agency.customMenus.createCustomMenu({
    title: 'Help',
    url: 'https://example.com/help',
    icon: { name: 'star', fontFamily: 'fas' },
    showOnCompany: true,
    showOnLocation: true,
    showToAllLocations: true,
    openMode: 'iframe',
    locations: [],
    userRole: 'all',
  });
  const { customMenus, totalLinks } = await agency.customMenus.getCustomMenus({ locationId: owner.altId });
  assert.deepEqual([customMenus, totalLinks], [[customMenu], 1]);
  const { deletedMenuId } = await agency.customMenus.deleteCustomMenu({ customMenuId: customMenu.id });
  assert.equal(deletedMenuId, customMenu.id);
});
