/**
 * The service worker: what a browser shows of Trama without a network, and how a new version comes.
 *
 * - Built files never change under their names: they are taken from here first. Those of the version before stay, too, so
 *   that a page that is still open can go on.
 * - Pages come from the network. Without one, or when it takes long, a page that is kept here stands in for it, else the page
 *   that says that there is no network.
 * - Pages are kept only where the person said that the device is her own: the server writes the number of her sign-in into
 *   each answer (`Own-Device`), or "none", upon which everything goes that was kept.
 * - Nothing else is touched: no form, no API, no file.
 */

/**
 * Written in front of this script by the server: the version, the files to keep at once, those that a room needs, and by
 * language the page that says that there is no network.
 * @typedef {{version: string, assets: string[], roomAssets: string[], offlinePages: Record<string, string>}} Release
 */

const worker = /** @type {ServiceWorkerGlobalScope & {release: Release}} */ (/** @type {unknown} */ (self));
const { version, assets, roomAssets, offlinePages } = worker.release;

const ASSETS = "assets:";
const PAGES = "pages:";
const OWN_ASSETS = ASSETS + version;
const KEPT_PATH = /^\/[a-z]{2}\/(rooms(\/\d+)?)?$/;
const ROOM_PATH = /\/rooms\/\d+$/;
const MAX_ROOMS = 20;
const PATIENCE_MILLISECONDS = 3000;

worker.addEventListener("install", (event) => event.waitUntil(install()));
worker.addEventListener("activate", (event) => event.waitUntil(activate()));

worker.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  if (url.pathname.startsWith("/static/dist/")) event.respondWith(asset(event));
  else if (request.mode === "navigate" && offlinePageOf(url)) event.respondWith(page(event, url));
});

/**
 * A page asks whether it may stay as it is (`script` is the address of its own), wants this version now (`takeOver`), or wants
 * a page forgotten by its path, with "" all that is kept.
 */
worker.addEventListener("message", (event) => {
  const { data, source } = event;
  if (data.forget !== undefined) event.waitUntil(forget(data.forget));
  else if (data.takeOver || assets.includes(data.script)) void worker.skipWaiting();
  else source?.postMessage("newer");
});

/** A message of the server: it is always shown, or browsers take the right to be told away. */
worker.addEventListener("push", (event) => {
  const { title = "Trama", body, lang, tag, navigate = "/" } = notificationIn(event.data);
  const options = { body, lang, tag, icon: "/static/icons/icon-192.png", data: { navigate } };
  event.waitUntil(worker.registration.showNotification(title, options));
});

worker.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(open(event.notification.data.navigate));
});

/**
 * @param {PushMessageData | null} data
 * @returns {{title?: string, body?: string, lang?: string, tag?: string, navigate?: string}}
 */
function notificationIn(data) {
  try {
    return data?.json().notification ?? {};
  } catch {
    return {};
  }
}

/**
 * Show a page: in the window that has it open already, else in a new one.
 * @param {string} url
 */
async function open(url) {
  const windows = await worker.clients.matchAll({ type: "window" });
  const shown = windows.find((each) => each.url.split("#")[0] === url.split("#")[0]);
  await (shown ? shown.focus() : worker.clients.openWindow(url));
}

async function install() {
  const cache = await caches.open(OWN_ASSETS);
  await cache.addAll(assets);
  const fresh = Object.values(offlinePages).map(
    (url) => new Request(url, { cache: "reload", credentials: "omit" }),
  );
  await cache.addAll(fresh);
}

/** The files of the versions before the last one go. */
async function activate() {
  const names = await caches.keys();
  const older = names.filter((name) => name.startsWith(ASSETS) && name !== OWN_ASSETS);
  await Promise.all(older.slice(0, -1).map((name) => caches.delete(name)));
  await worker.registration.navigationPreload?.enable();
  await worker.clients.claim();
}

/**
 * A built file. Where the browser has no room for it, or lets nothing be kept, it comes from the network.
 * @param {FetchEvent} event
 */
async function asset(event) {
  const { request } = event;
  const kept = await caches.match(request, { ignoreVary: true }).catch(() => undefined);
  if (kept) return kept;
  const answer = await fetch(request);
  if (answer.ok) event.waitUntil(keepAsset(request, answer.clone()).catch(() => {}));
  return answer;
}

/**
 * @param {Request} request
 * @param {Response} answer
 */
async function keepAsset(request, answer) {
  await (await caches.open(OWN_ASSETS)).put(request, answer);
}

/**
 * @param {FetchEvent} event
 * @param {URL} url
 */
async function page(event, url) {
  const network = answerTo(event);
  event.waitUntil(network.then((answer) => note(answer, url)).catch(() => {}));
  const kept = await keptPage(url).catch(() => undefined);
  try {
    if (!kept) return await network;
    return (await Promise.race([network, patience()])) ?? kept;
  } catch {
    return kept ?? (await caches.match(offlinePageOf(url) ?? "", { ignoreVary: true })) ?? Response.error();
  }
}

/**
 * @param {FetchEvent} event
 * @returns {Promise<Response>}
 */
async function answerTo(event) {
  return (await event.preloadResponse) ?? fetch(event.request);
}

/** @returns {Promise<undefined>} after so long a page that is kept is shown */
function patience() {
  return new Promise((resolve) => setTimeout(resolve, PATIENCE_MILLISECONDS));
}

/** @param {URL} url */
function offlinePageOf({ pathname }) {
  return offlinePages[pathname.split("/")[1]];
}

// --- The person's own pages ----------------------------------------------------------------------------------

/**
 * The page that is kept for an address, whatever stands behind its "?".
 * @param {URL} url
 */
async function keptPage({ pathname }) {
  for (const name of await keptCaches()) {
    const kept = await (await caches.open(name)).match(pathname, { ignoreVary: true });
    if (kept) return kept;
  }
  return undefined;
}

/** @param {string} pathname "" for all that is kept */
async function forget(pathname) {
  for (const name of await keptCaches())
    await (pathname ? (await caches.open(name)).delete(pathname) : caches.delete(name));
}

async function keptCaches() {
  return (await caches.keys()).filter((name) => name.startsWith(PAGES));
}

/**
 * Keep a page for the sign-in that the answer names, and nothing of any other; an answer that names none says nothing of it.
 * @param {Response} answer
 * @param {URL} url
 */
async function note(answer, { pathname, searchParams }) {
  const owner = answer.headers.get("Own-Device");
  const own = owner && owner !== "none" ? PAGES + owner : "";
  const copy = own && answer.ok ? answer.clone() : null;
  const names = await keptCaches();
  if (owner) await Promise.all(names.filter((name) => name !== own).map((name) => caches.delete(name)));
  if (!KEPT_PATH.test(pathname)) return;
  const isWhole = [...searchParams.keys()].every((name) => name === "source");
  if (copy && isWhole) await keep(own, pathname, copy);
  else if (!answer.ok) for (const name of names) await (await caches.open(name)).delete(pathname);
}

/**
 * @param {string} name of the cache
 * @param {string} pathname
 * @param {Response} answer
 */
async function keep(name, pathname, answer) {
  const cache = await caches.open(name);
  await cache.put(pathname, answer);
  const rooms = (await cache.keys()).filter(({ url }) => ROOM_PATH.test(new URL(url).pathname));
  await Promise.all(rooms.slice(0, -MAX_ROOMS).map((request) => cache.delete(request)));
  const assetCache = await caches.open(OWN_ASSETS);
  const missing = [];
  for (const url of roomAssets) if (!(await assetCache.match(url, { ignoreVary: true }))) missing.push(url);
  await assetCache.addAll(missing);
}
