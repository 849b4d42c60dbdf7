// Hosts the pages of all simulated people. Each runs the bundled scripts in a realm of its own, so that they find there
// what they find in a browser: an address, cookies, sockets, a storage.
//
// Standard input: one line with `address`, `origin`, `every` (seconds between two messages of a person) and `accounts`; then
// `{"talk": true}` or `{"talk": false}`. Standard output: what the pages report, each line with its `user`, and every `talk`
// once it is heeded. The process ends with its input.
import { createInterface } from "node:readline";
import { createContext, Script } from "node:vm";
import { build } from "esbuild";
import WebSocket from "ws";
import { FakeStorage } from "../../tests/js/fakes.mjs";

const say = (told) => process.stdout.write(`${JSON.stringify(told)}\n`);
const bundle = await build({
  entryPoints: ["bench/chaos/page.js"],
  bundle: true,
  format: "iife",
  globalName: "page",
  platform: "browser",
  write: false,
});
const script = new Script(bundle.outputFiles[0].text, { filename: "page.js" });

/** What the scripts use of a browser. */
function browser({ address, origin }, account, report) {
  const cookie = `trama=${account.cookie}`;
  const { host, hostname, port, protocol } = new URL(address);
  const events = new EventTarget();
  class HTMLElement extends EventTarget {
    dataset = { words: '{"one": "", "many": ""}' };
    querySelector() {
      return new HTMLButtonElement();
    }
  }
  class HTMLButtonElement extends HTMLElement {}
  const document = Object.assign(new EventTarget(), {
    documentElement: { lang: "en", dataset: {} },
    hidden: false,
    querySelector: (selector) => {
      const named = { "acting-as": account.acting_as, "csrf-token": account.csrf_token };
      const name = Object.keys(named).find((each) => selector.includes(each));
      return name ? { content: named[name] } : null;
    },
  });
  return {
    ...{ AbortController, AbortSignal, Blob, Event, TextDecoder, TextEncoder, URL, URLSearchParams },
    ...{ btoa, console, crypto },
    ...{ HTMLButtonElement, HTMLElement, document },
    ...{ clearInterval, clearTimeout, queueMicrotask, setInterval, setTimeout },
    addEventListener: events.addEventListener.bind(events),
    removeEventListener: events.removeEventListener.bind(events),
    location: { host, hostname, port, protocol, reload: () => report({ ended: "reload" }) },
    localStorage: new FakeStorage(),
    navigator: { onLine: true },
    fetch: (path, { headers, ...init }) =>
      fetch(new URL(path, address), { ...init, headers: { ...headers, Cookie: cookie } }),
    WebSocket: class extends WebSocket {
      constructor(url, protocols) {
        super(url, protocols, { headers: { Cookie: cookie, Origin: origin } });
      }
    },
  };
}

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const settings = JSON.parse((await lines.next()).value);
let isTalking = false;
settings.accounts.forEach((account, user) => {
  const report = (told) => say({ user, ...told });
  const realm = createContext(browser(settings, account, report));
  script.runInContext(realm);
  const page = new realm.page.Page(account, report);
  const pause = settings.every * 1000;
  setTimeout(() => setInterval(() => isTalking && page.write(), pause), pause * Math.random());
});
for await (const line of lines) {
  isTalking = JSON.parse(line).talk;
  say({ talk: isTalking });
}
process.exit();
